"""The weekly blind re-triage sample: who is drawn, who may read it, and how well priorities were told.

Source: domain section 9 (priority accuracy: at least fifty, and all that triage called most urgent).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.hotline.misleading import RESTRICTED
from models.hotline.phrases import Unit
from models.hotline.rules import RESTRICTED_UNITS
from models.hotline.showing import PRIORITIES, choosable
from models.shared.people import Person, Role

URGENT, DRAWN = "priority 1", "drawn"
READERS = frozenset({Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})
# Who looks after triage, and who looks after them; whoever reads the sample does not know how it goes. Source:
# convention.
SEES_FIGURES = frozenset({Role.TRIAGE_SUPERVISOR, Role.AUDITOR})
READ_BY = "Caseworkers and triage supervisors read the sample."
# Below so many no share is told. Source: domain section 9.
FEWEST = 10


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def draw(priorities: Mapping[str, int], week: date, least: int) -> dict[str, str]:
    """Contact ids of a week with why they are drawn: all of priority 1, and `least` of the others.

    The week is the seed: the same contacts give the same sample, in whichever order they come.
    """
    urgent = {contact_id: URGENT for contact_id, priority in priorities.items() if priority == 1}
    others = sorted((one for one in priorities if one not in urgent), key=lambda one: _lot(week, one))
    return urgent | dict.fromkeys(others[:least], DRAWN)


def _lot(week: date, contact_id: str) -> str:
    return hashlib.sha256(f"{week.isoformat()}/{contact_id}".encode()).hexdigest()


def may_read_sample(person: Person) -> bool:
    """Whether somebody reads contacts of the sample at all."""
    return person.is_active and bool(person.roles & READERS)


def may_see_figures(person: Person) -> bool:
    """Whether somebody sees at the desk what the sample says about triage."""
    return person.is_active and bool(person.roles & SEES_FIGURES)


def reader_problem(person: Person, is_restricted: bool, worked_on_it: Collection[str]) -> str:
    """Why a person may not read a contact of the sample, as a sentence; empty where they may."""
    if not may_read_sample(person):
        return READ_BY
    if is_restricted and Role.CLEARED not in person.roles:
        return "This contact is restricted: somebody who is cleared reads it."
    if person.staff_id in worked_on_it:
        return "You worked on this contact: somebody else reads it."
    return ""


def answers(*, cleared: bool) -> Mapping[str, str]:
    """The units that a second reader chooses from, in words. Who is not cleared names those that the law protects as
    one: which it is would tell more than they may know, and both count alike as another unit than triage chose.
    """
    one = {} if cleared else {RESTRICTED: "A unit that the law protects (restricted)"}
    return {**choosable(cleared=cleared), **one}


def answer_problem(unit: str, priority: int) -> str:
    """Why this is no answer of a second reader, as a sentence; empty where it is one."""
    if unit in {*Unit, RESTRICTED} and priority in PRIORITIES:
        return ""
    return f"The unit is one of {', '.join((*Unit, RESTRICTED))}, the priority 1 to 4."


def needs_marking(unit: str) -> bool:
    """Whether a contact of this answer must be marked as confidential, if it is not yet."""
    return unit == RESTRICTED or unit in RESTRICTED_UNITS


@dataclass(frozen=True, slots=True)
class Reading:
    """One contact of the sample: what triage said, what a second person said without seeing it, why it was drawn."""

    triaged: int
    final: int
    why: str
    same_unit: bool


@dataclass(frozen=True, slots=True)
class PriorityAccuracy:
    """Shares of one, None where fewer than ten say it. `recall` of what is of priority 1 was called so.

    `over` of what was called so is not; `under` of what is was not called so; `kappa` is Cohen's over four priorities.
    """

    readings: int
    urgent: int
    recall: float | None
    over: float | None
    under: float | None
    kappa: float | None
    same_unit: float | None


def priority_accuracy(readings: Sequence[Reading], sizes: Mapping[str, int] | None = None) -> PriorityAccuracy:
    """The figures of a sample. `sizes` are how many contacts each `why` stands for; without it, those that were read.

    All of priority 1 are read and few of the others: each of these stands for as many as were not drawn.
    """
    read = Counter(reading.why for reading in readings)
    weight = {why: (sizes or read).get(why, count) / count for why, count in read.items()}
    table = Counter[tuple[int, int]]()
    weighed: dict[tuple[int, int], float] = {}
    agreeing = 0.0
    for one in readings:
        table[one.triaged, one.final] += 1
        weighed[one.triaged, one.final] = weighed.get((one.triaged, one.final), 0.0) + weight[one.why]
        agreeing += weight[one.why] if one.same_unit else 0.0
    called, urgent = _count(table, triaged=True), _count(table, triaged=False)
    both = weighed.get((1, 1), 0.0)
    missed = sum(share for (triaged, final), share in weighed.items() if final == 1 and triaged != 1)
    false = sum(share for (triaged, final), share in weighed.items() if triaged == 1 and final != 1)
    return PriorityAccuracy(
        readings=len(readings), urgent=urgent, recall=_share(both, both + missed, urgent),
        over=_share(false, both + false, called), under=_share(missed, both + missed, urgent),
        kappa=cohen_kappa(weighed) if len(readings) >= FEWEST else None,
        same_unit=_share(agreeing, sum(weighed.values()), len(readings)),
    )  # fmt: skip


def _count(table: Mapping[tuple[int, int], int], *, triaged: bool) -> int:
    return sum(count for pair, count in table.items() if pair[0 if triaged else 1] == 1)


def _share(part: float, whole: float, counted: int) -> float | None:
    return part / whole if counted >= FEWEST and whole else None


def cohen_kappa(table: Mapping[tuple[int, int], float]) -> float | None:
    """Agreement beyond chance: 1 where both always agree, 0 where it is chance; None where only one answer was given.

    `table` has how often the first said one thing and the second another.
    """
    whole = sum(table.values())
    if not whole:
        return None
    shares = [(a, b, count / whole) for (a, b), count in table.items()]
    agreed = sum(share for a, b, share in shares if a == b)
    said_first, said_second = _margins(shares)
    chance = sum(share * said_second.get(answer, 0.0) for answer, share in said_first.items())
    return None if chance >= 1 - 1e-12 else (agreed - chance) / (1 - chance)


def _margins(shares: Iterable[tuple[int, int, float]]) -> tuple[dict[int, float], dict[int, float]]:
    first: dict[int, float] = {}
    second: dict[int, float] = {}
    for a, b, share in shares:
        first[a] = first.get(a, 0.0) + share
        second[b] = second.get(b, 0.0) + share
    return first, second
