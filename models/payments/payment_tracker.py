"""The finance office's list of payments: a row for each payment, and for each that came back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from models.shared import tracker_cells as cell
from models.shared.tracker_cells import RowError
from models.shared.trackers import Tracker

PAYMENT_TRACKER = Tracker(
    "payments",
    {
        "voucher": "voucher_no", "voucher number": "voucher_no", "amount": "cents", "paid on": "on", "date": "on",
        "date paid": "on", "reference": "reference", "check or eft": "reference",
    },
    ("voucher_no", "cents", "on"),
)  # fmt: skip


class PaymentRow(BaseModel):
    """What was paid on one voucher in cents, or with a negative amount came back; the day, the payer's own number."""

    model_config = ConfigDict(frozen=True)

    voucher_no: str
    cents: int
    on: date
    reference: str = ""


def payment_row(cells: Mapping[str, Any]) -> PaymentRow:
    """One row of the list; raises RowError."""
    number, cents = cell.text(cells.get("voucher_no")).upper(), cell.change(cells.get("cents"), "amount")
    if not number:
        raise RowError("voucher: the number is missing.")
    if not cents:
        raise RowError("amount: nothing was paid; leave the row out.")
    return PaymentRow(
        voucher_no=number, cents=cents, on=cell.needed_day(cells.get("on"), "paid on"),
        reference=cell.text(cells.get("reference")),
    )  # fmt: skip
