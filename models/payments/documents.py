"""What payments prints for a vendor: the determination on a requisition, and the notice that returns one.

Fields are plain: amounts in cents, days as dates, words as they are printed. What is printed must agree with itself,
or the document is not made. A `tone` is a colour.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.payments.verdicts import RELEASING, Outcome
from models.shared.documents import Document, Line, Recipient, Replaced, Tone


def line_names(numbers: Sequence[int]) -> str:
    """`line 3`, `lines 3 and 5`, `lines 1, 3 and 5`."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


class TableRate(Line):
    """A yearly rate of interest as our own table has it: nobody outside vouches for it."""

    rate: Decimal
    since: date

    @property
    def percent(self) -> str:
        """`2.625%`."""
        return f"{(self.rate * 100).normalize():f}%"


class Point(Line):
    """One thing that the review found: `where` (empty where its row says it), why, by which rule, what to do."""

    where: str = ""
    why: str
    rule: str
    to_do: str


class ReviewedLine(Line):
    """One line of the requisition: what it claims, what was approved of it, and the outcome in words.

    `open_cents` may still be paid with the same requisition.
    """

    no: int
    description: str
    budget_line: str
    claimed_cents: int
    approved_cents: int
    outcome: str
    tone: Tone
    open_cents: int = 0

    @property
    def refused_cents(self) -> int:
        """What was refused of it; a credit that is not taken refuses nothing."""
        return max(0, self.claimed_cents - self.approved_cents - self.open_cents)


class Unpaid(Line):
    """What is not paid now and every reason for it: of one line, or of all lines where `line_no` is None."""

    line_no: int | None
    about: str
    cents: int
    outcome: str
    tone: Tone
    points: tuple[Point, ...] = Field(min_length=1)


class Before(Line):
    """What earlier letters decided of a requisition that claims `whole_cents`. Amounts in cents.

    `closed_cents` was refused, or closed because what was missing did not come.
    """

    whole_cents: int
    approved_cents: int
    closed_cents: int

    @property
    def open_cents(self) -> int:
        """What they left open."""
        return self.whole_cents - self.approved_cents - self.closed_cents


class Closing(Line):
    """The lines that are closed if what is missing has not come by the last day, and what is open of them."""

    lines: tuple[int, ...] = Field(min_length=1)
    cents: int
    last_day: date

    @property
    def names(self) -> str:
        """The lines in words."""
        return line_names(self.lines)


class DisputeWay(Line):
    """The days for the next step of a dispute, and its last day from the date of the letter. Source: PPB 4-09."""

    days: int
    last_day: date


class RequisitionLetter(Document):
    """What every letter about a requisition says first: to whom, of which day, about which requisition.

    `claimed_cents` is the total that the invoice asks for. A requisition is reviewed in parts: in a letter on a later
    `part` than the first it is what was still open, and `before` says what came of the rest.
    """

    dated: date
    fiscal_year: int
    recipient: Recipient
    requisition: str
    revision: int
    invoice_no: str
    contract_id: str
    service_from: date | None
    service_to: date | None
    received_on: date
    claimed_cents: int
    replaces: Replaced | None = None
    part: int = Field(default=1, ge=1)
    before: Before | None = None

    @model_validator(mode="after")
    def a_later_part_says_what_came_before(self) -> Self:
        if (self.before is None) != (self.part == 1):
            raise ValueError("from the second part on a letter says what came before, and the first does not")
        if self.before and self.before.open_cents != self.claimed_cents:
            raise ValueError(f"what was left open of requisition {self.requisition} is not what this letter is about")
        return self


class DeterminationLetter(RequisitionLetter):
    """Tells one vendor what is paid of a requisition, when at the latest, what is not, why, and what to send for it.

    `approved_cents` sums the lines. `recouped_cents` (of the advance), `fee_cents` and `offset_cents` (of a refund due)
    come off it and make the `net_cents` that are paid; nothing comes off where nothing is released. `to_send` is the
    short list for the first page, `waits_for` the units of the City that must act first. What is `closing` has a last
    day; without one `send_by` is a wish: what comes later is paid later. `days_late` counts to the payment, or to the
    day of the review. The interest is printed only with its `rate`.
    """

    process: ClassVar[str] = "payments"
    outcome: Outcome
    lines: tuple[ReviewedLine, ...] = Field(min_length=1)
    approved_cents: int
    recouped_cents: int = 0
    fee_cents: int = 0
    offset_cents: int = 0
    net_cents: int
    advance_left_cents: int = 0
    fee_left_cents: int = 0
    offset_left_cents: int = 0
    refund_due_cents: int = 0
    unpaid: tuple[Unpaid, ...] = ()
    notes: tuple[str, ...] = ()
    to_send: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    send_by: date | None = None
    closing: Closing | None = None
    dispute: DisputeWay | None = None
    ira_on: date
    required_on: date
    clock_was_stopped: bool = False
    paid_on: date | None = None
    days_late: int = Field(default=0, ge=0)
    interest_cents: int = Field(default=0, ge=0)
    rate: TableRate | None = None

    @property
    def releases(self) -> bool:
        return self.outcome in RELEASING

    @model_validator(mode="after")
    def lines_sum_to_the_requisition(self) -> Self:
        sums = (sum(line.claimed_cents for line in self.lines), sum(line.approved_cents for line in self.lines))
        if sums != (self.claimed_cents, self.approved_cents):
            raise ValueError(f"the lines of requisition {self.requisition} do not sum to its amounts")
        return self

    @model_validator(mode="after")
    def what_comes_off_leaves_what_is_paid(self) -> Self:
        off = self.recouped_cents + self.fee_cents + self.offset_cents
        if (off, self.net_cents) != ((off, self.approved_cents - off) if self.releases else (0, 0)):
            raise ValueError(f"the deductions of requisition {self.requisition} do not lead to what is paid")
        return self

    @model_validator(mode="after")
    def what_is_unpaid_is_what_the_lines_lack(self) -> Self:
        lacking = {line.no: line.claimed_cents - line.approved_cents for line in self.lines}
        for row in self.unpaid:
            if row.cents != (self.claimed_cents if row.line_no is None else lacking.get(row.line_no)):
                raise ValueError(f"{row.about} of requisition {self.requisition} does not lack {row.cents} cents")
        return self

    @model_validator(mode="after")
    def papers_are_asked_for_with_a_day_only(self) -> Self:
        if self.send_by is not None and not self.to_send:
            raise ValueError("a day is given only with something to send")
        if self.send_by is not None and self.closing is not None:
            raise ValueError("what has a last day has no other day beside it")
        return self

    @model_validator(mode="after")
    def what_is_closing_is_open(self) -> Self:
        still = {line.no: line.open_cents for line in self.lines if line.open_cents}
        if self.closing and self.closing.cents != sum(still.get(no, 0) for no in self.closing.lines):
            raise ValueError(
                f"the lines of requisition {self.requisition} that would be closed do not come to their sum"
            )
        return self


class ReturnNotice(RequisitionLetter):
    """Sends one improper requisition back: its payment clock never started.

    `faults` are all that must be corrected first; `also` what else the review saw, so that nothing comes up later.
    """

    process: ClassVar[str] = "payments"
    faults: tuple[Point, ...] = Field(min_length=1)
    also: tuple[Point, ...] = ()
