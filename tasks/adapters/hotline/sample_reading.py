"""The weekly blind sample as people read it: what waits for whom, its words opened, what they say kept once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, union, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.hotline.forms import ContactForm
from models.hotline.records import HotlineAccess, HotlineDecision, HotlineOverride, HotlineSample
from models.hotline.retriage import URGENT, answer_problem, may_read_sample, reader_problem
from models.hotline.rules import RESTRICTED_UNITS
from models.shared.documents import canonical, sha256
from models.shared.people import Person
from models.shared.signing import Credential
from tasks.adapters.codes import check_code, spend
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.standing import OWNER, RESTRICTED, UNIT, contacts_now
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.sessions import IDLE
from tasks.adapters.signed_fields import NOTHING

PURPOSE = "blind second reading"
_TRIES = 5
_SAMPLE, _DECISION = HotlineSample.__table__, HotlineDecision.__table__.c  # type: ignore[attr-defined]
_ACCESS, _OVERRIDE = HotlineAccess.__table__.c, HotlineOverride.__table__.c  # type: ignore[attr-defined]
_UNREAD = _SAMPLE.c.read_at.is_(None)
# Of priority 1 first, then the earliest drawn.
_ORDER = (_SAMPLE.c.why != URGENT, _SAMPLE.c.week, _SAMPLE.c.contact_id)


@dataclass(frozen=True)
class Answer:
    """What a second reader says of a contact: its unit and its priority from 1 to 4."""

    unit: str
    priority: int


def waiting_for(session: Session, person: Person, at: datetime) -> list[str]:
    """The contacts of the sample that this person may read, in the order in which they are read.

    What somebody else has just opened comes last: two people who read at the same time do not read the same.
    """
    mine = [contact_id for contact_id, problem in _problems(session, person, _UNREAD).items() if not problem]
    asked = (_ACCESS.purpose == PURPOSE) & (_ACCESS.at > at - IDLE) & (_ACCESS.who != person.staff_id)
    waiting = select(_SAMPLE.c.contact_id).where(_UNREAD)
    taken = set(session.execute(select(_ACCESS.contact_id).where(asked, _ACCESS.contact_id.in_(waiting))).scalars())
    return sorted(mine, key=taken.__contains__)


def next_to_read(session: Session, person: Person, at: datetime) -> str | None:
    """The next contact of the sample for this person; None where none waits."""
    return next(iter(waiting_for(session, person, at)), None)


def _problems(session: Session, person: Person, which: Any) -> dict[str, str]:
    """Why this person may not read each of some contacts of the sample, empty where they may; in reading order."""
    query = contacts_now(_SAMPLE.c.contact_id, UNIT, RESTRICTED, OWNER)
    query = query.join(HotlineSample, _SAMPLE.c.contact_id == _DECISION.contact_id).where(which).order_by(*_ORDER)
    rows = session.execute(query).all()
    # Whoever opened it for anything else may have seen what triage said.
    some = select(_SAMPLE.c.contact_id).where(which)
    opened = select(_ACCESS.contact_id).where(_ACCESS.who == person.staff_id, _ACCESS.purpose != PURPOSE)
    decided = select(_OVERRIDE.contact_id).where(_OVERRIDE.staff_id == person.staff_id)
    found = union(opened.where(_ACCESS.contact_id.in_(some)), decided.where(_OVERRIDE.contact_id.in_(some)))
    worked = set(session.execute(found).scalars())
    return {
        contact_id: reader_problem(
            person, bool(restricted) or unit in RESTRICTED_UNITS,
            {owner, person.staff_id} if contact_id in worked else {owner},
        )
        for contact_id, unit, restricted, owner in rows
    }  # fmt: skip


def open_next(who: Credential, at: datetime) -> ContactForm | None:
    """What the next contact for this person says; None where none waits. Raises NotSigned for a code or a role."""
    with writing() as session:
        person = _signed_in(session, who, at)
        contact_id = next_to_read(session, person, at)
    return None if contact_id is None else _opened(contact_id, person, at)


def open_sampled(contact_id: str, person: Person, at: datetime) -> ContactForm:
    """What one contact of the sample says, for somebody who is signed in. Raises NotSigned, SealError."""
    with reading() as session:
        _unread(session, person, contact_id)
    return _opened(contact_id, person, at)


def _opened(contact_id: str, person: Person, at: datetime) -> ContactForm:
    return open_contacts([contact_id], who=person.staff_id, purpose=PURPOSE, at=at)[0].form


def record_reading(who: Credential, contact_id: str, answer: Answer, at: datetime) -> None:
    """Keep what a second reader says, once, under a code. Raises NotSigned with a sentence; nothing is changed then."""
    _check(answer)
    _kept(lambda session: _keep(session, _signed_in(session, who, at), contact_id, answer, at))


def keep_reading(staff_id: str, contact_id: str, answer: Answer, at: datetime) -> None:
    """The same in the name of somebody who is signed in. Raises NotSigned with a sentence."""
    _check(answer)
    _kept(lambda session: _keep(session, _known(session, staff_id), contact_id, answer, at))


def kept_by(session: Session, contact_id: str, staff_id: str) -> Answer | None:
    """What this person said of a contact of the sample; None where they have not read it."""
    row = session.get(HotlineSample, contact_id)
    return Answer(row.unit, row.priority) if row is not None and row.read_by == staff_id else None


def _kept(work: Callable[[Session], None]) -> None:
    """Do it in one transaction. The readings of a week are one chain of events: who comes second tries again."""
    for _ in range(_TRIES):
        with suppress(IntegrityError), writing() as session:
            work(session)
            return
    told = f"Other people kept their readings at the same moment. Send yours again. {NOTHING}"
    raise NotSigned(Refusal.STALE, told)


def _check(answer: Answer) -> None:
    if problem := answer_problem(answer.unit, answer.priority):
        raise NotSigned(Refusal.FORM, f"{problem} {NOTHING}")


def _keep(session: Session, person: Person, contact_id: str, answer: Answer, at: datetime) -> None:
    row = _unread(session, person, contact_id)
    said = {"read_by": person.staff_id, "read_at": at, "unit": answer.unit, "priority": answer.priority}
    fresh = (_SAMPLE.c.contact_id == contact_id) & _UNREAD
    if session.connection().execute(update(_SAMPLE).where(fresh).values(said)).rowcount != 1:
        raise _read_already("Somebody has")
    told = {"staff": person.staff_id, "reading": sha256(canonical([contact_id, answer.unit, answer.priority]))}
    append_batch(session, PROCESS, f"sample:{row.week}", [Happening("sample_read", person.name, "", at, told)], at)


def _unread(session: Session, person: Person, contact_id: str) -> HotlineSample:
    """A contact of the sample that this person may read and nobody has read. Raises NotSigned."""
    row = session.get(HotlineSample, contact_id)
    if row is None:
        raise NotSigned(Refusal.ILLEGAL, f"This contact is not in the sample. {NOTHING}")
    if row.read_at is not None and may_read_sample(person):
        raise _read_already("You have" if row.read_by == person.staff_id else "Somebody has")
    if problem := _problems(session, person, _SAMPLE.c.contact_id == contact_id)[contact_id]:
        raise NotSigned(Refusal.ROLE, f"{problem} {NOTHING}")
    return row


def _read_already(who: str) -> NotSigned:
    return NotSigned(Refusal.CHANGED, f"{who} read this contact already. {NOTHING}")


def _known(session: Session, staff_id: str) -> Person:
    person = find_person(session, staff_id)
    if person is None:
        raise NotSigned(Refusal.REVOKED, f"“{staff_id[:40]}” does not work here. {NOTHING}")
    return person


def _signed_in(session: Session, who: Credential, at: datetime) -> Person:
    accepted = check_code(session, who.staff_id, who.code, at)
    person = find_person(session, accepted.staff_id)
    assert person is not None
    problem = reader_problem(person, False, ())
    if problem:
        raise NotSigned(Refusal.ROLE, f"{problem} {NOTHING}")
    spend(session, accepted)
    return person
