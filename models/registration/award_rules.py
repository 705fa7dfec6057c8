"""Checks of the awards behind a contract: clearance, names, vanished awards, caps."""

from collections.abc import Iterator

from models.registration.awards import normalise_name
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import ALL_STATES, UNREGISTERED, Kind
from models.shared.calendar import long_date
from models.shared.findings import Finding, Severity
from models.shared.money import dollars


def award_not_cleared(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """An award that waits for clearance longer than the alarm. Source: red flag R01 (convention)."""
    waited = (packet.as_of - packet.opened_on).days
    if waited < policy.clearance_alarm_days or packet.state not in UNREGISTERED:
        return
    for award in packet.live_awards:
        if award.needs_clearance and not award.is_cleared:
            yield Finding(
                code="award_not_cleared",
                subject=award.mocs_id,
                severity=Severity.MEDIUM,
                message=f"Award {award.mocs_id} ({dollars(award.amount_cents)}) is not cleared; "
                f"the contract's awards were designated on {long_date(packet.opened_on)}.",
                citation="R01 (convention); MOCS clearance process",
                evidence={"status": award.status or "blank", "designated": packet.opened_on.isoformat()},
                remedy="Ask MOCS and the Council office what the clearance waits for.",
                tell=("Program", "Procurement"),
            )


def scope_not_agreed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Cleared, but no scope agreed in time. Source: red flag R01 (convention)."""
    if packet.state != "scope":
        return
    due = policy.calendar.add_business_days(packet.state_since, policy.scope_alarm_business_days)
    if packet.as_of > due:
        yield Finding(
            code="scope_not_agreed",
            severity=Severity.HIGH,
            message=f"Cleared on {long_date(packet.state_since)}, but scope and budget were not agreed "
            f"by {long_date(due)}.",
            citation="R01 (convention)",
            evidence={"cleared": packet.state_since.isoformat(), "due": due.isoformat()},
            remedy="Agree scope of services and budget with the provider.",
            tell=("Program", "Procurement"),
        )


def names_differ(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """One EIN under several names, spelling apart. Source: red flag R03 (convention); DYCD payment unit."""
    names = packet.provider.names
    if len(names) < 2 or packet.state not in UNREGISTERED:
        return
    different = len({normalise_name(name) for name in names})
    if different > 1:
        yield Finding(
            code="names_differ",
            severity=Severity.HIGH,
            message=f"EIN {packet.provider.ein} appears under {different} names.",
            citation="R03 (convention)",
            evidence={"names": "; ".join(sorted(names))},
            remedy="The provider settles its legal name with its Council office; "
            "PASSPort, PIP and Charities must agree.",
            tell=("Program", "Procurement"),
        )


def award_vanished(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """An award that a newer list no longer shows. Source: convention."""
    if ALL_STATES[packet.state].final:
        return
    for award in packet.awards:
        if award.vanished and award.is_live:
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


def award_taken_back(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """An award of the contract was rescinded, withdrawn or cancelled. Source: domain section 4 (Sx), convention."""
    if packet.state not in UNREGISTERED:
        return
    for award in packet.awards:
        if not award.is_live:
            yield Finding(
                code="award_taken_back",
                subject=award.mocs_id,
                severity=Severity.MEDIUM,
                message=f"Award {award.mocs_id} ({dollars(award.amount_cents)}) is {award.status.lower()}; "
                f"the contract is now {dollars(packet.amount_cents)}.",
                citation="convention",
                evidence={"status": award.status, "amount": dollars(award.amount_cents)},
                remedy="Bring scope and budget into line with what is left.",
                tell=("Program", "Budget"),
            )


def new_awardee_above_cap(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A new awardee is generally capped. Source: MAPP (T3)."""
    cap = policy.threshold("T3", packet.term_start).value
    total = packet.council_total_cents
    if packet.provider.new_to_council and total > cap and packet.state in UNREGISTERED:
        yield Finding(
            code="new_awardee_above_cap",
            severity=Severity.MEDIUM,
            message=f"New to the Council with {dollars(total)} of awards; "
            f"new awardees are generally capped at {dollars(cap)}.",
            citation="MOCS Council application requirements (T3)",
            evidence={"cap": dollars(cap)},
            remedy="Confirm the amount with MOCS before the package is built.",
            tell=("Program",),
        )


def grant_above_limit(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A grant pilot above its limit needs a contract. Source: GRANT (T12)."""
    limit = policy.threshold("T12", packet.term_start).value
    if packet.kind is Kind.GRANT_PILOT and packet.amount_cents > limit and packet.state in UNREGISTERED:
        yield Finding(
            code="grant_above_limit",
            severity=Severity.HIGH,
            message=f"A grant agreement carries at most {dollars(limit)}; this one is {dollars(packet.amount_cents)}.",
            citation="Discretionary Grant Pilot (T12)",
            evidence={"amount": dollars(packet.amount_cents)},
            remedy="Set the kind to standard contract (a signed agreement's documents are reopened first).",
            tell=("Program", "Procurement"),
        )


AWARD_CHECKS = (
    award_not_cleared,
    scope_not_agreed,
    names_differ,
    award_vanished,
    award_taken_back,
    new_awardee_above_cap,
    grant_above_limit,
)
