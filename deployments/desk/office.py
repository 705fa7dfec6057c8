"""The office's own pages that are read: people, one person with their history, the policy."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from deployments.cli.staff_words import few_administrators
from deployments.desk.guard import SignedIn
from deployments.desk.html import page, sentence
from models.shared.documents import canonical
from models.shared.money import dollars
from models.shared.office_acts import differences
from models.shared.office_rules import Office
from models.shared.people import Role
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.office_acts import open_acts
from tasks.adapters.office_chain import OfficeEvent, load_office, office_events, office_now, staff_chain
from tasks.adapters.policy import PolicyError
from tasks.adapters.policy_versions import last_signed, policy_state
from tasks.adapters.templating import short_date

# The policy is for everybody who signs under it; all else here is for administrators.
router, policy_router = APIRouter(), APIRouter()
# A page shows this many events of a person at most, the latest ones.
MOST_EVENTS = 200
_THRESHOLD = re.compile(r"thresholds\[(\w+) from (\d{4}-\d{2}-\d{2})\]")
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


@dataclass(frozen=True)
class PolicyValue:
    """One value of the policy in words; `is_new` where the version in force changed it."""

    words: str
    shown: str
    is_new: bool


@dataclass(frozen=True)
class PolicyPart:
    """One part of the policy, with its values."""

    title: str
    values: tuple[PolicyValue, ...]


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
            signed = last_signed(session)
    except PolicyError as error:
        return sentence(500, "The policy cannot be read", str(error))
    waiting = next((act for act in open_acts() if act.kind == "policy"), None)
    return page(
        "policy", title="Policy", state=state, names=names(office), waiting=waiting,
        parts=policy_parts(signed, {c.path for c in state.changes}) if signed is not None else (),
        administers=Role.ADMINISTRATOR in visitor.person.roles,
    )  # fmt: skip


def policy_parts(body: Mapping[str, Any], changed: Collection[str] = ()) -> list[PolicyPart]:
    """The values of a signed policy in words, by its own parts; in each, those that changed last first."""
    parts: dict[str, list[PolicyValue]] = {}
    for leaf in differences({}, body):
        keys = leaf.path.removeprefix("policy.").split(".")
        # A threshold's own name and date stand in its path.
        if not leaf.path or (_THRESHOLD.search(leaf.path) and keys[-1] in ("id", "from")):
            continue
        part, rest = keys[0], keys[1:] or keys
        words = ": ".join(_words(key) for key in rest)
        key = f"{rest[-1]}_cents" if _THRESHOLD.search(leaf.path) else rest[-1]
        value = PolicyValue(words, value_words(key, leaf.after or ""), leaf.path in changed)
        parts.setdefault(_words(part), []).append(value)
    in_order = sorted(parts.items(), key=lambda part: (part[0] == "Holidays", part[0]))
    return [PolicyPart(title, tuple(sorted(found, key=lambda v: not v.is_new))) for title, found in in_order]


def value_words(key: str, text: str) -> str:
    """A value of the policy as people read it: money in dollars, days as dates, lists with commas."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and key.endswith("_cents"):
        return dollars(value)
    if isinstance(value, list):
        return ", ".join(value_words(key, item if isinstance(item, str) else canonical(item)) for item in value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return short_date(date.fromisoformat(text))
    return text or "none"


def _words(key: str) -> str:
    """A key in words: `change_limit_cents` is “Change limit”."""
    if found := _THRESHOLD.search(key):
        return f"Threshold {found[1].replace('_', ' ')} from {short_date(date.fromisoformat(found[2]))}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", key):
        return short_date(date.fromisoformat(key))
    words = key.removesuffix("_cents").replace("_", " ")
    return words[:1].upper() + words[1:]


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
