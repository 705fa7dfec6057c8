"""What matching vouchers and payments comes to, and what makes two contract numbers the same."""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.payments.sheet_cells import words
from models.payments.spending import PaymentRow
from models.payments.vouchers import Voucher

# Document code, three digits of the agency, fiscal year and number. Source: CBK, CBQ.
_CONTRACT = re.compile(r"([A-Z]+\d?)\d{3}(\d{11})", re.ASCII)
_NOT_IN_KEY = re.compile(r"[^A-Z0-9]")


class FoundBy(StrEnum):
    """What led from a voucher to its payment."""

    NUMBER = "number"
    AMOUNT = "amount"
    PARTS = "parts"


class Standing(StrEnum):
    """How a voucher stands by its payments; `returned` is paid, and given back in full."""

    PAID = "paid"
    PARTIAL = "partial"
    OVERPAID = "overpaid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Match:
    """A voucher and its payments in the order of their days, those that went back included."""

    voucher: Voucher
    payments: tuple[PaymentRow, ...]
    found_by: FoundBy

    @property
    def paid_cents(self) -> int:
        """What the payments come to."""
        return sum(payment.amount_cents for payment in self.payments)

    @property
    def open_cents(self) -> int:
        """What is still to be paid; negative where too much was."""
        return self.voucher.item.net_cents - self.paid_cents

    @property
    def standing(self) -> Standing:
        if self.open_cents == 0:
            return Standing.PAID
        if self.paid_cents <= 0:
            return Standing.RETURNED
        return Standing.PARTIAL if self.open_cents > 0 else Standing.OVERPAID


@dataclass(frozen=True, slots=True)
class Matching:
    """Each voucher and each payment stands in exactly one place."""

    matches: tuple[Match, ...]
    vouchers_without_payment: tuple[Voucher, ...]
    payments_without_voucher: tuple[PaymentRow, ...]


def contract_key(contract_id: str) -> str:
    """What two sources call the same contract by: document code and number. Empty without a contract.

    The agency's three digits between them differ from source to source. Source: domain section 17.1 (CBQ).
    """
    text = _NOT_IN_KEY.sub("", words(contract_id).upper())
    found = _CONTRACT.fullmatch(text)
    return f"{found[1]}-{found[2]}" if found else text
