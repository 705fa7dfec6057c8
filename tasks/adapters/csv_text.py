"""Text tables: CSV and its relatives in any encoding, with any line end and any of four delimiters."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from tasks.adapters.file_limits import UnreadableFile

DELIMITERS = ",\t;|"
# One cell of prose has a few line breaks; a record of this many lines is a quotation mark that was never closed.
LONGEST_RECORD = 200
_END = "\x1e"
# The name of the handler of errors that reads single bytes of Windows.
WINDOWS = "steward-windows"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPED = re.compile(r"[\udc80-\udcff]")
_BINARY = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")
SEPARATOR_LINE = re.compile(r"sep=([,;|\t])\n")
_POSSESSIVE = re.compile(r"(s|t|d|m|re|ve|ll)\b", re.IGNORECASE)


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-16 or UTF-8 if it is that, else Windows or Mac Roman.

    The same bytes always give the same text. Raises UnicodeDecodeError only for broken UTF-16 or UTF-32.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding)
    wide = _wide_encoding(data[:4096])
    if wide:
        return data.decode(wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _mended_utf8(data) or _single_byte(data)


def codec_of(sample: bytes) -> tuple[str, str]:
    """Encoding and error handler in which a stream is read as `decode` reads a file, told by a part of it.

    The part should hold what is not ASCII, in whole lines. With this handler no byte of a stream is an error.
    """
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, WINDOWS if encoding == "utf-8-sig" else "replace"
    if wide := _wide_encoding(sample[:4096]):
        return wide, "replace"
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        if not _mended_utf8(sample):
            return ("mac_roman" if _single_byte(sample) == sample.decode("mac_roman") else "cp1252"), WINDOWS
    return "utf-8", WINDOWS


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """A byte that its encoding does not know, as Windows has it; one that Windows does not know either, as Latin 1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error(WINDOWS, _as_windows)


def _wide_encoding(sample: bytes) -> str:
    """UTF-16 without a mark shows as a zero byte in every second place."""
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) / half > 0.4:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) / half > 0.4 else ""


def _mended_utf8(data: bytes) -> str:
    """UTF-8 with a few Windows bytes pasted into it; empty when the file is not mostly UTF-8."""
    text = data.decode("utf-8", "surrogateescape")
    strange = len(_ESCAPED.findall(text))
    if len(_NOT_ASCII.findall(text)) < 3 * strange:
        return ""
    return _ESCAPED.sub(lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _single_byte(data: bytes) -> str:
    """Windows (cp1252) or Mac Roman, whichever puts more letters and marks where words have them."""
    mac = data.decode("mac_roman")
    try:
        windows = data.decode("cp1252")
    except UnicodeDecodeError:
        return mac
    difference = _plausibility(mac) - _plausibility(windows)
    if difference == 0:
        # Bare carriage returns come from Excel for Mac.
        return mac if data.count(b"\r") > data.count(b"\n") else windows
    return mac if difference > 0 else windows


def _plausibility(text: str) -> int:
    return sum(
        _fits(text[match.start() - 1 : match.start()], match[0], text[match.end() : match.end() + 3])
        for match in islice(_NOT_ASCII.finditer(text), 20_000)
    )


def _fits(before: str, sign: str, after: str) -> int:
    """How well one accented letter or typographic sign fits between its neighbours: positive or negative."""
    following = after[:1]
    if sign == "’":
        return _apostrophe_fits(before, after)
    if sign in "“‘":
        return 2 if not before.isalnum() and following.isalnum() else -2
    if sign == "”":
        return 2 if before and not before.isspace() and not following.isalnum() else -2
    if sign in "–—":
        return 2 if before.isspace() or (before.isdigit() and following.isdigit()) else -1
    if sign in "\u00a0…•®©™°½¼¾§":
        return 1
    if not ("À" <= sign <= "ÿ" or sign in "ŒœŠšŽžŸ") or sign in "×÷":
        return -2
    if sign.isupper():
        return -3 if before.islower() else (1 if following.isalpha() else -1)
    return 2 if before.isalpha() or following.isalpha() else -1


def _apostrophe_fits(before: str, after: str) -> int:
    if not before.isalpha():
        return -1
    if _POSSESSIVE.match(after) or not after[:1].isalnum():
        return 3
    return 3 if before in "ODLN" and after[:1].isupper() else -1


def read_rows(data: bytes, name: str) -> list[list[str]]:
    """The rows of a text table as lists of text, row n of the spreadsheet at index n - 1.

    Raises UnreadableFile for bytes that are no text and for a quotation mark that is never closed.
    """
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name} is cut short or damaged: its text cannot be read. Save it again.") from error
    # Zero bytes and the old end-of-file mark carry nothing.
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\x1a")
    if len(_BINARY.findall(text[:100_000])) > 20:
        raise UnreadableFile(
            f"{name} is neither a spreadsheet nor a text table. Open it in the program it came from, "
            "save it as an Excel workbook (.xlsx) or CSV, and import that."
        )
    named = SEPARATOR_LINE.match(text)
    if named:
        # Excel's own hint in the first line; the line stays as an empty row, so that row numbers agree.
        return [[], *_records(text[named.end() :], named[1], name)]
    return _records(text, delimiter_of(text), name)


def delimiter_of(text: str) -> str:
    """The delimiter that gives the most rows the same number of columns, and the most columns."""

    def score(delimiter: str) -> int:
        reader = csv.reader(sample, delimiter=delimiter, skipinitialspace=True)
        try:
            widths = Counter(len(record) for record in reader if len(record) > 1)
        except csv.Error:
            return 0
        return max((rows * (width - 1) for width, rows in widths.items()), default=0)

    sample = text[:200_000].split("\n")[:300]
    return max(DELIMITERS, key=score)


def _records(text: str, delimiter: str, name: str) -> list[list[str]]:
    try:
        rows = list(_reader(text, delimiter, name, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise UnreadableFile(_unclosed(name)) from error
        rows = _loose_records(text, delimiter, name)
    _check_swallowed(rows, delimiter, name)
    return rows


def _loose_records(text: str, delimiter: str, name: str) -> list[list[str]]:
    """`"Acme" Foundation, Inc.` is not proper CSV, but its meaning is plain."""
    try:
        *rows, last = _reader(text.rstrip("\n") + "\n" + _END, delimiter, name, strict=False)
    except csv.Error as error:
        raise UnreadableFile(_unclosed(name)) from error
    if last != [_END]:
        raise UnreadableFile(_unclosed(name))
    return rows


def _check_swallowed(rows: list[list[str]], delimiter: str, name: str) -> None:
    """A stray quotation mark that a later one closes hides the rows between: they stand whole inside one cell."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if width > 3 and "\n" in cell and any(w.count(delimiter) == width - 1 for w in cell.split("\n")[1:-1]):
                raise UnreadableFile(_unclosed(name, f"row {number}"))


def _reader(text: str, delimiter: str, name: str, *, strict: bool) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=strict)
    line = 0
    for number, record in enumerate(reader, start=1):
        if reader.line_num - line > LONGEST_RECORD:
            raise UnreadableFile(_unclosed(name, f"row {number}"))
        line = reader.line_num
        yield record


def _unclosed(name: str, where: str = "a row") -> str:
    return (
        f"{name} has a quotation mark in {where} that is never closed or closed too late, so its rows cannot be told "
        "apart. Open it in Excel, correct that row, save it again, and import the new copy."
    )
