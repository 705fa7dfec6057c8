"""Checks of how much is left: of a budget line, of the share of consultants, of what fringe and indirect rates allow.

Each judges the claim, but takes the base from what the checks before it leave of the lines.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.payments.balance import GROUPS, most_payable
from models.payments.packet import Category, Claim, RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.money import at_rate, dollars

_DIRECT = tuple(category for category in Category if category is not Category.INDIRECT)
_SHARED = (Category.CONSULTANT, Category.SUBCONTRACT)


def line_over_balance(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """No line is paid beyond its budget and tolerance, its group allowing. Source: P8, T16 (convention)."""
    for claim, most in most_payable(packet, policy, sheet):
        line, budget = claim.line, claim.budget_line
        if budget and line.amount_cents > most:
            before = packet.approved_by_line.get(budget.no, 0)
            yield ruled(
                Effect.LIMIT, "P8", f"line {line.no}",
                f"{claim.label}: {dollars(line.amount_cents)} is claimed, but budget line {budget.no} "
                f"(“{budget.title}”) can pay {dollars(most)} of it.",
                citation="P8, T16 (convention)",
                evidence={
                    "budget": dollars(budget.amount_cents), "approved before": dollars(before),
                    "group": GROUPS[budget.category], "can be paid": dollars(most),
                },
                remedy="Ask for a budget modification that moves money to this line, then claim the rest.",
                position=claim.position, limit_cents=most,
            )  # fmt: skip


def _room(claims: Sequence[Claim], most: int, sheet: Worksheet) -> list[tuple[Claim, int]]:
    """The most that each line may get of a common limit; they take from it in their order, credits give back."""
    left = most - sum(sheet.payable(claim) for claim in claims if claim.is_credit)
    asked = [claim for claim in claims if not claim.is_credit]
    granted = []
    for claim in asked:
        granted.append(max(0, min(sheet.payable(claim), left)))
        left -= granted[-1]
    return [(claim, amount + max(0, left)) for claim, amount in zip(asked, granted, strict=True)]


def supplier_share_exceeded(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Consultants and subcontractors take at most their share of the year's budget. Source: P15, T15 (DYCDD)."""
    claims = sheet.of(*_SHARED)
    if not claims:
        return
    share = at_rate(packet.budget.total_cents, policy.subcontract_share)
    lines = [no for no, line in packet.budget_lines.items() if line.category in _SHARED]
    before = sum(packet.approved_by_line.get(no, 0) for no in lines)
    for claim, most in _room(claims, share - before, sheet):
        # A line that an earlier check refused whole has its answer already.
        if claim.line.amount_cents > most and not sheet.is_disallowed(claim):
            yield ruled(
                Effect.LIMIT, "P15", f"line {claim.line.no}",
                f"{claim.label}: {dollars(claim.line.amount_cents)} is claimed, but consultants and subcontractors "
                f"together may take {dollars(share)} of this year's budget; {dollars(most)} is left for this line.",
                citation="P15, T15; DYCD required documents 2019",
                evidence={"share": dollars(share), "approved before": dollars(before), "left": dollars(most)},
                remedy="Pay the rest from other money, or have the work done by your own staff.",
                position=claim.position, limit_cents=most,
            )  # fmt: skip


def fringe_over_rate(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Fringe is at most its rate on the payable salaries. Source: P13 (DIR2)."""
    remedy = "Claim fringe at the rate of your budget, on the salaries of the same requisition."
    yield from _over_rate(packet, sheet, (Category.FRINGE,), (Category.PS,), packet.rates.fringe, "salaries", remedy)


def indirect_over_rate(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Indirect is at most its rate on the payable direct lines. Source: P13, T14 (ICR).

    A rate that ended before the last day of service gives way to the default, higher or lower.
    """
    remedy = "Claim indirect at the rate that holds on the last day of service, or send the accepted rate's renewal."
    rate = _indirect_rate(packet, policy)
    yield from _over_rate(packet, sheet, (Category.INDIRECT,), _DIRECT, rate, "direct costs", remedy)


def _indirect_rate(packet: RequisitionPacket, policy: Policy) -> Decimal:
    expires, last_day = packet.rates.indirect_expires, packet.requisition.service_to
    if expires is None or (last_day is not None and expires < last_day):
        return policy.default_indirect_rate
    return packet.rates.indirect


def _over_rate(
    packet: RequisitionPacket, sheet: Worksheet, cut: Sequence[Category], on: Sequence[Category], rate: Decimal,
    base_name: str, remedy: str,
) -> Iterator[Ruling]:  # fmt: skip
    claims, own = sheet.of(*cut), packet.own_by_category
    if not claims:
        return
    base_lines = sheet.of(*on)
    # What earlier parts of the same requisition approved counts on both sides.
    base = sum(sheet.payable(claim) for claim in base_lines) + sum(own.get(category, 0) for category in on)
    allowed = max(0, at_rate(base, rate) - sum(own.get(category, 0) for category in cut))
    # While a line of the base is held, what hangs on it may still come back.
    waits = any(sheet.is_held(claim) for claim in base_lines)
    for claim, most in _room(claims, allowed, sheet):
        if claim.line.amount_cents > most:
            yield ruled(
                Effect.LIMIT, "P13", f"line {claim.line.no}",
                f"{claim.label}: {dollars(claim.line.amount_cents)} is claimed, but {rate * 100:f}% of the payable "
                f"{base_name} of {dollars(base)} allows {dollars(most)}.",
                citation="P13, T14; Comptroller Directive 2; HHS Cost Manual",
                evidence={"rate": f"{rate * 100:f}%", "base": dollars(base), "allowed": dollars(allowed)},
                remedy=remedy, position=claim.position, limit_cents=most, waits=waits,
            )  # fmt: skip


# Fringe is part of what indirect is reckoned on.
RATE_CHECKS = (fringe_over_rate, indirect_over_rate)
LIMIT_CHECKS = (line_over_balance, supplier_share_exceeded, *RATE_CHECKS)
