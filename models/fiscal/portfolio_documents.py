"""What the fiscal review prints for those who look at all contracts: a month's portfolio, the worst first.

Amounts in cents. A contract without a report has no figures of its own.
"""

from collections import Counter
from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from models.fiscal.documents import RestatedLine
from models.shared.documents import Document, Line
from models.shared.findings import Severity

Cell = Literal["ok", "over", "FAR", "-"]


class ContractStanding(Line):
    """How one contract stands: what was found, in words and by code, and a cell for each column of the heat table.

    `new` was not found last month, `gone` was, and is not any more.
    """

    provider: str
    contract_id: str
    contract_no: str
    reported: bool
    worst: Severity | None
    codes: tuple[str, ...]
    found: tuple[str, ...]
    findings: int = Field(ge=0)
    budget_cents: int
    spent_cents: int
    burn: str
    elapsed: str
    projected_cents: int | None = None
    least_cents: int | None = None
    most_cents: int | None = None
    lapse_flagged: bool = False
    cells: tuple[Cell, ...]
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    restated: tuple[RestatedLine, ...] = ()

    @property
    def lapse_cents(self) -> int | None:
        """Budget that will not be spent; None where it cannot be known."""
        return None if self.projected_cents is None else max(0, self.budget_cents - self.projected_cents)

    @property
    def changed(self) -> bool:
        """True where something else is found than last month."""
        return bool(self.new or self.gone)

    @model_validator(mode="after")
    def figures_need_a_report(self) -> Self:
        known = {self.projected_cents is not None, self.least_cents is not None, self.most_cents is not None}
        if known != {self.reported}:
            raise ValueError(f"{self.contract_id} has a year's end without a report, or a report without one")
        if (self.worst is None) != (not self.codes) or len(self.codes) != len(self.found):
            raise ValueError(f"what was found of {self.contract_id} does not fit how serious it is")
        return self


class CodeCount(Line):
    """On how many contracts a condition was found."""

    code: str
    title: str
    contracts: int


class PortfolioReport(Document):
    """All contracts of a month as of a day, ranked. `columns` head the heat table.

    `first` is true where no month was reviewed before, so that nothing can have changed. The sums are those of all
    contracts, the projected ones of those that reported.
    """

    process: ClassVar[str] = "fiscal"
    month: date
    as_of: date
    fiscal_year: int
    first: bool = False
    tell_budget_by: date
    columns: tuple[str, ...]
    contracts: tuple[ContractStanding, ...]
    counts: tuple[CodeCount, ...]
    reported: int
    budget_cents: int
    spent_cents: int
    reported_budget_cents: int
    projected_cents: int
    least_cents: int
    most_cents: int
    lapse_cents: int

    @model_validator(mode="after")
    def contracts_sum_to_the_whole(self) -> Self:
        told = [row for row in self.contracts if row.reported]
        sums = (
            len(told), sum(row.budget_cents for row in self.contracts), sum(row.spent_cents for row in self.contracts),
            sum(row.budget_cents for row in told), sum(row.projected_cents or 0 for row in told),
            sum(row.least_cents or 0 for row in told), sum(row.most_cents or 0 for row in told),
            sum(row.lapse_cents or 0 for row in told),
        )  # fmt: skip
        if sums != (
            self.reported, self.budget_cents, self.spent_cents, self.reported_budget_cents, self.projected_cents,
            self.least_cents, self.most_cents, self.lapse_cents,
        ):  # fmt: skip
            raise ValueError("the contracts of the portfolio do not sum to the whole")
        return self

    @model_validator(mode="after")
    def every_row_has_every_column(self) -> Self:
        if any(len(row.cells) != len(self.columns) for row in self.contracts):
            raise ValueError("a row of the heat table has not as many cells as the table has columns")
        return self

    @model_validator(mode="after")
    def counts_are_those_of_the_contracts(self) -> Self:
        counted = {count.code: count.contracts for count in self.counts}
        if counted != Counter(code for row in self.contracts for code in row.codes):
            raise ValueError("the counts of what was found are not those of the contracts")
        return self
