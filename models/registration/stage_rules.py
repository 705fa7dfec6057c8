"""Checks of where a case stands and how long: stage limits, statutory clocks, year end."""

from collections.abc import Iterator
from datetime import date, timedelta

from models.registration.clocks import clocks, registration_clock
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, UNREGISTERED, Kind
from models.shared.calendar import fiscal_year_bounds, long_date
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

_LATE = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL, Severity.CRITICAL)
_LATE_TELL = ("Program", "Procurement", "Deputy commissioner", "Agency head")
# Where the Comptroller has the case, a statutory clock decides and not the office's own limit.
_AT_COMPTROLLER = frozenset({"filed", "answered"})
_NOT_FILED = UNREGISTERED - {"filed", "objected", "answered"}


def stage_overdue(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The stage is older than its limit. Source: red flag R12 (convention)."""
    if packet.state in _AT_COMPTROLLER:
        return
    for clock in clocks(packet, policy):
        if clock.code == "SLA" and clock.due_on < packet.as_of:
            stage = ALL_STATES[packet.state].label
            yield Finding(
                code="stage_overdue",
                subject=packet.state,
                severity=Severity.HIGH,
                message=f"“{stage}” was due by {long_date(clock.due_on)} and is still with {clock.holder}.",
                citation="R12 (convention)",
                evidence={"since": packet.state_since.isoformat(), "due": clock.due_on.isoformat()},
                remedy=f"{clock.holder} finishes it or says what it waits for.",
                tell=(clock.holder,),
            )


def name_check_unanswered(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """No answer to the DOI name check near its end. Source: red flag R08, PPB 2-08(f) (K4)."""
    start = packet.last("name_check_requested", "name_check_answered")
    if packet.state != "responsibility" or start is None or start.event != "name_check_requested":
        return
    if (packet.as_of - start.on).days >= policy.name_check_alarm_day:
        end = start.on + timedelta(days=policy.name_check_days)
        over = packet.as_of > end
        yield Finding(
            code="name_check_unanswered",
            severity=Severity.MEDIUM,
            message=f"The DOI vendor name check of {long_date(start.on)} has no answer; "
            f"its {policy.name_check_days} days {'ended' if over else 'end'} on {long_date(end)}.",
            citation="R08 (convention); PPB 2-08(f)",
            evidence={"requested": start.on.isoformat()},
            remedy="The agency may decide without the answer now." if over else "Remind DOI.",
            tell=("Procurement",),
        )


def package_returned(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The Comptroller returned the package. Source: red flag R13, PPB 2-12(d),(f)."""
    if packet.state == "returned":
        returned = packet.last("returned")
        reason = (returned.reason if returned else "").rstrip(". ") or "no reason recorded"
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
    for clock in registration_clock(packet, policy):
        day = (packet.as_of - clock.started_on).days
        first, second = policy.registration_alarm_days
        if clock.ended_on is None and day >= first:
            yield Finding(
                code="registration_clock_near",
                severity=Severity.HIGH if day >= second else Severity.MEDIUM,
                message=f"Filed on {long_date(clock.started_on)} and not registered; "
                f"the Comptroller's {policy.registration_days} days end on {long_date(clock.due_on)}.",
                citation="R14 (convention); Charter 328",
                evidence={"filed": clock.started_on.isoformat(), "last day": clock.due_on.isoformat()},
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
            evidence={"reason": (objected.reason if objected else "") or "no reason recorded"},
            remedy=f"The Mayor answers through MOCS; registration is due {policy.answered_days} days after the answer.",
            tell=("Procurement", "Legal", "MOCS", "Agency head"),
        )


def start_passed_not_filed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The term began and the package is not filed. Source: red flag R17 (convention)."""
    late = (packet.as_of - packet.term_start).days
    if packet.state not in _NOT_FILED or late < policy.late_start_days[0]:
        return
    band = max(n for n, days in enumerate(policy.late_start_days) if late >= days)
    passed = policy.late_start_days[band]
    grant = packet.kind is Kind.GRANT_PILOT
    waits = "the grant agreement is not signed" if grant else "nothing is filed with the Comptroller"
    yield Finding(
        code="start_passed_not_filed",
        severity=_LATE[band],
        message=f"The term began on {long_date(packet.term_start)}, at least {passed} days ago, and {waits}.",
        citation="R17 (convention)",
        evidence={"start": packet.term_start.isoformat(), "band": f"{passed} days"},
        remedy=f"Work before {'the signature' if grant else 'registration'} is unpaid: "
        "tell the provider, and move the stage that holds it.",
        tell=_LATE_TELL[: band + 1],
    )


def year_end_risk(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Unregistered near the end of the fiscal year. Source: red flag R18 (convention)."""
    if packet.state not in UNREGISTERED:
        return
    _, end = fiscal_year_bounds(packet.fiscal_year)
    first, second = (date.fromisoformat(f"{end.year}-{day}") for day in policy.year_end_alarms)
    if packet.as_of >= first:
        missing = "No agreement is signed" if packet.kind is Kind.GRANT_PILOT else "Not registered"
        yield Finding(
            code="year_end_risk",
            severity=Severity.CRITICAL if packet.as_of >= second else Severity.HIGH,
            message=f"{missing}, and the fiscal year {'ended' if packet.as_of > end else 'ends'} on {long_date(end)}: "
            f"{dollars(packet.amount_cents)} may lapse.",
            citation="R18 (convention)",
            evidence={"amount": dollars(packet.amount_cents)},
            remedy="Budget decides what can still be registered this year.",
            tell=("Budget", "Procurement", "Agency head"),
        )


def outyear_not_ready(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A year of a multi-year contract begins without cleared award or budget. Source: red flag R30, MDF (T11)."""
    if packet.kind is Kind.MULTI_YEAR and packet.state in ("designated", "scope") and packet.as_of >= packet.term_start:
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
    if packet.state not in UNREGISTERED:
        return
    short = next((c for c in clocks(packet, policy) if c.code in ("K6", "K8") and c.word == "cut short"), None)
    if short and short.ended_on:
        yield Finding(
            code="notice_too_short",
            severity=Severity.HIGH,
            message=f"{short.label}: closed on {long_date(short.ended_on)}, before its last day, "
            f"{long_date(short.due_on)}.",
            citation=short.source,
            evidence={"published": short.started_on.isoformat()},
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
