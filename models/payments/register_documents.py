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
    """One part of a requisition in the register; `days_late` counts to the payment, or to the register's own day.

    No required date where no payment clock runs; no voucher and no payment where there is none yet. `notes` say what is
    missing, what was paid of it, what came back.
    """

    case_id: str
    part: int = 1
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
    notes: tuple[str, ...] = ()

    @property
    def sums(self) -> tuple[int, int, int, int]:
        return self.claimed_cents, self.approved_cents, self.net_cents, self.interest_cents


class ProviderRegister(Line):
    """The requisitions of one provider, part by part, with their sums."""

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
    parts: int
    claimed_cents: int
    approved_cents: int


class SetOffLine(Line):
    """What was set off against one part."""

    case_id: str
    part: int
    provider: str
    cents: int


class RefundLine(Line):
    """What a provider owes the City since a day: what was set off of it, what came, what is left."""

    case_id: str
    provider: str
    due_since: date
    amount_cents: int
    offset_cents: int
    came_cents: int
    left_cents: int

    @model_validator(mode="after")
    def what_is_left_is_what_was_not_settled(self) -> Self:
        if self.left_cents != max(0, self.amount_cents - self.offset_cents - self.came_cents):
            raise ValueError(f"the refund due on {self.case_id} does not come to what is left of it")
        return self


class DisputeLine(Line):
    """A dispute and its decision; no day of it while the agency head has not decided."""

    case_id: str
    provider: str
    filed_on: date
    decision_due_on: date
    disputed_cents: int
    decided_as: str = ""
    decided_on: date | None = None


class PaymentRegister(Document):
    """Every requisition of which something was received or paid in one month, part by part, as it stood on `as_of`.

    `month` is its first day. `largest` are the providers that claim most, with the others in one row: they sum to all.
    """

    process: ClassVar[str] = "payments"
    month: date
    as_of: date
    providers: tuple[ProviderRegister, ...]
    largest: tuple[ProviderShare, ...]
    requisitions: int
    parts: int
    paid: int
    claimed_cents: int
    approved_cents: int
    net_cents: int
    interest_cents: int
    set_offs: tuple[SetOffLine, ...] = ()
    refunds: tuple[RefundLine, ...] = ()
    disputes: tuple[DisputeLine, ...] = ()

    @model_validator(mode="after")
    def providers_sum_to_the_whole(self) -> Self:
        whole = (self.claimed_cents, self.approved_cents, self.net_cents, self.interest_cents)
        lines = [line for provider in self.providers for line in provider.lines]
        counts = (len(lines), len({line.case_id for line in lines}))
        if (_sums(p.sums for p in self.providers), counts) != (whole, (self.parts, self.requisitions)):
            raise ValueError("the providers of the register do not sum to the whole")
        return self

    @model_validator(mode="after")
    def bars_sum_to_the_whole(self) -> Self:
        bars = (sum(bar.claimed_cents for bar in self.largest), sum(bar.approved_cents for bar in self.largest))
        if bars != (self.claimed_cents, self.approved_cents):
            raise ValueError("the bars of the register do not sum to the whole")
        return self


class HolderAge(Line):
    """The unpaid parts of one holder: how many are not due yet, how many past their day, and what is owed."""

    holder: str
    not_due: int
    past_due: int
    owed_cents: int

    @property
    def parts(self) -> int:
        return self.not_due + self.past_due


class AgeBand(Line):
    """Unpaid parts by days to or past their required payment date."""

    label: str
    parts: int
    owed_cents: int


class CauseInterest(Line):
    """Interest by cause: what was paid, and what would be due if all that is open were paid on the report's day."""

    cause: str
    parts: int
    paid_cents: int
    forecast_cents: int


class LateLine(Line):
    """One part that is past its day and not paid in full."""

    case_id: str
    part: int = 1
    provider: str
    holder: str
    cause: str
    owed_cents: int
    required_on: date
    days_late: int = Field(gt=0)
    forecast_cents: int


class LateList(Line):
    """The first rows, the latest first; `parts` and `owed_cents` count all of it."""

    rows: tuple[LateLine, ...]
    parts: int
    owed_cents: int

    @property
    def more(self) -> int:
        """Parts that are not printed."""
        return self.parts - len(self.rows)


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

    It counts parts of requisitions. `eligible` are those that were paid or should have been by `as_of`, `on_time` those
    that were paid in full by their required date. `unpaid` are due and not paid in full; `without_clock` of all run no
    payment clock (returned) or have nothing due, and count nowhere else.
    """

    process: ClassVar[str] = "payments"
    as_of: date
    headlines: tuple[str, ...]
    parts: int
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
            if (sum(r.parts for r in rows), sum(r.owed_cents for r in rows)) != (self.unpaid, self.unpaid_cents):
                raise ValueError("what is unpaid by holder or by age does not sum to all that is unpaid")
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
