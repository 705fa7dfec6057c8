"""The page on which one decision about a contact is read and signed with a code; its second signature as well."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.act_forms import LONGEST_REASON, button, said_once, without_outcome
from deployments.desk.decide import STATUS
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_cases import address, unknown, words_of
from deployments.desk.html import page, sentence
from deployments.desk.posted import versions_seen
from models.hotline import acts
from models.hotline.acts import SIGNED, duty_of, may_not
from models.hotline.report import LANGUAGE_ROWS
from models.hotline.showing import PRIORITIES, choosable, is_cleared
from models.hotline.tongue import LANGUAGES
from models.shared.acts import Act
from models.shared.duties import Duty
from models.shared.people import Role
from models.shared.people_records import Proposal
from models.shared.signing import Asked, Credential, Item, Shown
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.contact_view import ContactView, contact_view
from tasks.adapters.hotline.letter_sending import SENDING
from tasks.adapters.proposals import proposals_by_id
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.standing import Standing, standing

router = APIRouter()
CHOICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "unit": ("Unit", {}),
    "priority": ("Priority", {str(number): f"{number}: {words}" for number, words in PRIORITIES.items()}),
    "code": ("Closed as", acts.CLOSE_CODES),
    "means": ("Answered by", acts.MEANS),
    "language": ("In", {code: LANGUAGE_ROWS[code] for code in LANGUAGES}),
}
# An act's own fields in a form: one of them is called like the authenticator's code.
PREFIX = "act-"
_MAY_BE_EMPTY = frozenset({"language"})


@dataclass(frozen=True)
class _Wish:
    """What somebody asks to sign; `proposal` is the first of two signatures that this one completes."""

    case_id: str
    act: Act
    fields: Mapping[str, str]
    reason: str = ""
    behalf: str = ""
    proposal: Proposal | None = None
    status: int = 200
    refusal: str = ""
    waits: bool = field(default=False)

    @property
    def item(self) -> Item:
        by = self.proposal.proposal_id if self.proposal else ""
        return Item(self.case_id, self.act.name, dict(self.fields), self.reason, by)


@router.get(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def show_contact_decision(case_id: str, act_name: str, request: Request, visitor: SignedIn) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    asked = request.query_params
    wish = _wish(case_id, act_name, asked, asked.get("proposal", ""))
    return wish if isinstance(wish, Response) else _decision_page(wish, visitor)


@router.post(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def sign_contact_decision(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not; with `show` only what it comes to."""
    told = {name: form.one(name) for name in form}
    wish = _wish(case_id, act_name, told, form.one("proposal"))
    if isinstance(wish, Response):
        return wish
    wish = replace(wish, reason=form.one("reason"), behalf=form.one("behalf"))
    if form.one("show"):
        return _decision_page(wish, visitor)
    try:
        _check_reason(wish, visitor)
        who = Credential(visitor.person.staff_id, form.one("code"), wish.behalf)
        seen = versions_seen([(case_id, form.one("version"))])
        receipt = decisions.decide(Asked(PROCESS, (wish.item,)), form.one("shown"), who, "desk", seen)
    except NotSigned as refused:
        status = STATUS.get(refused.kind, 401)
        return _decision_page(replace(wish, status=status, refusal=said_once(refused.sentence)), visitor)
    return RedirectResponse(f"{address(case_id)}?{urlencode({'signed': receipt.signature_id})}", 303)


def _wish(case_id: str, act_name: str, told: Mapping[str, str], proposal_id: str) -> _Wish | Response:
    act = SIGNED.get(act_name) if act_name != SENDING else None
    if act is None:
        said = act_name.replace("_", " ")[:60]
        return sentence(404, "Not found", f"“{said}” is nothing that is signed for a contact.")
    fields = {name: value for name in act.fields if (value := told.get(f"{PREFIX}{name}", "").strip()[:100])}
    if not proposal_id:
        return _Wish(case_id, act, fields)
    with reading() as session:
        row = proposals_by_id(session, [proposal_id]).get(proposal_id) if proposal_id.isprintable() else None
    if row is None or row.case_id != case_id:
        return sentence(404, "Not found", "There is no such proposal about this contact. Its page shows what waits.")
    return _Wish(case_id, act, json.loads(row.fields) if row.act == act_name else {}, proposal=row)


def _check_reason(wish: _Wish, visitor: Visitor) -> None:
    if len(wish.reason) > LONGEST_REASON:
        words = f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it. Nothing was changed."
        refused = NotSigned(Refusal.FORM, words)
        note_attempt(visitor.person.staff_id, "desk", f"{wish.act.name} {wish.case_id}", refused, clock.now())
        raise refused


def _decision_page(wish: _Wish, visitor: Visitor) -> Response:
    found = None
    if wish.case_id.isprintable():
        found = contact_view(wish.case_id, visitor.person, wish.act.label.lower(), clock.now())
    if found is None:
        return unknown(wish.case_id)
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
    duty = duty_of(wish.act, found.loaded.facts, found.loaded.case.decided, wish.fields)
    is_second = bool(wish.proposal and wish.proposal.proposed_by)
    waits = any(name not in wish.fields for name in wish.act.fields if name not in _MAY_BE_EMPTY)
    obstacle, shown = _look(wish, found, here, duty, waits=waits)
    return page(
        "hotline_decide", wish.status, title=f"{wish.act.label}: {wish.case_id}", case=found, act=wish.act, duty=duty,
        shown=shown, obstacle=obstacle, refusal=wish.refusal, reason=wish.reason, behalf=wish.behalf, waits=waits,
        behalves=here.behalves(duty, second=is_second), longest=LONGEST_REASON, address=address(wish.case_id),
        choices=_choices(wish.act, cleared=is_cleared(visitor.person)), fields=wish.fields, proposal=wish.proposal,
        may_be_empty=_MAY_BE_EMPTY,
        button=button(wish.act.label, first=duty.takes_two and not is_second, second=is_second),
        **words_of(found, visitor.person),
    )  # fmt: skip


def _choices(act: Act, *, cleared: bool) -> dict[str, tuple[str, Mapping[str, str]]]:
    """What a form lets choose, by field: its label, and the words of each value."""
    found = {name: CHOICES[name] for name in act.fields}
    return found | ({"unit": (CHOICES["unit"][0], choosable(cleared=cleared))} if "unit" in found else {})


def _look(
    wish: _Wish, found: ContactView, here: Standing, duty: Duty, *, waits: bool
) -> tuple[str, Shown | None]:  # fmt: skip
    """Why it cannot be signed, or what would be."""
    is_second = bool(wish.proposal and wish.proposal.proposed_by)
    obstacle = may_not(wish.act, found.loaded.facts, here.person.staff_id, _roles(here, duty, wish, found))
    obstacle = obstacle or here.why_not(duty, (), second=is_second)
    if obstacle or waits:
        return obstacle, None
    try:
        return "", decisions.look(Asked(PROCESS, (wish.item,)))[0]
    except NotSigned as refused:
        return without_outcome(refused.sentence), None


def _roles(here: Standing, duty: Duty, wish: _Wish, found: ContactView) -> frozenset[Role]:
    """A person's own roles, and one that is lent today; clearance is not lent."""
    lent = here.acting(duty, second=bool(wish.proposal and wish.proposal.proposed_by), behalf=wish.behalf)
    is_lent = lent is not None and lent.behalf is not None and not found.facts.restricted
    return here.person.roles | ({lent.role} if lent is not None and is_lent else frozenset())
