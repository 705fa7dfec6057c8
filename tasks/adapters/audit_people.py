"""Holds accounts, delegations, proposals and policies against the office's history, which says how they came about."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.office_acts import EVENTS, POLICY_SUBJECT, ActKind, act_sha256
from models.shared.people_records import OfficeAct, Staff, StaffDelegation
from models.shared.records import PolicyVersion
from tasks.adapters.office_chain import BOOTSTRAP_CHAIN, OfficeEvent, office_events
from tasks.adapters.office_proposals import PROPOSED, REFUSED

_WORDS = {
    "name": "the name", "email": "the e-mail address", "identity": "the employee number", "unit": "the unit",
    "roles": "the roles", "added_at": "when it was added", "enrolled_at": "when it was enrolled",
    "enrolled_by": "who let it in", "revoked_at": "when it was revoked", "from_id": "who is out",
    "to_id": "who acts for them", "first_day": "the first day", "last_day": "the last day", "reason": "the reason",
    "ended_at": "when it ended", "proposed_by": "who proposed it", "signed_by": "who signed it",
    "signed_at": "when it was signed",
}  # fmt: skip


@dataclass
class _History:
    """What the office's history comes to: accounts and delegations as they must be, acts, policies; and its faults."""

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    delegations: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    proposed: set[str] = field(default_factory=set)
    first: frozenset[str] = frozenset()
    tickets: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def check_people(session: Session) -> Iterator[str]:
    """Every account, delegation, proposal and policy with the office's history, each fault as one sentence."""
    history = _History()
    events = sorted(office_events(session), key=lambda event: (event.chain, event.seq))
    for event in events:
        try:
            _take(history, event)
        except (KeyError, TypeError, ValueError, AttributeError):
            history.faults.append(f"office/{event.chain}: event {event.seq} ({event.event}) cannot be understood.")
    yield from history.faults
    yield from _check_accounts(session, history)
    yield from _check_delegations(session, history)
    yield from _check_acts(session, history)
    yield from _check_policies(session, history)


# --- what the history comes to ----------------------------------------------------------------------------------


def _take(history: _History, event: OfficeEvent) -> None:
    told, what, (kind, _, staff_id) = event.payload, event.event, event.chain.partition(":")
    if what == PROPOSED:
        history.acts[told["act"]]["shown"] = told["shown"]
        history.proposed |= {told["body"]["sha256"]} if event.chain == POLICY_SUBJECT else set()
    elif "act" in told:
        history.acts[told["act"]]["closed"] = "refused" if what == REFUSED else "done"
    if event.chain == BOOTSTRAP_CHAIN:
        history.first = frozenset(told["administrators"])
    elif event.chain == POLICY_SUBJECT and what == EVENTS[ActKind.POLICY]:
        signed = {"proposed_by": told["proposed_by"], "signed_by": told["signed_by"], "signed_at": event.at}
        history.policies[told["body"]["sha256"]] = signed
    elif kind == "staff" and what in (EVENTS[ActKind.DELEGATE], EVENTS[ActKind.END_DELEGATION]):
        _lend(history, event)
    elif kind == "staff":
        _let_in(history, event, staff_id)


def _let_in(history: _History, event: OfficeEvent, staff_id: str) -> None:
    """What an event of an account makes of it."""
    told, what, at, account = event.payload, event.event, event.at, history.accounts.get(staff_id)
    if what in ("bootstrapped", EVENTS[ActKind.ADD]):
        body = told["body"]
        names = ("name", "email", "identity", "unit")
        empty: dict[str, Any] = {"enrolled_at": None, "enrolled_by": [], "revoked_at": None}
        account = {**{name: body[name] for name in names}, "roles": sorted(body["roles"]), "added_at": at, **empty}
        history.accounts[staff_id] = account
        if what == "bootstrapped":
            account |= {"enrolled_at": at, "enrolled_by": told["enrolled_by"]}
            if staff_id not in history.first:
                history.faults.append(f"Account {staff_id} is none of the first two administrators, but says so.")
    elif account is None and what not in (PROPOSED, REFUSED):
        raise ValueError(staff_id)
    elif account is not None and what == EVENTS[ActKind.CHANGE]:
        account |= {"unit": told["body"]["unit"], "roles": sorted(told["body"]["roles"])}
    elif account is not None and what == EVENTS[ActKind.REVOKE]:
        account["revoked_at"] = at
        _end_all(history, staff_id, at)
    elif what == EVENTS[ActKind.ENROL]:
        history.tickets[staff_id] = [told["proposed_by"], told["signed_by"]]
    elif account is not None and what == "enrolled":
        account |= {"enrolled_at": at, "enrolled_by": told["enrolled_by"], "revoked_at": None}
        if set(history.tickets.pop(staff_id, [])) != set(told["enrolled_by"]):
            history.faults.append(
                f"Account {staff_id} took up an authenticator by event {event.seq} of its history, but "
                f"{' and '.join(told['enrolled_by'])} signed no ticket for it."
            )


