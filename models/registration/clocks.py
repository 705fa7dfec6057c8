"""Statutory and office clocks of a registration case, recomputed from its facts each time."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from models.registration import validity
from models.registration.forecast import needs_notice
from models.registration.packet import EventFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, UNREGISTERED, Holder
from models.shared.calendar import DayKind, years_after
from models.shared.findings import once_a_review

# Where the office's own stage limits run.
_LIMITED = UNREGISTERED | {"registered", "deemed_registered", "close_out"}


class ClockState(StrEnum):
    """Running, stopped as it should, stopped late, or past its last day with something wrong."""

    RUNNING = "running"
    MET = "met"
    MET_LATE = "met late"
    OVERDUE = "overdue"


class Measure(StrEnum):
    """What a clock measures: a last day to act, a period that must be kept to its end, or how long a paper is good."""

    DEADLINE = "deadline"
    PERIOD = "period"
    VALIDITY = "validity"


class Clock(BaseModel):
    """One clock: `due_on` is its last day, `kind` how its days count, `source` the rule that sets it.

    `word` says how it stands in the office's words: finer than `state` (over, cut short, expired, ran out).
    """

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    kind: DayKind
    length: str
    started_on: date
    due_on: date
    ended_on: date | None
    state: ClockState
    holder: str
    source: str
    word: str = ""


def _standing(measure: Measure, due: date, ended: EventFacts | None, as_of: date) -> tuple[ClockState, str]:
    """How a clock stands: its state and the office's word for it."""
    if ended is None:
        if as_of <= due:
            return ClockState.RUNNING, "running"
        match measure:
            case Measure.PERIOD:
                return ClockState.MET, "over"
            case Measure.VALIDITY:
                return ClockState.OVERDUE, "expired"
        return ClockState.OVERDUE, "overdue"
    if measure is Measure.PERIOD:
        return (ClockState.OVERDUE, "cut short") if ended.on < due else (ClockState.MET, "kept")
    if ended.event == "deemed_registered":
        return ClockState.MET_LATE, "ran out"
    return (ClockState.MET, "met") if ended.on <= due else (ClockState.MET_LATE, "met late")


def _clock(
    packet: RegistrationPacket,
    code: str,
    label: str,
    started: date,
    due: date,
    ended: EventFacts | None,
    *,
    holder: str,
    source: str,
    length: str,
    kind: DayKind = DayKind.CALENDAR,
    measure: Measure = Measure.DEADLINE,
) -> Clock:
    state, word = _standing(measure, due, ended, packet.as_of)
    return Clock(
        code=code,
        label=label,
        kind=kind,
        length=length,
        started_on=started,
        due_on=due,
        ended_on=ended.on if ended else None,
        state=state,
        holder=holder,
        source=source,
        word=word,
    )


def _after(packet: RegistrationPacket, start: EventFacts, *events: str) -> EventFacts | None:
    """The first of `events` that follows the last `start` in the history."""
    found = None
    for event in reversed(packet.history):
        if event == start:
            break
        if event.event in events:
            found = event
    return found


@once_a_review
def registration_clock(packet: RegistrationPacket, policy: Policy) -> tuple[Clock, ...]:
    """30 days from a complete package; 10 after the Mayor's answer. Source: CH 328, PPB 2-12(d) (K2).

    Each is stopped by exactly one event: what follows it first. A new filing starts a new clock.
    """
    ends = ("registered", "deemed_registered", "returned", "objected", "withdrawn")
    found = []
    for event, days, label in (
        ("filed", policy.registration_days, "Comptroller's registration"),
        ("objection_answered", policy.answered_days, "Registration after the Mayor's answer"),
    ):
        start = packet.last(event)
        if start:
            clock = _clock(
                packet, "K2", label, start.on, start.on + timedelta(days=days), _after(packet, start, *ends),
                holder=Holder.COMPTROLLER, source="Charter 328; PPB 2-12(d)", length=f"{days} calendar days",
            )  # fmt: skip
            found.append(clock)
    return tuple(found)


def name_check_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """30 days for the DOI vendor name check; afterwards the agency may decide without it. Source: PPB 2-08(f) (K4)."""
    start = packet.last("name_check_requested")
    if start:
        yield _clock(
            packet, "K4", "DOI vendor name check", start.on, start.on + timedelta(days=policy.name_check_days),
            _after(packet, start, "name_check_answered", "found_responsible", "found_not_responsible"), holder="DOI",
            source="PPB 2-08(f)", length=f"{policy.name_check_days} calendar days",
        )  # fmt: skip


def notice_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """Comment period of at least 7 days, or hearing notice of 10, as the notice says. Source: L483, PPB 2-11(c).

    Before the comment period replaced it every notice was one of a hearing.
    """
    start = packet.last("notice_published")
    if start is None:
        return
    ended = _after(packet, start, "notice_completed")
    if start.value.casefold() == "hearing" or start.on < policy.comment_from:
        yield from _hearing_clocks(packet, policy, start, ended)
        return
    yield _clock(
        packet, "K8", "Online comment period", start.on, start.on + timedelta(days=policy.comment_notice_days), ended,
        holder=Holder.PROCUREMENT, source="Laws of 2024, ch. 483",
        length=f"{policy.comment_notice_days} calendar days", measure=Measure.PERIOD,
    )  # fmt: skip


