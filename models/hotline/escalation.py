"""The ladder of escalation: who must be told that a contact waits, and when that climbs. Source: domain section 5.

Level 0 is the on-call person, who hears of priority 1 at once; 1 to 5 are E1 to E5. A level is a notification that
somebody acknowledges, never a reassignment.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from models.hotline.case_facts import CaseFacts, Decided, is_danger
from models.hotline.clocks import Clocks
from models.hotline.forms import Channel
from models.hotline.policy import ClockName, OnCall, WorkPolicy
from models.hotline.states import ALL_STATES

TOP = 5
_SUPERVISOR, MANAGER, DIRECTOR, DEPUTY = 1, 2, 3, 4
UNACCEPTED = frozenset({"to_person", "queued"})


class Trigger(StrEnum):
    """Why somebody is told."""

    URGENT = "priority 1"
    HALF = "half of the clock is used and nobody accepted it"
    LATE = "most of the clock is used"
    OVERDUE = "the clock ended"
    MISROUTED = "it was rejected again"
    RETALIATION = "somebody fears reprisals"
    ELECTED = "an elected official asks"
    UNHEARD = "nobody acknowledged the alert before"
    REPEATED = "the same caller came back again about the same matter"
    FACILITY = "many complained about the same facility"
    MEDIA = "the press asks, or somebody goes to it"
    DEATH = "somebody died in the agency's care"
    LAWSUIT = "a lawsuit or a class action is spoken of"
    MAYOR = "the Mayor's Office asks"
    UNRESOLVED = "a danger to life is not resolved"


# The level that a sign asks for. Source: domain section 5.
SIGNS: Mapping[str, tuple[int, Trigger]] = MappingProxyType({
    "retaliation": (DIRECTOR, Trigger.RETALIATION), "media": (DIRECTOR, Trigger.MEDIA),
    "death_in_care": (DEPUTY, Trigger.DEATH), "litigation": (DEPUTY, Trigger.LAWSUIT),
    "mayors_office": (TOP, Trigger.MAYOR),
})  # fmt: skip
NOTHING = (-1, Trigger.LATE)
# Those that stand in the phrase tables for the ladder alone: they speak for no unit, and nothing is learned for them.
LADDER_ONLY = frozenset(SIGNS) - {"retaliation"}


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


@dataclass(frozen=True)
class Around:
    """What a contact makes of those before it: its caller came back too often, its facility had too many complaints."""

    is_repeated: bool = False
    is_crowded: bool = False


ALONE = Around()


def next_alerts(
    facts: CaseFacts,
    decided: Decided,
    raised: Sequence[Raised],
    policy: WorkPolicy,
    now: datetime,
    around: Around = ALONE,
) -> list[Alert]:
    """The alerts that are due about a contact now, the lowest level first; none once it is answered or closed.

    An interim answer is none to a danger to life: that is told at the top until it is resolved.
    """
    if ALL_STATES[facts.state].final:
        return []
    return list(_due(facts, decided, sorted(raised, key=lambda one: one.level), policy, now, around))


def _due(
    facts: CaseFacts, decided: Decided, raised: Sequence[Raised], policy: WorkPolicy, now: datetime, around: Around
) -> Iterator[Alert]:
    level = raised[-1].level if raised else -1
    asked = [_by_danger(facts, decided, policy, now)]
    if not facts.first_response_at:
        if not raised and facts.priority == 1 and not facts.acknowledged_at:
            yield Alert(0, Trigger.URGENT, _climbs(0, now, now, facts, policy))
            level = 0
        for alert in _climbing(facts, raised, policy, now):
            yield alert
            level = max(level, alert.level)
        asked += [_by_clock(facts, policy, now), *_by_subject(decided, around)]
    wanted, trigger = max(asked, key=lambda one: one[0])
    if wanted > level:
        yield Alert(wanted, trigger, _climbs(wanted, now, now, facts, policy))


def _climbing(facts: CaseFacts, raised: Sequence[Raised], policy: WorkPolicy, now: datetime) -> Iterator[Alert]:
    """Each level whose time has come, those too that an outage slept through.

    Of priority 1 every level is told in its turn, even where its subject was told further up at once.
    """
    unheard = [one for one in raised if not one.is_acknowledged]
    if not unheard:
        return
    times = {one.level: None if one.is_acknowledged else one.climbs_at for one in raised}
    level = (unheard[0] if facts.priority == 1 else unheard[-1]).level
    while (climbs_at := times[level]) is not None and climbs_at <= now:
        level += 1
        if level not in times:
            times[level] = _climbs(level, unheard[0].raised_at, now, facts, policy)
            yield Alert(level, Trigger.UNHEARD, times[level])


def _climbs(level: int, first_at: datetime, now: datetime, facts: CaseFacts, policy: WorkPolicy) -> datetime | None:
    """When a level climbs: priority 1 by the minutes since the first alert, the others by hours."""
    if level >= TOP:
        return None
    if facts.priority == 1:
        return first_at + timedelta(minutes=policy.urgent_minutes[level])
    return now + timedelta(hours=policy.climb_hours)


def _by_clock(facts: CaseFacts, policy: WorkPolicy, now: datetime) -> tuple[int, Trigger]:
    """The level that the clock and the misroutes ask for. Life safety climbs by its own minutes."""
    found = NOTHING
    if facts.clock != ClockName.LIFE_SAFETY and not facts.is_clock_met:
        share = facts.share_used(now)
        if facts.is_overdue(now):
            found = (DIRECTOR, Trigger.OVERDUE)
        elif share >= policy.late_share:
            found = (MANAGER, Trigger.LATE)
        elif share >= policy.early_share and facts.state in UNACCEPTED:
            found = (_SUPERVISOR, Trigger.HALF)
    if facts.misroutes >= policy.misroutes:
        found = max(found, (MANAGER, Trigger.MISROUTED), key=lambda one: one[0])
    return found


def _by_danger(facts: CaseFacts, decided: Decided, policy: WorkPolicy, now: datetime) -> tuple[int, Trigger]:
    """The top, where life was in danger for too long: who took notice or wrote an interim answer resolved nothing."""
    is_late = now - facts.started_at >= timedelta(hours=policy.unresolved_hours)
    is_over = facts.responded_at or facts.resolved_at
    return (TOP, Trigger.UNRESOLVED) if is_late and not is_over and is_danger(facts, decided) else NOTHING


def _by_subject(decided: Decided, around: Around) -> Iterator[tuple[int, Trigger]]:
    """The levels that a contact asks for by what it is about, however much time is left. Source: domain section 5."""
    yield from (SIGNS[name] for name in sorted(decided.signals & SIGNS.keys()))
    if decided.channel == Channel.ELECTED_OFFICIAL:
        yield DEPUTY, Trigger.ELECTED
    if around.is_crowded:
        yield DIRECTOR, Trigger.FACILITY
    if around.is_repeated:
        yield MANAGER, Trigger.REPEATED


def who_is_told(level: int, clocks: Clocks, at: datetime) -> tuple[OnCall, str]:
    """The duty of a level, and its address at that hour."""
    duty = clocks.policy.roster[level]
    return duty, duty.office if clocks.is_office_hour(at) else duty.after_hours


def alert_message(level: int, trigger: Trigger, role: str, case_ids: Sequence[str], shown: int) -> tuple[str, str]:
    """Subject and text of an alert: numbers of contacts alone, nothing of what they are about."""
    many = len(case_ids) > 1
    what = f"{len(case_ids):,} contacts wait" if many else f"contact {case_ids[0]} waits"
    first = "Priority 1: " if trigger is Trigger.URGENT else f"E{level}: "
    lines = [f"To the {role}. {'They wait' if many else 'It waits'} for you: {_NEUTRAL.get(trigger, trigger)}.", ""]
    lines += case_ids[:shown]
    if len(case_ids) > shown:
        lines.append(f"and {len(case_ids) - shown:,} more: the desk lists them")
    return f"{first}{what} for you", "\n".join([*lines, "", _ASKED if level < TOP else _ASKED.partition(" If")[0]])


# What a mail does not say of what a contact is about, nor of what other contacts say.
_BY_KIND, _BY_TIME = "it is for your level by its kind", "it is of priority 1 and was not resolved in time"
_NEUTRAL = {
    Trigger.ELECTED: _BY_KIND, Trigger.FACILITY: _BY_KIND, Trigger.REPEATED: _BY_KIND, Trigger.UNRESOLVED: _BY_TIME,
    **{trigger: _BY_KIND for _, trigger in SIGNS.values()},
}  # fmt: skip
_ASKED = "Acknowledge it at the desk. If nobody does, the next level is told."
