"""What payments prints at the end of a fiscal year: what is owed for services received, contract by contract.

Amounts are in cents, days are dates. Sums are checked.
"""

from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.shared.documents import Document, Line


class OwedLine(Line):
    """What one requisition adds to what is owed for the services of one fiscal year."""

    case_id: str
    invoice_no: str
    fiscal_year: int
    approved_cents: int
    deducted_cents: int = Field(ge=0)
    undecided_cents: int

    @property
    def payable_cents(self) -> int:
        """What is still to be paid of what was approved."""
        return self.approved_cents - self.deducted_cents


class RefundLine(Line):
    """What a vendor owes the City."""

    case_id: str
    reason: str
    due_since: date
    amount_cents: int = Field(gt=0)


class UnclearItem(Line):
    """A line that can be in no sum as it stands, and what to do about it."""

    case_id: str
    line: int
    reason: str
    claimed_cents: int


class ContractPosition(Line):
    """One contract at the end of the year: what is owed on it, what is due back, and what a person must look at."""

    contract_id: str
    contract_no: str
    provider: str
    owed: tuple[OwedLine, ...] = ()
    refunds: tuple[RefundLine, ...] = ()
    unclear: tuple[UnclearItem, ...] = ()

    @property
    def approved_cents(self) -> int:
        """Approved and unpaid."""
        return sum(line.approved_cents for line in self.owed)

    @property
    def deducted_cents(self) -> int:
        """What comes off it: advances and fees."""
        return sum(line.deducted_cents for line in self.owed)

    @property
    def payable_cents(self) -> int:
        """What is still to be paid of what was approved."""
        return self.approved_cents - self.deducted_cents

    @property
    def undecided_cents(self) -> int:
        """Billed and not decided, as claimed."""
        return sum(line.undecided_cents for line in self.owed)

    @property
    def accrued_cents(self) -> int:
        """The cost of the services that are not paid."""
        return self.approved_cents + self.undecided_cents

    @property
    def refund_cents(self) -> int:
        """What the vendor owes the City."""
        return sum(line.amount_cents for line in self.refunds)


class YearEndPosition(Document):
    """The position at 30 June of a fiscal year as it was known on `as_of`. Refunds are not taken off what is owed."""

    process: ClassVar[str] = "payments"
    fiscal_year: int
    closed_on: date
    as_of: date
    contracts: tuple[ContractPosition, ...]
    accrued_cents: int
    payable_cents: int
    undecided_cents: int
    refund_cents: int
    unclear: int

    @model_validator(mode="after")
    def contracts_sum_to_the_whole(self) -> Self:
        """What is printed on top is what the contracts come to."""
        sums = (
            sum(c.accrued_cents for c in self.contracts), sum(c.payable_cents for c in self.contracts),
            sum(c.undecided_cents for c in self.contracts), sum(c.refund_cents for c in self.contracts),
            sum(len(c.unclear) for c in self.contracts),
        )  # fmt: skip
        whole = (self.accrued_cents, self.payable_cents, self.undecided_cents, self.refund_cents, self.unclear)
        if sums != whole:
            raise ValueError("the contracts do not sum to the position at the end of the year")
        return self
