"""Several months signed off by one signature: only those in which no red flag was found."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from deployments.desk.act_forms import said_once
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.fiscal_months import MONTH
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.list_kinds import MONTHS
from deployments.desk.lists import LeftOut, SignList, list_context, sign_list, sort_list
from deployments.desk.posted import Posted
from models.fiscal.acts import ACTS, grave
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.fiscal.months import load_months
from tasks.adapters.policy import fiscal_policy
from tasks.adapters.refusals import NotSigned
from tasks.adapters.standing import standing
from tasks.adapters.waiting import MOST_ROWS

router = APIRouter()
_ACT = ACTS["signed_off"]
_RED_FLAG = "A red flag was found in it: sign it off on its own page."


@router.get("/fiscal/sign-off")
def show_several(request: Request, visitor: SignedIn) -> Response:
    """The months as they would be signed off; nothing is changed by looking."""
    cases = _cases(request.query_params.getlist("case"))
    if isinstance(cases, Response):
        return cases
    if len(cases) == 1:
        return RedirectResponse(f"{MONTH.address(cases[0])}/decide/{_ACT.name}", 303)
    return _page(cases, visitor)


@router.post("/fiscal/sign-off")
def sign_several(form: PostedForm, visitor: SignedIn) -> Response:
    """Sign the chosen rows, all or nothing."""
    cases = _cases(form.get("case", []))
    if isinstance(cases, Response):
        return cases
    try:
        with reading() as session:
            items = _items(_without_red_flag(session, cases)[0])
        receipt = sign_list(MONTHS, items, form, visitor.person.staff_id)
    except NotSigned as refused:
        return _page(cases, visitor, form, STATUS.get(refused.kind, 401), refused.sentence)
    return signed_answer(receipt, MONTHS.process)


def _cases(given: Sequence[str]) -> tuple[str, ...] | Response:
    """The chosen months, or the page that says why it is not possible."""
    case_ids = tuple(dict.fromkeys(case.strip() for case in given if case.strip()))
    if not case_ids:
        return sentence(422, "Not possible", "No month is chosen. Go back to the list and tick at least one.")
    if len(case_ids) > MOST_ROWS:
        return sentence(
            422,
            "Not possible",
            f"{len(case_ids)} months are more than the {MOST_ROWS} that one signature covers. Nothing was changed. "
            "Choose fewer.",
        )
    if not all(case_id.isprintable() and len(case_id) <= 60 for case_id in case_ids):
        return sentence(422, "Not possible", "A chosen month has a number that there cannot be. Go back to the list.")
    return case_ids


def _items(case_ids: Sequence[str]) -> dict[str, Item]:
    return {case_id: Item(case_id, _ACT.name) for case_id in case_ids}


def _without_red_flag(session: Session, case_ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """The months in which no red flag was found, and those in which one was."""
    flagged = {
        case.head.case_id for case in load_months(session, case_ids, fiscal_policy()) if grave(case.review.findings)
    }
    return [case for case in case_ids if case not in flagged], [case for case in case_ids if case in flagged]


def _page(
    cases: tuple[str, ...], visitor: Visitor, form: Posted | None = None, status: int = 200, refusal: str = ""
) -> Response:
    behalf = form.one("behalf") if form else ""
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
        plain, flagged = _without_red_flag(session, cases)
        names = MONTHS.names(session, flagged)
    found: SignList = sort_list(MONTHS, _items(plain), here.person.staff_id, behalf, form)
    left = [LeftOut(key, Item(key, _ACT.name), _ACT.label, names[key], _RED_FLAG) for key in flagged]
    found = replace(found, left=(*found.left, *left))
    context = list_context(
        found, form, cases=cases, refusal=said_once(refusal), behalves=here.behalves(_ACT.duty),
        after="Each review is printed with your sign-off.",
    )  # fmt: skip
    return page("fiscal_sign_off", status, title=f"{_ACT.label}: {len(cases)} months", **context)
