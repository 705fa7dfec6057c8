"""The desk's pages of requisitions: the list, one of them, and the page on which one decision is read and signed."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from deployments.desk.act_forms import LONGEST_REASON, without_outcome
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from models.payments.acts import ACTS, Act, signed_history
from models.payments.letter_messages import letter_message
from models.payments.states import ALL_STATES, Holder
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.payments.case_page import RequisitionPage, case_page, open_requisitions
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.policy import payments_policy
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.standing import standing

router = APIRouter()
HOLDERS = tuple(str(holder) for holder in Holder if holder is not Holder.NOBODY)


@router.get("/requisitions")
def show_requisitions(holder: str = "") -> Response:
    """Requisitions that are not closed, those that must be paid first in front."""
    chosen = holder if holder in HOLDERS else ""
    with reading() as session:
        rows = open_requisitions(session, chosen)
    return page("requisitions", title="Requisitions", rows=rows, holders=HOLDERS, chosen=chosen, states=ALL_STATES)


@router.get(f"/cases/{PROCESS}/{{case_id}}")
def show_requisition(case_id: str, visitor: SignedIn) -> Response:
    """One requisition: its lines, what was found, what can be done, what happened."""
    with reading() as session:
        found = _found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
    if found is None:
        return _unknown(case_id)
    ways = {name: f"{address(case_id)}/decide/{name}" for name, _ in found.steps if here.acting(ACTS[name].duty)}
    return page("requisition", title=f"Requisition {case_id}", case=found, ways=ways, acts=ACTS)


@router.get(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def show_requisition_decision(case_id: str, act_name: str, visitor: SignedIn) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    return _decision_page(case_id, act_name, visitor)


@router.post(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def sign_requisition_decision(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not."""
    act, reason = ACTS.get(act_name), form.one("reason")
    if act is None:
        return _unknown_act(act_name)
    try:
        _check_reason(visitor, case_id, act, reason)
        who = Credential(visitor.person.staff_id, form.one("code"), form.one("behalf"))
        seen = {case_id: int(form.one("version"))} if form.one("version").isdecimal() else {}
        asked = Asked(PROCESS, (Item(case_id, act_name, {}, reason),))
        receipt = decisions.decide(asked, form.one("shown"), who, "desk", seen)
    except NotSigned as refused:
        status = STATUS.get(refused.kind, 401)
        return _decision_page(case_id, act_name, visitor, status, refused.sentence, reason, form.one("behalf"))
    return signed_answer(receipt, PROCESS)


def address(case_id: str) -> str:
    """Where a requisition's page is."""
    return f"/cases/{PROCESS}/{quote(case_id, safe='')}"


def _check_reason(visitor: Visitor, case_id: str, act: Act, reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        words = f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it. Nothing was changed."
        refused = NotSigned(Refusal.FORM, words)
        note_attempt(visitor.person.staff_id, "desk", f"{act.name} {case_id}", refused, clock.now())
        raise refused


def _decision_page(
    case_id: str, act_name: str, visitor: Visitor, status: int = 200, refusal: str = "", reason: str = "",
    behalf: str = "",
) -> Response:  # fmt: skip
    act = ACTS.get(act_name)
    if act is None:
        return _unknown_act(act_name)
    with reading() as session:
        found = _found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
    if found is None:
        return _unknown(case_id)
    history = signed_history(found.loaded.history, found.loaded.packet.requisition.submitted_by)
    obstacle, shown, letter = here.why_not(act.duty, history), None, ""
    if not obstacle:
        try:
            shown, ready = decisions.look(Asked(PROCESS, (Item(case_id, act_name, {}, reason),)))
            due = getattr(ready[0], "letter", None)
            letter = letter_message(due.letter) if due else ""
        except NotSigned as refused:
            obstacle = without_outcome(refused.sentence)
    return page(
        "requisition_decide", status, title=f"{act.label}: {case_id}", case=found, act=act, shown=shown, letter=letter,
        obstacle=obstacle, refusal=refusal, reason=reason, behalf=behalf, behalves=here.behalves(act.duty),
        longest=LONGEST_REASON, case_address=address(case_id),
    )  # fmt: skip


def _found(session: Session, case_id: str) -> RequisitionPage | None:
    return case_page(session, case_id, payments_policy(), clock.now()) if case_id.isprintable() else None


def _unknown(case_id: str) -> Response:
    return sentence(404, "Not found", f"There is no requisition {case_id[:80]}. “Requisitions” lists those that wait.")


def _unknown_act(act_name: str) -> Response:
    said = act_name.replace("_", " ")[:60]
    return sentence(404, "Not found", f"“{said}” is not something that can be signed for a requisition.")
