"""Statutory and office clocks of a registration case, recomputed from its facts each time."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from models.registration.forecast import needs_notice
from models.registration.packet import EventFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, UNREGISTERED, Holder
from models.shared.calendar import DayKind


class ClockState(StrEnum):
    """Running, stopped in time, stopped late, or past its last day and still running."""

    RUNNING = "running"
    MET = "met"
    MET_LATE = "met late"
    OVERDUE = "overdue"


class Clock(BaseModel):
    """One clock: `due_on` is its last day, `kind` how its days count, `source` the rule that sets it."""

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


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February."""
    return months_after(day, 12 * years)


def charities_due(fiscal_year_end: date, policy: Policy) -> date:
    """Last day of the Charities annual report: 15th day of the 5th month after the year's end. Source: CHAR (K20)."""
    year, month = divmod(fiscal_year_end.year * 12 + fiscal_year_end.month - 1 + policy.charities_month, 12)
    return date(year, month + 1, policy.charities_day)


def _state(due: date, ended: date | None, as_of: date) -> ClockState:
    if ended is not None:
        return ClockState.MET if ended <= due else ClockState.MET_LATE
    return ClockState.RUNNING if as_of <= due else ClockState.OVERDUE


def _clock(
    packet: RegistrationPacket,
    code: str,
    label: str,
    started: date,
    due: date,
    ended: date | None,
    *,
    holder: str,
    source: str,
    length: str,
    kind: DayKind = DayKind.CALENDAR,
) -> Clock:
    return Clock(
        code=code,
        label=label,
        kind=kind,
        length=length,
        started_on=started,
        due_on=due,
        ended_on=ended,
        state=_state(due, ended, packet.as_of),
        holder=holder,
        source=source,
    )


def _after(packet: RegistrationPacket, start: EventFacts, *events: str) -> date | None:
    """Day of the first of `events` that follows `start` in the history."""
    position = max(n for n, e in enumerate(packet.history) if e == start)
    return next((e.on for e in packet.history[position + 1 :] if e.event in events), None)


def registration_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """30 days from a complete package; 10 after the Mayor's answer. Source: CH 328, PPB 2-12(d) (K2)."""
    ends = ("registered", "deemed_registered", "returned", "objected", "withdrawn")
    for event, days, label in (
        ("filed", policy.registration_days, "Comptroller's registration"),
        ("objection_answered", policy.answered_days, "Registration after the Mayor's answer"),
    ):
        start = packet.last(event)
        if start:
            yield _clock(
                packet,
                "K2",
                label,
                start.on,
                start.on + timedelta(days=days),
                _after(packet, start, *ends),
                holder=Holder.COMPTROLLER,
                source="Charter 328; PPB 2-12(d)",
                length=f"{days} calendar days",
            )


def name_check_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """30 days for the DOI vendor name check; afterwards the agency may decide without it. Source: PPB 2-08(f) (K4)."""
    start = packet.last("name_check_requested")
    if start:
        yield _clock(
            packet,
            "K4",
            "DOI vendor name check",
            start.on,
            start.on + timedelta(days=policy.name_check_days),
            _after(packet, start, "name_check_answered", "found_responsible", "found_not_responsible"),
            holder="DOI",
            source="PPB 2-08(f)",
            length=f"{policy.name_check_days} calendar days",
        )


def notice_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """Comment period of at least 7 days, or hearing notice of 10, as the notice says. Source: L483, PPB 2-11(c)."""
    start = packet.last("notice_published")
    if start is None:
        return
    hearing = start.value.casefold() == "hearing"
    days = policy.hearing_notice_days if hearing else policy.comment_notice_days
    yield _clock(
        packet,
        "K6" if hearing else "K8",
        "Notice before the hearing" if hearing else "Online comment period",
        start.on,
        start.on + timedelta(days=days),
        _after(packet, start, "notice_completed"),
        holder=Holder.PROCUREMENT,
        source="PPB 2-11(c)" if hearing else "Laws of 2024, ch. 483",
        length=f"{days} calendar days",
    )
    if hearing and packet.amount_cents <= policy.threshold("NO_SPEAKER", start.on).value:
        yield _clock(
            packet,
            "K6",
            "No-speaker cancellation of the hearing",
            start.on,
            policy.calendar.add_business_days(start.on, policy.no_speaker_business_days),
            _after(packet, start, "notice_completed"),
            holder=Holder.PROCUREMENT,
            source="PPB 2-11(c), text of 2020",
            length=f"{policy.no_speaker_business_days} business days",
            kind=DayKind.BUSINESS,
        )


