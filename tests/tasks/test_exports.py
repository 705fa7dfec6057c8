import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from python_calamine import CalamineWorkbook
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from sqlalchemy import update

from models.registration.award_list import AwardList, parse_award_list
from models.registration.records import Award
from models.registration.rules import review
from models.shared.records import Contract
from tasks.adapters.database import reading, writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.awards import AwardImport, keep_list
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.exports import PublishedPackage, export_cases, export_ocds
from tasks.adapters.registration.queries import CaseFilter, case_rows, show_case
from tasks.adapters.registration.reviews import ReviewedCase, record
from tasks.adapters.registration.trackers import keep_steps
from tasks.adapters.spreadsheets import Sheet
from tests.open_contracting import faults, records

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "ocds"
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
STEPS = [
    ["Contract", "Step", "Date", "Value", "Reason"],
    *(["R27-971000001", step, f"2026-{day}", "", "PRIVATE"] for step, day in (
        ("cleared", "07-20"), ("scope_and_budget_agreed", "08-10"), ("package_complete", "09-01"),
        ("found_responsible", "09-10"), ("notice_not_required", "09-10"), ("award_made", "09-20"), ("filed", "09-25"),
        ("returned", "10-02"), ("package_corrected", "10-05"), ("filed", "10-06"), ("registered", "10-30"),
    )),
]  # fmt: skip


def listed(rows: list[list[Any]]) -> AwardList:
    found = parse_award_list([Sheet("List", [HEADER, *rows])], fiscal_year=None, agency_aliases={})
    assert isinstance(found, AwardList)
    return found


def bring_in(rows: list[list[Any]], at: datetime, name: str) -> None:
    with writing() as session:
        keep_list(session, listed(rows), AwardImport(name, "SBS"), registration_policy(), at)


@pytest.fixture
def office(home: Path) -> Path:
    """A home with three contracts: one registered, one waiting for clearance, one behind a conduit; all reviewed."""
    home.mkdir(exist_ok=True)
    bring_in(AWARDS, LISTED, "first")
    policy = registration_policy()
    with writing() as session:
        kept = keep_steps(session, "steps", STEPS, policy, NOW - timedelta(days=1))
        assert (kept.imported, kept.rejected) == (11, [])
    with writing() as session:
        ids = [row["case"] for row in case_rows(session, CaseFilter())[0]]
        loaded = load_cases(session, ids, date(2026, 11, 20))
        reviewed = [ReviewedCase(case.head, (), review(case.packet, policy)) for case in loaded]
        quiet = [ReviewedCase(c.head, c.moves, c.review.__class__(**{**vars(c.review), "asks": False})) for c in reviewed]
        record(session, quiet, {}, policy, NOW)
    return home
