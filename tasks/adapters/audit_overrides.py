"""Holds the overrides of triage against the events of their contacts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.records import CaseEvent

_PROCESS = "hotline"


def check_overrides(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    """Every override with the event that it rests on, each fault as one sentence."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.seq, table.event, table.payload)
    ids = sorted({row.contact_id for row in page})
    events, undone = dict[tuple[str, int], tuple[str, Mapping[str, Any]]](), set[tuple[str, int]]()
    for case_id, seq, event, payload in session.execute(query.where(table.process == _PROCESS, table.case_id.in_(ids))):
        told = json.loads(payload)
        events[case_id, seq] = event, told
        if "undoes" in told:
            undone.add((case_id, told["undoes"]))
    for row in page:
        key = (row.contact_id, row.seq)
        name = f"The override of {row.what} of {row.contact_id} (event {row.seq})"
        if key not in events:
            yield f"{name} rests on no event."
        elif row.chosen != _chosen(row.what, *events[key]):
            yield f"{name} does not say what its event says."
        if (row.taken_back_at is not None) != (key in undone):
            yield f"{name} and the events of the contact do not agree on whether it was taken back."


def _chosen(what: str, event: str, told: Mapping[str, Any]) -> str:
    """What a person chose, as the event tells it."""
    if what == "confidential":
        return {"marked_confidential": "yes", "confidentiality_lifted": "no"}.get(event, "")
    if what == "duplicate_of":
        return str(told.get("with", "")) if event == "linked" else ""
    return str(told.get(what, ""))
