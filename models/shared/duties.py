"""Separation of duties: who prepared a case does not approve it, whatever door or name is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.shared.calendar import long_date
from models.shared.people import Capacity, Person, Role


@dataclass(frozen=True)
class Duty:
    """One thing that people sign. `approves` says that it rests on the work of others, which its signer did not do.

    `seconds` are the roles of a second signer, for acts that two people sign: the first proposes, the second approves.
    Duties of the same `name` are one duty: who decided once may decide again after the case came back.
    """

    name: str
    roles: frozenset[Role]
    approves: bool = False
    seconds: frozenset[Role] = frozenset()
    needs_reason: bool = False

    @property
    def takes_two(self) -> bool:
        return bool(self.seconds)


@dataclass(frozen=True)
class Signed:
    """An earlier signature in the case's history; `by` names the signer and whom they acted for."""

    what: str
    duty: str
    on: date
    by: tuple[str, ...]


def separation(history: Iterable[Signed], duty: str, capacity: Capacity, people: dict[str, Person]) -> str:
    """Why this person may not approve, as a sentence; empty when nothing speaks against it. Source: P22 (convention).

    Who signed any other step of the case does not approve this one: not in their own name, not for somebody else, not
    when the person whom they stand in for signed it, and not by an account that one of the two let the other have.
    """
    for signed in history:
        if signed.duty == duty:
            continue
        for maker in signed.by:
            why = _same_hand(maker, capacity, people)
            if why:
                return (
                    f"{why} signed “{signed.what}” of {long_date(signed.on)} in this case, so somebody else must sign "
                    "this. Nothing was changed."
                )
    return ""


def _same_hand(maker: str, capacity: Capacity, people: dict[str, Person]) -> str:
    signer, behalf = capacity.signer, capacity.behalf
    if maker == signer.staff_id:
        return "You"
    if behalf and maker == behalf.staff_id:
        return f"{behalf.name}, for whom you act,"
    made = people.get(maker)
    for mine in (signer, behalf) if behalf else (signer,):
        if maker in mine.enrolled_by:
            return f"{made.name if made else maker}, who enrolled the account {mine.staff_id},"
        if made and mine.staff_id in made.enrolled_by:
            return f"{made.name}, whose account {mine.staff_id} enrolled,"
    return ""
