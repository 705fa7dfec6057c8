"""How contacts stand now: what triage decided, and what people made of it since."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.hotline.clocks import MET_BY_ACKNOWLEDGING
from models.hotline.policy import ClockName
from models.hotline.records import HotlineCase, HotlineDecision
from models.shared.records import UtcDateTime

_DECISION, _CASE = HotlineDecision.__table__.c, HotlineCase.__table__.c  # type: ignore[attr-defined]


def _now(by_people: Any, by_triage: Any) -> Any:
    """A decision says all until the first act on a contact; then its case does."""
    return func.coalesce(by_people, by_triage)


class _Later(FunctionElement[datetime]):
    """A moment and so many seconds."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(_Later)
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    moment, seconds = (compiler.process(one, **options) for one in element.clauses)
    return f"({moment} + {seconds} * interval '1 second')"


@compiles(_Later, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    moment, seconds = (compiler.process(one, **options) for one in element.clauses)
    # As moments are kept: six digits behind the second, of which SQLite reckons three. Days end with whole seconds.
    return f"(strftime('%Y-%m-%d %H:%M:%f', {moment}, {seconds} || ' seconds') || '000')"


STATE = _now(_CASE.state, _DECISION.state)
UNIT = _now(_CASE.unit, _DECISION.unit)
PRIORITY = _now(_CASE.priority, _DECISION.priority)
RESTRICTED = _now(_CASE.restricted, _DECISION.confidential)
# By triage, whatever was lifted since, or by a person now: with such a one little is linked across units, and what
# tells of earlier days hides it.
EVER_RESTRICTED = or_(_DECISION.confidential, func.coalesce(_CASE.restricted, false()))
DUPLICATE_OF = _now(_CASE.duplicate_of, _DECISION.duplicate_of)
LANGUAGE = _now(_CASE.language, _DECISION.language)
NEEDS_SERVICE = _now(_CASE.needs_language_service, _DECISION.needs_language_service)
CLOCK = _now(_CASE.clock, _DECISION.clock)
# A function's result is text where nobody says that it is a moment.
DUE_AT: Any = func.coalesce(_CASE.due_at, _DECISION.due_at, type_=UtcDateTime)
_acknowledged = and_(_CASE.acknowledged_at.is_not(None), _CASE.clock.in_(sorted(MET_BY_ACKNOWLEDGING)))
# True once what the clock asks for was done, as `CaseFacts.is_clock_met` says it.
IS_MET = func.coalesce(or_(_CASE.first_response_at.is_not(None), _CASE.closed_at.is_not(None), _acknowledged), false())
# As `CaseFacts.is_settled` says it.
IS_SETTLED = or_(_CASE.closed_at.is_not(None), and_(IS_MET, _CASE.resolved_at.is_not(None)))
# The office's own clock runs once the contact's was met; it stands still while the constituent is asked.
CLOCK_NOW = case((IS_MET, ClockName.RESOLUTION.value), else_=CLOCK)
STANDS_STILL = and_(IS_MET, _CASE.paused_since.is_not(None))
# When the clock of now ends; of one that stands still, when it would have ended if it had gone on.
DUE_NOW: ColumnElement[Any] = case((IS_MET, _Later(_CASE.resolve_by, _CASE.paused_seconds)), else_=DUE_AT)
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


def is_late(at: datetime) -> Any:
    """True of what is not settled and whose clock of now had ended at this moment, as `CaseFacts.is_late` says it."""
    until = case((STANDS_STILL, _CASE.paused_since), else_=literal(at, UtcDateTime))
    return and_(~IS_SETTLED, func.coalesce(until > DUE_NOW, false()))


def contacts_now(*columns: Any) -> Select[Any]:
    """A query for columns of decisions, of their cases where there is one, and of how they stand now."""
    table = HotlineDecision.__table__  # type: ignore[attr-defined]
    return select(*columns).select_from(table.outerjoin(HotlineCase.__table__, _CASE.case_id == _DECISION.contact_id))  # type: ignore[attr-defined]


def restricted_ids() -> Select[Any]:
    """A query for the contacts that triage or, since then, a person found to be protected."""
    return contacts_now(_DECISION.contact_id).where(EVER_RESTRICTED)
