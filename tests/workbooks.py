"""Workbooks and text tables on the disk as people send them: made, filled in, looked into, or changed within."""

import csv
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import xlsxwriter
from python_calamine import CalamineWorkbook

Value = str | float | date
Cells = dict[str, Value]


def workbook(path: Path, sheets: Mapping[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "mm/dd/yyyy"}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return path


def text_table(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def with_parts(path: Path, **parts: bytes) -> Path:
    """The workbook with more parts in its archive, or others in place of those it has."""
    with zipfile.ZipFile(path) as book:
        found = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in (found | parts).items():
            book.writestr(name, data)
    return path


def part_of(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as book:
        return book.read(name)


def with_cell(path: Path, old: str, new: str, sheet: int = 2) -> Path:
    """The workbook with another text in place of one in one of its sheets, the one of the lines unless told."""
    part = f"xl/worksheets/sheet{sheet}.xml"
    xml = part_of(path, part).decode()
    assert old in xml
    return with_parts(path, **{part: xml.replace(old, new).encode()})


def rows(path: Path, sheet: str) -> list[list[Any]]:
    """The values of one sheet, the first row of the spreadsheet at index 0."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def sheet_xml(path: Path, sheet: int) -> str:
    """The part of a workbook that holds one of its sheets, the first being 1."""
    return part_of(path, f"xl/worksheets/sheet{sheet}.xml").decode()


def fill(path: Path, sheet: int, cells: Cells) -> None:
    """Write into boxes of the template as Excel does, their looks kept; a box that is not there is an error."""
    xml = sheet_xml(path, sheet)
    for cell, value in cells.items():
        box = re.search(rf'<c r="{cell}" s="(\d+)"/>', xml)
        assert box, f"{cell} is no empty box"
        xml = xml.replace(box[0], _cell(cell, box[1], value))
    with_parts(path, **{f"xl/worksheets/sheet{sheet}.xml": xml.encode()})


def _cell(cell: str, style: str, value: Value) -> str:
    if isinstance(value, str):
        text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
        return f'<c r="{cell}" s="{style}" t="inlineStr">{text}</c>'
    number = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
    return f'<c r="{cell}" s="{style}"><v>{number!r}</v></c>'


def open_cells(path: Path, sheet: int) -> set[str]:
    """The cells that a person can change while the sheet is protected."""
    with zipfile.ZipFile(path) as book:
        formats = ElementTree.fromstring(book.read("xl/styles.xml")).find("{*}cellXfs") or ()
    unlocked = {
        str(number) for number, look in enumerate(formats) if look.find("{*}protection[@locked='0']") is not None
    }
    return {
        cell for cell, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', sheet_xml(path, sheet)) if style in unlocked
    }
