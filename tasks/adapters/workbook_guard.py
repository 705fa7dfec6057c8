"""Looks into a workbook before it is opened: one that is cut short, locked or would fill the memory is refused."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from tasks.adapters.file_limits import MEGABYTE, Limits, UnreadableFile

_CHUNK = 1 << 20
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d{1,9})[^>]*(?<!/)>")
_UNPLACED_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])(?![^>]*\sr\s*=)[^>]*(?<!/)>")
_OTHER_ARCHIVES = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "content.xml": "a LibreOffice file",
}
_LAST_SECTOR = 0xFFFFFFFA
# Records of the old Excel format (BIFF) that hold a value, each starting with row and column. MS-XLS 2.4.
_CELL_RECORDS = {0x06, 0x206, 0x406, 0xBD, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E}
_SHEET_BEGINS, _EXTENT, _MANY_NUMBERS, _LOCKED = 0x809, 0x200, 0xBD, 0x2F


def locked(name: str) -> UnreadableFile:
    """The error for a workbook that needs a password."""
    return UnreadableFile(
        f"{name} is protected with a password. Open it in Excel, remove the password (File, Info, "
        "Protect Workbook), save it, and import the new copy."
    )


def cut_short(name: str) -> UnreadableFile:
    """The error for a file of which a part is missing or makes no sense."""
    return UnreadableFile(
        f"{name} is damaged or cut short: a part of the file is missing. Download or save it again "
        "and import the new copy."
    )


def _too_large(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} {why}. No list of this office is that large, and the file may be harmful: do not open it; "
        "ask its sender for a plain copy."
    )


def _no_spreadsheet(name: str, kind: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is {kind}, not an Excel workbook. Open it, save the list as an Excel workbook (.xlsx) or CSV, "
        "and import that."
    )


def check_xlsx(data: bytes, name: str, limits: Limits) -> None:
    """Raises UnreadableFile unless the bytes are a whole, unlocked XLSX workbook within the limits.

    Every part is unpacked here piece by piece, since the sizes that a zip directory states can lie.
    """
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise cut_short(name) from error
    _check_kind([part.filename for part in parts], name)
    if any(part.flag_bits & 1 for part in parts):
        raise locked(name)
    stated = sum(part.file_size for part in parts)
    if len(parts) > limits.max_parts or stated > limits.max_unpacked_bytes:
        raise _too_large(name, f"says it unpacks to {len(parts):,} parts and {stated // MEGABYTE:,} MB")
    left, cells = limits.max_unpacked_bytes, 0
    for part in parts:
        size, area = _check_part(data, part, name, limits, left)
        left, cells = left - size, cells + area
    if cells > limits.max_cells:
        raise _too_large(name, f"has {cells:,} cells on its sheets")


def _check_kind(names: list[str], name: str) -> None:
    for start, kind in _OTHER_ARCHIVES.items():
        if any(part.startswith(start) for part in names):
            raise _no_spreadsheet(name, kind)
    if not any(part.startswith("xl/") for part in names):
        raise _no_spreadsheet(name, "a zip archive")


def _check_part(data: bytes, part: zipfile.ZipInfo, name: str, limits: Limits, left: int) -> tuple[int, int]:
    """Unpacks one part; returns its true size in bytes and, where it is a sheet, the cells of its rectangle."""
    size, tail, rows, columns = 0, b"", 0, 0
    for piece in _pieces(data, part, name):
        size += len(piece)
        if size > left or (size > MEGABYTE and size > limits.max_ratio * max(part.compress_size, 1)):
            packed = f"{part.compress_size:,} bytes"
            raise _too_large(name, f"holds a part of {packed} that unpacks to more than {size // MEGABYTE:,} MB")
        text = tail + piece
        cells = _FILLED_CELL.findall(text)
        rows = max([rows, *map(int, {row for _, row in cells})])
        columns = max([columns, *map(_column, {letters for letters, _ in cells})])
        _check_area(rows, columns, name, limits)
        if _UNPLACED_CELL.search(text):
            raise UnreadableFile(
                f"{name} does not say where its cells stand. Open it in Excel, save it, and import the new copy."
            )
        # A tag that the piece cuts in two is looked at again with the next piece.
        tail = text[text.rfind(b"<") :][-2000:]
    return size, rows * columns


def _pieces(data: bytes, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The unpacked bytes of one part, up to a megabyte at a time, to the true end of its stream."""
    header = data[part.header_offset : part.header_offset + 30]
    if len(header) < 30 or not header.startswith(b"PK\3\4"):
        raise cut_short(name)
    begin = part.header_offset + 30 + sum(struct.unpack_from("<HH", header, 26))
    packed = data[begin : begin + part.compress_size]
    if len(packed) < part.compress_size or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise cut_short(name)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (packed[at : at + _CHUNK] for at in range(0, len(packed), _CHUNK))
        return
    stream = zlib.decompressobj(-15)
    try:
        while packed and not stream.eof:
            yield stream.decompress(packed, _CHUNK)
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise cut_short(name) from error
    if not stream.eof:
        raise cut_short(name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - 64
    return number


def _check_area(rows: int, columns: int, name: str, limits: Limits) -> None:
    if rows * columns > limits.max_cells:
        raise UnreadableFile(
            f"{name} has a filled cell far outside the list (row {rows:,}, column {columns:,}): "
            f"more than {limits.max_cells:,} cells would have to be read. Copy the list alone into a new workbook, "
            "save it, and import that."
        )


def check_xls(data: bytes, name: str, limits: Limits) -> None:
    """Raises UnreadableFile unless the bytes are a whole, unlocked XLS workbook within the limits.

    Source of the layout: MS-CFB (the container) and MS-XLS (the records).
    """
    try:
        container = _CompoundFile(data)
        if "EncryptedPackage" in container.entries:
            raise locked(name)
        title = next((t for t in ("Workbook", "Book") if t in container.entries), None)
        if title is None:
            raise _no_spreadsheet(name, "another kind of Office file")
        book = container.read(title)
    except (struct.error, IndexError, KeyError, _Broken) as error:
        raise cut_short(name) from error
    _check_records(book, name, limits)


class _Broken(Exception):
    """A sector is missing, or a chain of sectors runs in a circle."""


class _CompoundFile:
    """Just enough of Microsoft's compound file to find one stream: sectors chained by a table."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in (9, 12):
            raise _Broken
        self.size = 1 << shift
        directory, self.cutoff, small, _, more, _ = struct.unpack_from("<I4xIIIII", data, 48)
        tables = list(struct.unpack_from("<109I", data, 76))
        while more < _LAST_SECTOR and len(tables) * self.size < len(data):
            found = _numbers(self.sector(more))
            tables += found[:-1]
            more = found[-1]
        self.table = [n for number in tables if number < _LAST_SECTOR for n in _numbers(self.sector(number))]
        self.small_table = _numbers(self.stream(small))
        listing = self.stream(directory)
        self.entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(listing), 128):
            length = max(struct.unpack_from("<H", listing, at + 64)[0] - 2, 0)
            title = listing[at : at + length].decode("utf-16-le", "replace")
            self.entries[title] = struct.unpack_from("<II", listing, at + 116)

    def sector(self, number: int) -> bytes:
        """One sector; the last of a file may be short. Raises _Broken where the file ends before it."""
        found = self.data[(number + 1) * self.size : (number + 2) * self.size]
        if not found:
            raise _Broken
        return found

    def stream(self, start: int) -> bytes:
        """The sectors from `start` to the end of their chain."""
        return b"".join(self.sector(number) for number in _chain(self.table, start))

    def read(self, title: str) -> bytes:
        """The bytes of a stream; a short one lies in 64-byte pieces of the root entry's stream."""
        start, length = self.entries[title]
        if length >= self.cutoff:
            found = self.stream(start)
        else:
            pieces = self.stream(self.entries["Root Entry"][0])
            found = b"".join(pieces[at * 64 : at * 64 + 64] for at in _chain(self.small_table, start))
        if len(found) < length:
            raise _Broken
        return found[:length]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chain(table: Sequence[int], number: int) -> Iterator[int]:
    """Sector numbers from the first to the last."""
    for _ in range(len(table) + 1):
        if number >= _LAST_SECTOR:
            return
        yield number
        number = table[number]
    raise _Broken


def _check_records(book: bytes, name: str, limits: Limits) -> None:
    at = rows = columns = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if kind == _LOCKED:
            raise locked(name)
        if kind == _SHEET_BEGINS:
            rows = columns = 0
        elif kind == _EXTENT and length in (10, 14) and at + 4 + length <= len(book):
            layout = "<IIHH" if length == 14 else "<HHHH"
            first_row, end_row, first_column, end_column = struct.unpack_from(layout, book, at + 4)
            if not (first_row <= end_row <= 65_536 and first_column <= end_column <= 256):
                raise cut_short(name)
        elif kind in _CELL_RECORDS and length >= 6 and at + 4 + length <= len(book):
            row, column = struct.unpack_from("<HH", book, at + 4)
            if kind == _MANY_NUMBERS:
                column = max(column, struct.unpack_from("<H", book, at + 2 + length)[0])
            if row >= rows or column >= columns:
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                _check_area(rows, columns, name, limits)
        at += 4 + length
