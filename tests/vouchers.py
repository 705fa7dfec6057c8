"""Invented requisitions to be paid; each takes overrides."""

from datetime import date
from typing import Any

from models.payments.vouchers import Voucherable, VoucherLine

CONTRACT = "CT180120279700001"
MADE_ON = date(2026, 11, 2)


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
