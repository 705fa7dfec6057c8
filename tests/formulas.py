"""Recalculates a workbook's formulas exactly, by a small reading of its own of the functions that they use.

Numbers are fractions, dates their serial numbers, empty cells None. What a formula calls and this does not know is an
error, so nothing goes unchecked.
"""

import operator
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from models.shared.calendar import months_after
from models.shared.money import half_up
from tests.formula_text import Node, Place, letter_of, number_of, parsed, place_of

EPOCH = date(1899, 12, 30)
# A figure that is no whole number of cents is kept as a binary fraction.
NEARLY = Fraction(1, 10**6)
_COMPARE = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_MATH = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


class Cells(dict[Any, Any]):
    """The cells of a range by their rows."""

    @cached_property
    def by_text(self) -> dict[str, list[Any]]:
        """The rows of each text: most of what is looked for is a contract."""
        found: dict[str, list[Any]] = {}
        for row, value in self.items():
            if isinstance(value, str):
                found.setdefault(value.casefold(), []).append(row)
        return found


class Sheets:
    """The cells of a workbook. Of each place: what it holds, and its formula, if it has one."""

    def __init__(self, path: Path) -> None:
        self.held: dict[Place, Any] = {}
        self.formulas: dict[Place, str] = {}
        self._columns: dict[tuple[str, str], list[int]] = {}
        self._known: dict[Place, Any] = {}
        self._whole: dict[tuple[str, str, int, int], Cells] = {}
        with zipfile.ZipFile(path) as book:
            top = ElementTree.fromstring(book.read("xl/workbook.xml"))
            for number, sheet in enumerate(top.iterfind("{*}sheets/{*}sheet"), 1):
                part = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
                for cell in part.iterfind("{*}sheetData/{*}row/{*}c"):
                    self._keep(sheet.attrib["name"], cell)
        named = ((name.attrib["name"], name.text or "") for name in top.iterfind("{*}definedNames/{*}definedName"))
        self.names = {name: place_of(*where.split("!")) for name, where in named if not name.startswith("_")}

    def _keep(self, sheet: str, cell: Any) -> None:
        place, formula, value = place_of(sheet, cell.attrib["r"]), cell.find("{*}f"), cell.find("{*}v")
        texts = "".join(text.text or "" for text in cell.iterfind("{*}is/{*}t"))
        self._columns.setdefault(place[:2], []).append(place[2])
        if formula is not None:
            self.formulas[place] = formula.text
        if cell.attrib.get("t") in ("inlineStr", "str"):
            self.held[place] = texts or (value.text if value is not None else "") or ""
        elif value is not None and value.text:
            self.held[place] = Fraction(value.text)
        else:
            self.held[place] = "" if formula is not None else None

    def change(self, place: Place, value: Any) -> None:
        """Write another fact into a cell; all that follows from it is worked out anew."""
        assert place not in self.formulas, f"{place} is worked out"
        self.held[place] = value
        self._known, self._whole = {}, {}

    def worked_out(self, place: Place) -> Any:
        """What a cell comes to."""
        if place not in self.formulas:
            return self.held.get(place)
        if place not in self._known:
            self._known[place] = self._value(parsed(self.formulas[place].lstrip("={").rstrip("}")), place)
        return self._known[place]

    def column(self, sheet: str, letter: str, first: int = 1, last: int = 1 << 20) -> Cells:
        """What the cells of a column come to, by row; worked out once until something is changed."""
        key = (sheet, letter, first, last)
        if key not in self._whole:
            rows = self._columns.get((sheet, letter), ())
            self._whole[key] = Cells(
                (row, self.worked_out((sheet, letter, row))) for row in rows if first <= row <= last
            )
        return self._whole[key]

    def _value(self, node: Node, here: Place) -> Any:
        kind = node[0]
        if kind == "is":
            return node[1]
        if kind == "cell":
            return self.worked_out((here[0], *node[1:]))
        if kind == "name":
            return self.worked_out(self.names[node[1]])
        if kind == "range":
            return self._range(node, here)
        if kind == "call":
            return self._call(node[1], node[2], here)
        left, right = self._value(node[2], here), self._value(node[3], here)
        return _combined(node[1], left, right)

    def _range(self, node: Node, here: Place) -> Cells:
        sheet, first, top, last, bottom = node[1] or here[0], *node[2:]
        if first == last:
            return self.column(sheet, first, top, bottom)
        found = Cells()
        for number in range(number_of(first), number_of(last) + 1):
            letter = letter_of(number)
            for row, value in self.column(sheet, letter, top, bottom).items():
                found[letter, row] = value
        return found

    def _call(self, name: str, asked: list[Node], here: Place) -> Any:
        if name == "IF":
            test = self._value(asked[0], here)
            if isinstance(test, dict):
                then = self._value(asked[1], here)
                return {row: then.get(row) if is_true else False for row, is_true in test.items()}
            return self._value(asked[1 if test else 2], here)
        return _FUNCTIONS[name](*(self._value(node, here) for node in asked))


