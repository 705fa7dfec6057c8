"""The page on which one decision is read and signed: exactly what will be decided, the letter, the facts, the code."""

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from deployments.desk.act_forms import (
    DETAILS_CHANGED,
    LONGEST_REASON,
    button,
    field_views,
    in_sentence,
    missing,
    read_fields,
    said_once,
    without_outcome,
)
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.posted import versions_seen
from deployments.desk.wishes import (
    CLOSED,
    PROCESS,
    Look,
    Wish,
    changed_since,
    happened_since,
    look_at,
    policy_problem,
    proposer_words,
)
from deployments.follow import start_follow_up
from models.registration.acts import ACTS, Act
from models.registration.duties import closing_duty, signed_history
from models.shared.signing import Asked, Credential, Receipt
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.policy import registration_policy
from tasks.adapters.proposals import proposals_by_id
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.registration.act_choices import act_choices
from tasks.adapters.registration.case_page import CasePage, case_page
from tasks.adapters.standing import standing
from tasks.adapters.uploads import uploaded_files

router = APIRouter()
STATUS = {
    Refusal.STALE: 409, Refusal.CHANGED: 409, Refusal.PROPOSAL: 409, Refusal.ROLE: 403, Refusal.SEPARATION: 403,
    Refusal.POLICY: 403, Refusal.SESSION: 403, Refusal.FORM: 422, Refusal.ILLEGAL: 422, Refusal.REASON: 422,
}  # fmt: skip


@router.get("/cases/{process}/{case_id}/decide/{act_name}")
def show_decision(process: str, case_id: str, act_name: str, request: Request, visitor: SignedIn) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    given = request.query_params
    wish = _wish(process, case_id, act_name, given.multi_items(), given.get("proposal", "").strip())
    if isinstance(wish, Response):
        return wish
    row = wish.proposal
    if row is not None and wish.act.name != CLOSED:
        wish = replace(wish, fields=json.loads(row.fields))
    return decision_page(replace(wish, undated=given.get("undated", "")), visitor)


