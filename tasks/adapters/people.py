"""Who works here, from the database."""

import json
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from models.shared.people import Delegation, Person, Role, Unit
from models.shared.people_records import Staff, StaffDelegation

# Chains of events about the office itself: each person's, and the policy's.
OFFICE = "office"


def person_of(row: Any) -> Person:
    """A person from a row of staff; somebody without a secret is not active yet."""
    return Person(
        staff_id=row.staff_id, name=row.name, unit=Unit(row.unit), roles=frozenset(map(Role, json.loads(row.roles))),
        is_active=row.revoked_at is None and row.enrolled_at is not None,
        enrolled_by=tuple(json.loads(row.enrolled_by)),
    )  # fmt: skip


def load_people(session: Session) -> dict[str, Person]:
    """Everybody, the revoked too, by id."""
    return {row.staff_id: person_of(row) for row in session.connection().execute(_everybody())}


@cache
def _everybody() -> Any:
    table = Staff.__table__  # type: ignore[attr-defined]
    return select(table).order_by(table.c.staff_id)


def find_person(session: Session, staff_id: str) -> Person | None:
    """One person; None when there is none of that id."""
    table = Staff.__table__  # type: ignore[attr-defined]
    row = session.execute(select(table).where(table.c.staff_id == staff_id)).first()
    return person_of(row) if row else None


def load_delegations(session: Session, day: date) -> list[Delegation]:
    """The delegations that run on a day."""
    return [Delegation(*row) for row in session.connection().execute(_running(), {"day": day})]


@cache
def _running() -> Any:
    table = StaffDelegation.__table__.c  # type: ignore[attr-defined]
    day: Any = bindparam("day")
    return select(table.from_id, table.to_id, table.first_day, table.last_day).where(
        table.ended_at.is_(None), table.first_day <= day, table.last_day >= day
    )
