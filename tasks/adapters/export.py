"""Writes tables that leave the house as CSV or XLSX: whole or not at all, the same bytes for the same rows."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.shared.calendar import NEW_YORK
from models.shared.money import plain, to_decimal
from tasks.adapters.spreadsheets import safe_cell

EXCEL_ROWS = 1_048_576
TABLES = (".csv", ".xlsx")


class ExportRefused(ValueError):
    """The file cannot be written; the message says why and what to do."""


class Shape(StrEnum):
    """What a column holds: money in whole cents, a date, a moment (shown in New York), a whole number, a decimal."""

    TEXT = "text"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    WHOLE = "whole"
    DECIMAL = "decimal"


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it holds, and its width in characters."""

    heading: str
    shape: Shape = Shape.TEXT
    width: int = 12


@dataclass(frozen=True)
class TableHead:
    """What a table is called and which columns it has. `made_at` is the one date in the file's properties."""

    title: str
    columns: Sequence[Column]
    made_at: datetime


_FORMATS = {
    Shape.TEXT: "@",
    Shape.MONEY: "#,##0.00",
    Shape.DAY: "yyyy-mm-dd",
    Shape.MOMENT: "yyyy-mm-dd hh:mm",
    Shape.WHOLE: "#,##0",
    Shape.DECIMAL: "#,##0.00",
}


def check_target(path: Path, endings: Sequence[str]) -> None:
    """Raises ExportRefused when nothing can be written there: another ending, a missing folder, a folder's name."""
    if path.suffix.lower() not in endings:
        raise ExportRefused(f"{path.name} must end in {' or '.join(endings)}. Choose another name.")
    if path.is_dir():
        raise ExportRefused(f"{path} is a folder. Name a file in it.")
    if not path.parent.is_dir():
        raise ExportRefused(f"There is no folder {path.parent}. Create it first, or choose another.")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside `path` to write into; it takes the name of `path` when all is written, else it is removed.

    Raises ExportRefused where the folder or the disk does not let us write.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    except (OSError, FileCreateError) as error:
        why = getattr(error, "strerror", None) or error
        raise ExportRefused(f"{path} cannot be written ({why}). Choose another folder.") from error
    finally:
        part.unlink(missing_ok=True)


def write_table(path: Path, head: TableHead, rows: Iterable[Sequence[Any]]) -> int:
    """Write rows, one value a column, as the file's ending says; returns how many. Raises ExportRefused."""
    check_target(path, TABLES)
    write = _write_xlsx if path.suffix.lower() == ".xlsx" else _write_csv
    with written_whole(path) as part:
        return write(part, head, rows)


def _write_csv(part: Path, head: TableHead, rows: Iterable[Sequence[Any]]) -> int:
    shapes, count = [column.shape for column in head.columns], 0
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([safe_cell(column.heading) for column in head.columns])
        for row in rows:
            writer.writerow([_as_text(value, shape) for value, shape in zip(row, shapes, strict=True)])
            count += 1
    return count


def _as_text(value: Any, shape: Shape) -> Any:
    if value is None:
        return ""
    match shape:
        case Shape.MONEY:
            return plain(value)
        case Shape.DAY:
            return value.isoformat()
        case Shape.MOMENT:
            return f"{value.astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}"
        case Shape.TEXT:
            return safe_cell(str(value))
    return value


def _write_xlsx(part: Path, head: TableHead, rows: Iterable[Sequence[Any]]) -> int:
    # Rows go to the disk one after the other, so that the memory does not grow with their number.
    book = Workbook(part, {"constant_memory": True})
    try:
        book.set_properties({"title": head.title, "created": head.made_at.astimezone(UTC).replace(tzinfo=None)})
        sheet = book.add_worksheet(head.title[:31])
        writers = [_writer(sheet, column, book) for column in head.columns]
        _write_heading(book, sheet, head.columns)
        count = 0
        for count, row in enumerate(rows, 1):
            if count >= EXCEL_ROWS:
                raise ExportRefused(f"Excel holds {EXCEL_ROWS:,} rows and there are more. Export to .csv instead.")
            for position, (write, value) in enumerate(zip(writers, row, strict=True)):
                if value is not None:
                    write(count, position, value)
        _arrange(sheet, head.columns, count)
    finally:
        book.close()
    return count


def _write_heading(book: Workbook, sheet: Worksheet, columns: Sequence[Column]) -> None:
    style = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EDF3"})
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(0, position, str(safe_cell(column.heading)), style)


def _writer(sheet: Worksheet, column: Column, book: Workbook) -> Callable[[int, int, Any], None]:
    """How a column's values are written: text as text, never guessed to be a number, a link or a formula."""
    style = book.add_format({"num_format": _FORMATS[column.shape]})
    match column.shape:
        case Shape.MONEY:
            return lambda row, at, cents: _number(sheet, row, at, to_decimal(cents), style)
        case Shape.DAY:
            return lambda row, at, day: _date(sheet, row, at, day, style)
        case Shape.MOMENT:
            return lambda row, at, moment: _date(sheet, row, at, _wall_clock(moment), style)
        case Shape.TEXT:
            return lambda row, at, text: _text(sheet, row, at, column, str(text), style)
    return lambda row, at, number: _number(sheet, row, at, number, style)


def _number(sheet: Worksheet, row: int, at: int, value: int | Decimal, style: Format) -> None:
    sheet.write_number(row, at, value, style)


def _date(sheet: Worksheet, row: int, at: int, value: date, style: Format) -> None:
    sheet.write_datetime(row, at, value, style)


def _text(sheet: Worksheet, row: int, at: int, column: Column, text: str, style: Format) -> None:
    if sheet.write_string(row, at, str(safe_cell(text)), style) != 0:
        raise ExportRefused(
            f"Row {row + 1}, column “{column.heading}”: the text is too long for Excel. Export to .csv instead."
        )


def _wall_clock(moment: datetime) -> datetime:
    return moment.astimezone(NEW_YORK).replace(tzinfo=None)


def _arrange(sheet: Worksheet, columns: Sequence[Column], rows: int) -> None:
    """Heading row and first column stay in view and on each printed page; every column can be filtered."""
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, rows, len(columns) - 1)
    # EINs are text on purpose: without this, Excel flags each of them.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{EXCEL_ROWS}"})
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.fit_to_pages(1, 0)
