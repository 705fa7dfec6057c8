"""Rows of the office's trackers: what is read, and the one sentence for what is not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.registration.forms import (
    DOCUMENT_TRACKER,
    PROVIDER_TRACKER,
    STEP_TRACKER,
    document_row,
    ein_or_contract,
    provider_row,
    step_row,
)
from models.registration.requirements import LABELS
from models.registration.states import STEPS
from models.shared.tracker_cells import RowError
from models.shared.trackers import Tracker, map_header

STEP = {"case_id": "R27-971010012", "step": "Filed", "on": date(2026, 9, 15)}
DOCUMENT = {"owner": "97-1010012", "document": "Liability insurance", "reported_on": "2026-09-15"}
PROVIDER = {"ein": "971010012"}


def refusal(parse: Callable[[dict[str, Any]], Any], cells: dict[str, Any]) -> str:
    with pytest.raises(RowError) as error:
        parse(cells)
    return str(error.value)


# What a spreadsheet can hold in a cell.
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(), st.text(max_size=30), st.dates(),
    st.datetimes(), st.times(), st.timedeltas(),
    st.sampled_from(["Filed", "kind set", "multi-year", "R27-971010012", "971010012", "12-3456789", "2026-09-15",
                     "06-30", "FY27", "²", "٣", "$5", "(5)", "yes", "a@b.c", "Doing Business form", "hearing",
                     "9999-12-31"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("tracker", "parse"),
    [(STEP_TRACKER, step_row), (DOCUMENT_TRACKER, document_row), (PROVIDER_TRACKER, provider_row)],
    ids=lambda x: getattr(x, "kind", ""),
)
@given(data=st.data())
def test_any_row_is_read_or_refused_in_one_sentence(
    tracker: Tracker, parse: Callable[[dict[str, Any]], Any], data: st.DataObject
) -> None:
    fields = sorted(set(tracker.columns.values()))
    good = {**STEP, **DOCUMENT, **PROVIDER}
    cells = {name: data.draw(st.one_of(CELLS, st.just(good.get(name)))) for name in fields}
    try:
        parse(cells)
    except RowError as error:
        assert str(error).endswith(".") and "\n" not in str(error)


@given(st.lists(CELLS, max_size=12))
def test_any_heading_is_understood_or_refused_in_one_sentence(header: list[Any]) -> None:
    for tracker in (STEP_TRACKER, DOCUMENT_TRACKER, PROVIDER_TRACKER):
        with pytest.raises(RowError, match=r"has no column .* Add it"):
            map_header(tracker, header)


def test_headings_are_known_in_any_case_with_their_usual_signs() -> None:
    header = [" CONTRACT ID ", "Notes of the office", "Step", "step_date", None, "Reference No."]
    assert map_header(STEP_TRACKER, header) == {0: "case_id", 2: "step", 3: "on", 5: "reference"}


def test_a_sheet_without_a_needed_column_is_told_its_wording() -> None:
    with pytest.raises(RowError, match=r"The sheet has no column “step”, “date”. Add it to the heading row"):
        map_header(STEP_TRACKER, ["Contract"])


def test_two_columns_that_say_the_same_are_not_read_in_part() -> None:
    with pytest.raises(RowError, match="The columns “EIN” and “Contract” say the same"):
        map_header(DOCUMENT_TRACKER, ["EIN", "Contract", "Document", "Reported on"])


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("971010012", "971010012"),
        ("97-1010012", "971010012"),
        (971010012, "971010012"),
        (971010012.0, "971010012"),
        (90020015, "090020015"),
        ("9-0020015", "090020015"),
        (" r27-971010012 ", "R27-971010012"),
        ("R27-971020037-971020308", "R27-971020037-971020308"),
    ],
)
def test_an_owner_is_an_ein_or_a_contract(written: str | float, owner: str) -> None:
    assert ein_or_contract(written) == owner


@pytest.mark.parametrize(
    "written", ["", None, "12345", "1234567890", "1-2-3-4-5-6-7-8-9", "97101001²", "R27", "R2-1", True]
)
def test_what_is_neither_is_refused(written: object) -> None:
    with pytest.raises(RowError, match="is neither a nine-digit EIN nor a contract id"):
        ein_or_contract(written)


@pytest.mark.parametrize("step", sorted(STEPS - {"kind_set"}))
def test_every_step_is_read_in_words(step: str) -> None:
    row = step_row({**STEP, "step": step.replace("_", " ").capitalize()})
    assert (row.case_id, row.step, row.on) == ("R27-971010012", step, date(2026, 9, 15))


@pytest.mark.parametrize(
    ("step", "written", "value"),
    [
        ("kind set", "Multi-Year", "multi_year"),
        ("kind set", "grant pilot", "grant_pilot"),
        ("notice published", "Hearing", "hearing"),
        ("notice published", "", ""),
        ("notice completed", "canceled", "cancelled"),
        ("notice completed", "Held", "held"),
        ("returned", "Two pages", "Two pages"),
    ],
)
def test_the_detail_of_a_step_is_read_in_one_spelling(step: str, written: str, value: str) -> None:
    assert step_row({**STEP, "step": step, "value": written}).value == value


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"step": "Deemed registered"}, "step: “Deemed registered” is not a step. Known: activated, "),
        ({"step": ""}, "step: “” is not a step."),
        (
            {"step": "kind set", "value": "loan"},
            "value: “loan” is not a kind of contract. Known: standard, multi_year,",
        ),
        (
            {"step": "notice published", "value": "web"},
            "value: “web” is not a kind of notice. Known: hearing, comment.",
        ),
        ({"step": "notice completed", "value": "x"}, "value: “x” does not say how the notice ended."),
        ({"case_id": "971010012"}, "contract: “971010012” is an EIN; a step belongs to a contract id such as"),
        ({"on": None}, "date: the date is missing."),
        ({"on": "  "}, "date: the date is missing."),
        ({"on": "15.9.2026"}, "date: “15.9.2026” is not a date; write it as 2026-09-30."),
        ({"on": "2026-02-30"}, "date: “2026-02-30” is not a date"),
        ({"on": "9/15/0026"}, "date: 0026-09-15 cannot be right; correct the year."),
        ({"on": 46280}, "date: “46280” is not a date"),
    ],
)
def test_a_step_that_cannot_be_used_says_which_column_and_why(cells: dict[str, Any], says: str) -> None:
    assert refusal(step_row, STEP | cells).startswith(says)


@pytest.mark.parametrize(
    "written",
    ["2026-09-15", "9/15/2026", "09/15/26", "15-Sep-2026", "September 15, 2026", " 2026-09-15 ", date(2026, 9, 15),
     datetime(2026, 9, 15, 13, 30, tzinfo=UTC), datetime(2026, 9, 15, 23, tzinfo=UTC)],
)  # fmt: skip
def test_a_date_is_read_in_its_usual_spellings(written: object) -> None:
    assert step_row({**STEP, "on": written}).on == date(2026, 9, 15)


def test_a_document_row_is_read_whole() -> None:
    cells = {
        "document": "fiscal year budget", "signed_on": date(2026, 9, 1), "expires_on": "", "period_end": None,
        "fiscal_year": "FY27", "amount_cents": "$50,000.00", "file_name": "harborloom_2026-09.pdf", "detail": " x  y ",
    }  # fmt: skip
    row = document_row(DOCUMENT | cells)
    assert (row.owner, row.document, row.reported_on) == ("971010012", "fiscal_year_budget", date(2026, 9, 15))
    assert (row.signed_on, row.expires_on, row.fiscal_year) == (date(2026, 9, 1), None, 2027)
    assert (row.amount_cents, row.file_name, row.detail) == (5_000_000, "harborloom_2026-09.pdf", "x y")


@pytest.mark.parametrize(("document", "label"), LABELS.items())
def test_a_document_is_known_by_its_label_and_by_its_name(document: str, label: str) -> None:
    for written in (label, label.upper(), document, document.replace("_", " ").title()):
        assert document_row({**DOCUMENT, "document": written}).document == document


def test_a_document_is_known_in_american_spelling() -> None:
    for written in ("Authorization resolution", "authorization_resolution"):
        assert document_row({**DOCUMENT, "document": written}).document == "authorisation_resolution"


@pytest.mark.parametrize(
    ("written", "year"), [("2027", 2027), (2027.0, 2027), ("27", 2027), ("FY 2027", 2027), ("", None)]
)
def test_a_fiscal_year_is_read(written: object, year: int | None) -> None:
    assert document_row({**DOCUMENT, "fiscal_year": written}).fiscal_year == year


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            {"document": "passport photo"},
            "document: “passport photo” is not on the checklist. Known: scope_of_services,",
        ),
        ({"fiscal_year": "20²"}, "fiscal year: “20²” is not a year such as 2027."),
        ({"fiscal_year": "1027"}, "fiscal year: “1027” is not a year such as 2027."),
        ({"amount_cents": "lots"}, "amount: “lots” is not an amount of money."),
        ({"amount_cents": date(2026, 9, 1)}, "amount: “2026-09-01” is not an amount of money."),
        ({"amount_cents": "(5)"}, "amount: “(5)” is negative; write the amount without a sign."),
        ({"reported_on": time(9)}, "reported on: “09:00:00” is not a date"),
        ({"signed_on": "9/2/2026", "expires_on": "9/1/2026"}, "expires on: 2026-09-01 lies before the signature of"),
    ],
)
def test_a_document_that_cannot_be_used_says_which_column_and_why(cells: dict[str, Any], says: str) -> None:
    assert refusal(document_row, DOCUMENT | cells).startswith(says)


def test_a_provider_row_is_read_and_empty_cells_stay_unknown() -> None:
    row = provider_row({"ein": 90020015, "email": "a@b.example", "has_employees": "No", "first_contract": "X"})
    assert (row.ein, row.email, row.has_employees, row.first_contract) == ("090020015", "a@b.example", False, True)
    assert row.annual_revenue_cents is row.uses_subcontractors is row.fiscal_year_end is None


@pytest.mark.parametrize("written", ["06-30", "6/30", "June 30", "Jun 30", date(2026, 6, 30)])
def test_a_fiscal_years_end_is_read_even_where_the_spreadsheet_made_a_date_of_it(written: object) -> None:
    assert provider_row({**PROVIDER, "fiscal_year_end": written}).fiscal_year_end == "06-30"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"ein": "R27-971010012"}, "ein: “R27-971010012” is a contract; the list of providers wants EINs."),
        ({"email": "a@b"}, "email: “a@b” is not an e-mail address."),
        ({"fiscal_year_end": "02-30"}, "fiscal year end: “02-30” is not a month and day such as 06-30."),
        ({"has_employees": "some"}, "employees: “some” is neither yes nor no."),
        ({"annual_revenue_cents": "-5"}, "annual revenue: “-5” is negative"),
        ({"city_business_cents": timedelta(1)}, "city business 12 months: “1 day, 0:00:00” is not an amount of money."),
    ],
)
def test_a_provider_that_cannot_be_used_says_which_column_and_why(cells: dict[str, Any], says: str) -> None:
    assert refusal(provider_row, PROVIDER | cells).startswith(says)
