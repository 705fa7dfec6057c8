"""Requisition files: what is read, and the sentence with sheet and cell for each thing that cannot be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.forms import RequisitionForm
from models.payments.requisition_file import (
    requisition_from_table,
    requisition_from_workbook,
    requisitions_from_json,
)
from models.shared.file_mistakes import FormError
from models.shared.sheet_layouts import column_letter
from tests.requisitions import (
    GOOD,
    HEAD_ROWS,
    LINE_ROWS,
    head_with,
    lines_with,
    object_of,
    read,
    requisitions,
    sentences,
    sheets_of,
    table_of,
)

AMOUNT, TAX = 3, 4


def test_a_good_workbook_gives_the_whole_form() -> None:
    assert read() == GOOD


@given(requisitions())
def test_whatever_a_workbook_says_is_what_is_read(form: RequisitionForm) -> None:
    assert requisition_from_workbook(sheets_of(form)) == form


@given(requisitions())
def test_whatever_a_flat_table_says_is_what_is_read(form: RequisitionForm) -> None:
    assert requisition_from_table(("september", table_of(form))) == form


@given(requisitions())
def test_whatever_json_says_is_what_is_read(form: RequisitionForm) -> None:
    assert requisitions_from_json(object_of(form)) == (form,)


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    lines = lines_with(AMOUNT, "abc")
    lines[2][5], lines[3][0] = "receipt", 1.0
    found = sentences(head_with("Invoice date", "soon"), lines)
    assert [sentence.split(":")[0] for sentence in found] == ["Requisition!B7", "Lines!D2", "Lines!F3", "Lines!A4"]


def test_a_line_without_anything_written_in_it_is_left_out() -> None:
    template = [*LINE_ROWS, [4.0, 4.0, "", "", "", "", "", ""], [], [5.0]]
    assert read(lines=template) == GOOD


def test_a_file_of_twenty_thousand_lines_is_refused_in_one_sentence() -> None:
    many = [[float(no), 1.0, "Rent", "abc", "", "", "", ""] for no in range(1, 20_001)]
    assert sentences(lines=[LINE_ROWS[0], *many]) == (
        "Lines: The requisition has 20,000 lines; 500 at most are taken. Check that it is the right file.",
    )


def test_five_hundred_lines_are_taken() -> None:
    many = [[float(no), 1.0, "Rent", 1.0, "", "", "", ""] for no in range(1, 501)]
    assert len(read(lines=[LINE_ROWS[0], *many]).lines) == 500


def test_two_lines_with_one_number_are_refused() -> None:
    assert sentences(lines=lines_with(0, 1.0, row=2)) == (
        "Lines!A3: Line 1 stands in A2 already. Give each line a number of its own.",
    )


def test_services_that_end_before_they_begin_are_refused() -> None:
    assert sentences(head_with("Services to", "2026-08-30")) == (
        "Requisition!B9: Services end on 2026-08-30, before they begin on 2026-09-01. Correct one of the two dates.",
    )


def test_a_line_that_ends_before_the_requisition_begins_is_refused() -> None:
    lines: list[list[Any]] = [["Line", "Budget line", "Amount", "Services to"], [1.0, 1.0, 5900.0, "08/31/2026"]]
    assert sentences(lines=lines) == (
        "Lines!D2: Services end on 2026-08-31, before they begin on 2026-09-01. Correct one of the two dates.",
    )


def test_what_a_proper_invoice_lacks_is_left_to_the_review() -> None:
    form = read([["Requisition number", "R27-970000001-03"], ["Total claimed", 5900.0]])
    assert (form.invoice_no, form.invoice_date, form.contract_no, form.place) == ("", None, "", "")


def test_a_requisition_without_its_number_is_refused() -> None:
    assert sentences(head_with("Requisition number")) == (
        "Requisition!B4: The requisition number is missing. Fill it in.",
    )


def test_a_workbook_without_its_lines_is_refused() -> None:
    with pytest.raises(FormError, match=r"has no sheet “Lines” .* it has “Requisition”, “Sheet2”"):
        requisition_from_workbook([("Requisition", HEAD_ROWS), ("Sheet2", LINE_ROWS)])


def test_lines_without_a_column_for_the_amount_are_refused() -> None:
    assert sentences(lines=[["Line", "Budget line"], [1.0, 1.0]]) == (
        "Lines: The sheet has no column “Amount”. Add it to the header row above the lines.",
    )


def test_an_empty_sheet_of_lines_is_refused() -> None:
    assert sentences(lines=[]) == (
        "Lines: The sheet has no column “Line”, “Budget line”, “Amount”. Add it to the header row above the lines.",
    )


def test_a_misspelt_label_is_refused_and_not_passed_over() -> None:
    (found,) = sentences([*HEAD_ROWS, ["Invoice nmber", "X-1"]])
    assert found.startswith("Requisition!A15: “Invoice nmber” is not a label of this sheet. Known: Contract number, ")


def test_a_label_that_comes_twice_is_refused() -> None:
    assert sentences([*HEAD_ROWS, ["Invoice no", "X-1"], ["Invoice number", "X-1"]])[-1] == (
        "Requisition!A16: The label “Invoice number” stands here for the second time. Remove one of the two rows."
    )


def test_a_misspelt_column_is_refused_and_not_passed_over() -> None:
    (found,) = sentences(lines=[[*LINE_ROWS[0], "Saless tax"], [*LINE_ROWS[1], 3.0]])
    assert found.startswith("Lines!I1: “Saless tax” is not a known column. Known: Line, Budget line, Amount, ")


def test_a_column_that_comes_twice_is_refused() -> None:
    (found,) = sentences(lines=[[*LINE_ROWS[0], "Amount claimed"], [*LINE_ROWS[1], 3.0]])
    assert found == "Lines!I1: The column “Amount claimed” says the same as another one. Leave one of them."


def test_a_flat_table_may_leave_the_head_empty_on_later_lines() -> None:
    table = table_of(GOOD)
    table[2][:12] = [""] * 12
    assert requisition_from_table(("september", table)) == GOOD


def test_a_flat_table_of_two_requisitions_is_refused() -> None:
    table = table_of(GOOD)
    table[2][0] = "R27-970000001-04"
    with pytest.raises(FormError) as error:
        requisition_from_table(("september", table))
    assert error.value.sentences == (
        "september!A3: The requisition number differs from A2. Every line must say the same.",
    )


def test_a_list_in_json_gives_each_requisition() -> None:
    other = GOOD.model_copy(update={"number": "R27-970000001-04"})
    assert requisitions_from_json([object_of(GOOD), object_of(other)]) == (GOOD, other)


def test_one_requisition_may_not_stand_in_json_twice() -> None:
    with pytest.raises(FormError, match="Requisition R27-970000001-03, revision 1, is in the file more than once"):
        requisitions_from_json([object_of(GOOD), object_of(GOOD)])


def test_mistakes_in_json_name_the_requisition_the_line_and_the_field() -> None:
    bad = object_of(GOOD)
    bad["lines"][1] |= {"amount": "abc", "unit": 3}
    del bad["lines"][2]["no"]
    with pytest.raises(FormError) as error:
        requisitions_from_json([object_of(GOOD), bad])
    assert [sentence.split(": ")[0] for sentence in error.value.sentences] == [
        "Requisition 2, line 2, “unit”", "Requisition 2, line 2, “amount”", "Requisition 2, line 3, “no”",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [None, 5, "text", {}, {"lines": 5}, {"lines": [5]}, [[]], [None]])
def test_json_of_another_shape_is_refused(value: Any) -> None:
    with pytest.raises(FormError, match="An object with a list “lines” of objects is needed"):
        requisitions_from_json(value)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_any_value_in_any_field_is_either_read_or_refused_in_sentences(value: Any) -> None:
    for field in object_of(GOOD):
        try:
            requisitions_from_json(object_of(GOOD) | {field: value})
        except FormError as error:
            assert all(error.sentences)
    for field in object_of(GOOD)["lines"][0]:
        bad = object_of(GOOD)
        bad["lines"][0][field] = value
        try:
            requisitions_from_json(bad)
        except FormError as error:
            assert all(error.sentences)


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
