"""Surge files in use: what belongs to an event is tagged in the decision's own transaction; bad files stop nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.records import HotlineDecision, HotlineEventTag
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.surges import Surges, read_surges, running
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.settings import ROOT, settings
from tests.hotline_office import KEY, bring, csv_text, plain_rows
from tests.office import stop_clock

STORM = """event = "storm"
name = "Storm"
from = 2025-11-01
[words]
en = ["flood*"]
[priority]
all = 2
"""
FLOODED = "Our flat was flooded and we lost our SNAP card and food stamps case papers."
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."


@pytest.fixture(autouse=True)
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for surge files, empty."""
    made = tmp_path / "surge"
    made.mkdir()
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    monkeypatch.setenv("STEWARD_SURGE_FOLDER", str(made))
    settings.cache_clear()
    stop_clock(2025, 11, 20, 14)
    return made


def triage() -> dict[str, HotlineDecision]:
    decide_waiting(judge(hotline_policy()), clock.now(), 1_000, lambda count: None)
    with reading() as session:
        return {row.contact_id: row for row in session.execute(select(HotlineDecision)).scalars()}


def tags() -> list[tuple[str, str, int]]:
    table = HotlineEventTag.__table__  # type: ignore[attr-defined]
    with reading() as session:
        return [tuple(row) for row in session.execute(select(table).order_by(table.c.contact_id))]  # type: ignore[misc]


def read(folder: Path, **files: str) -> Surges:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return read_surges(["power_out", "device_power"])


def test_what_belongs_to_an_event_is_tagged_and_raised_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    (folder / "storm.toml").write_text(STORM)
    bring(tmp_path, csv_text(plain_rows(FLOODED, STAMPS)))
    found = triage()
    assert tags() == [("storm", "INQ-0001", 3)]
    assert (found["INQ-0001"].priority, found["INQ-0001"].rule) == (2, "event storm")
    assert found["INQ-0002"].priority == 3


def test_a_decision_says_by_its_hash_which_surge_files_there_were(folder: Path) -> None:
    before = judge(hotline_policy()).judged_by
    (folder / "storm.toml").write_text(STORM)
    with_storm = judge(hotline_policy()).judged_by
    (folder / "storm.toml").unlink()
    assert before != with_storm and judge(hotline_policy()).judged_by == before


def test_a_file_that_cannot_be_used_is_one_sentence_and_contacts_are_decided_about(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "flood.toml").write_text(STORM.replace("2025-11-01", "2025-11-31"))
    bring(tmp_path, csv_text(plain_rows(FLOODED)))
    assert triage()["INQ-0001"].priority == 3 and tags() == []
    (problem,) = judge(hotline_policy()).surges.problems
    assert problem.startswith("The surge file flood.toml cannot be used: it is no TOML (")
    assert problem.endswith("Mend it or take it away; until then contacts are decided about without it.")


@pytest.mark.parametrize(("text", "message"), [
    (STORM.replace('"storm"', '"A storm"'), "event: String should match pattern"),
    (STORM.replace('"flood*"', '"fl*od"'), "has a part without words"), ("", "event: Field required"),
    (STORM + "\xff", "it is no TOML"),
])  # fmt: skip
def test_a_bad_file_is_told_by_name_and_the_good_one_beside_it_is_used(folder: Path, text: str, message: str) -> None:
    found = read(folder, bad=text, good=STORM)
    assert [event.surge.event for event in found.events] == ["storm"]
    (problem,) = found.problems
    assert "bad.toml" in problem and message in problem


def test_an_event_in_two_files_is_told(folder: Path) -> None:
    assert "another file for the event “storm”" in read(folder, a=STORM, b=STORM).problems[0]


def test_the_sample_can_be_used_and_gives_call_takers_their_script(folder: Path) -> None:
    sample = (ROOT / "deployments" / "samples" / "hotline" / "surge.toml").read_text(encoding="utf-8")
    found = read(folder, sample=sample)
    assert found.problems == ()
    stop_clock(2026, 11, 20, 14)
    assert "911" in running(found.events, clock.today())[0].scripts["en"]
