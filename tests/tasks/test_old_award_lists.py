"""Lists like the Council's older ones, from bytes to awards; every organisation is invented."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from models.registration.award_columns import ListProblem
from models.registration.award_list import AwardList, parse_award_list
from models.registration.awards import KnownAward, assign_keys, group_awards
from tasks.adapters.spreadsheets import UnreadableFile, read_sheets, write_rejects

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "council" / "funded_disclosure_FY2027.xlsx"
ALIASES = {"DSBS": "SBS"}
HEADER = [" Source", "Council Members ", "Legal Name of Organization", "EIN", "Status", "Amount ($", "Agency",
          "Program Name", "Address", "Address 2 (optional", "City", "State", "Zip Code",
          "Purpose to be listed in Schedule C", "Fiscal Conduit Name", "FC EIN"]  # fmt: skip
PLACE = ["1 Pier", "", "New York", "NY", "10001", "To run the program."]
AWARDS = [
    ["Local", "Rowan", " Café de la Peña, Inc.", "13-3370648", "Cleared", "$7,500", "DSBS", "Fair", *PLACE, "", ""],
    ["Local", "Rowan", "Café de la Peña, Inc.", "133370648", "*", "$7,500", "DSBS", "Fair", *PLACE, "", ""],
    ["Youth", "O’Dell", "Women’s Harbor, Inc.", "10849087", "CLEARED", "$2,500.50", "dsbs ", "", *PLACE, "", ""],
    ["Youth", "O’Dell", "Women’s Harbor, Inc.", "10849087", "Cleared", "(500)", "SBS", "", *PLACE, "", ""],
    ["Aging", "Elm", "Total Wellness – East, Inc.", "201234567", "", " $12,000.00 ", "DYCD", "", *PLACE, "", ""],
    ["Aging", "Elm", "Cedar Row Block Association", "", "Cleared", "1000", "DYCD", "", *PLACE, "Blue Heron Fund",
     "45-6789012"],
]  # fmt: skip


def footer(label, amount, at=4):
    cells = [""] * 16
    cells[at], cells[5] = label, amount
    return cells


FOOTERS = [
    [""] * 16,
    footer("Cleared Total", "$10,500.50"),
    footer("Pending", "$7,500.00"),
    footer("Total DYCD:", "$13,000.00", at=6),
    footer("Schedule C Total:", "$31,000.50"),
    footer("Difference:", "($1,000.00)"),
    footer("Grand Total:", "$30,000.50", at=0),
    ["Number of awards: 6", *[""] * 15],
    ["* Pending clearance by the Council", *[""] * 15],
    ["Report run on 06/30/2014", *[""] * 15],
]
OLD_LIST = [["City Council discretionary awards", *[""] * 15], [], HEADER, *AWARDS, *FOOTERS]


def as_mac_csv(path, rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r").writerows(rows)
    path.write_bytes(text.getvalue().encode("mac_roman"))
    return path


def as_xls(path, rows):
    book = xlwt.Workbook()
    book.add_sheet("Cover").write(0, 0, "Awards of the Council")
    sheet = book.add_sheet("Awards")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.save(str(path))
    return path


def as_xlsx(path, rows):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Awards")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return path


def parse(path, fiscal_year=2014):
    found = parse_award_list(read_sheets(path), fiscal_year=fiscal_year, agency_aliases=ALIASES)
    assert isinstance(found, AwardList), found
    return found


def stored(keyed):
    known = {}
    for row in keyed:
        known.setdefault(row.base_key, []).append(KnownAward(row.mocs_id, row.row_hash, row.amount_cents))
    return known


@pytest.mark.parametrize("save", [as_mac_csv, as_xls, as_xlsx])
def test_an_old_list_loads_every_award_and_reconciles(tmp_path, save):
    found = parse(save(tmp_path / "list.dat", OLD_LIST))
    assert [row.row for row in found.rows] == [4, 5, 6, 7, 8, 9]
    assert [row.legal_name for row in found.rows[::2]] == [
        "Café de la Peña, Inc.",
        "Women’s Harbor, Inc.",
        "Total Wellness – East, Inc.",
    ]
    assert [row.ein for row in found.rows] == ["133370648"] * 2 + ["010849087"] * 2 + ["201234567", ""]
    assert [row.status for row in found.rows] == ["Cleared", "Pending", "Cleared", "Cleared", "", "Cleared"]
    assert [row.amount_cents for row in found.rows] == [750000, 750000, 250050, -50000, 1200000, 100000]
    assert sum(row.agency == "SBS" for row in found.rows) == 4
    assert {row.fiscal_year for row in found.rows} == {2014}
    assert found.rejected == ()
    assert (found.amount_cents, found.file_total_cents, found.reconciles) == (3000050, 3000050, True)
    assert found.rows_read == 6 + 9


@pytest.mark.parametrize("save", [as_mac_csv, as_xls])
def test_a_second_import_of_an_old_list_finds_every_award_again(tmp_path, save):
    path = save(tmp_path / "list.dat", OLD_LIST)
    first = assign_keys(parse(path).rows, {})
    assert len({row.mocs_id for row in first}) == 6
    shuffled = save(tmp_path / "again.dat", [HEADER, *reversed(AWARDS)])
    again = assign_keys(parse(shuffled).rows, stored(first))
    assert {row.mocs_id: row.row_hash for row in again} == {row.mocs_id: row.row_hash for row in first}


def test_an_old_list_makes_contracts_with_its_conduits(tmp_path):
    rows = assign_keys(parse(as_mac_csv(tmp_path / "list.csv", OLD_LIST)).rows, {})
    grouped = group_awards(rows, city_eins={"136400434"})
    assert {contract.contract_id[:13]: contract.amount_cents for contract in grouped.contracts} == {
        "R14-010849087": 200050,
        "R14-133370648": 1500000,
        "R14-201234567": 1200000,
        "R14-456789012": 100000,
    }


def test_an_old_list_needs_its_fiscal_year(tmp_path):
    sheets = read_sheets(as_mac_csv(tmp_path / "list.csv", OLD_LIST))
    found = parse_award_list(sheets, fiscal_year=None, agency_aliases=ALIASES)
    assert isinstance(found, ListProblem)
    assert "--fiscal-year" in found.sentence


def test_a_wrong_printed_total_does_not_reconcile(tmp_path):
    rows = [HEADER, *AWARDS, footer("Grand Total", "$30,000.51")]
    found = parse(as_mac_csv(tmp_path / "list.csv", rows))
    assert (found.file_total_cents, found.reconciles) == (3000051, False)


def test_a_rejected_row_written_out_and_corrected_can_be_imported(tmp_path):
    wrong = [*AWARDS[4]]
    wrong[5] = "twelve"
    found = parse(as_mac_csv(tmp_path / "list.csv", [HEADER, AWARDS[0], wrong]))
    path = tmp_path / "rejects.csv"
    write_rejects(path, [(r.row, r.reason, r.cells) for r in found.rejected], header=found.header)
    path.write_text(path.read_text("utf-8-sig").replace(",twelve,", ',"12,000",'), "utf-8")
    (mended,) = parse(path).rows
    assert (mended.legal_name, mended.amount_cents) == ("Total Wellness – East, Inc.", 1200000)


def test_a_sheet_without_the_needed_columns_is_named(tmp_path):
    rows = [[cell for at, cell in enumerate(row) if at != 6] for row in [HEADER, *AWARDS]]
    found = parse_award_list(read_sheets(as_xls(tmp_path / "list.xls", rows)), fiscal_year=2014, agency_aliases={})
    assert isinstance(found, ListProblem)
    assert found.sentence.startswith("Sheet “Awards” has no column for the agency.")


def test_files_that_are_no_list_each_get_one_sentence(tmp_path):
    whole = as_xlsx(tmp_path / "whole.xlsx", OLD_LIST).read_bytes()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    cases = {"cut short": whole[:-400], "a web page": b"<html></html>", "empty": b"", "harmful": bomb.getvalue()}
    for words, data in cases.items():
        path = tmp_path / "list.xlsx"
        path.write_bytes(data)
        with pytest.raises(UnreadableFile, match=words):
            read_sheets(path)


@pytest.mark.skipif(not REAL.exists(), reason="the Council's list of FY2027 is not beside this project")
def test_the_councils_list_of_2027_is_read_whole_and_the_same_every_time():
    found = parse(REAL, fiscal_year=None)
    assert (len(found.rows), found.amount_cents, found.rejected) == (10_040, 70_556_400_000, ())
    assert sum(row.agency == "SBS" for row in found.rows) == 355
    assert (found.rows_read, found.file_total_cents, found.reconciles) == (10_040, None, None)
    assert [row.row_hash for row in parse(REAL, fiscal_year=None).rows] == [row.row_hash for row in found.rows]
    assert all(row.base_key == row.mocs_id for row in assign_keys(found.rows, {}))


@pytest.mark.skipif(not REAL.exists(), reason="the Council's list of FY2027 is not beside this project")
def test_the_agencys_awards_of_2027_group_into_contracts_that_add_up():
    mine = [row for row in assign_keys(parse(REAL, fiscal_year=None).rows, {}) if row.agency == "SBS"]
    grouped = group_awards(mine, city_eins={"136400434"})
    city = sum(row.amount_cents for row in mine if row.mocs_id in grouped.city_awards)
    assert sum(len(contract.mocs_ids) for contract in grouped.contracts) + len(grouped.city_awards) == 355
    assert sum(contract.amount_cents for contract in grouped.contracts) + city == sum(row.amount_cents for row in mine)
