"""Single-use TOTP codes (RFC 6238, six digits, 30 seconds): a code that was accepted once is never accepted again."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pyotp
from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from models.shared.people_records import Attempt, Staff
from tasks.adapters.home import read_home
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.sealing import unseal
from tasks.adapters.templating import moment

STEP_SECONDS = 30
MOST_WRONG, WITHIN = 10, timedelta(minutes=15)
_WRONG = "The staff id or the code is wrong. Type the six digits that the authenticator shows now. Nothing was changed."


@dataclass(frozen=True)
class Accepted:
    """A code that fits: whose, and its 30-second step. It counts once `spend` has marked it."""

    staff_id: str
    counter: int
    roles: str


def new_secret() -> str:
    """A fresh TOTP secret, in base32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, staff_id: str, issuer: str) -> str:
    """What the QR code for an authenticator says (otpauth)."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=staff_id, issuer_name=issuer)


def code_at(secret: str, counter: int) -> str:
    """The code of one 30-second step."""
    return str(pyotp.HOTP(secret).at(counter))


def step(at: datetime, last_counter: int) -> int:
    """The 30-second step that an authenticator is in; on a clock that stands still, the next one that nobody used."""
    now = int(at.timestamp()) // STEP_SECONDS
    return now if read_home().clock == "real" else max(now, last_counter + 1)


def fitting_counter(secret: str, code: str, now: int) -> int | None:
    """The step among the last, this and the next one whose code this is, the latest first."""
    typed = code.replace(" ", "").encode()
    fits = [n for n in (now + 1, now, now - 1) if hmac.compare_digest(code_at(secret, n).encode(), typed)]
    return fits[0] if fits else None


def check_code(session: Session, staff_id: str, code: str, at: datetime) -> Accepted:
    """The code, if it is this person's and unused. Raises NotSigned."""
    row = session.connection().execute(_account(), {"staff": staff_id}).first()
    _check_patience(session, staff_id, at)
    if row is None or not row.secret:
        raise NotSigned(Refusal.WRONG_CODE, _WRONG)
    counter = fitting_counter(unseal(row.secret, staff_id), code, step(at, row.last_counter))
    if counter is None:
        raise NotSigned(Refusal.WRONG_CODE, _WRONG)
    if row.revoked_at is not None:
        raise NotSigned(
            Refusal.REVOKED,
            f"The account {staff_id} was revoked on {moment(row.revoked_at)}. An administrator can say why. Nothing "
            "was changed.",
        )
    if counter <= row.last_counter:
        raise _used()
    return Accepted(staff_id, counter, row.roles)


@cache
def _account() -> Any:
    table = Staff.__table__  # type: ignore[attr-defined]
    return select(table).where(table.c.staff_id == bindparam("staff"))


@cache
def _wrong() -> Any:
    table = Attempt.__table__.c  # type: ignore[attr-defined]
    mine = (table.staff_id == bindparam("staff")) & (table.refusal == Refusal.WRONG_CODE.value)
    return select(func.count(), func.max(table.at)).where(mine & (table.at > bindparam("since")))


def spend(session: Session, accepted: Accepted) -> None:
    """Mark a code as used, in the transaction of what it signs. Raises NotSigned when somebody was faster."""
    table = Staff.__table__  # type: ignore[attr-defined]
    fresh = (table.c.staff_id == accepted.staff_id) & (table.c.last_counter < accepted.counter)
    fresh &= table.c.revoked_at.is_(None) & (table.c.roles == accepted.roles)
    done = session.connection().execute(update(table).where(fresh).values(last_counter=accepted.counter))
    if done.rowcount != 1:
        raise _used()


def _used() -> NotSigned:
    return NotSigned(
        Refusal.USED_CODE,
        "This code was used already. Wait for the next one: the authenticator shows a new code every 30 seconds. "
        "Nothing was changed.",
    )


def _check_patience(session: Session, staff_id: str, at: datetime) -> None:
    count, last = session.connection().execute(_wrong(), {"staff": staff_id, "since": at - WITHIN}).one()
    if count >= MOST_WRONG:
        raise NotSigned(
            Refusal.LOCKED,
            f"There were {count} wrong codes for {staff_id} within a quarter of an hour. Try again after "
            f"{moment(last + WITHIN)}; if it was not you, tell an administrator. Nothing was changed.",
        )
