"""A case's legal moves as data: states with their holders, one transition table, and time per holder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property


@dataclass(frozen=True)
class State:
    """One place where a case can stand, and who holds it there. `stage` is the procedure's own number."""

    name: str
    label: str
    holder: str
    stage: str
    final: bool = False


@dataclass(frozen=True)
class Transition:
    """From `state`, `event` leads to `target` (the same state for a milestone that moves nothing)."""

    state: str
    event: str
    target: str


@dataclass(frozen=True)
class IllegalTransition:
    """A move that the procedure does not know; `sentence` says what is possible instead."""

    state: str
    event: str
    possible: tuple[str, ...]

    @property
    def sentence(self) -> str:
        can = ", ".join(e.replace("_", " ") for e in self.possible) or "nothing more: the case is closed"
        return (
            f"“{self.event.replace('_', ' ')}” is not possible while the case is "
            f"“{self.state.replace('_', ' ')}”. Possible now: {can}."
        )


@dataclass(frozen=True)
class Lifecycle:
    """States and transitions of one kind of case; `initial` is where a case opens.

    `background` names the events that imports and clocks record: legal, but nothing that a person is told to do.
    `elsewhere` are states of other lifecycles in which a case may have stood before it changed its kind.
    """

    name: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    background: frozenset[str] = frozenset()
    elsewhere: tuple[State, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, State]:
        return {state.name: state for state in (*self.states, *self.elsewhere)}

    @cached_property
    def table(self) -> Mapping[tuple[str, str], str]:
        return {(t.state, t.event): t.target for t in self.transitions}

    def events_from(self, state: str) -> tuple[str, ...]:
        """Events that are legal in `state`, in the table's order."""
        return tuple(t.event for t in self.transitions if t.state == state)

    def holder(self, state: str) -> str:
        """Who holds a case that stands in `state`."""
        return self.by_name[state].holder


def advance(lifecycle: Lifecycle, state: str, event: str) -> State | IllegalTransition:
    """The state after `event`, or the refusal as a value: nothing is raised to choose a branch."""
    target = lifecycle.table.get((state, event))
    if target is None:
        possible = tuple(e for e in lifecycle.events_from(state) if e not in lifecycle.background)
        return IllegalTransition(state, event, possible)
    return lifecycle.by_name[target]


@dataclass(frozen=True)
class Stay:
    """A stretch of time in one state. `until` is None while it lasts."""

    state: str
    holder: str
    since: datetime
    until: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        return (self.until or now) - self.since


@dataclass(frozen=True)
class Ledger:
    """Who held a case how long; the stays follow each other without a gap, so they sum exactly."""

    stays: tuple[Stay, ...] = field(default_factory=tuple)

    def by_holder(self, now: datetime) -> dict[str, timedelta]:
        total: dict[str, timedelta] = {}
        for stay in self.stays:
            total[stay.holder] = total.get(stay.holder, timedelta()) + stay.lasted(now)
        return total


def ledger(lifecycle: Lifecycle, moves: Iterable[tuple[datetime, str]]) -> Ledger:
    """The delay ledger of a case from (moment, state after it) pairs in order; milestones merge into a stay.

    A final state ends the ledger: nobody holds a closed case.
    """
    stays: list[Stay] = []
    for moment, name in moves:
        if stays and stays[-1].state == name:
            continue
        if stays:
            last = stays[-1]
            stays[-1] = Stay(last.state, last.holder, last.since, moment)
        stays.append(Stay(name, lifecycle.holder(name), moment, None))
    if stays and lifecycle.by_name[stays[-1].state].final:
        stays.pop()
    return Ledger(tuple(stays))


def diagram(lifecycle: Lifecycle) -> str:
    """The lifecycle as a Mermaid state diagram, holders in the labels."""
    lines = ["stateDiagram-v2", f"    [*] --> {lifecycle.initial}"]
    lines += [f"    {s.name}: {s.label} ({s.stage}, {s.holder})" for s in lifecycle.states]
    lines += [
        f"    {t.state} --> {t.target}: {t.event.replace('_', ' ')}"
        for t in lifecycle.transitions
        if t.state != t.target
    ]
    lines += [f"    {s.name} --> [*]" for s in lifecycle.states if s.final]
    return "\n".join(lines)
