from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.registration.award_columns import ListProblem
from models.registration.award_list import AwardList, parse_award_list
from models.registration.awards import plain_text

HEADER = ["MOCS ID#", "Fiscal Year", "Source", "Council Member", "Legal Name", "Tax ID", "Status", "Amount", "Agency",
          "Program Name", "Postal Code"]  # fmt: skip
ALIASES = {"DSBS": "SBS", "Department of Small Business Services": "SBS"}


def award(mocs_id="FY27 00001", name="Amber Harbor Cooperative, Inc.", ein=133370648.0, amount=5000.0, **cells):
    values = dict(zip(HEADER, [mocs_id, "2027", "Local", "Rowan", name, ein, "Cleared", amount, "SBS", "", "10001"],
                      strict=True))  # fmt: skip
    return list((values | {key.replace("_", " "): value for key, value in cells.items()}).values())


def total(label, amount, column="Status"):
    return [{column: label, "Amount": amount}.get(title, "") for title in HEADER]


def parse(*rows, header=HEADER, name="FY27", fiscal_year=None) -> AwardList:
    found = parse_award_list([(name, [header, *rows])], fiscal_year=fiscal_year, agency_aliases=ALIASES)
    assert isinstance(found, AwardList), found
    return found


def problem(*sheets, fiscal_year=None) -> str:
    found = parse_award_list(list(sheets), fiscal_year=fiscal_year, agency_aliases={})
    assert isinstance(found, ListProblem)
    return found.sentence


def test_a_row_becomes_an_award_in_cents_with_its_row_number():
    (row,) = parse(award()).rows
    assert (row.row, row.base_key, row.fiscal_year, row.ein, row.amount_cents, row.agency) == (
        2, "FY27 00001", 2027, "133370648", 500000, "SBS")  # fmt: skip


def test_names_are_trimmed_and_kept_as_written():
    (row,) = parse(award(name="  Amber\u00a0 Harbor\u200b\tCooperative ")).rows
    assert row.legal_name == "Amber Harbor Cooperative"
    assert row.legal_name_as_written == "  Amber\u00a0 Harbor\u200b\tCooperative "


@pytest.mark.parametrize("written", ["SBS ", "sbs", " DSBS", "Department of  small business services"])
def test_an_agency_is_known_under_its_aliases(written):
    (row,) = parse(award(Agency=written)).rows
    assert (row.agency, row.agency_as_written) == ("SBS", written)


@pytest.mark.parametrize(
    ("written", "status"), [("CLEARED", "Cleared"), ("*", "Pending"), ("", ""), ("rescinded ", "Rescinded")]
)
def test_a_status_has_one_spelling(written, status):
    assert parse(award(Status=written)).rows[0].status == status


@pytest.mark.parametrize(("cell", "code"), [(0.0, ""), (7030.0, "07030"), (10018.0, "10018"), ("10033.0", "10033")])
def test_a_postal_code_gets_its_zeros_back(cell, code):
    assert parse(award(Postal_Code=cell)).rows[0].postcode == code


def test_the_mocs_id_is_the_key_with_blanks_collapsed():
    assert parse(award(mocs_id=" FY27  00001 ")).rows[0].base_key == "FY27 00001"


def test_a_mocs_id_without_a_year_gets_the_rows_year():
    assert parse(award(mocs_id=4711.0)).rows[0].base_key == "FY27 4711"


def test_an_award_without_mocs_id_gets_a_key_that_amount_status_and_purpose_do_not_change():
    one, other = parse(award(mocs_id=""), award(mocs_id="", amount=1.0, Status="Pending")).rows
    third = parse(award(mocs_id="", Program_Name="Another")).rows[0]
    assert one.base_key == other.base_key != third.base_key


def test_the_same_mocs_id_with_the_same_cells_is_rejected_as_a_repeat():
    found = parse(award(), award())
    assert [(row.row, row.reason) for row in found.rejected] == [(3, "repeats row 2")]
    assert len(found.rows) == 1


