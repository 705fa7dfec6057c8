"""The monthly summary from the database: which contacts are a month's, and what people did with them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.hotline.monthly_documents import MonthlySummary, Rate
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.cases import clocks
from tasks.adapters.hotline.month import month_of, unprinted_summary
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.policy import hotline_policy, office
from tests.hotline_decided import decided, worked
from tests.office import stop_clock

MONTH = date(2026, 10, 1)
EARLY, LATE = datetime(2026, 10, 2, 15, tzinfo=UTC), datetime(2026, 11, 1, 3, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(home: Path) -> None:
    stop_clock(2026, 11, 7, 13)


def summaries(month: date = MONTH) -> list[MonthlySummary]:
    policy = hotline_policy().model_copy(update={"small_cell": 0})
    with reading() as session:
        return unprinted_summary(session, month, policy, clocks(), office(), clock.now())


def test_a_month_is_new_york_s_and_nothing_else_is_in_it() -> None:
    decided("A1", received_at=EARLY)
    decided("A2", received_at=LATE)
    decided("A3", received_at=LATE + timedelta(minutes=1))
    decided("A4", received_at=datetime(2026, 10, 1, 3, 59, tzinfo=UTC))
    (made,) = summaries()
    assert (made.contacts, made.last_month, made.year_before, made.year_to_date) == (2, 1, None, None)


def test_timeliness_is_that_of_contacts_as_people_worked_on_them() -> None:
    for number in range(6):
        decided(f"A{number}", received_at=EARLY, duplicate_of="A0" if number == 5 else "")
    worked("A1", first_response_at=EARLY + timedelta(days=14), misroutes=1)
    worked("A2", responded_at=EARLY + timedelta(days=15))
    worked("A3", state="closed", closed_at=EARLY, close_code="withdrawn")
    worked("A4", unit="HOMEBASE", restricted=True)
    (made,) = summaries()
    assert made.timely == Rate(met=1, of=5)
    units = {row.name: row.contacts for row in made.by_unit if row.contacts}
    assert units == {"Cash assistance and SNAP": 5, "Restricted": 1}
    assert made.rates["Repeats, of all contacts"] == Rate(met=1, of=6)
    assert made.rates["Misrouted, of contacts that a unit had"] == Rate(met=1, of=6)


def test_what_was_open_when_the_month_ended_counts_whatever_became_of_it_since() -> None:
    decided("A1", received_at=EARLY)
    decided("A2", received_at=EARLY)
    decided("A3", received_at=datetime(2026, 8, 1, 15, tzinfo=UTC))
    worked("A1", state="closed", closed_at=datetime(2026, 11, 3, 15, tzinfo=UTC))
    worked("A2", state="closed", closed_at=EARLY + timedelta(days=2))
    (made,) = summaries()
    assert [row.count for row in made.backlog if row.count] == [1, 1] and made.oldest_days == 91


def test_reopened_contacts_are_found_in_their_histories() -> None:
    for number in range(3):
        decided(f"A{number}", received_at=EARLY)
        acts = [Happening("closed", "m.ortiz", "", EARLY, {})]
        if number:
            acts.append(Happening("reopened", "m.ortiz", "", EARLY + timedelta(days=number * 20), {}))
        with writing() as session:
            append_batch(session, "hotline", f"A{number}", acts, EARLY)
    (made,) = summaries()
    assert made.rates["Reopened within 30 days, of closed ones"] == Rate(met=1, of=3)


def test_new_tables_of_triage_are_a_break_and_the_first_ones_are_none() -> None:
    decided("A1", received_at=EARLY, decided_at=EARLY)
    decided("A2", received_at=EARLY, decided_at=EARLY + timedelta(days=9), judged_by="b" * 64)
    (made,) = summaries()
    assert [one.day for one in made.breaks if "triage" in one.what] == [date(2026, 10, 11)]


def test_a_month_without_contacts_prints_nothing() -> None:
    decided("A1", received_at=EARLY)
    assert summaries(date(2026, 9, 1)) == []


@pytest.mark.parametrize(("written", "found"), [("", MONTH), ("2026-10", MONTH), ("2025-12", date(2025, 12, 1))])
def test_a_month_is_written_as_year_and_month_or_left_empty(written: str, found: date) -> None:
    assert month_of(written, date(2026, 11, 7)) == found


@pytest.mark.parametrize(("written", "message"), [
    ("October", r"is no month\. Write it as 2026-10"), ("2026-11", "November 2026 is not over yet"),
])  # fmt: skip
def test_a_month_that_is_none_or_not_over_is_answered_with_a_sentence(written: str, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        month_of(written, date(2026, 11, 7))
