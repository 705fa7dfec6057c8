"""An advance, the schedule by which it is taken back, and what is still out. Amounts in cents.

Source: P19 (ADV, Int 1249-A of 2025); the schedule itself is a convention.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from models.payments.packet import AdvanceFacts
from models.shared.calendar import long_date, months_after
from models.shared.money import dollars


class AdvanceError(ValueError):
    """The facts of an advance do not fit together; the message says which, and what to do."""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Recoupment(_Facts):
    """What one requisition took back of an advance."""

    case_id: str
    taken_on: date
    amount_cents: int = Field(gt=0)


class Advance(_Facts):
    """Money that was paid before it was earned, and the months in which it comes back.

    `first_month` is any day of the first month that is recouped from, `last_invoice_month` of the month whose invoice
    is the last: the advance is back before it.
    """

    contract_id: str
    amount_cents: int = Field(gt=0)
    paid_on: date
    first_month: date
    last_invoice_month: date
    recouped: tuple[Recoupment, ...] = ()

    @property
    def taken_cents(self) -> int:
        """What has come back so far."""
        return sum(recoupment.amount_cents for recoupment in self.recouped)


@dataclass(frozen=True, slots=True)
class Installment:
    """What is to be taken back of the invoice for one month, named by its first day."""

    month: date
    amount_cents: int


def schedule(advance: Advance) -> tuple[Installment, ...]:
    """Equal amounts from the first month to the month before the last invoice; they sum to the advance exactly.

    Cents that do not divide come off the first months, so that the last amount is never the largest. A month without
    an amount is left out. Source: P19 (schedule: convention).
    """
    first, end = (day.replace(day=1) for day in (advance.first_month, advance.last_invoice_month))
    count = (end.year - first.year) * 12 + end.month - first.month
    if count < 1:
        raise AdvanceError(
            f"The advance of contract {advance.contract_id} is to come back from {long_date(first)} on, and its last "
            f"invoice is for the month of {long_date(end)}. Begin at least one month before the last invoice."
        )
    share, more = divmod(advance.amount_cents, count)
    amounts = [share + 1] * more + [share] * (count - more)
    return tuple(Installment(months_after(first, n), cents) for n, cents in enumerate(amounts) if cents)


def balance(advance: Advance) -> int:
    """What is still out after the recoupments so far. Raises AdvanceError where more came back than was paid."""
    left = advance.amount_cents - advance.taken_cents
    if left < 0:
        raise AdvanceError(
            f"{dollars(advance.taken_cents)} was taken back of the advance of {dollars(advance.amount_cents)} on "
            f"contract {advance.contract_id}. Refund {dollars(-left)} to the vendor, or correct the recoupments."
        )
    return left


def due_by(advance: Advance, month: date) -> int:
    """What the schedule wants back with the invoices up to and with that of a month."""
    return sum(part.amount_cents for part in schedule(advance) if part.month <= month.replace(day=1))


def advance_facts(advance: Advance | None, month: date, *, last_requisition: bool) -> AdvanceFacts:
    """What a review of the requisition for a month must know: the balance, and what the schedule takes back with it.

    What earlier months did not bring, for want of a requisition or of money on it, is caught up. Source: convention.
    """
    if advance is None:
        return AdvanceFacts(last_requisition=last_requisition)
    behind = due_by(advance, month) - advance.taken_cents
    return AdvanceFacts(
        balance_cents=balance(advance), recoup_cents=max(0, behind), last_requisition=last_requisition
    )  # fmt: skip
