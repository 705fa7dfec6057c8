"""A case's history as people and signatures look at it, whatever its process."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.records import CaseEvent, StoredDocument
from models.shared.signing import SignedEvent, signers


@dataclass(frozen=True)
class TimelineLine:
    """One event as a person reads it."""

    at: datetime
    what: str
    by: str
    state: str
    signature_id: str
    reason: str


def timeline_line(event: Any, what: str, state: str, told: Mapping[str, Any]) -> TimelineLine:
    """An event's line; `told` is what its payload says."""
    signed = told.get("signed") or {}
    return TimelineLine(
        event.occurred_at, what, event.actor, state, str(signed.get("signature", "")), str(told.get("reason", ""))
    )


def events_of(session: Session, process: str, case_id: str) -> Sequence[Any]:
    """All that happened to a case, the oldest first."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == process) & (table.case_id == case_id)
    return session.execute(select(*table).where(mine).order_by(table.seq)).all()


def histories(session: Session, process: str, case_ids: Sequence[str]) -> dict[str, list[SignedEvent]]:
    """What happened to some cases, as far as signatures go, oldest first."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    columns = (table.case_id, table.event, table.occurred_at, table.payload)
    query = select(*columns).where(table.process == process, table.case_id.in_(case_ids))
    found: dict[str, list[SignedEvent]] = defaultdict(list)
    for case_id, event, at, payload in session.execute(query.order_by(table.case_id, table.seq)).all():
        found[case_id].append(SignedEvent(event, new_york_date(at), signers(json.loads(payload))))
    return found


def papers_of(session: Session, process: str, case_id: str) -> tuple[Any, ...]:
    """What was printed for a case, the latest first."""
    table = StoredDocument.__table__.c  # type: ignore[attr-defined]
    query = select(table.document_id, table.title, table.made_at, table.pages)
    mine = (table.process == process) & (table.case_id == case_id)
    return tuple(session.execute(query.where(mine).order_by(table.made_at.desc(), table.document_id)))
