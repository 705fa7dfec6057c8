"""What waits for one person: whom they stand in for, and how many proposals wait for a signature of their roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session

from models.registration.duties import DUTIES
from models.shared.people import DECIDES_NOTHING, Person, Role
from models.shared.people_records import Proposal
from tasks.adapters.people import load_delegations, load_people
from tasks.adapters.registration.history import PROCESS
from tasks.adapters.registration.queries import CaseFilter, case_rows


@dataclass(frozen=True)
class StandsIn:
    """Somebody is out until a day, and the reader acts for them."""

    person: Person
    last_day: date


def stands_in_for(session: Session, staff_id: str, today: date) -> list[StandsIn]:
    """For whom a person acts today, by name."""
    lent = [d for d in load_delegations(session, today) if d.to_id == staff_id]
    people = load_people(session) if lent else {}
    last = {d.from_id: d.last_day for d in sorted(lent, key=lambda d: d.last_day)}
    found = [StandsIn(people[giver], day) for giver, day in last.items() if giver in people]
    return sorted((one for one in found if one.person.is_active), key=lambda one: one.person.name)


def proposals_for(session: Session, person: Person, others: Iterable[Person]) -> int:
    """How many proposals wait for a signature of this person's roles, or of those whom they stand in for.

    Whether separation of duties lets them sign each one is looked at when the list is opened.
    """
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    lent = frozenset(role for other in others for role in other.roles) - DECIDES_NOTHING
    roles = person.roles | lent
    query = (
        select(table.act, table.proposed_by, func.count().label("waiting"))
        .where(table.status == "open", table.process == PROCESS)
        .group_by(table.act, table.proposed_by)
    )
    rows = session.execute(query)
    return sum(int(row.waiting) for row in rows if _is_for(row.act, row.proposed_by, person, roles))


def _is_for(act: str, proposed_by: str, person: Person, roles: frozenset[Role]) -> bool:
    duty = DUTIES.get(act)
    if duty is None or proposed_by == person.staff_id:
        return False
    return bool(roles & (duty.seconds if proposed_by else duty.roles))


def open_cases_of(session: Session, *staff_ids: str) -> int:
    """How many open cases these people look after."""
    return case_rows(session, CaseFilter(only_open=True, staff_ids=staff_ids, limit=0))[1] if staff_ids else 0