def _hearing_clocks(
    packet: RegistrationPacket, policy: Policy, start: EventFacts, ended: EventFacts | None
) -> Iterator[Clock]:
    """Ten days' notice; a hearing of small value for which nobody signs up within five may be cancelled (K6)."""
    small = packet.amount_cents <= policy.threshold("NO_SPEAKER", start.on).value
    if not (small and ended and ended.value.casefold() == "cancelled"):
        yield _clock(
            packet, "K6", "Notice before the hearing", start.on,
            start.on + timedelta(days=policy.hearing_notice_days), ended, holder=Holder.PROCUREMENT,
            source="PPB 2-11(c), text of 2020", length=f"{policy.hearing_notice_days} calendar days",
            measure=Measure.PERIOD,
        )  # fmt: skip
    if small:
        yield _clock(
            packet, "K6", "Time to sign up as a speaker", start.on,
            policy.calendar.add_business_days(start.on, policy.no_speaker_business_days), ended,
            holder=Holder.PROCUREMENT, source="PPB 2-11(c), text of 2020",
            length=f"{policy.no_speaker_business_days} business days", kind=DayKind.BUSINESS, measure=Measure.PERIOD,
        )  # fmt: skip


def denial_clocks(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """Mail the denial in 2 business days; the vendor appeals within 10 days of receipt. Source: PPB 2-08(h),(k) (K19).

    Until its receipt is recorded the appeal has no last day.
    """
    found = packet.last("found_not_responsible")
    if found is None:
        return
    yield _clock(
        packet, "K19", "Mail the notice of denial", found.on,
        policy.calendar.add_business_days(found.on, policy.denial_mail_business_days),
        _after(packet, found, "denial_mailed"), holder=Holder.PROCUREMENT, source="PPB 2-08(h)",
        length=f"{policy.denial_mail_business_days} business days", kind=DayKind.BUSINESS,
    )  # fmt: skip
    received = _after(packet, found, "denial_received")
    if received:
        appeal = _after(packet, received, "appeal_filed", "appeal_period_ended")
        # The vendor may use all of it: closing it early wrongs the vendor, letting it pass wrongs nobody.
        measure = Measure.DEADLINE if appeal and appeal.event == "appeal_filed" else Measure.PERIOD
        yield _clock(
            packet, "K19", "Vendor's appeal", received.on, received.on + timedelta(days=policy.appeal_days), appeal,
            holder=Holder.PROVIDER, source="PPB 2-08(k)", length=f"{policy.appeal_days} calendar days",
            measure=measure,
        )  # fmt: skip


def validity_clocks(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """How long disclosures, Charities report and prequalification stay good. Source: K5, K20, K21."""
    for document, code, label, rule, source in (
        ("passport_disclosures", "K5", "Disclosure questionnaires", validity.disclosures, "PPB 2-08(e)(2)"),
        ("charities_registration", "K20", "Charities annual report", validity.charities, "Executive Law art. 7-A"),
        ("prequalification", "K21", "Prequalification", validity.as_stated, "MOCS discretionary PQL"),
    ):
        fact = packet.documents_by_type.get(document)
        until = rule(fact, policy) if fact else None
        if fact is None or until is None:
            continue
        started, length = fact.signed_on or fact.reported_on, "as stated"
        if code == "K5" and fact.signed_on:
            length = f"{policy.disclosure_years} years"
        if code == "K20" and fact.period_end:
            # The next report's time begins with the end of the year that it covers.
            started = years_after(fact.period_end, 1)
            length = f"{policy.charities_day}th day of month {policy.charities_month} after the fiscal year's end"
        if started <= packet.as_of:
            yield _clock(
                packet, code, label, min(started, until), until, None,
                holder=Holder.PROVIDER, source=source, length=length, measure=Measure.VALIDITY,
            )  # fmt: skip


def stage_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """The office's own limit for the stage that the case stands in. Source: convention (policy)."""
    limit = policy.stages.get(packet.state)
    if limit is None or packet.state not in _LIMITED:
        return
    if packet.state == "public_notice" and not needs_notice(packet, policy):
        return
    due = policy.stage_due(packet.state, packet.state_since)
    assert due is not None
    state = ALL_STATES[packet.state]
    yield _clock(
        packet, "SLA", f"Stage limit: {state.label}", packet.state_since, due, None, holder=state.holder,
        source=limit.source, length=f"{limit.days} {limit.kind} days", kind=limit.kind,
    )  # fmt: skip


CLOCKS = (registration_clock, name_check_clock, notice_clock, denial_clocks, validity_clocks, stage_clock)


@once_a_review
def clocks(packet: RegistrationPacket, policy: Policy) -> tuple[Clock, ...]:
    """Every clock of the case, statutory ones first."""
    return tuple(clock for rule in CLOCKS for clock in rule(packet, policy))
