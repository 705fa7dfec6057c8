"""What administrators sign about the office: propose it with a first signature, sign or refuse it with a second one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.office import delegations
from deployments.desk.posted import Posted
from models.shared.documents import canonical, sha256
from models.shared.office_acts import NEEDS_REASON, TITLES, ActKind, Flaw, OfficeForm, PolicyForm, read_form
from models.shared.office_rules import Office, obstacle, says, signer_problem
from models.shared.people import DECIDES_NOTHING, Role, Unit
from models.shared.signing import Credential
from tasks.adapters import clock, office_acts
from tasks.adapters.database import reading
from tasks.adapters.office_chain import load_office, office_now
from tasks.adapters.office_proposals import form_of, open_act
from tasks.adapters.policy import PolicyError, surge_sha256s
from tasks.adapters.policy_versions import policy_state, valid_policy_sha256
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt

router = APIRouter()
_FIELDS: dict[ActKind, tuple[str, ...]] = {
    ActKind.ADD: ("staff_id", "name", "email", "identity", "unit", "roles"),
    ActKind.CHANGE: ("staff_id", "unit", "roles"),
    ActKind.ENROL: ("staff_id",),
    ActKind.REVOKE: ("staff_id",),
    ActKind.DELEGATE: ("from_id", "to_id", "first_day", "last_day"),
    ActKind.END_DELEGATION: ("delegation_id",),
    ActKind.POLICY: (),
}
_STATUS = {
    Refusal.WRONG_CODE: 401, Refusal.USED_CODE: 401, Refusal.LOCKED: 401, Refusal.REVOKED: 403, Refusal.ROLE: 403,
    Refusal.SEPARATION: 403, Refusal.FORM: 422, Refusal.REASON: 422,
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What an administrator wants to propose: the fields as typed, and, where it is understood, what it comes to.

    `words` are what the signature covers, `shown` their fingerprint; both are empty while something is wrong.
    """

    kind: ActKind
    fields: Mapping[str, Any]
    reason: str = ""
    words: tuple[tuple[str, str], ...] = ()
    shown: str = ""


@router.get("/office/propose/{kind}")
def show_form(kind: str, request: Request) -> Response:
    """The form of an act; a person or delegation that the address names is chosen already."""
    if kind not in set(ActKind):
        return _unknown(kind)
    query = request.query_params
    fields: dict[str, Any] = {name: query.get(name, "") for name in _FIELDS[ActKind(kind)]}
    office = office_now(clock.now())
    if kind == ActKind.CHANGE and (account := office.accounts.get(str(fields["staff_id"]))):
        fields |= {"unit": account.person.unit.value, "roles": sorted(account.person.roles)}
    return _form(Wish(ActKind(kind), fields), office)


@router.post("/office/propose/{kind}")
def propose(kind: str, visitor: SignedIn, form: PostedForm) -> Response:
    """First what it comes to, in words; then, with a code, the first signature over exactly that."""
    if kind not in set(ActKind):
        return _unknown(kind)
    office = office_now(clock.now())
    wish = Wish(ActKind(kind), _typed(ActKind(kind), form), form.one("reason"))
    if "again" in form:
        return _form(wish, office)
    try:
        wish = _understood(wish, office, visitor)
    except NotSigned as refused:
        return _form(wish, office, 422, refused.sentence)
    if "code" not in form:
        return _shown(wish, office)
    try:
        _check_shown(wish, form.one("shown"))
        who = Credential(visitor.person.staff_id, form.one("code"))
        act_id = office_acts.propose(kind, {k: v for k, v in wish.fields.items() if v}, who, wish.reason)
    except NotSigned as refused:
        _note(visitor, f"propose {kind.replace('_', ' ')}", refused)
        return _shown(wish, office, _STATUS.get(refused.kind, 409), refused.sentence)
    return RedirectResponse(f"/office/acts/{act_id}", 303)


@router.get("/office/acts/{act_id}")
def show_act(act_id: str, visitor: SignedIn) -> Response:
    """What waits for a second signature, exactly as it would be signed."""
    return _act(act_id, visitor)


@router.post("/office/acts/{act_id}")
def answer_act(act_id: str, request: Request, visitor: SignedIn, form: PostedForm) -> Response:
    """The second signature, or the refusal; a ticket is shown in this one answer and never again."""
    who, refuses = Credential(visitor.person.staff_id, form.one("code")), form.one("do") == "refuse"
    try:
        if refuses:
            office_acts.refuse(act_id, who, form.one("why"))
            return RedirectResponse("/office", 303)
        signed = office_acts.sign(act_id, form.one("shown"), who)
    except NotSigned as refused:
        _note(visitor, f"{'refuse' if refuses else 'sign'} {act_id[:20]}", refused)
        status = _STATUS.get(refused.kind, 409)
        return _act(act_id, visitor, status, refused.sentence, "refuse" if refuses else "sign", form.one("why"))
    name, desk = office_now(clock.now()).name(signed.subject), f"{request.url.scheme}://{request.url.netloc}"
    return page(
        "office_signed", title=f"{signed.act_id} is signed", signed=signed, name=name, heading=TITLES, desk=desk
    )


