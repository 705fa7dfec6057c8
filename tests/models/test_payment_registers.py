"""The register of a month and the report on prompt payment: who is in, sums to the cent, shares, ages and causes."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.payments.prompt_payment import LISTED, NO_CAUSE, prompt_payment_report
from models.payments.register_documents import PaymentRegister, PromptPaymentReport, ProviderRegister
from models.payments.register_rows import RegisterRow
from models.payments.registers import CHARTED, payment_register
from models.payments.verdicts import Outcome
from tests.golden_payments import make_payments_policy
from tests.templates.examples import OFFICE
from tests.templates.payment_examples import AS_OF, MADE_AT, beside_the_rows, parted, row, rows

OCTOBER = date(2026, 10, 1)
CENTS = st.integers(0, 10**10)
DAYS = st.dates(date(2026, 7, 1), date(2027, 6, 30))


def of_case(number: int, **fields: Any) -> RegisterRow:
    """A row of one requisition, which has one provider however many rows it has."""
    return row(number, provider="ABCDEFGHIJKL"[number % 12], ein=f"9700000{number:02d}", **fields)


@st.composite
def any_row(draw: st.DrawFn) -> RegisterRow:
    """A requisition of any outcome, paid or not, with or without a clock."""
    required = draw(st.none() | DAYS)
    paid = draw(st.none() | DAYS)
    claimed, approved, net = sorted(draw(st.tuples(CENTS, CENTS, CENTS)), reverse=True)
    return of_case(
        draw(st.integers(0, 99)), received_on=draw(DAYS),
        required_on=required, paid_on=paid, outcome=draw(st.sampled_from(list(Outcome))), claimed_cents=claimed,
        approved_cents=approved, net_cents=net, interest_cents=draw(CENTS), forecast_cents=draw(CENTS),
        days_late=max(0, (paid - required).days) if paid and required else 0,
        holder=draw(st.sampled_from(["", "Fiscal", "Program"])), cause=draw(st.sampled_from(["", "late report"])),
    )  # fmt: skip


ANY_ROWS = st.lists(any_row(), max_size=20)


def register(some: list[RegisterRow], month: date = OCTOBER) -> PaymentRegister:
    return payment_register(some, month, OFFICE, MADE_AT)


def report(some: list[RegisterRow], as_of: date = AS_OF) -> PromptPaymentReport:
    return prompt_payment_report(some, as_of, OFFICE, MADE_AT)


# The register.


@given(some=ANY_ROWS, month=DAYS)
def test_a_register_sums_what_was_received_or_paid_in_its_month_to_the_cent(
    some: list[RegisterRow], month: date
) -> None:
    made = register(some, month)
    year_month = (month.year, month.month)
    inside = {
        r.case_id
        for r in some
        if (r.received_on.year, r.received_on.month) == year_month
        or (r.paid_on and (r.paid_on.year, r.paid_on.month) == year_month)
    }
    # Whole requisitions, with all their parts.
    taken = [r for r in some if r.case_id in inside]
    assert (made.requisitions, made.parts) == (len(inside), len(taken))
    assert made.claimed_cents == sum(r.claimed_cents for r in taken)
    assert made.approved_cents == sum(r.approved_cents for r in taken)
    assert made.net_cents == sum(r.net_cents for r in taken)
    assert made.interest_cents == sum(r.interest_cents for r in taken)


def test_a_requisition_is_in_the_register_of_its_receipt_and_of_its_payment_and_in_no_other() -> None:
    months = [OCTOBER, date(2026, 11, 1), date(2026, 12, 1)]
    assert [register([row()], month).requisitions for month in months] == [1, 1, 0]


def test_a_register_takes_any_day_of_its_month() -> None:
    made = register([row()], date(2026, 10, 31))
    assert (made.month, made.title) == (OCTOBER, "Payment register, October 2026")


def test_two_providers_of_one_name_are_kept_apart_by_their_ein() -> None:
    made = register([row(1), row(2, ein="970000002")])
    assert [provider.ein for provider in made.providers] == ["970000001", "970000002"]


def test_a_requisition_that_is_not_paid_is_late_until_the_day_of_the_register() -> None:
    made = register([row(paid_on=None, required_on=AS_OF - timedelta(days=4))])
    assert made.providers[0].lines[0].days_late == 4


def test_a_held_requisition_owes_nothing_and_is_not_late() -> None:
    held = row(paid_on=None, outcome=Outcome.HELD, approved_cents=0, net_cents=0, required_on=AS_OF - timedelta(days=4))
    assert register([held]).providers[0].lines[0].days_late == 0


def test_the_largest_providers_have_a_bar_and_the_others_one_together() -> None:
    some = [row(n, provider=f"Provider {n:02d}", claimed_cents=1_000_000 + n) for n in range(CHARTED + 3)]
    bars = register(some).largest
    assert len(bars) == CHARTED + 1
    assert (bars[0].label, bars[-1].label, bars[-1].parts) == ("Provider 10", "3 others", 3)


def test_a_month_without_requisitions_has_an_empty_register() -> None:
    made = register([])
    assert (made.requisitions, made.claimed_cents, made.providers, made.largest) == (0, 0, (), ())


def test_a_provider_whose_requisitions_do_not_sum_is_not_printed() -> None:
    provider = register([row()]).providers[0]
    with pytest.raises(ValidationError, match="do not sum to its amounts"):
        ProviderRegister(**provider.model_dump() | {"net_cents": 1})


@pytest.mark.parametrize("changed", [{"requisitions": 2}, {"interest_cents": 1}])
def test_a_register_whose_providers_do_not_sum_is_not_made(changed: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="do not sum to the whole"):
        PaymentRegister(**register([row()]).model_dump() | changed)


def test_a_requisition_is_in_the_register_of_a_month_with_all_its_parts() -> None:
    made = register(parted(), date(2026, 11, 1))
    parts = [(line.case_id[-2:], line.part) for line in made.providers[0].lines]
    assert (parts, made.requisitions, made.parts) == ([("40", 1), ("40", 2), ("40", 3), ("41", 1)], 2, 4)


def test_a_part_that_was_paid_in_part_is_in_the_register_of_that_month_and_is_late_until_the_rest_is_paid() -> None:
    half = row(paid_on=None, last_paid_on=date(2026, 11, 17), paid_cents=1, received_on=date(2026, 9, 1))
    made = register([half], date(2026, 11, 1))
    assert (made.paid, made.providers[0].lines[0].days_late) == (0, 4)


def test_a_withdrawn_requisition_owes_nothing() -> None:
    line = register(parted()).providers[0].lines[-1]
    assert (line.outcome, line.claimed_cents, line.net_cents) == ("Withdrawn", 90_000, 0)


def test_a_register_tells_what_was_set_off_what_is_owed_and_what_is_disputed() -> None:
    made = payment_register(parted(), date(2026, 11, 1), OFFICE, MADE_AT, beside_the_rows())
    assert [(line.case_id[-2:], line.cents) for line in made.set_offs] == [("41", 25_000)]
    assert [line.left_cents for line in made.refunds] == [45_000]
    # The other was filed and decided in October.
    assert [line.decided_as for line in made.disputes] == [""]


def test_a_refund_that_does_not_come_to_what_is_left_of_it_is_not_printed() -> None:
    line = beside_the_rows().refunds[0]
    with pytest.raises(ValidationError, match="does not come to what is left"):
        type(line)(**line.model_dump() | {"left_cents": 1})


# The report.


def test_of_a_part_that_was_paid_in_part_only_the_rest_is_owed() -> None:
    made = report([row(paid_on=None, paid_cents=400_000)])
    assert (made.unpaid, made.unpaid_cents, made.late.owed_cents) == (1, 600_000, 600_000)
    assert (made.eligible_cents, made.on_time) == (1_000_000, 0)


def test_each_part_counts_by_its_own_date() -> None:
    due = date(2026, 11, 16)
    made = report([row(1, paid_on=due), row(1, part=2, paid_on=due + timedelta(days=1), days_late=1)])
    assert (made.parts, made.eligible, made.on_time) == (2, 2, 1)


@given(some=ANY_ROWS, as_of=DAYS)
def test_what_is_unpaid_is_the_same_by_holder_and_by_age(some: list[RegisterRow], as_of: date) -> None:
    made = report(some, as_of)
    owed = [r for r in some if r.has_clock and r.paid_on is None]
    assert (made.unpaid, made.unpaid_cents) == (len(owed), sum(r.owed_cents for r in owed))
    assert sum(holder.past_due for holder in made.by_holder) == made.late.parts


@given(some=ANY_ROWS, as_of=DAYS)
def test_interest_by_cause_is_all_interest(some: list[RegisterRow], as_of: date) -> None:
    made = report(some, as_of)
    owed = [r for r in some if r.has_clock]
    assert made.interest_paid_cents == sum(r.interest_cents for r in owed)
    assert made.interest_forecast_cents == sum(r.forecast_cents for r in owed if r.paid_on is None)


def test_a_payment_on_the_required_date_is_on_time_and_a_day_later_it_is_not() -> None:
    due = row().required_on
    assert due is not None
    made = report([row(1, paid_on=due), row(2, paid_on=due + timedelta(days=1), days_late=1)])
    assert (made.on_time, made.eligible) == (1, 2)


def test_an_unpaid_requisition_counts_against_the_share_once_its_date_has_passed() -> None:
    waiting = replace(row(), paid_on=None, required_on=AS_OF)
    assert report([waiting], AS_OF).eligible == 0
    assert (report([waiting], AS_OF + timedelta(days=1)).eligible, report([waiting]).on_time) == (1, 0)


def test_a_returned_requisition_counts_nowhere() -> None:
    sent_back = row(outcome=Outcome.RETURNED, required_on=None, paid_on=None, net_cents=0)
    made = report([sent_back])
    assert (made.parts, made.without_clock, made.eligible, made.unpaid) == (1, 1, 0, 0)


def test_of_a_blocked_requisition_all_that_was_approved_is_at_stake() -> None:
    made = report([row(outcome=Outcome.BLOCKED, net_cents=0, paid_on=None, approved_cents=700)])
    assert (made.unpaid, made.unpaid_cents) == (1, 700)


@pytest.mark.parametrize(
    ("late", "label"),
    [
        (-8, "due in more than 7 days"), (-7, "due within 7 days"), (0, "due within 7 days"), (1, "1 to 30 days late"),
        (30, "1 to 30 days late"), (31, "over 30 days late"),
    ],
)  # fmt: skip
def test_an_unpaid_requisition_stands_in_the_band_of_its_days(late: int, label: str) -> None:
    made = report([row(paid_on=None, required_on=AS_OF - timedelta(days=late))])
    assert [band.label for band in made.by_age if band.parts] == [label]


def test_the_latest_come_first_and_a_long_list_says_how_many_are_left_out() -> None:
    some = [row(n, paid_on=None, required_on=AS_OF - timedelta(days=n)) for n in range(1, LISTED + 4)]
    late = report(some).late
    assert (late.rows[0].days_late, len(late.rows), late.more) == (LISTED + 3, LISTED, 3)


def test_interest_without_a_cause_says_so() -> None:
    made = report([row(days_late=3, interest_cents=2_611)])
    assert [(cause.cause, cause.paid_cents) for cause in made.by_cause] == [(NO_CAUSE, 2_611)]


def test_the_headlines_can_be_read_alone() -> None:
    assert report(rows()).headlines == (
        "8 of 18 parts of requisitions that were due were paid on time: 44.4%, and 40.7% of the money.",
        "6 parts are past the required date and not paid in full: $60,000.00.",
        "Interest of $104.44 was paid; $334.95 more would be due if all that is unpaid were paid now.",
    )


def test_a_report_before_anything_is_due_says_so() -> None:
    assert report([]).headlines == ("Nothing was due yet.",)


def test_the_rates_are_those_that_interest_was_reckoned_at() -> None:
    rates = [{"from": day, "rate": rate, "source": "invented"} for day, rate in (
        ("2018-01-01", "0.02625"), ("2026-07-01", "0.03"), ("2027-01-01", "0.035"),
    )]  # fmt: skip
    some = [row(days_late=3, interest_cents=2_611)]
    made = prompt_payment_report(some, AS_OF, OFFICE, MADE_AT, make_payments_policy(interest_rates=rates))
    assert [rate.percent for rate in made.rates] == ["3%"]


@pytest.mark.parametrize("changed", [{"unpaid": 99}, {"interest_paid_cents": 1}, {"on_time": 99}])
def test_a_report_that_does_not_agree_with_itself_is_not_made(changed: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        PromptPaymentReport(**report(rows()).model_dump() | changed)
