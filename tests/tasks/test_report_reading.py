"""Files of the fiscal review on the disk: what is read, and the one sentence for a file that cannot be."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from models.fiscal.forms import FactKind
from models.shared.file_mistakes import FormError
from tasks.adapters.fiscal.reading import read_facts, read_ledgers, read_reports
from tests.financial_reports import GOOD, HEAD_ROWS, LINE_ROWS, table_of
from tests.workbooks import text_table, with_cell, with_parts, workbook

CURRENT = '<c r="F2"><v>5000</v></c>'


def report(path: Path, **sheets: list[list[object]]) -> Path:
    return workbook(path, {"Report": HEAD_ROWS, "Lines": LINE_ROWS, **sheets})


def sentences(path: Path, read: Callable[[Path], object] = read_reports) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        read(path)
    return error.value.sentences


def test_a_workbook_and_a_csv_table_are_read_from_the_disk(tmp_path: Path) -> None:
    from_workbook = read_reports(report(tmp_path / "october.xlsx"))
    from_table = read_reports(text_table(tmp_path / "october.csv", table_of(GOOD)))
    assert [found.form for found in (*from_workbook, *from_table)] == [GOOD, GOOD]


@pytest.mark.parametrize(
    "cell",
    ['<c r="F2"><f>D2/12</f><v>5000</v></c>', '<c r="F2"><f>D2/12</f></c>', '<c t="str" r="F2"><f>"5"</f><v>5</v></c>'],
)
def test_a_formula_in_an_amount_is_refused_with_sheet_and_cell(tmp_path: Path, cell: str) -> None:
    assert sentences(with_cell(report(tmp_path / "october.xlsx"), CURRENT, cell)) == (
        "Lines!F2: A formula stands where the amount of this month is asked, and its result can change. Write the "
        "value itself in place of the formula.",
    )


def test_a_hidden_line_is_refused_with_its_row(tmp_path: Path) -> None:
    path = with_cell(report(tmp_path / "october.xlsx"), '<row r="4"', '<row hidden="1" r="4"')
    assert sentences(path) == ("Lines!A4: Row 4 is hidden, and “3” stands in it. Show it and check it, or delete it.",)


def test_a_hidden_row_without_values_does_no_harm(tmp_path: Path) -> None:
    row = '<row r="7" hidden="1"><c r="A7"/></row></sheetData>'
    path = with_cell(report(tmp_path / "october.xlsx"), "</sheetData>", row)
    assert read_reports(path)[0].form == GOOD


def test_an_amount_in_a_percent_cell_is_refused_with_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "october.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("Report", HEAD_ROWS), ("Lines", LINE_ROWS)):
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        page.write_number("F2", 0.5, book.add_format({"num_format": "0%"}))
    assert sentences(path) == (
        "Lines!F2: The cell shows the amount of this month as a percentage. Format the cell as a number and write the "
        "amount of this month itself.",
    )


def test_a_hidden_sheet_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "october.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Report").write("A1", "Contract number")
        book.add_worksheet("Lines").hide()
    assert sentences(path)[0].startswith("The workbook has no sheet “Lines” (a hidden sheet does not count)")


def test_a_workbook_with_macros_is_refused_by_its_name_and_by_its_content(tmp_path: Path) -> None:
    path = with_parts(report(tmp_path / "october.xlsx"), **{"xl/vbaProject.bin": b"Sub Auto_Open()"})
    says = "is a workbook with macros (small programs), which are not taken."
    assert sentences(path)[0].startswith(f"october.xlsx {says}")
    assert sentences(path.rename(tmp_path / "october.xlsm"))[0].startswith(f"october.xlsm {says}")


def test_a_workbook_of_twenty_thousand_lines_is_refused_in_one_sentence(tmp_path: Path) -> None:
    many = [[no, "OTPS", "Rent", 1, 0, 0, 0, 1] for no in range(1, 20_001)]
    assert sentences(report(tmp_path / "october.xlsx", Lines=[LINE_ROWS[0], *many])) == (
        "Lines: The report has 20,000 lines; 500 at most are taken. Check that it is the right file.",
    )


def test_a_workbook_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = report(tmp_path / "october.xlsx")
    path.write_bytes(path.read_bytes()[:3_000])
    assert sentences(path)[0].startswith("october.xlsx is damaged or cut short")


def test_a_workbook_of_the_old_kind_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Lines").write(0, 0, "Line")
    book.save(str(tmp_path / "october.xls"))
    assert sentences(tmp_path / "october.xls")[0].startswith("october.xls is a workbook of the old kind (.xls).")


@pytest.mark.parametrize("name", ["october.json", "october.pdf", "october"])
def test_a_report_of_another_kind_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    assert sentences(tmp_path / name) == (
        f"{name} does not end in .xlsx or .csv. Send the filled-in template (.xlsx).",
    )


def test_a_ledger_is_read_from_the_disk(tmp_path: Path) -> None:
    rows = [["contract_no", "month", "entry_date", "account", "description", "amount"],
            ["R27-970000001", "2026-10", "2026-10-15", "5100 Salaries", "Payroll", "5,000.00"]]  # fmt: skip
    (found,) = read_ledgers(text_table(tmp_path / "ledger.csv", rows))
    assert (found.month, found.total_cents) == (date(2026, 10, 1), 500_000)


def test_facts_are_read_from_the_disk(tmp_path: Path) -> None:
    rows = [["contract_no", "fact", "month", "amount", "value"], ["R27-970000001", "budgeted_fte", "", "", "2.5"]]
    assert [fact.kind for fact in read_facts(text_table(tmp_path / "facts.csv", rows))] == [FactKind.BUDGETED_FTE]


@pytest.mark.parametrize("read", [read_ledgers, read_facts])
def test_a_workbook_in_place_of_a_text_table_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = report(tmp_path / "list.xlsx")
    assert sentences(path, read) == ("list.xlsx does not end in .csv. Save the table as CSV and send that.",)
    assert sentences(path.rename(tmp_path / "list.csv"), read) == (
        "list.csv is a workbook. Save its table as CSV and send that.",
    )
