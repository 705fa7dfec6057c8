"""Cells of requisition files: amounts, dates, evidence and words, or the sentence with sheet and cell."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.forms import Evidence
from models.shared.money import dollars, to_cents
from models.shared.sheet_cells import CellReader, Mark, Slot
from tests.requisitions import LINE_ROWS, head_with, lines_with, read, sentences

AMOUNT, TAX = 3, 4


@given(st.integers(-(10**12), 10**12))
def test_an_amount_is_read_as_the_cents_that_are_printed(cents: int) -> None:
    reader = CellReader()
    amounts = [reader.amount(Slot(value, "Lines", "D2"), "amount") for value in (dollars(cents), cents / 100)]
    assert (amounts, reader.mistakes) == ([cents, cents], [])


@pytest.mark.parametrize(
    ("written", "cents"),
    [("$1,234.50", 123_450), ("(123.45)", -12_345), ("-12.30", -1_230), (1234.5, 123_450), ("7500", 750_000)],
)
def test_an_amount_is_read_as_people_write_it(written: object, cents: int) -> None:
    assert read(lines=lines_with(AMOUNT, written)).lines[0].amount_cents == cents


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("abc", "“abc” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ("1.234,56", "“1.234,56” can be read in two ways. Write a point before the cents and no comma there, for "
                     "example 1234.56."),
        ("(1234,56)", "“(1234,56)” can be read in two ways. Write a point before the cents and no comma there, for "
                      "example 1234.56."),
        ("1e309", "“1e309” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ("nan", "“nan” is not an amount of money. Write dollars and cents, for example 1234.50."),
        (float("nan"), "“nan” is not an amount of money. Write dollars and cents, for example 1234.50."),
        (float("inf"), "“inf” is not an amount of money. Write dollars and cents, for example 1234.50."),
        (True, "“True” is not an amount of money. Write dollars and cents, for example 1234.50."),
        (date(2026, 1, 1), "“2026-01-01” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ("12\x1b34", "“1234” holds a sign that cannot be seen. Write dollars and cents, for example 1234.50."),
        ("€500", "“€500” is not an amount of money. Write dollars and cents, for example 1234.50."),
        ("10.005", "10.005 has a fraction of a cent. Write dollars and cents, for example 1234.50."),
        (10.005, "10.005 has a fraction of a cent. Write dollars and cents, for example 1234.50."),
        ("1.234", "1.234 has a fraction of a cent. Write dollars and cents, for example 1234.50."),
        (1e15, "1000000000000000.0 is too large to be an amount. Write dollars and cents, for example 1234.50."),
        ("", "The amount is missing. Write dollars and cents, for example 1234.50."),
        (None, "The amount is missing. Write dollars and cents, for example 1234.50."),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_cell(written: object, says: str) -> None:
    assert sentences(lines=lines_with(AMOUNT, written)) == (f"Lines!D2: {says}",)


@given(st.text(max_size=50) | st.floats() | st.booleans() | st.dates() | st.decimals(allow_nan=True))
def test_any_amount_is_either_read_or_refused_at_its_cell(value: Any) -> None:
    reader = CellReader()
    cents = reader.amount(Slot(value, "Lines", "D2"), "amount")
    assert [(m.sheet, m.cell) for m in reader.mistakes] in ([], [("Lines", "D2")])
    assert reader.mistakes or cents == to_cents(value if isinstance(value, float | Decimal) else str(value).strip())


def test_an_empty_total_is_refused_with_its_cell() -> None:
    assert sentences(head_with("Total claimed", "")) == (
        "Requisition!B13: The total is missing. Write dollars and cents, for example 1234.50.",
    )


def test_a_line_with_a_supplier_but_no_amount_is_not_dropped_in_silence() -> None:
    found = sentences(lines=[*LINE_ROWS, [4.0, 4.0, "", "", "", "", "Fennimore Tallow Law Office", ""]])
    assert found == ("Lines!D5: The amount is missing. Write dollars and cents, for example 1234.50.",)


def test_a_requisition_without_any_amount_is_refused() -> None:
    assert sentences(lines=[LINE_ROWS[0], [1.0, 1.0]]) == (
        "Lines: The requisition has no line with an amount. Fill in at least one line.",
    )


def test_an_unknown_evidence_word_is_refused_with_the_known_ones() -> None:
    assert sentences(lines=lines_with(5, "time records, receipts")) == (
        "Lines!F2: “receipts” is not a known kind of evidence. Known: payroll_register, time_records, vendor_bill, "
        "proof_of_payment, inventory_report.",
    )


def test_evidence_is_also_read_from_a_column_of_its_own() -> None:
    lines: list[list[Any]] = [
        ["Line", "Budget line", "Amount", "Vendor bill", "Inventory report"],
        [1.0, 5.0, 500.0, "yes", "x"],
    ]
    assert read(lines=lines).lines[0].evidence == (Evidence.VENDOR_BILL, Evidence.INVENTORY_REPORT)


@pytest.mark.parametrize(
    "written",
    [date(2026, 10, 5), datetime(2026, 10, 5, 9, 30), "2026-10-05", "10/05/2026", "10/5/26", " 2026-10-05 00:00:00 "],  # noqa: DTZ001
)
def test_a_date_is_read_in_any_form_of_a_cell(written: object) -> None:
    assert read(head_with("Invoice date", written)).invoice_date == date(2026, 10, 5)


@pytest.mark.parametrize("written", ["soon", "13/05/2026", 46_300.0, "2026-02-30", True])
def test_what_is_no_date_is_refused_with_its_cell(written: object) -> None:
    (found,) = sentences(head_with("Invoice date", written))
    assert found.startswith("Requisition!B7: “") and "is not a date for the invoice date." in found


def test_a_date_in_an_impossible_year_is_refused() -> None:
    assert sentences(head_with("Invoice date", date(1026, 10, 5))) == (
        "Requisition!B7: 1026-10-05 cannot be the invoice date. Correct the year.",
    )


def test_a_formula_in_an_amount_is_refused_with_its_cell() -> None:
    marks = {("Lines", 1, AMOUNT): Mark.FORMULA}
    assert sentences(mark=lambda *cell: marks.get(cell)) == (
        "Lines!D2: A formula stands where the amount is asked, and its result can change. Write the value itself in "
        "place of the formula.",
    )


def test_a_formula_without_a_stored_result_does_not_make_a_line_empty() -> None:
    marks = {("Lines", 4, AMOUNT): Mark.FORMULA}
    (found,) = sentences(lines=[*LINE_ROWS, [4.0, 4.0]], mark=lambda *cell: marks.get(cell))
    assert found.startswith("Lines!D5: A formula stands where the amount is asked")


def test_an_error_of_the_spreadsheet_is_refused_with_its_cell() -> None:
    marks = {("Lines", 2, TAX): Mark.ERROR}
    assert sentences(lines=lines_with(TAX, "", row=2), mark=lambda *cell: marks.get(cell)) == (
        "Lines!E3: The cell shows an error of the spreadsheet, such as #REF!. Write the sales tax itself.",
    )


def test_a_sales_tax_below_zero_is_refused_on_a_line_that_claims_money() -> None:
    assert sentences(lines=lines_with(TAX, -5.0)) == (
        "Lines!E2: The sales tax is negative on a line that claims money. Write it without a sign.",
    )


def test_an_invoice_number_that_became_a_date_is_refused() -> None:
    (found,) = sentences(head_with("Invoice number", date(2026, 9, 3)))
    assert found.startswith("Requisition!B6: The spreadsheet has made a date or a time of the invoice number.")


def test_signs_that_nobody_sees_are_taken_out_of_texts() -> None:
    assert read(head_with("Place of service", " 14\u200b Quayside\n Mews\u202e ")).place == "14 Quayside Mews"
