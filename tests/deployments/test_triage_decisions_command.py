"""`steward export triage-decisions`: in full for who is cleared and signs in, else what is protected is masked."""

import csv
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.hotline.records import HotlineAccess
from models.shared.people_records import Attempt
from tasks.adapters.database import reading
from tests.casework import BEATEN, CASEWORKER, CLEARED, RENT, STAMPS, SUPERVISOR, do, open_office, sign
from tests.signers import code_of

HIDDEN = ("unit", "alternatives", "rule", "evidence", "language")


@pytest.fixture(autouse=True)
def office(hotline_key: None, tmp_path: Path) -> None:
    """Three contacts: benefits, a partner's violence, rent."""
    open_office(tmp_path, STAMPS, BEATEN, RENT)


def export(file: Path, *words: str, staff: str = "") -> str:
    """What the command prints; with the code of somebody, if they are named."""
    signer = ["--staff", staff, "--code", code_of(staff)] if staff else []
    command = ["export", "triage-decisions", str(file), *signer, *words]
    return CliRunner().invoke(app, command, catch_exceptions=False).stdout


def told(file: Path) -> dict[str, dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return {row["id"]: row for row in csv.DictReader(source)}


def opened() -> list[tuple[str, str]]:
    """Which contacts were opened for the file, and by whom."""
    table = HotlineAccess.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.contact_id, table.who).where(table.purpose == "export of decisions")
        return sorted(tuple(row) for row in session.execute(query))  # type: ignore[misc]


def test_who_is_cleared_has_what_is_restricted_in_full_and_each_read_is_kept(tmp_path: Path) -> None:
    said = export(tmp_path / "out.csv", staff=CLEARED)
    row = told(tmp_path / "out.csv")["INQ-0002"]
    assert (row["unit"], row["confidential"], row["language"]) == ("DV", "yes", "en")
    assert "husband hit me" in row["evidence"]
    assert opened() == [(f"INQ-000{number}", CLEARED) for number in (1, 2, 3)]
    assert "3 decisions, 1 of them restricted and told in full" in said


def test_that_file_can_be_read_by_its_owner_alone_and_lies_outside_of_the_home(home: Path, tmp_path: Path) -> None:
    export(tmp_path / "out.csv", staff=CLEARED)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    with pytest.raises(Refused, match="lies in the home sealed alone"):
        export(home / "out.csv", staff=CLEARED)


def test_without_a_signer_what_is_restricted_is_masked_and_not_opened(tmp_path: Path) -> None:
    counts = json.loads(export(tmp_path / "out.csv", "--json"))
    row = told(tmp_path / "out.csv")["INQ-0002"]
    assert {row[name] for name in HIDDEN} == {"RESTRICTED"} and row["priority"] == "1"
    assert (counts["decisions"], counts["restricted"]) == (3, 1)
    assert opened() == [("INQ-0001", "the command line"), ("INQ-0003", "the command line")]


def test_who_is_not_cleared_is_refused_and_that_they_tried_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Only staff who are cleared"):
        export(tmp_path / "out.csv", staff=CASEWORKER)
    assert not (tmp_path / "out.csv").exists() and opened() == []
    with reading() as session:
        tried = session.execute(select(Attempt)).scalars().all()
    assert [(row.staff_id, row.what) for row in tried] == [(CASEWORKER, "export of decisions with what is restricted")]


def test_a_code_without_its_owner_is_asked_whose_it_is(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Say with --staff"):
        export(tmp_path / "out.csv", "--code", "123456")


def test_the_file_tells_what_triage_decided_whatever_a_person_decided_since(tmp_path: Path) -> None:
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="About the insurance")
    export(tmp_path / "out.csv")
    assert told(tmp_path / "out.csv")["INQ-0001"]["unit"] == "FIA"


def test_what_a_person_marked_as_confidential_is_masked_as_well(tmp_path: Path) -> None:
    do(CASEWORKER, "claimed")
    do(CASEWORKER, "marked_confidential")
    export(tmp_path / "out.csv")
    row = told(tmp_path / "out.csv")["INQ-0001"]
    assert {row[name] for name in HIDDEN} == {"RESTRICTED"}
    assert ("INQ-0001", "the command line") not in opened()
