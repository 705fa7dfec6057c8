"""`steward export matching|accruals` as staff type them: what they write and what they refuse."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from deployments.cli.app import app
from tests.office import stop_clock
from tests.payments_office import CONTRACT, NUMBER, bring, open_office, requisition, send, spent_csv, vouchered
from tests.remembered import remembered

VOUCHER = f"{CONTRACT}-01-V01"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    vouchered(folder)
    stop_clock(2026, 11, 20, 14)
    rows = (f"20279-1-EFT,2026-11-12,8000.00,{NUMBER}", f"=1+1,2026-11-13,1.00,{NUMBER}")
    bring(folder, "spending", "spending.csv", spent_csv(*rows))


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["export", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_export_of_matching_has_both_lists_with_their_reasons(tmp_path: Path):
    told = json.loads(run("matching", str(tmp_path / "m.xlsx"), "--json"))
    assert (told["vouchers"], told["payments_without_voucher"]) == (1, 1)
    found = sheets(tmp_path / "m.xlsx")
    assert found["Vouchers"][1][:2] == ["Paid in part", VOUCHER]
    assert "'=1+1" in found["Vouchers"][1] and "no other voucher on the contract was open" in str(found["Vouchers"][1])
    assert [row[0] for row in found["Payments without a voucher"][1:]] == ["20279-1-EFT"]


def test_the_export_of_matching_as_csv_stands_in_two_files_and_runs_no_formula(tmp_path: Path):
    run("matching", str(tmp_path / "m.csv"))
    assert VOUCHER in (tmp_path / "m.csv").read_text(encoding="utf-8-sig")
    assert "20279-1-EFT" in (tmp_path / "m-payments-without-a-voucher.csv").read_text(encoding="utf-8-sig")
    assert ",=1+1" not in (tmp_path / "m.csv").read_text() and '"=1+1' not in (tmp_path / "m.csv").read_text()


def test_the_same_rows_give_the_same_bytes_again(tmp_path: Path):
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        run("matching", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_name_of_another_ending_is_refused(tmp_path: Path):
    done = CliRunner().invoke(app, ["export", "matching", str(tmp_path / "m.txt")])
    assert done.exit_code != 0 and not list(tmp_path.glob("m.*"))


def test_the_export_of_accruals_adds_up_by_formulas_that_come_to_what_the_rows_say(tmp_path: Path):
    send(tmp_path, requisition(2, invoice_no="=cmd|x", service_from="2026-09-02"))
    told = json.loads(run("accruals", str(tmp_path / "a.xlsx"), "--year", "2027", "--json"))
    assert (told["fiscal_year"], told["contracts"], told["accrued"]) == (2027, 1, "14500.00")
    found = sheets(tmp_path / "a.xlsx")
    assert found["Position"][1][3:] == [7250.0, 175.0, 7075.0, 7250.0, 14500.0, 0.0, 0.0]
    assert found["Position"][2][3:9] == found["Position"][1][3:9] and found["Position"][2][0] == "All"
    assert [row[6:] for row in found["Requisitions"][1:]] == [
        [7250.0, 175.0, 7075.0, 0.0, 7250.0], [0.0, 0.0, 0.0, 7250.0, 7250.0], [7250.0, 175.0, 7075.0, 7250.0, 14500.0],
    ]  # fmt: skip
    assert found["Requisitions"][2][5] == "'=cmd|x"


def test_the_sums_of_accruals_are_live_formulas(tmp_path: Path):
    run("accruals", str(tmp_path / "a.xlsx"), "--year", "2027")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        position, rows = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    formulas = re.findall(r"<f>([^<]*)</f>", position)
    assert "SUMIFS('Requisitions'!$G$2:$G$2,'Requisitions'!$A$2:$A$2,$A2)" in formulas
    assert "SUM(D2:D2)" in formulas and "D2+G2" in formulas
    assert "G2-H2" in re.findall(r"<f>([^<]*)</f>", rows)


def test_the_export_of_accruals_gives_the_same_bytes_again_and_refuses_what_is_no_year(tmp_path: Path):
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        run("accruals", str(file), "--year", "2027")
    assert files[0].read_bytes() == files[1].read_bytes()
    done = CliRunner().invoke(app, ["export", "accruals", str(tmp_path / "c.xlsx"), "--year", "27"])
    assert done.exit_code != 0 and "27 is no fiscal year." in str(done.exception) and not (tmp_path / "c.xlsx").exists()


def test_the_export_of_accruals_without_anything_owed_has_headings_alone(tmp_path: Path):
    told = json.loads(run("accruals", str(tmp_path / "a.xlsx"), "--year", "2026", "--json"))
    assert (told["contracts"], told["accrued"]) == (0, "0.00")
    assert len(sheets(tmp_path / "a.xlsx")["Position"]) == 1
