"""`steward sample` and the exports about triage as a tool, as the office types them."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.shared.people import Role, Unit
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.hotline.sampling import draw_week
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tests.hotline_office import bring, csv_text, plain_rows
from tests.office import stop_clock
from tests.signers import code_of, hire


@pytest.fixture
def office(hotline_key: None, home: Path, tmp_path: Path) -> Path:
    """A contact of the first week of November in the sample, and somebody who reads it."""
    stop_clock(2025, 11, 10, 14)
    hire(("j.ray", "Jo Ray", Unit.CONSTITUENT_SERVICES, (Role.CASEWORKER,)))
    bring(tmp_path, csv_text(plain_rows("My food stamps were cut off, the \x1b[31mSNAP\x1b[0m case was closed.")))
    decide_waiting(judge(hotline_policy()), clock.now(), 10, lambda count: None)
    with writing() as session:
        draw_week(session, date(2025, 11, 3), hotline_policy(), clock.now())
    return home


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_a_contact_is_shown_without_what_a_terminal_obeys_and_answered(office: Path) -> None:
    said = run("sample", "next", "--staff", "j.ray", "--code", code_of("j.ray")).stdout
    assert said.startswith("INQ-0001, by hotline") and "food stamps" in said and "\x1b" not in said
    stop_clock(2025, 11, 10, 15)
    words = ("sample", "answer", "INQ-0001", "--unit", "fia", "--priority", "3", "--staff", "j.ray")
    assert run(*words, "--code", code_of("j.ray")).stdout == "INQ-0001: kept.\n"
    stop_clock(2025, 11, 10, 16)
    said = run("sample", "next", "--staff", "j.ray", "--code", code_of("j.ray")).stdout
    assert said == "No contact of the sample waits for you.\n"
    figures = json.loads(run("sample", "report", "--week", "2025-11-08", "--json").stdout)
    assert (figures["week"], figures["readings"], figures["kappa"]) == ("2025-11-03", 1, None)


def test_a_wrong_code_opens_nothing(office: Path) -> None:
    with pytest.raises(Refused, match="code"):
        run("sample", "next", "--staff", "j.ray", "--code", "000000")


def test_a_report_says_where_too_few_were_read(office: Path) -> None:
    said = run("sample", "report", "--week", "2025-11-08").stdout
    assert "Week of 2025-11-03" in said and "n<10" in said
    with pytest.raises(Refused, match="is no day"):
        run("sample", "report", "--week", "last")


def test_the_tool_s_files_are_written_and_counted(office: Path, tmp_path: Path) -> None:
    assert run("export", "tool-register", str(tmp_path / "a.csv")).stdout.endswith("a.csv: 1 row.\n")
    assert json.loads(run("export", "overrides", str(tmp_path / "b.csv"), "--json").stdout)["rows"] == 0
    assert run("export", "misleading-signs", str(tmp_path / "c.csv")).stdout.endswith("c.csv: 0 rows.\n")
    with pytest.raises(Refused, match=r"must end in \.csv"):
        run("export", "tool-register", str(tmp_path / "a.txt"))
