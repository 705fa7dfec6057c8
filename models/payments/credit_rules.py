"""Checks of credits: negative lines that take back what was paid before."""

from collections.abc import Iterator

from models.payments.packet import Claim, RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.money import dollars


def credit_without_payment(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A credit takes back only what was approved of its earlier line. Source: P20 (PART apply-invoice-credits)."""
    if packet.claimed_cents < 0:
        yield ruled(
            Effect.RETURN, "P20", "total",
            f"The credits are greater than the claims: the requisition comes to {dollars(packet.claimed_cents)}.",
            citation="P20 (convention)", evidence={"sum of lines": dollars(packet.claimed_cents)},
            remedy="Put the credits on a requisition that claims at least as much, or ask Fiscal how to refund them.",
        )  # fmt: skip
    left = _creditable(packet) if any(claim.is_credit for claim in packet.claims) else {}
    for claim in packet.claims:
        if claim.is_credit:
            of = (claim.line.credit_of, claim.line.budget_line)
            if left.get(of, 0) + claim.line.amount_cents < 0:
                yield _credit_refused(claim, max(0, left.get(of, 0)))
            left[of] = left.get(of, 0) + claim.line.amount_cents


def _creditable(packet: RequisitionPacket) -> dict[tuple[str, int], int]:
    """What was approved of each earlier line, less the credits of it that were taken since."""
    left: dict[tuple[str, int], int] = {}
    for line in packet.earlier:
        if line.status in ("approved", "disbursed"):
            of = (line.credit_of or line.invoice_no, line.budget_line)
            left[of] = left.get(of, 0) + line.approved_cents
    return left


def _credit_refused(claim: Claim, left_cents: int) -> Ruling:
    line = claim.line
    against = f"invoice {line.credit_of}, budget line {line.budget_line}" if line.credit_of else "no earlier invoice"
    return ruled(
        Effect.RETURN, "P20", f"line {line.no}",
        f"{claim.label}: the credit of {dollars(-line.amount_cents)} is against {against}, of which "
        f"{dollars(left_cents)} can be taken back.",
        citation="P20; PASSPort apply-invoice-credits",
        evidence={"credit of": line.credit_of or "not given", "can be taken back": dollars(left_cents)},
        remedy="Name an invoice whose payment was approved, credit no more than was approved, and submit it again.",
        position=claim.position,
    )  # fmt: skip


def credits_exceed_payable(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Credits wait while too little is payable to take them off. Source: P20 (PART; waiting: convention)."""
    payable = sheet.payable_cents
    if payable < 0 and not sheet.returned:
        yield ruled(
            Effect.HOLD, "P20", "credits",
            f"The credits are {dollars(-payable)} more than what can be paid now, so the requisition is held.",
            citation="P20 (convention)", evidence={"payable": dollars(payable)},
            remedy="Send what the held lines lack, or ask Fiscal how to refund the credits.",
        )  # fmt: skip


CREDIT_CHECKS = (credit_without_payment,)
CREDIT_BALANCE_CHECKS = (credits_exceed_payable,)
