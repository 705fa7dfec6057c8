"""Contacts as they are worked on, from the database and back: a case is opened by the first act on it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.hotline.case_facts import COLUMNS, WORKED, CaseFacts, Decided, first_facts
from models.hotline.clocks import Clocks
from models.hotline.records import HotlineCase, HotlineDecision, HotlineOverride
from models.hotline.taking import Case, Last, Override
from models.shared.calendar import new_york_date
from models.shared.records import CaseEvent
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes, head_of, open_cases
from tasks.adapters.policy import hotline_work_policy
from tasks.adapters.rows import all_rows

PROCESS, TRIAGE = "hotline", "triage inquiries"
# What opens a case: that it was received, and what triage made of it.
OPENING = 2


@dataclass(frozen=True)
class LoadedCase:
    """A contact with its case as it was read; no head where nobody has worked on it."""

    case: Case
    head: CaseHead | None

    @property
    def facts(self) -> CaseFacts:
        return self.case.facts

    @property
    def version(self) -> int:
        """How many events it has; 0 where it was not opened."""
        return self.head.version if self.head else 0

    @property
    def next_seq(self) -> int:
        """The number of the event that comes next."""
        return (self.version or OPENING) + 1


@dataclass(frozen=True)
class Change:
    """What happens to one contact, and the facts after it. `overrides` are where that differs from triage.

    `undoes` is the number of the event that is taken back.
    """

    loaded: LoadedCase
    facts: CaseFacts
    happenings: Sequence[Happening]
    overrides: Sequence[Override] = ()
    why: str = ""
    by: str = ""
    undoes: int = field(default=0)


def clocks() -> Clocks:
    """The clocks by the policy of now."""
    return Clocks(hotline_work_policy())


def load_cases(session: Session, case_ids: Sequence[str], running: Clocks) -> dict[str, LoadedCase]:
    """Some contacts that triage has decided about, by id; others are left out."""
    ids = sorted(set(case_ids))
    decisions = {row.contact_id: row for row in all_rows(session, HotlineDecision, "contact_id", ids)}
    rows = {row.case_id: row for row in all_rows(session, HotlineCase, "case_id", ids)}
    members = _members(session, [*rows])
    last = _last_events(session, rows)
    found = {}
    for case_id, decision in decisions.items():
        decided, row = decided_of(decision), rows.get(case_id)
        facts = facts_of(row) if row else first_facts(decided, running)
        case = Case(facts, decided, last.get(case_id, Last()), tuple(members.get(case_id, ())))
        found[case_id] = LoadedCase(case, head_of(row) if row else None)
    return found


def decided_of(row: Any) -> Decided:
    """What triage decided, from its row."""
    return Decided(
        row.contact_id, row.state, row.unit, tuple(filter(None, row.alternatives.split("|"))), row.priority,
        row.confidential, row.needs_language_service, row.language, row.channel,
        tuple(filter(None, row.review.split("|"))), row.rule, frozenset(filter(None, row.signals.split("|"))),
        row.duplicate_of, row.judged_by, row.received_at, row.decided_at, row.clock, row.due_at,
    )  # fmt: skip


def facts_of(row: Any) -> CaseFacts:
    """What counts of a contact, from its case's row."""
    return CaseFacts(*(getattr(row, name) for name in COLUMNS))


def _members(session: Session, case_ids: Sequence[str]) -> Mapping[str, list[CaseFacts]]:
    found: dict[str, list[CaseFacts]] = {}
    for row in sorted(all_rows(session, HotlineCase, "duplicate_of", case_ids), key=lambda row: str(row.case_id)):
        if row.merged:
            found.setdefault(row.duplicate_of, []).append(facts_of(row))
    return found


def _last_events(session: Session, rows: Mapping[str, Any]) -> dict[str, Last]:
    """The last event of each case, and what it changed."""
    event, case = CaseEvent.__table__.c, HotlineCase.__table__.c  # type: ignore[attr-defined]
    query = select(event.case_id, event.event, event.seq, event.payload).join(
        HotlineCase, (case.case_id == event.case_id) & (case.version == event.seq)
    )
    query = query.where(event.process == PROCESS, event.case_id.in_(sorted(rows)))
    return {
        row.case_id: Last(row.event, row.seq, json.loads(row.payload).get("before", {}))
        for row in session.execute(query)
    }


def write(session: Session, changes: Sequence[Change], at: datetime) -> None:
    """Record what happens to some contacts, each once; the caller commits. Raises StaleCase, IntegrityError."""
    there = [change for change in changes if change.loaded.head]
    commit_changes(session, PROCESS, HotlineCase, [_case_change(change) for change in there], at)
    fresh = [change for change in changes if not change.loaded.head]
    open_cases(session, PROCESS, HotlineCase, [(_opened(change), _with_opening(change)) for change in fresh], at)
    rows = [row for change in changes for row in _override_rows(change, at)]
    if rows:
        session.connection().execute(insert(HotlineOverride), rows)
    for change in changes:
        if change.undoes:
            _take_back(session, change, at)


def _worked(facts: CaseFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in WORKED}


def _due_on(facts: CaseFacts) -> Any:
    """The day on which its clock ends; none once that was met."""
    return None if facts.is_clock_met else new_york_date(facts.due_at)


def _case_change(change: Change) -> CaseChange:
    assert change.loaded.head is not None
    return CaseChange(change.loaded.head, change.happenings, _due_on(change.facts), columns=_worked(change.facts))


def _opened(change: Change) -> dict[str, Any]:
    return {"case_id": change.facts.case_id, "due_on": _due_on(change.facts), **_worked(change.facts)}


def _with_opening(change: Change) -> list[Happening]:
    decided, first = change.loaded.case.decided, change.loaded.facts
    told = {"judged_by": decided.judged_by, "clock": first.first_clock, "due_at": first.first_due_at.isoformat()}
    event = "held_for_person" if decided.state == "to_person" else "routed"
    return [
        Happening("received", TRIAGE, "received", decided.received_at, {}),
        Happening(event, TRIAGE, decided.state, decided.decided_at, told),
        *change.happenings,
    ]


def _override_rows(change: Change, at: datetime) -> list[dict[str, Any]]:
    decided = change.loaded.case.decided
    return [
        {
            "contact_id": decided.contact_id, "seq": change.loaded.next_seq, "what": one.what, "said": one.said,
            "chosen": one.chosen, "why": change.why, "staff_id": change.by, "at": at, "judged_by": decided.judged_by,
            "restricted": change.facts.restricted or change.loaded.facts.restricted, "taken_back_at": None,
        }
        for one in change.overrides
    ]  # fmt: skip


def _take_back(session: Session, change: Change, at: datetime) -> None:
    table = HotlineOverride.__table__  # type: ignore[attr-defined]
    mine = (table.c.contact_id == change.facts.case_id) & (table.c.seq == change.undoes)
    session.connection().execute(update(table).where(mine).values(taken_back_at=at))
