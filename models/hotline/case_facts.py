"""A contact as it is worked on: what triage decided, what counts now, and how the clock runs by both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from models.hotline.clocks import MET_BY_ACKNOWLEDGING, Clocks, Subject, clock_of
from models.hotline.phrases import Unit
from models.hotline.policy import ClockName

# A contact of these units tells by its unit alone what the law protects. Source: domain section 8 (class C4).
RESTRICTED_UNITS = frozenset({Unit.DV, Unit.HASA})
# Clocks of an export of NYC 311, whatever is found in its words.
OUTREACH = frozenset({ClockName.OUTREACH, ClockName.OUTREACH_CHRONIC})


@dataclass(frozen=True, slots=True)
class Decided:
    """What triage decided about a contact, as far as the work on it looks back."""

    contact_id: str
    state: str
    unit: str
    alternatives: tuple[str, ...]
    priority: int
    confidential: bool
    needs_language_service: bool
    language: str
    channel: str
    review: tuple[str, ...]
    rule: str
    signals: frozenset[str]
    duplicate_of: str
    judged_by: str
    received_at: datetime
    decided_at: datetime
    clock: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What counts of a contact now: the columns of its case, or what they would be if it was opened."""

    case_id: str
    state: str
    unit: str
    priority: int
    own_priority: int
    restricted: bool
    language: str
    needs_language_service: bool
    channel: str
    owner: str
    received_at: datetime
    started_at: datetime
    first_clock: str
    first_due_at: datetime
    clock: str
    due_at: datetime
    resolve_by: datetime
    paused_since: datetime | None
    paused_seconds: int
    duplicate_of: str
    merged: bool
    accepted_at: datetime | None
    acknowledged_at: datetime | None
    first_response_at: datetime | None
    responded_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    close_code: str
    attempts: int
    attempt_days: int
    last_attempt_on: date | None
    misroutes: int
    reopened_count: int

    @property
    def is_clock_met(self) -> bool:
        """True once what the clock asks for was done. An automatic acknowledgement is not recorded as one."""
        if self.first_response_at or self.closed_at:
            return True
        return bool(self.acknowledged_at) and self.clock in MET_BY_ACKNOWLEDGING

    def is_overdue(self, now: datetime) -> bool:
        """True where the clock ended and nothing met it."""
        return not self.is_clock_met and now > self.due_at

    @property
    def is_settled(self) -> bool:
        """True of what needs nothing more but to be closed, and of what is closed."""
        return self.closed_at is not None or (self.is_clock_met and self.resolved_at is not None)

    def due_now(self, now: datetime) -> datetime:
        """When the clock ends that runs now: the office's own, once the contact's was met."""
        return self.to_resolve_by(now) if self.is_clock_met else self.due_at

    def is_late(self, now: datetime) -> bool:
        """True of a contact that is not settled and whose clock of now has ended: not answered, or only that."""
        return not self.is_settled and now > self.due_now(now)

    def share_used(self, now: datetime) -> float:
        """The share of the clock that is used; above one it is overdue."""
        return (now - self.started_at) / max(self.due_at - self.started_at, timedelta(seconds=1))

    def to_resolve_by(self, now: datetime) -> datetime:
        """When the office's own clock ends, later by what it stood still."""
        running = now - self.paused_since if self.paused_since else timedelta()
        return self.resolve_by + timedelta(seconds=self.paused_seconds) + running


COLUMNS = tuple(field.name for field in fields(CaseFacts))
# The columns that an act may change; state, id and what is known from the start go another way.
WORKED = tuple(name for name in COLUMNS if name not in ("case_id", "state"))


