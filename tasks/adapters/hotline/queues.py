"""Queues of contacts for pages and papers: what counts now, masked for everybody who is not cleared."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, select
from sqlmodel import Session

from models.hotline.clocks import LABELS
from models.hotline.phrases import Unit
from models.hotline.policy import ClockName
from models.hotline.records import HotlineAlert, HotlineCase, HotlineDecision
from models.hotline.states import ALL_STATES, Holder
from models.shared.people_records import Staff
from tasks.adapters.hotline.standing import (
    ALONE,
    CLOCK_NOW,
    DUE_NOW,
    DUPLICATE_OF,
    IS_MET,
    IS_SETTLED,
    LANGUAGE,
    NEEDS_SERVICE,
    PRIORITY,
    STANDS_STILL,
    STATE,
    UNIT,
    is_late,
)
from tasks.adapters.hotline.standing import RESTRICTED as HIDDEN

RESTRICTED = "restricted"
HOLDERS = tuple(str(holder) for holder in Holder if holder is not Holder.NOBODY)
_CASE, _DECISION, _ALERT = HotlineCase.__table__, HotlineDecision.__table__, HotlineAlert.__table__  # type: ignore[attr-defined]
_STAFF = Staff.__table__  # type: ignore[attr-defined]
_OPEN = tuple(state.name for state in ALL_STATES.values() if not state.final)


@dataclass(frozen=True)
class QueueFilter:
    """Which contacts are wanted; each empty field asks for all. `unit` may be `restricted`, `case_ids` names them.

    Those that are merged with an earlier contact that is open are worked on with that one, and left out unless
    `merged`. Who is not cleared finds no restricted contact by its unit or language.
    """

    unit: str = ""
    state: str = ""
    holder: str = ""
    priority: int = 0
    language: str = ""
    owner: str = ""
    overdue: bool = False
    only_open: bool = True
    merged: bool = False
    case_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class QueueRow:
    """A contact in a list. What is restricted reads so in unit, language, clock and review for who is not cleared.

    `clock` and `due_at` are what runs now: once the contact's own `is_met`, the office's own for settling it, which may
    stand still; what is settled has none.

    `alert` is the highest level of the ladder that was told, -1 for none; `version` that of its case, 0 without one.
    """

    case_id: str
    unit: str
    state: str
    holder: str
    priority: int
    language: str
    needs_language_service: bool
    channel: str
    received_at: datetime
    due_at: datetime
    clock: str
    is_met: bool
    is_overdue: bool
    is_settled: bool
    stands_still: bool
    waited: timedelta
    owner: str
    owner_name: str
    restricted: bool
    duplicate_of: str
    merged: bool
    review: tuple[str, ...]
    confidence: int
    alert: int
    is_alert_open: bool
    version: int


@dataclass
class UnitCount:
    """How many open contacts a unit has: by state, past their clock, and unaccepted of priority 1."""

    unit: str
    by_state: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_OPEN, 0))
    overdue: int = 0
    urgent: int = 0
    language_service: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def queue(
    session: Session, wanted: QueueFilter, now: datetime, *, cleared: bool, limit: int = 200, offset: int = 0
) -> tuple[list[QueueRow], int]:
    """The contacts of a list, the most urgent and then the earliest due first, and how many there are in all."""
    conditions = _conditions(wanted, now, cleared)
    total = session.execute(_joined(select(func.count())).where(*conditions)).scalar_one()
    level = select(func.max(_ALERT.c.level)).where(_ALERT.c.contact_id == _DECISION.c.contact_id).scalar_subquery()
    unheard = select(func.count()).where(
        _ALERT.c.contact_id == _DECISION.c.contact_id, _ALERT.c.acknowledged_at.is_(None)
    ).scalar_subquery()  # fmt: skip
    columns = (
        _DECISION.c.contact_id, UNIT.label("unit"), STATE.label("state"), PRIORITY.label("priority"),
        LANGUAGE.label("language"), NEEDS_SERVICE.label("service"), _DECISION.c.channel,
        _DECISION.c.received_at, DUE_NOW.label("due_at"), CLOCK_NOW.label("clock"), IS_MET.label("met"),
        is_late(now).label("late"), IS_SETTLED.label("settled"), STANDS_STILL.label("still"),
        func.coalesce(_CASE.c.owner, "").label("owner"), func.coalesce(_STAFF.c.name, "").label("owner_name"),
        HIDDEN.label("hidden"), DUPLICATE_OF.label("duplicate_of"),
        func.coalesce(_CASE.c.merged, False).label("merged"), _DECISION.c.review, _DECISION.c.confidence,
        func.coalesce(level, -1).label("level"), unheard.label("unheard"),
        func.coalesce(_CASE.c.version, 0).label("version"),
    )  # fmt: skip
    query = _joined(select(*columns)).outerjoin(_STAFF, _STAFF.c.staff_id == _CASE.c.owner).where(*conditions)
    query = query.order_by(PRIORITY, DUE_NOW, _DECISION.c.contact_id).limit(limit).offset(offset)
    found = session.execute(query).all()
    hidden = _restricted_among(session, [row.duplicate_of for row in found if row.duplicate_of])
    return [_row(row, now, hidden, cleared=cleared) for row in found], total


def _joined(query: Any) -> Any:
    return query.select_from(_DECISION).outerjoin(_CASE, _CASE.c.case_id == _DECISION.c.contact_id)


def _conditions(wanted: QueueFilter, now: datetime, cleared: bool) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = []
    if wanted.case_ids is not None:
        made.append(_DECISION.c.contact_id.in_(wanted.case_ids))
    if wanted.unit == RESTRICTED:
        made.append(HIDDEN)
    elif wanted.unit:
        made.append(wanted.unit == UNIT)
    made += [wanted.language == LANGUAGE] if wanted.language else []
    # By what a list leaves out, too, a contact would tell what it is about.
    if not cleared and (wanted.language or wanted.unit not in ("", RESTRICTED)):
        made.append(~HIDDEN)
    made += [wanted.priority == PRIORITY] if wanted.priority else []
    made += [_CASE.c.owner == wanted.owner] if wanted.owner else []
    if wanted.state:
        made.append(wanted.state == STATE)
    elif wanted.only_open:
        made.append(STATE.in_(_OPEN))
    if wanted.holder:
        held = [state.name for state in ALL_STATES.values() if state.holder.lower() == wanted.holder.lower()]
        made.append(STATE.in_(held))
    made += [is_late(now)] if wanted.overdue else []
    if not wanted.merged:
        made.append(ALONE)
    return made


def _restricted_among(session: Session, case_ids: Sequence[str]) -> frozenset[str]:
    if not case_ids:
        return frozenset()
    query = _joined(select(_DECISION.c.contact_id)).where(_DECISION.c.contact_id.in_(sorted(set(case_ids))), HIDDEN)
    return frozenset(session.execute(query).scalars())


def _row(row: Any, now: datetime, hidden: frozenset[str], *, cleared: bool) -> QueueRow:
    masked = bool(row.hidden) and not cleared
    # What was decided before there were clocks has none.
    clock, due_at = LABELS[ClockName(row.clock)] if row.clock else "", row.due_at or row.received_at
    # That a caller has a restricted contact besides is nobody else's to know.
    other = "" if not cleared and (row.duplicate_of in hidden or masked) else row.duplicate_of
    return QueueRow(
        case_id=row.contact_id, unit=RESTRICTED if masked else row.unit, state=row.state,
        holder=str(ALL_STATES[row.state].holder), priority=row.priority,
        language=RESTRICTED if masked else row.language, needs_language_service=bool(row.service) and not masked,
        channel=row.channel, received_at=row.received_at, due_at=due_at, clock=RESTRICTED if masked else clock,
        is_met=bool(row.met), is_overdue=bool(row.late),
        is_settled=bool(row.settled), stands_still=bool(row.still), waited=now - row.received_at, owner=row.owner,
        owner_name=row.owner_name, restricted=bool(row.hidden), duplicate_of=other, merged=bool(row.merged),
        review=() if masked else tuple(filter(None, row.review.split("|"))),
        confidence=0 if masked else row.confidence, alert=row.level, is_alert_open=bool(row.unheard),
        version=row.version,
    )  # fmt: skip


def unit_counts(session: Session, now: datetime, *, cleared: bool) -> list[UnitCount]:
    """What is open in each unit, in the order of the units; for who is not cleared the restricted ones as one row."""
    shown: ColumnElement[Any] = UNIT if cleared else case((HIDDEN, RESTRICTED), else_=UNIT)
    overdue = func.sum(cast(is_late(now), Integer))
    urgent = func.sum(cast((PRIORITY == 1) & STATE.in_(("to_person", "queued")), Integer))
    service = func.sum(cast(NEEDS_SERVICE, Integer))
    grouping = (shown.label("unit"), STATE.label("state"))
    query = _joined(select(*grouping, func.count(), overdue, urgent, service)).where(STATE.in_(_OPEN), ALONE)
    found = defaultdict[str, UnitCount](lambda: UnitCount(""))
    for unit, state, count, late, first, languages in session.execute(query.group_by(*grouping)):
        mine = found[unit]
        mine.by_state[state] += count
        mine.overdue += int(late or 0)
        mine.urgent += int(first or 0)
        mine.language_service += int(languages or 0)
    names = [*(unit.value for unit in Unit if cleared or unit not in (Unit.DV, Unit.HASA)), RESTRICTED]
    for name in names:
        found[name].unit = name
    return [found[name] for name in names if name != RESTRICTED or not cleared]
