"""Vouchers and what the City paid: each is matched once at most, no cent is lost, the order of rows does not matter."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.payments.matches import FoundBy, Match, Matching, Standing, contract_key
from models.payments.matching import match_payments
from models.payments.spending import PaymentRow
from models.payments.vouchers import Voucher
from tests.vouchers import MADE_ON, make_payment, make_voucher

WINDOW = 60
OTHER = "CT180120279700002"


def matched(vouchers: list[Voucher], payments: list[PaymentRow]) -> Matching:
    return match_payments(vouchers, payments, window_days=WINDOW)


def keys(match: Match) -> list[str]:
    return [payment.raw_key for payment in match.payments]


def days_after(days: int) -> date:
    return MADE_ON + timedelta(days=days)


def test_a_payment_that_names_the_voucher_is_its_own_whatever_its_contract_and_day() -> None:
    voucher = make_voucher()
    named = make_payment(voucher_no="r27-970000001-01-v01 ", contract_id="", issued_on=date(2027, 6, 1))
    (match,) = matched([voucher], [named]).matches
    assert (match.found_by, match.standing) == (FoundBy.NUMBER, Standing.PAID)


def test_a_voucher_number_in_the_place_of_the_document_is_seen() -> None:
    (match,) = matched([make_voucher()], [make_payment(document_id="R27-970000001-01-V01")]).matches
    assert match.found_by is FoundBy.NUMBER


def test_a_payment_without_a_number_is_found_by_contract_amount_and_days() -> None:
    (match,) = matched([make_voucher()], [make_payment()]).matches
    assert (match.found_by, match.standing, match.open_cents) == (FoundBy.AMOUNT, Standing.PAID, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"amount_cents": 600_000},
        {"contract_id": OTHER},
        {"contract_id": ""},
        {"issued_on": MADE_ON - timedelta(days=1)},
        {"issued_on": MADE_ON + timedelta(days=WINDOW + 1)},
        {"voucher_no": "R27-970000001-09-V01"},
    ],
)
def test_a_payment_that_does_not_fit_is_left_and_so_is_the_voucher(other: dict[str, Any]) -> None:
    voucher, payment = make_voucher(), make_payment(**other)
    assert matched([voucher], [payment]) == Matching((), (voucher,), (payment,))


@pytest.mark.parametrize("days", [0, WINDOW])
def test_both_ends_of_the_window_count(days: int) -> None:
    assert matched([make_voucher()], [make_payment(issued_on=days_after(days))]).matches


def test_a_number_of_the_finance_system_s_own_does_not_stand_in_the_way() -> None:
    assert matched([make_voucher()], [make_payment(voucher_no="PV1-801-2027000123")]).matches


@pytest.mark.parametrize("written", ["CT1 069 20279700001", "ct1-801-20279700001", "CT180120279700001"])
def test_one_contract_is_the_same_whatever_agency_a_source_puts_into_it(written: str) -> None:
    assert contract_key(written) == "CT1-20279700001"


def test_an_agreement_and_a_contract_of_one_number_are_two() -> None:
    assert contract_key("CTA180120279700001") != contract_key("CT180120279700001")


def test_a_number_that_is_no_fms_contract_is_taken_as_it_is() -> None:
    assert contract_key(" po 77 ") == "PO77"


def test_of_two_vouchers_of_one_amount_each_gets_a_payment_in_the_order_of_days() -> None:
    first, second = make_voucher(1), make_voucher(2, made_on=days_after(5))
    early, late = make_payment("a", issued_on=days_after(6)), make_payment("b", issued_on=days_after(9))
    found = matched([second, first], [late, early])
    assert [(match.voucher, keys(match)) for match in found.matches] == [(first, ["a"]), (second, ["b"])]


def test_a_second_payment_of_one_voucher_is_listed() -> None:
    found = matched([make_voucher()], [make_payment("a"), make_payment("b")])
    assert [payment.raw_key for payment in found.payments_without_voucher] == ["b"]


def test_the_rows_of_one_check_pay_a_voucher_together() -> None:
    rows = [make_payment(key, cents, document_id="1") for key, cents in (("a", 400_000), ("b", 190_000))]
    (match,) = matched([make_voucher()], rows).matches
    assert (keys(match), match.found_by, match.standing) == (["a", "b"], FoundBy.AMOUNT, Standing.PAID)


def test_the_rows_of_one_check_pay_several_vouchers_apart() -> None:
    rows = [make_payment(key, cents, document_id="1") for key, cents in (("a", 400_000), ("b", 190_000))]
    found = matched([make_voucher(1, 190_000), make_voucher(2, 400_000)], rows)
    assert [keys(match) for match in found.matches] == [["b"], ["a"]]


def test_a_smaller_payment_is_a_part_where_only_one_voucher_can_be_meant() -> None:
    (match,) = matched([make_voucher()], [make_payment(cents=500_000)]).matches
    assert (match.found_by, match.standing, match.open_cents) == (FoundBy.PARTS, Standing.PARTIAL, 90_000)


def test_parts_that_come_to_the_voucher_pay_it() -> None:
    (match,) = matched([make_voucher()], [make_payment("a", 500_000), make_payment("b", 90_000)]).matches
    assert match.standing is Standing.PAID


def test_parts_are_never_more_than_the_voucher() -> None:
    found = matched([make_voucher()], [make_payment("a", 500_000), make_payment("b", 90_001)])
    assert [keys(match) for match in found.matches] == [["a"]]
    assert [payment.raw_key for payment in found.payments_without_voucher] == ["b"]


def test_a_smaller_payment_that_two_vouchers_may_mean_is_nobody_s() -> None:
    vouchers = [make_voucher(1, 590_000), make_voucher(2, 700_000)]
    assert matched(vouchers, [make_payment(cents=100)]).matches == ()


def test_too_much_paid_on_a_named_voucher_is_told() -> None:
    rows = [make_payment(key, voucher_no="R27-970000001-01-V01") for key in "ab"]
    (match,) = matched([make_voucher()], rows).matches
    assert (match.standing, match.open_cents) == (Standing.OVERPAID, -590_000)


def test_a_payment_that_came_back_leaves_its_voucher_returned() -> None:
    rows = [make_payment("a"), make_payment("b", -590_000, issued_on=days_after(20))]
    (match,) = matched([make_voucher()], rows).matches
    assert (keys(match), match.standing, match.open_cents) == (["a", "b"], Standing.RETURNED, 590_000)


def test_a_payment_that_came_back_and_was_made_again_pays_its_voucher() -> None:
    again = make_payment("c", issued_on=days_after(30))
    rows = [make_payment("a"), make_payment("b", -590_000, issued_on=days_after(20)), again]
    (match,) = matched([make_voucher()], rows).matches
    assert (keys(match), match.standing) == (["a", "b", "c"], Standing.PAID)


def test_a_payment_comes_back_from_the_check_that_made_it() -> None:
    rows = [
        make_payment("a", document_id="1"),
        make_payment("b", document_id="2", issued_on=days_after(12)),
        make_payment("c", -590_000, document_id="1", issued_on=days_after(20)),
    ]
    found = matched([make_voucher(1), make_voucher(2)], rows)
    assert sorted((keys(match), match.standing) for match in found.matches) == [
        (["a", "c"], Standing.RETURNED),
        (["b"], Standing.PAID),
    ]


def test_a_part_of_a_check_that_came_back_leaves_its_voucher_partly_paid() -> None:
    back = make_payment("b", -90_000, document_id="2027a-1-DSB-EFT", issued_on=days_after(20))
    (match,) = matched([make_voucher()], [make_payment("a"), back]).matches
    assert (match.standing, match.paid_cents) == (Standing.PARTIAL, 500_000)


def test_a_check_of_several_rows_that_came_back_whole_leaves_its_voucher_returned() -> None:
    rows = [make_payment(key, cents, document_id="1") for key, cents in (("a", 400_000), ("b", 190_000))]
    back = make_payment("c", -590_000, document_id="1", issued_on=days_after(20))
    (match,) = matched([make_voucher()], [*rows, back]).matches
    assert (keys(match), match.standing) == (["a", "b", "c"], Standing.RETURNED)


def test_money_that_came_back_before_any_was_paid_is_listed() -> None:
    back = make_payment("b", -590_000, issued_on=days_after(1))
    found = matched([make_voucher()], [make_payment("a"), back])
    assert (found.matches[0].standing, found.payments_without_voucher) == (Standing.PAID, (back,))


def test_a_payment_in_two_downloads_counts_once() -> None:
    found = matched([make_voucher()], [make_payment("a"), make_payment("a")])
    assert (keys(found.matches[0]), found.payments_without_voucher) == (["a"], ())


AMOUNTS = st.sampled_from([100, 200, 300, 500])
DAYS = st.integers(-5, 80).map(days_after)
CONTRACTS = st.sampled_from(["CT180120279700001", "CT106920279700001", OTHER, ""])


@st.composite
def vouchers_made(draw: st.DrawFn) -> list[Voucher]:
    chosen = draw(st.lists(st.tuples(AMOUNTS, DAYS, CONTRACTS.filter(bool)), max_size=6))
    return [make_voucher(n, c, made_on=day, fms_contract_id=no) for n, (c, day, no) in enumerate(chosen, 1)]


@st.composite
def payments_made(draw: st.DrawFn) -> list[PaymentRow]:
    amounts = AMOUNTS | AMOUNTS.map(lambda cents: -cents)
    numbers = st.sampled_from(["", "", "", "R27-970000001-01-V01", "R27-970000001-09-V01", "PV1"])
    chosen = draw(st.lists(st.tuples(amounts, DAYS, CONTRACTS, st.sampled_from(["", "1", "2"]), numbers), max_size=12))
    return [
        make_payment(f"{n:02d}", cents, issued_on=day, contract_id=no, document_id=check, voucher_no=named)
        for n, (cents, day, no, check, named) in enumerate(chosen)
    ]


@settings(max_examples=400)
@given(vouchers_made(), payments_made())
def test_every_voucher_and_every_payment_stands_in_one_place(
    vouchers: list[Voucher], payments: list[PaymentRow]
) -> None:
    found = matched(vouchers, payments)
    rows = [row for match in found.matches for row in match.payments] + list(found.payments_without_voucher)
    assert sorted(row.raw_key for row in rows) == sorted(row.raw_key for row in payments)
    numbers = [match.voucher.number for match in found.matches]
    numbers += [voucher.number for voucher in found.vouchers_without_payment]
    assert sorted(numbers) == sorted(voucher.number for voucher in vouchers)


@given(vouchers_made(), payments_made())
def test_no_cent_is_lost(vouchers: list[Voucher], payments: list[PaymentRow]) -> None:
    found = matched(vouchers, payments)
    paid = sum(match.paid_cents for match in found.matches)
    assert paid + sum(p.amount_cents for p in found.payments_without_voucher) == sum(p.amount_cents for p in payments)
    open_cents = sum(match.open_cents for match in found.matches)
    without = sum(voucher.item.net_cents for voucher in found.vouchers_without_payment)
    assert open_cents + without + paid == sum(voucher.item.net_cents for voucher in vouchers)


@settings(max_examples=400)
@given(vouchers_made(), payments_made(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(vouchers: list[Voucher], payments: list[PaymentRow], rng: Any) -> None:
    mixed = list(vouchers), list(payments)
    rng.shuffle(mixed[0])
    rng.shuffle(mixed[1])
    assert matched(*mixed) == matched(vouchers, payments)


@given(vouchers_made(), payments_made())
def test_what_no_number_names_is_on_the_voucher_s_contract_and_never_too_much(
    vouchers: list[Voucher], payments: list[PaymentRow]
) -> None:
    for match in matched(vouchers, payments).matches:
        if match.found_by is not FoundBy.NUMBER:
            contract = contract_key(match.voucher.item.fms_contract_id)
            assert {contract_key(row.contract_id) for row in match.payments} == {contract}
            assert 0 <= match.paid_cents <= match.voucher.item.net_cents


@given(vouchers_made())
def test_vouchers_that_were_all_paid_are_all_matched(vouchers: list[Voucher]) -> None:
    payments = [
        make_payment(str(n), v.item.net_cents, contract_id=v.item.fms_contract_id, issued_on=v.made_on)
        for n, v in enumerate(vouchers)
    ]
    found = matched(vouchers, payments)
    assert [match.standing for match in found.matches] == [Standing.PAID] * len(vouchers)
    assert found.payments_without_voucher == ()
