"""A modification worked out by hand: the facts that its rules and its notice are tested on."""

from datetime import date
from decimal import Decimal
from typing import Any

from models.payments.budget_packet import BudgetInForce, BudgetPacket
from models.payments.budget_states import Kind
from models.payments.packet import BudgetLineFacts, Category, RateFacts

PS, FRINGE, OTPS, INDIRECT = Category.PS, Category.FRINGE, Category.OTPS, Category.INDIRECT


def lines(*told: tuple[int, Category, int]) -> tuple[BudgetLineFacts, ...]:
    """Lines of a budget: number, category, cents."""
    return tuple(BudgetLineFacts(no=no, category=of, title=f"Line {no}", amount_cents=c) for no, of, c in told)


BEFORE = lines((1, PS, 60_000_00), (2, FRINGE, 15_000_00), (3, OTPS, 12_000_00), (6, INDIRECT, 8_700_00))
# $2,000.00 from salaries to supplies, and the fringe on them to supplies too.
MOVED = lines((1, PS, 58_000_00), (2, FRINGE, 14_500_00), (3, OTPS, 14_500_00), (6, INDIRECT, 8_700_00))


def packet(**changed: Any) -> BudgetPacket:
    """The modification, with other facts where they are given."""
    facts: dict[str, Any] = {
        "case_id": "R27-970000001-FY27-B02", "kind": Kind.MODIFICATION, "contract_id": "R27-970000001",
        "contract_no": "CT1", "provider": "Bramblewick", "fiscal_year": 2027, "lines": MOVED, "based_on": 1,
        "in_force": BudgetInForce(version=1, lines=BEFORE), "max_cents": 120_000_00, "term_start": date(2026, 7, 1),
        "term_end": date(2027, 6, 30), "received_on": date(2026, 10, 9), "as_of": date(2026, 10, 9),
        "rates": RateFacts(fringe=Decimal("0.25"), indirect=Decimal("0.10"), indirect_expires=date(2027, 6, 30)),
    }  # fmt: skip
    return BudgetPacket(**facts | changed)
