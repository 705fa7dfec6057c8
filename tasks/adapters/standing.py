"""In which capacity somebody at the desk could sign a duty today, before anything is signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.shared.duties import Duty, Signed, separation
from models.shared.people import Capacity, Delegation, Person, capacity
from tasks.adapters.people import load_delegations, load_people

_UNCHANGED = " Nothing was changed."


@dataclass(frozen=True)
class Standing:
    """One person as they stand today: everybody's roles, and the delegations that run."""

    person: Person
    people: dict[str, Person]
    delegations: Sequence[Delegation]
    today: date

    def acting(self, duty: Duty, *, second: bool = False, behalf: str = "") -> Capacity | None:
        """As what the person may sign a duty; `second` asks for the second of two signatures."""
        wanted = duty.seconds if second and duty.takes_two else duty.roles
        return capacity(self.person, wanted, self.delegations, self.people, self.today, behalf)

    def why_not(self, duty: Duty, history: Iterable[Signed], *, second: bool = False) -> str:
        """Why the person may not sign a duty, as a sentence; empty when nothing speaks against it."""
        found = self.acting(duty, second=second)
        if found is None:
            return f"Signed by: {signers(duty, second=second)}."
        if duty.approves or (second and duty.takes_two):
            return separation(history, duty.name, found, self.people).removesuffix(_UNCHANGED)
        return ""

    @property
    def givers(self) -> list[tuple[Person, date]]:
        """For whom the person may act today, and until when."""
        mine = [d for d in self.delegations if d.to_id == self.person.staff_id and d.runs_on(self.today)]
        found = {d.from_id: d.last_day for d in sorted(mine, key=lambda d: d.last_day)}
        return [(self.people[i], day) for i, day in found.items() if i in self.people and self.people[i].is_active]

    def behalves(self, duty: Duty, *, second: bool = False) -> list[tuple[str, str]]:
        """The capacities to choose from, as (whom for, words); empty where there is no choice."""
        wanted = duty.seconds if second and duty.takes_two else duty.roles
        found = [("", f"myself, {', '.join(sorted(self.person.roles & wanted))}")] if self.person.roles & wanted else []
        for giver, _ in self.givers:
            if acting := self.acting(duty, second=second, behalf=giver.staff_id):
                found.append((giver.staff_id, f"{giver.name}, {acting.role}"))
        return found if len(found) > 1 else []


def standing(session: Session, staff_id: str, today: date) -> Standing:
    """How somebody stands today. Raises KeyError for nobody."""
    people = load_people(session)
    return Standing(people[staff_id], people, load_delegations(session, today), today)


def signers(duty: Duty, *, second: bool = False) -> str:
    """Who signs a duty, in words: `contract officer or program manager`."""
    return " or ".join(sorted(duty.seconds if second and duty.takes_two else duty.roles))
