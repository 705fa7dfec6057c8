"""What comes in: a month's financial report, its general ledger, and the facts that a tracker tells.

Amounts in cents, months by their first day.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from models.shared.budgets import MOST_LINES, Category

# A small provider books some hundred entries a month; more than this is another list. Source: convention.
MOST_ENTRIES = 5_000


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ReportSums(_Form):
    """The five amounts of a line or of the totals, as printed: whether they add up is for the review to say.

    A credit is negative, and so is the balance of a line that is overspent. Source: domain section 3, the monthly
    financial report (columns: convention).
    """

    budget_cents: int = Field(ge=0)
    prior_cents: int
    current_cents: int
    ytd_cents: int
    balance_cents: int


class ReportLine(ReportSums):
    """One budget line of the report; the reason is the provider's for its variance."""

    no: int = Field(ge=1)
    category: Category
    title: str = Field(min_length=1)
    reason: str = ""


class FinancialReportForm(_Form):
    """A contract's financial report for one month, as the provider sent it.

    `contract_no` is the registration number or the office's own id. `paid_fte` are the full-time equivalents on the
    month's payroll, None where they are not told. Source: SBSF ch. 4; columns: convention.
    """

    contract_no: str = Field(min_length=1)
    month: date
    revision: int = Field(default=1, ge=1)
    certified_by: str = Field(min_length=1)
    paid_fte: Decimal | None = Field(default=None, ge=0)
    reason: str = ""
    lines: tuple[ReportLine, ...] = Field(min_length=1, max_length=MOST_LINES)
    totals: ReportSums


class LedgerEntry(_Form):
    """One entry of the general ledger: debits on expense accounts are positive, credits negative."""

    entry_date: date
    account: str = Field(min_length=1)
    description: str = ""
    amount_cents: int


class LedgerForm(_Form):
    """The extract of a contract's general ledger for one month. Source: SBSF ch. 4 (report plus general ledger)."""

    contract_no: str = Field(min_length=1)
    month: date
    entries: tuple[LedgerEntry, ...] = Field(min_length=1, max_length=MOST_ENTRIES)

    @property
    def total_cents(self) -> int:
        """What the month comes to: the sum of its entries."""
        return sum(entry.amount_cents for entry in self.entries)


class FactKind(StrEnum):
    """What the tracker tells of a contract. Source: domain section 9 (planned gap, vacancy, outcomes)."""

    PLANNED_MONTH = "planned_month"
    BUDGETED_FTE = "budgeted_fte"
    OUTCOME_TARGET = "outcome_target"
    OUTCOMES_VERIFIED = "outcomes_verified"


class FactForm(_Form):
    """One fact of a contract.

    - planned_month: what the provider plans to spend in `month` (`amount_cents`)
    - budgeted_fte: `value` full-time equivalents in the year's budget
    - outcome_target: `value` outcomes in the year, each of which may cost `amount_cents`
    - outcomes_verified: `value` outcomes verified from the year's beginning to the end of `month`
    """

    contract_no: str = Field(min_length=1)
    kind: FactKind
    month: date | None = None
    amount_cents: int | None = Field(default=None, ge=0)
    value: Decimal | None = Field(default=None, ge=0)