def first_facts(decided: Decided, clocks: Clocks) -> CaseFacts:
    """What counts of a contact that nobody has worked on."""
    clock = decided.clock or str(clock_of(_subject(decided, decided.unit, decided.priority, "")))
    due_at = decided.due_at or clocks.due_at(ClockName(clock), decided.received_at)
    return CaseFacts(
        case_id=decided.contact_id, state=decided.state, unit=decided.unit, priority=decided.priority,
        own_priority=decided.priority, restricted=decided.confidential or decided.unit in RESTRICTED_UNITS,
        language=decided.language, needs_language_service=decided.needs_language_service, channel=decided.channel,
        owner="", received_at=decided.received_at, started_at=decided.received_at, first_clock=clock,
        first_due_at=due_at, clock=clock, due_at=due_at,
        resolve_by=clocks.due_at(ClockName.RESOLUTION, decided.received_at), paused_since=None, paused_seconds=0,
        duplicate_of=decided.duplicate_of, merged=False, accepted_at=None, acknowledged_at=None, first_response_at=None,
        responded_at=None, resolved_at=None, closed_at=None, close_code="", attempts=0, attempt_days=0,
        last_attempt_on=None, misroutes=0, reopened_count=0,
    )  # fmt: skip


def is_danger(facts: CaseFacts, decided: Decided) -> bool:
    """True of imminent danger (P0), whether somebody has taken notice or not. Source: domain section 4."""
    return clock_of(_subject(decided, facts.unit, facts.priority, facts.first_clock)) is ClockName.LIFE_SAFETY


def reckoned(facts: CaseFacts, decided: Decided, clocks: Clocks) -> CaseFacts:
    """The facts with the clock that runs by them: from the start, never from now, whoever has the contact.

    Of the clocks of the unit that triage chose and of the one that has it now the earlier counts, so that no routing
    makes a clock longer; the same one as at first keeps the day that it was promised for.
    """
    acknowledged = facts.acknowledged_at is not None
    units = dict.fromkeys((decided.unit, facts.unit))
    subjects = (_subject(decided, unit, facts.priority, facts.first_clock) for unit in units)
    names = {clock_of(subject, acknowledged=acknowledged) for subject in subjects}
    dues = {name: _due(facts, name, clocks) for name in names}
    clock = min(dues, key=lambda name: (dues[name], name))
    resolve_by = clocks.due_at(ClockName.RESOLUTION, facts.started_at)
    return replace(facts, clock=clock.value, due_at=dues[clock], resolve_by=resolve_by)


def grouped(first: CaseFacts, decided: Decided, members: Iterable[CaseFacts], clocks: Clocks) -> CaseFacts:
    """The first contact with these merged with it: the earliest start and the highest priority of all count."""
    all_ = [first, *members]
    changed = replace(
        first, started_at=min(one.received_at for one in all_), priority=min(one.own_priority for one in all_)
    )
    return changed if changed == first else reckoned(changed, decided, clocks)


def reopened(facts: CaseFacts) -> CaseFacts:
    """A closed contact in its unit's queue again; its clocks run on from the same start."""
    return replace(
        facts, state="queued", owner="", accepted_at=None, closed_at=None, close_code="", resolved_at=None,
        reopened_count=facts.reopened_count + 1,
    )  # fmt: skip


def _due(facts: CaseFacts, name: ClockName, clocks: Clocks) -> datetime:
    if name == facts.first_clock and facts.started_at == facts.received_at:
        return facts.first_due_at
    return clocks.due_at(name, facts.started_at)


def _subject(decided: Decided, unit: str, priority: int, first_clock: str) -> Subject:
    outreach = ClockName(first_clock) if first_clock in OUTREACH else None
    return Subject(unit, priority, decided.signals, decided.rule, outreach)


def difference(before: CaseFacts, after: CaseFacts) -> dict[str, Any]:
    """What an act has changed, as it was before, as JSON: by this it can be taken back."""
    return {
        name: _plain(getattr(before, name))
        for name in COLUMNS
        if getattr(before, name) != getattr(after, name)
    }  # fmt: skip


def restored(facts: CaseFacts, before: Mapping[str, Any]) -> CaseFacts:
    """The facts with what an act has changed set back."""
    return replace(facts, **{name: _value(name, value) for name, value in before.items()})


_MOMENTS = frozenset(field.name for field in fields(CaseFacts) if "datetime" in str(field.type))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name == "last_attempt_on" else value
