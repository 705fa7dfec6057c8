import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select, update
from sqlmodel import col as column

from models.registration.award_list import AwardList, parse_award_list
from models.registration.forecast import forecast
from models.registration.moves import Move
from models.registration.records import Award, RegistrationCase
from models.shared.documents import sha256
from models.shared.money import to_cents
from models.shared.records import CaseFinding, Contract
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.ledger import CaseChange, commit_changes
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.awards import AwardImport, keep_list
from tasks.adapters.registration.case_table import HOLDERS
from tasks.adapters.registration.cases import PROCESS, load_cases, move_happenings
from tasks.adapters.registration.exports import PublishedPackage, export_cases, export_ocds
from tasks.adapters.registration.queries import CaseFilter, case_rows, show_case
from tasks.adapters.spreadsheets import Sheet
from tests.office import stop_clock
from tests.open_contracting import SCHEMA, faults, records, schema_errors
from tests.remembered import remembered
from tests.signers import hire, take_steps

LISTED = datetime(2026, 7, 6, 14, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
HEADER = ["MOCS ID", "Fiscal Year", "Legal Name", "EIN", "Status", "Amount", "Agency", "Program Name", "Purpose",
          "Fiscal Conduit Name", "FC EIN"]  # fmt: skip
AWARDS = [
    ["FY27 00001", 2027, "Alder Works, Inc.", "971000001", "Cleared", "20,000.50", "SBS", "Coops", "Training", "", ""],
    ["FY27 00002", 2027, "Alder Works, Inc.", "971000001", "Cleared", "5,000", "SBS", "", "Outreach", "", ""],
    ["FY27 00003", 2027, "Birch Kitchen", "971000002", "Pending", "9,000", "SBS", "Food", "Cooking", "", ""],
    ["FY27 00004", 2027, "=Cedar Row", "", "Cleared", "7,000", "SBS", "", "Art", "Blue Heron Fund", "971000009"],
    ["FY27 00005", 2027, "Dogwood School", "971000004", "Cleared", "5,000", "DYCD", "", "School", "", ""],
]
# Clearance of Alder's awards and the notice that a small contract does not need come by themselves.
HEADING = "Contract,Step,Date,Value,Reason"
_DAYS = (
    ("scope_and_budget_agreed", "08-10"), ("found_responsible", "09-10"), ("award_made", "09-20"), ("filed", "09-25"),
    ("returned", "10-02"), ("package_corrected", "10-05"), ("filed", "10-06"), ("registered", "10-30"),
)  # fmt: skip
STEPS = [f"R27-971000001,{step},2026-{day},,PRIVATE" for step, day in _DAYS]


def listed(rows: list[list[Any]]) -> AwardList:
    found = parse_award_list([Sheet("List", [HEADER, *rows])], fiscal_year=None, agency_aliases={})
    assert isinstance(found, AwardList)
    return found


def bring_in(rows: list[list[Any]], at: datetime, name: str) -> None:
    with writing() as session:
        keep_list(session, listed(rows), AwardImport(name, "SBS"), registration_policy(), at)


def finding(code: str, severity: str, closed_at: datetime | None = None) -> dict[str, Any]:
    return {
        "process": "registration", "case_id": "R27-971000002", "code": code, "subject": "", "severity": severity,
        "message": "m", "citation": "c", "evidence": "{}", "remedy": "r", "tell": "[]", "opened_at": LISTED,
        "closed_at": closed_at,
    }  # fmt: skip


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 11, 20, 15)
    hire()
    bring_in(AWARDS, LISTED, "first")
    take_steps(folder, HEADING, *STEPS[:1])
    all_papers_are_there("R27-971000001", date(2026, 9, 1))
    assert take_steps(folder, HEADING, *STEPS[1:])["imported"] == 7
    found = [finding("a", "medium"), finding("b", "high"), finding("c", "critical", closed_at=NOW)]
    with writing() as session:
        session.connection().execute(insert(CaseFinding), found)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A home with three contracts: one registered, one waiting for clearance, one behind a conduit."""
    _opened(tmp_path)
    return tmp_path


def all_papers_are_there(case_id: str, on: date) -> None:
    """What comes by itself when the last document does."""
    with writing() as session:
        (case,) = load_cases(session, [case_id], clock.today())
        move = Move("package_complete", on, "responsibility")
        happened = move_happenings(case.head, [move], "clocks and facts", clock.now(), {})
        commit_changes(session, PROCESS, RegistrationCase, [CaseChange(case.head, happened, None)], clock.now())


def cases(path: Path, wanted: CaseFilter = CaseFilter(), now: datetime = NOW) -> tuple[int, int]:
    with reading() as session:
        return export_cases(session, path, wanted, registration_policy(), now)


def ocds(path: Path) -> PublishedPackage:
    with reading() as session:
        return export_ocds(session, path, registration_policy().agency)


def package(path: Path) -> dict[str, Any]:
    ocds(path)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_rows_of_the_case_list_in_its_order(office: Path):
    assert cases(office / "c.csv") == (3, 4_100_050)
    with reading() as session:
        listed_rows, _ = case_rows(session, CaseFilter())
    shown = [(row["case"], row["ein"], row["kind"], row["amount"], row["state"], row["stage"], row["holder"],
              str(row["fiscal_year"]), row["due"] or "") for row in listed_rows]  # fmt: skip
    names = ("Contract", "EIN", "Kind", "Amount", "State", "Stage", "Holder", "Fiscal year", "Due")
    assert [tuple(row[name] for name in names) for row in table(office / "c.csv")] == shown


def test_the_table_is_as_long_as_the_list_whatever_a_page_holds(office: Path):
    rows = [
        [f"FY27 1{n:04d}", 2027, f"Body {n}", f"98{n:07d}", "Pending", "10", "SBS", "", "", "", ""] for n in range(701)
    ]
    bring_in([*AWARDS, *rows], LISTED, "second")
    assert cases(office / "c.csv", CaseFilter(limit=2))[0] == 704
    assert len({row["Contract"] for row in table(office / "c.csv")}) == 704


def test_a_filter_of_the_list_is_one_of_the_table(office: Path):
    cases(office / "c.csv", CaseFilter(holder="MOCS", overdue_on=date(2026, 11, 20)))
    assert [(row["Contract"], row["Overdue"]) for row in table(office / "c.csv")] == [
        ("R27-971000002", "Yes"), ("R27-971000009-" + sha256("cedar row")[:9], "Yes"),
    ]  # fmt: skip


def test_a_row_says_what_its_contract_carries_and_what_is_open(office: Path):
    cases(office / "c.csv")
    rows = {row["Contract"]: row for row in table(office / "c.csv")}
    alder, birch = rows["R27-971000001"], rows["R27-971000002"]
    assert (alder["Awards"], alder["Original amount"], alder["Open findings"], alder["Worst finding"]) == (
        "2", "25000.50", "0", "",
    )  # fmt: skip
    assert (birch["Open findings"], birch["Worst finding"]) == ("2", "high")


def test_the_seconds_of_all_holders_add_up_to_the_time_of_the_case(office: Path):
    cases(office / "c.csv")
    for row in table(office / "c.csv"):
        held = [int(row[name]) for name in row if name.startswith("Seconds: ")]
        with reading() as session:
            shown = show_case(session, row["Contract"], NOW)
        assert shown is not None
        assert sum(held) == int(row["Seconds in all"]) == shown["elapsed"]
        assert {n: s for n, s in zip(HOLDERS, held, strict=True) if s} == {n: s for n, s in shown["held"].items() if s}


def test_days_are_counted_to_the_moment_and_rounded(office: Path):
    cases(office / "c.csv")
    (row,) = [row for row in table(office / "c.csv") if row["Contract"] == "R27-971000002"]
    assert (row["Since (New York)"], row["Days in state"], row["Days: MOCS"], row["Days: Legal"]) == (
        "2026-07-06 10:00:00", "137.04", "137.04", "0.00",
    )  # fmt: skip


def test_the_expected_registration_is_that_of_the_review(office: Path):
    cases(office / "c.csv")
    policy = registration_policy()
    for row in table(office / "c.csv"):
        with reading() as session:
            (loaded,) = load_cases(session, [row["Contract"]], date(2026, 11, 20))
        if row["Contract"] == "R27-971000001":
            assert (row["Expected registration"], row["Registered on"]) == ("", "2026-10-30")
        else:
            assert row["Expected registration"] == forecast(loaded.packet, policy).registration_on.isoformat()
            assert row["Registered on"] == ""


def test_a_name_that_looks_like_a_formula_is_written_as_text(office: Path):
    cases(office / "c.csv")
    cases(office / "c.xlsx")
    assert "'=Cedar Row" in [row["Beneficiary"] for row in table(office / "c.csv")]
    sheet = CalamineWorkbook.from_path(office / "c.xlsx").get_sheet_by_index(0).to_python()
    assert [row[3] for row in sheet if "Cedar" in row[3]] == ["'=Cedar Row"]
    assert [row[7] for row in sheet[1:]] == [float(row["Amount"]) for row in table(office / "c.csv")]


def test_a_table_of_no_cases_has_its_heading(home: Path, tmp_path: Path):
    assert cases(tmp_path / "c.csv") == (0, 0)
    assert (tmp_path / "c.csv").read_text(encoding="utf-8-sig").startswith("Contract,Provider,EIN,Beneficiary")


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx"])
def test_two_exports_at_one_time_are_the_same_file(office: Path, name: str):
    cases(office / name)
    first = (office / name).read_bytes()
    cases(office / name)
    assert (office / name).read_bytes() == first


def test_the_package_keeps_to_the_standard(office: Path):
    assert ocds(office / "o.json") == PublishedPackage(3, 9, ())
    assert faults(package(office / "o.json")) == []


@pytest.mark.skipif(not SCHEMA.is_dir(), reason="the OCDS schema is not beside this checkout")
def test_the_package_is_valid_by_the_schema_of_the_standard(office: Path):
    found = package(office / "o.json")
    assert schema_errors(found) == []
    found["releases"][0]["awards"][0]["status"] = "promised"
    del found["releases"][1]["ocid"]
    assert len(schema_errors(found)) == 2


def test_merged_releases_give_the_amounts_of_the_database(office: Path):
    change_some_awards()
    found = records(package(office / "o.json"))
    with reading() as session:
        contracts = list(session.execute(select(Contract)).scalars())
        awards = list(session.execute(select(Award).where(column(Award.contract_id).is_not(None))).scalars())
    by_id = {a["id"]: a["value"]["amount"] for record in found.values() for a in record["awards"]}
    assert {key: to_cents(amount) for key, amount in by_id.items()} == {a.mocs_id: a.amount_cents for a in awards}
    for contract in contracts:
        record = found[f"ocds-000000-{contract.contract_id}"]
        amounts = [record["tender"]["value"], *(c["value"] for c in record.get("contracts", []))]
        assert {to_cents(value["amount"]) for value in amounts} == {contract.amount_cents}
    assert len(found) == len(contracts) == 4


def change_some_awards() -> None:
    """A newer list: one award smaller and cleared, one rescinded, one gone, one new."""
    newer = [list(row) for row in AWARDS]
    newer[0][5], newer[1][4], newer[2][4], newer[2][5] = "19,999.99", "Rescinded", "Cleared", "8,500.25"
    newer[3] = ["FY27 00006", 2027, "Elm Street", "971000006", "Pending", "3,000", "SBS", "", "Tools", "", ""]
    bring_in(newer, NOW, "newer")


def test_what_was_published_never_changes(office: Path):
    before = package(office / "o.json")["releases"]
    change_some_awards()
    after = {release["id"]: release for release in package(office / "o.json")["releases"]}
    assert [after[release["id"]] for release in before] == before
    assert len(after) == 14


def test_an_award_that_moved_counts_with_its_new_contract_alone(office: Path):
    moved = [list(row) for row in AWARDS]
    moved[1][3] = "971000002"
    bring_in(moved, NOW, "moved")
    assert ocds(office / "o.json").differ == ()
    found = records(package(office / "o.json"))
    alder, birch = found["ocds-000000-R27-971000001"], found["ocds-000000-R27-971000002"]
    assert [(a["id"], a["status"]) for a in alder["awards"]] == [("FY27 00001", "active"), ("FY27 00002", "cancelled")]
    assert [a["id"] for a in birch["awards"]] == ["FY27 00003", "FY27 00002"]
    assert [record["planning"]["budget"]["amount"]["amount"] for record in (alder, birch)] == [20000.5, 14000]
    # The contract of the one is registered: it changes by an amendment alone.
    assert [record["tender"]["value"]["amount"] for record in (alder, birch)] == [25000.5, 14000]


def test_what_the_office_keeps_to_itself_is_not_published(office: Path):
    ocds(office / "o.json")
    text = (office / "o.json").read_text()
    assert "PRIVATE" not in text
    assert "import registration steps" not in text


def test_two_exports_of_the_same_history_are_the_same_package(office: Path):
    ocds(office / "o.json")
    first = (office / "o.json").read_bytes()
    bring_in(AWARDS, NOW, "again")
    ocds(office / "o.json")
    assert (office / "o.json").read_bytes() == first


def test_a_contract_whose_amount_has_no_event_behind_it_is_named(office: Path):
    table_ = Contract.__table__  # type: ignore[attr-defined]
    with writing() as session:
        session.execute(update(table_).where(table_.c.contract_id == "R27-971000002").values(amount_cents=1))
    assert ocds(office / "o.json").differ == ("R27-971000002",)


def test_a_home_without_contracts_has_nothing_to_publish(home: Path, tmp_path: Path):
    with pytest.raises(ExportRefused, match="Import an award list first"):
        ocds(tmp_path / "o.json")
    assert not (tmp_path / "o.json").exists()
