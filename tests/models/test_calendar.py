"""Calendar and business days, fiscal years, and midnight in New York."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.calendar import (
    CityCalendar,
    DayKind,
    due_date,
    fiscal_year,
    fiscal_year_bounds,
    long_date,
    months_after,
    new_york_date,
    start_of_day,
    years_after,
)
from tests.factories import CALENDAR

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(-120, 120)
# Any set of holidays, long runs of them and weekends included.
CALENDARS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 4, 30)), max_size=60).map(
    lambda days: CityCalendar(dict.fromkeys(days, "closed"))
)
NEAR = st.dates(date(2025, 12, 1), date(2026, 5, 31))


def day_by_day(calendar: CityCalendar, start: date, count: int) -> date:
    """The slow and plain way to count business days."""
    step, day = timedelta(days=1 if count > 0 else -1), start
    if count == 0:
        while not calendar.is_business_day(day):
            day += timedelta(days=1)
    for _ in range(abs(count)):
        day += step
        while not calendar.is_business_day(day):
            day += step
    return day


@given(CALENDARS, NEAR, COUNTS)
def test_adding_business_days_equals_counting_them_one_by_one(calendar: CityCalendar, start: date, count: int) -> None:
    assert calendar.add_business_days(start, count) == day_by_day(calendar, start, count)


@given(CALENDARS, NEAR, st.integers(1, 120))
def test_the_business_days_between_are_those_that_were_added(calendar: CityCalendar, start: date, count: int) -> None:
    end = calendar.add_business_days(start, count)
    assert calendar.business_days_between(start, end) == count
    assert calendar.business_days_between(end, start) == -count


@given(CALENDARS, NEAR, NEAR)
def test_business_days_between_equals_counting_them(calendar: CityCalendar, start: date, end: date) -> None:
    first, last = sorted((start, end))
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(calendar.is_business_day(day) for day in days)
    assert calendar.business_days_between(start, end) == (counted if start <= end else -counted)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # Tuesday 1 September 2026 and Labor Day on the 7th.
        (date(2026, 9, 1), 3, date(2026, 9, 4)),
        (date(2026, 9, 1), 4, date(2026, 9, 8)),
        # Friday before Columbus Day, Monday 12 October 2026.
        (date(2026, 10, 9), 1, date(2026, 10, 13)),
        # Election Day, Tuesday 3 November 2026, is a day off (K30).
        (date(2026, 11, 2), 1, date(2026, 11, 4)),
        # From a Saturday the Monday is the first business day; backwards it is the Friday.
        (date(2026, 9, 19), 1, date(2026, 9, 21)),
        (date(2026, 9, 19), -1, date(2026, 9, 18)),
        (date(2026, 9, 8), -1, date(2026, 9, 4)),
        # Christmas and New Year's Day, both Fridays.
        (date(2026, 12, 24), 5, date(2027, 1, 4)),
    ],
)
def test_business_days_pass_over_weekends_and_city_holidays(start: date, count: int, end: date) -> None:
    assert CALENDAR.add_business_days(start, count) == end


def test_zero_business_days_roll_a_closed_day_forward_only() -> None:
    assert CALENDAR.add_business_days(date(2026, 9, 5), 0) == date(2026, 9, 8)
    assert CALENDAR.add_business_days(date(2026, 9, 8), 0) == date(2026, 9, 8)


def test_a_calendar_clock_counts_every_day_and_rolls_only_when_told() -> None:
    # 30 days from Friday 7 August 2026 end on Sunday 6 September; Monday is Labor Day.
    end = due_date(date(2026, 8, 7), 30, DayKind.CALENDAR, CALENDAR)
    assert end == date(2026, 9, 6)
    assert due_date(date(2026, 8, 7), 30, DayKind.CALENDAR, CALENDAR, roll=True) == date(2026, 9, 8)
    assert due_date(date(2026, 8, 7), 30, DayKind.BUSINESS, CALENDAR) == date(2026, 9, 21)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2026, 3, 8), datetime(2026, 3, 8, 5, tzinfo=UTC)),  # clocks go forward at 2:00 on this day
        (date(2026, 3, 9), datetime(2026, 3, 9, 4, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # clocks go back at 2:00 on this day
        (date(2026, 11, 2), datetime(2026, 11, 2, 5, tzinfo=UTC)),
    ],
)
def test_a_day_in_new_york_starts_at_its_own_midnight(day: date, midnight: datetime) -> None:
    assert start_of_day(day) == midnight


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_a_day_begins_at_its_start_and_not_a_moment_before(day: date) -> None:
    start = start_of_day(day)
    assert new_york_date(start) == day
    assert new_york_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(st.dates(date(2009, 1, 1), date(2090, 1, 1)))
def test_a_day_lies_within_its_own_fiscal_year(day: date) -> None:
    first, last = fiscal_year_bounds(fiscal_year(day))
    assert first <= day <= last
    assert fiscal_year(first) == fiscal_year(last) == last.year


def test_the_fiscal_year_turns_on_the_first_of_july() -> None:
    assert fiscal_year(date(2026, 6, 30)) == 2026
    assert fiscal_year(date(2026, 7, 1)) == 2027


def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 7, 20), 6) == date(2027, 1, 20)
    assert months_after(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert years_after(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_a_date_on_paper_is_written_out() -> None:
    assert long_date(date(2026, 11, 3)) == "November 3, 2026"
    assert [long_date(date(2026, m, 1)).split()[0] for m in (1, 5, 12)] == ["January", "May", "December"]
