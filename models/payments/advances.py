"""An advance, the schedule by which it is taken back, and what is still out. Amounts in cents.

Source: P19 (ADV, Int 1249-A of 2025); the schedule itself is a convention.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from models.shared.calendar import long_date, months_after


class Advance(BaseModel):
    """Money that was paid before it was earned, the months in which it comes back, and what did so far.

    `first_month` is any day of the first month that is recouped from, `last_invoice_month` of the month whose invoice
    is the last: the advance is back before it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount_cents: int = Field(gt=0)
    first_month: date
    last_invoice_month: date
    taken_cents: int = Field(default=0, ge=0)

    @property
    def left_cents(self) -> int:
        """What is still out; nothing where more came back than was paid."""
        return max(0, self.amount_cents - self.taken_cents)


@dataclass(frozen=True, slots=True)
class Installment:
    """What is to be taken back of the invoice for one month, named by its first day, and how much of it came back."""

    month: date
    amount_cents: int
    taken_cents: int = 0

    @property
    def open_cents(self) -> int:
        """What of it has not come back."""
        return self.amount_cents - self.taken_cents


def schedule_mistake(first_month: date, last_invoice_month: date) -> str:
    """Why no schedule can be made of two months, as a sentence; empty where one can."""
    if _months(first_month, last_invoice_month) >= 1:
        return ""
    first, last = long_date(first_month.replace(day=1)), long_date(last_invoice_month.replace(day=1))
    return (
        f"the advance is to come back from {first} on, and the last invoice is for the month of {last}. Begin at least "
        "one month before the last invoice."
    )


def _months(first_month: date, last_invoice_month: date) -> int:
    return (last_invoice_month.year - first_month.year) * 12 + last_invoice_month.month - first_month.month


def schedule(advance: Advance) -> tuple[Installment, ...]:
    """Equal amounts from the first month to the month before the last invoice; they sum to the advance exactly.

    Cents that do not divide come off the first months, so that the last amount is never the largest. A month without
    an amount is left out. What came back counts for the earliest months. Source: P19 (schedule: convention).
    """
    first = advance.first_month.replace(day=1)
    count = max(1, _months(advance.first_month, advance.last_invoice_month))
    share, more = divmod(advance.amount_cents, count)
    amounts = [share + 1] * more + [share] * (count - more)
    found, left = [], advance.taken_cents
    for n, cents in enumerate(amounts):
        if cents:
            taken = min(left, cents)
            left -= taken
            found.append(Installment(months_after(first, n), cents, taken))
    return tuple(found)


def recoup_with(advance: Advance, month: date) -> int:
    """What the schedule takes back with the requisition for a month.

    What earlier months did not bring, for want of a requisition or of money on it, is caught up. Source: convention.
    """
    return sum(part.open_cents for part in schedule(advance) if part.month <= month.replace(day=1))
