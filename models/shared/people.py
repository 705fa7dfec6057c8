"""Who works here: units, roles, delegations, and in which capacity a person may do what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """Units of the office. The first six also hold cases. Source: domain section 2 (actors)."""

    PROGRAM = "Program"
    PROCUREMENT = "Procurement"
    FISCAL = "Fiscal"
    BUDGET = "Budget"
    LEGAL = "Legal"
    AGENCY_HEAD = "Agency head"
    AUDIT = "Audit"
    CONSTITUENT_SERVICES = "Constituent Services"
    ADMINISTRATION = "Administration"


class Role(StrEnum):
    """What a person may do. Source: domain section 2 (actors); the split within a unit is convention."""

    PROGRAM_MANAGER = "program manager"
    PROGRAM_LEAD = "program lead"
    CONTRACT_OFFICER = "contract officer"
    ACCO = "ACCO"
    FISCAL_ANALYST = "fiscal analyst"
    FISCAL_LEAD = "fiscal lead"
    BUDGET_OFFICER = "budget officer"
    COUNSEL = "counsel"
    AGENCY_HEAD = "agency head"
    AUDITOR = "auditor"
    # Source: domain sections 2, 5 and 8 (need to know of class C4); the names are convention.
    CALL_TAKER = "call taker"
    CASEWORKER = "caseworker"
    TRIAGE_SUPERVISOR = "triage supervisor"
    CLEARED = "cleared for restricted cases"
    ADMINISTRATOR = "administrator"


# An administrator lets people in, and decides no case; an auditor looks, and decides nothing.
DECIDES_NOTHING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True)
class Person:
    """One member of staff. `enrolled_by` are the two administrators who signed the enrolment."""

    staff_id: str
    name: str
    unit: Unit
    roles: frozenset[Role]
    is_active: bool = True
    enrolled_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delegation:
    """From its first to its last day `to_id` may act for `from_id`, with the roles that `from_id` then has."""

    from_id: str
    to_id: str
    first_day: date
    last_day: date

    def runs_on(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Capacity:
    """As what somebody signs: the signer, the role, and for whom, where a delegation lends it."""

    signer: Person
    role: Role
    behalf: Person | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The signer's id, and that of the person acted for."""
        return (self.signer.staff_id, self.behalf.staff_id) if self.behalf else (self.signer.staff_id,)


def roles_problem(roles: Iterable[Role]) -> str:
    """Why these roles cannot be one person's, as a sentence; empty when they can."""
    found = frozenset(roles)
    if not found:
        return "A person needs at least one role."
    if found & DECIDES_NOTHING and len(found) > 1:
        alone = sorted(found & DECIDES_NOTHING)[0]
        return f"The role {alone} cannot be combined with another: who lets people in or audits decides no case."
    return ""


def capacity(
    person: Person,
    wanted: frozenset[Role],
    delegations: Iterable[Delegation],
    people: Mapping[str, Person],
    today: date,
    behalf: str = "",
) -> Capacity | None:
    """As what `person` may act where one of `wanted` is needed: by own role, else for somebody who delegated today.

    With `behalf` only for that person. A delegation is not passed on, lends no role of an administrator or auditor,
    and none of a person who was revoked.
    """
    own = sorted(person.roles & wanted)
    if not person.is_active:
        return None
    if own and not behalf:
        return Capacity(person, own[0])
    if person.roles & DECIDES_NOTHING:
        return None
    for delegation in sorted(delegations, key=lambda d: (d.from_id, d.first_day)):
        giver = people.get(delegation.from_id)
        if delegation.to_id != person.staff_id or not delegation.runs_on(today) or giver is None:
            continue
        lent = sorted(giver.roles & wanted - DECIDES_NOTHING)
        if lent and giver.is_active and behalf in ("", giver.staff_id):
            return Capacity(person, lent[0], giver)
    return None
