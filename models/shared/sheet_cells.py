"""Cells of the files that providers fill: amounts, dates, numbers and words, or one clear sentence with the cell."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from models.shared.file_mistakes import Mistake
from models.shared.money import MoneyError, to_cents

Word = TypeVar("Word", bound=StrEnum)
# A reason or an address is shorter; what is longer was pasted into the wrong cell. Source: convention.
LONGEST_TEXT = 2_000
_LARGEST_NUMBER = 1_000_000
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
# What Excel makes of 2026-10, and what people write.
_MONTHS = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y", "%b-%y")
# A date outside these years is a slip of the keyboard.
_YEARS = range(1990, 2100)
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
# Signs that nobody sees, and halves of signs that cannot be stored.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
# `1.234,56` and `1234,56`: a comma before the cents, as some countries write it.
_COMMA_CENTS = re.compile(r"[^\d]*[\d.\s]*\d,\d{1,2}\D*", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(\.\d{1,2})?|\.\d{1,2}", re.ASCII)
_MONTH_EXAMPLE = "Write the year and the month, for example 2026-10."
_EXAMPLE = "Write dollars and cents, for example 1234.50."


class Mark(StrEnum):
    """What a cell of a workbook is besides its value.

    Worked out by a formula, an error such as #REF!, shown as a share of a hundred, or in a row or column that is not
    shown at all.
    """

    FORMULA = "formula"
    ERROR = "error"
    PERCENT = "percent"
    HIDDEN_ROW = "hidden row"
    HIDDEN_COLUMN = "hidden column"


@dataclass(frozen=True, slots=True)
class Slot:
    """One value as the file gives it, and its place: sheet and cell, or the words for it in a file without sheets."""

    value: object
    sheet: str
    cell: str
    mark: Mark | None = None

    @property
    def is_worked_out(self) -> bool:
        """Whether the spreadsheet put the value there, or failed to."""
        return self.mark in (Mark.FORMULA, Mark.ERROR)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in; a formula without a stored result was."""
        if self.is_worked_out or not isinstance(self.value, str):
            return not self.is_worked_out and (self.value is None or self.value == [])
        return not self.value or words(self.value) == ""


def words(value: object) -> str:
    """A value as text: trimmed, single spaces, without signs that nobody sees; a whole number without decimals."""
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return " ".join(value.split())
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return " ".join(_INVISIBLE.sub("", str("" if value is None else value)).split())


def squash(title: object) -> str:
    """Letters and digits alone, without case: what two wordings of one title have in common."""
    return _squashed(words(title))


@lru_cache(maxsize=4_096)
def _squashed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def quoted(value: object) -> str:
    """A value between quotation marks, cut where it is long."""
    text = words(value)
    return f"“{text}”" if len(text) <= 40 else f"“{text[:40]}…”"


