"""The weekly blind sample in the database: drawn once, and what its readings say about triage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import Session

from models.hotline.misleading import RESTRICTED as PROTECTED
from models.hotline.misleading import Disagreement, Misleading, misleading
from models.hotline.policy import Policy
from models.hotline.records import HotlineDecision, HotlineOverride, HotlineSample
from models.hotline.retriage import (
    DRAWN,
    URGENT,
    PriorityAccuracy,
    Reading,
    draw,
    monday_of,
    priority_accuracy,
)
from models.hotline.rules import RESTRICTED_UNITS
from models.shared.calendar import NEW_YORK
from models.shared.documents import canonical, sha256
from tasks.adapters.hotline.standing import restricted_ids
from tasks.adapters.ledger import Happening, append_batch

PROCESS, ACTOR = "hotline", "weekly sample"
_SAMPLE, _DECISION = HotlineSample.__table__, HotlineDecision.__table__.c  # type: ignore[attr-defined]
_OVERRIDE = HotlineOverride.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class SampledWeek:
    """How far the sample of a week (its Monday) was read: of priority 1 and of the others, drawn and read."""

    week: date
    urgent: int
    urgent_read: int
    others: int
    others_read: int


def week_of(written: str, today: date) -> date:
    """The Monday of the week of the day that somebody asked for, of the last whole one where nothing is written.

    Raises LookupError with a sentence.
    """
    try:
        asked = date.fromisoformat(written) if written else today - timedelta(days=7)
        # The calendar's last year has a week without an end.
        if asked.year == date.max.year:
            raise ValueError
        return monday_of(asked)
    except ValueError:
        raise LookupError(f"“{written[:40]}” is no day. Write it as 2026-11-20, or leave it empty.") from None


def draw_week(session: Session, week: date, policy: Policy, at: datetime) -> int:
    """Draw the sample of a week (its Monday); returns how many joined it. What was drawn before stays."""
    query = select(_DECISION.contact_id, _DECISION.priority).where(_of_week(week))
    drawn = draw({row[0]: row[1] for row in session.execute(query)}, week, policy.sample_least)
    there = set(session.execute(select(_SAMPLE.c.contact_id).where(_SAMPLE.c.week == week)).scalars())
    fresh = {one: why for one, why in sorted(drawn.items()) if one not in there}
    if not fresh:
        return 0
    session.add_all(HotlineSample(contact_id=one, week=week, why=why, drawn_at=at) for one, why in fresh.items())
    session.flush()
    told = {"count": len(fresh), "contacts": sha256(canonical(list(fresh)))}
    append_batch(session, PROCESS, f"sample:{week}", [Happening("sample_drawn", ACTOR, "", at, told)], at)
    return len(fresh)


def _of_week(week: date) -> Any:
    start, end = (datetime.combine(day, time(), NEW_YORK) for day in (week, week + timedelta(days=7)))
    return (_DECISION.received_at >= start) & (_DECISION.received_at < end)


def sampled_weeks(session: Session) -> list[SampledWeek]:
    """The weeks of which a sample was drawn, the latest first."""
    urgent, columns = _SAMPLE.c.why == URGENT, list[Any]()
    for which in (urgent, ~urgent):
        columns += [func.count(case((which, 1))), func.count(case((which & _SAMPLE.c.read_at.is_not(None), 1)))]
    query = select(_SAMPLE.c.week, *columns).group_by(_SAMPLE.c.week).order_by(_SAMPLE.c.week.desc())
    return [SampledWeek(*row) for row in session.execute(query)]


def accuracy_of(session: Session, week: date) -> PriorityAccuracy:
    """How well triage told the priorities of a week, as far as its sample was read."""
    # Who is not cleared names both units that the law protects alike.
    protected = and_(_SAMPLE.c.unit == PROTECTED, _DECISION.unit.in_(sorted(RESTRICTED_UNITS)))
    same_unit = or_(_DECISION.unit == _SAMPLE.c.unit, protected)
    query = select(_DECISION.priority, _SAMPLE.c.priority, _SAMPLE.c.why, same_unit)
    query = query.join(_SAMPLE, _SAMPLE.c.contact_id == _DECISION.contact_id)
    rows = session.execute(query.where(_SAMPLE.c.week == week, _SAMPLE.c.read_at.is_not(None)))
    readings = [Reading(row[0], row[1], row[2], bool(row[3])) for row in rows]
    urgent = _DECISION.priority == 1
    counted = session.execute(select(urgent, func.count()).where(_of_week(week)).group_by(urgent))
    sizes = {URGENT if row[0] else DRAWN: row[1] for row in counted}
    return priority_accuracy(readings, sizes)


def misleading_signs(session: Session, since: datetime) -> tuple[Misleading, ...]:
    """Signs that were there when people decided or read otherwise, since a moment."""
    found = [*_overridden(session, since), *_read_otherwise(session, since)]
    there: dict[str, int] = {}
    query = select(_DECISION.signals, func.count()).where(_DECISION.decided_at >= since).group_by(_DECISION.signals)
    for signals, count in session.execute(query):
        for name in filter(None, signals.split("|")):
            there[name] = there.get(name, 0) + count
    return misleading(found, there)


def _overridden(session: Session, since: datetime) -> list[Disagreement]:
    query = select(
        _OVERRIDE.what, _OVERRIDE.said, _OVERRIDE.chosen, _DECISION.signals,
        or_(
            _OVERRIDE.restricted, _DECISION.contact_id.in_(restricted_ids()),
            _OVERRIDE.chosen.in_(sorted(RESTRICTED_UNITS)),
        ),
    ).join(HotlineDecision, _DECISION.contact_id == _OVERRIDE.contact_id)  # fmt: skip
    # Another contact's number says nothing about a sign.
    rows = session.execute(
        query.where(_OVERRIDE.at >= since, _OVERRIDE.taken_back_at.is_(None), _OVERRIDE.what != "duplicate_of")
    )
    return [Disagreement("override", row[0], row[1], row[2], _names(row[3]), bool(row[4])) for row in rows]


def _read_otherwise(session: Session, since: datetime) -> list[Disagreement]:
    query = select(
        _DECISION.unit, _SAMPLE.c.unit, _DECISION.priority, _SAMPLE.c.priority, _DECISION.signals,
        or_(_DECISION.contact_id.in_(restricted_ids()), _SAMPLE.c.unit.in_([*sorted(RESTRICTED_UNITS), PROTECTED])),
    ).join(_SAMPLE, _SAMPLE.c.contact_id == _DECISION.contact_id)  # fmt: skip
    found = []
    for unit, read_unit, priority, read_priority, signals, restricted in session.execute(
        query.where(_SAMPLE.c.read_at >= since)
    ):
        pairs: Mapping[str, tuple[str, str]] = {
            "unit": (unit, read_unit), "priority": (str(priority), str(read_priority)),
        }  # fmt: skip
        found += [
            Disagreement("sample", what, said, chosen, _names(signals), bool(restricted))
            for what, (said, chosen) in pairs.items()
            if said != chosen
        ]
    return found


def _names(joined: str) -> tuple[str, ...]:
    return tuple(filter(None, joined.split("|")))
