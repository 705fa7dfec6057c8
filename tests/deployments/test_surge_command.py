"""`steward surge` as the office types it."""

import json
from pathlib import Path

import pytest

from tests.deployments.offices import inside
from tests.deployments.test_hotline_commands import steward
from tests.hotline_office import csv_text, plain_rows
from tests.office import sign_policy

STORM = 'event = "storm"\nname = "Storm"\nfrom = 2025-11-01\n[words]\nen = ["flood*"]\n'


def test_without_an_event_it_says_how_to_begin_one(tmp_path: Path) -> None:
    said = steward(tmp_path / "home", "surge", surge=tmp_path)
    assert said.returncode == 0 and "deployments/samples/hotline/surge.toml" in said.stdout


def test_it_lists_events_that_are_signed_with_their_contacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "storm.toml").write_text(STORM)
    (tmp_path / "contacts.csv").write_text(csv_text(plain_rows("We were flooded.")))
    steward(tmp_path / "home", "import", "inquiries", str(tmp_path / "contacts.csv"))
    monkeypatch.setenv("STEWARD_SURGE_FOLDER", str(tmp_path))
    with inside(tmp_path / "home"):
        sign_policy()
    (event,) = json.loads(steward(tmp_path / "home", "surge", "--json", surge=tmp_path).stdout)["events"]
    assert (event["event"], event["to"], event["runs"], event["contacts"]) == ("storm", "open", "yes", 0)


def test_a_bad_file_is_one_sentence_and_the_answer_is_two(tmp_path: Path) -> None:
    (tmp_path / "storm.toml").write_text(STORM.replace("2025", "20x5"))
    said = steward(tmp_path / "home", "surge", surge=tmp_path)
    assert said.returncode == 2 and said.stderr.startswith("The surge file storm.toml cannot be used: it is no TOML")


def test_a_file_that_two_have_not_signed_is_one_sentence_and_the_answer_is_two(tmp_path: Path) -> None:
    (tmp_path / "storm.toml").write_text(STORM)
    said = steward(tmp_path / "home", "surge", surge=tmp_path)
    assert said.returncode == 2
    assert "The surge file storm.toml can be used, and waits for two signatures" in " ".join(said.stderr.split())
