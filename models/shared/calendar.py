"""Calendar days and City business days: two kinds of clock that must never be mixed up."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
# In English whatever the machine's language is.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class DayKind(StrEnum):
    """How a clock counts: every day, or only the days on which City offices are open."""

    CALENDAR = "calendar"
    BUSINESS = "business"


@dataclass(frozen=True)
class CityCalendar:
    """City holidays as data. `holidays` maps each day off to its name."""

    holidays: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def _weekday_holidays(self) -> list[date]:
        return sorted(day for day in self.holidays if day.weekday() < 5)

    def is_business_day(self, day: date) -> bool:
        """True on weekdays that are no City holiday."""
        return day.weekday() < 5 and day not in self.holidays

    def next_business_day(self, day: date) -> date:
        """The day itself when offices are open, else the first open day after it."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def add_business_days(self, start: date, count: int) -> date:
        """The `count`-th business day after `start`, before it when negative; zero rolls a closed day forward."""
        if count == 0:
            return self.next_business_day(start)
        day = _add_weekdays(start, count)
        off = self._holidays_passed(start, day)
        # Each holiday passed costs one weekday more, which may pass further holidays.
        while off:
            start, day = day, _add_weekdays(day, off if count > 0 else -off)
            off = self._holidays_passed(start, day)
        return day

    def _holidays_passed(self, start: date, end: date) -> int:
        """Holidays on weekdays between the two days: with `end`, without `start`."""
        off = self._weekday_holidays
        if end < start:
            return bisect_left(off, start) - bisect_left(off, end)
        return bisect_right(off, end) - bisect_right(off, start)

    def business_days_between(self, start: date, end: date) -> int:
        """Business days after `start` up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.business_days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        days = weeks * 5 + sum((start + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
        return days - self._holidays_passed(start, end)


def _add_weekdays(start: date, count: int) -> date:
    """The `count`-th Monday-to-Friday day after `start`, before it when negative; `count` is not zero."""
    weekday = start.weekday()
    if count < 0:
        # Backwards a weekend counts from the Monday after it, forwards from the Friday before it.
        day, weekday = (start, weekday) if weekday < 5 else (start + timedelta(days=7 - weekday), 0)
        weeks, rest = divmod(-count, 5)
        return day - timedelta(days=7 * weeks + rest + (2 if rest > weekday else 0))
    day, weekday = (start, weekday) if weekday < 5 else (start - timedelta(days=weekday - 4), 4)
    weeks, rest = divmod(count, 5)
    return day + timedelta(days=7 * weeks + rest + (2 if rest > 4 - weekday else 0))


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February."""
    return months_after(day, 12 * years)


def due_date(start: date, length: int, kind: DayKind, calendar: CityCalendar, *, roll: bool = False) -> date:
    """The last day of a clock that starts on `start`; `roll` moves a closed last day to the next open one."""
    if kind is DayKind.BUSINESS:
        return calendar.add_business_days(start, length)
    day = start + timedelta(days=length)
    return calendar.next_business_day(day) if roll else day


def new_york_date(moment: datetime) -> date:
    """The date on the wall in New York at an aware moment."""
    return moment.astimezone(NEW_YORK).date()


def start_of_day(day: date) -> datetime:
    """Midnight in New York at the start of `day`, in UTC."""
    return datetime.combine(day, time(), NEW_YORK).astimezone(UTC)


def fiscal_year(day: date) -> int:
    """City fiscal year (1 July to 30 June, named by its end). Source: City Charter s. 226 (K1)."""
    return day.year + 1 if day.month >= 7 else day.year


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """First and last day of a City fiscal year. Source: City Charter s. 226 (K1)."""
    return date(year - 1, 7, 1), date(year, 6, 30)


def long_date(day: date) -> str:
    """`November 3, 2026`: for letters."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
