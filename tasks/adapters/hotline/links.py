"""What links between contacts change at both ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.hotline.case_facts import CaseFacts, grouped, reopened
from models.hotline.clocks import Clocks
from models.hotline.links import is_answered_there, linked, unlinked, why_not_linked, why_not_unlinked
from models.hotline.taking import Override
from tasks.adapters.hotline.cases import Change, LoadedCase, load_cases
from tasks.adapters.ledger import Happening


def link(
    session: Session, later: LoadedCase, first_id: str, by: str, name: str, running: Clocks, at: datetime
) -> list[Change] | str:
    """A contact is merged with an earlier one: what that changes, or a sentence why it is not possible."""
    first = load_cases(session, [first_id], running).get(first_id)
    if first is None:
        return f"There is no contact “{first_id[:40]}” that was triaged."
    if why := why_not_linked(later.case, first.case):
        return why
    after = linked(later.facts, first_id)
    decided = later.case.decided
    differs = [Override("duplicate_of", decided.duplicate_of, first_id)] if decided.duplicate_of != first_id else []
    event = Happening("linked", name, after.state, at, {"by": by, "with": first_id})
    return [
        Change(later, after, [event], differs, "", by),
        _regrouped(first, [*first.case.members, after], later.facts.case_id, name, running, at, joined=True),
    ]


def unlink(
    session: Session, loaded: LoadedCase, by: str, name: str, running: Clocks, at: datetime
) -> list[Change] | str:
    """A contact stands for itself again: what that changes, or a sentence why it is not possible."""
    facts, first_id = loaded.facts, loaded.facts.duplicate_of
    if why := why_not_unlinked(facts):
        return why
    after = unlinked(facts)
    decided = loaded.case.decided
    differs = [Override("duplicate_of", decided.duplicate_of, "")] if decided.duplicate_of else []
    event = Happening("unlinked", name, after.state, at, {"by": by, "with": first_id})
    changes = [Change(loaded, after, [event], differs, "", by)]
    return [*changes, *_left(session, facts, name, running, at)]


def repeats_restricted(session: Session, facts: CaseFacts, running: Clocks) -> bool:
    """Whether an open contact was taken for a repeat of a restricted one, which only cleared staff may know."""
    other = load_cases(session, [facts.duplicate_of], running).get(facts.duplicate_of)
    return other is not None and other.facts.restricted and not facts.restricted


def dissolved(
    session: Session, loaded: LoadedCase, after: CaseFacts, name: str, running: Clocks, at: datetime
) -> tuple[CaseFacts, list[Happening], list[Change]]:
    """Every link of a contact whose confidentiality changed ends: its facts, more events of it, changes of others.

    What was closed as answered with the other one is open again.
    """
    facts, members = loaded.facts, loaded.case.members
    more, others = list[Happening](), list[Change]()
    if facts.merged or facts.duplicate_of:
        after, more = _ended(after, facts.duplicate_of, name, at)
        others += _left(session, facts, name, running, at) if facts.merged else []
    if members:
        after = grouped(after, loaded.case.decided, (), running)
        found = load_cases(session, [member.case_id for member in members], running)
        for member in members:
            there = found[member.case_id]
            others.append(Change(there, *_ended(there.facts, facts.case_id, name, at)))
    return after, more, others


def _ended(facts: CaseFacts, other: str, name: str, at: datetime) -> tuple[CaseFacts, list[Happening]]:
    """A contact whose link ended, and what that was."""
    after, events = unlinked(facts), [Happening("unlinked", name, facts.state, at, {"with": other})]
    if is_answered_there(facts):
        after = reopened(after)
        events.append(Happening("reopened", name, after.state, at, {}))
    return after, events


def regroup_first(session: Session, after: CaseFacts, name: str, running: Clocks, at: datetime) -> list[Change]:
    """The first contact anew where the priority of one that is merged with it changed."""
    if not after.merged:
        return []
    first = load_cases(session, [after.duplicate_of], running)[after.duplicate_of]
    members = [after if member.case_id == after.case_id else member for member in first.case.members]
    return [_regrouped(first, members, after.case_id, name, running, at, joined=True)]


def _left(session: Session, facts: CaseFacts, name: str, running: Clocks, at: datetime) -> list[Change]:
    """The first contact anew once one that was merged with it left."""
    if not facts.merged:
        return []
    first = load_cases(session, [facts.duplicate_of], running)[facts.duplicate_of]
    members = [member for member in first.case.members if member.case_id != facts.case_id]
    return [_regrouped(first, members, facts.case_id, name, running, at, joined=False)]


def _regrouped(
    first: LoadedCase, members: Sequence[CaseFacts], other: str, name: str, running: Clocks, at: datetime, *,
    joined: bool,
) -> Change:  # fmt: skip
    after = grouped(first.facts, first.case.decided, members, running)
    told: Mapping[str, Any] = {"with": other, "joined": joined}
    return Change(first, after, [Happening("grouped", name, after.state, at, dict(told))])
