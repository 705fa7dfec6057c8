"""Invented requisitions to be paid, their vouchers, and rows of what the City paid; each takes overrides."""

from datetime import date, timedelta
from typing import Any

from models.payments.matches import Match, Matching
from models.payments.matching import match_payments
from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher, Voucherable, VoucherLine, voucher_number

CONTRACT = "CT180120279700001"
MADE_ON = date(2026, 11, 2)
WINDOW = 60
OTHER = "CT180120279700002"


def make_item(number: int = 1, cents: int = 590_000, **overrides: Any) -> Voucherable:
    """A requisition of one budget line that is to be paid."""
    facts = {
        "case_id": f"R27-970000001-{number:02d}",
        "revision": 1,
        "contract_id": "C27-970000001",
        "fms_contract_id": CONTRACT,
        "vendor_ein": "970000001",
        "vendor_name": "Bramblewick Cooperative Exchange",
        "invoice_no": f"BCE-{number}",
        "net_cents": cents,
        "required_on": date(2026, 11, 20),
        "lines": (VoucherLine(budget_line=1, title="Program manager", amount_cents=cents),),
    }
    return Voucherable.model_validate(facts | overrides)


def make_voucher(number: int = 1, cents: int = 590_000, *, made_on: date = MADE_ON, **overrides: Any) -> Voucher:
    """The voucher of such a requisition."""
    item = make_item(number, cents, **overrides)
    return Voucher(voucher_number(item.case_id, item.revision), made_on, item)


def make_payment(key: str = "a", cents: int = 590_000, **overrides: Any) -> SpentRow:
    """A payment of ten days later on the same contract, which names no voucher."""
    facts: dict[str, Any] = {
        "raw_key": key,
        "document_id": f"2027{key}-1-DSB-EFT",
        "issued_on": date(2026, 11, 12),
        "agency": "Department of Small Business Services",
        "payee": "BRAMBLEWICK COOPERATIVE EXCHANGE",
        "contract_id": CONTRACT,
        "amount_cents": cents,
        "category": "Contracts",
    }
    return SpentRow(**(facts | overrides))


def matched(vouchers: list[Voucher], payments: list[SpentRow]) -> Matching:
    """The vouchers with their payments, by a window of sixty days."""
    return match_payments(vouchers, payments, window_days=WINDOW)


def keys(match: Match) -> list[str]:
    """The payments of a match by their keys."""
    return [payment.raw_key for payment in match.payments]


def days_after(days: int) -> date:
    """A day after that of the vouchers."""
    return MADE_ON + timedelta(days=days)
