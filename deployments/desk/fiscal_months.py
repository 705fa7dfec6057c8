"""The desk's pages of the fiscal review: the list of months, one of them, and the page on which one is decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from deployments.desk.case_decisions import CaseKind, show_decision, sign_decision
from deployments.desk.guard import PostedForm, SignedIn
from deployments.desk.html import page, sentence, workbook
from models.fiscal.acts import ACTS, WHOLE, duty_of, key_of
from models.fiscal.codes import TITLES
from models.fiscal.letter_messages import letter_message
from models.fiscal.states import ALL_STATES
from models.shared.acts import Act
from models.shared.duties import Duty
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.case_page import MonthPage, month_page
from tasks.adapters.fiscal.month_list import HOLDERS, MonthFilter, held_now, month_rows, months_known
from tasks.adapters.fiscal.template_facts import TemplateUnknown, write_template
from tasks.adapters.fiscal.workbook import write_fiscal_workbook
from tasks.adapters.policy import fiscal_policy, office
from tasks.adapters.standing import standing

router = APIRouter()
# What follows when an act is signed.
_AFTER = {
    "signed_off": "The review is printed with your sign-off. It is asked for again when a report or ledger changes it.",
    "question_asked": "The letter goes to the provider, who has the month until it answers.",
    "answer_recorded": "Fiscal has the month again; the answer stands in its review.",
    "plan_asked": "The letter goes to the provider, who has 15 days for its plan; silence counts as agreement.",
    "plan_recorded": "Fiscal has the month again; the plan stands in its review.",
    "plan_not_received": "Fiscal has the month again; the provider’s silence counts as agreement (PPB 4-01(c)).",
    "flag_referred": "The red flag stands in the month’s history and review; who holds the month does not change.",
    "reopened": "Fiscal has the month again.",
}
_TITLES = {str(code): title for code, (title, _) in TITLES.items()}
MOST = 500


@dataclass(frozen=True)
class Step:
    """An act that fits a month now, its page, and why this person may not sign it; empty when they may."""

    act: Act
    address: str
    why_not: str


def _find(session: Session, case_id: str) -> MonthPage | None:
    return month_page(session, case_id, fiscal_policy(), office(), clock.now())


def _duty(act: Act, found: MonthPage) -> Duty:
    return duty_of(act, found.loaded.review.findings, found.loaded.desk)


def _names(act: Act, found: MonthPage) -> tuple[str, ...]:
    """A question may be asked about each finding and about the report as a whole, an answer to each open question."""
    if act.name == "question_asked":
        return (*map(key_of, found.loaded.review.findings), WHOLE)
    if act.name == "answer_recorded":
        return ("on", *(f"answer {question.no}" for question in found.loaded.desk.open_questions))
    return act.fields


def _waits_for(act: Act, fields: Mapping[str, str]) -> bool:
    return act.name in ("question_asked", "answer_recorded") and not fields.keys() - {"on"}


MONTH = CaseKind(
    process=PROCESS, noun="reviewed month", listed="“Fiscal reviews” lists them.", template="fiscal_decide", acts=ACTS,
    find=_find, history=lambda found: found.history, message=letter_message, duty=_duty, names=_names,
    first=lambda act, found: {"on": clock.today().isoformat()} if "on" in act.fields else {},
    words=lambda act, found: {"after": _AFTER[act.name], "key_of": key_of, "whole": WHOLE, "titles": _TITLES},
    waits_for=_waits_for,
)  # fmt: skip


@router.get("/fiscal")
def show_months(visitor: SignedIn, holder: str = "", month: str = "", state: str = "", contract: str = "") -> Response:
    """Months that wait, the most serious first; with a month also those that are signed off."""
    try:
        day = datetime.strptime(month, "%Y-%m").date() if month else None  # noqa: DTZ007
    except ValueError:
        return sentence(400, "Not understood", f"“{month[:20]}” is not a month. Write it as 2026-10.")
    if (holder and holder not in HOLDERS) or (state and state not in ALL_STATES):
        return sentence(400, "Not understood", "There is no such holder or state. Choose them from the lists.")
    asked = {"holder": holder, "month": month, "state": state, "contract": contract.strip().upper()}
    wanted = MonthFilter(holder, state, day, asked["contract"], only_open=not (day or state or asked["contract"]))
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
        rows, months, held = month_rows(session, wanted), months_known(session), held_now(session)
    return page(
        "fiscal_months", title="Fiscal reviews", rows=rows[:MOST], total=len(rows), months=months, held=held,
        asked=asked, states=ALL_STATES, titles=_TITLES,
        address=_list_address(asked), may_sign_off=here.acting(ACTS["signed_off"].duty) is not None,
    )  # fmt: skip


def _list_address(asked: Mapping[str, str]) -> Any:
    """Makes the address of the list with some of what is asked changed."""

    def address(**changed: str) -> str:
        kept = {name: value for name, value in {**asked, **changed}.items() if value}
        return f"/fiscal?{urlencode(kept)}" if kept else "/fiscal"

    return address


@router.get("/fiscal/workbook")
def show_workbook(month: str = "") -> Response:
    """The fiscal review of a month as a workbook with live formulas; empty: the last one that was reviewed."""
    try:
        with TemporaryDirectory() as folder, reading() as session:
            path = Path(folder) / "fiscal.xlsx"
            done = write_fiscal_workbook(session, path, month, fiscal_policy(), clock.now())
            return workbook(f"Fiscal review {done.counts['month']}", path.read_bytes())
    except LookupError as error:
        return sentence(404, "Not found", str(error))


@router.get("/fiscal/template")
def show_template(contract: str = "", month: str = "") -> Response:
    """The workbook in which a provider reports a month: its budget's lines and what was spent before."""
    try:
        day = datetime.strptime(month.strip(), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        return sentence(400, "Not understood", f"“{month[:20]}” is not a month. Write it as 2026-10.")
    try:
        with TemporaryDirectory() as folder, reading() as session:
            path = Path(folder) / "report.xlsx"
            told = write_template(session, contract.strip().upper(), day, path, fiscal_policy(), clock.now())
            return workbook(told.replace(",", ""), path.read_bytes())
    except TemplateUnknown as error:
        return sentence(404, "Not found", str(error))


@router.get(f"/cases/{PROCESS}/{{case_id}}")
def show_month(case_id: str, visitor: SignedIn) -> Response:
    """One month: what was found, the measures, the lines, what was asked, what can be done, what happened."""
    with reading() as session:
        found = MONTH.found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
        others = month_rows(session, MonthFilter(contract=found.row.contract_id, only_open=False)) if found else []
    if found is None:
        return MONTH.unknown(case_id)
    where, history = MONTH.address(case_id), found.history
    steps = [Step(ACTS[name], f"{where}/decide/{name}", here.why_not(ACTS[name].duty, history)) for name in found.steps]
    return page(
        "fiscal_month", title=f"{found.row.vendor_name}, {found.row.month:%B %Y}", case=found, steps=steps,
        others=_by_month(others), states=ALL_STATES,
    )  # fmt: skip


def _by_month(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.month)


@router.get(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def show_month_decision(case_id: str, act_name: str, visitor: SignedIn) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    return show_decision(MONTH, case_id, act_name, visitor)


@router.post(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def sign_month_decision(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not; with `show` only what it comes to."""
    return sign_decision(MONTH, case_id, act_name, form, visitor)
