"""The office's own pages that are read: people, one person with their history, the policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from deployments.cli.staff_words import few_administrators
from deployments.desk.guard import SignedIn
from deployments.desk.html import page, sentence
from models.shared.office_rules import Office
from models.shared.people import Role
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.office_acts import open_acts
from tasks.adapters.office_chain import OfficeEvent, load_office, office_events, office_now, staff_chain
from tasks.adapters.policy import PolicyError
from tasks.adapters.policy_versions import policy_state

# The policy is for everybody who signs under it; all else here is for administrators.
router, policy_router = APIRouter(), APIRouter()
# A page shows this many events of a person at most, the latest ones.
MOST_EVENTS = 200
EVENT_WORDS = {
    "bootstrapped": "Made one of the first two administrators", "proposed": "Proposed",
    "proposal_refused": "Proposal refused", "staff_added": "Account added", "staff_changed": "Unit and roles changed",
    "enrollment_signed": "New authenticator allowed", "enrolled": "Authenticator set up",
    "staff_revoked": "Account revoked", "delegated": "Delegation signed", "delegation_ended": "Delegation ended",
}  # fmt: skip
KIND_WORDS = {
    "add": "add the account", "change": "change unit and roles", "enrol": "give a new authenticator",
    "revoke": "revoke the account", "delegate": "let somebody act for a person who is out",
    "end_delegation": "end a delegation", "policy": "put a policy in force",
}  # fmt: skip


@dataclass(frozen=True)
class Lent:
    """A delegation with the names of its two people; `runs` is false while it is still to come."""

    number: str
    is_out: str
    acts: str
    first_day: date
    last_day: date
    runs: bool


@dataclass(frozen=True)
class PersonEvent:
    """One event of an account's history in words."""

    event: OfficeEvent
    what: str
    reason: str


@router.get("/office")
def show_office() -> Response:
    """Everybody who works here, delegations, and what waits for a second administrator."""
    office = office_now(clock.now())
    return page(
        "office", title="Office", people=list(office.accounts.values()), lent=delegations(office), acts=open_acts(),
        names=names(office), warning=few_administrators(office).strip(),
    )  # fmt: skip


@router.get("/office/people/{staff_id}")
def show_person(staff_id: str, visitor: SignedIn) -> Response:
    """One account: what it may do, who let it in, what happened to it."""
    with reading() as session:
        office = load_office(session, clock.now())
        account = office.accounts.get(staff_id)
        history = office_events(session, staff_chain(staff_id)) if account else []
    if account is None:
        return sentence(404, "Not found", f"There is no account {staff_id[:40]}. The page “Office” has them all.")
    return page(
        "person", title=account.person.name, account=account, names=names(office),
        lent=delegations(office, staff_id), total=len(history),
        history=[_in_words(event) for event in history[-MOST_EVENTS:]], is_own=staff_id == visitor.person.staff_id,
    )  # fmt: skip


@policy_router.get("/policy")
def show_policy(visitor: SignedIn) -> Response:
    """Whether the policy file is in force, who signed it, and in what it differs from the version before."""
    now = clock.now()
    try:
        with reading() as session:
            state, office = policy_state(session), load_office(session, now)
    except PolicyError as error:
        return sentence(500, "The policy cannot be read", str(error))
    waiting = next((act for act in open_acts() if act.kind == "policy"), None)
    return page(
        "policy", title="Policy", state=state, names=names(office), waiting=waiting,
        administers=Role.ADMINISTRATOR in visitor.person.roles,
    )  # fmt: skip


def names(office: Office) -> Mapping[str, str]:
    """Names by staff id."""
    return {staff_id: account.person.name for staff_id, account in office.accounts.items()}


def delegations(office: Office, staff_id: str = "") -> Sequence[Lent]:
    """Delegations that run or are to come, the first to begin first; of one person where an id is given."""
    known = names(office)
    found = [
        Lent(
            number, known.get(d.from_id, d.from_id), known.get(d.to_id, d.to_id), d.first_day, d.last_day,
            d.runs_on(office.today),
        )
        for number, d in office.delegations.items()
        if d.last_day >= office.today and staff_id in ("", d.from_id, d.to_id)
    ]  # fmt: skip
    return sorted(found, key=lambda lent: (lent.first_day, lent.number))


def _in_words(event: OfficeEvent) -> PersonEvent:
    what = EVENT_WORDS.get(event.event, event.event.replace("_", " ").capitalize())
    if event.event in ("proposed", "proposal_refused"):
        what += f": {KIND_WORDS.get(str(event.payload.get('kind')), 'something')}"
    return PersonEvent(event, what, str(event.payload.get("reason") or ""))