def _lend(history: _History, event: OfficeEvent) -> None:
    """A delegation begins or ends; both people's histories tell it."""
    told, body = event.payload, event.payload["body"]
    if event.event == EVENTS[ActKind.DELEGATE]:
        days = {name: date.fromisoformat(body[name]) for name in ("first_day", "last_day")}
        lent = {"from_id": body["from_id"], "to_id": body["to_id"], **days, "reason": told["reason"]}
        history.delegations.setdefault(told["act"], {**lent, "ended_at": None, "in": set()})["in"].add(event.chain)
    else:
        _end(history.delegations[body["delegation_id"]], event.at)


def _end(lent: dict[str, Any], at: datetime) -> None:
    lent["ended_at"] = min(at, lent["ended_at"] or at)


def _end_all(history: _History, staff_id: str, at: datetime) -> None:
    """Whoever is revoked acts for nobody any more, nor does anybody for them."""
    for lent in history.delegations.values():
        if f"staff:{staff_id}" in lent["in"]:
            _end(lent, at)


# --- the tables against it --------------------------------------------------------------------------------------


def _others(row: Row[Any], wanted: dict[str, Any], **read: Any) -> str:
    """What a row says otherwise than the history, in words."""
    names = [name for name in _WORDS if name in wanted and read.get(name, getattr(row, name, None)) != wanted[name]]
    return ", ".join(_WORDS[name] for name in names)


def _list(text: str) -> list[str]:
    """A list from its JSON; one that equals no other of a text that is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return [str(one) for one in found] if isinstance(found, list) else [text]


def _check_accounts(session: Session, history: _History) -> Iterator[str]:
    table = Staff.__table__  # type: ignore[attr-defined]
    rows = {row.staff_id: row for row in session.execute(select(table).order_by(table.c.staff_id))}
    for staff_id, row in rows.items():
        wanted = history.accounts.get(staff_id)
        if wanted is None:
            yield f"Account {staff_id} ({row.name}): no event of the office let it in."
            continue
        read = {"roles": sorted(_list(row.roles)), "enrolled_by": _list(row.enrolled_by)}
        if others := _others(row, wanted, **read):
            yield f"Account {staff_id} was changed past the office’s history: {others}."
        if row.secret and row.enrolled_at is None:
            yield f"Account {staff_id} has an authenticator that it never took up."
    for staff_id in sorted(history.accounts.keys() - rows.keys()):
        yield f"Account {staff_id} is in the office’s history, but the account is gone."


def _check_delegations(session: Session, history: _History) -> Iterator[str]:
    table = StaffDelegation.__table__  # type: ignore[attr-defined]
    rows = {row.delegation_id: row for row in session.execute(select(table).order_by(table.c.delegation_id))}
    for number, row in rows.items():
        wanted = history.delegations.get(number)
        if wanted is None:
            yield f"Delegation {number} from {row.from_id} to {row.to_id}: no two administrators signed it."
        elif others := _others(row, wanted):
            yield f"Delegation {number} was changed past the office’s history: {others}."
    for number in sorted(history.delegations.keys() - rows.keys()):
        yield f"Delegation {number} is in the office’s history, but its row is gone."


def _check_acts(session: Session, history: _History) -> Iterator[str]:
    table = OfficeAct.__table__  # type: ignore[attr-defined]
    rows = {row.act_id: row for row in session.execute(select(table).order_by(table.c.act_id))}
    for act_id, row in rows.items():
        told = history.acts.get(act_id, {})
        if "shown" not in told:
            yield f"Proposal {act_id} ({row.kind} {row.subject}): no event of the office says that it was made."
            continue
        if act_sha256(act_id, row.kind, row.subject, row.body, row.reason, row.proposed_by) != told["shown"]:
            yield f"Proposal {act_id} ({row.kind} {row.subject}) was changed after {row.proposed_by} signed it."
        if (closed := told.get("closed", "open")) != row.status:
            yield f"Proposal {act_id} ({row.kind} {row.subject}) is “{row.status}”, by the office’s history “{closed}”."
    for act_id in sorted(history.acts.keys() - rows.keys()):
        yield f"Proposal {act_id} is in the office’s history, but its row is gone."


def _check_policies(session: Session, history: _History) -> Iterator[str]:
    table = PolicyVersion.__table__  # type: ignore[attr-defined]
    kept = set()
    for row in session.execute(select(table).order_by(table.c.sha256).execution_options(yield_per=50)):
        kept.add(row.sha256)
        name, wanted = f"Policy {row.sha256[:12]}", history.policies.get(row.sha256)
        if sha256(row.body) != row.sha256:
            yield f"{name}: its text was changed after it was proposed."
        if wanted is None and row.signed_at is not None:
            yield f"{name} stands as signed by {row.signed_by}, but no event of the office says so."
        elif wanted is None and row.sha256 not in history.proposed:
            yield f"{name} waits for a signature, but no event of the office says that it was proposed."
        elif wanted is not None and (others := _others(row, wanted)):
            yield f"{name} was changed past the office’s history: {others}."
    for sha in sorted(history.policies.keys() - kept):
        yield f"Policy {sha[:12]} was signed by the office’s history, but its text is gone."
