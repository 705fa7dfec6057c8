"""Requisition and budget files on the disk: what is read, and the one sentence for a file that cannot be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt

from models.shared.file_mistakes import FormError
from tasks.adapters.payments.reading import read_budget, read_requisitions
from tests.requisitions import GOOD, HEAD_ROWS, LINE_ROWS, object_of, table_of
from tests.workbooks import text_table, with_cell, with_parts, workbook

BUDGET: list[list[Any]] = [
    ["Contract number", "Fiscal year", "Line", "Category", "Title", "Amount"],
    ["CT180120279700001", 2027, 1, "PS", "Program manager", 60000],
]


def requisition(path: Path, *, head: list[list[Any]] = HEAD_ROWS, lines: list[list[Any]] = LINE_ROWS) -> Path:
    return workbook(path, {"Requisition": head, "Lines": lines})


def sentences(path: Path, read: Callable[[Path], object] = read_requisitions) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        read(path)
    return error.value.sentences


def test_a_workbook_is_read_from_the_disk(tmp_path: Path) -> None:
    assert read_requisitions(requisition(tmp_path / "september.xlsx")) == (GOOD,)


def test_a_csv_table_is_read_from_the_disk(tmp_path: Path) -> None:
    assert read_requisitions(text_table(tmp_path / "september.csv", table_of(GOOD))) == (GOOD,)


def test_a_json_file_is_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "september.json"
    path.write_text(json.dumps([object_of(GOOD)], default=str), encoding="utf-8-sig")
    assert read_requisitions(path) == (GOOD,)


def test_mistakes_in_a_csv_table_name_the_file_and_the_cell(tmp_path: Path) -> None:
    table = table_of(GOOD)
    table[2][table[0].index("Amount")] = "1.234,56"
    (found,) = sentences(text_table(tmp_path / "september.csv", table))
    assert found.startswith("september!U3: “1.234,56” can be read in two ways.")


@pytest.mark.parametrize("written", ["1e309", "NaN", "Infinity", "-1e400", "0.001"])
def test_a_number_of_json_that_is_no_money_is_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "september.json"
    path.write_text(json.dumps(object_of(GOOD), default=str).replace('"5000.00"', written))
    (found,) = sentences(path)
    assert found.startswith("Requisition, line 1, “amount”: ") and found.endswith("for example 1234.50.")


def test_an_amount_of_json_is_never_a_binary_fraction(tmp_path: Path) -> None:
    path = tmp_path / "september.json"
    path.write_text(json.dumps(object_of(GOOD), default=str).replace('"5000.00"', "70368744177664.07"))
    assert "too large" in sentences(path)[0]
    path.write_text(json.dumps(object_of(GOOD), default=str).replace('"5000.00"', "89999999999.99"))
    assert read_requisitions(path)[0].lines[0].amount_cents == 8_999_999_999_999


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"number": "R27", "lines": [', "september.json is no JSON: expecting value in line 1. It may be cut short"),
        (b"", "september.json is no JSON: expecting value in line 1."),
        (b"Number,Amount\n1,5\n", "september.json is no JSON: expecting value in line 1."),
        (b'{"number": "1", "number": "2"}', "september.json says “number” twice for the same thing."),
        (b"[" * 100_000, "september.json is no JSON that can be read."),
        (b'{"number": ' + b"9" * 5_000 + b"}", "september.json is no JSON that can be read."),
        (b"\xff\xfe\x00", "september.json is no JSON that can be read."),
    ],
)
def test_what_is_no_json_is_refused_in_one_sentence(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "september.json"
    path.write_bytes(data)
    (found,) = sentences(path)
    assert found.startswith(says)


def test_a_json_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "september.json"
    path.write_bytes(b" " * 10_000_001)
    assert sentences(path) == ("september.json is larger than 10 MB. Split it into several files.",)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="D2"><f>D3+D4</f><v>5000</v></c>',
        '<c r="D2"><f>D3+D4</f></c>',
        '<c r="D2"><f t="shared" si="0"/><v>5000</v></c>',
        '<c t="str" r="D2"><f>"5000"</f><v>5000</v></c>',
    ],
)
def test_a_formula_in_an_amount_is_refused_with_sheet_and_cell(tmp_path: Path, cell: str) -> None:
    path = with_cell(requisition(tmp_path / "september.xlsx"), '<c r="D2"><v>5000</v></c>', cell)
    assert sentences(path) == (
        "Lines!D2: A formula stands where the amount is asked, and its result can change. Write the value itself in "
        "place of the formula.",
    )


def test_a_formula_in_the_total_is_refused_with_sheet_and_cell(tmp_path: Path) -> None:
    head = [[row[0], "=SUM(Lines!D2:D4)"] if row[:1] == ["Total claimed"] else row for row in HEAD_ROWS]
    (found,) = sentences(requisition(tmp_path / "september.xlsx", head=head))
    assert found.startswith("Requisition!B13: A formula stands where the total is asked")


def test_every_cell_that_one_formula_fills_is_refused(tmp_path: Path) -> None:
    area = '<c r="D2"><f t="array" ref="D2:D3">B2:B3</f><v>5000</v></c>'
    path = with_cell(requisition(tmp_path / "september.xlsx"), '<c r="D2"><v>5000</v></c>', area)
    assert [found.split(":")[0] for found in sentences(path)] == ["Lines!D2", "Lines!D3"]


def test_a_formula_in_a_description_counts_as_what_it_shows(tmp_path: Path) -> None:
    lines = [LINE_ROWS[0], [1, 1, '="Program "&"manager"', 5900, "", "", "", ""]]
    assert read_requisitions(requisition(tmp_path / "september.xlsx", lines=lines))[0].lines[0].amount_cents == 590_000


def test_an_error_of_the_spreadsheet_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    error = '<c r="E3" t="e"><v>#REF!</v></c>'
    assert sentences(with_cell(requisition(tmp_path / "september.xlsx"), '<c r="E3"><v>0</v></c>', error)) == (
        "Lines!E3: The cell shows an error of the spreadsheet, such as #REF!. Write the sales tax itself.",
    )


def test_a_sheet_with_a_document_type_is_refused(tmp_path: Path) -> None:
    document_type = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    path = with_cell(requisition(tmp_path / "september.xlsx"), "<worksheet", document_type)
    assert "is damaged or cut short" in sentences(path)[0]


def test_too_many_formulas_are_refused_in_one_sentence(tmp_path: Path) -> None:
    areas = "".join(f'<c r="D2"><f t="array" ref="A{number}:Z9999">1</f></c>' for number in range(1, 1_100))
    path = with_cell(requisition(tmp_path / "september.xlsx"), "</sheetData>", f'<row r="9">{areas}</row></sheetData>')
    assert "has too many formulas" in sentences(path)[0]


@pytest.mark.parametrize("name", ["september.xlsm", "september.XLTM"])
def test_a_workbook_named_as_one_with_macros_is_refused(tmp_path: Path, name: str) -> None:
    path = requisition(tmp_path / "september.xlsx").rename(tmp_path / name)
    assert sentences(path) == (
        f"{name} is a workbook with macros (small programs), which are not taken. Open it in Excel, save it as a "
        "plain Excel workbook (.xlsx), and send that.",
    )


def test_a_workbook_that_hides_macros_is_refused(tmp_path: Path) -> None:
    path = with_parts(requisition(tmp_path / "september.xlsx"), **{"xl/vbaProject.bin": b"Sub Auto_Open()"})
    assert sentences(path)[0].startswith("september.xlsx is a workbook with macros")


def test_a_workbook_without_its_sheets_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = workbook(tmp_path / "september.xlsx", {"Sheet1": HEAD_ROWS})
    assert sentences(path) == (
        "The workbook has no sheet “Requisition” (a hidden sheet does not count); it has “Sheet1”. Fill in the "
        "template that the office sends.",
    )


def test_a_workbook_of_the_old_kind_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("Lines").write(0, 0, "Line")
    book.save(str(tmp_path / "september.xls"))
    says = (
        "is a workbook of the old kind (.xls). Open it in Excel, save it as an Excel workbook (.xlsx), and send that."
    )
    assert sentences(tmp_path / "september.xls") == (f"september.xls {says}",)
    path = (tmp_path / "september.xls").rename(tmp_path / "september.xlsx")
    assert sentences(path) == (f"september.xlsx {says}",)


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    path = requisition(tmp_path / "september.xlsx")
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(signature, place + 1)
    path.write_bytes(data)
    (found,) = sentences(path)
    assert found.startswith("september.xlsx is protected with a password.")


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_workbook_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    path = requisition(tmp_path / "september.xlsx")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    (found,) = sentences(path)
    assert found.startswith("september.xlsx is damaged or cut short")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("september.pdf", b"%PDF-1.7", "september.pdf does not end in .xlsx or .csv or .json."),
        ("september", b"x", "september does not end in .xlsx or .csv or .json."),
        ("september.xlsx", b"<!DOCTYPE html><html><body>Sign in</body></html>",
         "september.xlsx is a web page, not a spreadsheet"),
        ("september.xlsx", b"%PDF-1.7 ...", "september.xlsx is a PDF, not a spreadsheet."),
        ("september.xlsx", b"", "september.xlsx is empty."),
        ("september.csv", b"\x00\x01\x02\x03\x04\x05\x06\x07\x08" * 9,
         "september.csv is neither a spreadsheet nor a text table."),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_refused_in_one_sentence(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    (found,) = sentences(tmp_path / name)
    assert found.startswith(says)


@pytest.mark.parametrize("name", ["september.xlsx", "september.json"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    assert sentences(tmp_path / name)[0].startswith(f"{name} cannot be opened (No such file or directory).")


def test_a_workbook_of_twenty_thousand_lines_is_refused_in_one_sentence(tmp_path: Path) -> None:
    many = [[no, 1, "Rent", 1, "", "", "", ""] for no in range(1, 20_001)]
    assert sentences(requisition(tmp_path / "september.xlsx", lines=[LINE_ROWS[0], *many])) == (
        "Lines: The requisition has 20,000 lines; 500 at most are taken. Check that it is the right file.",
    )


def test_the_name_that_the_sender_gave_stands_in_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "3f9a").write_bytes(b"%PDF-1.7")
    with pytest.raises(FormError, match=r"September claim\.xlsx is a PDF"):
        read_requisitions(tmp_path / "3f9a", name="September claim.xlsx")


def test_a_budget_is_read_from_a_workbook_and_from_a_csv_table(tmp_path: Path) -> None:
    from_workbook = read_budget(workbook(tmp_path / "budget.xlsx", {"Budget": BUDGET}))
    assert from_workbook.total_cents == 6_000_000
    assert read_budget(text_table(tmp_path / "budget.csv", BUDGET)) == from_workbook


def test_a_budget_with_a_formula_in_an_amount_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "budget.xlsx", {"Budget": [BUDGET[0], [*BUDGET[1][:5], "=6*10000"]]})
    assert sentences(path, read_budget)[0].startswith("Budget!F2: A formula stands where the amount is asked")


def test_a_budget_as_json_is_refused(tmp_path: Path) -> None:
    assert sentences(tmp_path / "budget.json", read_budget)[0].startswith("budget.json does not end in .xlsx or .csv.")
