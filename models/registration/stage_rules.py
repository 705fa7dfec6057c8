"""Checks of where a case stands and how long: stage limits, statutory clocks, year end."""

from collections.abc import Iterator
from datetime import date

from models.registration.clocks import clocks
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import UNREGISTERED, Kind
from models.shared.calendar import fiscal_year_bounds, long_date
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

_LATE = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)


def stage_overdue(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The stage is older than its limit. Source: red flag R12 (convention)."""
    for clock in clocks(packet, policy):
        if clock.code == "SLA" and clock.due_on < packet.as_of and packet.state != "filed":
            yield Finding(
                code="stage_overdue",
                subject=packet.state,
                severity=Severity.HIGH,
                message=f"{clock.label} ended on {long_date(clock.due_on)}; {clock.holder} holds the case.",
                citation="R12 (convention)",
                evidence={"since": packet.state_since.isoformat(), "due": clock.due_on.isoformat()},
                remedy=f"{clock.holder} finishes the stage or says what it waits for.",
                tell=(clock.holder,),
            )


def name_check_unanswered(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """No answer to the DOI name check near its end. Source: red flag R08, PPB 2-08(f) (K4)."""
    start = packet.last("name_check_requested")
    if (
        packet.state != "responsibility"
        or start is None
        or packet.last("name_check_requested", "name_check_answered") != start
    ):
        return
    day = (packet.as_of - start.on).days
    if day >= policy.name_check_alarm_day:
        over = day > policy.name_check_days
        yield Finding(
            code="name_check_unanswered",
            severity=Severity.MEDIUM,
            message=f"The DOI vendor name check is on day {day} of {policy.name_check_days} without an answer.",
            citation="R08 (convention); PPB 2-08(f)",
            evidence={"requested": start.on.isoformat()},
            remedy="The agency may decide without it now." if over else "Remind DOI.",
            tell=("Procurement",),
        )


def package_returned(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The Comptroller returned the package. Source: red flag R13, PPB 2-12(d),(f)."""
    if packet.state == "returned":
        returned = packet.last("returned")
        reason = returned.reason if returned and returned.reason else "no reason recorded"
        yield Finding(
            code="package_returned",
            severity=Severity.HIGH,
            message=f"Returned by the Comptroller on {long_date(packet.state_since)}: {reason}.",
            citation="R13 (convention); PPB 2-12(d)",
            evidence={"reason": reason},
            remedy="Mend what was found, reopen its stage, and file again; a new filing starts a new clock.",
            tell=("Procurement", "Legal", "Budget"),
        )


def registration_clock_near(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Day 20 and day 27 of the Comptroller's 30 without registration. Source: red flag R14, CH 328 (K2)."""
    if packet.state != "filed":
        return
    day = (packet.as_of - packet.state_since).days
    first, second = policy.registration_alarm_days
    if day >= first:
        yield Finding(
            code="registration_clock_near",
            severity=Severity.HIGH if day >= second else Severity.MEDIUM,
            message=f"Day {min(day, policy.registration_days)} of {policy.registration_days} "
            "at the Comptroller without registration.",
            citation="R14 (convention); Charter 328",
            evidence={"filed": packet.state_since.isoformat()},
            remedy="Ask the Comptroller's office for open questions.",
            tell=("Procurement",),
        )


def objection_filed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The Comptroller objects. Source: red flag R15, CH 328."""
    if packet.state == "objected":
        objected = packet.last("objected")
        yield Finding(
            code="objection_filed",
            severity=Severity.CRITICAL,
            message=f"The Comptroller objected on {long_date(packet.state_since)}.",
            citation="R15 (convention); Charter 328",
            evidence={"reason": objected.reason if objected else ""},
            remedy="The Mayor answers through MOCS; registration is due 10 days after the answer.",
            tell=("Procurement", "Legal", "MOCS"),
        )


def start_passed_not_filed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The term began and the package is not filed. Source: red flag R17 (convention)."""
    late = (packet.as_of - packet.term_start).days
    if packet.state not in UNREGISTERED - {"filed", "objected", "answered"} or late < policy.late_start_days[0]:
        return
    band = max(n for n, days in enumerate(policy.late_start_days) if late >= days)
    passed = policy.late_start_days[band]
    yield Finding(
        code="start_passed_not_filed",
        severity=_LATE[band],
        message=f"The term began {passed} days ago or more and nothing is filed with the Comptroller.",
        citation="R17 (convention)",
        evidence={"start": packet.term_start.isoformat(), "band": f"{passed} days"},
        remedy="Work before registration is unpaid: tell the provider, and move the stage that holds it.",
        tell=("Program", "Procurement"),
    )


def year_end_risk(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Unregistered near the end of the fiscal year. Source: red flag R18 (convention)."""
    if packet.state not in UNREGISTERED:
        return
    _, end = fiscal_year_bounds(packet.fiscal_year)
    alarms = [date.fromisoformat(f"{end.year}-{day}") for day in policy.year_end_alarms]
    if packet.as_of >= alarms[0]:
        yield Finding(
            code="year_end_risk",
            severity=Severity.CRITICAL if packet.as_of >= alarms[1] else Severity.HIGH,
            message=f"Not registered, and the fiscal year ends on {long_date(end)}: "
            f"{dollars(packet.amount_cents)} may lapse.",
            citation="R18 (convention)",
            evidence={"amount": dollars(packet.amount_cents)},
            remedy="Budget decides what can still be registered this year.",
            tell=("Budget", "Procurement"),
        )


def outyear_not_ready(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The outyear of a multi-year contract began without cleared award or budget. Source: red flag R30, MDF (T11)."""
    if packet.kind is Kind.MULTI_YEAR and packet.state in ("designated", "scope") and packet.as_of > packet.term_start:
        yield Finding(
            code="outyear_not_ready",
            severity=Severity.HIGH,
            message="The year of a multi-year contract has begun without a cleared award and an agreed budget.",
            citation="R30 (convention); MOCS discretionary funding guide",
            evidence={"start": packet.term_start.isoformat()},
            remedy="Agree the outyear budget as soon as the award is cleared.",
            tell=("Budget", "Program"),
        )


def notice_too_short(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The comment period or hearing notice was cut short. Source: L483 (K8), PPB 2-11(c) (K6)."""
    for clock in clocks(packet, policy):
        notice = clock.code in ("K6", "K8") and clock.kind == "calendar"
        if notice and clock.ended_on and clock.ended_on < clock.due_on:
            yield Finding(
                code="notice_too_short",
                severity=Severity.HIGH,
                message=f"{clock.label} was closed on {long_date(clock.ended_on)}, "
                f"before its last day {long_date(clock.due_on)}.",
                citation=clock.source,
                evidence={"published": clock.started_on.isoformat()},
                remedy="Legal decides whether the notice has to be published again.",
                tell=("Legal", "Procurement"),
            )


STAGE_CHECKS = (
    stage_overdue,
    name_check_unanswered,
    package_returned,
    registration_clock_near,
    objection_filed,
    start_passed_not_filed,
    year_end_risk,
    outyear_not_ready,
    notice_too_short,
)
