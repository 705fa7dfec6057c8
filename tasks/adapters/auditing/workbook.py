"""Several tables in one go: sheets of one XLSX file, or CSV files beside each other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from models.shared.documents import sha256
from tasks.adapters.export import (
    EXCEL_ROWS,
    TABLES,
    ExportRefused,
    TableHead,
    _arrange,
    _write_heading,
    _writer,
    check_target,
    write_table,
    written_whole,
)


@dataclass(frozen=True)
class Sheet:
    """One table: its heading, and its rows, which are asked for one after the other while it is written."""

    head: TableHead
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Exported:
    """What was written: the files with their SHA-256, and what was counted on the way."""

    files: dict[str, str]
    counts: dict[str, Any]


def write_sheets(path: Path, sheets: Sequence[Sheet]) -> tuple[dict[str, str], list[int]]:
    """Write tables as the file's ending says; returns each file's SHA-256, and how many rows each table has.

    A CSV file holds one table, so the second and later ones stand beside it under names of their own. Raises
    ExportRefused.
    """
    check_target(path, TABLES)
    if path.suffix.lower() == ".csv":
        names = [path, *(beside(path, sheet.head.title) for sheet in sheets[1:])]
        counts = [write_table(name, sheet.head, sheet.rows) for name, sheet in zip(names, sheets, strict=True)]
        return {str(name): file_sha256(name) for name in names}, counts
    with written_whole(path) as part:
        book = Workbook(part, {"constant_memory": True})
        try:
            head = sheets[0].head
            book.set_properties({"title": head.title, "created": head.made_at.astimezone(UTC).replace(tzinfo=None)})
            counts = [_write_sheet(book, sheet) for sheet in sheets]
        finally:
            book.close()
    return {str(path): file_sha256(path)}, counts


def beside(path: Path, title: str) -> Path:
    """The name of a further CSV table: `duties.csv`, `duties-signatures.csv`."""
    return path.with_name(f"{path.stem}-{re.sub(r'[^a-z0-9]+', '-', title.casefold()).strip('-')}{path.suffix}")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return sha256(path.read_bytes())


def _write_sheet(book: Workbook, sheet: Sheet) -> int:
    page, columns = book.add_worksheet(sheet.head.title[:31]), sheet.head.columns
    writers = [_writer(page, column, book) for column in columns]
    _write_heading(book, page, columns)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        if count >= EXCEL_ROWS:
            raise ExportRefused(f"Excel holds {EXCEL_ROWS:,} rows and there are more. Export to .csv instead.")
        for position, (write, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None:
                write(count, position, value)
    _arrange(page, columns, count)
    return count
