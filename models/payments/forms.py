"""What comes in: the requisition that a vendor sends, and the year's budget."""

from datetime import date
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from models.payments.packet import BudgetLineFacts, Category
from models.shared.budgets import MOST_LINES

# One file of a sender's own program; whoever has more sends several files. Source: convention.
MOST_REQUISITIONS = 500


class Evidence(StrEnum):
    """The papers that a line can be backed by. Source: P12, P14 (DIR2, DYCDP)."""

    PAYROLL_REGISTER = "payroll_register"
    TIME_RECORDS = "time_records"
    VENDOR_BILL = "vendor_bill"
    PROOF_OF_PAYMENT = "proof_of_payment"
    INVENTORY_REPORT = "inventory_report"


class Basis(StrEnum):
    """How a budget line is paid: what was spent, or a price for each unit delivered. Source: domain section 8."""

    LINE_ITEM = "line_item"
    DELIVERABLE = "deliverable"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class RequisitionLine(_Form):
    """One line of a requisition. Amounts in cents; a negative one gives back what `credit_of` (an invoice) claimed.

    Days of service stand here only where they differ from the requisition's. How many units were verified is not
    asked: the office's staff fill that in.
    """

    no: int = Field(ge=1)
    budget_line: int = Field(ge=1)
    description: str = ""
    amount_cents: int
    sales_tax_cents: int = 0
    evidence: tuple[Evidence, ...] = ()
    supplier: str = ""
    units: int | None = Field(default=None, ge=0)
    service_from: date | None = None
    service_to: date | None = None
    credit_of: str = ""


class RequisitionForm(_Form):
    """A requisition as the vendor sent it. Total in cents.

    What a proper invoice must say may be missing here: the review (P3) answers that with one letter, not the reader.
    """

    number: str = Field(min_length=1)
    revision: int = Field(default=1, ge=1)
    contract_no: str = ""
    invoice_no: str = ""
    invoice_date: date | None = None
    service_from: date | None = None
    service_to: date | None = None
    place: str = ""
    description: str = ""
    payee_address: str = ""
    total_cents: int
    is_contract_change: bool = False
    lines: tuple[RequisitionLine, ...] = Field(min_length=1, max_length=MOST_LINES)


class BudgetLineForm(_Form):
    """One line of a year's budget. Amounts in cents; price and units only where units are paid."""

    no: int = Field(ge=1)
    category: Category
    title: str
    amount_cents: int = Field(ge=0)
    basis: Basis = Basis.LINE_ITEM
    unit_price_cents: int = 0
    units: int = 0


class BudgetForm(_Form):
    """The budget of one contract for one fiscal year."""

    contract_no: str = Field(min_length=1)
    fy: int
    lines: tuple[BudgetLineForm, ...] = Field(min_length=1, max_length=MOST_LINES)

    @cached_property
    def facts(self) -> tuple[BudgetLineFacts, ...]:
        """The lines as the rules see them: the same for every requisition against this budget."""
        return tuple(BudgetLineFacts.model_validate(vars(line)) for line in self.lines)

    @property
    def total_cents(self) -> int:
        """What all lines come to."""
        return sum(line.amount_cents for line in self.lines)
