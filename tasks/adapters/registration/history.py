"""What happened to registration cases: events from the database, and as a person reads them."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.registration.sheets import HistoryLine
from models.shared.calendar import long_date
from models.shared.money import dollars, to_cents
from models.shared.records import CaseEvent
from tasks.adapters.database import batches

PROCESS = "registration"
# A row with the columns of CaseEvent: no instance is made of it, a review reads a hundred thousand of them.
Event = Row[Any]
# What of an event's payload people read in the timeline; ids and hashes stay out.
_READ = ("award", "value", "reason", "reference", "amount_before", "amount", "status_before", "status", "due_on")
_NAMES = {"due_on": "reply by", "amount_before": "amount before", "value": "", "award": "", "status_before": "was"}


def load_history(session: Session, case_ids: Sequence[str]) -> dict[str, list[Event]]:
    """Events of each case, oldest first."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    columns = (table.case_id, table.occurred_at, table.event, table.actor, table.state_from, table.state_to)
    query = select(*columns, table.payload).order_by(table.case_id, table.seq)
    found: dict[str, list[Event]] = {}
    for ids in batches(case_ids):
        rows = session.execute(query.where(table.process == PROCESS, table.case_id.in_(ids)))
        found |= {case_id: list(events) for case_id, events in groupby(rows, key=lambda e: e.case_id)}
    return found


def history_lines(events: Sequence[Event]) -> list[HistoryLine]:
    """Events as a person reads them."""
    return [
        HistoryLine(
            at=event.occurred_at, event=event.event, by=event.actor, state_from=event.state_from,
            state_to=event.state_to, detail=_detail(json.loads(event.payload)),
        )
        for event in events
    ]  # fmt: skip


def _detail(payload: dict[str, Any]) -> str:
    said = [f"{_NAMES.get(key, key)} {_words(key, payload[key])}".strip() for key in _READ if payload.get(key)]
    if payload.get("opened") or payload.get("closed"):
        said.append(f"{len(payload.get('opened', []))} opened, {len(payload.get('closed', []))} closed")
    if payload.get("items"):
        said.append(f"{len(payload['items'])} documents")
    return ", ".join(said)


def _words(key: str, value: Any) -> str:
    if key.startswith("amount"):
        return dollars(to_cents(value))
    if key == "due_on":
        return long_date(date.fromisoformat(value))
    return str(value).replace("_", " ") if key == "value" else str(value)
