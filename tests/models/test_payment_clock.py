"""The payment clock against a simulation that walks day by day, and what a late payment costs."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.payments.clock import PaymentClock, days_late, forecast, interest, payment_clock
from models.payments.packet import PauseFacts, RequisitionPacket
from tests.golden_payments import base_facts, city_calendar, make_payments_policy, packet_of

POLICY = make_payments_policy()
# Invented rates that change on 1 January and 1 July, as the real ones do.
RATED = make_payments_policy(
    interest_rates=[
        {"from": day, "rate": rate, "source": "invented"}
        for day, rate in (("2026-01-01", "0.02625"), ("2026-07-01", "0.03"), ("2027-01-01", "0.035"))
    ]
)
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
CAUSES = sorted(POLICY.pause_causes)
DAYS = st.dates(FIRST, date(2027, 12, 31))


def every_day() -> Iterator[date]:
    return (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))


@cache
def base() -> RequisitionPacket:
    return packet_of(base_facts())


def packet(
    received: date, served: date, *, change: bool = False, accepted: date | None = None,
    pauses: tuple[PauseFacts, ...] = (), acceptance_days: int | None = None,
) -> RequisitionPacket:  # fmt: skip
    facts = {
        "received_on": received, "service_to": served, "is_contract_change": change, "accepted_on": accepted,
        "acceptance_days": acceptance_days,
    }  # fmt: skip
    requisition = base().requisition.model_copy(update=facts)
    return base().model_copy(update={"requisition": requisition, "pauses": pauses, "as_of": received})


def walked(asked: RequisitionPacket) -> PaymentClock:
    """The same clock told another way: mark each day, count the ones that count, walk on while offices are closed."""
    facts, day = asked.requisition, asked.requisition.service_to
    assert day is not None
    for _ in range(7 if facts.acceptance_days is None else facts.acceptance_days):
        if day == facts.accepted_on:
            break
        day += timedelta(days=1)
    while day < facts.received_on:
        day += timedelta(days=1)
    started, wanted = day, 60 if facts.is_contract_change else 30
    paused = [(p.started_on, p.ended_on or asked.as_of + timedelta(days=1)) for p in asked.pauses if p.cause in CAUSES]
    while wanted:
        day += timedelta(days=1)
        wanted -= not any(first <= day < end for first, end in paused)
    while day.weekday() in (5, 6) or day in city_calendar().holidays:
        day += timedelta(days=1)
    return PaymentClock(started, day)


@pytest.mark.parametrize("change", [False, True], ids=["thirty days", "sixty days"])
def test_every_day_of_ten_years_gets_the_date_that_walking_gives(change: bool) -> None:
    for received in every_day():
        asked = packet(received, received - timedelta(days=20), change=change)
        assert payment_clock(asked, POLICY) == walked(asked), received


def test_every_last_day_of_service_of_ten_years_starts_the_clock_on_its_seventh_day() -> None:
    for served in every_day():
        asked = packet(served, served)
        assert payment_clock(asked, POLICY) == walked(asked), served


def test_every_required_date_of_ten_years_is_a_day_on_which_offices_are_open() -> None:
    for received in every_day():
        found = payment_clock(packet(received, received - timedelta(days=20)), POLICY)
        assert found and city_calendar().is_business_day(found.required_on)
        assert found.required_on >= received + timedelta(days=30)


PAUSES = st.builds(
    lambda cause, start, length: PauseFacts(
        cause=cause, started_on=start, ended_on=None if length is None else start + timedelta(days=length)
    ),
    st.sampled_from([*CAUSES, "approver_on_leave"]),
    st.dates(date(2026, 1, 1), date(2026, 9, 30)),
    st.none() | st.integers(0, 45),
)


@settings(max_examples=1500, deadline=None)
@given(
    received=st.dates(date(2026, 2, 1), date(2026, 6, 30)), served=st.integers(-20, 60), change=st.booleans(),
    accepted=st.none() | st.integers(0, 40), acceptance_days=st.none() | st.integers(0, 45),
    pauses=st.lists(PAUSES, max_size=5),
)  # fmt: skip
def test_pauses_acceptance_and_length_give_the_date_that_walking_gives(
    received: date, served: int, change: bool, accepted: int | None, acceptance_days: int | None,
    pauses: list[PauseFacts],
) -> None:  # fmt: skip
    last = received - timedelta(days=served)
    asked = packet(
        received, last, change=change, acceptance_days=acceptance_days, pauses=tuple(pauses),
        accepted=None if accepted is None else last + timedelta(days=accepted),
    )  # fmt: skip
    assert payment_clock(asked, POLICY) == walked(asked)


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (date(2026, 9, 1), date(2026, 10, 8)),  # over before the clock began: day 1 is 8 October
        (date(2026, 11, 7), date(2026, 11, 20)),  # began the day after the last one
    ],
)
def test_a_pause_outside_the_clock_stops_nothing(first: date, end: date) -> None:
    pause = PauseFacts(cause="audit_doubt", started_on=first, ended_on=end)
    found = payment_clock(packet(date(2026, 10, 6), date(2026, 9, 30), pauses=(pause,)), POLICY)
    assert found == PaymentClock(date(2026, 10, 7), date(2026, 11, 6))


def test_a_pause_that_still_lasts_has_lasted_through_the_day_of_the_review() -> None:
    # 20 to 29 October are ten days; 6 November + 10 = Monday 16 November.
    pause = PauseFacts(cause="audit_doubt", started_on=date(2026, 10, 20))
    asked = packet(date(2026, 10, 6), date(2026, 9, 30), pauses=(pause,))
    found = payment_clock(asked.model_copy(update={"as_of": date(2026, 10, 29)}), POLICY)
    assert found and found.required_on == date(2026, 11, 16)


def test_an_invoice_without_days_of_service_has_no_clock() -> None:
    asked = base().requisition.model_copy(update={"service_to": None})
    assert payment_clock(base().model_copy(update={"requisition": asked}), POLICY) is None


# --- interest --------------------------------------------------------------------------------------------------


def by_hand(due: int, required: date, paid: date) -> int:
    """Interest in exact fractions: half up to the cent, then held against the minimum of 25 dollars."""
    rate = next(row.rate for row in reversed(RATED.interest_rates) if row.from_ <= paid)
    exact = Fraction(due) * Fraction(rate) * max(0, (paid - required).days) / 365
    cents = int(exact + Fraction(1, 2))
    return cents if cents >= 2_500 else 0


@settings(max_examples=1000)
@given(due=st.integers(0, 10**11), required=DAYS, paid=DAYS)
def test_interest_is_the_exact_fraction_rounded_half_up(due: int, required: date, paid: date) -> None:
    assert interest(due, required, paid, RATED) == by_hand(due, required, paid)


@settings(max_examples=300, deadline=None)
@given(due=st.integers(10_000, 5_000_000), required=DAYS, as_of=DAYS)
def test_the_forecast_names_the_first_day_that_costs_interest(due: int, required: date, as_of: date) -> None:
    found = forecast(due, required, as_of, RATED)
    assert found.interest_cents == by_hand(due, required, as_of) and found.days_late == days_late(required, as_of)
    day = as_of
    while by_hand(due, required, day) == 0 and day < date(2032, 1, 1):
        day += timedelta(days=1)
    assert (found.due_from == day) if day < date(2032, 1, 1) else (found.due_from is None or found.due_from >= day)


def test_nothing_that_is_due_never_costs_interest() -> None:
    found = forecast(0, date(2026, 11, 6), date(2027, 6, 1), RATED)
    assert (found.interest_cents, found.due_from) == (0, None)


def test_a_few_cents_cost_no_interest_in_our_time() -> None:
    assert forecast(1, date(2026, 11, 6), date(2026, 12, 1), RATED).due_from is None


# --- the numbers -----------------------------------------------------------------------------------------------


def test_the_lengths_and_limits_are_those_of_the_rules() -> None:
    # K9, K11, K11, T18; T16, T14, T15
    assert (POLICY.acceptance_days, POLICY.payment_days, POLICY.change_payment_days) == (7, 30, 60)
    assert POLICY.interest_floor_cents == 2_500
    assert [str(s) for s in (POLICY.line_tolerance, POLICY.default_indirect_rate, POLICY.subcontract_share)] == [
        "0.10", "0.10", "0.35",
    ]  # fmt: skip


@pytest.mark.parametrize(("cents", "fee"), [(100_000_000, 17_500), (100_000_001, 35_000)])
def test_the_name_check_fee_is_larger_above_a_million_dollars(cents: int, fee: int) -> None:
    assert POLICY.name_check_fee(cents) == fee


def test_two_rates_cannot_begin_on_one_day() -> None:
    row = {"from": "2026-01-01", "rate": "0.03", "source": "invented"}
    with pytest.raises(ValueError, match="two rates begin on the same day"):
        make_payments_policy(interest_rates=[row, row])
