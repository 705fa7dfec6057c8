"""What matching vouchers and payments comes to, and what makes two contract numbers the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher
from models.shared.sheet_cells import words

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
    payments: tuple[SpentRow, ...]
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
    def settled_on(self) -> date:
        """The day of the last payment: on it the voucher came to be what it is."""
        return self.payments[-1].issued_on

    @property
    def standing(self) -> Standing:
        """How the voucher stands by its payments."""
        if self.open_cents == 0:
            return Standing.PAID
        if self.paid_cents <= 0:
            return Standing.RETURNED
        return Standing.PARTIAL if self.open_cents > 0 else Standing.OVERPAID


@dataclass(frozen=True, slots=True)
class Matching:
    """Each voucher and each payment stands in exactly one place.

    `why` says of each that is left, by its number or key, why nothing was matched with it.
    """

    matches: tuple[Match, ...]
    vouchers_without_payment: tuple[Voucher, ...]
    payments_without_voucher: tuple[SpentRow, ...]
    why: Mapping[str, str] = field(default_factory=dict, compare=False)

    def standing(self, standing: Standing) -> tuple[Match, ...]:
        """The matches that stand so."""
        return tuple(match for match in self.matches if match.standing is standing)

    @property
    def paid_in_full(self) -> tuple[Match, ...]:
        """Vouchers that were paid to the cent and of whose payments none went back: nobody need look at them."""
        return tuple(m for m in self.standing(Standing.PAID) if all(row.amount_cents > 0 for row in m.payments))


def contract_key(contract_id: str) -> str:
    """What two sources call the same contract by: document code and number. Empty without a contract.

    The agency's three digits between them differ from source to source. Source: domain section 17.1 (CBQ).
    """
    text = _NOT_IN_KEY.sub("", words(contract_id).upper())
    found = _CONTRACT.fullmatch(text)
    return f"{found[1]}-{found[2]}" if found else text
