"""Financial report files: what is read, and the sentence with sheet and cell for each thing that cannot be."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fiscal.forms import FinancialReportForm
from models.fiscal.report_file import report_from_workbook, reports_from_table
from models.shared.file_mistakes import FormError
from models.shared.sheet_cells import Mark
from tests.financial_reports import (
    GOOD,
    HEAD_ROWS,
    LINE_ROWS,
    filed,
    head_with,
    lines_with,
    reports,
    sentences,
    sheets_of,
    table_of,
)

CURRENT = 5
EXAMPLE = "Write dollars and cents, for example 1234.50."


def table_sentences(table: list[list[Any]]) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        reports_from_table(("october", table))
    return error.value.sentences


def test_a_good_workbook_gives_the_whole_form() -> None:
    assert filed().form == GOOD


@given(reports())
def test_whatever_a_workbook_says_is_what_is_read(form: FinancialReportForm) -> None:
    assert report_from_workbook(sheets_of(form)).form == form


@given(reports(), reports("R27-970000002"))
def test_whatever_a_flat_table_says_is_what_is_read(form: FinancialReportForm, other: FinancialReportForm) -> None:
    assert [report.form for report in reports_from_table(("october", table_of(form, other)))] == [form, other]


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    lines = lines_with(CURRENT, "abc")
    lines[2][1], lines[3][0], lines[5][3] = "perks", 1.0, ""
    found = sentences(head_with("Month", "soon"), lines)
    assert [sentence.split(":")[0] for sentence in found] == ["Report!B4", "Lines!F2", "Lines!B3", "Lines!A4",
                                                              "Lines!D6"]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "cents"),
    [("1,234.50", 123_450), ("$1,234.50", 123_450), ("(123.45)", -12_345), (-12.3, -1_230), ("0", 0)],
)
def test_an_amount_is_read_as_people_write_it(written: object, cents: int) -> None:
    assert filed(lines=lines_with(CURRENT, written)).form.lines[0].current_cents == cents


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("abc", f"“abc” is not an amount of money. {EXAMPLE}"),
        ("1.234,50", "“1.234,50” can be read in two ways. Write a point before the cents and no comma there, for "
                     "example 1234.56."),
        ("1e309", f"“1e309” is not an amount of money. {EXAMPLE}"),
        ("50%", f"“50%” is not an amount of money. {EXAMPLE}"),
        (float("inf"), f"“inf” is not an amount of money. {EXAMPLE}"),
        ("", f"The amount of this month is missing. {EXAMPLE}"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_cell(written: object, says: str) -> None:
    assert sentences(lines=lines_with(CURRENT, written)) == (f"Lines!F2: {says}",)


def test_a_formula_and_a_percentage_in_amounts_are_refused_with_their_cells() -> None:
    marks = {("Lines", 1, CURRENT): Mark.FORMULA, ("Lines", 5, 3): Mark.PERCENT}
    assert sentences(mark=lambda *cell: marks.get(cell)) == (
        "Lines!F2: A formula stands where the amount of this month is asked, and its result can change. Write the "
        "value itself in place of the formula.",
        "Lines!D6: The cell shows the total of the budget as a percentage. Format the cell as a number and write the "
        "total of the budget itself.",
    )


def test_a_hidden_line_is_refused_with_its_row() -> None:
    hidden = sentences(mark=lambda sheet, row, _: Mark.HIDDEN_ROW if (sheet, row) == ("Lines", 3) else None)
    assert hidden == ("Lines!A4: Row 4 is hidden, and “3” stands in it. Show it and check it, or delete it.",)


@pytest.mark.parametrize("row", [1, 5])
def test_a_negative_budget_is_refused_on_a_line_and_in_the_totals(row: int) -> None:
    (found,) = sentences(lines=lines_with(3, -5.0, row=row))
    assert found.startswith(f"Lines!D{row + 1}: The ") and found.endswith(" is negative. Write it without a sign.")


def test_a_total_below_zero_is_read_where_credits_can_make_one() -> None:
    totals = filed(lines=lines_with(CURRENT, "(9,484.50)", row=5)).form.totals
    assert totals.current_cents == -948_450


def test_sums_that_do_not_add_up_are_left_to_the_review() -> None:
    assert filed(lines=lines_with(6, 20001.0)).form.lines[0].ytd_cents == 2_000_100


@pytest.mark.parametrize("label", ["Total", "total", "TOTALS", "Grand total", "Subtotal PS"])
def test_a_row_of_totals_in_the_middle_of_the_lines_is_refused(label: str) -> None:
    lines = [*LINE_ROWS[:3], [label, "", "", 75000.0, 18750.0, 6250.0, 25000.0, 50000.0], *LINE_ROWS[3:]]
    assert sentences(lines=lines) == (
        "Lines!A4: A row of totals stands in the middle of the lines. Remove it; one row of totals ends the report.",
    )


@pytest.mark.parametrize("at", [1, 2])
def test_a_row_of_totals_is_known_by_its_category_or_title_too(at: int) -> None:
    middle: list[Any] = ["", "", "", 75000.0, 18750.0, 6250.0, 25000.0, 50000.0]
    middle[at] = "Subtotal"
    (found,) = sentences(lines=[*LINE_ROWS[:3], middle, *LINE_ROWS[3:]])
    assert found.startswith("Lines!A4: A row of totals stands in the middle of the lines.")


def test_a_report_without_its_totals_is_refused() -> None:
    assert sentences(lines=LINE_ROWS[:5]) == (
        "Lines!A5: The row of totals is missing below this one. Write “Total” in place of the line's number, and the "
        "sums.",
    )


def test_a_report_in_which_nothing_was_filled_in_is_refused_in_one_sentence() -> None:
    empty = [[*row[:5], "", "", "", ""] for row in LINE_ROWS[1:]]
    assert sentences(lines=[LINE_ROWS[0], *empty]) == (
        "Lines!F2: Nothing is filled in under “This month”. Write what was spent on each line this month, 0.00 where "
        "nothing was, and its year to date and balance.",
    )


def test_a_report_of_twenty_thousand_lines_is_refused_in_one_sentence() -> None:
    many = [[float(no), "OTPS", "Rent", "abc", 0, 0, 0, 0] for no in range(1, 20_001)]
    assert sentences(lines=[LINE_ROWS[0], *many, LINE_ROWS[-1]]) == (
        "Lines: The report has 20,000 lines; 500 at most are taken. Check that it is the right file.",
    )


def test_five_hundred_lines_are_taken() -> None:
    many = [[float(no), "OTPS", "Rent", 1.0, 0, 0, 0, 1.0] for no in range(1, 501)]
    assert len(filed(lines=[LINE_ROWS[0], *many, LINE_ROWS[-1]]).form.lines) == 500


def test_two_lines_with_one_number_are_refused() -> None:
    assert sentences(lines=lines_with(0, 1.0, row=2)) == (
        "Lines!A3: Line 1 stands in A2 already. Give each line a number of its own.",
    )


@pytest.mark.parametrize(
    "written",
    ["2026-10", "10/2026", "October 2026", "Oct 2026", "Oct-26", date(2026, 10, 1), datetime(2026, 10, 31)],  # noqa: DTZ001
)
def test_a_month_is_read_in_any_form_of_a_cell(written: object) -> None:
    assert filed(head_with("Month", written)).form.month == date(2026, 10, 1)


@pytest.mark.parametrize("written", ["October", "2026-13", 10.0, "10", "1026-10"])
def test_what_is_no_month_is_refused_with_its_cell(written: object) -> None:
    (found,) = sentences(head_with("Month", written))
    assert found.startswith("Report!B4: “") and found.endswith("Write the year and the month, for example 2026-10.")


@pytest.mark.parametrize(("written", "fte"), [(2, "2"), ("2.25", "2.25"), ("", None), (0, "0")])
def test_paid_full_time_equivalents_are_read_or_left_out(written: object, fte: str | None) -> None:
    assert filed(head_with("Paid FTE", written)).form.paid_fte == (None if fte is None else Decimal(fte))


@pytest.mark.parametrize("written", ["two", -1, "2,5", "1e3", True, float("nan"), 2.125])
def test_what_is_no_number_is_refused_with_its_cell(written: object) -> None:
    (found,) = sentences(head_with("Paid FTE", written))
    assert found.startswith("Report!B7: “") and "is not a number for the paid FTE." in found


@pytest.mark.parametrize(("label", "cell"), [("Contract number", "B3"), ("Month", "B4"), ("Certified by", "B6")])
def test_a_head_that_lacks_what_it_needs_is_refused(label: str, cell: str) -> None:
    (found,) = sentences(head_with(label))
    assert found.startswith(f"Report!{cell}: The ") and "is missing." in found


def test_a_workbook_without_its_lines_is_refused() -> None:
    with pytest.raises(FormError, match=r"has no sheet “Lines” .* it has “Report”, “Sheet2”"):
        report_from_workbook([("Report", HEAD_ROWS), ("Sheet2", LINE_ROWS)])


def test_lines_without_a_column_of_amounts_are_refused() -> None:
    lines = [[*row[:7], *row[8:]] for row in LINE_ROWS]
    assert sentences(lines=lines) == (
        "Lines: The sheet has no column “Balance”. Add it to the header row above the lines.",
    )


def test_a_flat_table_may_leave_the_head_empty_on_later_rows() -> None:
    table = table_of(GOOD)
    for row in table[2:]:
        row[:6] = [""] * 6
    assert [report.form for report in reports_from_table(("october", table))] == [GOOD]


def test_revisions_of_one_month_are_reports_of_their_own() -> None:
    later = GOOD.model_copy(update={"revision": 2})
    found = reports_from_table(("october", table_of(GOOD, later)))
    assert [report.form.revision for report in found] == [1, 2]


def test_a_head_that_differs_within_a_report_is_refused_with_its_cell() -> None:
    table = table_of(GOOD)
    table[3][4] = "3.5"
    assert table_sentences(table) == ("october!E4: The paid_fte differs from E2. Every line must say the same.",)


def test_the_lines_of_a_report_that_are_torn_apart_are_refused() -> None:
    other = GOOD.model_copy(update={"contract_no": "R27-970000002"})
    found = table_sentences([*table_of(GOOD, other), *table_of(GOOD)[1:]])
    assert found == (
        "october!G12: The report of CT180120279700001 for 2026-10 begins here for the second time. Put its lines "
        "together, with one row of totals at the end.",
    )


def test_lines_below_the_totals_of_their_report_are_refused() -> None:
    table = table_of(GOOD)
    table[4], table[5] = table[5], table[4]
    assert [found.split(":")[0] for found in table_sentences(table)] == ["october!G5", "october!G6"]


def test_mistakes_of_all_reports_of_a_table_are_told_at_once() -> None:
    table = table_of(GOOD, GOOD.model_copy(update={"contract_no": "R27-970000002"}))
    table[1][11], table[7][12], table[10][0] = "abc", "1.234,56", "R27-970000002"
    assert [found.split(":")[0] for found in table_sentences(table)] == ["october!L2", "october!M8"]


def test_a_flat_table_without_a_single_report_is_refused() -> None:
    assert table_sentences(table_of()) == (
        "october: The report has no line with an amount. Fill in at least one line.",
    )


@given(st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.dates() | st.integers(), st.data())
def test_any_value_in_any_cell_is_either_read_or_refused_in_sentences(value: Any, data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 8))
    label = data.draw(st.sampled_from([str(row[0]) for row in HEAD_ROWS if row]))
    for head, lines in ((HEAD_ROWS, lines_with(column, value, row)), (head_with(label, value), LINE_ROWS)):
        try:
            assert filed(head, lines).form.lines
        except FormError as error:
            assert error.sentences and all(error.sentences)