@dataclass
class CellReader:
    """Reads slots and keeps every mistake. After a mistake an answer means nothing: the form is not made."""

    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, slot: Slot, text: str) -> None:
        """Keep one mistake at its place."""
        self.mistakes.append(Mistake(slot.sheet, slot.cell, text))

    def amount(self, slot: Slot, name: str) -> int:
        """Whole cents; the amount must be there."""
        if self._is_missing(slot, name, _EXAMPLE) or self._is_marked(slot, f"the {name}"):
            return 0
        if isinstance(slot.value, str) and len(slot.value) < 40 and _COMMA_CENTS.fullmatch(words(slot.value)):
            self.wrong(slot, f"{quoted(slot.value)} can be read in two ways. Write a point before the cents and no "
                             "comma there, for example 1234.56.")  # fmt: skip
            return 0
        try:
            # As it is written: a sign that is not seen is not left out of an amount.
            return to_cents(slot.value if isinstance(slot.value, int | float | Decimal) else str(slot.value))
        except MoneyError as error:
            unseen = isinstance(slot.value, str) and _INVISIBLE.search(slot.value)
            said = f"{quoted(slot.value)} holds a sign that cannot be seen" if unseen else str(error)
            self.wrong(slot, f"{said}. {_EXAMPLE}")
            return 0

    def not_negative(self, slot: Slot, name: str) -> int:
        """Whole cents, none below zero; the amount must be there."""
        cents = self.amount(slot, name)
        if cents < 0:
            self.wrong(slot, f"The {name} is negative. Write it without a sign.")
        return cents

    def whole(self, slot: Slot, name: str) -> int:
        """A whole number from 0 on; it must be there."""
        if self._is_missing(slot, name, "Write a whole number.") or self._is_marked(slot, f"the {name}"):
            return 0
        text = words(slot.value)
        if isinstance(slot.value, bool) or not re.fullmatch(r"\d{1,7}", text, re.ASCII) or int(text) > _LARGEST_NUMBER:
            self.wrong(slot, f"{quoted(slot.value)} is not a whole number for the {name}. Write digits alone.")
            return 0
        return int(text)

    def counting(self, slot: Slot, name: str) -> int:
        """A whole number from 1 on; it must be there."""
        before = len(self.mistakes)
        number = self.whole(slot, name)
        if number < 1 and len(self.mistakes) == before:
            self.wrong(slot, f"The {name} cannot be 0. Numbers begin with 1.")
        return number

    def number(self, slot: Slot, name: str) -> Decimal:
        """A number from 0 on with two decimals at most, such as full-time equivalents; it must be there."""
        if self._is_missing(slot, name, "Write a number, for example 12.5.") or self._is_marked(slot, f"the {name}"):
            return Decimal(0)
        text = words(slot.value)
        if isinstance(slot.value, bool) or not _NUMBER.fullmatch(text) or Decimal(text) > _LARGEST_NUMBER:
            self.wrong(slot, f"{quoted(slot.value)} is not a number for the {name}. Write digits, and a point before "
                             "one or two decimals, for example 12.5.")  # fmt: skip
            return Decimal(0)
        return Decimal(text)

    def month(self, slot: Slot, name: str) -> date | None:
        """The first day of a month: 2026-10, 10/2026, October 2026, or any date in it; it must be there."""
        if self._is_missing(slot, name, _MONTH_EXAMPLE) or self._is_marked(slot, f"the {name}"):
            return None
        found = slot.value.date() if isinstance(slot.value, datetime) else slot.value
        if not isinstance(found, date):
            found = _parsed(words(slot.value), (*_MONTHS, *_DATES)) if isinstance(slot.value, str) else None
        if found is None or found.year not in _YEARS:
            self.wrong(slot, f"{quoted(slot.value)} is not a month. {_MONTH_EXAMPLE}")
            return None
        return found.replace(day=1)

    def day(self, slot: Slot, name: str) -> date | None:
        """A date of the spreadsheet, 2026-10-05, or 10/05/2026 with the month first; None where nothing is written."""
        if slot.is_empty or self._is_marked(slot, f"the {name}"):
            return None
        found = slot.value.date() if isinstance(slot.value, datetime) else slot.value
        if not isinstance(found, date):
            found = _parsed(words(slot.value)) if isinstance(slot.value, str) else None
        if found is None:
            self.wrong(slot, f"{quoted(slot.value)} is not a date for the {name}. Write the year, month and day, for "
                             "example 2026-10-05, or the month first: 10/05/2026.")  # fmt: skip
        elif found.year not in _YEARS:
            self.wrong(slot, f"{found.isoformat()} cannot be the {name}. Correct the year.")
            return None
        return found

    def text(self, slot: Slot, name: str) -> str:
        """Words; empty where nothing is written."""
        if slot.mark is Mark.ERROR:
            self._is_marked(slot, f"the {name}")
            return ""
        if isinstance(slot.value, date | time | timedelta):
            self.wrong(slot, f"The spreadsheet has made a date or a time of the {name}. Format the cell as text and "
                             "write it again.")  # fmt: skip
            return ""
        if isinstance(slot.value, dict | list):
            self.wrong(slot, f"The {name} must be words or a number, not a list.")
            return ""
        found = words(slot.value)
        if len(found) > LONGEST_TEXT:
            self.wrong(slot, f"The {name} has {len(found):,} characters. Shorten it to {LONGEST_TEXT:,} at most.")
        return found

    def needed_text(self, slot: Slot, name: str) -> str:
        """Words that must be there."""
        return "" if self._is_missing(slot, name, "Fill it in.") else self.text(slot, name)

    def word(self, slot: Slot, known: type[Word], name: str) -> Word | None:
        """One of the known words, whatever its capitals and blanks; it must be there."""
        found = next((word for word in known if squash(word) == squash(slot.value)), None)
        if slot.is_empty or slot.is_worked_out or found is None:
            self.wrong(slot, f"{quoted(slot.value)} is not a known {name}. Known: {', '.join(known)}.")
        return found

    def yes_no(self, slot: Slot, name: str) -> bool:
        """An answer; no where nothing is written."""
        answer = words(slot.value).casefold()
        if slot.mark is Mark.ERROR or (answer and answer not in _YES | _NO):
            self.wrong(slot, f"{quoted(slot.value)} is neither yes nor no for the {name}. Write yes or no.")
        return answer in _YES

    def order(self, start: date | None, end: date | None, slot: Slot) -> None:
        """Keep a mistake where services end before they begin; `slot` is where the end stands."""
        if start and end and end < start:
            self.wrong(slot, f"Services end on {end.isoformat()}, before they begin on {start.isoformat()}. "
                             "Correct one of the two dates.")  # fmt: skip

    def _is_missing(self, slot: Slot, name: str, remedy: str) -> bool:
        if slot.is_empty:
            self.wrong(slot, f"The {name} is missing. {remedy}")
        return slot.is_empty

    def _is_marked(self, slot: Slot, what: str) -> bool:
        if slot.mark is Mark.FORMULA:
            self.wrong(slot, f"A formula stands where {what} is asked, and its result can change. Write the value "
                             "itself in place of the formula.")  # fmt: skip
        elif slot.mark is Mark.ERROR:
            self.wrong(slot, f"The cell shows an error of the spreadsheet, such as #REF!. Write {what} itself.")
        elif slot.mark is Mark.PERCENT:
            self.wrong(slot, f"The cell shows {what} as a percentage. Format the cell as a number and write {what} "
                             "itself.")  # fmt: skip
        return slot.is_worked_out or slot.mark is Mark.PERCENT


@lru_cache(maxsize=4_096)
def _parsed(written: str, patterns: tuple[str, ...] = _DATES) -> date | None:
    for pattern in patterns:
        try:
            return datetime.strptime(written, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
