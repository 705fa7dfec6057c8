"""What payments prints for the office: the register of a month, and how promptly the office pays.

Amounts are in cents, days are dates. Sums are checked. A `tone` is a colour.
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.payments.documents import TableRate
from models.shared.documents import Document, Line, Tone


class RegisterLine(Line):
    """One requisition of the register; `days_late` counts to the payment, or to the register's own day.

    No required date where no payment clock runs; no voucher and no payment where there is none yet.
    """

    case_id: str
    contract_id: str
    outcome: str
    tone: Tone
    claimed_cents: int
    approved_cents: int
    net_cents: int
    voucher_no: str = ""
    required_on: date | None = None
    paid_on: date | None = None
    days_late: int = Field(default=0, ge=0)
    interest_cents: int = Field(default=0, ge=0)

    @property
    def sums(self) -> tuple[int, int, int, int]:
        return self.claimed_cents, self.approved_cents, self.net_cents, self.interest_cents


class ProviderRegister(Line):
    """The requisitions of one provider with their sums."""

    provider: str
    ein: str
    lines: tuple[RegisterLine, ...] = Field(min_length=1)
    claimed_cents: int
    approved_cents: int
    net_cents: int
    interest_cents: int

    @property
    def sums(self) -> tuple[int, int, int, int]:
        return self.claimed_cents, self.approved_cents, self.net_cents, self.interest_cents

    @model_validator(mode="after")
    def lines_sum_to_the_provider(self) -> Self:
        if _sums(line.sums for line in self.lines) != self.sums:
            raise ValueError(f"the requisitions of {self.provider} do not sum to its amounts")
        return self


class ProviderShare(Line):
    """One bar of the chart: a provider, or all the others together."""

    label: str
    requisitions: int
    claimed_cents: int
    approved_cents: int


class PaymentRegister(Document):
    """Every requisition that was received or paid in one month, provider by provider, as it stood on `as_of`.

    `month` is its first day. `largest` are the providers that claim most, with the others in one row: they sum to all.
    """

    process: ClassVar[str] = "payments"
    month: date
    as_of: date
    providers: tuple[ProviderRegister, ...]
    largest: tuple[ProviderShare, ...]
    requisitions: int
    paid: int
    claimed_cents: int
    approved_cents: int
    net_cents: int
    interest_cents: int

    @model_validator(mode="after")
    def providers_sum_to_the_whole(self) -> Self:
        whole = (self.claimed_cents, self.approved_cents, self.net_cents, self.interest_cents)
        count = sum(len(provider.lines) for provider in self.providers)
        if (_sums(provider.sums for provider in self.providers), count) != (whole, self.requisitions):
            raise ValueError("the providers of the register do not sum to the whole")
        return self

    @model_validator(mode="after")
    def bars_sum_to_the_whole(self) -> Self:
        bars = (sum(bar.claimed_cents for bar in self.largest), sum(bar.approved_cents for bar in self.largest))
        if bars != (self.claimed_cents, self.approved_cents):
            raise ValueError("the bars of the register do not sum to the whole")
        return self


class HolderAge(Line):
    """The open requisitions of one holder: how many are not due yet, how many past their day, and what is due."""

    holder: str
    not_due: int
    past_due: int
    due_cents: int

    @property
    def requisitions(self) -> int:
        return self.not_due + self.past_due


class AgeBand(Line):
    """Open requisitions by days to or past their required payment date."""

    label: str
    requisitions: int
    due_cents: int


class CauseInterest(Line):
    """Interest by cause: what was paid, and what would be due if all that is open were paid on the report's day."""

    cause: str
    requisitions: int
    paid_cents: int
    forecast_cents: int


class LateLine(Line):
    """One requisition that is past its day and not paid."""

    case_id: str
    provider: str
    holder: str
    cause: str
    due_cents: int
    required_on: date
    days_late: int = Field(gt=0)
    forecast_cents: int


class LateList(Line):
    """The first rows, the latest first; `requisitions` and `due_cents` count all of it."""

    rows: tuple[LateLine, ...]
    requisitions: int
    due_cents: int

    @property
    def more(self) -> int:
        """Requisitions that are not printed."""
        return self.requisitions - len(self.rows)


class StandingLine(Line):
    """Vouchers that stand alike; `open_cents` is what is still to be paid of them, negative where it was too much."""

    label: str
    vouchers: int
    asked_cents: int
    open_cents: int


class UnpaidVoucher(Line):
    """A voucher for which no payment was found; `days` since its batch."""

    voucher_no: str
    provider: str
    asked_cents: int
    days: int
    why: str


class VoucherPosition(Line):
    """What was asked of the finance office beside what the City paid. `unpaid` are the first that need somebody.

    `payments` on our contracts belong to no voucher; `unpaid_in_all` counts also those that are not listed.
    """

    standings: tuple[StandingLine, ...]
    unpaid: tuple[UnpaidVoucher, ...]
    unpaid_in_all: int
    payments: int
    payments_cents: int

    @property
    def vouchers(self) -> int:
        """How many vouchers were sent."""
        return sum(line.vouchers for line in self.standings)


class PromptPaymentReport(Document):
    """How promptly the office pays: `headlines` can be read alone. Source: PPB 4-06(g), (h).

    `eligible` are the requisitions that were paid or should have been by `as_of`, `on_time` those that were paid by
    their required date. `unpaid` are due and not paid; `without_clock` of all run no payment clock (returned) or have
    nothing due, and count nowhere else.
    """

    process: ClassVar[str] = "payments"
    as_of: date
    headlines: tuple[str, ...]
    requisitions: int
    without_clock: int
    eligible: int
    eligible_cents: int
    on_time: int
    on_time_cents: int
    unpaid: int
    unpaid_cents: int
    by_holder: tuple[HolderAge, ...]
    by_age: tuple[AgeBand, ...]
    by_cause: tuple[CauseInterest, ...]
    interest_paid_cents: int
    interest_forecast_cents: int
    late: LateList
    rates: tuple[TableRate, ...] = ()
    vouchers: VoucherPosition | None = None

    @model_validator(mode="after")
    def holders_and_ages_sum_to_all_unpaid(self) -> Self:
        for rows in (self.by_holder, self.by_age):
            if (sum(r.requisitions for r in rows), sum(r.due_cents for r in rows)) != (self.unpaid, self.unpaid_cents):
                raise ValueError("the open requisitions by holder or by age do not sum to all unpaid ones")
        return self

    @model_validator(mode="after")
    def causes_sum_to_the_interest(self) -> Self:
        sums = (sum(row.paid_cents for row in self.by_cause), sum(row.forecast_cents for row in self.by_cause))
        if sums != (self.interest_paid_cents, self.interest_forecast_cents):
            raise ValueError("the interest by cause does not sum to all interest")
        return self

    @model_validator(mode="after")
    def what_is_on_time_was_eligible(self) -> Self:
        if self.on_time > self.eligible or self.on_time_cents > self.eligible_cents:
            raise ValueError("more was paid on time than was due")
        return self


def _sums(rows: Iterable[tuple[int, int, int, int]]) -> tuple[int, ...]:
    """The sums of the columns; of no rows all are zero."""
    return tuple(map(sum, zip(*rows, strict=True))) or (0, 0, 0, 0)
