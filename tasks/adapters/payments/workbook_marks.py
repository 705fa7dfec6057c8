"""Finds the cells of a workbook whose value is a formula's result or an error, which the reader of values hides."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

from models.payments.sheet_cells import Mark
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.workbook_guard import cut_short

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CHUNK = 1 << 20
# A formula can fill an area. A real list has a handful of those; each one is asked for every amount.
_MOST_AREAS = 1_000
Area = tuple[int, int, int, int]


@dataclass
class SheetMarks:
    """The marks of one sheet: single cells by row and column (both from 0), and areas that one formula fills."""

    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    areas: set[Area] = field(default_factory=set)

    def at(self, row: int, column: int) -> Mark | None:
        """What the cell is besides its value."""
        found = self.cells.get((row, column))
        if found is None and any(t <= row <= b and left <= column <= right for t, left, b, right in self.areas):
            return Mark.FORMULA
        return found


@dataclass(frozen=True)
class WorkbookMarks:
    """The marks of all sheets of a workbook, by the sheet's name."""

    sheets: dict[str, SheetMarks]

    def mark(self, sheet: str, row: int, column: int) -> Mark | None:
        """What a cell is besides its value; None for a plain one."""
        return self.sheets[sheet].at(row, column) if sheet in self.sheets else None


def read_marks(data: bytes, name: str) -> WorkbookMarks:
    """The marks of a workbook whose parts `check_xlsx` has looked at. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            _refuse_macros(book, name)
            found = {title: _scan(book, part, name) for title, part in _sheet_parts(book, name)}
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, KeyError, NotImplementedError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise cut_short(name) from error
    return WorkbookMarks(found)


def _refuse_macros(book: zipfile.ZipFile, name: str) -> None:
    if any(part.filename.casefold().endswith("vbaproject.bin") for part in book.infolist()):
        raise with_macros(name)


def with_macros(name: str) -> UnreadableFile:
    """The error for a workbook that holds a program."""
    return UnreadableFile(
        f"{name} is a workbook with macros (small programs), which are not taken. Open it in Excel, save it as a "
        "plain Excel workbook (.xlsx), and send that."
    )


def _sheet_parts(book: zipfile.ZipFile, name: str) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part of the archive that holds it."""
    targets = {
        keys["Id"]: keys["Target"]
        for tag, keys in _elements(book, "xl/_rels/workbook.xml.rels", name)
        if tag == "Relationship"
    }
    for tag, keys in _elements(book, "xl/workbook.xml", name):
        if tag == "sheet":
            yield keys["name"], posixpath.normpath(posixpath.join("/xl", targets[keys["id"]])).lstrip("/")


def _scan(book: zipfile.ZipFile, part: str, name: str) -> SheetMarks:
    marks, place = SheetMarks(), (0, 0)
    for tag, keys in _elements(book, part, name):
        if tag == "c":
            place = _place(keys.get("r", ""))
            if keys.get("t") == "e":
                marks.cells[place] = Mark.ERROR
        elif tag == "f":
            marks.cells[place] = Mark.FORMULA
            # The other cells of the area hold values alone.
            if keys.get("t") in ("array", "dataTable") and "ref" in keys:
                corners = keys["ref"].split(":")
                marks.areas.add((*_place(corners[0]), *_place(corners[-1])))
        if len(marks.areas) > _MOST_AREAS:
            raise UnreadableFile(f"{name} has too many formulas. Copy the values alone into the template and send it.")
    return marks


def _place(cell: str) -> tuple[int, int]:
    """Row and column of an address such as D7, both from 0."""
    found = _CELL.fullmatch(cell.replace("$", "").upper())
    if found is None:
        raise ValueError(cell)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _elements(book: zipfile.ZipFile, part: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Tag and attributes, without their namespaces, of each element that begins in a part, in order.

    Two parts of one name are both read: programs differ in which of them counts.
    """
    twins = [info for info in book.infolist() if info.filename.replace("\\", "/").casefold() == part.casefold()]
    if not twins:
        raise cut_short(name)
    for info in twins:
        waiting: list[tuple[str, dict[str, str]]] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = partial(_keep, waiting)
        parser.StartDoctypeDeclHandler = _refuse_document_type
        with book.open(info) as stream:
            while piece := stream.read(_CHUNK):
                parser.Parse(piece, False)
                yield from waiting
                waiting.clear()
        parser.Parse(b"", True)


def _keep(waiting: list[tuple[str, dict[str, str]]], tag: str, keys: dict[str, str]) -> None:
    waiting.append((tag.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in keys.items()}))


def _refuse_document_type(*_: object) -> None:
    """No spreadsheet program writes a document type; with one, a short file can unfold without end."""
    raise ValueError("document type")
