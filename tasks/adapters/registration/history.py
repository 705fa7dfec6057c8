"""What happened to registration cases: events from the database, and as a person reads them."""

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from models.registration.corrections import CORRECTED, Recorded, as_corrected, in_words
from models.registration.requirements import LABELS
from models.registration.sheets import HistoryLine
from models.shared.calendar import long_date
from models.shared.money import dollars, to_cents
from models.shared.records import CaseEvent
from tasks.adapters.database import batches

PROCESS = "registration"
# A row with the columns of Recorded: no instance is made of it, a review reads a hundred thousand of them. Only the
# events of a case in which something was corrected are instances.
Event = Row[Any] | Recorded
_COLUMNS = Recorded._fields[:-1]
# What of an event's payload people read in the timeline; ids and hashes stay out.
_READ = (
    "award", "document", "seq_no", "value", "staff", "to", "reason", "reference", "amount_before", "amount",
    "amount_after", "delta", "status_before", "status", "due_on",
)  # fmt: skip
_NAMES = {
    "due_on": "reply by", "amount_before": "amount before", "amount_after": "amount after", "value": "", "award": "",
    "status_before": "was", "document": "", "staff": "", "seq_no": "No.", "delta": "change",
}  # fmt: skip


def load_history(session: Session, case_ids: Sequence[str]) -> dict[str, list[Event]]:
    """Events of each case as they are known now, oldest first: corrected ones with their corrected day and words."""
    query, connection = _events(), session.connection()
    found: dict[str, list[Event]] = {}
    for ids in batches(case_ids):
        rows = connection.execute(query, {"ids": list(ids)}).all()
        found |= {case_id: known_now(list(events)) for case_id, events in groupby(rows, key=lambda e: e.case_id)}
    return found


@cache
def _events() -> Any:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & table.case_id.in_(bindparam("ids", expanding=True))
    return select(*(table[name] for name in _COLUMNS)).where(mine).order_by(table.case_id, table.seq)


def known_now(rows: list[Row[Any]]) -> list[Event]:
    """One case's rows with the columns of Recorded; where something was corrected, its events as corrected."""
    if any(row.event == CORRECTED for row in rows):
        return list(as_corrected([Recorded(*row) for row in rows]))
    return list(rows)


def load_recorded(session: Session, case_id: str) -> list[Recorded]:
    """One case's events as they are known now, each with what was first recorded of it: what a correction needs."""
    events = load_history(session, [case_id]).get(case_id, [])
    return [event if isinstance(event, Recorded) else Recorded(*event) for event in events]


def history_lines(events: Sequence[Event]) -> list[HistoryLine]:
    """Events as a person reads them."""
    return [
        HistoryLine(
            at=event.occurred_at, event=event.event, by=event.actor, state_from=event.state_from,
            state_to=event.state_to, detail=_line(event, events),
        )
        for event in events
    ]  # fmt: skip


def _line(event: Event, events: Sequence[Event]) -> str:
    payload = json.loads(event.payload)
    if event.event == CORRECTED:
        return _correction(payload, events)
    detail = _detail(payload)
    return f"{detail} (corrected)".strip() if isinstance(event, Recorded) and event.is_corrected else detail


def _correction(payload: dict[str, Any], events: Sequence[Event]) -> str:
    """`filed, date October 12, 2026, before October 5, 2026: the stamp was misread`."""
    name = next(event.event for event in events if event.seq == payload["seq"])
    return f"{in_words(name, payload['before'], payload['after'])}: {payload['reason']}"


def _detail(payload: dict[str, Any]) -> str:
    said = [f"{_NAMES.get(key, key)} {_words(key, payload[key])}".strip() for key in _READ if payload.get(key)]
    if payload.get("opened") or payload.get("closed"):
        said.append(f"{len(payload.get('opened', []))} opened, {len(payload.get('closed', []))} closed")
    if payload.get("items"):
        said.append(f"{len(payload['items'])} documents")
    return ", ".join(said)


def _words(key: str, value: Any) -> str:
    if key == "delta" or key.startswith("amount"):
        return dollars(to_cents(value))
    if key == "due_on":
        return long_date(date.fromisoformat(value))
    if key == "document":
        return LABELS.get(value, str(value))
    return str(value).replace("_", " ") if key == "value" else str(value)
