import pytest

from models.registration.award_columns import ListProblem, column_letter, find_header

FY2027 = ["MOCS ID#", "Fiscal Year", "Source", "Council Member", "Legal Name", "Tax ID", "Status", "Amount", "Agency",
          "Program Name", "Grantee Street Address 1", "Grantee Street Address 2", "City", "State", "Postal Code",
          "Purpose of Funds", "Fiscal Conduit", "Fiscal Conduit EIN"]  # fmt: skip
OPEN_DATA = ["MOCS ID", "Fiscal Year", "Source", "Council Member", "Legal Name of Organization", "EIN", "Status",
             "Amount ($)", "Agency", "Program Name", "Address", "Address 2 (optional)", "City", "State", "Postcode",
             "Purpose of Funds", "Fiscal Conduit Name", "FC EIN", "Borough", "Latitude"]  # fmt: skip
FY2014 = ["Source", "Council Member", "Legal Name of Organization", "EIN", "Status", "Amount ($", "Agency",
          "Program Name", "Address", "Address 2 (optional", "City", "State", "Zip Code", "Purpose of Funds",
          "Fiscal Conduit Name", "FC EIN"]  # fmt: skip
FY2016 = ["Source", "Council Members", "Legal Name of Organization Requesting Funding", "EIN #", "Status", "Amount",
          "Agency", "Program Name", "Address", "City", "State", "Zip", "Purpose to be listed in Schedule C",
          "Fiscal Conduit Name", "FC EIN"]  # fmt: skip
FY2018 = ["Fiscal Year", "Source", "Council Member", "Legal Name", "EIN", "Status", "Amount", "Agency", "Program Name",
          "Street Address 1", "Street Address 2", "City", "State", "Postal Code", "CM Purpose of Funds",
          "Fiscal Conduit", "Fiscal Conduit EIN"]  # fmt: skip
API = ["legal_name_of_organization", "ein", "amount", "agency", "council_member"]


def found(*sheets):
    result = find_header(sheets)
    assert not isinstance(result, ListProblem), result
    return result


def problem(*sheets):
    result = find_header(sheets)
    assert isinstance(result, ListProblem)
    return result.sentence


@pytest.mark.parametrize(
    ("titles", "unknown"), [(FY2027, 0), (OPEN_DATA, 2), (FY2014, 0), (FY2016, 0), (FY2018, 0), (API, 0)]
)
def test_every_column_of_a_years_list_is_known(titles, unknown):
    _, header = found(("list", [titles, ["x"]]))
    assert len(header.at) == len(titles) - unknown
    assert header.at["legal_name"] == next(i for i, t in enumerate(titles) if t.lower().startswith("legal"))


def test_padding_case_and_punctuation_of_a_title_do_not_matter():
    _, header = found(("list", [["  LEGAL\u00a0NAME:", "amount\n($ )", " agency ", "Council Member(s)"], ["x"]]))
    assert header.at == {"legal_name": 0, "amount": 1, "agency": 2, "council_member": 3}


def test_the_header_may_stand_below_titles_and_on_another_sheet():
    number, header = found(
        ("Cover", [["Awards of the Council"]]), ("Awards", [["Fiscal 2027"], [], ["", *FY2027], ["x"]])
    )
    assert (number, header.row, header.at["mocs_id"]) == (1, 2, 1)


def test_a_sure_wording_wins_over_a_loose_one():
    _, header = found(("list", [["Organization", "Legal Name", "Amount", "Agency"], ["x"]]))
    assert header.at["legal_name"] == 1


def test_a_year_before_a_title_does_not_matter():
    _, header = found(("list", [["Legal Name", "FY 2016 Amount", "Agency"], ["x"]]))
    assert header.at["amount"] == 1


def test_a_missing_column_is_named_with_what_was_found_and_what_to_do():
    sentence = problem(("Sheet1", [[], ["Legal Name", "EIN", "Amount"], ["x"]]))
    assert sentence == (
        "Sheet “Sheet1” has no column for the agency. Its header in row 2 has: Legal Name, EIN, Amount. "
        "Name the column “Agency” in the header row, and import the list again."
    )


def test_a_workbook_without_any_header_names_its_sheets():
    assert "“Pivot”, “Notes”" in problem(("Pivot", [["a", 1.0]]), ("Notes", [["b"]]))


@pytest.mark.parametrize("titles", [["Amount", "Amount"], ["Amount", "Award Amount"], ["Award", "Funding"]])
def test_a_column_that_stands_twice_is_named_with_both_places(titles):
    sentence = problem(("list", [["Legal Name", "Agency", *titles], ["x"]]))
    assert f"two columns for the amount: “{titles[0]}” (column C) and “{titles[1]}” (column D)" in sentence


def test_of_two_purposes_the_first_counts():
    _, header = found(("list", [["Legal Name", "Agency", "Amount", "Purpose of Funds", "Purpose of Funds"], ["x"]]))
    assert header.at["purpose"] == 3


def test_two_sheets_with_awards_are_refused_by_name():
    rows = [FY2027, ["x"]]
    assert "“May” and “June”" in problem(("May", rows), ("June", rows))


def test_a_sheet_with_a_header_alone_does_not_count():
    number, _ = found(("Template", [FY2027]), ("Awards", [FY2027, ["x"]]))
    assert number == 1


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_has_the_letter_that_the_spreadsheet_shows(index, letter):
    assert column_letter(index) == letter
