"""The office itself in the database: everybody at once, one act after another, and the history that each act leaves."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.evidence import GENESIS
from models.shared.office_rules import Account, Office
from models.shared.people import Delegation
from models.shared.people_records import Staff, StaffDelegation
from models.shared.records import CaseEvent
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import Happening, append_batch, chain, new_case
from tasks.adapters.people import OFFICE, person_of
from tasks.adapters.refusals import NotSigned, Refusal

POLICY_CHAIN = "policy"
BOOTSTRAP_CHAIN = "bootstrap"


def staff_chain(staff_id: str) -> str:
    """The history of one account."""
    return f"staff:{staff_id}"


@contextmanager
def office_session() -> Iterator[Session]:
    """One transaction in which an act of the office stands alone. Raises NotSigned when another one was faster."""
    try:
        with writing() as session:
            # Rules look at everybody (two administrators must remain), so two acts at once wait for each other.
            table = Staff.__table__  # type: ignore[attr-defined]
            session.execute(select(table.c.staff_id).order_by(table.c.staff_id).with_for_update())
            yield session
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise NotSigned(
            Refusal.STALE,
            "Somebody else recorded something about the same account at this moment. Look again, then sign with the "
            "next code. Nothing was changed.",
        ) from error


def _is_taken(error: IntegrityError) -> bool:
    """True where a key was there already; anything else that a table refuses is a fault of ours."""
    name = getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)
    return name in {"SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "UniqueViolation"}


def load_office(session: Session, at: datetime) -> Office:
    """Everybody, and the delegations that were not ended."""
    table = Staff.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table).order_by(table.c.staff_id))
    accounts = {row.staff_id: _account(row) for row in rows}
    lent = StaffDelegation.__table__.c  # type: ignore[attr-defined]
    found = session.execute(select(*lent).where(lent.ended_at.is_(None)).order_by(lent.delegation_id))
    delegations = {r.delegation_id: Delegation(r.from_id, r.to_id, r.first_day, r.last_day) for r in found}
    return Office(accounts, delegations, new_york_date(at))


def _account(row: Any) -> Account:
    revoked_on = new_york_date(row.revoked_at) if row.revoked_at else None
    return Account(person_of(row), row.email, row.identity, revoked_on)


def record(
    session: Session, chains: Sequence[str], event: str, actor: str, payload: dict[str, Any], at: datetime
) -> None:
    """One event, in the history of each account that it is about."""
    for case_id in chains:
        append_batch(session, OFFICE, case_id, [Happening(event, actor, "", at, payload)], at)


def begin(session: Session, case_id: str, event: str, actor: str, payload: dict[str, Any], at: datetime) -> None:
    """The first event of a history; a second first one breaks on the key, so what happens once cannot happen twice."""
    rows, _ = chain(OFFICE, new_case(case_id), [Happening(event, actor, "", at, payload)], at)
    session.connection().execute(insert(CaseEvent), rows)


@dataclass(frozen=True)
class OfficeEvent:
    """One event of the office's history."""

    chain: str
    seq: int
    at: datetime
    event: str
    actor: str
    payload: dict[str, Any]


def office_events(session: Session, case_id: str = "") -> list[OfficeEvent]:
    """The history of the office, or of one account or the policy, in order."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.seq, table.at, table.event, table.actor, table.payload).where(
        table.process == OFFICE, *([table.case_id == case_id] if case_id else [])
    )
    rows = session.execute(query.order_by(table.at, table.case_id, table.seq))
    return [OfficeEvent(r.case_id, r.seq, r.at, r.event, r.actor, json.loads(r.payload)) for r in rows]


def has_begun(session: Session) -> bool:
    """True once the first two administrators were made, whatever happened to their rows since."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    first = select(table.seq).where(
        table.process == OFFICE, table.case_id == BOOTSTRAP_CHAIN, table.prev_hash == GENESIS
    )
    staff = Staff.__table__.c  # type: ignore[attr-defined]
    return session.execute(first).first() is not None or session.execute(select(staff.staff_id)).first() is not None


def office_now(at: datetime) -> Office:
    """The office as it is, for those who only look."""
    with reading() as session:
        return load_office(session, at)
