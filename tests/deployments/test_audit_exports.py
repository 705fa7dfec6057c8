"""What auditors ask for, on the command line: counts, hashes, sentences, and no flow engine."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from deployments.cli.exports import app
from deployments.cli.says import Refused
from tasks.adapters.database import reading
from tasks.adapters.tables import load_tables
from tests.audited import LOOM, open_season
from tests.office import stop_clock

COMMANDS = {
    "duties": "d.xlsx", "access": "a.csv", "exceptions": "e.xlsx", "holds": "h.csv", "public": "p.zip",
    "sample": "s.zip",
}  # fmt: skip


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """Three contracts, five signatures, a legal hold."""
    open_season(tmp_path)
    return tmp_path


def words(name: str, folder: Path) -> list[str]:
    extra = ["--cases", "2", "--seed", "spring"] if name == "sample" else []
    return [name, str(folder / COMMANDS[name]), *extra]


def said(*arguments: str) -> str:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_each_export_answers_with_its_file_and_hash(office: Path, name: str) -> None:
    told: dict[str, Any] = json.loads(said(*words(name, office), "--json"))
    path = office / COMMANDS[name]
    assert told["file"] == str(path)
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"SHA-256 {told['sha256']}  {path}" in said(*words(name, office)).splitlines()


def test_the_counts_are_those_of_the_office(office: Path) -> None:
    told = {name: json.loads(said(*words(name, office), "--json")) for name in COMMANDS}
    assert (told["duties"]["cases"], told["duties"]["signatures"], told["duties"]["conflicts"]) == (3, 5, 0)
    assert (told["access"]["accounts"], told["holds"]["holds"]) == (11, 1)
    assert told["exceptions"]["kinds"]["legal hold"] == 1
    assert (told["sample"]["population"], len(told["sample"]["drawn"])) == (3, 2)
    assert told["public"]["cases"] == 3


def test_a_csv_of_duties_names_the_tables_beside_it(office: Path) -> None:
    told = json.loads(said("duties", str(office / "d.csv"), "--json"))
    assert [Path(name).name for name in told["files"]] == ["d.csv", "d-signatures.csv", "d-staff.csv"]
    assert all((office / Path(name).name).is_file() for name in told["files"])


def test_a_person_reads_one_sentence(office: Path) -> None:
    lines = said("duties", str(office / "d.xlsx")).splitlines()
    assert lines[0] == f"{office / 'd.xlsx'}: 3 cases, 5 signatures, 0 conflicts."
    assert said("holds", str(office / "h.csv")).splitlines()[0].endswith("h.csv: 1 case under a legal hold.")
    found = said("exceptions", str(office / "e.csv"), "--from", "2026-08-01", "--to", "2026-08-31").splitlines()[0]
    assert "legal hold 1" in found


def test_a_folder_takes_the_public_copy(office: Path) -> None:
    told = json.loads(said("public", str(office / "copy"), "--json"))
    assert (office / "copy" / "FIELDS.csv").is_file()
    assert told["files"][str(office / "copy" / "cases.csv")] == (
        hashlib.sha256((office / "copy" / "cases.csv").read_bytes()).hexdigest()
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["duties", "d.ods"], "d.ods must end in .csv or .xlsx. Choose another name."),
        (["holds", "gone/h.csv"], "There is no folder gone. Create it first, or choose another."),
        (["exceptions", "e.csv", "--from", "August"], "--from “August” is no date. Write it as 2026-12-24."),
        (
            ["sample", "s.zip", "--cases", "9", "--seed", "x"],
            "There are 3 such cases. Ask for a number from 1 to that.",
        ),
        (["sample", "s.csv", "--cases", "1", "--seed", "x"], "s.csv must end in .zip. Choose another name."),
        (["sample", "s.zip", "--cases", "1", "--seed", "x", "--state", "lost"], "There is no state “lost”. Known: "),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    office: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    (office / "empty").mkdir()
    monkeypatch.chdir(office / "empty")
    with pytest.raises(Refused) as refused:
        said(*arguments)
    assert str(refused.value).startswith(sentence)
    assert list(Path().iterdir()) == []


def test_an_export_changes_nothing_in_the_home(office: Path) -> None:
    def counted() -> dict[str, int]:
        with reading() as session:
            return {
                table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in load_tables().sorted_tables
            }

    before = counted()
    stop_clock(2026, 8, 6, 14)
    for name in COMMANDS:
        said(*words(name, office))
    assert counted() == before


def test_each_help_says_who_may_need_it() -> None:
    for name in COMMANDS:
        assert "For " in said(name, "--help")


def test_no_export_for_auditors_loads_the_flow_engine(office: Path) -> None:
    code = (
        "import sys; from deployments.cli.app import main\n"
        f"for words in {[words(name, office) for name in COMMANDS]!r}:\n"
        "    sys.argv = ['steward', 'export', *words]\n"
        "    try: main()\n    except SystemExit as end: assert not end.code\n"
        "print('prefect' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", code], cwd=office, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["False"], done.stderr
    assert LOOM not in done.stderr
