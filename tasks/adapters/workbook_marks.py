"""Finds what the reader of a workbook's values hides: formulas, errors, percentages, rows and columns not shown."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from xml.parsers import expat

from models.shared.sheet_cells import Mark
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.workbook_guard import cut_short

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CHUNK = 1 << 20
# Two percentages are built in (ECMA-376 part 1, 18.8.30); of any other the sign counts unless it is a printed word.
_PERCENT_FORMATS = ("9", "10")
_SHOWN_AS_IS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^]]*\]')
# A formula can fill an area. A real list has a handful of those; each one is asked for every amount.
_MOST_AREAS = 1_000
Area = tuple[int, int, int, int]


@dataclass
class SheetMarks:
    """The marks of one sheet: single cells by row and column (both from 0), and areas that one formula fills.

    Rows with a cell that are not shown, and the first and last of columns that are not.
    """

    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    areas: set[Area] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

    def at(self, row: int, column: int) -> Mark | None:
        """What the cell is besides its value."""
        found = self.cells.get((row, column))
        if found in (Mark.FORMULA, Mark.ERROR):
            return found
        if any(t <= row <= b and left <= column <= right for t, left, b, right in self.areas):
            return Mark.FORMULA
        if row in self.hidden_rows:
            return Mark.HIDDEN_ROW
        return Mark.HIDDEN_COLUMN if any(a <= column <= b for a, b in self.hidden_columns) else found


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
            percent = _percent_looks(book, name)
            found = {title: _scan(book, part, percent, name) for title, part in _sheet_parts(book, name)}
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


def _targets(book: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """What the workbook is made of: the kind of each part and where it lies in the archive, by its id."""
    return {
        keys["Id"]: (posixpath.basename(keys["Type"]), _within(keys["Target"]))
        for tag, keys in _elements(book, "xl/_rels/workbook.xml.rels", name)
        if tag == "Relationship"
    }


def _within(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _sheet_parts(book: zipfile.ZipFile, name: str) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part of the archive that holds it."""
    targets = _targets(book, name)
    for tag, keys in _elements(book, "xl/workbook.xml", name):
        if tag == "sheet":
            yield keys["name"], targets[keys["id"]][1]


def _percent_looks(book: zipfile.ZipFile, name: str) -> frozenset[str]:
    """The numbers of the looks (cell formats) that show a value as a percentage."""
    formats, looks, within = set(_PERCENT_FORMATS), list[str](), ""
    parts = [part for kind, part in _targets(book, name).values() if kind == "styles"]
    for tag, keys in chain.from_iterable(_elements(book, part, name) for part in parts):
        if tag == "numFmt" and "%" in _SHOWN_AS_IS.sub("", keys.get("formatCode", "")):
            formats.add(keys.get("numFmtId", ""))
        within = tag if tag in ("cellStyleXfs", "cellXfs") else within
        if tag == "xf" and within == "cellXfs":
            looks.append(keys.get("numFmtId", ""))
    return frozenset(str(number) for number, shape in enumerate(looks) if shape in formats)


def _scan(book: zipfile.ZipFile, part: str, percent: frozenset[str], name: str) -> SheetMarks:
    marks, place, is_hidden = SheetMarks(), (0, 0), False
    for tag, keys in _elements(book, part, name):
        if tag == "col" and _is_hidden(keys, "width"):
            marks.hidden_columns.append((int(keys["min"]) - 1, int(keys["max"]) - 1))
        elif tag == "row":
            is_hidden = _is_hidden(keys, "ht")
        elif tag == "c":
            place = _place(keys.get("r", ""))
            if is_hidden:
                marks.hidden_rows.add(place[0])
            _mark_cell(marks, place, keys, percent)
        elif tag == "f":
            _mark_formula(marks, place, keys)
        if len(marks.areas) > _MOST_AREAS:
            raise UnreadableFile(f"{name} has too many formulas. Copy the values alone into the template and send it.")
    return marks


def _is_hidden(keys: Mapping[str, str], extent: str) -> bool:
    """Whether a row or column is not shown: so marked, or without any height or width."""
    return keys.get("hidden") in ("1", "true") or float(keys.get(extent, 1)) == 0


def _mark_cell(marks: SheetMarks, place: tuple[int, int], keys: Mapping[str, str], percent: frozenset[str]) -> None:
    if keys.get("t") == "e":
        marks.cells[place] = Mark.ERROR
    elif keys.get("s", "0") in percent and keys.get("t", "n") == "n":
        marks.cells[place] = Mark.PERCENT


def _mark_formula(marks: SheetMarks, place: tuple[int, int], keys: Mapping[str, str]) -> None:
    marks.cells[place] = Mark.FORMULA
    # The other cells of the area hold values alone.
    if keys.get("t") in ("array", "dataTable") and "ref" in keys:
        corners = keys["ref"].split(":")
        marks.areas.add((*_place(corners[0]), *_place(corners[-1])))


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
