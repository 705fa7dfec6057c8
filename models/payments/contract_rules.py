"""The check of the year's budget and the contract's maximum, which comes last: it cuts what all others leave."""

from collections.abc import Iterator

from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.money import dollars

_CITATION = "P9; Charter 328(b)(i); formula: convention"
_REMEDY = "Ask for an amendment that raises the amount, then claim the rest."


def planned_recoupment(packet: RequisitionPacket) -> int:
    """What the schedule takes back now; the last requisition takes all. Source: P19 (ADV; schedule: convention)."""
    advance = packet.advance
    return advance.balance_cents if advance.last_requisition else min(advance.balance_cents, advance.recoup_cents)


def _left(packet: RequisitionPacket) -> int:
    """What budget and maximum leave for this requisition; an advance still out counts as paid.

    What this requisition takes back of the advance is open to it again. Nothing is left where the advance that is out
    is itself too much: taking it back makes room for no new money.
    """
    most = min(packet.budget.total_cents, packet.contract.max_cents)
    open_ = most - sum(packet.approved_by_line.values()) - packet.advance.balance_cents
    return open_ + planned_recoupment(packet) if open_ >= 0 else 0


def contract_over_maximum(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Approved before, this one and the advance stay within year and contract. Source: P9 (CH 328(b)(i); convention).

    What is too much comes off the last line first; with nothing left all lines are held and the contract is blocked.
    """
    claimed, left = packet.claimed_cents, _left(packet)
    if claimed <= left:
        return
    evidence = {
        "year's budget": dollars(packet.budget.total_cents), "contract maximum": dollars(packet.contract.max_cents),
        "approved before": dollars(sum(packet.approved_by_line.values())),
        "advance still out": dollars(packet.advance.balance_cents), "left": dollars(max(0, left)),
    }  # fmt: skip
    if left <= 0:
        yield ruled(
            Effect.EMPTY, "P9", "contract",
            f"Nothing is left of the year's budget or the contract for the {dollars(claimed)} claimed; all is held.",
            citation=_CITATION, evidence=evidence, tell=("Provider", "Program", "Budget"),
            remedy="Ask for an amendment that raises the amount; the requisition need not be sent again.",
        )  # fmt: skip
        return
    yield from _cuts(packet, sheet, left, evidence)


def _cuts(packet: RequisitionPacket, sheet: Worksheet, left: int, evidence: dict[str, str]) -> Iterator[Ruling]:
    over = sheet.payable_cents - left
    if over <= 0:
        yield ruled(
            Effect.NOTE, "P9", "contract",
            f"{dollars(packet.claimed_cents)} is claimed and {dollars(left)} is left of year or contract; the other "
            "cuts already keep this payment within it.",
            citation=_CITATION, evidence=evidence, remedy=_REMEDY,
        )  # fmt: skip
    for claim in reversed(packet.claims):
        amount = sheet.payable(claim)
        cut = min(over, amount)
        if cut > 0:
            over -= cut
            yield ruled(
                Effect.LIMIT, "P9", f"line {claim.line.no}",
                f"{claim.label}: only {dollars(left)} is left of year or contract for this requisition, so "
                f"{dollars(amount - cut)} of {dollars(claim.line.amount_cents)} can be paid.",
                citation=_CITATION, evidence=evidence, remedy=_REMEDY, tell=("Provider", "Program", "Budget"),
                position=claim.position, limit_cents=amount - cut,
            )  # fmt: skip


CONTRACT_CHECKS = (contract_over_maximum,)
