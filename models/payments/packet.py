"""The packet: a frozen snapshot of all facts about one requisition that the rules may look at. Amounts in cents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from models.shared.budgets import Category as Category
from models.shared.documents import canonical_facts, sha256

# What became of a line of another requisition.
Status = Literal["approved", "disbursed", "held", "disallowed", "returned", "lapsed"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class ContractFacts(_Facts):
    """The contract; no date where it is not registered, or its purchase order not active, yet."""

    id: str
    provider: str
    registered_on: date | None = None
    po_active_on: date | None = None
    term_start: date
    term_end: date
    max_cents: int
    payee_address: str
    kind: Literal["standard", "multi_year", "grant_pilot"] = "standard"


class BudgetLineFacts(_Facts):
    """One line of the year's budget, paid by what was spent or by what was delivered."""

    no: int
    category: Category
    title: str
    amount_cents: int
    basis: Literal["line_item", "deliverable"] = "line_item"
    unit_price_cents: int = 0
    units: int = 0


class BudgetFacts(_Facts):
    """The year's budget; `pending` names a change that has not landed, `pending_lines` the lines that it touches.

    `pending_with` is the unit that has it to sign, empty where the provider still has something to do.
    """

    fiscal_year: int
    status: Literal["in_progress", "registered", "active"]
    total_cents: int
    lines: tuple[BudgetLineFacts, ...]
    pending: str = ""
    pending_lines: tuple[int, ...] = ()
    pending_with: str = ""
    change_landed_on: date | None = None


class RateFacts(_Facts):
    """The rates that the office accepted; an indirect rate without a last day was never accepted."""

    fringe: Decimal
    indirect: Decimal
    indirect_expires: date | None = None


class LineFacts(_Facts):
    """One line of the requisition; a negative one is a credit of the invoice `credit_of`.

    The days are those of the requisition where the line gives none. `unallowable` says what the reviewer found it
    to be on the list of costs that are never paid. `granted` tells that a dispute over the line was decided for the
    vendor.
    """

    no: int
    budget_line: int
    description: str
    amount_cents: int
    sales_tax_cents: int = 0
    evidence: tuple[str, ...] = ()
    supplier: str = ""
    units: int | None = None
    units_verified: int | None = None
    service_from: date | None = None
    service_to: date | None = None
    credit_of: str = ""
    unallowable: str = ""
    granted: bool = False


class RequisitionFacts(_Facts):
    """The requisition as it came in, and who has signed it so far.

    A requisition is decided in parts. From the second on its lines are those that are still open, with what is open
    of each, and `whole_cents` is what all of it claims; `received_on` is then the day on which what was missing came.
    """

    number: str
    revision: int = 1
    part: int = 1
    whole_cents: int | None = None
    invoice_no: str = ""
    invoice_date: date | None = None
    contract_no: str = ""
    service_from: date | None = None
    service_to: date | None = None
    place: str = ""
    description: str = ""
    payee_address: str = ""
    total_cents: int
    received_on: date
    accepted_on: date | None = None
    acceptance_days: int | None = None
    is_contract_change: bool = False
    submitted_by: str = ""
    program_by: str = ""
    fiscal_by: str = ""
    disputed: tuple[int, ...] = ()
    lines: tuple[LineFacts, ...]


class EarlierLine(_Facts):
    """One line of another requisition against the same budget, and what was approved of it.

    `own` lines are those that earlier parts of the same requisition decided.
    """

    invoice_no: str
    budget_line: int
    service_from: date
    service_to: date
    claimed_cents: int
    approved_cents: int
    status: Status
    credit_of: str = ""
    own: bool = False


class SupplierFacts(_Facts):
    """A consultant or subcontractor and the day on which the agency approved it for a budget line."""

    name: str
    budget_line: int
    approved_on: date


class AdvanceFacts(_Facts):
    """What is still out of an advance, and what the schedule takes back with this requisition."""

    balance_cents: int = 0
    recoup_cents: int = 0
    last_requisition: bool = False


class ReportFacts(_Facts):
    """The reports of the requisition's months, summed; a total is None where one of its reports is not in.

    `mfr_missing` and `gl_missing` are the months, by their first day, whose report or ledger is not in.
    """

    mfr_in: bool
    mfr_total_cents: int | None = None
    gl_total_cents: int | None = None
    outcomes_in: bool
    mfr_missing: tuple[date, ...] = ()
    gl_missing: tuple[date, ...] = ()


class ComplianceFacts(_Facts):
    """The last day on which each paper of the provider is good; None where none is on file."""

    insurance_until: date | None = None
    charities_until: date | None = None
    pql_until: date | None = None
    disclosures_until: date | None = None


class PauseFacts(_Facts):
    """A stop of the payment clock. `ended_on` is the first day that counts again; None while it lasts."""

    cause: str
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of the requisition with its budget line (None where the budget has none such) and its days."""

    position: int
    line: LineFacts
    budget_line: BudgetLineFacts | None
    service_from: date | None
    service_to: date | None

    @property
    def category(self) -> Category | None:
        return self.budget_line.category if self.budget_line else None

    @property
    def is_credit(self) -> bool:
        return self.line.amount_cents < 0

    @property
    def label(self) -> str:
        return f"Line {self.line.no} (“{self.line.description}”)"


class RequisitionPacket(_Facts):
    """All facts of one requisition as of the day of its review.

    `offset_cents` is what Fiscal ordered to be set off against it: a refund that the vendor owes the City.
    """

    contract: ContractFacts
    budget: BudgetFacts
    rates: RateFacts
    requisition: RequisitionFacts
    earlier: tuple[EarlierLine, ...] = ()
    suppliers: tuple[SupplierFacts, ...] = ()
    advance: AdvanceFacts = AdvanceFacts()
    reports: ReportFacts
    compliance: ComplianceFacts
    name_check_fee_cents: int = 0
    offset_cents: int = 0
    pauses: tuple[PauseFacts, ...] = ()
    paid_on: date | None = None
    as_of: date

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other facts; what was derived from the old ones is not carried over."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("budget_lines", "claims", "approved_by_line", "own_by_category"):
            copy.__dict__.pop(name, None)
        return copy

    @cached_property
    def budget_lines(self) -> dict[int, BudgetLineFacts]:
        return {line.no: line for line in self.budget.lines}

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The lines of the requisition, each with its budget line and its days."""
        asked = self.requisition
        return tuple(
            Claim(
                position=position,
                line=line,
                budget_line=self.budget_lines.get(line.budget_line),
                service_from=line.service_from or asked.service_from,
                service_to=line.service_to or asked.service_to,
            )
            for position, line in enumerate(asked.lines)
        )

    @cached_property
    def approved_by_line(self) -> dict[int, int]:
        """What was approved of each budget line on other requisitions; what was held or returned used nothing."""
        used: dict[int, int] = {}
        for line in self.earlier:
            used[line.budget_line] = used.get(line.budget_line, 0) + line.approved_cents
        return used

    @cached_property
    def own_by_category(self) -> dict[Category, int]:
        """What earlier parts of this requisition approved, by the category of the budget line."""
        found: dict[Category, int] = {}
        for line in self.earlier:
            budget = self.budget_lines.get(line.budget_line)
            if line.own and budget:
                found[budget.category] = found.get(budget.category, 0) + line.approved_cents
        return found

    @property
    def claimed_cents(self) -> int:
        return sum(line.amount_cents for line in self.requisition.lines)

    def canonical(self) -> str:
        return canonical_facts(self)

    def sha256(self) -> str:
        return sha256(self.canonical())
