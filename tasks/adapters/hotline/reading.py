"""Reads files of contacts row by row, however large: CSV and its relatives, JSON lists, JSON lines; any encoding."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO

from models.hotline.contact_columns import Columns, UnknownLayout, columns_of, columns_of_keys
from models.hotline.contact_file import RowProblem, contact_of
from models.hotline.forms import ContactForm, Layout
from tasks.adapters.csv_text import SEPARATOR_LINE, codec_of, delimiter_of
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.hotline.csv_records import BrokenRecord, read_records
from tasks.adapters.spreadsheets import refuse_others

_CHUNK, _SAMPLE, _HEAD = 1 << 20, 2 << 20, 200_000
# One object of JSON that is not closed within so many characters is no contact.
_LONGEST_OBJECT = 4 << 20
_WORKBOOKS = (b"PK\3\4", b"PK\5\6", b"\xd0\xcf\x11\xe0")
_NAMES_NOT_USED = 60

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row by its number: the contact in it, or what keeps it out and in which column; it quotes nobody."""

    number: int
    contact: ContactForm | None
    column: str = ""
    reason: str = ""
    layout: Layout = Layout.PLAIN


@dataclass
class ContactFile:
    """A file of contacts. `rows` can be walked once; `layouts` and `not_used` (headings) are known after that."""

    rows: Iterator[ReadRow] = field(default_factory=lambda: iter(()))
    layouts: set[str] = field(default_factory=set)
    not_used: dict[str, None] = field(default_factory=dict)

    def note(self, columns: Columns) -> None:
        """Keep what the first headings said: of JSON, a name that later objects have may be somebody's words."""
        if not self.layouts:
            self.not_used.update(dict.fromkeys(columns.not_used[:_NAMES_NOT_USED]))
        self.layouts.add(columns.layout.value)


def read_contacts(opener: Opener, name: str) -> ContactFile:
    """The contacts of a file, which is opened several times and never in memory as a whole. Raises UnreadableFile."""
    with opener() as file:
        head = file.read(4096)
    if not head.strip():
        raise UnreadableFile(f"{name} is empty. Download or save it again and import the new copy.")
    if head.startswith(_WORKBOOKS):
        raise UnreadableFile(f"{name} is a workbook. Save its table as CSV (UTF-8) and import that.")
    refuse_others(head, name)
    encoding, errors = codec_of(_sample(opener))

    def text() -> TextIO:
        return io.TextIOWrapper(opener(), encoding, errors, newline="")

    with text() as opened:
        start = opened.read(_HEAD)
    found = ContactFile()
    if start.lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
        found.rows = _json_rows(text, found)
    else:
        found.rows = _table_rows(text, start, found, name)
    return found


def _sample(opener: Opener) -> bytes:
    """What of a file tells its encoding: its beginning, or whole lines that are not ASCII."""
    lines: list[bytes] = []
    size = 0
    with opener() as file:
        first = chunk = file.read(_CHUNK)
        if first[:2] in (b"\xff\xfe", b"\xfe\xff") or first.startswith(b"\xef\xbb\xbf") or b"\0" in first[:64]:
            return first[:4096]
        end = b"\r" if first.count(b"\r") > first.count(b"\n") else b"\n"
        while chunk and size < _SAMPLE:
            if not chunk.isascii():
                # The first and the last line of a chunk may be cut in the middle of a letter.
                whole = chunk.split(end)[0 if chunk is first else 1 : None if len(chunk) < _CHUNK else -1]
                lines += [line for line in whole if not line.isascii()]
                size = sum(map(len, lines))
            chunk = file.read(_CHUNK)
    return end.join(lines) if lines else first[:4096]


