"""The packet of a budget that came in: a frozen snapshot of all facts that its rules may look at. Amounts in cents."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from models.payments.budget_changes import LineChange, compare
from models.payments.budget_states import Kind
from models.payments.packet import BudgetLineFacts, RateFacts
from models.shared.documents import canonical, sha256


class BudgetInForce(BaseModel):
    """The budget that counts now; version 0 and no lines where there is none."""

    model_config = ConfigDict(frozen=True)

    version: int = 0
    lines: tuple[BudgetLineFacts, ...] = ()

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)


class BudgetPacket(BaseModel):
    """All facts about one budget that came in, as of a day.

    `based_on` is the version that it was compared with when it came. `amendment` names a change of the contract that
    is approved and not registered. `approved` pairs numbers of lines with what requisitions were approved for.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    kind: Kind
    contract_id: str
    contract_no: str
    provider: str
    fiscal_year: int
    lines: tuple[BudgetLineFacts, ...]
    based_on: int
    in_force: BudgetInForce
    max_cents: int
    other_years_cents: int = 0
    amendment: str = ""
    term_start: date
    term_end: date
    rates: RateFacts
    approved: tuple[tuple[int, int], ...] = ()
    received_on: date
    submitted_by: str = ""
    as_of: date

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.lines)

    @property
    def by_number(self) -> Mapping[int, BudgetLineFacts]:
        return {line.no: line for line in self.lines}

    @property
    def changes(self) -> tuple[LineChange, ...]:
        """Every line before and after."""
        return compare(self.in_force.lines, self.lines)

    def canonical(self) -> str:
        return canonical(self.model_dump(mode="json"))

    def sha256(self) -> str:
        return sha256(self.canonical())
