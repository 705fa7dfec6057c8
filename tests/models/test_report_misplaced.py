"""Amounts under wrong headings are told in one sentence; sums that are wrong are left to the review."""

from copy import deepcopy
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fiscal.report_file import budget_mistakes, reports_from_table
from models.shared.budgets import Category
from models.shared.file_mistakes import FormError
from tests.financial_reports import GOOD, LINE_ROWS, filed, lines_with, moved, sentences, table_of

AGAIN = "Put each amount under its own heading."


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ((0, 1, 2, 3, 4, 5, 7, 6, 8), "Lines!G2: The amounts of the lines stand under wrong headings: the year to date "
         "stands under “Balance”, the balance stands under “Year to date”."),
        ((0, 1, 2, 4, 3, 5, 6, 7, 8), "Lines!D2: The amounts of the lines stand under wrong headings: the budget "
         "stands under “Earlier months”, the amount of earlier months stands under “Budget”."),
        ((0, 1, 2, 7, 3, 4, 5, 6, 8), "Lines!D2: The amounts of the lines stand under wrong headings: the budget "
         "stands under “Earlier months”, the amount of earlier months stands under “This month”, the amount of this "
         "month stands under “Year to date”, the year to date stands under “Balance”, the balance "
         "stands under “Budget”."),
        ((0, 1, 2, -1, 3, 4, 5, 6, 7), "Lines!D2: From “Budget” on, the amounts of the lines stand one column too far "
         "to the right."),
        ((-1, 0, 1, 2, 3, 4, 5, 6, 7), "Lines!D2: From “Budget” on, the amounts of the lines stand one column too far "
         "to the right."),
        ((0, 1, 2, 3, 4, -1, 5, 6, 7), "Lines!F2: From “This month” on, the amounts of the lines stand one column too "
         "far to the right."),
        ((0, 1, 3, 4, 5, 6, 7, -1, 8), "Lines!D2: Up to “Balance”, the amounts of the lines stand one column too far "
         "to the left."),
        ((1, 2, 3, 4, 5, 6, 7, 8, -1), "Lines!D2: Up to “Balance”, the amounts of the lines stand one column too far "
         "to the left."),
    ],
)  # fmt: skip
def test_amounts_that_slipped_by_a_column_are_told_in_one_sentence(columns: tuple[int, ...], says: str) -> None:
    assert sentences(lines=moved(*columns)) == (f"{says} {AGAIN}",)


@given(st.sampled_from(list(permutations(range(3, 8)))))
def test_amounts_in_any_other_order_than_the_headings_are_read_right_or_refused(order: tuple[int, ...]) -> None:
    rows = moved(0, 1, 2, *order, 8)
    # Which of two months is the earlier one, no sum can tell.
    if order in ((3, 4, 5, 6, 7), (3, 5, 4, 6, 7)):
        assert len(filed(lines=rows).form.lines) == 4
    else:
        assert [found.endswith(AGAIN) for found in sentences(lines=rows)] == [True]


def test_columns_that_moved_with_their_headings_are_read_as_ever() -> None:
    order = (8, 2, 7, 6, 5, 4, 3, 1, 0)
    assert filed(lines=[[row[column] for column in order] for row in LINE_ROWS]).form == GOOD


def test_a_slip_is_told_though_a_line_has_a_wrong_sum_besides() -> None:
    rows = moved(0, 1, 2, 3, 4, 5, 7, 6, 8)
    rows[3][6] = 1.0
    assert sentences(lines=rows)[0].endswith(AGAIN)


@pytest.mark.parametrize("row", [1, 2, 3, 4])
@pytest.mark.parametrize("column", range(3, 8))
@pytest.mark.parametrize("wrong", [0.0, 1.0, 5000.0, 60000.0])
def test_one_wrong_amount_is_no_slip_of_the_columns(row: int, column: int, wrong: float) -> None:
    assert len(filed(lines=lines_with(column, wrong, row)).form.lines) == 4


def test_one_line_whose_amounts_are_exchanged_is_left_to_the_review() -> None:
    rows = deepcopy(LINE_ROWS)
    rows[3][6:8] = rows[3][7], rows[3][6]
    assert filed(lines=rows).form.lines[2].ytd_cents == 700_000


@pytest.mark.parametrize("amount", [0.0, 250.0])
def test_a_wrong_sum_in_a_report_of_one_line_is_left_to_the_review(amount: float) -> None:
    rows: list[list[Any]] = [LINE_ROWS[0], [1.0, "PS", "Manager", 0.0, 0.0, 0.0, amount, -amount], LINE_ROWS[-1]]
    assert filed(lines=rows).form.lines[0].balance_cents == -100 * amount


def test_a_slip_in_a_flat_table_is_told_with_the_headings_of_the_table() -> None:
    table = table_of(GOOD)
    for row in table[1:]:
        row[12], row[13] = row[13], row[12]
    with pytest.raises(FormError) as error:
        reports_from_table(("october", table))
    assert error.value.sentences == (
        "october!M2: The amounts of the lines stand under wrong headings: the year to date stands under “balance”, "
        f"the balance stands under “ytd”. {AGAIN}",
    )


@dataclass(frozen=True)
class Line:
    """A line of the budget in force."""

    no: int
    category: Category
    title: str


BUDGET = [Line(line.no, line.category, line.title) for line in GOOD.lines]


def against(lines: list[list[Any]], budget: list[Line] = BUDGET) -> list[str]:
    return [mistake.sentence for mistake in budget_mistakes(filed(lines=lines), budget)]


def test_a_report_with_the_lines_of_the_budget_has_no_mistake() -> None:
    assert against(lines_with(2, " program MANAGER")) == []


def test_a_budget_line_that_was_renamed_is_told_with_its_cell() -> None:
    assert against(lines_with(2, "Office rent", row=3)) == [
        "Lines!C4: Line 3 is “Rent” in the budget in force, and here “Office rent”. Write the budget's title; a line "
        "is renamed by a budget change alone."
    ]


def test_a_budget_line_in_another_category_is_told_with_its_cell() -> None:
    assert against(lines_with(1, "other", row=3)) == [
        "Lines!B4: Line 3 has the category OTPS in the budget in force, not other. Write OTPS."
    ]


def test_a_budget_line_under_another_number_is_told_with_its_cell() -> None:
    assert against(lines_with(0, 9.0, row=3)) == [
        "Lines!A4: Line 9 is not in the budget in force. “Rent” is line 3 there. Write 3.",
        "Lines: Line 3 “Rent” of the budget in force is missing. Add it, with 0.00 under this month where nothing was "
        "spent.",
    ]


def test_a_line_that_is_in_no_budget_is_told_with_its_cell() -> None:
    assert against(LINE_ROWS, BUDGET[:3]) == [
        "Lines!A5: Line 4 is not in the budget in force. Remove it; a line is added by a budget change alone."
    ]


def test_another_budget_is_no_mistake_of_the_file() -> None:
    assert against(lines_with(3, 70000.0)) == []
