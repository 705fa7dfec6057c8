import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deployments.cli.exports import app
from deployments.cli.says import Refused
from models.registration.award_list import AwardList, parse_award_list
from tasks.adapters.database import writing
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.awards import AwardImport, keep_list
from tasks.adapters.spreadsheets import Sheet
from tests.remembered import remembered

HEADER = ["MOCS ID", "Fiscal Year", "Legal Name", "EIN", "Status", "Amount", "Agency"]
ROWS = [
    ["FY27 00001", 2027, "Alder Works, Inc.", "971000001", "Cleared", "20,000.50", "SBS"],
    ["FY27 00002", 2027, "Birch Kitchen", "971000002", "Pending", "9,000", "SBS"],
]


@remembered
def _opened() -> None:
    listed = parse_award_list([Sheet("List", [HEADER, *ROWS])], fiscal_year=None, agency_aliases={})
    assert isinstance(listed, AwardList)
    with writing() as session:
        at = datetime(2026, 7, 6, 14, tzinfo=UTC)
        keep_list(session, listed, AwardImport("first", "SBS"), registration_policy(), at)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A home with two contracts that wait for clearance; files go beside it."""
    _opened()
    return tmp_path


def said(*words: str) -> str:
    return CliRunner().invoke(app, list(words), catch_exceptions=False).stdout


def answer(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(*words, "--json"))
    return found


def test_cases_are_written_and_counted(office: Path):
    file = str(office / "c.csv")
    assert said("cases", file) == f"{file}: 2 contracts, $29,000.50.\n"
    assert answer("cases", file) == {"file": file, "cases": 2, "amount": "29000.50"}
    assert len((office / "c.csv").read_text().splitlines()) == 3


def test_only_the_wanted_cases_are_written(office: Path):
    assert answer("cases", str(office / "c.csv"), "--holder", "mocs", "--state", "designated")["cases"] == 2
    assert answer("cases", str(office / "c.csv"), "--holder", "Procurement")["cases"] == 0
    assert answer("cases", str(office / "c.csv"), "--state", "filed")["cases"] == 0


def test_releases_are_written_with_the_notice_of_the_provisional_prefix(office: Path):
    file = str(office / "o.json")
    told = answer("ocds", file)
    assert (told["contracts"], told["releases"], told["differ"]) == (2, 2, [])
    assert told["notice"] == json.loads((office / "o.json").read_text())["notice"]
    assert said("ocds", file).startswith(f"{file}: 2 contracts, 2 releases.\nThe identifiers begin with ocds-000000")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["cases", "c.ods"], "c.ods must end in .csv or .xlsx. Choose another name."),
        (["ocds", "o.csv"], "o.csv must end in .json. Choose another name."),
        (["cases", "gone/c.csv"], "There is no folder gone. Create it first, or choose another."),
        (["cases", "c.csv", "--state", "lost"], "There is no state “lost”. Known: designated, scope,"),
        (["cases", "c.csv", "--holder", "Santa"], "Nobody is called “Santa”. Known: Agency head, Budget,"),
        (["ocds", "o.json"], "There is no contract to publish yet. Import an award list first."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(Refused) as refused:
        said(*words)
    assert str(refused.value).startswith(sentence)
    told = CliRunner().invoke(app, [*words, "--json"])
    assert json.loads(told.stdout)["error"] == str(refused.value)
    assert list(Path().iterdir()) == []


def test_an_export_never_loads_the_flow_engine(office: Path):
    code = (
        "import sys; from deployments.cli.app import main; sys.argv = ['steward', 'export', 'cases', 'c.xlsx']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('prefect' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], cwd=office, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["c.xlsx: 2 contracts, $29,000.50.", "False"]
