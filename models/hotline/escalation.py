"""The ladder of escalation: who must be told that a contact waits, and when that climbs. Source: domain section 5.

Level 0 is the on-call person, who hears of priority 1 at once; 1 to 5 are E1 to E5. A level is a notification that
somebody acknowledges, never a reassignment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.hotline.case_facts import CaseFacts
from models.hotline.clocks import Clocks
from models.hotline.policy import ClockName, OnCall, WorkPolicy
from models.hotline.states import ALL_STATES

TOP = 5
_SUPERVISOR, _MANAGER, _DIRECTOR = 1, 2, 3
_UNACCEPTED = frozenset({"to_person", "queued"})


class Trigger(StrEnum):
    """Why somebody is told."""

    URGENT = "priority 1"
    HALF = "half of the clock is used and nobody accepted it"
    LATE = "most of the clock is used"
    OVERDUE = "the clock ended"
    MISROUTED = "it was rejected again"
    UNHEARD = "nobody acknowledged the alert before"


@dataclass(frozen=True)
class Raised:
    """An alert that was raised."""

    level: int
    raised_at: datetime
    climbs_at: datetime | None
    is_acknowledged: bool


@dataclass(frozen=True)
class Alert:
    """An alert to be raised; `climbs_at` is when the next level is told, None at the top."""

    level: int
    trigger: Trigger
    climbs_at: datetime | None


def next_alerts(facts: CaseFacts, raised: Sequence[Raised], policy: WorkPolicy, now: datetime) -> list[Alert]:
    """The alerts that are due about a contact now, the lowest level first; none once it is answered or closed."""
    if facts.first_response_at or ALL_STATES[facts.state].final:
        return []
    return list(_due(facts, sorted(raised, key=lambda one: one.level), policy, now))


def _due(facts: CaseFacts, raised: Sequence[Raised], policy: WorkPolicy, now: datetime) -> Iterator[Alert]:
    highest = raised[-1] if raised else None
    level = highest.level if highest else -1
    if highest is None and facts.priority == 1 and not facts.acknowledged_at:
        yield Alert(0, Trigger.URGENT, _climbs(0, now, now, facts, policy))
        level = 0
    elif highest and not highest.is_acknowledged:
        for alert in _climbing(facts, raised, policy, now):
            yield alert
            level = alert.level
    wanted, trigger = _by_clock(facts, policy, now)
    if wanted > level:
        yield Alert(wanted, trigger, _climbs(wanted, now, now, facts, policy))


def _climbing(facts: CaseFacts, raised: Sequence[Raised], policy: WorkPolicy, now: datetime) -> Iterator[Alert]:
    """Each level whose time has come, those too that an outage slept through."""
    level, climbs_at = raised[-1].level, raised[-1].climbs_at
    while climbs_at is not None and climbs_at <= now:
        level += 1
        climbs_at = _climbs(level, raised[0].raised_at, now, facts, policy)
        yield Alert(level, Trigger.UNHEARD, climbs_at)


def _climbs(level: int, first_at: datetime, now: datetime, facts: CaseFacts, policy: WorkPolicy) -> datetime | None:
    """When a level climbs: priority 1 by the minutes since the first alert, the others by hours."""
    if level >= TOP:
        return None
    if facts.priority == 1:
        return first_at + timedelta(minutes=policy.urgent_minutes[level])
    return now + timedelta(hours=policy.climb_hours)


def _by_clock(facts: CaseFacts, policy: WorkPolicy, now: datetime) -> tuple[int, Trigger]:
    """The level that the clock and the misroutes ask for. Life safety climbs by its own minutes."""
    found = (-1, Trigger.LATE)
    if facts.clock != ClockName.LIFE_SAFETY and not facts.is_clock_met:
        share = facts.share_used(now)
        if facts.is_overdue(now):
            found = (_DIRECTOR, Trigger.OVERDUE)
        elif share >= policy.late_share:
            found = (_MANAGER, Trigger.LATE)
        elif share >= policy.early_share and facts.state in _UNACCEPTED:
            found = (_SUPERVISOR, Trigger.HALF)
    if facts.misroutes >= policy.misroutes:
        found = max(found, (_MANAGER, Trigger.MISROUTED), key=lambda one: one[0])
    return found


def who_is_told(level: int, clocks: Clocks, at: datetime) -> tuple[OnCall, str]:
    """The duty of a level, and its address at that hour."""
    duty = clocks.policy.roster[level]
    return duty, duty.office if clocks.is_office_hour(at) else duty.after_hours


def alert_message(level: int, role: str, case_ids: Sequence[str], shown: int) -> tuple[str, str]:
    """Subject and text of an alert: numbers of contacts alone, nothing of what they are about."""
    many = len(case_ids) > 1
    subject = f"{len(case_ids):,} contacts wait for you" if many else f"Contact {case_ids[0]} waits for you"
    lines = [f"{'These contacts wait' if many else 'This contact waits'} for the {role}, level E{level}." if level
             else f"{'These contacts of priority 1 wait' if many else 'This contact of priority 1 waits'} for you.",
             "", *case_ids[:shown]]  # fmt: skip
    if len(case_ids) > shown:
        lines.append(f"and {len(case_ids) - shown:,} more: the desk lists them")
    return subject, "\n".join([*lines, "", "Acknowledge it at the desk. If nobody does, the next level is told."])
