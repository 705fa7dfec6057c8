"""Writes the sheets of the fiscal workbook: facts in blue, formulas with what they come to, sums above the headings."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import accumulate
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.fiscal.workbook import SheetRows
from models.fiscal.workbook_cells import (
    ASIDE,
    FIRST_ROW,
    HEADING_ROW,
    SUMS_ROW,
    Cell,
    Formula,
    Given,
    Kind,
    Layout,
    Value,
)
from models.shared.money import to_decimal
from tasks.adapters.export import EXCEL_ROWS, ExportRefused
from tasks.adapters.fiscal.workbook_colors import color
from tasks.adapters.spreadsheets import safe_cell

_NUMBERS = {
    Kind.TEXT: "@", Kind.LONG: "@", Kind.NAME: "@",
    Kind.MONEY: "#,##0.00", Kind.SHARE: "0.0%", Kind.POINTS: "+0.0%;-0.0%;0.0%",
    Kind.RATIO: "0.00", Kind.WHOLE: "#,##0", Kind.DECIMAL: "0.0#", Kind.DAY: "mm/dd/yyyy", Kind.MONTH: "mmm yyyy",
}  # fmt: skip
_LEFT = (Kind.TEXT, Kind.LONG, Kind.NAME, Kind.DAY, Kind.MONTH)
_BLUE, _GREY = "#0B3D91", "#808080"
_EPOCH = date(1899, 12, 30)
# The note above a table is as wide as a screen shows, in characters.
_NOTE_WIDTH, _LINE = 110, 15


class Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._add = book.add_format
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#404040"})
        self.label = book.add_format({"bold": True, "valign": "top"})
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1, "bg_color": "#E8EDF3"}
        self._left, self._right = (book.add_format(head | side) for side in ({"indent": 1}, {"align": "right"}))
        self.far = book.add_format({"bg_color": "#F8C9C4", "font_color": "#7A0C00"})
        self.over = book.add_format({"bg_color": "#FFF0B3", "font_color": "#5C4400"})
        self.cell = cache(self._cell)

    def heading(self, kind: Kind) -> Format:
        """How the heading of such a column looks: on the side on which its cells begin."""
        return self._left if kind in _LEFT else self._right

    def _cell(self, kind: Kind, tone: str = "") -> Format:
        """How a cell of a kind looks: `given` a fact, `sum` a sum, `aside` what only formulas need."""
        look: dict[str, Any] = {"num_format": _NUMBERS[kind], "valign": "top", "bottom": 1, "bottom_color": "#DDE3EA"}
        if kind in _LEFT:
            # Without it a text touches the number before it.
            look |= {"align": "left", "indent": 1, "text_wrap": kind is Kind.LONG, "shrink": kind is Kind.NAME}
        tones: dict[str, dict[str, Any]] = {
            "given": {"font_color": _BLUE}, "aside": {"font_color": _GREY}, "sum": {"bold": True},
        }  # fmt: skip
        return self._add(look | tones.get(tone, {}))


def write_sheet(book: Workbook, sheet: SheetRows, looks: Looks, title: str) -> None:
    """Write one sheet whole. Raises ExportRefused where Excel cannot hold it."""
    if sheet.count + FIRST_ROW > EXCEL_ROWS:
        raise ExportRefused(f"Excel holds {EXCEL_ROWS:,} rows and the sheet {sheet.layout.name} would have more.")
    layout, page = sheet.layout, book.add_worksheet(sheet.layout.name, Page)
    for at, column in enumerate(layout.columns):
        page.set_column(at, at, column.width)
    _write_above(page, layout, looks, title)
    rows: Iterable[Sequence[Cell]] = sheet.rows
    if layout.sums:
        rows = list(rows)
        _write_sums(page, layout, looks, rows)
    if any(column.heading for column in layout.columns):
        page.set_row(HEADING_ROW - 1, 46)
        for at, column in enumerate(layout.columns):
            page.write_string(HEADING_ROW - 1, at, column.heading, looks.heading(column.kind))
        page.autofilter(HEADING_ROW - 1, 0, HEADING_ROW - 1 + sheet.count, len(layout.columns) - 1)
    for row, cells in enumerate(rows, FIRST_ROW - 1):
        _fit_row(page, layout, row, cells)
        for at, cell in enumerate(cells):
            _write(page, layout, looks, (row, at), cell)
    color(page, layout, sheet.count, (looks.far, looks.over))
    _arrange(page, layout, sheet.count, title)


class Page(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas have only functions that every Excel knows, which half of all work would look for."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.lstrip("{=").rstrip("}")


@cache
def _lines_of(text: str, width: int) -> int:
    return len(wrap(text, width))


def _fit_row(page: Worksheet, layout: Layout, row: int, cells: Sequence[Cell]) -> None:
    """Make a row as high as its longest text is wrapped: not every program does it by itself."""
    lines = 1
    for column, cell in zip(layout.columns, cells, strict=True):
        if column.kind is Kind.LONG and isinstance(cell, str):
            lines = max(lines, _lines_of(cell, column.width - 3))
    if lines > 1:
        page.set_row(row, _LINE * lines)


def _write_above(page: Worksheet, layout: Layout, looks: Looks, title: str) -> None:
    page.set_row(0, 22)
    page.write_string(0, 0, title if layout.note == "" else f"{title}: {layout.name.lower()}", looks.title)
    if not layout.note:
        return
    sums = list(accumulate(column.width for column in layout.columns))
    last = next((at for at, width in enumerate(sums) if width >= _NOTE_WIDTH), len(sums) - 1)
    if layout.pages > 1:
        # The columns that are on each of its pages.
        last = layout.fixed - 1
    page.set_row(1, _LINE * -(-len(layout.note) // (sums[last] - 4)) + 4)
    page.merge_range(1, 0, 1, last, layout.note, looks.note)


def _write_sums(page: Worksheet, layout: Layout, looks: Looks, rows: Sequence[Sequence[Cell]]) -> None:
    """The sums of what a filter leaves, where they stay in view."""
    page.write_string(SUMS_ROW - 1, 0, "Sum of the rows shown", looks.label)
    last = FIRST_ROW + max(len(rows), 1) - 1
    for key in layout.sums:
        at, letter = layout.position(key), layout.letter(key)
        kind = layout.columns[at].kind
        found = sum(value for row in rows if isinstance(value := _value(row[at]), int | Fraction))
        # A sum has more digits than its parts.
        width = len(f"{_number(found, kind):,.2f}") + 2 if kind is Kind.MONEY else 0
        page.set_column(at, at, max(width, layout.columns[at].width))
        _formula(
            page, (SUMS_ROW - 1, at), Formula(f"=SUBTOTAL(109,{letter}{FIRST_ROW}:{letter}{last})", found), kind,
            looks.cell(kind, "sum"),
        )  # fmt: skip


def _value(cell: Cell) -> Value:
    return cell.value if isinstance(cell, Formula | Given) else cell


def _write(page: Worksheet, layout: Layout, looks: Looks, where: tuple[int, int], cell: Cell) -> None:
    column = layout.columns[where[1]]
    tone = "given" if column.key in layout.inputs else "aside" if column.key in ASIDE else ""
    if isinstance(cell, Formula):
        kind = cell.kind or column.kind
        _formula(page, where, cell, kind, looks.cell(kind, tone))
        return
    kind, value = (cell.kind, cell.value) if isinstance(cell, Given) else (column.kind, cell)
    look = looks.cell(kind, tone)
    if value is None:
        page.write_blank(*where, None, look)
    elif isinstance(value, str):
        # As text, never guessed to be a number, a link or a formula.
        if page.write_string(*where, str(safe_cell(value)), look) != 0:
            raise ExportRefused(f"{layout.name}, row {where[0] + 1}: the text is too long for Excel.")
    elif isinstance(value, date):
        page.write_datetime(*where, value, look)
    else:
        page.write_number(*where, _number(value, kind), look)


def _formula(page: Worksheet, where: tuple[int, int], cell: Formula, kind: Kind, look: Format) -> None:
    value: Any = cell.value
    if value is None:
        value = ""
    elif isinstance(value, date):
        value = (value - _EPOCH).days
    elif not isinstance(value, str):
        value = _number(value, kind)
    if cell.is_array:
        page.write_array_formula(*where, *where, f"{{{cell.text}}}", look, value)
    else:
        page.write_formula(*where, cell.text, look, value)


def _number(value: int | Fraction | Decimal, kind: Kind) -> int | float | Decimal:
    """Dollars of cents; exact where decimals can be."""
    if isinstance(value, int):
        return to_decimal(value) if kind is Kind.MONEY else value
    exact = Fraction(value) / (100 if kind is Kind.MONEY else 1)
    if kind is Kind.MONEY and (exact * 100).denominator == 1:
        return Decimal(int(exact * 100)).scaleb(-2)
    return int(exact) if exact.denominator == 1 else float(exact)


def _arrange(page: Worksheet, layout: Layout, count: int, title: str) -> None:
    """Headings and first columns stay in view and are on each printed page."""
    page.freeze_panes(FIRST_ROW - 1 if layout.note else 2, layout.fixed)
    # Numbers of contracts and codes are text on purpose.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{EXCEL_ROWS}"})
    page.set_landscape()
    page.set_paper(1)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(layout.pages, 0)
    page.set_footer(f"&L{title}: &A&RPage &P of &N")
    if layout.note:
        page.repeat_rows(HEADING_ROW - 1)
    if layout.pages > 1:
        page.repeat_columns(0, layout.fixed - 1)
    shown = [column for column in layout.columns if column.key not in ASIDE]
    page.print_area(0, 0, FIRST_ROW + max(count, 1) - 2, len(shown) - 1)
