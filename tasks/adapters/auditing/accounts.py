"""Accounts of staff as an audit needs them: everybody, and by whom each had been let in at a moment of the past."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from models.shared.people import Person
from tasks.adapters.office_chain import office_events
from tasks.adapters.people import load_people


@dataclass(frozen=True)
class Accounts:
    """Everybody by id. `enrolled` are the enrollments of each account on record, oldest first: when, and by whom."""

    people: dict[str, Person]
    enrolled: dict[str, list[tuple[datetime, tuple[str, ...]]]]
    shared_names: frozenset[str]

    def then(self, at: datetime) -> dict[str, Person]:
        """Everybody, each let in by those who had let them in by then: a later authenticator changes no earlier act."""
        found = dict(self.people)
        for staff_id, history in self.enrolled.items():
            before = [by for when, by in history if when <= at]
            if staff_id in found and before:
                found[staff_id] = replace(found[staff_id], enrolled_by=before[-1])
        return found

    def name(self, staff_id: str) -> str:
        """A person's name, with the id where two accounts have the same; the id alone for no account."""
        person = self.people.get(staff_id)
        if person is None:
            return staff_id
        return f"{person.name} ({staff_id})" if person.name.casefold() in self.shared_names else person.name


def load_accounts(session: Session) -> Accounts:
    """Everybody, with the enrollments of those who were let in more than once."""
    people = load_people(session)
    history = defaultdict(list)
    for event in office_events(session):
        chain, _, staff_id = event.chain.partition(":")
        if chain == "staff" and "enrolled_by" in event.payload:
            history[staff_id].append((event.at, tuple(event.payload["enrolled_by"])))
    names = Counter(person.name.casefold() for person in people.values())
    several = {staff_id: found for staff_id, found in history.items() if len(found) > 1}
    return Accounts(people, several, frozenset(name for name, count in names.items() if count > 1))
