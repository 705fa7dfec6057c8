"""What a workbook does not show, or shows as something else, is not read in silence; requisitions stand for all."""

from pathlib import Path

import pytest
import xlsxwriter

from models.shared.file_mistakes import FormError
from tasks.adapters.payments.reading import read_requisitions
from tests.requisitions import GOOD, HEAD_ROWS, LINE_ROWS
from tests.workbooks import with_cell, workbook


def requisition(path: Path, lines: list[list[object]] = LINE_ROWS) -> Path:
    return workbook(path, {"Requisition": HEAD_ROWS, "Lines": lines})


def with_formatted_cell(path: Path, shape: str) -> Path:
    """The same lines, the first amount of them in a cell of that format."""
    with xlsxwriter.Workbook(path, {"default_date_format": "mm/dd/yyyy"}) as book:
        for name, rows in (("Requisition", HEAD_ROWS), ("Lines", LINE_ROWS)):
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        page.write_number("D2", 5000, book.add_format({"num_format": shape}))
    return path


def sentences(path: Path) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        read_requisitions(path)
    return error.value.sentences


def test_a_hidden_line_with_an_amount_is_refused_with_its_row(tmp_path: Path) -> None:
    path = with_cell(requisition(tmp_path / "september.xlsx"), '<row r="3"', '<row hidden="1" r="3"')
    assert sentences(path) == ("Lines!A3: Row 3 is hidden, and “2” stands in it. Show it and check it, or delete it.",)


def test_a_hidden_line_of_the_template_in_which_nothing_was_written_is_left_out(tmp_path: Path) -> None:
    path = requisition(tmp_path / "september.xlsx", lines=[*LINE_ROWS, [4, 4]])
    assert read_requisitions(with_cell(path, '<row r="5"', '<row hidden="1" r="5"')) == (GOOD,)


@pytest.mark.parametrize("look", ['hidden="1" width="9"', 'hidden="true"', 'width="0" customWidth="1"'])
def test_a_hidden_column_with_values_is_refused_with_its_letter(tmp_path: Path, look: str) -> None:
    columns = f'<cols><col min="4" max="5" {look}/></cols><sheetData>'
    path = with_cell(requisition(tmp_path / "september.xlsx"), "<sheetData>", columns)
    assert [found.split(",")[0] for found in sentences(path)] == [
        "Lines!D2: Column D is hidden", "Lines!E3: Column E is hidden",
    ]  # fmt: skip


def test_a_hidden_row_of_the_head_is_refused(tmp_path: Path) -> None:
    path = with_cell(requisition(tmp_path / "september.xlsx"), '<row r="13"', '<row ht="0" r="13"', sheet=1)
    assert sentences(path)[0].startswith("Requisition!B13: Row 13 is hidden, and “5900” stands in it.")


@pytest.mark.parametrize("shape", ["0%", "0.00%", "#,##0.0%", '[Red]0 "of"%'])
def test_an_amount_that_is_shown_as_a_percentage_is_refused(tmp_path: Path, shape: str) -> None:
    path = requisition(tmp_path / "september.xlsx")
    with_formatted_cell(path, shape)
    assert sentences(path) == (
        "Lines!D2: The cell shows the amount as a percentage. Format the cell as a number and write the amount itself.",
    )


@pytest.mark.parametrize("shape", ['0 "100%"', r"0\%", "#,##0.00"])
def test_a_percent_sign_that_is_only_printed_makes_no_percentage(tmp_path: Path, shape: str) -> None:
    path = requisition(tmp_path / "september.xlsx")
    with_formatted_cell(path, shape)
    assert read_requisitions(path) == (GOOD,)
