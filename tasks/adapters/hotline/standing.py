"""How contacts stand now: what triage decided, and what people made of it since."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, false, func, literal, not_, or_, select

from models.hotline.clocks import MET_BY_ACKNOWLEDGING
from models.hotline.records import HotlineCase, HotlineDecision
from models.shared.records import UtcDateTime

_DECISION, _CASE = HotlineDecision.__table__.c, HotlineCase.__table__.c  # type: ignore[attr-defined]


def _now(case: Any, decision: Any) -> Any:
    """A decision says all until the first act on a contact; then its case does."""
    return func.coalesce(case, decision)


STATE = _now(_CASE.state, _DECISION.state)
UNIT = _now(_CASE.unit, _DECISION.unit)
PRIORITY = _now(_CASE.priority, _DECISION.priority)
RESTRICTED = _now(_CASE.restricted, _DECISION.confidential)
# By triage or by a person since, whatever was lifted: for what tells of earlier days, too.
EVER_RESTRICTED = or_(_DECISION.confidential, func.coalesce(_CASE.restricted, false()))
DUPLICATE_OF = _now(_CASE.duplicate_of, _DECISION.duplicate_of)
LANGUAGE = _now(_CASE.language, _DECISION.language)
CLOCK = _now(_CASE.clock, _DECISION.clock)
# A function's result is text where nobody says that it is a moment.
DUE_AT: Any = func.coalesce(_CASE.due_at, _DECISION.due_at, type_=UtcDateTime)
# Of the case alone: who has it.
OWNER = _CASE.owner
_FIRST = HotlineCase.__table__.alias("first").c  # type: ignore[attr-defined]
# One that is merged with an earlier contact is worked on with that one, as long as that one is open.
_elsewhere = select(_FIRST.case_id).where(_FIRST.case_id == _CASE.duplicate_of, _FIRST.closed_at.is_(None)).exists()
ALONE = ~(func.coalesce(_CASE.merged, false()) & _elsewhere)
IS_OPEN = and_(STATE != "closed", ALONE)


def was_open_at(at: datetime) -> Any:
    """True of what was received before a moment and not closed by then."""
    return and_(_DECISION.received_at < at, or_(_CASE.closed_at.is_(None), _CASE.closed_at >= at), ALONE)


def is_overdue(at: datetime) -> Any:
    """True where a clock had run out at this moment and nothing met it, as `CaseFacts.is_overdue` says it."""
    late = func.coalesce(literal(at, UtcDateTime) > DUE_AT, false())
    acknowledged = and_(_CASE.acknowledged_at.is_not(None), _CASE.clock.in_(sorted(MET_BY_ACKNOWLEDGING)))
    return and_(late, _CASE.first_response_at.is_(None), or_(_CASE.acknowledged_at.is_(None), not_(acknowledged)))


def contacts_now(*columns: Any) -> Select[Any]:
    """A query for columns of decisions, of their cases where there is one, and of how they stand now."""
    table = HotlineDecision.__table__  # type: ignore[attr-defined]
    return select(*columns).select_from(table.outerjoin(HotlineCase.__table__, _CASE.case_id == _DECISION.contact_id))  # type: ignore[attr-defined]


def restricted_ids() -> Select[Any]:
    """A query for the contacts that triage or, since then, a person found to be protected."""
    return contacts_now(_DECISION.contact_id).where(EVER_RESTRICTED)
