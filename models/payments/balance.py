"""What is left of each budget line: its own budget, then the tolerance within its group (P8, T16)."""

from collections.abc import Iterable

from models.payments.packet import BudgetLineFacts, Category, Claim, RequisitionPacket
from models.payments.policy import Policy
from models.payments.worksheet import Worksheet
from models.shared.money import at_rate

_STAFF, _COSTS, _INDIRECT = "salaries and fringe", "supplies and services", "indirect"
# Nothing moves between salaries and supplies, or into indirect. Source: T16 (convention).
GROUPS = {
    Category.PS: _STAFF,
    Category.FRINGE: _STAFF,
    Category.OTPS: _COSTS,
    Category.CONSULTANT: _COSTS,
    Category.SUBCONTRACT: _COSTS,
    Category.EQUIPMENT: _COSTS,
    Category.OTHER: _COSTS,
    Category.INDIRECT: _INDIRECT,
}


def tolerance(line: BudgetLineFacts, policy: Policy) -> int:
    """How far a line may pass its budget without a modification; indirect not at all. Source: T16 (convention)."""
    return 0 if line.category is Category.INDIRECT else at_rate(line.amount_cents, policy.line_tolerance)


class Balances:
    """What is used of each line and each group; `grant` uses some of it."""

    def __init__(self, packet: RequisitionPacket, policy: Policy) -> None:
        self._used = dict.fromkeys(packet.budget_lines, 0)
        self._group_left = dict.fromkeys(GROUPS.values(), 0)
        self._most = {}
        for no, line in packet.budget_lines.items():
            self._used[no] = packet.approved_by_line.get(no, 0)
            self._group_left[GROUPS[line.category]] += line.amount_cents - self._used[no]
            self._most[no] = line.amount_cents + tolerance(line, policy)

    def left(self, line: BudgetLineFacts) -> int:
        """What may still be paid on a line with its tolerance, its group allowing."""
        return max(0, min(self._most[line.no] - self._used[line.no], self._group_left[GROUPS[line.category]]))

    def left_within_budget(self, line: BudgetLineFacts) -> int:
        """The same without the tolerance."""
        return max(0, min(self.left(line), line.amount_cents - self._used[line.no]))

    def use(self, line: BudgetLineFacts, cents: int) -> None:
        """Take an amount off line and group; a credit gives it back."""
        self._used[line.no] += cents
        self._group_left[GROUPS[line.category]] -= cents


def most_payable(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterable[tuple[Claim, int]]:
    """The most that balances allow each line: credits give back, all lines fill their budgets, then share tolerances.

    Lines take in their order what the rulings so far leave of them; what nobody takes is open to each.
    """
    balances = Balances(packet, policy)
    known = [(claim, claim.budget_line) for claim in packet.claims if claim.budget_line]
    for claim, line in known:
        if claim.is_credit:
            balances.use(line, sheet.payable(claim))
    asked = [(claim, line) for claim, line in known if not claim.is_credit]
    granted = [0] * len(asked)
    for left in (balances.left_within_budget, balances.left):
        for n, (claim, line) in enumerate(asked):
            more = min(sheet.payable(claim) - granted[n], left(line))
            granted[n] += more
            balances.use(line, more)
    return [(claim, granted[n] + balances.left(line)) for n, (claim, line) in enumerate(asked)]
