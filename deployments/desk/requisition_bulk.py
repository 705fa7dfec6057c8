"""One decision on several requisitions: only where all pass the same checks, with a reason for each, one code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.act_forms import button, said_once
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.list_kinds import REQUISITIONS
from deployments.desk.lists import Row, SignList, list_context, sign_list, sort_list
from deployments.desk.posted import Posted
from deployments.desk.requisition_words import AFTER, COMES_TO, check_words
from deployments.desk.requisitions import REQUISITION
from models.payments.acts import ACTS, Act
from models.payments.same_checks import FOR_MANY, Checks, checks_of, groups
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned
from tasks.adapters.standing import standing
from tasks.adapters.waiting import MOST_ROWS

router = APIRouter()


@dataclass(frozen=True)
class Several:
    """One act on several requisitions, as an address or a form gives it."""

    act: Act
    case_ids: tuple[str, ...]

    @property
    def items(self) -> dict[str, Item]:
        return {case_id: Item(case_id, self.act.name) for case_id in self.case_ids}


@dataclass(frozen=True)
class Alike:
    """Requisitions of a list that pass the same checks, and the address of their own list. Amounts in cents."""

    checks: Checks
    case_ids: tuple[str, ...]
    claimed_cents: int
    net_cents: int
    address: str


@router.get("/requisitions/decide")
def show_several(request: Request, visitor: SignedIn) -> Response:
    """The list as it would be signed, or which requisitions differ; nothing is changed by looking."""
    given = request.query_params
    several = _several(given.get("act", ""), given.getlist("case"))
    if isinstance(several, Response):
        return several
    if len(several.case_ids) == 1:
        return RedirectResponse(_alone(several.act.name, several.case_ids[0]), 303)
    return _page(several, visitor)


@router.post("/requisitions/decide")
def sign_several(form: PostedForm, visitor: SignedIn) -> Response:
    """Sign the chosen rows, all or nothing; with `show` only write the same words where a reason is still empty."""
    several = _several(form.one("act"), form.get("case", []))
    if isinstance(several, Response):
        return several
    if form.one("show"):
        return _page(several, visitor, form)
    try:
        receipt = sign_list(REQUISITIONS, several.items, form, visitor.person.staff_id)
    except NotSigned as refused:
        return _page(several, visitor, form, STATUS.get(refused.kind, 401), refused.sentence)
    return signed_answer(receipt, REQUISITIONS.process)


def _several(act_name: str, cases: Sequence[str]) -> Several | Response:
    """What is asked for, or the page that says why it is not possible."""
    case_ids = tuple(dict.fromkeys(case.strip() for case in cases if case.strip()))
    if act_name not in FOR_MANY:
        return _refused(
            "Choose a decision from the list below the requisitions. Some are only signed one by one, on the page of "
            "the requisition."
        )
    if not case_ids:
        return _refused("No requisition is chosen. Go back to the list and tick at least one.")
    if len(case_ids) > MOST_ROWS:
        return _refused(
            f"{len(case_ids)} requisitions are more than the {MOST_ROWS} that one signature covers. Nothing was "
            "changed. Choose fewer."
        )
    if not all(case_id.isprintable() and len(case_id) <= 60 for case_id in case_ids):
        return _refused("A chosen requisition has a number that there cannot be. Go back to the list.")
    return Several(ACTS[act_name], case_ids)


def _refused(words: str) -> Response:
    return sentence(422, "Not possible", words)


def _page(
    several: Several, visitor: Visitor, form: Posted | None = None, status: int = 200, refusal: str = ""
) -> Response:
    act, behalf = several.act, form.one("behalf") if form else ""
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
    found = sort_list(REQUISITIONS, several.items, here.person.staff_id, behalf, form)
    fill = form.one("fill") if form and form.one("show") else ""
    if fill:
        found = replace(found, rows=tuple(replace(row, reason=row.reason or fill) for row in found.rows))
    alike = _alike(act.name, found)
    # What differs is no list yet: nothing can be signed before one of its groups is opened.
    template = "requisitions_differ" if len(alike) > 1 else "requisitions_sign"
    context = list_context(
        found, form, several=several, alike=alike, refusal=said_once(refusal), behalves=here.behalves(act.duty),
        button=button(act.label, first=False, second=False), after=AFTER[act.name], comes_to=COMES_TO,
        check_words=check_words, claimed_cents=_claimed(found.rows), net_cents=_net(found.rows),
    )  # fmt: skip
    return page(template, status, title=f"{act.label}: {len(several.case_ids)} requisitions", **context)


def _alike(act: str, found: SignList) -> list[Alike]:
    """The rows by their checks, the largest group first."""
    by_case = {row.item.case_id: row for row in found.rows}
    named = [(case_id, checks_of(row.taken)) for case_id, row in by_case.items()]
    return [
        Alike(checks, tuple(cases), _claimed(rows), _net(rows), _list_address(act, cases))
        for checks, cases in groups(named).items()
        for rows in [[by_case[case_id] for case_id in cases]]
    ]


def _claimed(rows: Sequence[Row]) -> int:
    return sum(row.taken.claimed_cents for row in rows)


def _net(rows: Sequence[Row]) -> int:
    return sum(row.taken.net_cents for row in rows)


def _list_address(act: str, case_ids: Sequence[str]) -> str:
    if len(case_ids) == 1:
        return _alone(act, case_ids[0])
    return f"/requisitions/decide?{urlencode({'act': act, 'case': case_ids}, doseq=True)}"


def _alone(act: str, case_id: str) -> str:
    return f"{REQUISITION.address(case_id)}/decide/{act}"
