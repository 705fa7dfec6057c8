"""Contacts that were decided about, and the work on them, put into the database without a word of anybody."""

from datetime import UTC, datetime
from typing import Any

from models.hotline.records import HotlineCase, HotlineDecision, HotlineEventTag
from tasks.adapters.database import writing

RECEIVED = datetime(2026, 11, 19, 15, tzinfo=UTC)
DUE = datetime(2026, 12, 4, 4, 59, 59, tzinfo=UTC)


def decided(contact_id: str, *, events: tuple[str, ...] = (), **changed: Any) -> None:
    """A decision of triage: a contact of cash assistance, of no urgency, unless `changed` says otherwise."""
    given: dict[str, Any] = {
        "contact_id": contact_id, "state": "queued", "unit": "FIA", "alternatives": "HOMEBASE", "priority": 3,
        "confidential": False, "needs_language_service": False, "language": "en", "channel": "hotline",
        "confidence": 900, "review": "", "rule": "", "signals": "snap", "evidence": "1-5", "duplicate_of": "",
        "judged_by": "a" * 64, "received_at": RECEIVED, "decided_at": RECEIVED, "clock": "response", "due_at": DUE,
    }  # fmt: skip
    row = HotlineDecision(**given | changed)
    with writing() as session:
        session.add(row)
        for event in events:
            session.add(HotlineEventTag(event=event, contact_id=contact_id, raised_from=0))


def worked(contact_id: str, **changed: Any) -> None:
    """The work on a contact that was decided about: claimed, unless `changed` says otherwise."""
    with writing() as session:
        found = session.get(HotlineDecision, contact_id)
        assert found is not None
        given: dict[str, Any] = {
            "case_id": contact_id, "state": "claimed", "state_since": found.received_at, "version": 1,
            "opened_at": found.received_at, "due_on": None, "head_hash": "", "unit": found.unit,
            "priority": found.priority, "own_priority": found.priority, "restricted": found.confidential,
            "language": found.language, "needs_language_service": found.needs_language_service,
            "channel": found.channel, "owner": "m.ortiz", "received_at": found.received_at,
            "started_at": found.received_at, "first_clock": found.clock, "first_due_at": found.due_at,
            "clock": found.clock, "due_at": found.due_at, "resolve_by": found.due_at, "paused_seconds": 0,
            "duplicate_of": found.duplicate_of, "merged": False, "close_code": "", "attempts": 0, "attempt_days": 0,
            "misroutes": 0, "reopened_count": 0,
        }  # fmt: skip
        session.add(HotlineCase(**given | changed))
