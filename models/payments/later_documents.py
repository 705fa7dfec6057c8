"""What payments prints for a vendor after a determination: lines that were closed, and how a dispute was decided.

Amounts are in cents, days are dates. Sums are checked.
"""

from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.payments.documents import DisputeWay, RequisitionLetter
from models.shared.documents import Line


class AmountOfLine(Line):
    """A line of the requisition, and the amount of it that a letter is about."""

    no: int
    description: str
    cents: int


class LapseNotice(RequisitionLetter):
    """Tells a vendor that what was missing did not come by its day, which lines were closed, how to claim them anew.

    `missing` is what was asked for on `asked_on`, to come by `due_on`. Of the requisition, `approved_cents` stays
    approved and `still_open_cents` stays open.
    """

    process: ClassVar[str] = "payments"
    asked_on: date
    due_on: date
    lines: tuple[AmountOfLine, ...] = Field(min_length=1)
    closed_cents: int
    missing: tuple[str, ...]
    approved_cents: int = 0
    still_open_cents: int = 0
    dispute: DisputeWay

    @model_validator(mode="after")
    def lines_sum_to_what_is_closed(self) -> Self:
        if sum(line.cents for line in self.lines) != self.closed_cents:
            raise ValueError(f"the lines of requisition {self.requisition} do not sum to what is closed")
        return self


class DisputeDecision(RequisitionLetter):
    """Tells a vendor how the agency head decided a dispute, why, and what follows. Source: PPB 4-09 (K18).

    `lines` are what was refused so far. `claim` is the way to the Comptroller, for a dispute that was denied.
    """

    process: ClassVar[str] = "payments"
    granted: bool
    filed_on: date
    reason: str = Field(min_length=1)
    lines: tuple[AmountOfLine, ...] = Field(min_length=1)
    disputed_cents: int
    claim: DisputeWay | None = None

    @model_validator(mode="after")
    def lines_sum_to_what_is_disputed(self) -> Self:
        if sum(line.cents for line in self.lines) != self.disputed_cents:
            raise ValueError(f"the lines of requisition {self.requisition} do not sum to what is disputed")
        return self

    @model_validator(mode="after")
    def only_a_denial_names_the_next_step(self) -> Self:
        if self.granted != (self.claim is None):
            raise ValueError("a denied dispute names the next step, and a granted one has none")
        return self