def _table_rows(text: Callable[[], TextIO], start: str, found: ContactFile, name: str) -> Iterator[ReadRow]:
    plain = start.replace("\r\n", "\n").replace("\r", "\n")
    named = SEPARATOR_LINE.match(plain)
    delimiter = named[1] if named else delimiter_of(plain)
    headings = plain[named.end() if named else 0 :].partition("\n")[0]
    records = read_records(text, delimiter, spaced=f"{delimiter} " in headings)
    columns: Columns | None = None
    for number, record in records:
        if isinstance(record, BrokenRecord):
            if columns is None:
                raise UnreadableFile(f"{name} has headings that cannot be told apart. Save it again as CSV.")
            yield ReadRow(number, None, "", record.reason)
        elif not any(record) or (number == 1 and named):
            continue
        elif columns is None:
            columns = _headings(record, name)
            found.note(columns)
        else:
            yield _table_row(number, record, columns)
    if columns is None:
        raise UnreadableFile(f"{name} has no headings. Its first row must name the columns.")


def _headings(record: list[str], name: str) -> Columns:
    try:
        return columns_of([cell.lstrip("\ufeff") for cell in record])
    except UnknownLayout as error:
        raise UnreadableFile(f"{name}: {error}") from error


def _table_row(number: int, record: list[str], columns: Columns) -> ReadRow:
    if len(record) == columns.width:
        return _row(number, {name: record[place] for place, name in columns.places}, columns)
    if len(record) > columns.width and any(record[columns.width :]):
        return ReadRow(number, None, "", _TOO_MANY)
    there = {name: record[place] for place, name in columns.places if place < len(record)}
    if "text" in columns.headings and "text" not in there:
        return ReadRow(number, None, "", _TOO_FEW)
    return _row(number, there, columns)


_TOO_MANY = (
    "The row has more cells than there are headings: a text with a comma or a quotation mark in it must stand in "
    "quotation marks, and those inside it be doubled."
)
_TOO_FEW = "The row has fewer cells than there are headings; its text is missing."


def _row(number: int, values: Mapping[str, Any], columns: Columns) -> ReadRow:
    try:
        return ReadRow(number, contact_of(values, columns.layout), layout=columns.layout)
    except RowProblem as problem:
        heading = columns.headings.get(problem.column, problem.column)
        return ReadRow(number, None, heading, f"{heading} {problem}")


def _json_rows(text: Callable[[], TextIO], found: ContactFile) -> Iterator[ReadRow]:
    for number, item in enumerate(_json_items(text), 1):
        if isinstance(item, _Broken):
            yield ReadRow(number, None, "", item.reason)
        elif not isinstance(item, dict):
            yield ReadRow(number, None, "", "This is no object with the columns of a contact.")
        else:
            try:
                columns = columns_of_keys(tuple(item))
            except UnknownLayout as error:
                yield ReadRow(number, None, "", str(error))
                continue
            found.note(columns)
            cells = list(item.values())
            yield _row(number, {name: cells[place] for place, name in columns.places}, columns)


@dataclass(frozen=True)
class _Broken:
    reason: str


_NOT_JSON = _Broken(
    "From here on the file is no JSON: it may be cut short. Nothing after this was read; get the whole file and import "
    "it, what is here already is not doubled."
)


def _json_items(text: Callable[[], TextIO]) -> Iterator[Any]:
    """What a list of JSON holds, or lines of JSON, one after the other; the last is `_Broken` where it breaks off."""
    decoder, buffer, place, more = json.JSONDecoder(strict=False), "", 0, True
    with text() as opened:
        while True:
            place = _past_blanks(buffer, place)
            if place < len(buffer):
                try:
                    item, place = decoder.raw_decode(buffer, place)
                    yield item
                    continue
                except (ValueError, RecursionError):
                    if not more or len(buffer) - place > _LONGEST_OBJECT:
                        yield _NOT_JSON
                        return
            elif not more:
                return
            read = opened.read(_CHUNK)
            buffer, place, more = buffer[place:] + read, 0, bool(read)


_OPENS = frozenset("[,] \t\r\n\ufeff")


def _past_blanks(buffer: str, place: int) -> int:
    """The next place that is neither blank, comma nor bracket of the list."""
    while place < len(buffer) and buffer[place] in _OPENS:
        place += 1
    return place
