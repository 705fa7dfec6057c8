"""The table of City holidays: against the rules it rests on, the seeding script, and days that are known."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.seed_holidays import CONFIRMED, TABLE, YEARS, is_closed, table
from tasks.adapters.policy import calendar

MONDAY, TUESDAY, THURSDAY = 0, 1, 3

with TABLE.open(newline="", encoding="utf-8") as source:
    ROWS = list(csv.DictReader(source))
NAMES = {date.fromisoformat(row["date"]): row["name"] for row in ROWS}


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`-th such weekday of a month; -1 for the last one."""
    days = [day for n in range(31) if (day := date(year, month, 1) + timedelta(n)).month == month]
    return [day for day in days if day.weekday() == weekday][number if number < 0 else number - 1]


def kept_on(day: date) -> date:
    """The weekday on which the City keeps a holiday: Friday for a Saturday, Monday for a Sunday."""
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def expected(year: int) -> set[date]:
    """The City's holidays of a year from the bulletin's own words, without any library."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25), *([(6, 19)] if year >= 2022 else [])]
    moving = [(1, MONDAY, 3), (2, MONDAY, 3), (5, MONDAY, -1), (9, MONDAY, 1), (10, MONDAY, 2), (11, THURSDAY, 4)]
    election = nth(year, 11, MONDAY, 1) + timedelta(1)
    return {kept_on(date(year, *day)) for day in fixed} | {nth(year, *day) for day in moving} | {election}


def test_the_table_holds_just_the_days_of_the_citys_rules() -> None:
    wanted = set().union(*(expected(year) for year in [*YEARS, YEARS[-1] + 1]))
    assert set(NAMES) == {day for day in wanted if day.year in YEARS}


def test_the_table_is_what_the_seeding_script_writes() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


def test_each_row_has_a_weekday_of_its_own_in_order() -> None:
    days = [date.fromisoformat(row["date"]) for row in ROWS]
    assert days == sorted(set(days))
    assert all(day.weekday() < 5 for day in days)


def test_each_row_says_whether_it_is_sourced_or_convention() -> None:
    for row in ROWS:
        kind = "sourced: " if row["date"][:4] <= row["reviewed"][:4] else "convention (rule carried forward): "
        assert row["source"].startswith(kind), row


def test_every_day_that_a_text_of_the_time_confirms_is_in_the_table() -> None:
    assert set(CONFIRMED) <= set(NAMES)


@pytest.mark.parametrize("year", YEARS)
def test_election_day_closes_city_offices_in_every_year(year: int) -> None:
    days = [day for day, name in NAMES.items() if name == "Election Day" and day.year == year]
    assert [(day.weekday(), day.month, 2 <= day.day <= 8) for day in days] == [(TUESDAY, 11, True)]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2010, 12, 31), "New Year's Day (observed)"),
        (date(2017, 11, 10), "Veterans Day (observed)"),
        (date(2020, 7, 3), "Independence Day (observed)"),
        (date(2021, 12, 24), "Christmas Day (observed)"),
        (date(2022, 6, 20), "Juneteenth (observed)"),
        (date(2026, 11, 3), "Election Day"),
    ],
)
def test_offices_are_closed_on_days_known_to_be_holidays(day: date, name: str) -> None:
    assert NAMES[day] == name
    assert not calendar().is_business_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2016, 2, 12),  # Lincoln's Birthday
        date(2022, 2, 11),  # the same, where the State would keep a Saturday's
        date(2023, 2, 15),  # Susan B. Anthony Day
        date(2021, 6, 18),  # Juneteenth, the year before the City took it up
        date(2026, 11, 27),  # the Friday after Thanksgiving
    ],
)
def test_offices_are_open_on_days_that_other_lists_call_holidays(day: date) -> None:
    assert calendar().is_business_day(day)


@given(st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)))
def test_a_day_is_a_business_day_unless_it_is_a_weekend_or_in_the_table(day: date) -> None:
    assert calendar().is_business_day(day) == (day.weekday() < 5 and day not in NAMES)


def test_a_holiday_that_nobody_has_decided_on_stops_the_seeding() -> None:
    with pytest.raises(ValueError, match=r"Decide on it in seed_holidays\.py"):
        is_closed(date(2030, 3, 1), "Founders Day")
