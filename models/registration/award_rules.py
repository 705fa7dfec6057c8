"""Checks of the awards behind a contract: clearance, names, vanished awards, caps."""

from collections.abc import Iterator

from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import UNREGISTERED, Kind
from models.shared.calendar import long_date
from models.shared.findings import Finding, Severity
from models.shared.money import dollars


def award_not_cleared(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """An award that waits for clearance longer than the alarm. Source: red flag R01 (convention)."""
    waited = (packet.as_of - packet.opened_on).days
    if waited < policy.clearance_alarm_days or packet.state not in UNREGISTERED:
        return
    for award in packet.awards:
        if award.is_live and not award.is_cleared and not award.vanished:
            yield Finding(
                code="award_not_cleared",
                subject=award.mocs_id,
                severity=Severity.MEDIUM,
                message=f"Award {award.mocs_id} ({dollars(award.amount_cents)}) is not cleared "
                f"{waited} days after designation.",
                citation="R01 (convention); MOCS clearance process",
                evidence={"status": award.status or "blank", "designated": packet.opened_on.isoformat()},
                remedy="Ask MOCS and the Council office what the clearance waits for.",
                tell=("Program", "Procurement"),
            )


def scope_not_agreed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Cleared, but no scope agreed in time. Source: red flag R01 (convention)."""
    if packet.state != "scope":
        return
    days = policy.calendar.business_days_between(packet.state_since, packet.as_of)
    if days > policy.scope_alarm_business_days:
        yield Finding(
            code="scope_not_agreed",
            severity=Severity.HIGH,
            message=f"Cleared on {long_date(packet.state_since)}; scope and budget are not agreed "
            f"after {days} business days.",
            citation="R01 (convention)",
            evidence={"cleared": packet.state_since.isoformat()},
            remedy="Agree scope of services and budget with the provider.",
            tell=("Program", "Procurement"),
        )


def names_differ(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """One EIN under several names. Source: red flag R03 (convention); DYCD payment unit."""
    if len(packet.provider.names) > 1 and packet.state in UNREGISTERED:
        yield Finding(
            code="names_differ",
            severity=Severity.HIGH,
            message=f"EIN {packet.provider.ein} appears under {len(packet.provider.names)} names.",
            citation="R03 (convention)",
            evidence={"names": "; ".join(sorted(packet.provider.names))},
            remedy="The provider settles its legal name with its Council office; "
            "PASSPort, PIP and Charities must agree.",
            tell=("Program", "Procurement"),
        )


def award_vanished(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """An award that a newer list no longer shows. Source: convention."""
    for award in packet.awards:
        if award.vanished:
            yield Finding(
                code="award_vanished",
                subject=award.mocs_id,
                severity=Severity.HIGH,
                message=f"Award {award.mocs_id} ({dollars(award.amount_cents)}) is no longer on the newest list.",
                citation="convention",
                evidence={"amount": dollars(award.amount_cents)},
                remedy="Ask the Council office whether it was rescinded; do not file for its amount before the answer.",
                tell=("Program", "Budget"),
            )


def new_awardee_above_cap(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A new awardee is generally capped. Source: MAPP (T3)."""
    cap = policy.threshold("T3", packet.term_start).value
    if packet.provider.new_to_council and packet.provider.council_total_cents > cap and packet.state in UNREGISTERED:
        yield Finding(
            code="new_awardee_above_cap",
            severity=Severity.MEDIUM,
            message=f"New to the Council with {dollars(packet.provider.council_total_cents)} of awards; "
            f"new awardees are generally capped at {dollars(cap)}.",
            citation="MOCS Council application requirements (T3)",
            evidence={"cap": dollars(cap)},
            remedy="Confirm the amount with MOCS before the package is built.",
            tell=("Program",),
        )


def grant_above_limit(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A grant pilot above its limit needs a contract. Source: GRANT (T12)."""
    limit = policy.threshold("T12", packet.term_start).value
    if packet.kind is Kind.GRANT_PILOT and packet.amount_cents > limit:
        yield Finding(
            code="grant_above_limit",
            severity=Severity.HIGH,
            message=f"A grant agreement carries at most {dollars(limit)}; this one is {dollars(packet.amount_cents)}.",
            citation="Discretionary Grant Pilot (T12)",
            evidence={"amount": dollars(packet.amount_cents)},
            remedy="Set the kind to standard contract, or take awards out.",
            tell=("Program", "Procurement"),
        )


AWARD_CHECKS = (
    award_not_cleared,
    scope_not_agreed,
    names_differ,
    award_vanished,
    new_awardee_above_cap,
    grant_above_limit,
)
