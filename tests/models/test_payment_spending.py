"""Checkbook NYC's spending as a table: every row is read or rejected with its reason, and the sums agree."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.spending import SpendingList, SpentRow, payments_from_table
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import words
from tests.spending import GOOD, TITLES, row


def read(*rows: list[Any], titles: list[Any] = TITLES) -> SpendingList:
    return payments_from_table(("spending", [titles, *rows]))


def reasons(found: SpendingList) -> list[tuple[int, str]]:
    return [(bad.row, bad.reason) for bad in found.rejected]


def test_a_row_of_the_csv_is_read() -> None:
    (payment,) = read(GOOD).rows
    assert payment == SpentRow(
        raw_key=payment.raw_key, document_id="20279700001-1-DSB-EFT", issued_on=date(2026, 11, 12),
        agency="Department of Small Business Services", payee="BRAMBLEWICK COOPERATIVE EXCHANGE",
        contract_id="CT180120279700001", amount_cents=4_120_735, category="Contracts",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "cents"),
    [("-120.5", -12_050), ("(123.45)", -12_345), ("12,320.00", 1_232_000), ("$8", 800), (742.35, 74_235), ("0", 0)],
)
def test_amounts_are_read_as_payment_lists_write_them(written: Any, cents: int) -> None:
    assert read(row(check_amount=written)).amount_cents == cents


@pytest.mark.parametrize("written", ["3/6/2018", "2018-03-06", "2018-03-06 00:00:00", date(2018, 3, 6)])
def test_dates_are_read_as_payment_lists_write_them(written: Any) -> None:
    assert read(row(issue_date=written)).rows[0].issued_on == date(2018, 3, 6)


@pytest.mark.parametrize("none", ["N/A", "-", "", "n/a"])
def test_what_the_source_leaves_out_is_empty(none: str) -> None:
    (payment,) = read(row(contract_id=none, document_id=none)).rows
    assert (payment.contract_id, payment.document_id) == ("", "")


def test_a_payee_whose_name_is_private_is_kept_as_written() -> None:
    assert read(row(payee_name="N/A (PRIVACY/SECURITY)")).rows[0].payee == "N/A (PRIVACY/SECURITY)"


def test_what_a_vendor_paid_on_is_kept_apart_from_the_city_s_payments() -> None:
    found = read(GOOD, row(sub_vendor="Yes", document_id="N/A", check_amount="100.00"))
    assert (found.amount_cents, [p.amount_cents for p in found.subvendor_rows]) == (4_120_735, [10_000])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"check_amount": "abc"}, "“abc” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ({"check_amount": ""}, "The amount is missing. Write dollars and cents, for example 1234.50."),
        ({"issue_date": ""}, "The issue date is missing."),
        ({"payee_name": ""}, "The payee name is missing. Fill it in."),
        ({"sub_vendor": "perhaps"}, "“perhaps” is neither yes nor no for the column “Sub Vendor”. Write yes or no."),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_number_and_reason(cells: dict[str, str], reason: str) -> None:
    assert reasons(read(GOOD, row(**cells))) == [(3, reason)]


def test_every_reason_of_a_row_is_told_at_once() -> None:
    (bad,) = read(row(check_amount="abc", issue_date="yesterday", payee_name="")).rejected
    assert all(word in bad.reason for word in ("abc", "yesterday", "payee"))


def test_a_rejected_row_keeps_its_cells_and_the_amount_that_can_be_told() -> None:
    (bad,) = read(row(issue_date="")).rejected
    assert (bad.cells, bad.amount_cents) == (tuple(row(issue_date="")), 4_120_735)


def test_a_row_whose_texts_fell_apart_at_a_comma_is_rejected() -> None:
    assert reasons(read([*GOOD, "INC"])) == [
        (2, "The row has more cells than there are titles. Put its texts in quotes.")
    ]


def test_a_row_that_is_cut_short_is_rejected() -> None:
    assert [bad.row for bad in read(GOOD[:4]).rejected] == [2]


def test_blank_rows_are_passed_over() -> None:
    assert read([], GOOD, ["", " "]).rows_read == 1


def test_titles_may_stand_below_a_heading() -> None:
    found = payments_from_table(("spending", [["Spending, fiscal year 2027"], [], TITLES, GOOD]))
    assert found.amount_cents == 4_120_735


def test_a_list_without_the_titles_is_refused() -> None:
    with pytest.raises(FormError, match="No row has the column titles “Issue Date”, “Payee Name”, “Check Amount”"):
        read(GOOD, titles=["Name", "Colour"])


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(FormError, match="Two columns say “Payee Name”"):
        read([*GOOD, "x"], titles=[*TITLES, "Vendor Name"])


@pytest.mark.parametrize(("printed", "agrees"), [("82414.70", True), ("82414.69", False)])
def test_a_printed_total_is_compared_and_is_no_payment(printed: str, agrees: bool) -> None:
    blank = row(**{title.lower().replace(" ", "_"): "" for title in TITLES})
    total = [*blank[:2], "Grand Total", *blank[3:5], printed, *blank[6:]]
    found = read(GOOD, GOOD, total)
    assert (found.rows_read, found.reconciles) == (2, agrees)


def test_a_printed_total_is_of_all_rows_those_of_other_vendors_and_rejected_ones_too() -> None:
    total = ["", "", "Total", "", "", "123622.05", "", "", "", ""]
    assert read(GOOD, row(sub_vendor="Yes"), row(issue_date=""), total).reconciles


def test_what_was_read_and_what_was_not_is_told_in_a_sentence() -> None:
    blank = row(**{title.lower().replace(" ", "_"): "" for title in TITLES})
    found = read(GOOD, GOOD, row(issue_date=""), ["", "", "Total", "", "", "1.00", *blank[6:]])
    assert found.sentence == (
        "3 rows were read; the City's payments come to $82,414.70. 1 row was rejected. Correct what stands in the "
        "list of rejected rows. The file prints a total of $1.00 and its rows come to $123,622.05. Download it again."
    )


def test_a_list_without_total_and_count_cannot_be_compared() -> None:
    assert read(GOOD).reconciles is None


def test_two_rows_of_one_check_are_two_payments() -> None:
    first, second = read(GOOD, row(check_amount="18600.50")).rows
    assert first.document_id == second.document_id
    assert first.raw_key != second.raw_key


def test_rows_that_say_the_very_same_have_keys_of_their_own() -> None:
    assert len({payment.raw_key for payment in read(GOOD, GOOD, GOOD).rows}) == 3


def test_a_row_has_the_same_key_in_another_download() -> None:
    other = row(check_amount="1.00")
    assert {p.raw_key for p in read(GOOD, other).rows} == {p.raw_key for p in read(other, GOOD).rows}


@pytest.mark.parametrize("other", [{"agency": ""}, {"payee_name": "BRAMBLEWICK CO-OP"}, {"spending_category": ""}])
def test_a_download_with_fewer_columns_or_another_spelling_gives_the_same_key(other: dict[str, str]) -> None:
    assert read(row(**other)).rows[0].raw_key == read(GOOD).rows[0].raw_key


def test_payments_without_a_document_are_told_apart_by_their_payees() -> None:
    one, other = read(row(document_id="N/A"), row(document_id="N/A", payee_name="HEDGEROW FARE")).rows
    assert one.raw_key[:-2] != other.raw_key[:-2]


CELLS = st.sampled_from(["", "N/A", "5.00", "-3", "abc", "2026-11-12", "Total", "Yes", "(1.00)", "CT1", None, 7.5])


@given(st.lists(st.lists(CELLS, min_size=len(TITLES), max_size=len(TITLES)), max_size=12))
def test_every_row_is_read_or_rejected_or_a_total_or_blank(rows: list[list[Any]]) -> None:
    found = read(*rows)
    blank = sum(not any(map(words, cells)) for cells in rows)
    assert found.rows_read + len(found.totals) + blank == len(rows)


PAYMENTS = st.lists(st.tuples(st.integers(-(10**10), 10**10), st.sampled_from(["Yes", "No", "N/A"])), max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["1", "N/A"]), st.sampled_from("AB"), st.sampled_from("XY")), max_size=8))
def test_the_order_of_rows_does_not_change_their_keys(kinds: list[tuple[str, str, str]]) -> None:
    rows = [row(document_id=no, payee_name=payee, spending_category=category) for no, payee, category in kinds]
    assert set(read(*rows).rows) == set(read(*reversed(rows)).rows)


@given(PAYMENTS)
def test_the_sums_of_a_list_are_those_of_its_rows(payments: list[tuple[int, str]]) -> None:
    found = read(*(row(check_amount=plain(cents), sub_vendor=sub) for cents, sub in payments))
    assert found.listed_cents == sum(cents for cents, _ in payments)
    assert found.amount_cents == sum(cents for cents, sub in payments if sub != "Yes")
