"""Where a requisition stands by its money, once nobody reviews it. Amounts in cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.payments.states import LIFECYCLE, MONEY


@dataclass(frozen=True, slots=True)
class VoucherStanding:
    """One voucher: what it asks for, what came of it. What was voided of it is asked for by the one `reissued_as`."""

    voucher_no: str
    net_cents: int
    batch_no: str
    paid_cents: int = 0
    voided_cents: int = 0
    returned_on: date | None = None
    voided_on: date | None = None
    reissued_as: str = ""

    @property
    def owed_cents(self) -> int:
        """What is still to be paid on it."""
        return self.net_cents - self.paid_cents - self.voided_cents

    @property
    def wants_reissue(self) -> bool:
        """True where a payment came back, or it was voided, and nothing was done about it yet."""
        came_back = self.returned_on is not None or self.voided_on is not None
        return came_back and not self.reissued_as and self.net_cents > self.paid_cents

    @property
    def may_be_voided(self) -> bool:
        """True while it was asked for and nothing was paid on it."""
        asked = bool(self.batch_no) and self.net_cents > 0
        return asked and not self.paid_cents and self.voided_on is None and self.returned_on is None


def money_state(vouchers: Sequence[VoucherStanding], open_lines: int) -> str:
    """The state that vouchers and open lines come to: what somebody must do comes before what is done."""
    if any(voucher.wants_reissue for voucher in vouchers):
        return "payment_returned"
    if any(not voucher.batch_no for voucher in vouchers):
        return "approved"
    owed = [voucher for voucher in vouchers if voucher.owed_cents > 0]
    if any(not voucher.paid_cents for voucher in owed):
        return "vouchered"
    if owed:
        return "partly_remitted"
    if open_lines:
        return "partly_paid"
    return "paid" if any(voucher.paid_cents for voucher in vouchers) else "offset"


def money_event(state: str, target: str) -> str:
    """The event by which a requisition in `state` comes to stand at `target`; a note where it does not move."""
    moves = state != target and state in (*MONEY, "upheld") and (state, target) in LIFECYCLE.table
    return target if moves else "payment_noted"
