"""How a person takes up a secret for an authenticator: a ticket that two administrators signed, good once for a day."""

import io
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import segno
from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.office_rules import Office
from models.shared.people import Person
from models.shared.people_records import DeskSession, EnrolmentTicket, Staff
from tasks.adapters import clock, codes
from tasks.adapters.database import reading
from tasks.adapters.home import HomeError, read_home
from tasks.adapters.office_chain import load_office, office_session, record, staff_chain
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.sealing import seal, unseal
from tasks.adapters.templating import moment

# Long enough for a person who comes in tomorrow; a ticket is a key to an account until it is used (convention).
VALID_FOR = timedelta(hours=24)
_LIGHT_ON_DARK, _OWN_COLORS = "\x1b[97;40m", "\x1b[0m"
_ANEW = "Ask two administrators for a new one. Nothing was changed."
_SHOWS_NO_SUCH_CODE = (
    "The authenticator shows another code for this account. Type the six digits that it shows now; if it keeps being "
    "refused, check that the telephone sets its time by itself. Nothing was changed."
)


@dataclass(frozen=True)
class FirstUse:
    """A secret that an authenticator was seen to have, and the step of the code that showed it."""

    secret: str = field(repr=False)
    counter: int = 0


def issuer() -> str:
    """What an authenticator calls this office; a demo's accounts are told from real ones."""
    return "Steward demo" if read_home().demo else "Steward"


def qr_svg(uri: str) -> str:
    """The QR code of an enrollment as an SVG document, with its quiet border."""
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(out, kind="svg", border=4, scale=5, dark="#000", light="#fff")
    return out.getvalue().decode()


def qr_text(uri: str) -> str:
    """The QR code of an enrollment in characters, for a terminal: light on dark whatever its own colors are."""
    out = io.StringIO()
    segno.make(uri, error="l", micro=False).terminal(out, border=4, compact=True)
    return "\n".join(f"{_LIGHT_ON_DARK}{line}{_OWN_COLORS}" for line in out.getvalue().splitlines())


def first_use(secret: str, code: str, at: datetime) -> FirstUse:
    """The secret with the step of its first code. Raises NotSigned when the authenticator shows another."""
    counter = codes.fitting_counter(secret, code, codes.step(at, 0))
    if counter is None:
        raise NotSigned(Refusal.WRONG_CODE, _SHOWS_NO_SUCH_CODE)
    return FirstUse(secret, counter)


def issue_ticket(session: Session, staff_id: str, signers: tuple[str, str], at: datetime) -> str:
    """A fresh ticket, in the caller's transaction; older ones of the person are void."""
    void_tickets(session, staff_id, at)
    # Never a hyphen in front, which a command line would take for an option.
    ticket = "T" + secrets.token_urlsafe(24)
    row = {
        "ticket_sha256": sha256(ticket), "staff_id": staff_id, "issued_by": canonical(list(signers)), "issued_at": at,
        "expires_at": at + VALID_FOR,
    }  # fmt: skip
    session.connection().execute(insert(EnrolmentTicket), [row])
    return ticket


def void_tickets(session: Session, staff_id: str, at: datetime) -> None:
    """Let every unused ticket of a person run out now."""
    table = EnrolmentTicket.__table__  # type: ignore[attr-defined]
    unused = (table.c.staff_id == staff_id) & table.c.used_at.is_(None) & (table.c.expires_at > at)
    session.connection().execute(update(table).where(unused).values(expires_at=at))


def end_sessions(session: Session, staff_id: str, at: datetime) -> None:
    """Sign a person out of the desk everywhere."""
    table = DeskSession.__table__  # type: ignore[attr-defined]
    mine = (table.c.staff_id == staff_id) & table.c.ended_at.is_(None)
    session.connection().execute(update(table).where(mine).values(ended_at=at))


def ticket_holder(ticket: str) -> Person:
    """Whose ticket it is, if it can still be used. Raises NotSigned."""
    at = clock.now()
    with reading() as session:
        row = _valid(session, ticket, at)
        return load_office(session, at).accounts[row.staff_id].person