def denial_clocks(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """Mail the denial in 2 business days; the vendor appeals within 10 days of it. Source: PPB 2-08(h),(k) (K19)."""
    found = packet.last("found_not_responsible")
    if found is None:
        return
    mailed = _after(packet, found, "denial_mailed")
    yield _clock(
        packet,
        "K19",
        "Mail the notice of denial",
        found.on,
        policy.calendar.add_business_days(found.on, policy.denial_mail_business_days),
        mailed,
        holder=Holder.PROCUREMENT,
        source="PPB 2-08(h)",
        length=f"{policy.denial_mail_business_days} business days",
        kind=DayKind.BUSINESS,
    )
    if mailed:
        yield _clock(
            packet,
            "K19",
            "Vendor's appeal",
            mailed,
            mailed + timedelta(days=policy.appeal_days),
            _after(packet, found, "appeal_filed", "appeal_granted", "appeal_denied"),
            holder=Holder.PROVIDER,
            source="PPB 2-08(k)",
            length=f"{policy.appeal_days} calendar days",
        )


def validity_clocks(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """How long disclosures, Charities report and prequalification stay good. Source: K5, K20, K21."""
    docs = packet.documents_by_type
    fact = docs.get("passport_disclosures")
    if fact and fact.signed_on:
        yield _clock(
            packet,
            "K5",
            "Disclosure questionnaires",
            fact.signed_on,
            years_after(fact.signed_on, policy.disclosure_years),
            None,
            holder=Holder.PROVIDER,
            source="PPB 2-08(e)(2)",
            length=f"{policy.disclosure_years} years",
        )
    fact = docs.get("charities_registration")
    if fact and fact.period_end:
        due = fact.expires_on or charities_due(years_after(fact.period_end, 1), policy)
        yield _clock(
            packet,
            "K20",
            "Charities annual report",
            years_after(fact.period_end, 1),
            due,
            None,
            holder=Holder.PROVIDER,
            source="Executive Law art. 7-A",
            length=f"{policy.charities_day}th day of month {policy.charities_month} after the fiscal year's end",
        )
    fact = docs.get("prequalification")
    if fact and fact.expires_on:
        yield _clock(
            packet,
            "K21",
            "Prequalification",
            fact.signed_on or fact.reported_on,
            fact.expires_on,
            None,
            holder=Holder.PROVIDER,
            source="MOCS discretionary PQL",
            length="as approved",
        )


def stage_clock(packet: RegistrationPacket, policy: Policy) -> Iterator[Clock]:
    """The office's own limit for the stage that the case stands in. Source: convention (policy)."""
    limit = policy.stages.get(packet.state)
    if limit is None or packet.state not in UNREGISTERED | {"registered", "deemed_registered", "close_out"}:
        return
    if packet.state == "public_notice" and not needs_notice(packet, policy):
        return
    due = policy.stage_due(packet.state, packet.state_since)
    assert due is not None
    state = ALL_STATES[packet.state]
    yield _clock(
        packet,
        "SLA",
        f"Stage limit: {state.label}",
        packet.state_since,
        due,
        None,
        holder=state.holder,
        source=limit.source,
        length=f"{limit.days} {limit.kind} days",
        kind=limit.kind,
    )


CLOCKS = (registration_clock, name_check_clock, notice_clock, denial_clocks, validity_clocks, stage_clock)


def clocks(packet: RegistrationPacket, policy: Policy) -> tuple[Clock, ...]:
    """Every clock of the case, statutory ones first."""
    return tuple(clock for rule in CLOCKS for clock in rule(packet, policy))
