"""`steward export fiscal` as staff type it: what it refuses, and that a refusal leaves no file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deployments.cli.app import app


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["export", "fiscal", *words])


def test_an_office_without_reviews_gets_a_sentence_and_no_file(home: Path, tmp_path: Path):
    done = run(str(tmp_path / "w.xlsx"), "--json")
    assert done.exit_code != 0
    assert json.loads(done.stdout)["error"].startswith("No month was reviewed yet.")
    assert not list(tmp_path.glob("*w.xlsx*"))


@pytest.mark.parametrize(
    ("month", "said"),
    [("2026-10", "No contract was reviewed for October 2026 yet."), ("October", "“October” is not a month.")],
)
def test_a_month_that_was_not_reviewed_or_is_none_is_refused(home: Path, tmp_path: Path, month: str, said: str):
    done = run(str(tmp_path / "w.xlsx"), "--month", month, "--json")
    assert done.exit_code != 0 and said in json.loads(done.stdout)["error"]
    assert not list(tmp_path.glob("*w.xlsx*"))


def test_a_name_without_its_ending_is_refused(home: Path, tmp_path: Path):
    assert "must end in .xlsx" in json.loads(run(str(tmp_path / "w.csv"), "--json").stdout)["error"]
