"""What the cells of the fiscal workbook are: given facts, or formulas with what they come to.

Money is in cents, shares are parts of one: `Kind` says how a cell is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

# Rows as a spreadsheet counts them: title, what the sheet is, sums, headings, then the table.
SUMS_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
CONTRACTS = "Contracts"

Value = str | int | Fraction | Decimal | date | None


class Kind(StrEnum):
    """What a cell holds: a long text is wrapped, a name made small enough for its cell.

    Money in cents; a share is shown as percent, points as percent with its sign.
    """

    TEXT = "text"
    LONG = "long"
    NAME = "name"
    MONEY = "money"
    SHARE = "share"
    POINTS = "points"
    RATIO = "ratio"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Formula:
    """A cell that is worked out: the formula as Excel writes it, and what it comes to by the models.

    A value of None is an empty text. `kind` is another than the column's; `is_array` is one over whole columns at once.
    """

    text: str
    value: Value
    kind: Kind | None = None
    is_array: bool = False


@dataclass(frozen=True)
class Given:
    """A fact that is shown in another way than its column."""

    value: Value
    kind: Kind


Cell = Value | Formula | Given


@dataclass(frozen=True)
class Column:
    """One column: how formulas and code call it, its heading, what it holds, its width in characters."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    width: int = 12


@dataclass(frozen=True)
class Layout:
    """One sheet: what it is called and for, its columns, and how formulas name its cells.

    The first `fixed` columns stay in view; it is printed `pages` pages wide; `sums` are summed above their headings.
    `inputs` are the columns that hold facts, which whoever reckons on may change.
    """

    name: str
    note: str
    columns: tuple[Column, ...]
    fixed: int = 2
    pages: int = 1
    sums: tuple[str, ...] = ()
    inputs: frozenset[str] = frozenset()

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {column.key: at for at, column in enumerate(self.columns)}

    def position(self, key: str) -> int:
        """Where a column stands, from 0."""
        return self._positions[key]

    def letter(self, key: str) -> str:
        """A column as a spreadsheet calls it."""
        at = self._positions[key]
        return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)

    def at(self, key: str, row: int) -> str:
        """A cell of a row, for formulas in the same row."""
        return f"${self.letter(key)}{row}"

    def whole(self, key: str) -> str:
        """All of a column, for formulas of other sheets."""
        letter = self.letter(key)
        return f"{self.name}!${letter}:${letter}"

    def span(self, key: str, rows: int) -> str:
        """A column's cells of the table, for formulas that look at each."""
        letter = self.letter(key)
        return f"{self.name}!${letter}${FIRST_ROW}:${letter}${FIRST_ROW + max(rows, 1) - 1}"

    def row(self, cells: Mapping[str, Cell]) -> list[Cell]:
        """The cells in their order. Raises KeyError where one is missing or unknown."""
        if cells.keys() != self._positions.keys():
            raise KeyError(f"{self.name}: {sorted(cells.keys() ^ self._positions.keys())}")
        return [cells[column.key] for column in self.columns]


WHO = (Column("contract", "Contract", width=20), Column("provider", "Provider", Kind.NAME, 40))
# Every table but that of the contracts says in its last column where its contract stands there.
PLACE = Column("place", "Row in Contracts", Kind.WHOLE, 10)
# What only formulas need stands last, and is not printed.
ASIDE = ("later", "place")