def test_the_same_mocs_id_with_other_cells_is_rejected_naming_the_first_row():
    (rejected,) = parse(award(), award(amount=7.0)).rejected
    assert rejected.row == 3
    assert "row 2" in rejected.reason


def test_a_take_back_under_the_same_mocs_id_adjusts_the_sum():
    found = parse(award(), award(amount="(500)"))
    assert [row.amount_cents for row in found.rows] == [500000, -50000]
    assert found.amount_cents == 450000


def test_two_equal_rows_without_mocs_id_are_two_awards():
    assert len(parse(award(mocs_id=""), award(mocs_id="")).rows) == 2


@pytest.mark.parametrize(("cell", "cents"), [("$7,500", 750000), ("(500)", -50000), ("$(500.00)", -50000),
                                             ("$ -", 0), (" 1,234.50 ", 123450), (0.1 + 0.2, 30)])  # fmt: skip
def test_an_amount_is_read_as_lists_write_it(cell, cents):
    assert parse(award(amount=cell)).rows[0].amount_cents == cents


@pytest.mark.parametrize("cell", ["five thousand", "#REF!", "", True, date(2026, 7, 1), 1.234, float("nan")])
def test_an_amount_that_is_no_money_is_rejected_with_its_column(cell):
    found = parse(award(), award(mocs_id="FY27 00002", amount=cell))
    ((row, reason),) = [(rejected.row, rejected.reason) for rejected in found.rejected]
    assert row == 3
    assert "“Amount” (column H)" in reason


def test_a_malformed_ein_is_rejected_with_its_column():
    (rejected,) = parse(award(ein="12-34567")).rejected
    assert rejected.reason == "“Tax ID” (column F): “12-34567” is not an EIN of nine digits"
    assert rejected.cells[5] == "12-34567"


def test_every_reason_against_a_row_is_named():
    (rejected,) = parse(award(ein="x1", amount="much", name="")).rejected
    assert all(word in rejected.reason for word in ("Legal Name", "Amount", "Tax ID"))


def test_a_rejected_row_keeps_the_mocs_id_of_the_award_it_means():
    rejected = parse(award(amount="much"), award(mocs_id=4711.0, ein="x"), award(mocs_id="", ein="x")).rejected
    assert [row.base_key for row in rejected] == ["FY27 00001", "FY27 4711", ""]


def test_an_award_without_ein_is_kept():
    assert parse(award(ein="")).rows[0].ein == ""


def test_an_award_without_agency_is_kept_for_no_agency():
    assert parse(award(Agency="")).rows[0].agency == ""


def test_blank_rows_count_nowhere():
    assert parse([""] * 11, award(), [None], []).rows_read == 1


def test_an_organisation_called_total_is_an_award():
    found = parse(award(name="Total Wellness, Inc."), award("FY27 00002", name="Total", ein=""),
                  award("", name="Total Wellness, Inc.", ein=""))  # fmt: skip
    assert len(found.rows) == 3


def test_a_footer_of_several_totals_is_not_imported_and_the_right_one_reconciles():
    found = parse(award(), award("FY27 00002"), total("Schedule C Total:", 8000.0), total("Updated Total:", 9000.0),
                  total("Difference:", 1000.0), total("Master List Total:", 10000.0))  # fmt: skip
    assert [row.row for row in found.totals] == [4, 5, 6, 7]
    assert (found.rows_read, found.file_total_cents, found.reconciles) == (6, 1000000, True)


def test_an_amount_that_stands_alone_is_a_total():
    found = parse(award(), total("", 5000.0))
    assert (len(found.rows), found.file_total_cents, found.reconciles) == (1, 500000, True)


