"""Surge files in use: what belongs to an event is tagged in the decision's own transaction; bad files stop nothing."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.records import HotlineAccess, HotlineDecision, HotlineEventTag
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.surge_tagging import events_of, tag_earlier
from tasks.adapters.hotline.surges import Surges, read_surges, running
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.settings import ROOT, settings
from tests.hotline_office import KEY, bring, csv_text, plain_rows
from tests.office import sign_policy, stop_clock

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


def signed(folder: Path, text: str = STORM) -> None:
    """The file of the storm, signed by two."""
    (folder / "storm.toml").write_text(text)
    sign_policy()


def read(folder: Path, **files: str) -> Surges:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    sign_policy()
    return read_surges(["power_out", "device_power"])


def test_what_belongs_to_an_event_is_tagged_and_raised_and_nothing_else(tmp_path: Path, folder: Path) -> None:
    signed(folder)
    bring(tmp_path, csv_text(plain_rows(FLOODED, STAMPS)))
    found = triage()
    assert tags() == [("storm", "INQ-0001", 3)]
    assert (found["INQ-0001"].priority, found["INQ-0001"].rule) == (2, "event storm")
    assert found["INQ-0002"].priority == 3


def test_a_decision_says_by_its_hash_which_surge_files_there_were(folder: Path) -> None:
    before = judge(hotline_policy()).judged_by
    signed(folder)
    with_storm = judge(hotline_policy()).judged_by
    (folder / "storm.toml").unlink()
    assert before != with_storm and judge(hotline_policy()).judged_by == before


def earlier(*texts: str, folder: Path, tmp_path: Path, event: str = STORM) -> int:
    """Contacts that are decided about before the event's file is there; then they are tagged."""
    bring(tmp_path, csv_text(plain_rows(*texts)))
    triage()
    signed(folder, event)
    (found,) = events_of(judge(hotline_policy()).surges, "")
    return tag_earlier(found, clock.now(), lambda count: None)


def test_what_was_decided_before_the_event_was_known_is_tagged_and_stays_as_it_was(
    tmp_path: Path, folder: Path
) -> None:
    assert earlier(FLOODED, STAMPS, folder=folder, tmp_path=tmp_path) == 1
    assert tags() == [("storm", "INQ-0001", 0)] and triage()["INQ-0001"].priority == 3
    (found,) = events_of(judge(hotline_policy()).surges, "")
    assert tag_earlier(found, clock.now(), lambda count: None) == 0


def test_contacts_are_opened_for_an_event_s_words_only(tmp_path: Path, folder: Path) -> None:
    by_unit = STORM.replace('[words]\nen = ["flood*"]\n', 'units = ["FIA"]\n')
    assert earlier(FLOODED, STAMPS, folder=folder, tmp_path=tmp_path, event=by_unit) == 2
    with reading() as session:
        purposes = set(session.execute(select(HotlineAccess.purpose)).scalars())  # type: ignore[call-overload]
    assert purposes == {"triage"}


def test_contacts_of_days_on_which_the_event_did_not_run_are_not_tagged(tmp_path: Path, folder: Path) -> None:
    over = STORM.replace("from = 2025-11-01", "from = 2025-11-01\nto = 2025-11-07")
    assert earlier(FLOODED, folder=folder, tmp_path=tmp_path, event=over) == 0


def test_an_event_that_there_is_not_is_answered_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(LookupError, match=r"no event “flood” that can be used\. Known: storm\."):
        events_of(read(folder, storm=STORM), "flood")


def test_a_file_that_cannot_be_used_is_one_sentence_and_contacts_are_decided_about(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "flood.toml").write_text(STORM.replace("2025-11-01", "2025-11-31"))
    sign_policy()
    bring(tmp_path, csv_text(plain_rows(FLOODED)))
    assert triage()["INQ-0001"].priority == 3 and tags() == []
    (problem,) = judge(hotline_policy()).surges.problems
    assert problem.startswith("The surge file flood.toml cannot be used: it is no TOML (")
    assert problem.endswith("Mend it or take it away; until then contacts are decided about without it.")


@pytest.mark.parametrize(("text", "message"), [
    (STORM.replace('"storm"', '"A storm"'), "event: write it with two to forty small letters"),
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
