"""The one way in which a case changes: events appended to its chain, and its row moved, in the caller's transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import Session

from models.shared.documents import canonical
from models.shared.evidence import GENESIS, event_hash
from models.shared.records import CaseEvent, CaseRow
from tasks.adapters.signed_policy import require_signed_policy

_NEVER = datetime.min.replace(tzinfo=UTC)


class StaleCase(RuntimeError):
    """Somebody else changed the case since it was read; nothing was changed here."""


@dataclass(frozen=True)
class Happening:
    """One event to be recorded. `state_to` equals the state before it for a milestone."""

    event: str
    actor: str
    state_to: str
    occurred_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseHead:
    """A case as it was read: what a change must still find."""

    case_id: str
    state: str
    state_since: datetime
    version: int
    head_hash: str
    due_on: date | None = None


@dataclass(frozen=True)
class CaseChange:
    """A case's new events in order, and the due date of the stage that it stands in afterwards.

    `state_since` is given where a correction moved the day on which the case came to where it stands. `columns` are
    others of the case's row that change with it: the same ones in all changes of one commit.
    """

    head: CaseHead
    happenings: Sequence[Happening]
    due_on: date | None
    state_since: datetime | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)


def head_of(row: CaseRow | Row[Any]) -> CaseHead:
    """The head of a case row as read."""
    return CaseHead(row.case_id, row.state, row.state_since, row.version, row.head_hash, row.due_on)


def new_case(case_id: str) -> CaseHead:
    """The head of a case that does not exist yet."""
    return CaseHead(case_id, "", _NEVER, 0, GENESIS)


def chain(
    process: str, head: CaseHead, happenings: Iterable[Happening], at: datetime
) -> tuple[list[dict[str, Any]], CaseHead]:
    """Event rows that continue a chain, and the head after them."""
    rows: list[dict[str, Any]] = []
    state, since, seq, previous = head.state, head.state_since, head.version, head.head_hash
    for happening in happenings:
        seq += 1
        row: dict[str, Any] = {
            "process": process, "case_id": head.case_id, "seq": seq, "at": at, "occurred_at": happening.occurred_at,
            "event": happening.event, "actor": happening.actor, "state_from": state, "state_to": happening.state_to,
            "payload": canonical(happening.payload), "prev_hash": previous,
        }  # fmt: skip
        previous = row["hash"] = event_hash(row)
        if happening.state_to != state:
            state, since = happening.state_to, happening.occurred_at
        rows.append(row)
    return rows, CaseHead(head.case_id, state, since, seq, previous)


def commit_changes(
    session: Session, process: str, table: type[CaseRow], changes: Sequence[CaseChange], at: datetime
) -> None:
    """Append each case's events and move its row if nobody moved it meanwhile; else StaleCase and nothing is kept."""
    if not changes:
        return
    require_signed_policy(session)
    events: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    for change in changes:
        rows, after = chain(process, change.head, change.happenings, at)
        events += rows
        moves.append(
            {
                "b_case": change.head.case_id, "b_version": change.head.version, "state": after.state,
                "state_since": change.state_since or after.state_since, "version": after.version,
                "head_hash": after.head_hash, "due_on": change.due_on, **change.columns,
            }
        )  # fmt: skip
    columns = table.__table__.c  # type: ignore[attr-defined]
    statement = update(table.__table__).where(  # type: ignore[attr-defined]
        columns.case_id == bindparam("b_case"), columns.version == bindparam("b_version")
    )
    # The drivers of both databases add up the rows of many executions; each execution moves one row or none.
    if session.connection().execute(statement, moves).rowcount != len(moves):
        raise StaleCase("A case changed while it was being worked on; nothing was recorded. Run it again.")
    session.connection().execute(insert(CaseEvent), events)


def open_cases(
    session: Session,
    process: str,
    table: type[CaseRow],
    rows: Sequence[tuple[dict[str, Any], Sequence[Happening]]],
    at: datetime,
) -> None:
    """Insert new cases with their first events; `rows` pairs the case's own columns (and `due_on`) with its events."""
    if not rows:
        return
    require_signed_policy(session)
    events: list[dict[str, Any]] = []
    cases: list[dict[str, Any]] = []
    for columns, happenings in rows:
        made, after = chain(process, new_case(columns["case_id"]), happenings, at)
        events += made
        cases.append(
            {
                "due_on": None, **columns, "state": after.state, "state_since": after.state_since,
                "opened_at": happenings[0].occurred_at, "version": after.version, "head_hash": after.head_hash,
            }
        )  # fmt: skip
    session.connection().execute(insert(table), cases)
    session.connection().execute(insert(CaseEvent), events)


def append_batch(session: Session, process: str, case_id: str, happenings: Sequence[Happening], at: datetime) -> None:
    """Events of a batch (an import): a chain of its own, without a case row."""
    last = session.execute(
        select(CaseEvent.seq, CaseEvent.hash)  # type: ignore[call-overload]
        .where(CaseEvent.process == process, CaseEvent.case_id == case_id)
        .order_by(CaseEvent.seq.desc())  # type: ignore[attr-defined]
        .limit(1)
    ).first()
    head = CaseHead(case_id, "", at, last.seq if last else 0, last.hash if last else GENESIS)
    rows, _ = chain(process, head, happenings, at)
    if rows:
        session.connection().execute(insert(CaseEvent), rows)


def last_value(session: Session, process: str, case_id: str, event: str) -> str:
    """What the last event of this name said in a chain of batches; empty where there is none."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == process) & (table.case_id == case_id) & (table.event == event)
    found = session.execute(select(table.payload).where(mine).order_by(table.seq.desc()).limit(1)).scalar()
    return str(json.loads(found)["value"]) if found else ""
