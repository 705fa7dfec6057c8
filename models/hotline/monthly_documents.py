"""The monthly summary as a document: a month's contacts in counts, as far as they may be told."""

from datetime import date
from typing import ClassVar, Self

from pydantic import Field, field_validator, model_validator

from models.hotline.documents import SurgeLine
from models.hotline.small_cells import HIDDEN, Cell, check_k
from models.shared.documents import Document, Line


class Rate(Line):
    """`met` of `of`; `maturing` are those of whom nobody can say yet, and who are in neither."""

    met: int = Field(ge=0)
    of: int = Field(ge=0)
    maturing: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def part_of_the_whole(self) -> Self:
        if self.met > self.of:
            raise ValueError("more met the measure than were measured")
        return self


class KindLine(Line):
    """Contacts of one type of LL 171."""

    kind: str
    contacts: Cell


class CategoryLine(Line):
    """Contacts under one category. `kinds` by type; `before` last month and the same month a year before.

    Where there is no record of such a month it is None. `since` is set where the category means something else now.
    """

    rank: int = Field(ge=1)
    label: str
    contacts: Cell
    kinds: tuple[Cell, ...]
    last_month: Cell | None
    year_before: Cell | None
    since: date | None
    due: Cell
    met: Cell


class TimelyLine(Line):
    """Contacts of the month in one language, by one channel or of one unit: those whose time is over, those answered.

    `misrouted` are those that a unit refused because they were another's; told of units alone.
    """

    name: str
    contacts: Cell
    due: Cell
    met: Cell
    misrouted: Cell = HIDDEN


class Named(Line):
    """A count under a name, as far as it is told."""

    name: str
    count: Cell


class Break(Line):
    """From a day on figures do not mean what they meant before."""

    day: date
    what: str


class MonthlySummary(Document):
    """A month's contacts, by the month in which they were received. `undecided` ones make it provisional.

    `k`: counts below it are not told; 0 tells all.
    """

    process: ClassVar[str] = "hotline"
    month: date
    k: int = 10
    contacts: int = Field(ge=0)
    undecided: int = Field(ge=0)
    last_month: int | None
    year_before: int | None
    year_to_date: int | None
    kinds: tuple[KindLine, ...]
    categories: tuple[CategoryLine, ...]
    other_categories: int = Field(ge=0)
    uncategorized: Cell
    by_unit: tuple[TimelyLine, ...]
    by_language: tuple[TimelyLine, ...]
    by_channel: tuple[TimelyLine, ...]
    timely: Rate
    rates: dict[str, Rate]
    backlog: tuple[Named, ...]
    oldest_days: int | None
    median_days: int | None
    escalations: tuple[Named, ...]
    elected: Cell
    open_at_end: int = Field(ge=0)
    surge: tuple[SurgeLine, ...]
    breaks: tuple[Break, ...]

    @field_validator("k")
    @classmethod
    def k_tells_no_count(cls, k: int) -> int:
        return check_k(k)

    @model_validator(mode="after")
    def small_counts_are_not_told(self) -> Self:
        cells: list[Cell | None] = [self.uncategorized, self.elected, *(row.contacts for row in self.kinds)]
        cells += [row.contacts for row in self.surge]
        cells += [named.count for named in (*self.backlog, *self.escalations)]
        for timely in (*self.by_unit, *self.by_language, *self.by_channel):
            cells += [timely.contacts, timely.due, timely.met, timely.misrouted]
        for line in self.categories:
            cells += [line.contacts, *line.kinds, line.due, line.met, line.last_month, line.year_before]
        if any(isinstance(cell, int) and 0 < cell < self.k for cell in cells):
            raise ValueError(f"a count below {self.k} is told")
        return self
