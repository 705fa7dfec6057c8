"""Whether a request is closed, and when: the one place that knows how a case of the hotline says so."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case

from models.hotline.records import HotlineDecision

# Where a case is done, in the states of the domain. Source: domain sections 2 and 12 (closed and merged are closed).
CLOSED = ("closed", "merged", "referred_out", "withdrawn")
_DECISION = HotlineDecision.__table__  # type: ignore[attr-defined]
# What a query of requests joins by the contact's id.
TABLE, CONTACT_ID = _DECISION, _DECISION.c.contact_id


def closed_at() -> ColumnElement[Any]:
    """When the case was closed; null while it is open."""
    done: ColumnElement[Any] = case((_DECISION.c.state.in_(CLOSED), _DECISION.c.decided_at))
    return done


def updated_at() -> ColumnElement[datetime | None]:
    """When something last happened to the case; null where nobody decided about it yet."""
    found: ColumnElement[datetime | None] = _DECISION.c.decided_at
    return found
