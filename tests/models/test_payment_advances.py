"""An advance comes back to the cent, month by month, and what is out is never less than nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.advances import Advance, AdvanceError, Recoupment, advance_facts, balance, due_by, schedule
from models.payments.packet import AdvanceFacts
from models.payments.rules import review
from models.shared.calendar import months_after
from tests.golden_payments import base_facts, make_payments_policy, packet_of

JULY = date(2026, 7, 1)


def make_advance(cents: int = 1_000_000, *, months: int = 10, taken: tuple[int, ...] = ()) -> Advance:
    recouped = tuple(
        Recoupment(case_id=f"R27-970000001-{n:02d}", taken_on=months_after(JULY, n), amount_cents=amount)
        for n, amount in enumerate(taken, 1)
    )
    return Advance(
        contract_id="C27-970000001", amount_cents=cents, paid_on=JULY, first_month=date(2026, 7, 15),
        last_invoice_month=months_after(date(2026, 7, 31), months), recouped=recouped,
    )  # fmt: skip


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


@pytest.mark.parametrize("months", [0, -3])
def test_an_advance_without_a_month_before_the_last_invoice_is_refused(months: int) -> None:
    with pytest.raises(AdvanceError, match="Begin at least one month before the last invoice"):
        schedule(make_advance(months=months))


@given(ADVANCES, st.data())
def test_the_balance_is_what_has_not_come_back(advance: Advance, data: st.DataObject) -> None:
    taken: list[int] = []
    while (left := advance.amount_cents - sum(taken)) and len(taken) < 8:
        taken.append(data.draw(st.integers(1, left)))
    months = len(schedule(advance))
    after = make_advance(advance.amount_cents, months=months, taken=tuple(taken))
    assert 0 <= balance(after) == advance.amount_cents - sum(taken)


def test_more_taken_back_than_was_paid_is_told() -> None:
    with pytest.raises(AdvanceError, match=r"Refund \$0\.01 to the vendor, or correct the recoupments"):
        balance(make_advance(100, taken=(60, 41)))


@given(ADVANCES, st.dates(date(2026, 1, 1), date(2031, 1, 1)))
def test_the_schedule_never_wants_more_than_the_advance(advance: Advance, month: date) -> None:
    assert 0 <= due_by(advance, month) <= advance.amount_cents


def test_a_month_without_a_requisition_is_caught_up() -> None:
    assert advance_facts(make_advance(), date(2026, 9, 30), last_requisition=False) == AdvanceFacts(
        balance_cents=1_000_000, recoup_cents=300_000
    )


def test_a_month_that_brought_more_leaves_less_for_the_next() -> None:
    assert advance_facts(make_advance(taken=(150_000,)), date(2026, 8, 1), last_requisition=False) == AdvanceFacts(
        balance_cents=850_000, recoup_cents=50_000
    )


def test_nothing_is_taken_back_while_more_came_back_than_the_schedule_wants() -> None:
    assert advance_facts(make_advance(taken=(450_000,)), date(2026, 8, 1), last_requisition=False) == AdvanceFacts(
        balance_cents=550_000, recoup_cents=0
    )


def test_nothing_is_taken_back_before_the_first_month() -> None:
    assert advance_facts(make_advance(), date(2026, 6, 30), last_requisition=False).recoup_cents == 0


def test_a_contract_without_an_advance_has_nothing_out() -> None:
    assert advance_facts(None, JULY, last_requisition=True) == AdvanceFacts(last_requisition=True)


def test_a_review_takes_off_what_the_schedule_wants() -> None:
    packet = packet_of(base_facts())
    facts = advance_facts(make_advance(), date(2026, 8, 31), last_requisition=False)
    without, with_it = (
        review(packet.model_copy(update={"advance": advance}), make_payments_policy())
        for advance in (AdvanceFacts(), facts)
    )
    assert (without.net_cents - with_it.net_cents, with_it.deductions.advance_left_cents) == (200_000, 800_000)


@given(ADVANCES, st.data())
def test_an_advance_is_back_before_the_last_invoice_if_the_requisitions_allow_it(
    advance: Advance, data: st.DataObject
) -> None:
    months = len(schedule(advance))
    taken: list[int] = []
    for n in range(months):
        now = make_advance(advance.amount_cents, months=months, taken=tuple(taken))
        facts = advance_facts(now, months_after(JULY, n), last_requisition=False)
        assert 0 <= facts.recoup_cents <= facts.balance_cents
        has_requisition = n == months - 1 or data.draw(st.booleans())
        if has_requisition and facts.recoup_cents:
            taken.append(facts.recoup_cents)
    assert sum(taken) == advance.amount_cents
