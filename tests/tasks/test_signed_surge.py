"""Surge files are signed with the policy: one that two have not signed as it lies here counts for nothing, loudly."""

from pathlib import Path

import pytest
from sqlalchemy import select

from deployments.cli.policy import show
from models.hotline.records import HotlineDecision
from models.shared.records import PolicyVersion
from tasks.adapters import clock, office_acts
from tasks.adapters.audit_people import check_people
from tasks.adapters.database import reading
from tasks.adapters.hotline.surges import Surges
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy, policy_sha256, surge_sha256s
from tasks.adapters.policy_versions import policy_state
from tasks.adapters.refusals import Refusal
from tasks.adapters.signed_policy import require_signed_policy
from tests.administrators import assert_refused, both, open_office, rows, who
from tests.conftest import forget
from tests.hotline_office import KEY, bring, csv_text, plain_rows

STORM = 'event = "storm"\nname = "Storm"\nfrom = 2025-11-01\n[words]\nen = ["flood*"]\n[priority]\nall = 2\n'
FLOODED = "Our flat was flooded and we lost our SNAP card and food stamps case papers."
WAITS = "waits for two signatures; until then contacts are decided about without it"


@pytest.fixture
def storm(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two administrators, a policy in force, and a file of a storm that nobody has signed."""
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    monkeypatch.setenv("STEWARD_SURGE_FOLDER", str(tmp_path / "surge"))
    forget()
    open_office()
    (tmp_path / "surge").mkdir()
    path = tmp_path / "surge" / "storm.toml"
    path.write_text(STORM)
    return path


def surges() -> Surges:
    return judge(hotline_policy()).surges


def events() -> list[str]:
    return [event.surge.event for event in surges().events]


def priority(folder: Path) -> int:
    """The priority of a flooded flat that comes in now."""
    bring(folder, csv_text(plain_rows(FLOODED)))
    decide_waiting(judge(hotline_policy()), clock.now(), 10, lambda count: None)
    with reading() as session:
        return session.execute(select(HotlineDecision)).scalar_one().priority


def shown(act: str) -> str:
    return " ".join(office_acts.shown(act)[0])


def test_a_file_that_nobody_signed_stops_no_contact_and_is_told(storm: Path, tmp_path: Path) -> None:
    assert priority(tmp_path) == 3
    assert surges().waiting == (
        f"The surge file storm.toml can be used, and {WAITS}. An administrator proposes it with “steward policy "
        "propose”, a second one signs it with “steward policy sign”.",
    )
    assert (surges().problems, surges().sha256) == ((), "")


def test_one_proposal_signs_the_policy_and_the_surge_files_and_then_they_count(storm: Path, tmp_path: Path) -> None:
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    assert events() == []
    sha = surge_sha256s()["storm"]
    assert f"Surge file: storm.toml, {sha}" in shown(act) and f"surge.storm from nothing to {sha}" in shown(act)
    office_acts.sign(act, office_acts.shown(act)[1], who("ben.ito"))
    assert (events(), surges().waiting) == (["storm"], ())
    assert priority(tmp_path) == 2


def test_the_policy_stays_in_force_whatever_lies_in_the_folder(storm: Path) -> None:
    before = policy_sha256()
    both("policy", {})
    storm.write_text(STORM.replace("all = 2", "all = 1"))
    with reading() as session:
        require_signed_policy(session)
        state = policy_state(session)
    assert policy_sha256() == before and state.is_in_force and state.surge_waits == ("storm",)


def test_a_file_that_was_changed_counts_again_once_it_is_as_it_was_or_signed(storm: Path) -> None:
    both("policy", {})
    storm.write_text(STORM.replace("all = 2", "all = 1"))
    assert events() == [] and surges().waiting[0].startswith(
        f"The surge file storm.toml was changed since it was signed, and {WAITS}"
    )
    storm.write_text(STORM)
    assert events() == ["storm"]
    storm.write_text(STORM.replace("all = 2", "all = 1"))
    both("policy", {})
    assert events() == ["storm"]
    storm.write_text(STORM)
    assert events() == [], "an earlier version counts only once it is signed again"


def test_a_signed_file_that_is_gone_is_told_until_two_have_signed_that(storm: Path) -> None:
    both("policy", {})
    storm.unlink()
    assert events() == [] and "storm.toml was signed and is gone: its event does not count" in surges().waiting[0]
    both("policy", {})
    assert surges().waiting == ()


def test_a_file_that_is_changed_after_its_proposal_is_not_signed(storm: Path) -> None:
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    storm.write_text(STORM.replace("all = 2", "all = 1"))
    says = "a phrase table or a surge file. was changed after it was proposed"
    assert_refused(Refusal.CHANGED, says, lambda: office_acts.sign(act, office_acts.shown(act)[1], who("ben.ito")))
    both("policy", {}, by=("ben.ito", "ana.ruiz"))
    assert events() == ["storm"]


def test_what_is_signed_already_is_not_proposed_and_one_more_file_is(storm: Path) -> None:
    both("policy", {})
    assert_refused(Refusal.PROPOSAL, "in force already", lambda: office_acts.propose("policy", {}, who("ana.ruiz")))
    (storm.parent / "heat.toml").write_text(STORM.replace('"storm"', '"heat"'))
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    assert "surge.heat from nothing to" in shown(act) and "surge.storm from" not in shown(act)


def test_a_refused_proposal_leaves_the_policy_in_force_without_the_file(storm: Path) -> None:
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    office_acts.refuse(act, who("ben.ito"), "no storm is near")
    with reading() as session:
        require_signed_policy(session)
    assert events() == [] and [row.signed_by for row in rows(PolicyVersion)] == ["b.admin"]


def test_a_file_that_nobody_signed_takes_no_event_from_one_that_is_signed(storm: Path) -> None:
    both("policy", {})
    (storm.parent / "a.toml").write_text(STORM.replace("all = 2", "all = 1"))
    assert events() == ["storm"] and surges().events[0].surge.priority == {"all": 2}
    assert "a.toml cannot be used: there is another file for the event “storm”" in surges().problems[0]


def test_a_file_that_cannot_be_read_stops_neither_contacts_nor_the_proposal(storm: Path, tmp_path: Path) -> None:
    (storm.parent / "odd.toml").mkdir()
    both("policy", {})
    assert priority(tmp_path) == 2
    assert surges().problems[0].startswith("The surge file odd.toml cannot be used: it cannot be read.")


def test_the_office_s_history_agrees_with_a_policy_that_was_signed_again_for_its_surge_files(storm: Path) -> None:
    both("policy", {})
    storm.write_text(STORM.replace("all = 2", "all = 1"))
    both("policy", {}, by=("ben.ito", "ana.ruiz"))
    with reading() as session:
        faults = [fault for fault in check_people(session) if "olicy" in fault]
    assert faults == []


def test_the_policy_command_names_the_files_that_wait(storm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show(as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "In force" in said and "they do not count (“steward surge” says more): storm.toml" in said
    assert "surge.storm" in said
