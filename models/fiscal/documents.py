"""What the fiscal review prints for the office: the review of one contract's month.

Amounts in cents, days as dates, months by their first day, words as they are printed. What is printed must agree with
itself, or the document is not made.
"""

from datetime import date, datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from models.shared.documents import Document, Line, Term
from models.shared.findings import Severity

# How a figure stands beside its limit: without one, within it, beyond it, beyond twice that, not known.
Standing = Literal["none", "within", "over", "far over", "not known"]


class BudgetLine(Line):
    """One line of the budget: spent this month and this year so far."""

    no: int
    title: str
    category: str
    budget_cents: int
    current_cents: int
    spent_cents: int
    standing: Standing

    @property
    def left_cents(self) -> int:
        return self.budget_cents - self.spent_cents

    @property
    def beyond(self) -> bool:
        """True where it is spent beyond its limit."""
        return self.standing in ("over", "far over")


class MeasureLine(Line):
    """A measure, its formula with the numbers in it, and its limit."""

    title: str
    shown: str
    formula: str
    limit: str
    standing: Standing


class UnknownLine(Line):
    """A measure that has no value, and why."""

    title: str
    why: str


class FoundLine(Line):
    """One thing that the review found, by which source, and what to do; `plain` says it in a provider's words."""

    code: str
    severity: Severity
    message: str
    plain: str = ""
    citation: str
    remedy: str


class Question(Line):
    """One question to the provider, why in plain words, and the numbers. No day of the answer while none came."""

    no: int
    about: str
    ask: str
    why: str
    numbers: str = ""
    citation: str = ""
    asked_on: date
    answer_by: date
    answered_on: date | None = None
    answer: str = ""


class ReasonLine(Line):
    """A variance of an earlier month that is not resolved, and the provider's reason, empty where none was given."""

    about: str
    since: date
    reason: str


class RestatedLine(Line):
    """A month that was reported anew: by how much its spending moved, and the reason, empty where none was given."""

    month: date
    revision: int
    received_on: date
    moved_cents: int
    why: str = ""


class PlanLine(Line):
    """A corrective action plan that was asked for: by which day, why, and what came. Source: PPB 4-01(c) (K15).

    `closed_on` is the day on which the request was closed because none came: silence counts as agreement.
    """

    asked_on: date
    last_day: date
    why: str
    received_on: date | None = None
    plan: str = ""
    closed_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.received_on is None and self.closed_on is None


class FlagLine(Line):
    """A red flag that was referred: when, by whom, the codes of what was found, and why."""

    on: date
    by: str
    codes: str
    why: str


class SignOff(Line):
    """Who looked at the review and signed it, and when."""

    name: str
    role: str
    at: datetime


class MissingItem(Line):
    """A paper that has not come: which, of which month, due when."""

    what: Literal["Financial report", "General ledger"]
    month: date
    due_on: date


class YearEnd(Line):
    """What the year will come to, by which method, the least and most of all ways, and what of the budget is left."""

    cents: int
    method: str
    least_cents: int
    most_cents: int
    lapse_cents: int = Field(ge=0)


class FiscalReview(Document):
    """One contract's month. Without a report it has no lines and no year's end, and says what is missing since when.

    `spent_cents` is this year so far: with a report by its lines, without one by the months that are in.
    """

    process: ClassVar[str] = "fiscal"
    provider: str
    ein: str
    contract_id: str
    contract_no: str
    fiscal_year: int
    month: date
    term: Term
    as_of: date
    due_on: date
    received_on: date | None
    revision: int = Field(ge=0)
    certified_by: str = ""
    elapsed: str
    burn: str = ""
    elapsed_tenths: int
    budget_cents: int
    current_cents: int = 0
    spent_cents: int
    year_end: YearEnd | None = None
    lines: tuple[BudgetLine, ...] = ()
    measures: tuple[MeasureLine, ...] = ()
    unknown: tuple[UnknownLine, ...] = ()
    findings: tuple[FoundLine, ...] = ()
    questions: tuple[Question, ...] = ()
    plan: PlanLine | None = None
    flags: tuple[FlagLine, ...] = ()
    reasons: tuple[ReasonLine, ...] = ()
    restated: tuple[RestatedLine, ...] = ()
    missing: tuple[MissingItem, ...] = ()
    signed: SignOff | None = None

    @model_validator(mode="after")
    def lines_sum_to_the_contract(self) -> Self:
        if not self.lines:
            return self
        sums = (
            sum(line.budget_cents for line in self.lines), sum(line.current_cents for line in self.lines),
            sum(line.spent_cents for line in self.lines),
        )  # fmt: skip
        if sums != (self.budget_cents, self.current_cents, self.spent_cents):
            raise ValueError(f"the lines of {self.contract_id}, {self.month:%Y-%m}, do not sum to the contract")
        return self

    @model_validator(mode="after")
    def a_month_is_either_reported_or_says_what_is_missing(self) -> Self:
        reported = (self.revision > 0, self.received_on is not None, bool(self.lines), self.year_end is not None)
        if len(set(reported)) > 1:
            raise ValueError(f"the review of {self.contract_id}, {self.month:%Y-%m}, half says that a report is in")
        if not self.received_on and "Financial report" not in {item.what for item in self.missing}:
            raise ValueError(f"the review of {self.contract_id}, {self.month:%Y-%m}, does not say what is missing")
        return self

    @model_validator(mode="after")
    def the_range_holds_the_year_end(self) -> Self:
        found = self.year_end
        if found and not found.least_cents <= found.cents <= found.most_cents:
            raise ValueError(f"the year's end of {self.contract_id} is outside of its own range")
        if found and found.lapse_cents != max(0, self.budget_cents - found.cents):
            raise ValueError(f"the lapse of {self.contract_id} is not what its year's end leaves of the budget")
        return self
