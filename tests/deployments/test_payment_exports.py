"""`steward export matching|accruals` as staff type them: what they write and what they refuse."""

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from deployments.cli.app import app
from tests.office import stop_clock
from tests.payments_office import CONTRACT, NUMBER, bring, open_office, spent_csv, vouchered

VOUCHER = f"{CONTRACT}-01-V01"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)
    vouchered(tmp_path)
    stop_clock(2026, 11, 20, 14)
    rows = (f"20279-1-EFT,2026-11-12,8000.00,{NUMBER}", f"=1+1,2026-11-13,1.00,{NUMBER}")
    bring(tmp_path, "spending", "spending.csv", spent_csv(*rows))


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
