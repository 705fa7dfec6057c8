"""A contact's clock: which one runs, by its subject, and when it ends. It starts when the agency received the contact.

Source: domain section 4. The thirty days of a decision on benefits and the seven of expedited SNAP run from the day of
filing, which a contact does not tell: of the first only the answer is due, of the second the seven days from now on.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from models.hotline.phrases import Unit
from models.hotline.policy import ClockKind, ClockName, WorkPolicy
from models.shared.calendar import NEW_YORK, start_of_day

# Which rules of priority 1 say that somebody has no bed tonight: the same day. All others are imminent danger (P0).
NO_BED = frozenset({"child without shelter", "child sleeping rough", "family put out tonight"})
_STREET = frozenset({"street_person", "outreach"})
_HAZARDS = frozenset({"no_heat", "no_hot_water", "power_out", "gas_smell", "no_cooling", "fire_safety", "elevator"})
_STAFF = frozenset({"staff_rude", "staff_threat", "staff_sexual", "retaliation", "discrimination", "aide_conduct"})
_PROGRAM_COMPLAINT = frozenset({"complaint", "no_answer_complaint"})
_HOUSED_BY_DHS = frozenset({Unit.FAMILIES, Unit.ADULTS, Unit.OMBUDSMAN})
_TONIGHT = frozenset({Unit.FAMILIES, Unit.ADULTS, Unit.DV, Unit.HASA})
# What an export of NYC 311 calls the Department of Homeless Services, and its requests that no outreach team answers.
_DHS, _NO_OUTREACH = "DHS", "DHS "
_CHRONIC = "chronic"
# Clocks that an acknowledgement meets: the subject's own runs on, from the same start.
MET_BY_ACKNOWLEDGING = frozenset({ClockName.LIFE_SAFETY, ClockName.ELECTED_OFFICE})
LABELS = {
    ClockName.LIFE_SAFETY: "Life safety: a supervisor acknowledges",
    ClockName.OUTREACH: "Street outreach",
    ClockName.OUTREACH_CHRONIC: "Street outreach, same spot for long",
    ClockName.SAME_DAY: "Same day",
    ClockName.HEAP_LIFE_THREATENING: "Energy crisis, life in danger",
    ClockName.HEAP_CRISIS: "Energy crisis",
    ClockName.APS_LIFE_THREATENING: "Visit, life in danger",
    ClockName.APS_VISIT: "Visit of adult protection",
    ClockName.REPAIR: "Building repair is assessed",
    ClockName.STAFF_CONDUCT: "Conduct of staff: the complainant is contacted",
    ClockName.TRANSFER: "Transfer notice",
    ClockName.EXPEDITED_SNAP: "Expedited SNAP",
    ClockName.URGENT: "Urgent",
    ClockName.ELECTED_OFFICE: "An elected official is acknowledged",
    ClockName.RESPONSE: "Response",
    ClockName.COMMENT: "Comment",
    ClockName.RESOLUTION: "Resolution",
}


class Subject(NamedTuple):
    """What a clock is chosen by. `outreach` is the clock of a request to DHS that came in an export of NYC 311."""

    unit: str
    priority: int
    signals: Collection[str]
    rule: str
    outreach: ClockName | None = None


def outreach_clock(agency: str, complaint_type: str, descriptor: str) -> ClockName | None:
    """The clock of a request to DHS as NYC 311 exports it; None for any other. Source: domain sections 4 and 12."""
    if agency != _DHS or complaint_type.startswith(_NO_OUTREACH):
        return None
    return ClockName.OUTREACH_CHRONIC if descriptor.strip().lower() == _CHRONIC else ClockName.OUTREACH


def clock_of(subject: Subject, *, acknowledged: bool = False) -> ClockName:
    """The clock of a subject; after an acknowledgement the one that runs on."""
    if subject.outreach:
        return subject.outreach
    if subject.priority == 1:
        return _of_danger(subject, acknowledged)
    if subject.priority == 4:
        return ClockName.COMMENT
    if found := _of_unit(subject, acknowledged):
        return found
    if subject.priority == 2:
        return ClockName.SAME_DAY if subject.unit in _TONIGHT else ClockName.URGENT
    if subject.unit in _HOUSED_BY_DHS and "shelter_transfer" in subject.signals:
        return ClockName.TRANSFER
    return ClockName.RESPONSE


def _of_danger(subject: Subject, acknowledged: bool) -> ClockName:
    if not acknowledged and subject.rule not in NO_BED:
        return ClockName.LIFE_SAFETY
    if subject.unit == Unit.APS:
        return ClockName.APS_LIFE_THREATENING
    return ClockName.HEAP_LIFE_THREATENING if subject.unit == Unit.HEAP else ClockName.SAME_DAY


def _of_unit(subject: Subject, acknowledged: bool) -> ClockName | None:
    """The clock that a unit has for priorities 2 and 3; None where it has none of its own."""
    signals, is_urgent = subject.signals, subject.priority == 2
    match subject.unit:
        case Unit.ADULTS if not _STREET.isdisjoint(signals):
            return ClockName.OUTREACH
        case Unit.FACILITIES if is_urgent or not _HAZARDS.isdisjoint(signals):
            return ClockName.REPAIR
        case Unit.OMBUDSMAN if not is_urgent and not _STAFF.isdisjoint(signals):
            return ClockName.STAFF_CONDUCT
        case Unit.APS if is_urgent or _PROGRAM_COMPLAINT.isdisjoint(signals):
            return ClockName.APS_VISIT
        case Unit.HEAP if is_urgent:
            return ClockName.HEAP_CRISIS
        case Unit.FIA if not is_urgent and "expedited" in signals:
            return ClockName.EXPEDITED_SNAP
        case Unit.LEGISLATIVE if not is_urgent and not acknowledged:
            return ClockName.ELECTED_OFFICE
    return None


@dataclass(frozen=True)
class Clocks:
    """When clocks end, by the policy. Days end with their last second in New York."""

    policy: WorkPolicy
    _ends: dict[tuple[ClockName, date], datetime] = field(default_factory=dict)

    def due_at(self, name: ClockName, start: datetime) -> datetime:
        """When a clock that started at an aware moment is due, in UTC."""
        number = self.policy.clocks[name]
        # In New York's own time an hour would be lost, or counted twice, where the hour changes.
        start = start.astimezone(UTC)
        if number.kind is ClockKind.HOURS:
            return start + timedelta(hours=number.length)
        if number.kind is ClockKind.MINUTES:
            return start + timedelta(minutes=number.length)
        local = start.astimezone(NEW_YORK)
        if number.kind is ClockKind.HANDOFF:
            return max(self._end(name, local.date()), start + timedelta(hours=number.length))
        day = local.date()
        if number.kind is ClockKind.BUSINESS_AFTER_HOURS:
            day = self._first_day(local)
        return self._end(name, day)

    def earliest(self, names: Collection[ClockName], start: datetime) -> tuple[ClockName, datetime]:
        """The clock of several that is due first, and when."""
        return min(((name, self.due_at(name, start)) for name in names), key=lambda found: (found[1], found[0]))

    def is_office_hour(self, at: datetime) -> bool:
        """True while offices are open."""
        local = at.astimezone(NEW_YORK)
        hours = self.policy.opening_hour <= local.hour < self.policy.closing_hour
        return hours and self.policy.calendar.is_business_day(local.date())

    def _first_day(self, local: datetime) -> date:
        """Day 0 of what closed offices receive is the next business day. Source: ACCESS NYC, APS."""
        day = local.date()
        if local.time() > time(self.policy.closing_hour):
            day += timedelta(days=1)
        return self.policy.calendar.next_business_day(day)

    def _end(self, name: ClockName, day: date) -> datetime:
        found = self._ends.get((name, day))
        if found is None:
            found = self._ends[name, day] = self._reckoned(name, day)
        return found

    def _reckoned(self, name: ClockName, day: date) -> datetime:
        number = self.policy.clocks[name]
        if number.kind is ClockKind.HANDOFF:
            return datetime.combine(day, time(self.policy.closing_hour), NEW_YORK).astimezone(UTC)
        if number.kind is ClockKind.CALENDAR:
            last = day + timedelta(days=number.length)
        else:
            last = self.policy.calendar.add_business_days(day, number.length)
        return start_of_day(last + timedelta(days=1)) - timedelta(seconds=1)
