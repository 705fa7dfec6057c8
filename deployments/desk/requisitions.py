"""The desk's pages of requisitions: the list, one of them, and the page on which one decision is read and signed."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from deployments.desk.asked import EVERY, NotUnderstood
from deployments.desk.case_decisions import CaseKind, show_decision, sign_decision
from deployments.desk.guard import PostedForm, SignedIn
from deployments.desk.html import page, sentence, workbook
from deployments.desk.pages import Pages, beyond
from deployments.desk.requisition_asked import read_asked
from deployments.desk.requisition_found import found_rows
from deployments.desk.requisition_words import AFTER, COMES_TO, check_words
from deployments.follow import start
from models.payments.acts import ACTS, Act, signed_history
from models.payments.letter_messages import letter_message
from models.payments.same_checks import FOR_MANY
from models.payments.states import ALL_STATES, UNDECIDED
from models.shared.duties import Signed
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.payments.case_page import RequisitionPage, case_page
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.requisition_list import holder_totals, requisition_rows, to_voucher
from tasks.adapters.payments.standing import standing_of
from tasks.adapters.payments.template_facts import TemplateUnknown, write_template
from tasks.adapters.payments.worklists import called_for
from tasks.adapters.policy import payments_policy
from tasks.adapters.signatures import name_of
from tasks.adapters.standing import Standing, standing

router = APIRouter()
_STARTED = {
    "yes": "The batch is being made. Load this page again in a minute: what is on it then stands at "
    "“Vouchered, to be paid”.",
    "no": "Prefect does not answer, so no batch was made. Start “voucher-batch” there once it runs.",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An act that fits a requisition now, its page, and why this person may not sign it; empty when they may.

    `is_next` where the review calls for it.
    """

    act: Act
    address: str
    why_not: str
    is_next: bool


def _find(session: Session, case_id: str) -> RequisitionPage | None:
    return case_page(session, case_id, payments_policy(), clock.now())


def _history(found: RequisitionPage) -> list[Signed]:
    return list(signed_history(found.loaded.history, found.loaded.packet.requisition.submitted_by))


def _first(act: Act, found: RequisitionPage) -> dict[str, str]:
    """What the form of an act asks besides, before anybody filled it in."""
    numbers = [row.voucher_no for row in found.vouchers if standing_of(row).may_be_voided]
    first = {"on": clock.today().isoformat(), "voucher": numbers[0] if numbers else ""}
    return {name: first[name] for name in act.fields}


def _words(found: RequisitionPage) -> dict[str, Any]:
    """What the pages of one requisition say of its review."""
    rows = list(found_rows(found.packet, found.verdict))
    return {"found": rows, "comes_to": COMES_TO[found.verdict.outcome], "check_words": check_words}


REQUISITION = CaseKind(
    process=PROCESS, noun="requisition", listed="“Requisitions” lists those that wait.",
    template="requisition_decide", acts=ACTS, find=_find, history=_history, message=letter_message, first=_first,
    words=lambda act, found: {"after": AFTER[act.name], **_words(found)},
)  # fmt: skip


@router.get("/requisitions")
def show_requisitions(request: Request, visitor: SignedIn) -> Response:
    """Requisitions by holder, outcome and state, those that must be paid first in front, with what they come to."""
    query, today = request.query_params, clock.today()
    try:
        asked = read_asked(query)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    with reading() as session:
        rows, totals = requisition_rows(session, asked.wanted(today))
        holders, unvouchered = holder_totals(session, today), to_voucher(session)
        here = standing(session, visitor.person.staff_id, today)
    pages = Pages(asked.page, totals.count)
    if asked.page > pages.count:
        return beyond(pages)
    acts = [ACTS[name] for name in FOR_MANY if here.acting(ACTS[name].duty)]
    return page(
        "requisitions", title="Requisitions", asked=asked, rows=rows, totals=totals, holders=holders, pages=pages,
        states=ALL_STATES, undecided=UNDECIDED, every=EVERY, acts=acts, earlier=asked.address(page=asked.page - 1),
        later=asked.address(page=asked.page + 1), started=_STARTED.get(query.get("vouchers", ""), ""),
        unvouchered=unvouchered if _makes_vouchers(here) else None,
    )  # fmt: skip


@router.post("/requisitions/vouchers")
def make_vouchers(visitor: SignedIn, form: PostedForm) -> Response:
    """Start the batch of vouchers through Prefect; what is signed decides what is on it."""
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
    if not _makes_vouchers(here):
        return sentence(403, "Not possible", "Fiscal makes the batch of vouchers. Nothing was started.")
    return RedirectResponse(f"/requisitions?vouchers={'yes' if start('voucher-batch') else 'no'}", 303)


def _makes_vouchers(here: Standing) -> bool:
    return here.acting(ACTS["fiscal_approved"].duty) is not None


@router.get("/requisitions/template")
def show_template(contract: str = "") -> Response:
    """The workbook in which a provider claims money: the next requisition of a contract, with its budget lines."""
    try:
        with TemporaryDirectory() as folder, reading() as session:
            path = Path(folder) / "requisition.xlsx"
            number = write_template(session, contract.strip().upper(), path, clock.now())
            data = path.read_bytes()
    except TemplateUnknown as error:
        return sentence(404, "Not found", str(error))
    return workbook(number, data)


@router.get(f"/cases/{PROCESS}/{{case_id}}")
def show_requisition(case_id: str, visitor: SignedIn) -> Response:
    """One requisition: its lines, what was found, what can be done, what happened."""
    with reading() as session:
        found = REQUISITION.found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
    if found is None:
        return REQUISITION.unknown(case_id)
    history, where = _history(found), REQUISITION.address(case_id)
    part, asked = found.packet.requisition.part, found.request is not None
    wanted = called_for(found.row.state, found.verdict.outcome, part, asked=asked)
    steps = [
        Step(ACTS[name], f"{where}/decide/{name}", here.why_not(ACTS[name].duty, history), name in wanted)
        for name, _ in found.steps
    ]
    submitter = name_of(here.people, found.loaded.packet.requisition.submitted_by)
    return page(
        "requisition", title=f"Requisition {case_id}", case=found, steps=steps, submitter=submitter, **_words(found)
    )


@router.get(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def show_requisition_decision(
    case_id: str, act_name: str, visitor: SignedIn, on: str = "", voucher: str = ""
) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    given = {name: value for name, value in {"on": on, "voucher": voucher}.items() if value}
    return show_decision(REQUISITION, case_id, act_name, visitor, given or None)


@router.post(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def sign_requisition_decision(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not."""
    return sign_decision(REQUISITION, case_id, act_name, form, visitor)