def differing(sheets: Sheets) -> dict[Any, tuple[Any, Any]]:
    """The formulas that do not come to what stands beside them."""
    found = {}
    for place in sheets.formulas:
        held, worked_out = sheets.held[place], sheets.worked_out(place)
        if not _same(held, worked_out):
            found[place] = (held, worked_out)
    return found


def _same(held: Any, worked_out: Any) -> bool:
    worked_out = "" if worked_out is None else worked_out
    if isinstance(held, str) or isinstance(worked_out, str):
        return bool(held == worked_out)
    return abs(held - worked_out) <= NEARLY


def _combined(sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, dict):
        return {row: _combined(sign, value, right) for row, value in left.items()}
    if sign == "&":
        return f"{_text(left)}{_text(right)}"
    if sign in _MATH:
        return _MATH[sign](left or Fraction(0) if left is None else left, Fraction(0) if right is None else right)
    left, right = _alike(left, right), _alike(right, left)
    if isinstance(left, str) != isinstance(right, str):
        # A text comes after every number.
        left, right = isinstance(left, str), isinstance(right, str)
    return _COMPARE[sign](left, right)


def _alike(value: Any, other: Any) -> Any:
    """An empty cell is an empty text beside a text, else zero."""
    return ("" if isinstance(other, str) else Fraction(0)) if value is None else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.15g}"


def _meets(value: Any, wanted: Any) -> bool:
    """Whether a cell meets a criterion of SUMIFS."""
    if not isinstance(wanted, str):
        return bool(value == wanted)
    sign = next((sign for sign in ("<=", ">=", "<>", "<", ">") if wanted.startswith(sign)), "")
    rest = wanted[len(sign) :]
    if sign == "<>" and not rest:
        return value not in (None, "")
    if not sign:
        return isinstance(value, str) and value.casefold() == rest.casefold()
    return isinstance(value, Fraction | int) and bool(_COMPARE[sign](value, Fraction(rest)))


def _rows_of(criteria: tuple[Any, ...]) -> Iterator[int]:
    pairs = list(zip(criteria[::2], criteria[1::2], strict=True))
    cells, wanted = pairs[0]
    among = cells.by_text.get(wanted.casefold(), ()) if isinstance(wanted, str) and wanted[0] not in "<>" else cells
    for row in among:
        if all(_meets(cells.get(row), wanted) for cells, wanted in pairs):
            yield row


def _numbers(*given: Any) -> list[Fraction]:
    """The numbers among values and ranges; texts and truths in ranges do not count."""
    flat = [value for one in given for value in (one.values() if isinstance(one, dict) else [one])]
    return [value for value in flat if isinstance(value, Fraction | int) and not isinstance(value, bool)]


def _rounded(value: Fraction, digits: Fraction) -> Fraction:
    scaled = value * 10 ** int(digits)
    return Fraction(half_up(scaled.numerator, scaled.denominator), 10 ** int(digits))


def _sumifs(summed: dict[int, Any], *criteria: Any) -> Fraction:
    return Fraction(sum(_numbers({row: summed.get(row) for row in _rows_of(criteria)})))


def _match(wanted: Any, cells: Cells, kind: Fraction) -> Fraction:
    assert kind == 0
    return Fraction(cells.by_text[wanted.casefold()][0])


def _day(serial: Fraction) -> date:
    return EPOCH + timedelta(days=int(serial))


def _serial(day: date) -> Fraction:
    return Fraction((day - EPOCH).days)


def _month_end(serial: Fraction, months: Fraction) -> Fraction:
    return _serial(months_after(_day(serial).replace(day=1), int(months) + 1) - timedelta(days=1))


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *given: Fraction(sum(_numbers(*given))),
    "SUBTOTAL": lambda kind, cells: Fraction(sum(_numbers(cells))),
    "SUMIFS": _sumifs,
    "COUNTIFS": lambda *criteria: Fraction(sum(1 for _ in _rows_of(criteria))),
    "MIN": lambda *given: min(_numbers(*given), default=Fraction(0)),
    "MAX": lambda *given: max(_numbers(*given), default=Fraction(0)),
    "ROUND": _rounded,
    "ABS": abs,
    "AND": lambda *given: all(given),
    "OR": lambda *given: any(given),
    "INDEX": lambda cells, row: cells.get(int(row)),
    "MATCH": _match,
    "YEAR": lambda serial: Fraction(_day(serial).year),
    "MONTH": lambda serial: Fraction(_day(serial).month),
    "DAY": lambda serial: Fraction(_day(serial).day),
    "EDATE": lambda serial, months: _serial(months_after(_day(serial), int(months))),
    "EOMONTH": _month_end,
}