@pytest.mark.parametrize(
    "cells",
    [
        ["Report run on 07/01/2026"],
        ["* Pending clearance"],
        ["Number of awards", "", "", "", "", "", "", 1.0],
        ["Note: amounts", "in", "dollars"],
        HEADER,
    ],
)
def test_a_row_of_words_is_a_note(cells):
    found = parse(award(), cells)
    assert ([note.row for note in found.notes], found.rejected, found.reconciles) == ([3], (), None)


def test_a_row_that_may_be_an_award_or_a_total_is_rejected_not_dropped():
    (rejected,) = parse(award(), ["", "", "", "", "Blue Heron Kitchen", "", "", 900.0]).rejected
    assert "it may be a total" in rejected.reason


def test_an_award_without_a_name_is_rejected_not_taken_for_a_total():
    (rejected,) = parse(award(), award("FY27 00002", name="", ein="")).rejected
    assert "“Legal Name” (column E) is empty" in rejected.reason


def test_the_fiscal_year_comes_from_the_column_before_the_argument():
    assert parse(award(), fiscal_year=2020).rows[0].fiscal_year == 2027


@pytest.mark.parametrize("cell", [2027.0, "FY27", "FY 2027", "2026-27", 27.0])
def test_a_fiscal_year_is_read_as_lists_write_it(cell):
    assert parse(award(Fiscal_Year=cell)).rows[0].fiscal_year == 2027


def test_a_cell_that_is_no_fiscal_year_is_rejected():
    assert "“soon” is not a fiscal year" in parse(award(Fiscal_Year="soon")).rejected[0].reason


NO_YEAR = ["Legal Name", "EIN", "Amount", "Agency"]
PLAIN = ["Amber Harbor", "133370648", 5000.0, "SBS"]


@pytest.mark.parametrize("name", ["FY16 (07-01-26)", "funded_disclosure_FY2016", "Fiscal Year 2016", "FY15-16"])
def test_the_fiscal_year_comes_from_the_sheets_name(name):
    assert parse(PLAIN, header=NO_YEAR, name=name).rows[0].fiscal_year == 2016


def test_the_fiscal_year_comes_from_the_title_row():
    found = parse_award_list(
        [("Sheet1", [["Fiscal 2014 Discretionary Awards"], [], NO_YEAR, PLAIN])], fiscal_year=None, agency_aliases={}
    )
    assert isinstance(found, AwardList)
    assert (found.rows[0].fiscal_year, found.rows[0].row) == (2014, 4)


def test_the_fiscal_year_comes_from_the_mocs_ids():
    found = parse(["FY25 00001", *PLAIN], header=["MOCS ID#", *NO_YEAR], name="Sheet1")
    assert found.rows[0].fiscal_year == 2025


def test_a_list_that_names_no_year_or_two_asks_for_it():
    assert "--fiscal-year" in problem(("Sheet1", [NO_YEAR, PLAIN]))
    assert "--fiscal-year" in problem(("FY16", [["Fiscal Year 2017"], NO_YEAR, PLAIN]))


def test_a_list_without_awards_is_a_problem():
    assert "no award below it" in problem(("FY27", [HEADER, total("Total", 0.0)]))


cells = st.one_of(st.sampled_from(["", "Total", "SBS", "FY27 00001", "Acme", "133370648", "Cleared", "* x", "$5"]),
                  st.floats(), st.integers(), st.booleans(), st.none(), st.text(max_size=12))  # fmt: skip


@given(st.lists(st.lists(cells, max_size=13), max_size=12))
def test_every_row_that_is_not_blank_ends_in_exactly_one_group(rows):
    found = parse(award(), *rows)
    numbers = [item.row for group in (found.rows, found.rejected, found.totals, found.notes) for item in group]
    assert len(numbers) == len(set(numbers)) == found.rows_read
    filled = {number for number, row in enumerate(rows, start=3) if any(map(plain_text, row))}
    assert set(numbers) == {2} | filled
    assert found.amount_cents == sum(row.amount_cents for row in found.rows)
