"""Where the values stand in the files that providers fill: labels with a value beside them, tables, and JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from string import ascii_uppercase, digits
from typing import Any

from models.shared.budgets import MOST_LINES
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import CellReader, Mark, Slot, quoted, squash, words

Cells = Sequence[object]
# What a cell is besides its value, by sheet, row and column (both from 0); None for a plain one.
Marks = Callable[[str, int, int], Mark | None]
Values = Mapping[str, Slot]
# A title and a few lines of advice stand above a table's header, never this many rows.
HEADER_WITHIN = 20


@dataclass(frozen=True)
class Names:
    """What people call the fields: field to its wordings, the first of which our own files print.

    `passed_over` are columns and labels that are there to be read by people.
    """

    wordings: Mapping[str, tuple[str, ...]]
    passed_over: frozenset[str] = frozenset()

    def field(self, title: object) -> str | None:
        """The field that a title means; empty for one that is passed over, None for one that is not known."""
        return self._fields.get(squash(title))

    @cached_property
    def _fields(self) -> dict[str, str]:
        known = {squash(title): field for field, titles in self.wordings.items() for title in (field, *titles)}
        return dict.fromkeys(map(squash, self.passed_over), "") | known

    def label(self, field: str) -> str:
        """The wording that our own files print."""
        return self.wordings[field][0]


@dataclass(frozen=True)
class Page:
    """One sheet: its name, its rows, and what its cells are besides their values."""

    name: str
    rows: Sequence[Cells]
    mark: Marks

    def slot(self, row: int, column: int) -> Slot:
        """The value at a row and a column (both from 0), and its address as the spreadsheet shows it."""
        cells = self.rows[row]
        value = cells[column] if column < len(cells) else ""
        return Slot(value, self.name, f"{column_letter(column)}{row + 1}", self.mark(self.name, row, column))


@dataclass(frozen=True)
class Table:
    """A header, and the rows below it: `header` is the index of its row, `at` the column index of each field."""

    page: Page
    header: int
    at: Mapping[str, int]

    def rows(self) -> list[Values]:
        """The values of each row in which something stands under a column that counts."""
        found = (self.row(index) for index in range(self.header + 1, len(self.page.rows)))
        return [row for row in found if not all(slot.is_empty for slot in row.values())]

    def row(self, index: int) -> Values:
        """The values of one row."""
        return {field: self.page.slot(index, column) for field, column in self.at.items()}


@cache
def column_letter(index: int) -> str:
    """The letter of a column as the spreadsheet shows it; 0 is A."""
    letters, left = "", index + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def plain(sheet: str, row: int, column: int) -> None:
    """Marks no cell: a text table has neither formulas nor errors."""


def find_page(sheets: Sequence[tuple[str, Sequence[Cells]]], name: str, mark: Marks) -> Page:
    """The one sheet of that name, whatever its capitals. Raises FormError."""
    found = [(title, rows) for title, rows in sheets if squash(title) == squash(name)]
    if not found:
        there = ", ".join(f"“{title}”" for title, _ in sheets)
        raise FormError([Mistake("", "", f"The workbook has no sheet “{name}” (a hidden sheet does not count); it has "
                                         f"{there}. Fill in the template that the office sends.")])  # fmt: skip
    if len(found) > 1:
        raise FormError([Mistake("", "", f"The workbook has two sheets “{name}”. Remove the one that does not count.")])
    return Page(found[0][0], found[0][1], mark)


def labelled(page: Page, names: Names, mistakes: list[Mistake], *, until: int | None = None) -> Values:
    """The values beside the labels of column A; a label that is not known or comes twice is a mistake."""
    found: dict[str, Slot] = {}
    for row in range(len(page.rows) if until is None else until):
        title, slot = page.slot(row, 0), page.slot(row, 1)
        field = names.field(title.value)
        if field is None and not slot.is_empty:
            text = f"{quoted(title.value)} is not a label of this sheet. Known: {_list(names)}."
            if title.is_empty:
                text = f"A value stands in {slot.cell} without a label beside it. Write the label, or remove the value."
            mistakes.append(Mistake(page.name, title.cell, text))
        elif field and field in found:
            text = f"The label {quoted(title.value)} stands here for the second time. Remove one of the two rows."
            mistakes.append(Mistake(page.name, title.cell, text))
        elif field:
            found[field] = slot
    return found


def find_table(page: Page, names: Names, needed: Sequence[str], mistakes: list[Mistake]) -> Table:
    """The table of a sheet, its header within the first rows. Raises FormError where columns are missing."""
    above = page.rows[:HEADER_WITHIN]
    known = [len({names.field(title) for title in cells} - {None, ""}) for cells in above]
    header = known.index(max(known)) if known else 0
    there = {names.field(title) for title in above[header]} if known else set()
    missing = ", ".join(f"“{names.label(field)}”" for field in needed if field not in there)
    if missing:
        text = f"The sheet has no column {missing}. Add it to the header row above the lines."
        raise FormError([*mistakes, Mistake(page.name, "", text)])
    return Table(page, header, dict(_columns(page, header, names, mistakes)))


def _columns(page: Page, header: int, names: Names, mistakes: list[Mistake]) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    below = range(header + 1, len(page.rows))
    for column, title in enumerate(page.rows[header]):
        field, cell = names.field(title), page.slot(header, column).cell
        if field in seen:
            text = f"The column {quoted(title)} says the same as another one. Leave one of them."
            mistakes.append(Mistake(page.name, cell, text))
        elif field:
            seen.add(field)
            yield field, column
        elif field is None and any(not page.slot(row, column).is_empty for row in below):
            text = f"{quoted(title)} is not a known column. Known: {_list(names)}."
            mistakes.append(Mistake(page.name, cell, text))


def _list(names: Names) -> str:
    return ", ".join(map(names.label, names.wordings))


def repeated(rows: Sequence[Values], labels: Mapping[str, str], mistakes: list[Mistake]) -> Values:
    """The values of columns that say the same on each row: the first, and a mistake for each row that differs.

    `labels` gives the fields that are read so, and their words for people. Not every row need have them.
    """
    found: dict[str, Slot] = {}
    for field in labels:
        there = [row[field] for row in rows if field in row]
        slots = [slot for slot in there if not slot.is_empty]
        if not there:
            continue
        first = found[field] = (slots or there)[0]
        for slot in slots:
            if words(slot.value) != words(first.value):
                text = f"The {labels[field].lower()} differs from {first.cell}. Every line must say the same."
                mistakes.append(Mistake(slot.sheet, slot.cell, text))
    return found


def keyed(value: Mapping[str, Any], names: Names, place: str, mistakes: list[Mistake]) -> Values:
    """The values of a JSON object, by field; a key that is not known or comes twice is a mistake."""
    found: dict[str, Slot] = {}
    for key, item in value.items():
        field, where = names.field(key), f"{place}, {quoted(key)}"
        if field is None:
            mistakes.append(Mistake("", where, f"This is not asked for. Known: {', '.join(names.wordings)}."))
        elif field in found:
            mistakes.append(Mistake("", where, "Another name in the file says the same. Leave one of them."))
        elif field:
            found[field] = Slot(item, "", where)
    return found


def check_shown(rows: Iterable[Values], mistakes: list[Mistake]) -> None:
    """Keep a mistake for each hidden row or column in which a value stands: nobody who signs the file has seen it."""
    told: set[tuple[str, str]] = set()
    for slot in chain.from_iterable(row.values() for row in rows):
        place = {Mark.HIDDEN_ROW: f"Row {slot.cell.lstrip(ascii_uppercase)}",
                 Mark.HIDDEN_COLUMN: f"Column {slot.cell.rstrip(digits)}"}.get(slot.mark or Mark.FORMULA)  # fmt: skip
        if place and not slot.is_empty and (slot.sheet, place) not in told:
            told.add((slot.sheet, place))
            text = f"{place} is hidden, and {quoted(slot.value)} stands in it. Show it and check it, or delete it."
            mistakes.append(Mistake(slot.sheet, slot.cell, text))


def check_number(lines: int, sheet: str, thing: str) -> None:
    """Raises FormError where a file has more lines than any real one, or none."""
    if lines > MOST_LINES:
        text = f"The {thing} has {lines:,} lines; {MOST_LINES} at most are taken. Check that it is the right file."
        raise FormError([Mistake(sheet, "", text)])
    if not lines:
        raise FormError([Mistake(sheet, "", f"The {thing} has no line with an amount. Fill in at least one line.")])


def unlike(numbers: Sequence[object], slots: Sequence[Slot], reader: CellReader) -> None:
    """Keep a mistake for each line whose number an earlier line has already; 0 stands for one that was not read."""
    seen: dict[object, Slot] = {}
    for number, slot in zip(numbers, slots, strict=True):
        first = seen.setdefault(number, slot)
        if first is not slot and number:
            reader.wrong(slot, f"Line {number} stands in {first.cell} already. Give each line a number of its own.")
