"""The check of the year's budget and the contract's maximum, which comes last: it cuts what all others leave."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.payments.limit_rules import RATE_CHECKS
from models.payments.packet import Claim, RequisitionPacket
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

    What is too much comes off the last line first, and fringe and indirect follow what they are reckoned on (P13); with
    nothing left all lines are held and the contract is blocked.
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
    if sheet.payable_cents <= left:
        yield ruled(
            Effect.NOTE, "P9", "contract",
            f"{dollars(claimed)} is claimed and {dollars(left)} is left of year or contract; the other cuts already "
            "keep this payment within it.",
            citation=_CITATION, evidence=evidence, remedy=_REMEDY,
        )  # fmt: skip
        return
    cuts = _cuts(packet, policy, sheet, left)
    for claim in reversed(packet.claims):
        if cut := cuts.get(claim.position):
            yield _cut_ruling(claim, cut, left, evidence)


@dataclass(frozen=True)
class _Cut:
    """What a line keeps. `rated`: it is fringe or indirect, lowered with its base, and `waits` as P13 lets it."""

    limit_cents: int
    rated: bool = False
    waits: bool = False


def _cut_ruling(claim: Claim, cut: _Cut, left: int, evidence: dict[str, str]) -> Ruling:
    why = ", by its rate on what else can be paid," if cut.rated else ""
    return ruled(
        Effect.LIMIT, "P9", f"line {claim.line.no}",
        f"{claim.label}: only {dollars(left)} is left of year or contract for this requisition, so{why} "
        f"{dollars(cut.limit_cents)} of {dollars(claim.line.amount_cents)} can be paid.",
        citation=_CITATION, evidence=evidence, remedy=_REMEDY, tell=("Provider", "Program", "Budget"),
        position=claim.position, limit_cents=cut.limit_cents, waits=cut.waits,
    )  # fmt: skip


def _cuts(packet: RequisitionPacket, policy: Policy, sheet: Worksheet, left: int) -> dict[int, _Cut]:
    """The smallest cut from the last line upwards that, with fringe and indirect at their rates, keeps within `left`.

    A cut of all that is too much does keep within it; a smaller one does where it lowers fringe or indirect as well.
    """
    most = sheet.payable_cents - left
    cuts, total = _with_rates(packet, policy, sheet, most)
    if total == left:
        return cuts
    # More cut never leaves more to be paid: halve until the smallest is found.
    least = 0
    while least < most:
        middle = (least + most) // 2
        fits = _with_rates(packet, policy, sheet, middle)[1] <= left
        least, most = (least, middle) if fits else (middle + 1, most)
    return _with_rates(packet, policy, sheet, most)[0]


def _with_rates(packet: RequisitionPacket, policy: Policy, sheet: Worksheet, over: int) -> tuple[dict[int, _Cut], int]:
    """What lines keep once `over` is taken off the last ones first and the rates hold on the rest (P13); its sum."""
    cuts: dict[int, _Cut] = {}
    for claim in reversed(packet.claims):
        amount = sheet.payable(claim)
        cut = min(over, amount)
        if cut > 0:
            over -= cut
            cuts[claim.position] = _Cut(amount - cut)
    trial = sheet.limited({position: cut.limit_cents for position, cut in cuts.items()})
    for check in RATE_CHECKS:
        found = list(check(packet, policy, trial))
        before = [trial.payable(claim) for claim in packet.claims]
        trial.apply(found)
        after = [trial.payable(claim) for claim in packet.claims]
        for ruling in found:
            if ruling.position is not None and after[ruling.position] < before[ruling.position]:
                cuts[ruling.position] = _Cut(after[ruling.position], rated=True, waits=ruling.waits)
    return cuts, trial.payable_cents


CONTRACT_CHECKS = (contract_over_maximum,)
