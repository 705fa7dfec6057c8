"""Vouchers and what the City paid: each is matched once at most, and what is left says why."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.payments.matches import FoundBy, Matching, Standing, contract_key
from tests.vouchers import MADE_ON, OTHER, WINDOW, days_after, keys, make_payment, make_voucher, matched


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


def test_two_vouchers_of_one_amount_whose_days_tell_them_apart_get_their_own_payments() -> None:
    first, second = make_voucher(1), make_voucher(2, made_on=days_after(WINDOW))
    early, late = make_payment("a", issued_on=days_after(6)), make_payment("b", issued_on=days_after(WINDOW + 9))
    found = matched([second, first], [late, early])
    assert [(match.voucher, keys(match)) for match in found.matches] == [(first, ["a"]), (second, ["b"])]


def test_a_payment_that_fits_two_vouchers_is_matched_with_neither_and_says_why() -> None:
    found = matched([make_voucher(1), make_voucher(2)], [make_payment("a")])
    assert (found.matches, found.why["a"]) == ((),
        "$5,900.00 of November 12, 2026 (2027a-1-DSB-EFT) fits 2 vouchers: R27-970000001-01-V01; R27-970000001-02-V01. "
        "Ask the finance office which is meant, and type the payment at the desk.",
    )  # fmt: skip
    assert found.why["R27-970000001-01-V01"] == found.why["R27-970000001-02-V01"] == found.why["a"]


def test_a_voucher_that_two_payments_fit_is_matched_with_neither_and_says_why() -> None:
    found = matched([make_voucher()], [make_payment("a"), make_payment("b", issued_on=days_after(12))])
    assert found.matches == ()
    assert found.why["R27-970000001-01-V01"].startswith("2 payments fit one voucher: $5,900.00 of November 12, 2026")
    assert found.why["a"] == found.why["b"] == found.why["R27-970000001-01-V01"]


def test_a_second_payment_of_a_voucher_that_was_recorded_as_paid_is_listed_as_one_paid_twice() -> None:
    first = make_payment("a", counted_for="R27-970000001-01-V01", counted_by="amount")
    found = matched([make_voucher()], [first, make_payment("b")])
    assert ([keys(match) for match in found.matches], found.matches[0].found_by) == ([["a"]], FoundBy.AMOUNT)
    assert found.why["b"].startswith("Voucher R27-970000001-01-V01 is over this amount and has its payment already.")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"amount_cents": 600_000}, "No voucher on its contract is over this amount."),
        ({"contract_id": OTHER}, "We asked for no payment on its contract."),
        (
            {"issued_on": MADE_ON - timedelta(days=1)},
            "Voucher R27-970000001-01-V01 is over this amount but was made on",
        ),
        (
            {"voucher_no": "R27-970000001-09-V01"},
            "It names voucher R27-970000001-09-V01, which is in no batch of ours.",
        ),
        ({"amount_cents": -590_000}, "Money came back, and the payment that it gives back is not in the lists."),
    ],
)
def test_what_is_left_says_why_and_so_does_the_voucher(other: dict[str, Any], why: str) -> None:
    found = matched([make_voucher()], [make_payment(**other)])
    assert found.why["a"].startswith(why)
    assert found.why["R27-970000001-01-V01"] == (
        "The lists hold no payment of $5,900.00 on contract CT180120279700001 within 60 days of the batch."
    )


def test_only_what_was_paid_to_the_cent_and_never_went_back_needs_nobody() -> None:
    again = [make_payment("a"), make_payment("b", -590_000, issued_on=days_after(20))]
    again.append(make_payment("c", issued_on=days_after(30)))
    found = matched([make_voucher()], again)
    assert (len(found.standing(Standing.PAID)), found.paid_in_full) == (1, ())
    whole = matched([make_voucher()], [make_payment()])
    assert [(match.paid_cents, match.settled_on) for match in whole.paid_in_full] == [(590_000, date(2026, 11, 12))]


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


def test_parts_that_come_to_more_than_the_voucher_are_left_with_it() -> None:
    found = matched([make_voucher()], [make_payment("a", 500_000), make_payment("b", 90_001)])
    assert (found.matches, len(found.payments_without_voucher)) == ((), 2)
    assert "come to $5,900.01, but it is over $5,900.00" in found.why["R27-970000001-01-V01"]


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
    (match,) = matched([make_voucher(1)], rows).matches
    assert (keys(match), match.standing) == (["a", "b", "c"], Standing.PAID)


def test_money_that_one_of_two_payments_gave_back_leaves_all_of_them_to_a_person() -> None:
    rows = [make_payment("a"), make_payment("b", issued_on=days_after(12))]
    found = matched([make_voucher()], [*rows, make_payment("c", -590_000, issued_on=days_after(20))])
    assert (found.matches, len(found.payments_without_voucher)) == ((), 3)
    assert found.why["c"].startswith("It gives back one of 2 payments of its amount")
    assert found.why["a"].startswith("It may be the one that -$5,900.00 of November 22, 2026 (2027c-1-DSB-EFT) gives")


def test_a_part_of_a_check_that_came_back_leaves_its_voucher_partly_paid() -> None:
    back = make_payment("b", -90_000, document_id="2027a-1-DSB-EFT", issued_on=days_after(20))
    (match,) = matched([make_voucher()], [make_payment("a"), back]).matches
    assert (match.standing, match.paid_cents) == (Standing.PARTIAL, 500_000)


def test_a_payment_that_was_recorded_before_and_came_back_under_another_document_leaves_its_voucher_returned() -> None:
    first = make_payment("a", counted_for="R27-970000001-01-V01", counted_by="amount")
    (match,) = matched([make_voucher()], [first, make_payment("b", -590_000, issued_on=days_after(20))]).matches
    assert (keys(match), match.standing) == (["a", "b"], Standing.RETURNED)


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
