"""Budget files: what is read, and the sentence with sheet and cell for each thing that cannot be."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.budget_file import budget_from_table, budget_from_workbook
from models.payments.forms import Basis, BudgetForm, BudgetLineForm, Category
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import Mark

HEADER = ["Contract number", "Fiscal year", "Line", "Category", "Title", "Amount", "Basis", "Unit price", "Units"]
CONTRACT = "CT180120279700001"
ROWS: list[list[Any]] = [
    HEADER,
    [CONTRACT, 2027.0, 1.0, "PS", "Program manager", 60000.0, "line_item", "", ""],
    [CONTRACT, 2027.0, 2.0, "otps", "Supplies and rent", "$12,000.00", "Line item", "", ""],
    [CONTRACT, 2027.0, 7.0, "Other", "Workshops", 1200.0, "deliverable", 100.0, 12.0],
]
GOOD = BudgetForm(
    contract_no=CONTRACT,
    fy=2027,
    lines=(
        BudgetLineForm(no=1, category=Category.PS, title="Program manager", amount_cents=6_000_000),
        BudgetLineForm(no=2, category=Category.OTPS, title="Supplies and rent", amount_cents=1_200_000),
        BudgetLineForm(
            no=7, category=Category.OTHER, title="Workshops", amount_cents=120_000, basis=Basis.DELIVERABLE,
            unit_price_cents=10_000, units=12,
        ),
    ),
)  # fmt: skip
AMOUNTS = st.integers(0, 10**11)


def rows_with(column: str, value: Any, row: int = 1) -> list[list[Any]]:
    rows = deepcopy(ROWS)
    rows[row][HEADER.index(column)] = value
    return rows


def sentences(rows: list[list[Any]], **more: Any) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        budget_from_workbook([("Budget", rows)], **more)
    return error.value.sentences


def test_a_good_workbook_gives_the_whole_budget() -> None:
    assert budget_from_workbook([("Notes", []), ("Budget", ROWS)]) == GOOD


def test_a_good_table_gives_the_whole_budget() -> None:
    assert budget_from_table(("budget-2027", [[str(cell) for cell in row] for row in ROWS[:1]] + ROWS[1:])) == GOOD


def test_contract_and_year_may_stand_beside_labels_above_the_lines() -> None:
    above = [["Budget"], ["Contract number", CONTRACT], ["Fiscal year", "FY27"], []]
    assert budget_from_workbook([("Budget", above + [row[2:] for row in ROWS])]) == GOOD


def test_the_total_is_the_sum_of_the_lines() -> None:
    assert GOOD.total_cents == 7_320_000


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(Category)), min_size=1, max_size=9))
def test_whatever_a_budget_says_is_what_is_read(lines: list[tuple[int, Category]]) -> None:
    rows = [
        [CONTRACT, "2027", str(no), category, "Rent", plain(cents)] for no, (cents, category) in enumerate(lines, 1)
    ]
    budget = budget_from_table(("budget", [HEADER[:6], *rows]))
    assert [(line.amount_cents, line.category) for line in budget.lines] == lines


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (rows_with("Amount", "abc"),
         "Budget!F2: “abc” is not an amount of money. Write dollars and cents, for example 1234.50."),
        (rows_with("Amount", ""), "Budget!F2: The amount is missing. Write dollars and cents, for example 1234.50."),
        (rows_with("Amount", -5.0), "Budget!F2: The amount is negative. Write it without a sign."),
        (rows_with("Category", "rent"),
         "Budget!D2: “rent” is not a known category. Known: PS, fringe, OTPS, consultant, subcontract, equipment, "
         "indirect, other."),
        (rows_with("Category", ""),
         "Budget!D2: “” is not a known category. Known: PS, fringe, OTPS, consultant, subcontract, equipment, "
         "indirect, other."),
        (rows_with("Basis", "hourly"), "Budget!G2: “hourly” is not a known basis. Known: line_item, deliverable."),
        (rows_with("Title", " "), "Budget!E2: The title is missing. Fill it in."),
        (rows_with("Line", 2.0), "Budget!C3: Line 2 stands in C2 already. Give each line a number of its own."),
        (rows_with("Line", "1a"), "Budget!C2: “1a” is not a whole number for the line number. Write digits alone."),
        (rows_with("Line", 0.0), "Budget!C2: The line number cannot be 0. Numbers begin with 1."),
        (rows_with("Units", 3.0),
         "Budget!I2: Unit price and units are for lines that are paid by the unit. Write deliverable in the column "
         "“Basis”, or clear this cell."),
        (rows_with("Units", 11.0, row=3),
         "Budget!F4: 11 units at $100.00 come to $1,100.00, not to $1,200.00. Correct the amount, the price or the "
         "units."),
        (rows_with("Unit price", "", row=3),
         "Budget!H4: The unit price is missing. Write dollars and cents, for example 1234.50."),
        (rows_with("Contract number", "CT180120279700002", row=2),
         "Budget!A3: The contract number differs from A2. Every line must say the same."),
        ([HEADER], "Budget: The budget has no line with an amount. Fill in at least one line."),
        ([], "Budget: The sheet has no column “Line”, “Category”, “Title”, “Amount”. Add it to the header row above "
             "the lines."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_cell(rows: list[list[Any]], says: str) -> None:
    assert sentences(rows) == (says,)


@pytest.mark.parametrize("year", ["", "27/28", "1027", "next", 3000.0])
def test_what_is_no_fiscal_year_is_refused(year: object) -> None:
    rows = [[row[0], year, *row[2:]] if number else row for number, row in enumerate(ROWS)]
    assert sentences(rows)[0].startswith("Budget!B2: ")


@pytest.mark.parametrize("year", ["2027", "FY27", "fy 2027", 2027.0, 27.0])
def test_a_fiscal_year_is_read_as_people_write_it(year: object) -> None:
    rows = [[row[0], year, *row[2:]] if number else row for number, row in enumerate(ROWS)]
    assert budget_from_workbook([("Budget", rows)]).fy == 2027


def test_a_line_paid_by_the_unit_needs_its_columns() -> None:
    assert sentences([row[:7] for row in ROWS]) == (
        "Budget!C4: A line that is paid by the unit needs the columns “Unit price” and “Units”.",
    )


def test_a_budget_without_its_contract_is_refused() -> None:
    assert sentences([row[1:] for row in ROWS]) == ("Budget: The contract number is missing. Fill it in.",)


def test_contract_numbers_beside_a_label_and_in_a_column_may_not_differ() -> None:
    above = [["Contract number", "CT180120279700002"]]
    assert sentences(above + ROWS) == tuple(
        f"Budget!{cell}: The contract number differs from B1. Every line must say the same."
        for cell in ("A3", "A4", "A5")
    )


def test_a_workbook_without_the_sheet_is_refused() -> None:
    with pytest.raises(FormError, match=r"has no sheet “Budget” .* it has “Sheet1”"):
        budget_from_workbook([("Sheet1", ROWS)])


def test_a_formula_in_an_amount_of_the_budget_is_refused() -> None:
    (found,) = sentences(ROWS, mark=lambda *cell: Mark.FORMULA if cell == ("Budget", 2, 5) else None)
    assert found.startswith("Budget!F3: A formula stands where the amount is asked")


def test_a_budget_of_too_many_lines_is_refused_in_one_sentence() -> None:
    many = [[CONTRACT, 2027.0, float(no), "rent", "Rent", 1.0] for no in range(1, 502)]
    assert sentences([HEADER[:6], *many]) == (
        "Budget: The budget has 501 lines; 500 at most are taken. Check that it is the right file.",
    )
