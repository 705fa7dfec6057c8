"""Who is signed in at the desk: a random token in the browser, its hash here, an end that comes by itself."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.shared.people import Person
from models.shared.people_records import DeskSession, Staff
from tasks.adapters.codes import check_code, spend
from tasks.adapters.database import reading, writing
from tasks.adapters.people import find_person, person_of

# Source: NIST SP 800-63B (revision 3) 4.2.3, AAL2: at most 30 minutes idle and 12 hours in all; 8 is a working day.
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
# What takes a code each time on the command line, and comes by the dozen, is done at the desk while the code of the
# sign-in is no older. Source: convention, fifty contacts of the blind sample at two minutes each.
RECENT = timedelta(hours=2)
# A page that is only read writes this seldom; idle time is thereby counted up to a minute too strictly.
SEEN_EVERY = timedelta(minutes=1)
_TABLE = DeskSession.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Found:
    """A session that holds: whose, the hash of its token, and when it began with a code."""

    person: Person
    token_sha256: str
    began_at: datetime


def begin_session(staff_id: str, code: str, at: datetime, earlier: str = "") -> str:
    """Sign somebody in; returns the new token, and ends the session of an earlier one. Raises NotSigned."""
    token = secrets.token_urlsafe(32)
    row = {"token_sha256": _hash(token), "staff_id": staff_id, "began_at": at, "seen_at": at}
    with writing() as session:
        spend(session, check_code(session, staff_id, code, at))
        _end(session, _hash(earlier), at)
        session.connection().execute(insert(_TABLE), [row])
    return token


def identify(staff_id: str, code: str, at: datetime) -> Person:
    """Who somebody is, by a code that is used up with it: for one thing on the command line. Raises NotSigned."""
    with writing() as session:
        accepted = check_code(session, staff_id, code, at)
        spend(session, accepted)
        person = find_person(session, accepted.staff_id)
    assert person is not None  # whose code fits is somebody
    return person


def find_session(token: str, at: datetime) -> Found | None:
    """The session of a token; None when there is none or it has ended. One that ran out is ended for good."""
    if not token:
        return None
    staff = Staff.__table__  # type: ignore[attr-defined]
    query = select(_TABLE, staff).join(staff, staff.c.staff_id == _TABLE.c.staff_id)
    with reading() as session:
        row = session.execute(query.where(_TABLE.c.token_sha256 == _hash(token), _TABLE.c.ended_at.is_(None))).first()
    if row is None:
        return None
    if not _holds(row, at):
        end_session(token, at)
        return None
    if at - row.seen_at >= SEEN_EVERY:
        _see(row.token_sha256, at)
    return Found(person_of(row), row.token_sha256, row.began_at)


def end_session(token: str, at: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    with writing() as session:
        _end(session, _hash(token), at)


def _holds(row: Any, at: datetime) -> bool:
    """Neither idle nor old, of a person who is active and has no newer authenticator."""
    is_fresh = at - row.seen_at < IDLE and at - row.began_at < LONGEST
    return is_fresh and row.revoked_at is None and row.enrolled_at is not None and row.enrolled_at <= row.began_at


def _see(token_sha256: str, at: datetime) -> None:
    seen = update(_TABLE).where(_TABLE.c.token_sha256 == token_sha256, _TABLE.c.seen_at < at).values(seen_at=at)
    with writing() as session:
        session.connection().execute(seen)


def _end(session: Session, token_sha256: str, at: datetime) -> None:
    open_one = (_TABLE.c.token_sha256 == token_sha256) & _TABLE.c.ended_at.is_(None)
    session.connection().execute(update(_TABLE).where(open_one).values(ended_at=at))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
