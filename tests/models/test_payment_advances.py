"""An advance comes back to the cent, month by month, and what is out is never less than nothing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.advances import Advance, recoup_with, schedule, schedule_mistake
from models.payments.facts import FactRow, Facts, fact_row, scheduled_advance
from models.payments.packet import AdvanceFacts
from models.payments.rules import review
from models.shared.calendar import months_after
from models.shared.documents import canonical
from models.shared.tracker_cells import RowError
from tests.golden_payments import base_facts, make_payments_policy, packet_of

JULY = date(2026, 7, 1)


def make_advance(cents: int = 1_000_000, *, months: int = 10, taken: int = 0) -> Advance:
    return Advance(
        amount_cents=cents, first_month=date(2026, 7, 15), last_invoice_month=months_after(date(2026, 7, 31), months),
        taken_cents=taken,
    )  # fmt: skip


def told(**cells: Any) -> FactRow:
    return fact_row({"subject": "R27-1", "kind": "recoupment", "on": "2026-07-02", **cells})


ADVANCES = st.builds(make_advance, st.integers(1, 10**11), months=st.integers(1, 36))


@given(ADVANCES)
def test_a_schedule_sums_to_the_advance(advance: Advance) -> None:
    assert sum(part.amount_cents for part in schedule(advance)) == advance.amount_cents


@given(ADVANCES)
def test_the_last_amount_comes_before_the_last_invoice(advance: Advance) -> None:
    assert schedule(advance)[-1].month < advance.last_invoice_month.replace(day=1)


@given(ADVANCES)
def test_amounts_differ_by_a_cent_at_most_and_never_grow(advance: Advance) -> None:
    amounts = [part.amount_cents for part in schedule(advance)]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] - amounts[-1] <= 1


@given(ADVANCES)
def test_every_amount_is_more_than_nothing(advance: Advance) -> None:
    assert all(part.amount_cents > 0 for part in schedule(advance))


def test_a_schedule_runs_from_month_to_month() -> None:
    found = [(part.month, part.amount_cents) for part in schedule(make_advance(100_001, months=3))]
    assert found == [(date(2026, 7, 1), 33_334), (date(2026, 8, 1), 33_334), (date(2026, 9, 1), 33_333)]


def test_what_came_back_counts_for_the_earliest_months() -> None:
    found = [(part.taken_cents, part.open_cents) for part in schedule(make_advance(90_000, months=3, taken=40_000))]
    assert found == [(30_000, 0), (10_000, 20_000), (0, 30_000)]


@pytest.mark.parametrize("months", [0, -3])
def test_an_advance_without_a_month_before_the_last_invoice_is_refused(months: int) -> None:
    assert "Begin at least one month before the last invoice." in schedule_mistake(JULY, months_after(JULY, months))


@given(ADVANCES, st.integers(0, 10**11))
def test_what_is_left_and_what_the_months_still_want_are_the_same(advance: Advance, taken: int) -> None:
    after = advance.model_copy(update={"taken_cents": taken})
    assert after.left_cents == max(0, advance.amount_cents - taken) == sum(p.open_cents for p in schedule(after))


@given(ADVANCES, st.dates(date(2026, 1, 1), date(2031, 1, 1)))
def test_the_schedule_never_wants_more_than_the_advance(advance: Advance, month: date) -> None:
    assert 0 <= recoup_with(advance, month) <= advance.amount_cents


@pytest.mark.parametrize(
    ("taken", "month", "wanted"),
    [
        (0, date(2026, 9, 30), 300_000),
        (150_000, date(2026, 8, 1), 50_000),
        (450_000, date(2026, 8, 1), 0),
        (0, date(2026, 6, 30), 0),
    ],
    ids=["what is behind is caught up", "more leaves less", "ahead of the schedule", "before the first month"],
)
def test_a_requisition_brings_what_the_months_so_far_want(taken: int, month: date, wanted: int) -> None:
    assert recoup_with(make_advance(taken=taken), month) == wanted


def test_a_review_takes_off_what_the_schedule_wants() -> None:
    packet = packet_of(base_facts())
    facts = AdvanceFacts(balance_cents=1_000_000, recoup_cents=recoup_with(make_advance(), date(2026, 8, 31)))
    without, with_it = (
        review(packet.model_copy(update={"advance": advance}), make_payments_policy())
        for advance in (AdvanceFacts(), facts)
    )
    assert (without.net_cents - with_it.net_cents, with_it.deductions.advance_left_cents) == (200_000, 800_000)


@given(ADVANCES, st.data())
def test_an_advance_is_back_before_the_last_invoice_if_the_requisitions_allow_it(
    advance: Advance, data: st.DataObject
) -> None:
    taken, months = 0, len(schedule(advance))
    for n in range(months):
        now = advance.model_copy(update={"taken_cents": taken})
        wanted = recoup_with(now, months_after(JULY, n))
        assert 0 <= wanted <= now.left_cents
        if n == months - 1 or data.draw(st.booleans()):
            taken += wanted
    assert taken == advance.amount_cents


def test_a_tracker_tells_a_fixed_amount_or_a_first_month_and_the_last_invoice() -> None:
    advance = FactRow(subject="R27-1", kind="advance", on=JULY, amount_cents=900_000)  # type: ignore[arg-type]
    months = told(first_month="2026-10-01", until="2027-06-30")
    assert scheduled_advance(Facts([advance, months]), 50_000) == Advance(
        amount_cents=900_000, first_month=date(2026, 10, 1), last_invoice_month=date(2027, 6, 30), taken_cents=50_000
    )
    assert scheduled_advance(Facts([advance, told(amount_cents="500")]), 0) is None
    assert scheduled_advance(Facts([months]), 0) is None


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, "give an amount for each requisition, or the first month and"),
        ({"first_month": "2026-10-01"}, "give an amount for each requisition, or the first month and"),
        ({"first_month": "2026-10-01", "until": "2027-06-30", "amount_cents": "5"}, "not both."),
        ({"first_month": "2027-06-01", "until": "2027-06-30"}, "Begin at least one month before the last invoice."),
    ],
)
def test_a_recoupment_that_is_neither_is_rejected(cells: dict[str, str], said: str) -> None:
    with pytest.raises(RowError) as error:
        told(**cells)
    assert said in str(error.value)


def test_a_fact_that_was_kept_before_there_were_months_is_still_the_same_fact() -> None:
    assert "first_month" not in canonical(told(amount_cents="500").model_dump(mode="json"))


def test_a_refund_that_came_in_is_out_no_more() -> None:
    paid, back = (
        FactRow(subject="R27-1", kind=kind, on=JULY, amount_cents=cents)  # type: ignore[arg-type]
        for kind, cents in (("advance", 900_000), ("refund_received", 900_000))
    )
    assert scheduled_advance(Facts([paid, back, told(first_month="2026-10-01", until="2027-06-30")]), 0) is None
