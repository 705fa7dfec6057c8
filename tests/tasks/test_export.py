import csv
import errno
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tasks.adapters.export import Column, ExportRefused, Shape, TableHead, check_target, write_table, written_whole

MADE = datetime(2026, 10, 5, 14, tzinfo=UTC)
COLUMNS = (
    Column("Name", width=30), Column("Amount", Shape.MONEY), Column("Due", Shape.DAY), Column("Since", Shape.MOMENT),
    Column("Count", Shape.WHOLE), Column("Days", Shape.DECIMAL),
)  # fmt: skip
HEAD = TableHead("Cases", COLUMNS, MADE)
ROW = ["Harbor Loom, Inc.", 123_456_789_010, date(2026, 10, 9), MADE, 3, Decimal("1.25")]


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def sheet_rows(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def part_of(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def test_a_csv_has_plain_amounts_dates_and_new_york_times(tmp_path: Path):
    assert write_table(tmp_path / "t.csv", HEAD, [ROW]) == 1
    assert csv_rows(tmp_path / "t.csv") == [
        ["Name", "Amount", "Due", "Since", "Count", "Days"],
        ["Harbor Loom, Inc.", "1234567890.10", "2026-10-09", "2026-10-05 10:00:00", "3", "1.25"],
    ]


def test_an_excel_file_has_real_numbers_and_dates(tmp_path: Path):
    write_table(tmp_path / "t.xlsx", HEAD, [ROW])
    wall_clock = datetime.fromisoformat("2026-10-05T10:00:00")
    assert sheet_rows(tmp_path / "t.xlsx")[1] == [
        "Harbor Loom, Inc.", 1_234_567_890.10, date(2026, 10, 9), wall_clock, 3, 1.25,
    ]  # fmt: skip


def test_an_amount_in_excel_is_exact_to_the_cent(tmp_path: Path):
    amounts = [1, 10, 7_005, -50_000, 9_000_000_000_001, 8_999_999_999_999]
    write_table(tmp_path / "t.xlsx", TableHead("T", (Column("Amount", Shape.MONEY),), MADE), [[a] for a in amounts])
    written = re.findall(r"<v>([^<]+)</v>", part_of(tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml"))
    assert written == ["0.01", "0.10", "70.05", "-500.00", "90000000000.01", "89999999999.99"]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example")'])
def test_text_from_outside_never_becomes_a_formula(tmp_path: Path, name: str, text: str):
    path = tmp_path / name
    write_table(path, TableHead("T", (Column("Name"),), MADE), [[text]])
    read = csv_rows(path) if name == "t.csv" else sheet_rows(path)
    assert read[1][0] == f"'{text}"
    if name == "t.xlsx":
        assert "<f>" not in part_of(path, "xl/worksheets/sheet1.xml")


def test_an_ein_keeps_its_leading_zero_in_excel(tmp_path: Path):
    write_table(tmp_path / "t.xlsx", TableHead("T", (Column("EIN"),), MADE), [["012345678"]])
    assert sheet_rows(tmp_path / "t.xlsx")[1] == ["012345678"]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_what_is_unknown_stays_an_empty_cell(tmp_path: Path, name: str):
    write_table(tmp_path / name, HEAD, [["A", None, None, None, None, None], ROW])
    read = csv_rows(tmp_path / name) if name == "t.csv" else sheet_rows(tmp_path / name)
    assert read[1] == ["A", "", "", "", "", ""]


def test_an_amount_in_excel_shows_two_decimals(tmp_path: Path):
    write_table(tmp_path / "t.xlsx", TableHead("T", (Column("Amount", Shape.MONEY),), MADE), [[700]])
    assert 'formatCode="#,##0.00"' in part_of(tmp_path / "t.xlsx", "xl/styles.xml")


def test_the_heading_of_an_excel_file_stays_in_view_and_filters(tmp_path: Path):
    write_table(tmp_path / "t.xlsx", HEAD, [ROW])
    sheet = part_of(tmp_path / "t.xlsx", "xl/worksheets/sheet1.xml")
    assert re.search(r'<pane xSplit="1" ySplit="1"[^>]* state="frozen"', sheet)
    assert '<autoFilter ref="A1:F2"/>' in sheet
    assert re.search(r'<col min="1" max="1" width="30\.', sheet)


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, name: str):
    write_table(tmp_path / name, HEAD, [ROW])
    first = (tmp_path / name).read_bytes()
    write_table(tmp_path / name, HEAD, [ROW])
    assert (tmp_path / name).read_bytes() == first
    if name == "t.xlsx":
        assert "2026-10-05T14:00:00Z" in part_of(tmp_path / name, "docProps/core.xml")


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path, name: str):
    (tmp_path / name).write_text("old")

    def rows():
        yield ROW
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        write_table(tmp_path / name, HEAD, rows())
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "old"


def test_text_that_excel_cannot_hold_is_refused_with_its_place(tmp_path: Path):
    with pytest.raises(ExportRefused, match="Row 2, column “Name”: the text is too long for Excel"):
        write_table(tmp_path / "t.xlsx", TableHead("T", (Column("Name"),), MADE), [["x" * 40_000]])
    assert not list(tmp_path.iterdir())


def test_another_ending_a_missing_folder_and_a_folders_name_are_refused(tmp_path: Path):
    with pytest.raises(ExportRefused, match=r"t\.ods must end in \.csv or \.xlsx\."):
        check_target(tmp_path / "t.ods", (".csv", ".xlsx"))
    with pytest.raises(ExportRefused, match=r"There is no folder .*gone\. Create it first"):
        check_target(tmp_path / "gone" / "t.csv", (".csv",))
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(ExportRefused, match="is a folder"):
        check_target(tmp_path / "t.csv", (".csv",))


def test_an_ending_in_capitals_is_the_same_ending(tmp_path: Path):
    write_table(tmp_path / "T.XLSX", HEAD, [ROW])
    assert sheet_rows(tmp_path / "T.XLSX")[0][0] == "Name"


def test_a_full_disk_gives_one_sentence(tmp_path: Path):
    said = r"t\.csv cannot be written \(No space left on device\)"
    with pytest.raises(ExportRefused, match=said), written_whole(tmp_path / "t.csv") as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())
