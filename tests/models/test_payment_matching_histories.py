"""Vouchers and payments at random: no cent is lost, the order of rows does not matter, nothing is guessed."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.payments.matches import FoundBy, Standing, contract_key
from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher
from tests.vouchers import OTHER, days_after, keys, make_payment, make_voucher, matched

AMOUNTS = st.sampled_from([100, 200, 300, 500])
DAYS = st.integers(-5, 80).map(days_after)
CONTRACTS = st.sampled_from(["CT180120279700001", "CT106920279700001", OTHER, ""])


@st.composite
def vouchers_made(draw: st.DrawFn) -> list[Voucher]:
    chosen = draw(st.lists(st.tuples(AMOUNTS, DAYS, CONTRACTS.filter(bool)), max_size=6))
    return [make_voucher(n, c, made_on=day, fms_contract_id=no) for n, (c, day, no) in enumerate(chosen, 1)]


@st.composite
def payments_made(draw: st.DrawFn) -> list[SpentRow]:
    amounts = AMOUNTS | AMOUNTS.map(lambda cents: -cents)
    numbers = st.sampled_from(["", "", "", "R27-970000001-01-V01", "R27-970000001-09-V01", "PV1"])
    chosen = draw(st.lists(st.tuples(amounts, DAYS, CONTRACTS, st.sampled_from(["", "1", "2"]), numbers), max_size=12))
    return [
        make_payment(f"{n:02d}", cents, issued_on=day, contract_id=no, document_id=check, voucher_no=named)
        for n, (cents, day, no, check, named) in enumerate(chosen)
    ]


@settings(max_examples=400)
@given(vouchers_made(), payments_made())
def test_every_voucher_and_every_payment_stands_in_one_place(vouchers: list[Voucher], payments: list[SpentRow]) -> None:
    found = matched(vouchers, payments)
    rows = [row for match in found.matches for row in match.payments] + list(found.payments_without_voucher)
    assert sorted(row.raw_key for row in rows) == sorted(row.raw_key for row in payments)
    numbers = [match.voucher.number for match in found.matches]
    numbers += [voucher.number for voucher in found.vouchers_without_payment]
    assert sorted(numbers) == sorted(voucher.number for voucher in vouchers)


@given(vouchers_made(), payments_made())
def test_no_cent_is_lost(vouchers: list[Voucher], payments: list[SpentRow]) -> None:
    found = matched(vouchers, payments)
    paid = sum(match.paid_cents for match in found.matches)
    assert paid + sum(p.amount_cents for p in found.payments_without_voucher) == sum(p.amount_cents for p in payments)
    open_cents = sum(match.open_cents for match in found.matches)
    without = sum(voucher.item.net_cents for voucher in found.vouchers_without_payment)
    assert open_cents + without + paid == sum(voucher.item.net_cents for voucher in vouchers)


@settings(max_examples=400)
@given(vouchers_made(), payments_made(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(vouchers: list[Voucher], payments: list[SpentRow], rng: Any) -> None:
    mixed = list(vouchers), list(payments)
    rng.shuffle(mixed[0])
    rng.shuffle(mixed[1])
    assert matched(*mixed) == matched(vouchers, payments)


@given(vouchers_made(), payments_made())
def test_what_no_number_names_is_on_the_voucher_s_contract_and_never_too_much(
    vouchers: list[Voucher], payments: list[SpentRow]
) -> None:
    for match in matched(vouchers, payments).matches:
        if match.found_by is not FoundBy.NUMBER:
            contract = contract_key(match.voucher.item.fms_contract_id)
            assert {contract_key(row.contract_id) for row in match.payments} == {contract}
            assert 0 <= match.paid_cents <= match.voucher.item.net_cents


@given(vouchers_made(), payments_made())
def test_everything_that_is_left_says_why(vouchers: list[Voucher], payments: list[SpentRow]) -> None:
    found = matched(vouchers, payments)
    left = [voucher.number for voucher in found.vouchers_without_payment]
    left += [row.raw_key for row in found.payments_without_voucher]
    assert sorted(found.why) == sorted(left) and all(why.endswith(".") for why in found.why.values())


@given(vouchers_made(), payments_made())
def test_what_was_recorded_once_stays_so_whatever_comes_in_later(
    vouchers: list[Voucher], payments: list[SpentRow]
) -> None:
    before = matched(vouchers, payments[:4]).paid_in_full
    counted = {row.raw_key: m for m in before for row in m.payments}
    kept = [
        replace(row, counted_for=counted[row.raw_key].voucher.number, counted_by=counted[row.raw_key].found_by)
        if row.raw_key in counted else row
        for row in payments
    ]  # fmt: skip
    after = {match.voucher.number: set(keys(match)) for match in matched(vouchers, kept).matches}
    assert all(set(keys(match)) <= after[match.voucher.number] for match in before)


@given(vouchers_made())
def test_vouchers_that_were_all_paid_are_all_matched_where_no_two_are_alike(vouchers: list[Voucher]) -> None:
    alike = {(contract_key(v.item.fms_contract_id), v.item.net_cents): v for v in vouchers}
    some = list(alike.values())
    payments = [
        make_payment(str(n), v.item.net_cents, contract_id=v.item.fms_contract_id, issued_on=v.made_on)
        for n, v in enumerate(some)
    ]
    found = matched(some, payments)
    assert [match.standing for match in found.matches] == [Standing.PAID] * len(some)
    assert found.payments_without_voucher == ()
