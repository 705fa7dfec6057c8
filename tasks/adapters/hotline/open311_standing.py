"""Whether a request is closed, and when: the one place that knows how a case of the hotline says so."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func

from models.hotline.records import HotlineCase, HotlineDecision

_DECISION, _CASE = HotlineDecision.__table__, HotlineCase.__table__  # type: ignore[attr-defined]


def beside(requests: Table) -> FromClause:
    """Requests, each beside what was decided about it and its case, where there are any: a case begins with an act."""
    ids = requests.c.service_request_id
    decided = requests.outerjoin(_DECISION, _DECISION.c.contact_id == ids)
    return decided.outerjoin(_CASE, _CASE.c.case_id == ids)


def closed_at() -> ColumnElement[datetime | None]:
    """When the case was closed; null while it is open, also where it is merged with another and not closed itself."""
    found: ColumnElement[datetime | None] = _CASE.c.closed_at
    return found


def updated_at() -> ColumnElement[Any]:
    """When the case came to where it stands; null where nobody decided about it yet."""
    return func.coalesce(_CASE.c.state_since, _DECISION.c.decided_at)
