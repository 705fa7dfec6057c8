"""The agency's numbers for payments: an argument of every rule, never an import."""

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.shared.calendar import CityCalendar

Share = Annotated[Decimal, Field(ge=0, le=1)]


class InterestRate(BaseModel):
    """The yearly rate of prompt-payment interest from a day on. Source: PPB 4-06(d) (T18)."""

    model_config = ConfigDict(frozen=True)

    from_: date = Field(alias="from")
    rate: Share
    source: str


class Policy(BaseModel):
    """Everything that the payment rules need to know besides the requisition. Days are counts, amounts cents.

    `pending_change` says what a change of the budget that has not landed stops: the whole contract, or its lines.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    acceptance_days: int = Field(ge=0)
    payment_days: int = Field(ge=0)
    evidence_days: int = Field(ge=1)
    dispute_notice_days: int = Field(ge=0)
    dispute_decision_days: int = Field(ge=0)
    comptroller_claim_days: int = Field(ge=0)
    change_payment_days: int = Field(ge=0)
    pause_causes: frozenset[str]
    interest_floor_cents: int = Field(ge=0)
    interest_year_days: int = Field(gt=0)
    interest_rates: tuple[InterestRate, ...] = Field(min_length=1)
    line_tolerance: Share
    default_indirect_rate: Share
    subcontract_share: Share
    pending_change: Literal["contract", "lines"]
    name_check_fee_cents: int = Field(ge=0)
    large_name_check_fee_cents: int = Field(ge=0)
    large_contract_above_cents: int = Field(ge=0)
    match_days: int = Field(ge=0)
    calendar: CityCalendar = Field(default_factory=CityCalendar, exclude=True)

    @field_validator("interest_rates")
    @classmethod
    def _rates_follow_each_other(cls, rows: tuple[InterestRate, ...]) -> tuple[InterestRate, ...]:
        days = [row.from_ for row in rows]
        if len(set(days)) < len(days):
            raise ValueError("two rates begin on the same day")
        return tuple(sorted(rows, key=lambda row: row.from_))

    def interest_rate(self, on: date) -> Decimal:
        """The rate in force on a day; a day before the first row takes the first row."""
        position = bisect_right(self.interest_rates, on, key=lambda row: row.from_)
        return self.interest_rates[max(0, position - 1)].rate

    def name_check_fee(self, max_cents: int) -> int:
        """What DOI's name check costs the vendor of a contract of this size. Source: PPB 2-08(f)(2) (T7)."""
        large = max_cents > self.large_contract_above_cents
        return self.large_name_check_fee_cents if large else self.name_check_fee_cents