@router.post("/cases/{process}/{case_id}/decide/{act_name}")
def sign_decision(process: str, case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not; with `show` only what it comes to, with the reason in the letter."""
    given = ((name, value) for name, values in form.items() for value in values)
    wish = _wish(process, case_id, act_name, given, form.one("proposal"))
    if isinstance(wish, Response):
        return wish
    wish = replace(wish, reason=form.one("reason"), behalf=form.one("behalf"), undated=form.one("undated"))
    if form.one("show"):
        return decision_page(wish, visitor)
    try:
        _check_form(wish, visitor, form.one("details"))
        who = Credential(visitor.person.staff_id, form.one("code"), wish.behalf)
        seen = versions_seen([(case_id, form.one("version"))])
        receipt = decisions.decide(Asked(process, (wish.item,)), form.one("shown"), who, "desk", seen)
    except NotSigned as refused:
        return decision_page(_fresh(wish), visitor, STATUS.get(refused.kind, 401), refused.sentence)
    return signed_answer(receipt, process)


def signed_answer(receipt: Receipt, process: str) -> Response:
    """On to the page of the signature; the sitting that follows is asked for once that is answered."""
    follow = BackgroundTask(start_follow_up, receipt.signature_id, process)
    return RedirectResponse(f"/signed/{receipt.signature_id}", 303, background=follow)


def _check_form(wish: Wish, visitor: Visitor, details: str) -> None:
    """What the one committing place leaves to the form. Raises NotSigned."""
    refused = None
    if len(wish.reason) > LONGEST_REASON:
        words = f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it. Nothing was changed."
        refused = NotSigned(Refusal.FORM, words)
    elif wish.act.name == CLOSED and not wish.reason:
        words = "Say why the proposal is closed: whoever made it reads that. Nothing was changed."
        refused = NotSigned(Refusal.REASON, words)
    elif wish.has_details and details != wish.details:
        refused = NotSigned(Refusal.CHANGED, DETAILS_CHANGED)
    if refused:
        what = f"{wish.act.name} {wish.case_id}"
        note_attempt(visitor.person.staff_id, "desk", what, refused, clock.now())
        raise refused


def _wish(
    process: str, case_id: str, act_name: str, given: Iterable[tuple[str, str]], proposal_id: str
) -> Wish | Response:
    """What an address or a form asks for, or the page that says that there is no such thing."""
    with reading() as session:
        row = proposals_by_id(session, [proposal_id]).get(proposal_id) if proposal_id else None
    act = ACTS.get(act_name)
    if act_name == CLOSED and row is not None and row.act in ACTS:
        act = Act(CLOSED, "Refuse the proposal", closing_duty(row.act), ())
    if process != PROCESS or act is None:
        return sentence(
            404,
            "Not found",
            f"“{act_name.replace('_', ' ')[:60]}” is not something that can be signed here. The page of the contract "
            "lists what can be done.",
        )
    if proposal_id and row is None:
        return sentence(404, "Not found", f"There is no proposal {proposal_id[:40]}. Proposals shows those that wait.")
    fields = read_fields(act, given, None if proposal_id else clock.today())
    return Wish(case_id, act, fields, row, proposal_id)


def _fresh(wish: Wish) -> Wish:
    """The same wish with its proposal as it stands now."""
    with reading() as session:
        row = proposals_by_id(session, [wish.proposal_id]).get(wish.proposal_id) if wish.proposal_id else None
    return replace(wish, proposal=row)


def _scan(session: Session, found: CasePage, name: str) -> str:
    """The hash of a scan of the contract, by its file's name; empty where there is none."""
    if not name:
        return ""
    uploaded = {file.name: file.sha256 for file in uploaded_files(session, PROCESS, found.review.packet.case_id)}
    kept = {fact.file_name: fact.file_sha256 for fact in found.review.packet.documents if fact.has_file}
    return uploaded.get(name) or kept.get(name, "")


def decision_page(wish: Wish, visitor: Visitor, status: int = 200, refusal: str = "") -> Response:
    """The page of one decision, with a refusal on top where there was one."""
    with reading() as session:
        known = wish.case_id.isprintable()
        found = case_page(session, wish.case_id, registration_policy(), clock.now()) if known else None
        if found is None:
            return sentence(404, "Not found", f"There is no contract {wish.case_id[:80]}. The worklist has them all.")
        here = standing(session, visitor.person.staff_id, clock.today())
        choices = act_choices(session, found.review.packet, wish.act, wish.fields)
        changed = changed_since(session, wish.proposal, found)
        unsigned = policy_problem(session)
        scan = _scan(session, found, wish.fields.get("file_name", ""))
    needs_more = bool(missing(wish.act, wish.fields)) or (wish.quotes_reason and not wish.why)
    second = wish.is_second
    if needs_more:
        look = Look(obstacle=here.why_not(wish.act.duty, signed_history(found.review.packet), second=second))
    else:
        look = look_at(wish, here, unsigned)
    return page(
        "decide", status, title=f"{wish.act.label}: {found.shown['provider']}", wish=wish, case=found, look=look,
        packet=found.review.packet, refusal=said_once(refusal), needs_more=needs_more, changed=changed,
        views=field_views(wish.act, wish.fields, choices), missing=missing(wish.act, wish.fields),
        behalves=here.behalves(wish.act.duty, second=second), longest=LONGEST_REASON,
        proposer=proposer_words(wish.proposal, here), since=happened_since(wish.proposal, found),
        button=button(wish.act.label, first=wish.is_first, second=second), in_sentence=in_sentence,
        is_known=look.obstacle == without_outcome(refusal), scan=scan,
        case_address=f"/cases/{PROCESS}/{quote(wish.case_id, safe='')}",
    )  # fmt: skip
