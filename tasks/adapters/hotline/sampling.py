"""The weekly blind sample in the database: drawn once, read by people who had nothing to do with a contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session

from models.hotline.forms import ContactForm
from models.hotline.misleading import Disagreement, Misleading, misleading
from models.hotline.phrases import Unit
from models.hotline.policy import Policy
from models.hotline.records import HotlineAccess, HotlineCase, HotlineDecision, HotlineOverride, HotlineSample
from models.hotline.retriage import (
    DRAWN,
    URGENT,
    PriorityAccuracy,
    Reading,
    draw,
    monday_of,
    priority_accuracy,
    reader_problem,
)
from models.hotline.rules import RESTRICTED_UNITS
from models.shared.calendar import NEW_YORK
from models.shared.documents import canonical, sha256
from models.shared.people import Person
from models.shared.signing import Credential
from tasks.adapters.codes import check_code, spend
from tasks.adapters.database import writing
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.standing import RESTRICTED, UNIT, contacts_now, restricted_ids
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned, Refusal

PROCESS, PURPOSE, ACTOR = "hotline", "blind second reading", "weekly sample"
_SAMPLE, _DECISION = HotlineSample.__table__, HotlineDecision.__table__.c  # type: ignore[attr-defined]
_CASE, _OVERRIDE = HotlineCase.__table__.c, HotlineOverride.__table__.c  # type: ignore[attr-defined]
_ACCESS = HotlineAccess.__table__.c  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Answer:
    """What a second reader says of a contact: its unit and its priority from 1 to 4."""

    unit: str
    priority: int


def week_of(written: str, today: date) -> date:
    """The Monday of the week of the day that somebody asked for, of the last whole one where nothing is written.

    Raises LookupError with a sentence.
    """
    try:
        return monday_of(date.fromisoformat(written)) if written else monday_of(today) - timedelta(days=7)
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


def next_to_read(session: Session, person: Person) -> str | None:
    """The next contact of the sample that this person may read: of priority 1 first, then the earliest drawn."""
    query = select(_SAMPLE.c.contact_id).where(_SAMPLE.c.read_at.is_(None))
    order = (_SAMPLE.c.why != URGENT, _SAMPLE.c.week, _SAMPLE.c.contact_id)
    for contact_id in session.execute(query.order_by(*order)).scalars().all():
        if not _problem(session, contact_id, person):
            return str(contact_id)
    return None


def _problem(session: Session, contact_id: str, person: Person) -> str:
    query = contacts_now(UNIT, RESTRICTED, _CASE.owner).where(_DECISION.contact_id == contact_id)
    unit, restricted, owner = session.execute(query).one()
    # Whoever opened it for anything else may have seen what triage said.
    opened = select(_ACCESS.who).where(_ACCESS.contact_id == contact_id, _ACCESS.purpose != PURPOSE)
    decided = select(_OVERRIDE.staff_id).where(_OVERRIDE.contact_id == contact_id)
    worked = {owner, *session.execute(opened).scalars(), *session.execute(decided).scalars()}
    return reader_problem(person, bool(restricted) or unit in RESTRICTED_UNITS, worked)


def open_next(who: Credential, at: datetime) -> ContactForm | None:
    """What the next contact for this person says; None where none waits. Raises NotSigned for a code or a role."""
    with writing() as session:
        person = _signed_in(session, who, at)
        contact_id = next_to_read(session, person)
    if contact_id is None:
        return None
    return open_contacts([contact_id], who=person.staff_id, purpose=PURPOSE, at=at)[0].form


def record_reading(who: Credential, contact_id: str, answer: Answer, at: datetime) -> None:
    """Keep what a second reader says, once. Raises NotSigned with a sentence; then nothing was changed."""
    if answer.unit not in set(Unit) or answer.priority not in (1, 2, 3, 4):
        raise NotSigned(
            Refusal.FORM, f"The unit is one of {', '.join(Unit)}, the priority 1 to 4. Nothing was changed."
        )
    with writing() as session:
        person = _signed_in(session, who, at)
        row = session.get(HotlineSample, contact_id)
        if row is None:
            raise NotSigned(Refusal.ILLEGAL, "This contact is not in the sample. Nothing was changed.")
        problem = _problem(session, contact_id, person)
        if problem:
            raise NotSigned(Refusal.ROLE, f"{problem} Nothing was changed.")
        said = {"read_by": person.staff_id, "read_at": at, "unit": answer.unit, "priority": answer.priority}
        fresh = (_SAMPLE.c.contact_id == contact_id) & _SAMPLE.c.read_at.is_(None)
        if session.connection().execute(update(_SAMPLE).where(fresh).values(said)).rowcount != 1:
            raise NotSigned(Refusal.CHANGED, "Somebody has read this contact already. Nothing was changed.")
        told = {"staff": person.staff_id, "reading": sha256(canonical([contact_id, answer.unit, answer.priority]))}
        append_batch(session, PROCESS, f"sample:{row.week}", [Happening("sample_read", person.name, "", at, told)], at)


def _signed_in(session: Session, who: Credential, at: datetime) -> Person:
    accepted = check_code(session, who.staff_id, who.code, at)
    person = find_person(session, accepted.staff_id)
    assert person is not None
    problem = reader_problem(person, False, ())
    if problem:
        raise NotSigned(Refusal.ROLE, f"{problem} Nothing was changed.")
    spend(session, accepted)
    return person


def accuracy_of(session: Session, week: date) -> PriorityAccuracy:
    """How well triage told the priorities of a week, as far as its sample was read."""
    query = select(_DECISION.priority, _SAMPLE.c.priority, _SAMPLE.c.why, _DECISION.unit == _SAMPLE.c.unit)
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
        or_(_DECISION.contact_id.in_(restricted_ids()), _SAMPLE.c.unit.in_(sorted(RESTRICTED_UNITS))),
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
