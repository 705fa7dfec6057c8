"""The facts of the fiscal workbook: one contract's year up to a month, as its reviews were kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.fiscal.figures import months_between
from models.fiscal.packet import FiscalPacket, LineFacts
from models.fiscal.policy import Policy
from models.fiscal.portfolio import contract_standing, ranked
from models.fiscal.portfolio_documents import ContractStanding
from models.fiscal.rules import Review
from models.shared.calendar import fiscal_year, fiscal_year_bounds

NO_LONGER = "Lines that are no longer in the budget"


@dataclass(frozen=True)
class KeptMonth:
    """What the review of an earlier month looked at: this month by line, and its ledger, in cents."""

    lines: Mapping[int, int] = field(default_factory=dict)
    ledger_cents: int | None = None


@dataclass(frozen=True)
class LineYear:
    """A line's months that are in, by month; `elsewhere_cents` is what was spent in months whose reports are not in.

    `no` is None for what was spent on lines that are no longer in the budget.
    """

    no: int | None
    category: str
    title: str
    budget_cents: int
    months: Mapping[date, int]
    elsewhere_cents: int

    @property
    def spent_cents(self) -> int:
        return sum(self.months.values()) + self.elsewhere_cents


@dataclass(frozen=True)
class ContractYear:
    """A contract as the review of a month found it, with its earlier months, and who has the month in hand."""

    packet: FiscalPacket
    review: Review
    earlier: Mapping[date, KeptMonth]
    state: str
    holder: str

    @property
    def id(self) -> str:
        return self.packet.contract.id

    @property
    def provider(self) -> str:
        return self.packet.contract.provider

    @property
    def reported(self) -> bool:
        return self.packet.report is not None

    @cached_property
    def standing(self) -> ContractStanding:
        """How the portfolio report shows it."""
        return contract_standing(self.packet, self.review, None)

    @cached_property
    def totals(self) -> Mapping[date, int]:
        """What was reported for each month that is in, this one too, in cents."""
        found = {month.month: month.total_cents for month in self.packet.earlier if month.received_on is not None}
        return found | ({self.packet.month: self.packet.current_cents} if self.reported else {})

    @cached_property
    def lines(self) -> tuple[LineYear, ...]:
        """Its budget lines; they sum to what was spent by the review and to each month's total."""
        told = tuple(self._line(line) for line in self.packet.lines)
        rest = {
            month: apart for month, total in self.totals.items()
            if (apart := total - sum(line.months.get(month, 0) for line in told))
        }  # fmt: skip
        if not rest:
            return told
        # The review counts the lines of the budget in force alone.
        gone = -sum(rest.values()) if self.reported else 0
        return (*told, LineYear(None, "", NO_LONGER, 0, rest, gone))

    def _line(self, line: LineFacts) -> LineYear:
        months = {
            month: self.earlier.get(month, KeptMonth()).lines.get(line.no, 0)
            for month in self.totals if month != self.packet.month
        }  # fmt: skip
        if self.reported:
            months[self.packet.month] = line.current_cents
        elsewhere = line.spent_cents - sum(months.values()) if self.reported else 0
        return LineYear(line.no, line.category, line.title, line.budget_cents, months, elsewhere)


@dataclass(frozen=True)
class YearBook:
    """All contracts of a month, the worst first, with the policy that they are reckoned by."""

    month: date
    policy: Policy
    contracts: Sequence[ContractYear]

    @classmethod
    def of(cls, month: date, policy: Policy, contracts: Iterable[ContractYear]) -> "YearBook":
        """The contracts in the order of the portfolio report."""
        there = {contract.id: contract for contract in contracts}
        order = ranked(contract.standing for contract in there.values())
        return cls(month, policy, [there[row.contract_id] for row in order])

    @property
    def fiscal_year(self) -> int:
        return fiscal_year(self.month)

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The months of the fiscal year up to this one."""
        return tuple(months_between(fiscal_year_bounds(self.fiscal_year)[0], self.month))

    def lines(self) -> Iterator[tuple[ContractYear, LineYear]]:
        """All budget lines of all contracts."""
        return ((contract, line) for contract in self.contracts for line in contract.lines)

    @cached_property
    def line_count(self) -> int:
        return sum(len(contract.lines) for contract in self.contracts)

    @cached_property
    def invoice_count(self) -> int:
        return sum(len(contract.packet.invoices) for contract in self.contracts)

    @cached_property
    def month_count(self) -> int:
        terms = [contract.packet.contract for contract in self.contracts]
        return sum(len(months_between(term.first_day, term.last_day)) for term in terms)
