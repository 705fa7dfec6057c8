"""Cells of the office's tracker spreadsheets: dates, amounts, answers, or one clear sentence."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from models.shared.money import MoneyError, to_cents

_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d-%b-%Y", "%B %d, %Y")
_YEAR_DAYS = ("%m-%d", "%m/%d", "%B %d", "%b %d")
# A date outside these years is a slip of the keyboard.
_YEARS = range(1990, 2100)
_YES = {"yes", "y", "true", "1", "x"}
_NO = {"no", "n", "false", "0"}


class RowError(ValueError):
    """A row cannot be used; the message says which column and why."""


def day(value: Any, column: str) -> date | None:
    """A date, real or in one of the usual spellings; None for an empty cell."""
    found = value.date() if isinstance(value, datetime) else value
    if not isinstance(found, date):
        written = text(value)
        if not written:
            return None
        found = _parsed(written, _DATES)
    if found is None:
        raise RowError(f"{column}: “{text(value)}” is not a date; write it as 2026-09-30.")
    if found.year not in _YEARS:
        raise RowError(f"{column}: {found.isoformat()} cannot be right; correct the year.")
    return found


def _parsed(written: str, patterns: Sequence[str]) -> date | None:
    for pattern in patterns:
        try:
            return datetime.strptime(written, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def needed_day(value: Any, column: str) -> date:
    """A date that must be there."""
    found = day(value, column)
    if found is None:
        raise RowError(f"{column}: the date is missing.")
    return found


def text(value: Any) -> str:
    """The words of a cell, blanks trimmed; a whole number without its decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value if value is not None else "").split())


def amount(value: Any, column: str) -> int | None:
    """Cents of an amount that cannot be negative; None for an empty cell."""
    cents = change(value, column)
    if cents is not None and cents < 0:
        raise RowError(f"{column}: “{text(value)}” is negative; write the amount without a sign.")
    return cents


def change(value: Any, column: str) -> int | None:
    """Cents by which an amount changes, negative for a decrease; None for an empty cell."""
    if not isinstance(value, int | float) and not text(value):
        return None
    try:
        return to_cents(value)
    except MoneyError as error:
        raise RowError(f"{column}: {error}.") from error


def yes_no(value: Any, column: str) -> bool | None:
    """An answer; None for an empty cell."""
    answer = text(value).casefold()
    if not answer:
        return None
    if answer in _YES | _NO:
        return answer in _YES
    raise RowError(f"{column}: “{text(value)}” is neither yes nor no.")


def code(value: Any) -> str:
    """Words as a name of ours: `Kind set` is `kind_set`."""
    return text(value).casefold().replace(" ", "_").replace("-", "_")


def fiscal_year(value: Any) -> int | None:
    """`2027`, `FY27` or `FY 2027`."""
    year = text(value).upper().removeprefix("FY").strip()
    if not year:
        return None
    if re.fullmatch(r"[0-9]{2}", year):
        year = f"20{year}"
    if re.fullmatch(r"[0-9]{4}", year) and int(year) in _YEARS:
        return int(year)
    raise RowError(f"fiscal year: “{text(value)}” is not a year such as 2027.")


def year_day(value: Any) -> str | None:
    """Month and day; a spreadsheet makes a date of `06-30`, which is read back."""
    if isinstance(value, date):
        return f"{value:%m-%d}"
    written = text(value)
    if not written:
        return None
    # 2000 is a leap year, so that every day of a year is one.
    found = _parsed(f"2000 {written}", [f"%Y {pattern}" for pattern in _YEAR_DAYS])
    if found is None:
        raise RowError(f"fiscal year end: “{written}” is not a month and day such as 06-30.")
    return f"{found:%m-%d}"
