"""The packet: a frozen snapshot of all facts about one contract and month that the fiscal review may look at.

Amounts in cents. Months are given by their first day.
"""

from datetime import date
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from models.shared.budgets import Category
from models.shared.documents import canonical_facts, sha256


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class ContractFacts(_Facts):
    """The contract, and its days within the fiscal year; it can be paid since `active_on`, if at all."""

    id: str
    contract_no: str
    provider: str
    ein: str
    fiscal_year: int
    first_day: date
    last_day: date
    active_on: date | None = None


class LineFacts(_Facts):
    """One line of the year's budget, what the month's report says of it, and what was known of it before.

    `before_cents` is the sum of the earlier months as they are known now, `told_cents` as it was known when this report
    came (None where last month has no report). The report's own columns are 0 where there is none.
    """

    no: int
    category: Category
    title: str
    budget_cents: int
    reported_budget_cents: int = 0
    prior_cents: int = 0
    current_cents: int = 0
    ytd_cents: int = 0
    balance_cents: int = 0
    before_cents: int | None = None
    told_cents: int | None = None
    reason: str = ""

    @property
    def spent_cents(self) -> int:
        """Spent this year so far: earlier months as they are known now, else as this report says, and this month."""
        return (self.prior_cents if self.before_cents is None else self.before_cents) + self.current_cents


class TotalsFacts(_Facts):
    """The report's own row of totals, as printed."""

    budget_cents: int
    prior_cents: int
    current_cents: int
    ytd_cents: int
    balance_cents: int


class ReportFacts(_Facts):
    """The month's report. `gl_total_cents` is the month in the general ledger, None where no extract is in."""

    revision: int
    received_on: date
    certified_by: str
    totals: TotalsFacts
    paid_fte: Decimal | None = None
    gl_total_cents: int | None = None
    reason: str = ""


class MonthFacts(_Facts):
    """An earlier month of the fiscal year. `received_on` is that of its first revision, None where none is in."""

    month: date
    received_on: date | None = None
    revision: int = 0
    total_cents: int = 0
    paid_fte: Decimal | None = None


class InvoiceFacts(_Facts):
    """A requisition; `disallowed_cents` is what a decision of `decided_on` refused for good."""

    number: str
    service_from: date
    service_to: date
    claimed_cents: int
    paid_cents: int = 0
    decided_on: date | None = None
    disallowed_cents: int = 0


class RateFacts(_Facts):
    """The budget's fringe rate, and the indirect cost rate that the office accepted, good until its last day."""

    fringe: Decimal
    indirect: Decimal
    indirect_expires: date | None = None


class PlanFacts(_Facts):
    """What the provider plans to spend in one month."""

    month: date
    amount_cents: int


class OutcomeFacts(_Facts):
    """Outcomes: the year's target, how many were verified so far, and what one may cost."""

    target: int
    verified: int
    unit_cost_cents: int


class OpenReason(_Facts):
    """A variance of an earlier month that is not resolved, with the provider's reason; empty where none was given."""

    code: str
    subject: str
    since: date
    reason: str = ""


class RestatedFacts(_Facts):
    """An earlier month, or this one, that was restated after this month's report came: by how much it moved."""

    month: date
    revision: int
    received_on: date
    moved_cents: int


class FiscalPacket(_Facts):
    """All facts of one contract's month as of the day of its review.

    `invoices`, `advanced_cents` and `recouped_cents` are as payments tells them.
    """

    contract: ContractFacts
    month: date
    due_on: date
    lines: tuple[LineFacts, ...]
    report: ReportFacts | None = None
    earlier: tuple[MonthFacts, ...] = ()
    invoices: tuple[InvoiceFacts, ...] = ()
    advanced_cents: int = 0
    recouped_cents: int = 0
    rates: RateFacts
    plan: tuple[PlanFacts, ...] = ()
    budgeted_fte: Decimal | None = None
    outcomes: OutcomeFacts | None = None
    open_reasons: tuple[OpenReason, ...] = ()
    restated: tuple[RestatedFacts, ...] = ()
    as_of: date

    @cached_property
    def budget_cents(self) -> int:
        return sum(line.budget_cents for line in self.lines)

    @cached_property
    def spent_cents(self) -> int:
        """Spent this year so far, all lines."""
        return sum(line.spent_cents for line in self.lines)

    @cached_property
    def current_cents(self) -> int:
        """Spent this month, all lines."""
        return sum(line.current_cents for line in self.lines)

    def spent_on(self, *categories: Category) -> int:
        """Spent this year so far on some categories."""
        return sum(line.spent_cents for line in self.lines if line.category in categories)

    def facts_sha256(self) -> str:
        """Hash of everything but the day on which it was looked at."""
        return self.model_copy(update={"as_of": self.due_on}).sha256()

    def canonical(self) -> str:
        return canonical_facts(self)

    def sha256(self) -> str:
        return sha256(self.canonical())
