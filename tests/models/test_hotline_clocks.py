"""Clocks of contacts: which one runs by the subject, and when it ends, through holidays and changes of the hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.clocks import Clocks, Subject, clock_of, outreach_clock
from models.hotline.phrases import Unit
from models.hotline.policy import ClockKind, ClockName
from models.shared.calendar import NEW_YORK
from tasks.adapters.policy import hotline_work_policy

RUNNING = Clocks(hotline_work_policy())
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 500 * 86_400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
NAMES = st.sampled_from(list(ClockName))
SUBJECTS = st.builds(
    Subject, st.sampled_from(list(Unit)), st.integers(1, 4),
    st.sets(st.sampled_from(["no_heat", "staff_rude", "street_person", "expedited", "complaint", "shelter_transfer"])),
    st.sampled_from(["", "fire", "child without shelter", "marshal"]), st.none(),
)  # fmt: skip


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[misc,arg-type]


def due(name: ClockName, start: datetime) -> datetime:
    return RUNNING.due_at(name, start).astimezone(NEW_YORK)


def chosen(unit: Unit, priority: int, *signals: str, rule: str = "", acknowledged: bool = False) -> ClockName:
    return clock_of(Subject(unit, priority, signals, rule), acknowledged=acknowledged)


@pytest.mark.parametrize(
    ("found", "clock"),
    [
        (chosen(Unit.OUT_OF_SCOPE, 1, rule="fire"), ClockName.LIFE_SAFETY),
        (chosen(Unit.OUT_OF_SCOPE, 1, rule="fire", acknowledged=True), ClockName.SAME_DAY),
        (chosen(Unit.FAMILIES, 1, rule="child without shelter"), ClockName.SAME_DAY),
        (chosen(Unit.APS, 1, rule="elder harmed", acknowledged=True), ClockName.APS_LIFE_THREATENING),
        (chosen(Unit.HEAP, 1, rule="device without power", acknowledged=True), ClockName.HEAP_LIFE_THREATENING),
        (chosen(Unit.HEAP, 2), ClockName.HEAP_CRISIS),
        (chosen(Unit.APS, 3), ClockName.APS_VISIT),
        (chosen(Unit.APS, 3, "complaint"), ClockName.RESPONSE),
        (chosen(Unit.ADULTS, 3, "street_person"), ClockName.OUTREACH),
        (chosen(Unit.DV, 2), ClockName.SAME_DAY),
        (chosen(Unit.HASA, 2), ClockName.SAME_DAY),
        (chosen(Unit.HOMEBASE, 2), ClockName.URGENT),
        (chosen(Unit.FACILITIES, 3, "no_heat"), ClockName.REPAIR),
        (chosen(Unit.FACILITIES, 3, "pests"), ClockName.RESPONSE),
        (chosen(Unit.OMBUDSMAN, 3, "staff_rude"), ClockName.STAFF_CONDUCT),
        (chosen(Unit.FAMILIES, 3, "shelter_transfer"), ClockName.TRANSFER),
        (chosen(Unit.FIA, 3, "expedited"), ClockName.EXPEDITED_SNAP),
        (chosen(Unit.LEGISLATIVE, 3), ClockName.ELECTED_OFFICE),
        (chosen(Unit.LEGISLATIVE, 3, acknowledged=True), ClockName.RESPONSE),
        (chosen(Unit.LEGISLATIVE, 2), ClockName.URGENT),
        (chosen(Unit.IDNYC, 3), ClockName.RESPONSE),
        (chosen(Unit.APS, 4, "compliment"), ClockName.COMMENT),
    ],
)
def test_the_subject_chooses_the_clock(found: ClockName, clock: ClockName) -> None:
    assert found is clock


@pytest.mark.parametrize(
    ("told", "clock"),
    [
        (("DHS", "Homeless Person Assistance", "Chronic"), ClockName.OUTREACH_CHRONIC),
        (("DHS", "Homeless Person Assistance", "Non-Chronic"), ClockName.OUTREACH),
        (("DHS", "Encampment", "N/A"), ClockName.OUTREACH),
        (("DHS", "DHS Advantage - Tenant", ""), None),
        (("NYPD", "Noise", "Loud Music"), None),
    ],
)
def test_requests_to_dhs_in_an_export_have_the_clocks_of_outreach(
    told: tuple[str, str, str], clock: ClockName | None
) -> None:
    assert outreach_clock(*told) is clock


def test_hours_run_through_the_night_in_which_the_hour_comes_twice() -> None:
    start = local(2026, 10, 31, 20)
    assert due(ClockName.URGENT, start) == local(2026, 11, 1, 19)
    assert RUNNING.due_at(ClockName.URGENT, start) - start.astimezone(UTC) == timedelta(hours=24)


def test_hours_run_through_the_night_in_which_an_hour_is_left_out() -> None:
    assert due(ClockName.OUTREACH_CHRONIC, local(2026, 3, 8, 0, 30)) == local(2026, 3, 8, 5, 30)


def test_calendar_days_end_with_the_day_in_new_york_across_a_change_of_the_hour() -> None:
    assert due(ClockName.RESPONSE, local(2026, 10, 25, 23, 59)) == local(2026, 11, 8, 23, 59, 59)


def test_the_day_of_receipt_is_the_one_in_new_york() -> None:
    assert due(ClockName.RESPONSE, datetime(2026, 11, 21, 3, tzinfo=UTC)).date() == date(2026, 12, 4)


def test_business_days_skip_the_weekend_and_a_holiday() -> None:
    # Thanksgiving is on November 26.
    assert due(ClockName.STAFF_CONDUCT, local(2026, 11, 24, 12)).date() == date(2026, 11, 30)


def test_what_adult_protection_receives_after_five_counts_from_the_next_business_day() -> None:
    assert due(ClockName.APS_VISIT, local(2026, 11, 20, 17)).date() == date(2026, 11, 25)
    assert due(ClockName.APS_VISIT, local(2026, 11, 20, 17, 0, 1)).date() == date(2026, 11, 27)
    assert due(ClockName.APS_VISIT, local(2026, 11, 21, 9)).date() == date(2026, 11, 27)


def test_the_same_day_ends_at_five_and_on_call_four_hours_later() -> None:
    assert due(ClockName.SAME_DAY, local(2026, 11, 20, 8)) == local(2026, 11, 20, 17)
    assert due(ClockName.SAME_DAY, local(2026, 11, 20, 22)) == local(2026, 11, 21, 2)


@given(name=NAMES, start=MOMENTS, later=st.integers(0, 400_000))
def test_what_came_later_is_never_due_earlier(name: ClockName, start: datetime, later: int) -> None:
    assert RUNNING.due_at(name, start) <= RUNNING.due_at(name, start + timedelta(seconds=later))


@given(name=NAMES, start=MOMENTS)
def test_every_clock_ends_after_its_start_in_utc(name: ClockName, start: datetime) -> None:
    found = RUNNING.due_at(name, start)
    assert found > start
    assert found.utcoffset() == timedelta()


@given(name=NAMES, start=MOMENTS)
def test_clocks_of_days_end_on_the_last_second_of_a_day_and_business_days_on_an_open_one(
    name: ClockName, start: datetime
) -> None:
    number, found = RUNNING.policy.clocks[name], due(name, start)
    if number.kind in (ClockKind.CALENDAR, ClockKind.BUSINESS, ClockKind.BUSINESS_AFTER_HOURS):
        assert (found.hour, found.minute, found.second) == (23, 59, 59)
    if number.kind in (ClockKind.BUSINESS, ClockKind.BUSINESS_AFTER_HOURS):
        assert RUNNING.policy.calendar.is_business_day(found.date())
        between = RUNNING.policy.calendar.business_days_between(start.astimezone(NEW_YORK).date(), found.date())
        assert between in (number.length, number.length + (number.kind is ClockKind.BUSINESS_AFTER_HOURS))


@given(subject=SUBJECTS, start=MOMENTS)
def test_priority_1_is_never_due_later_than_any_lower_one(subject: Subject, start: datetime) -> None:
    urgent = RUNNING.due_at(clock_of(Subject(subject.unit, 1, subject.signals, subject.rule)), start)
    if subject.priority > 1 and clock_of(subject) is not ClockName.OUTREACH:
        assert urgent <= RUNNING.due_at(clock_of(subject), start)


def test_every_clock_has_its_length_and_source_in_the_policy() -> None:
    assert all(RUNNING.policy.clocks[name].source for name in ClockName)
