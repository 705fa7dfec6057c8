"""The figures of a month: who counts, in which category, and what nobody can say yet."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.categories import Category, CategoryError, Kind, categories_of, kind_of, parse_categories
from models.hotline.monthly import (
    Around,
    Received,
    count_categories,
    monthly_summary,
    timely,
    top_with_ties,
)
from models.hotline.monthly_documents import MonthlySummary, Rate
from models.hotline.reopened import Turn, reopen_rate
from tests.templates.examples import OFFICE

AT = datetime(2026, 11, 7, 13, tzinfo=UTC)
DAY, MONTH = timedelta(days=1), date(2026, 10, 1)
START, END = datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
TABLE = (
    Category("FAC.HEAT", "Heat", frozenset({"no_heat"}), date(2024, 7, 1)),
    Category("FAC.PEST", "Pests", frozenset({"pests"}), date(2024, 7, 1)),
    Category("BEN.SNAP", "SNAP", frozenset({"snap"}), date(2026, 10, 15)),
)


def received(*signals: str, **changed: Any) -> Received:
    fields: dict[str, Any] = {
        "unit": "FIA", "restricted": False, "language": "en", "channel": "hotline", "answer_by": AT - DAY,
        "answered_at": None, "is_routed": True, "was_misrouted": False, "is_repeat": False,
    }  # fmt: skip
    return Received(signals=frozenset(signals), **fields | changed)


def summary(rows: list[Received], around: Around | None = None, k: int = 10) -> MonthlySummary:
    return monthly_summary(
        rows, around or Around(), TABLE, document_id="HM-2026-10", month=MONTH, made_at=AT, office=OFFICE, k=k
    )


COUNTS = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 6))


@given(COUNTS, st.integers(1, 5))
def test_the_top_has_all_that_are_tied_with_its_last_and_no_other(counts: dict[str, int], top: int) -> None:
    found = top_with_ties(counts, top)
    shown = {name for _, name, _ in found}
    least = min((count for _, _, count in found), default=0)
    assert all(counts[name] < least for name in counts if name not in shown and counts[name])
    assert len(found) >= min(top, sum(1 for count in counts.values() if count))
    assert all(rank == 1 + sum(other > count for other in counts.values()) for rank, _, count in found)
    assert len([1 for _, _, count in found if count > least]) < top


def test_ties_at_rank_twenty_are_all_shown() -> None:
    counts = {f"c{n:02}": 100 - n for n in range(19)} | {"x": 5, "y": 5, "z": 5, "last": 4}
    found = top_with_ties(counts)
    assert [(rank, name) for rank, name, _ in found[19:]] == [(20, "x"), (20, "y"), (20, "z")]


ROWS = st.lists(
    st.builds(
        received, answer_by=st.none() | st.integers(-40, 40).map(lambda n: AT + n * DAY),
        answered_at=st.none() | st.integers(-60, 0).map(lambda n: AT + n * DAY),
    )
)  # fmt: skip


@given(ROWS)
def test_nobody_who_needs_an_answer_drops_out(rows: list[Received]) -> None:
    rate = timely(rows, AT)
    assert rate.of + rate.maturing == sum(row.answer_by is not None for row in rows)
    assert rate.maturing == sum(
        row.answer_by is not None and row.answered_at is None and row.answer_by >= AT for row in rows
    )


@given(ROWS)
def test_waiting_longer_never_makes_more_of_them_timely(rows: list[Received]) -> None:
    now, later = timely(rows, AT), timely(rows, AT + 60 * DAY)
    assert (later.met, later.maturing) == (now.met, 0) and later.of >= now.of


def test_an_answer_in_the_last_second_is_in_time_and_one_after_it_is_not() -> None:
    last = AT - DAY
    rows = [received(answer_by=last, answered_at=last), received(answer_by=last, answered_at=last + DAY / 86_400)]
    assert timely(rows, AT) == Rate(met=1, of=2)


def turns(*told: tuple[str, int]) -> list[Turn]:
    return [Turn("A", event, START + day * DAY) for event, day in told]


@pytest.mark.parametrize(("told", "rate"), [
    ([("closed", 1)], (0, 1, 0)), ([("closed", 1), ("reopened", 20)], (1, 1, 0)),
    ([("closed", 1), ("reopened", 32)], (0, 1, 0)), ([("closed", 20)], (0, 0, 1)),
    ([("closed", 20), ("reopened", 21)], (1, 1, 0)), ([("closed", 1), ("back_to_claimed", 2)], (0, 0, 0)),
    ([("closed", 1), ("reopened", 2), ("back_to_closed", 3)], (0, 1, 0)),
    ([("closed", 1), ("reopened", 2), ("back_to_to_person", 3)], (1, 1, 0)),
    ([("closed", 1), ("reopened", 2), ("closed", 3)], (1, 2, 0)), ([("closed", 35)], (0, 0, 0)),
])  # fmt: skip
def test_closings_of_the_month_that_were_reopened_within_thirty_days(
    told: list[tuple[str, int]], rate: tuple[int, int, int]
) -> None:
    found = reopen_rate(turns(*told), START, END, AT)
    assert (found.met, found.of, found.maturing) == rate


@pytest.mark.parametrize(("signals", "kind"), [
    ({"complaint", "question"}, Kind.COMPLAINT), ({"question", "compliment"}, Kind.QUESTION),
    ({"compliment"}, Kind.COMMENT), ({"snap"}, Kind.UNKNOWN),
])  # fmt: skip
def test_what_somebody_wanted(signals: set[str], kind: Kind) -> None:
    assert kind_of(signals) is kind


def test_a_contact_counts_once_under_each_of_its_categories_and_once_in_the_total() -> None:
    rows = [received("no_heat", "snap"), received("no_heat"), received("court")]
    assert count_categories([(row.signals, row.restricted) for row in rows], TABLE) == {
        "Heat": 2, "SNAP": 1, "Not categorized": 1,
    }  # fmt: skip
    assert summary(rows).contacts == 3


def test_of_confidential_contacts_no_subject_is_counted() -> None:
    assert categories_of({"no_heat", "dv_now"}, True, TABLE) == ("Restricted subjects",)
    rows = [received("no_heat", "complaint", restricted=True)] * 30
    made = summary(rows)
    assert [(line.label, line.contacts, set(line.kinds)) for line in made.categories] == [
        ("Restricted subjects", 30, {"hidden"}),
    ]  # fmt: skip
    assert {line.name: line.contacts for line in made.by_unit if line.contacts} == {"Restricted": 30}


def test_small_counts_are_not_told_by_category_type_language_or_channel() -> None:
    rows = [received("no_heat", "complaint")] * 40 + [received("pests", language="ko", channel="letter")] * 3
    made = summary(rows)
    assert [(line.label, line.contacts) for line in made.categories] == [("Heat", 40), ("Pests", "small")]
    assert (made.categories[1].due, made.categories[1].met) == ("hidden", "hidden") and set(
        made.categories[1].kinds
    ) == {"hidden"}
    cells = {
        line.name: (line.contacts, line.due, line.met) for line in (*made.by_language, *made.by_channel, *made.by_unit)
    }
    assert cells["Korean"][0] == "small" and cells["Letters"][0] == "small"
    assert not any(0 < count < 10 for row in cells.values() for count in row if isinstance(count, int))


def test_without_a_record_of_an_earlier_month_nothing_is_compared() -> None:
    (line,) = summary([received("no_heat")] * 12).categories
    assert (line.last_month, line.year_before) == (None, None)
    (line,) = summary([received("no_heat")] * 12, Around(last_month=(50, {"Heat": 31}))).categories
    assert (line.last_month, line.year_before) == (31, None)


def test_what_means_something_else_now_is_said_with_its_day() -> None:
    made = summary([received("snap")] * 12, Around(judged_since=[date(2026, 10, 20)]))
    assert [(one.day.isoformat(), one.what) for one in made.breaks] == [
        ("2026-10-15", "1 category is defined as now"), ("2026-10-20", "triage judges by other tables or numbers"),
    ]  # fmt: skip


def test_ages_of_what_was_open_stand_in_their_bands() -> None:
    made = summary([received()], Around(ages=[0, 3, 4, 14, 15, 30, 31, 60, 61, 400]), k=0)
    assert [row.count for row in made.backlog] == [2, 1, 1, 2, 2, 2]
    assert (made.oldest_days, made.median_days) == (400, 15)


@pytest.mark.parametrize(("changed", "message"), [
    ({"signals": "no_roof"}, "A.B: there is no signal “no_roof”"), ({"since": "July"}, "“July” is no day"),
    ({"signals": "snap snap2", "category": "C.D"}, "the signal snap stands under A.A, too"),
    ({"category": "A.A", "signals": "snap2"}, "it stands there twice"),
])  # fmt: skip
def test_a_table_of_categories_that_contradicts_itself_is_refused(changed: dict[str, str], message: str) -> None:
    first = {"category": "A.A", "label": "One", "signals": "snap", "since": "2026-07-01"}
    with pytest.raises(CategoryError, match=message):
        parse_categories([first, first | {"category": "A.B", "signals": "snap2"} | changed], {"snap", "snap2"})


def test_misrouted_are_measured_against_contacts_that_a_unit_had() -> None:
    rows = [received(was_misrouted=True, is_routed=False), received(), received(is_routed=False)]
    rates = summary(rows).rates
    assert rates["Misrouted, of contacts that a unit had"] == Rate(met=1, of=2)
    assert Counter(rate.of for rate in rates.values()) == {2: 1, 3: 1, 0: 1}
