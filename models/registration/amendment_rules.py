"""What the changes of a registered contract come to, the limits they have, and the check that warns before them.

Two sums are kept apart. The running total is what the change log carries: increases less decreases. The limits are held
against all changes without their sign: PPB 4-02(b) has the cumulative changes and says nothing of a balance, and a
decrease must not make room for the next increase. Both count a change from its approval on, also while it waits for
registration or after it came back from the Comptroller. The amount in force has it in only once it is registered,
where it needs to be.
"""

from collections.abc import Iterator
from datetime import date

from models.registration.packet import AmendmentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import Kind
from models.shared.calendar import fiscal_year_bounds
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

# Where a contract can be amended: registered, and its term not over.
AMENDABLE = frozenset({"registered", "deemed_registered", "active"})
_REGISTERED = AMENDABLE | {"close_out", "closed"}


def is_registered(kind: Kind, state: str) -> bool:
    """True for a contract whose amount only amendments change; a grant agreement is never registered."""
    return kind is not Kind.GRANT_PILOT and state in _REGISTERED


def was_registered(packet: RegistrationPacket) -> bool:
    """True for the packet of a contract whose amount only amendments change."""
    return is_registered(packet.kind, packet.state)


def counts(amendment: AmendmentFacts) -> bool:
    """True when a change is in force: from registration on where it needs to be registered. Source: CH 328(a)."""
    return amendment.status == "registered" or not amendment.needs_registration


def original_cents(packet: RegistrationPacket) -> int:
    """The amount for which the contract was registered, in cents; before registration its present amount."""
    return packet.original_amount_cents if was_registered(packet) else packet.amount_cents


def revised_cents(packet: RegistrationPacket) -> int:
    """The amount in force in cents: the original and the changes that count."""
    return original_cents(packet) + sum(a.delta_cents for a in packet.amendments if counts(a))


def running_cents(packet: RegistrationPacket) -> int:
    """Increases less decreases of all approved changes, in cents. Source: the change log of PPB 4-02(d)."""
    return sum(amendment.delta_cents for amendment in packet.amendments)


def cumulative_cents(packet: RegistrationPacket) -> int:
    """All approved changes without their sign, in cents: what the limits are held against. Source: PPB 4-02(b) (T9)."""
    return sum(abs(amendment.delta_cents) for amendment in packet.amendments)


def lowest_cents(packet: RegistrationPacket) -> int:
    """The least that the amount can come to, in cents: of what waits for registration only the decreases."""
    waiting = (min(0, a.delta_cents) for a in packet.amendments if not counts(a))
    return revised_cents(packet) + sum(waiting)


def change_limit_cents(packet: RegistrationPacket, policy: Policy) -> int:
    """Changes above this many cents need the CCPO: the greater of a share and a sum. Source: PPB 4-02(b) (T9)."""
    return _greater(packet, policy.change_limit_percent, policy.change_limit_cents)


def change_alarm_cents(packet: RegistrationPacket, policy: Policy) -> int:
    """Changes above this many cents are near the limit. Source: red flag R24 (convention), the greater as in T9."""
    return _greater(packet, policy.change_alarm_percent, policy.change_alarm_cents)


def original_term_end(packet: RegistrationPacket) -> date:
    """The last day before any extension: that of the fiscal year for which the contract was opened. Source: K1.

    A multi-year contract has a case for each year; where it ends later, whoever knows says so.
    """
    return fiscal_year_bounds(packet.fiscal_year)[1]


def approved_term_end(packet: RegistrationPacket) -> date:
    """The last day with all approved extensions, those that wait for registration included."""
    extended = (a.term_end for a in packet.amendments if a.term_end is not None)
    return max([packet.term_end, original_term_end(packet), *extended])


def _greater(packet: RegistrationPacket, percent: int, cents: int) -> int:
    # Rounded down, which moves no boundary: a sum of whole cents is above the share exactly when it is above this.
    return max(cents, original_cents(packet) * percent // 100)


def cumulative_changes_near_limit(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The changes come near the CCPO's limit, or above it. Source: red flag R24 (convention), PPB 4-02(b) (T9)."""
    total, limit = cumulative_cents(packet), change_limit_cents(packet, policy)
    amendable = was_registered(packet) and packet.state in AMENDABLE
    if not amendable or total <= change_alarm_cents(packet, policy):
        return
    over = total > limit
    where = f"above the {dollars(limit)}" if over else f"{dollars(limit - total)} below the {dollars(limit)}"
    yield Finding(
        code="cumulative_changes_near_limit",
        severity=Severity.MEDIUM,
        message=f"The changes of this contract come to {dollars(total)}, increases and decreases added up. That is "
        f"{where} above which the City Chief Procurement Officer (CCPO) must approve them.",
        citation="R24 (convention); PPB 4-02(b)",
        evidence={"changes": dollars(total), "limit": dollars(limit), "original": dollars(original_cents(packet))},
        remedy="Get the CCPO's approval before each further change."
        if over
        else f"Get the CCPO's approval first if a further change is larger than {dollars(limit - total)}.",
        tell=("ACCO",),
    )


def awards_differ_from_contract(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """The Council's list gives another sum than the contract; a change brings it in. Source: PPB 4-02 (S13)."""
    if not was_registered(packet) or packet.state not in AMENDABLE or not packet.live_awards:
        return
    awarded = sum(award.amount_cents for award in packet.live_awards)
    changed = sum(a.delta_cents for a in packet.amendments if counts(a))
    waiting = sum(a.delta_cents for a in packet.amendments if not counts(a))
    missing = awarded + packet.adjustment_cents - changed - packet.amount_cents
    if missing in (0, waiting):
        return
    yield Finding(
        code="awards_differ_from_contract",
        severity=Severity.HIGH,
        message=f"The Council's awards come to {dollars(awarded)}, {dollars(abs(missing))} "
        f"{'more' if missing > 0 else 'less'} than this contract provides for.",
        citation="S13; PPB 4-02 (convention)",
        evidence={"awards": dollars(awarded), "contract": dollars(packet.amount_cents)},
        remedy="Propose a change of the contract, or ask the Council's office which is right.",
        tell=("Program", "ACCO"),
    )


AMENDMENT_CHECKS = (cumulative_changes_near_limit, awards_differ_from_contract)