def _typed(kind: ActKind, form: Posted) -> dict[str, Any]:
    return {name: form.get("roles", []) if name == "roles" else form.one(name) for name in _FIELDS[kind]}


def _understood(wish: Wish, office: Office, visitor: Visitor) -> Wish:
    """What the fields come to, in words. Raises NotSigned where they cannot be proposed."""
    read = read_form(wish.kind, _body(wish, office))
    if isinstance(read, Flaw):
        raise NotSigned(Refusal.FORM, read.sentence)
    if problem := signer_problem(read.subjects, visitor.person.staff_id) or obstacle(read, office):
        raise NotSigned(Refusal.ILLEGAL, problem)
    if wish.kind in NEEDS_REASON and not wish.reason:
        raise NotSigned(Refusal.REASON, "Say why: the second administrator and the auditor read it.")
    words = tuple(_policy_words() if isinstance(read, PolicyForm) else says(read, office))
    told = [wish.kind.value, read.body(), [list(line) for line in words], wish.reason]
    return replace(wish, words=words, shown=sha256(canonical(told)))


def _body(wish: Wish, office: Office) -> dict[str, Any]:
    body = {name: value for name, value in wish.fields.items() if value}
    if wish.kind == ActKind.POLICY:
        body |= {"sha256": valid_policy_sha256(), "surge": surge_sha256s()}
    if lent := office.delegations.get(str(body.get("delegation_id", ""))):
        body |= {"from_id": lent.from_id, "to_id": lent.to_id}
    elif wish.kind == ActKind.END_DELEGATION:
        raise NotSigned(Refusal.FORM, "Choose the delegation that is to end.")
    return body


def _policy_words() -> list[tuple[str, str]]:
    with reading() as session:
        state = policy_state(session)
    changes = [("Changes", f"{c.path} from {c.before or 'nothing'} to {c.after or 'nothing'}") for c in state.changes]
    surge = [("Surge file", f"{name}.toml, {sha}") for name, sha in sorted(surge_sha256s().items())]
    return [("Fingerprint", state.sha256), *surge, *(changes or [("Changes", "nothing that was signed before")])]


def _check_shown(wish: Wish, shown: str) -> None:
    if shown != wish.shown:
        raise NotSigned(
            Refusal.CHANGED,
            "What would be proposed now is not what the page showed: something changed in between. Nothing was "
            "changed. Read it again, then sign with the next code.",
        )


def _form(wish: Wish, office: Office, status: int = 200, refusal: str = "") -> Response:
    active = [a.person for a in office.accounts.values() if a.revoked_on is None]
    # Only an authenticator can be given back to somebody who was revoked.
    people = [a.person for a in office.accounts.values()] if wish.kind == ActKind.ENROL else active
    lenders = [person for person in active if not person.roles & DECIDES_NOTHING]
    return page(
        "office_propose", status, title=TITLES[wish.kind], wish=wish, refusal=refusal, names=_FIELDS[wish.kind],
        people=people, lenders=lenders, units=list(Unit), roles=list(Role), lent=delegations(office),
        needs_reason=wish.kind in NEEDS_REASON,
    )  # fmt: skip


def _shown(wish: Wish, office: Office, status: int = 200, refusal: str = "") -> Response:
    return page("office_shown", status, title=TITLES[wish.kind], wish=wish, refusal=refusal)


def _act(
    act_id: str, visitor: Visitor, status: int = 200, refusal: str = "", failed: str = "", why: str = ""
) -> Response:
    try:
        lines, shown = office_acts.shown(act_id)
        with reading() as session:
            office = load_office(session, clock.now())
            row = open_act(session, act_id, office)
        form = form_of(row)
        barred = _barred(form, visitor, row.proposed_by)
    except (NotSigned, PolicyError) as error:
        return sentence(status if refusal else 404, "Nothing to sign here", refusal or str(error))
    return page(
        "office_act", status, title=lines[0], lines=[line.partition(": ")[::2] for line in lines[1:]], shown=shown,
        act_id=row.act_id, heading=TITLES[ActKind(row.kind)], refusal=refusal, failed=failed, why=why, barred=barred,
        is_own=row.proposed_by == visitor.person.staff_id,
        is_subject=form is not None and visitor.person.staff_id in form.subjects,
    )  # fmt: skip


def _barred(form: OfficeForm | None, visitor: Visitor, proposer: str) -> str:
    return signer_problem(form.subjects if form else (), visitor.person.staff_id, proposer)


def _note(visitor: Visitor, what: str, refused: NotSigned) -> None:
    note_attempt(visitor.person.staff_id, "desk", what, refused, clock.now())


def _unknown(kind: str) -> Response:
    return sentence(404, "Not found", f"“{kind[:40]}” cannot be proposed. The page “Office” has them.")
