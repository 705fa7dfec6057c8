"""Reads the files in which Checkbook NYC lists what the City paid: CSV of its data feeds, XML of its API."""

import re
from datetime import date
from pathlib import Path

from models.payments.spending import SpendingList, payments_from_table
from models.payments.spending_xml import payments_from_xml
from tasks.adapters.csv_text import decode
from tasks.adapters.file_limits import MEGABYTE, Limits, UnreadableFile
from tasks.adapters.sent_files import refused_as_mistake
from tasks.adapters.spreadsheets import read_sheets

# One answer of the API has 1,000 rows (about 1 MB); a year of one agency's spending stays far below. Source: CBQ.
LIMITS = Limits(max_bytes=50 * MEGABYTE)
_WORKBOOK = (b"PK\3\4", b"PK\5\6", b"\xd0\xcf\x11\xe0")
_BLANK_OR_MARK = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_WEB_PAGE = re.compile(rb"<(!doctype|html|head|body|table|meta|script)", re.IGNORECASE)


def read_spending(path: Path, *, name: str = "", today: date | None = None) -> SpendingList:
    """The payments of a file, told by its content to be XML or a text table. Raises FormError.

    `name` is what the sender called the file. Rejected rows are in the list beside those that were read; with a day,
    those that are dated after it are among them.
    """
    name = name or path.name
    with refused_as_mistake():
        start = _read(path, name, 4096)
        if start.startswith(_WORKBOOK):
            # Excel makes numbers of document ids and other dates of dates; the source itself has neither fault.
            raise UnreadableFile(f"{name} is a workbook. Download the spending from Checkbook NYC as CSV or XML.")
        if not _is_xml(start):
            return payments_from_table(read_sheets(path, limits=LIMITS, name=name)[0], today)
        return payments_from_xml(_text(_read(path, name, LIMITS.max_bytes + 1), name), name, today)


def _read(path: Path, name: str, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened ({error.strerror}). Check the name and the folder.") from error


def _is_xml(start: bytes) -> bool:
    """Markup that is no web page, in whatever encoding."""
    seen = start.replace(b"\0", b"").lstrip(_BLANK_OR_MARK)
    return seen.startswith(b"<") and not _WEB_PAGE.match(seen)


def _text(data: bytes, name: str) -> str:
    if len(data) > LIMITS.max_bytes:
        raise UnreadableFile(
            f"{name} is larger than {LIMITS.max_bytes // MEGABYTE} MB. Ask for fewer rows at a time, for example by "
            "month, and bring several files."
        )
    try:
        # Blanks before an XML declaration are no XML, and a mark in front of it is no part of it.
        return decode(data).lstrip("\ufeff \t\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{name} is cut short or damaged: its text cannot be read. Download it again.") from error
