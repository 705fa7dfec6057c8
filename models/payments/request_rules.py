"""Checks of who may be paid at all: registered, not changing, and seen by three people."""

from collections.abc import Iterator

from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.money import dollars


def contract_not_payable(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Invoices post only to an active purchase order of a registered contract. Source: P1 (PFIN)."""
    steps = (
        ("registration", packet.contract.registered_on, f"Contract {packet.contract.id} is not registered"),
        ("purchase order", packet.contract.po_active_on, f"The purchase order of {packet.contract.id} is not active"),
    )
    for subject, done_on, message in steps:
        if done_on is None or done_on > packet.as_of:
            yield ruled(
                Effect.BLOCK, "P1", subject,
                f"{message}, so none of the {dollars(packet.claimed_cents)} can be paid yet.",
                citation="P1; PASSPort Financials FAQ",
                evidence={"date": done_on.isoformat() if done_on else "none", "reviewed": packet.as_of.isoformat()},
                remedy="The provider need not send anything: the agency pays once both are done.",
                tell=("Procurement", "Budget", "Provider"),
            )  # fmt: skip


def budget_change_pending(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A pending change of the budget stops the contract, or its lines by policy. Source: P2 (PFIN, DSSQ)."""
    budget = packet.budget
    landed = budget.change_landed_on is not None and budget.change_landed_on <= packet.as_of
    if not budget.pending or landed:
        return
    if policy.pending_change == "contract":
        yield _stopped(packet, Effect.WAIT, "budget", f"{dollars(packet.claimed_cents)} waits")
        return
    for claim in packet.claims:
        if claim.line.budget_line in budget.pending_lines:
            stopped = f"{claim.label}, {dollars(claim.line.amount_cents)}, is held"
            yield _stopped(packet, Effect.HOLD, f"line {claim.line.no}", stopped, claim.position)


def _stopped(
    packet: RequisitionPacket, effect: Effect, subject: str, stopped: str, position: int | None = None
) -> Ruling:
    change, lines = packet.budget.pending, ", ".join(map(str, packet.budget.pending_lines))
    holder = packet.budget.pending_with
    again, evidence = "the requisition need not be sent again", {"change": change, "budget lines": lines or "not named"}
    return ruled(
        effect, "P2", subject, f"A budget {change} is in progress: {stopped} until it is done.",
        citation="P2; PASSPort Financials FAQ", evidence=evidence | ({"with": holder} if holder else {}),
        remedy=f"{holder} has it to sign; {again}." if holder else f"Finish the {change} in PASSPort; {again}.",
        tell=("Provider", holder) if holder else ("Provider", "Program", "Budget"), position=position,
    )  # fmt: skip


def one_person_twice(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Submitter, Program approver and Fiscal approver are three people. Source: P22 (convention)."""
    asked = packet.requisition
    pairs = (
        ("submitter and Program", asked.submitted_by, asked.program_by),
        ("submitter and Fiscal", asked.submitted_by, asked.fiscal_by),
        ("Program and Fiscal", asked.program_by, asked.fiscal_by),
    )
    for subject, one, other in pairs:
        if one and one == other:
            yield ruled(
                Effect.BLOCK, "P22", subject,
                f"{one} acted as {subject}, so {dollars(packet.claimed_cents)} cannot be released.",
                citation="P22 (convention)", evidence={"person": one},
                remedy="Have another person approve it.", tell=("Program", "Fiscal"),
            )  # fmt: skip


REQUEST_CHECKS = (contract_not_payable, budget_change_pending, one_person_twice)
