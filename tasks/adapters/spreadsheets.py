"""Reads spreadsheets from outside, whatever their name says they are; writes tables that open in Excel unharmed."""

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from tasks.adapters.csv_text import read_rows
from tasks.adapters.file_limits import MEGABYTE, Limits, UnreadableFile
from tasks.adapters.workbook_guard import check_xls, check_xlsx, cut_short, locked

Cell = str | int | float | bool | date | datetime | time | timedelta | None

# A spreadsheet program takes a cell that begins with one of these (or their wide forms) for a formula. Source: OWASP.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"SQLite format 3", "a database"),
)
_ZIP, _COMPOUND = (b"PK\3\4", b"PK\5\6"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"[\s\xef\xbb\xbf\xff\xfe]*<(!doctype|html|head|body|table|meta|script|\?xml|!--)", re.IGNORECASE)


class Sheet(NamedTuple):
    """One sheet: its name, and its rows from the first row of the spreadsheet on, so row n is at index n - 1."""

    name: str
    rows: Sequence[Sequence[Cell]]


def read_sheets(path: Path, *, limits: Limits = Limits(), name: str = "") -> list[Sheet]:
    """The visible sheets of an XLSX, XLS, CSV or tab-separated file, told apart by content, not by name.

    `name` is what the sender called the file; it stands in messages, and without its ending it is the sheet name
    of a text table. Macros are not run and formulas give their stored results. Raises UnreadableFile.
    """
    name = name or path.name
    data = _read(path, name, limits)
    if data.startswith(_ZIP):
        check_xlsx(data, name, limits)
        sheets = _open_workbook(data, name)
    elif data.startswith(_COMPOUND):
        check_xls(data, name, limits)
        sheets = _open_workbook(data, name)
    else:
        refuse_others(data, name)
        sheets = [Sheet(Path(name).stem, read_rows(data, name))]
    if sum(len(row) for sheet in sheets for row in sheet.rows) > limits.max_cells:
        raise UnreadableFile(f"{name} has more than {limits.max_cells:,} cells. Split it into several files.")
    if not any(cell not in ("", None) for sheet in sheets for row in sheet.rows for cell in row):
        raise UnreadableFile(f"{name} has no rows: every sheet in it is empty. Save the list again and import that.")
    return sheets


def _read(path: Path, name: str, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened ({error.strerror}). Check the name and the folder.") from error
    if len(data) > limits.max_bytes:
        raise UnreadableFile(
            f"{name} is larger than {limits.max_bytes // MEGABYTE} MB. Remove pictures and other sheets, "
            "or split the list into several files."
        )
    if not data.strip():
        raise UnreadableFile(f"{name} is empty. Download or save it again and import the new copy.")
    return data


def refuse_others(data: bytes, name: str) -> None:
    """Raises UnreadableFile for what is a picture, a PDF, an archive or a web page by its first bytes."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableFile(f"{name} is {kind}, not a spreadsheet. Ask its sender for the Excel or CSV file.")
    start = data[:4096].replace(b"\0", b"")
    if not _MARKUP.match(start):
        return
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise UnreadableFile(
            f"{name} is an old Excel XML table. Open it in Excel, save it as a workbook (.xlsx), and import that."
        )
    raise UnreadableFile(
        f"{name} is a web page, not a spreadsheet: the download may have ended at a sign-in or error page. "
        "Download the file itself, or open this one in Excel and save it as an Excel workbook (.xlsx)."
    )


def _open_workbook(data: bytes, name: str) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            seen = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
            ]
            return [Sheet(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in seen]
    except PasswordError as error:
        raise locked(name) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise cut_short(name) from error
    except BaseException as error:
        # The Rust reader panics on some damaged files, and a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise cut_short(name) from error


def safe_cell(value: Cell) -> Cell:
    """The value for a cell of an export; text that a spreadsheet would run as a formula gets an apostrophe first."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def write_rejects(
    path: Path, rows: Iterable[tuple[int, str, Sequence[object]]], *, header: Sequence[object] = ()
) -> None:
    """Writes (row number, reason, original cells) as CSV that opens in Excel; the file appears whole or not at all.

    `header` names the original columns; corrected in place, the file can be imported itself.
    """
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Row", "Reason", *map(_as_text, header)])
        writer.writerows([number, safe_cell(reason), *map(_as_text, cells)] for number, reason, cells in rows)
    os.replace(part, path)


def _as_text(cell: object) -> Cell:
    """A cell as its sheet showed it: whole numbers without a decimal point, dates as dates."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).upper()
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    return cell if isinstance(cell, int) else safe_cell(str(cell))