def take_up(ticket: str) -> tuple[str, str]:
    """The secret of a ticket and its otpauth address, once: a second person with the same ticket gets nothing.

    Raises NotSigned.
    """
    at = clock.now()
    with office_session() as session:
        row = _valid(session, ticket, at)
        if row.secret:
            raise NotSigned(
                Refusal.NOT_ENROLLED,
                "The QR code of this ticket was shown already, and is shown only once. Confirm with the code that your "
                f"authenticator shows. If it was not you who saw it, tell an administrator at once. {_ANEW}",
            )
        secret = codes.new_secret()
        table = EnrolmentTicket.__table__  # type: ignore[attr-defined]
        sealed = seal(secret, _belongs_to(row))
        mine = table.c.ticket_sha256 == row.ticket_sha256
        session.connection().execute(update(table).where(mine).values(secret=sealed))
        return secret, codes.enrolment_uri(secret, row.staff_id, issuer())


def confirm(ticket: str, code: str) -> Person:
    """Make a ticket's secret the person's own, shown by its first code; the secret before it is void.

    Raises NotSigned.
    """
    at = clock.now()
    with office_session() as session:
        row = _valid(session, ticket, at)
        if not row.secret:
            raise NotSigned(
                Refusal.NOT_ENROLLED,
                "The QR code of this ticket was not shown yet. Let it be shown, scan it, then type the code. Nothing "
                "was changed.",
            )
        shown = first_use(unseal(row.secret, _belongs_to(row)), code, at)
        _keep(session, row, shown, at)
        person = find_person(session, row.staff_id)
        assert person is not None  # a ticket's account is never deleted
        payload = {"staff": row.staff_id, "enrolled_by": json.loads(row.issued_by), "counter": shown.counter}
        record(session, [staff_chain(row.staff_id)], "enrolled", person.name, payload, at)
        return person


def _keep(session: Session, row: Any, shown: FirstUse, at: datetime) -> None:
    tickets = EnrolmentTicket.__table__  # type: ignore[attr-defined]
    unused = (tickets.c.ticket_sha256 == row.ticket_sha256) & tickets.c.used_at.is_(None)
    done = session.connection().execute(update(tickets).where(unused).values(used_at=at, secret=""))
    if done.rowcount != 1:
        raise NotSigned(Refusal.NOT_ENROLLED, f"This ticket was used at this moment. {_ANEW}")
    staff = Staff.__table__  # type: ignore[attr-defined]
    values = {
        "secret": seal(shown.secret, row.staff_id), "last_counter": shown.counter, "enrolled_at": at,
        "enrolled_by": row.issued_by, "revoked_at": None,
    }  # fmt: skip
    session.connection().execute(update(staff).where(staff.c.staff_id == row.staff_id).values(values))
    end_sessions(session, row.staff_id, at)


def _belongs_to(row: Any) -> str:
    return f"ticket {row.ticket_sha256} {row.staff_id}"


def _valid(session: Session, ticket: str, at: datetime) -> Any:
    """The row of a ticket that can be used."""
    table = EnrolmentTicket.__table__  # type: ignore[attr-defined]
    row = session.execute(select(table).where(table.c.ticket_sha256 == sha256(ticket.strip()))).first()
    if row is None:
        raise NotSigned(
            Refusal.NOT_ENROLLED, "This ticket is not known. Copy it whole, as the administrator gave it to you."
        )
    if row.used_at is not None:
        raise NotSigned(Refusal.NOT_ENROLLED, f"This ticket was used on {moment(row.used_at)}. {_ANEW}")
    if row.expires_at <= at:
        raise NotSigned(Refusal.NOT_ENROLLED, f"This ticket was good until {moment(row.expires_at)}. {_ANEW}")
    _check_issuers(json.loads(row.issued_by), load_office(session, at))
    return row


def _check_issuers(issued_by: list[str], office: Office) -> None:
    """Whom a ticket lets in rests on two signatures, and both must still stand when it is used."""
    for staff_id in issued_by:
        if staff_id not in office.administrators():
            raise NotSigned(
                Refusal.REVOKED,
                f"{office.name(staff_id)}, who signed this ticket, is no longer an administrator. {_ANEW}",
            )


def next_code(staff_id: str) -> str:
    """The code that a person's authenticator would show: only where no real person signs.

    Raises HomeError in a home on the real clock, NotSigned for somebody without an authenticator.
    """
    home = read_home()
    if not home.demo and home.clock == "real":
        raise HomeError("Only a home that was created as a demo tells codes. Look at your authenticator.")
    table = Staff.__table__  # type: ignore[attr-defined]
    with reading() as session:
        row = session.execute(select(table).where(table.c.staff_id == staff_id)).first()
    if row is None or not row.secret:
        raise NotSigned(Refusal.NOT_ENROLLED, f"There is no account {staff_id} with an authenticator.")
    return codes.code_at(unseal(row.secret, staff_id), codes.step(clock.now(), row.last_counter))
