"""What the hotline prints: a period's triage in counts alone, never a contact's words or name.

The facts are attached to the file: a count that is not told is not in them either.
"""

from datetime import datetime
from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator

from models.hotline.small_cells import Cell, check_k
from models.shared.documents import Document, Line


class UnitLine(Line):
    """Contacts routed to one unit, by priority from 1 to 4; of `waiting` a person must say that it is the unit."""

    unit: str
    by_priority: tuple[int, int, int, int]
    waiting: int = Field(ge=0)

    @property
    def contacts(self) -> int:
        """Contacts of all priorities."""
        return sum(self.by_priority)


class LanguageLine(Line):
    """Contacts in one language, as far as they are told."""

    language: str
    contacts: Cell
    language_service: Cell
    waiting: Cell


class ChannelLine(Line):
    """Contacts by one channel, as far as they are told."""

    channel: str
    contacts: Cell


class OpenLine(Line):
    """Contacts that are open in one unit now; `oldest` is when the one that waits longest was received."""

    unit: str
    contacts: int = Field(ge=0)
    urgent: int = Field(ge=0)
    waiting: int = Field(ge=0)
    overdue: int = Field(ge=0)
    oldest: datetime | None


class OpenLanguageLine(Line):
    """Contacts in one language that are open now, as far as they are told."""

    language: str
    contacts: Cell
    waiting: Cell
    overdue: Cell


class SurgeLine(Line):
    """Contacts that belong to one event, as far as they are told; they count in all other figures, too."""

    event: str
    contacts: Cell


class ReasonLine(Line):
    """How many contacts wait for a person for one reason; a contact may have several."""

    reason: str
    contacts: int = Field(ge=0)


class TriageReport(Document):
    """A period's contacts: where they went, how urgent they are, and what waits for a person.

    The open ones are all that were open when it was made, whenever they came. `k`: counts below it are not told by
    language, channel and event; 0 tells all.
    """

    process: ClassVar[str] = "hotline"
    received_from: datetime
    received_to: datetime
    k: int = 10
    contacts: int = Field(ge=0)
    waiting: int = Field(ge=0)
    urgent: int = Field(ge=0)
    confidential: int = Field(ge=0)
    language_service: int = Field(ge=0)
    by_unit: tuple[UnitLine, ...]
    by_language: tuple[LanguageLine, ...]
    by_channel: tuple[ChannelLine, ...]
    reasons: tuple[ReasonLine, ...] = ()
    open_by_unit: tuple[OpenLine, ...] = ()
    open_by_language: tuple[OpenLanguageLine, ...] = ()
    surge: tuple[SurgeLine, ...] = ()

    @field_validator("k")
    @classmethod
    def k_tells_no_count(cls, k: int) -> int:
        return check_k(k)

    @model_validator(mode="after")
    def units_sum_to_the_whole(self) -> Self:
        if self.received_from > self.received_to:
            raise ValueError("the period ends before it starts")
        if sum(row.contacts for row in self.by_unit) != self.contacts:
            raise ValueError("the contacts by unit do not sum to all contacts")
        if sum(row.by_priority[0] for row in self.by_unit) != self.urgent:
            raise ValueError("the contacts of priority 1 by unit do not sum to all of them")
        if sum(row.waiting for row in self.by_unit) != self.waiting:
            raise ValueError("the contacts for a person by unit do not sum to all of them")
        if max(self.waiting, self.confidential, self.language_service) > self.contacts:
            raise ValueError("more contacts are marked than there are")
        return self

    @model_validator(mode="after")
    def small_counts_are_not_told(self) -> Self:
        cells: list[Cell] = [row.contacts for row in self.by_channel]
        cells += [row.contacts for row in self.surge]
        for still in self.open_by_language:
            cells += [still.contacts, still.waiting, still.overdue]
        for row in self.by_language:
            cells += [row.contacts, row.language_service, row.waiting]
        if any(isinstance(cell, int) and 0 < cell < self.k for cell in cells):
            raise ValueError(f"a count below {self.k} is told by language or channel")
        return self
