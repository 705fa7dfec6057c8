"""The contacts that wait, as lists of the desk show them: by whose work they are, unit, priority and clock.

A contact that nobody has worked on has no case yet: its decision stands for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, false, func, literal, or_, select, true, union_all
from sqlmodel import Session

from models.hotline.case_facts import RESTRICTED_UNITS
from models.hotline.match_keys import KeyKind, address_key, names_of, phones_in
from models.hotline.records import HotlineCase, HotlineDecision
from tasks.adapters.hotline.contacts import find_by

_DECISION, _CASE = HotlineDecision.__table__, HotlineCase.__table__  # type: ignore[attr-defined]
DECIDE, MINE, OPEN, RESTRICTED_ONES, CLOSED = "decide", "mine", "open", "restricted", "closed"
SCOPES = (DECIDE, MINE, OPEN, RESTRICTED_ONES, CLOSED)
MOST_FOUND = 50


@dataclass(frozen=True)
class Wanted:
    """What a list shows. `cleared` is false where restricted contacts stand in the list of restricted ones alone."""

    scope: str = OPEN
    staff_id: str = ""
    cleared: bool = False
    unit: str = ""
    priority: int = 0
    overdue: bool = False
    language_service: bool = False
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class UnitCount:
    """How many contacts of a unit are open, and how many of them past their clock."""

    unit: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Counts:
    """What stands above the lists: contacts by scope, and by unit those that are not restricted (or all, if cleared)."""

    scopes: dict[str, int]
    units: tuple[UnitCount, ...]


def work_rows(session: Session, wanted: Wanted, now: datetime) -> tuple[list[Any], int]:
    """A part of a list, the most urgent first, then what is due first; and how many there are in all."""
    rows = _filtered(wanted, now)
    total = session.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    found = rows.subquery()
    order = (found.c.priority, found.c.due_at, found.c.received_at, found.c.case_id)
    query = select(found).order_by(*order).limit(wanted.limit).offset(wanted.offset)
    return list(session.execute(query)), int(total)


def counts(session: Session, staff_id: str, now: datetime, *, cleared: bool) -> Counts:
    """The counts of every scope and unit, in one look at all contacts."""
    rows = _all(now).subquery()
    is_open = rows.c.state != "closed"
    seen = true() if cleared else rows.c.restricted.is_(False)
    parts = {
        DECIDE: and_(rows.c.state == "to_person", seen), MINE: and_(is_open, rows.c.owner == staff_id),
        OPEN: and_(is_open, seen), RESTRICTED_ONES: and_(is_open, rows.c.restricted.is_(True)),
    }  # fmt: skip
    sums = [func.sum(case((part, 1), else_=0)).label(name) for name, part in parts.items()]
    found = session.execute(select(*sums)).one()
    late = func.sum(case((rows.c.overdue.is_(True), 1), else_=0))
    units = session.execute(select(rows.c.unit, func.count(), late).where(is_open, seen).group_by(rows.c.unit))
    return Counts(
        {name: int(getattr(found, name) or 0) for name in parts},
        tuple(sorted((UnitCount(unit, number, int(over or 0)) for unit, number, over in units), key=lambda u: u.unit)),
    )


def found_rows(session: Session, said: str, now: datetime, *, cleared: bool) -> list[Any]:
    """Contacts by their number, or by a telephone number, name, address or case number as somebody tells it.

    A restricted contact is found by its number alone, unless the reader is cleared: that somebody called about such a
    matter is protected as well.
    """
    rows = _all(now).subquery()
    by_number = list(session.execute(select(rows).where(func.upper(rows.c.case_id) == said.upper())))
    ids = _by_key(session, said)
    if not ids:
        return by_number
    query = select(rows).where(rows.c.case_id.in_(ids)).order_by(rows.c.received_at.desc()).limit(MOST_FOUND)
    if not cleared:
        query = query.where(rows.c.restricted.is_(False))
    return by_number + list(session.execute(query))


def _by_key(session: Session, said: str) -> Sequence[str]:
    values = [(KeyKind.PHONE, phone) for phone in phones_in(said)]
    values += [(KeyKind.NAME, name) for name in names_of(said, "")[0]]
    values += [(KeyKind.CASE_NUMBER, said)] + ([(KeyKind.ADDRESS, place)] if (place := address_key(said)) else [])
    found = dict.fromkeys(one.contact_id for kind, value in values for one in find_by(session, kind, value))
    return list(found)[-MOST_FOUND:]


def _filtered(wanted: Wanted, now: datetime) -> Select[Any]:
    rows = _all(now).subquery()
    is_open = rows.c.state != "closed"
    query = select(rows).where({
        DECIDE: rows.c.state == "to_person", MINE: and_(is_open, rows.c.owner == wanted.staff_id), OPEN: is_open,
        RESTRICTED_ONES: and_(is_open, rows.c.restricted.is_(True)), CLOSED: rows.c.state == "closed",
    }[wanted.scope])  # fmt: skip
    if not wanted.cleared:
        if wanted.scope != RESTRICTED_ONES:
            query = query.where(rows.c.restricted.is_(False))
        elif wanted.unit or wanted.language_service:
            # Asked so, the list would tell what it masks.
            query = query.where(false())
    if wanted.unit:
        query = query.where(rows.c.unit == wanted.unit)
    if wanted.priority:
        query = query.where(rows.c.priority == wanted.priority)
    if wanted.overdue:
        query = query.where(rows.c.overdue.is_(True))
    return query.where(rows.c.needs_language_service.is_(True)) if wanted.language_service else query


def _all(now: datetime) -> Any:
    """Every contact that was decided about, as it stands now."""
    decided, worked = _DECISION.c, _CASE.c
    shared = (
        "state", "unit", "priority", "needs_language_service", "language", "channel", "duplicate_of", "received_at",
    )  # fmt: skip
    restricted = or_(decided.confidential.is_(True), decided.unit.in_([unit.value for unit in RESTRICTED_UNITS]))
    untouched = select(
        decided.contact_id.label("case_id"), *(decided[name] for name in shared), restricted.label("restricted"),
        literal("").label("owner"), decided.due_at, _flag(decided.due_at < now).label("overdue"),
        literal(0).label("version"), decided.review, decided.unit.label("said"), decided.alternatives,
    ).where(~exists().where(worked.case_id == decided.contact_id))  # fmt: skip
    touched = select(
        worked.case_id, *(worked[name] for name in shared), worked.restricted, worked.owner, worked.due_at,
        # A day stands there only while its clock waits to be met.
        _flag(and_(worked.due_on.is_not(None), worked.due_at < now)).label("overdue"), worked.version,
        decided.review, decided.unit.label("said"), decided.alternatives,
    ).join(_DECISION, decided.contact_id == worked.case_id)  # fmt: skip
    return union_all(untouched, touched)


def _flag(condition: Any) -> Any:
    return case((condition, true()), else_=false())
