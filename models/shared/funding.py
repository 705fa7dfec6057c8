"""What payments tells those who review a contract's books: the budget in force, and what was invoiced and paid."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from models.shared.budgets import Category
from models.shared.documents import canonical_facts


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class FundedLine(_Facts):
    """One line of the budget in force. Amount in cents."""

    no: int
    category: Category
    title: str
    amount_cents: int


class Moved(_Facts):
    """Money that moved on a day. Amount in cents."""

    on: date
    cents: int


class Invoiced(_Facts):
    """A requisition that was neither returned nor withdrawn. Amounts in cents.

    `disallowed_cents` is what a decision of `decided_on` refused for good.
    """

    number: str
    received_on: date
    service_from: date
    service_to: date
    claimed_cents: int
    decided_on: date | None = None
    disallowed_cents: int = 0
    paid: tuple[Moved, ...] = ()


class FundingReferral(_Facts):
    """A contract's year as payments knows it. The fringe rate is the budget's, the indirect rate the accepted one."""

    contract_id: str
    contract_no: str
    vendor_ein: str
    vendor_name: str
    fiscal_year: int
    term_start: date
    term_end: date
    active_on: date | None = None
    lines: tuple[FundedLine, ...]
    fringe: Decimal
    indirect: Decimal
    indirect_expires: date | None = None
    invoices: tuple[Invoiced, ...] = ()
    advanced: tuple[Moved, ...] = ()
    recouped: tuple[Moved, ...] = ()

    def canonical(self) -> str:
        return canonical_facts(self)


@dataclass(frozen=True)
class ToldFunding:
    """What payments tells of all contracts with a budget, and the mark of what it was read from."""

    mark: str
    referrals: tuple[FundingReferral, ...]
