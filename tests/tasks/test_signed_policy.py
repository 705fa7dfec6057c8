"""Only the policy that was signed last is in force, and a process that runs notices an edited file at once."""

import os
from pathlib import Path

import pytest
from sqlalchemy import event, text

from deployments.cli.policy import show
from models.shared.records import PolicyVersion
from tasks.adapters import office_acts
from tasks.adapters.database import reading, writing
from tasks.adapters.policy import PolicyError, calendar, policy_sha256, policy_text, registration_policy
from tasks.adapters.policy_versions import policy_state
from tasks.adapters.refusals import Refusal
from tasks.adapters.settings import settings
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy
from tests.administrators import assert_refused, both, open_office, rows, who
from tests.conftest import forget

TEN, TWELVE = "reply_business_days = 10", "reply_business_days = 12"


@pytest.fixture
def office(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two administrators and a policy file and a table of holidays of its own; the policy file."""
    for variable, file in (
        ("STEWARD_POLICY_FILE", settings().policy_file),
        ("STEWARD_HOLIDAYS_FILE", settings().holidays_file),
    ):
        (tmp_path / file.name).write_text(file.read_text())
        monkeypatch.setenv(variable, str(tmp_path / file.name))
    forget()
    open_office()
    return tmp_path / "policy.toml"


def edit(path: Path, old: str, new: str) -> None:
    """Change a text in a file; the process goes on as it is."""
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def check() -> None:
    with reading() as session:
        require_signed_policy(session)


def newer_then_back(path: Path) -> str:
    """Sign a newer version, then set the file back; the fingerprint of the newer one."""
    edit(path, TEN, TWELVE)
    both("policy", {})
    newer = policy_sha256()
    edit(path, TWELVE, TEN)
    return newer


# --- a changed file ---------------------------------------------------------------------------------------------


def test_an_edited_policy_file_is_noticed_by_a_process_that_has_read_it(office: Path) -> None:
    before = policy_sha256()
    assert registration_policy().reply_business_days == 10
    check()
    edit(office, TEN, TWELVE)
    assert registration_policy().reply_business_days == 12 and policy_sha256() != before
    assert '"reply_business_days":12' in policy_text()
    with pytest.raises(PolicyUnsigned, match="is not signed, so nothing was changed"):
        check()


def test_an_edit_that_keeps_the_size_and_sets_the_time_back_is_noticed(office: Path) -> None:
    policy_sha256()
    seen = office.stat()
    edit(office, TEN, TWELVE)
    os.utime(office, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert office.stat().st_size == seen.st_size and office.stat().st_mtime_ns == seen.st_mtime_ns
    assert registration_policy().reply_business_days == 12


def test_an_edited_table_of_holidays_is_noticed(office: Path) -> None:
    before, holidays = policy_sha256(), dict(calendar().holidays)
    day = min(holidays)
    path = settings().holidays_file
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith(day.isoformat())))
    assert day not in calendar().holidays and day not in registration_policy().calendar.holidays
    assert policy_sha256() != before


def test_a_file_that_was_put_back_as_it_was_is_in_force_again(office: Path) -> None:
    edit(office, TEN, TWELVE)
    with pytest.raises(PolicyUnsigned):
        check()
    edit(office, TWELVE, TEN)
    check()


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda path: edit(path, TEN, "reply_business_days = ["), "policy file policy.toml cannot be read"),
        (lambda path: path.unlink(), "policy file policy.toml cannot be read"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "policy file policy.toml cannot be read"),
        (lambda path: settings().holidays_file.unlink(), "table of holidays city_holidays.csv cannot be read"),
        (lambda path: settings().holidays_file.write_text("day\n1\n"), "table of holidays city_holidays.csv cannot"),
        (lambda path: settings().holidays_file.write_text("date,name\nsoon,x\n"), "city_holidays.csv cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_stops_what_would_be_decided(office: Path, break_it, says: str) -> None:
    registration_policy()
    break_it(office)
    with pytest.raises(PolicyUnsigned, match=f"{says}.*Nothing was changed"):
        check()
    with pytest.raises(PolicyError, match=says):
        registration_policy()


# --- the version that was signed last ---------------------------------------------------------------------------


def test_a_file_that_was_set_back_to_an_earlier_version_is_refused(office: Path) -> None:
    newer_then_back(office)
    says = r"was set back to an earlier version[.] ana[.]ruiz and ben[.]ito signed a newer one on Nov 23, 2026"
    with pytest.raises(PolicyUnsigned, match=says):
        check()


def test_an_earlier_version_counts_again_once_two_have_signed_it_again(office: Path) -> None:
    older, newer = policy_sha256(), newer_then_back(office)
    act = office_acts.propose("policy", {}, who("ben.ito"), "the longer time did not help")
    with pytest.raises(PolicyUnsigned, match=r"was proposed by ben[.]ito and waits"):
        check()
    assert "reply_business_days from 12 to 10" in " ".join(office_acts.shown(act)[0])
    office_acts.sign(act, office_acts.shown(act)[1], who("ana.ruiz"))
    check()
    kept = {row.sha256: (row.proposed_by, row.signed_by) for row in rows(PolicyVersion)}
    assert kept == {older: ("ben.ito", "ana.ruiz"), newer: ("ana.ruiz", "ben.ito")}
    edit(office, TEN, TWELVE)
    with pytest.raises(PolicyUnsigned, match="was set back to an earlier version"):
        check()


def test_a_refused_proposal_of_an_earlier_version_keeps_its_text(office: Path) -> None:
    older, _ = policy_sha256(), newer_then_back(office)
    act = office_acts.propose("policy", {}, who("ben.ito"))
    office_acts.refuse(act, who("ana.ruiz"), "no")
    kept = {row.sha256: row for row in rows(PolicyVersion)}
    assert kept[older].body == policy_text() and kept[older].signed_by == "b.admin"
    with pytest.raises(PolicyUnsigned, match="was set back"):
        check()


def test_the_version_in_force_is_not_proposed_again(office: Path) -> None:
    newer_then_back(office)
    both("policy", {})
    assert_refused(
        Refusal.PROPOSAL,
        "in force already: ana[.]ruiz and ben[.]ito",
        lambda: office_acts.propose("policy", {}, who("ana.ruiz")),
    )


def test_a_version_that_was_put_into_the_table_without_signatures_decides_nothing(office: Path) -> None:
    edit(office, TEN, TWELVE)
    with writing() as session:
        columns = "proposed_at, proposed_by, signed_at, signed_by"
        forged = f"select :sha, :body, {columns} from policy_version"
        session.execute(
            text(f"insert into policy_version (sha256, body, {columns}) {forged}"),
            {"sha": policy_sha256(), "body": policy_text()},
        )
    with pytest.raises(PolicyUnsigned, match="is not signed, so nothing was changed"):
        check()


def test_the_policy_command_says_who_signed_the_newer_version(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = newer_then_back(office)
    show(as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "Not in force: the file was set back to the version of" in said
    assert "ana.ruiz and ben.ito signed a newer one on Nov 23, 2026" in said
    assert f"Against version {newer[:12]}, which was signed last:" in said
    with reading() as session:
        state = policy_state(session)
    assert not state.is_in_force and state.last_signed == newer and state.proposed_at is None
    office_acts.propose("policy", {}, who("ana.ruiz"))
    show(as_json=False)
    assert "Not in force: ana.ruiz proposed it on Nov 23, 2026" in capsys.readouterr().out


def test_the_check_is_one_query(office: Path) -> None:
    newer_then_back(office)
    edit(office, TEN, TWELVE)
    said: list[str] = []
    with reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *args: said.append(args[2]))
        require_signed_policy(session)
    assert len(said) == 1


def test_without_the_texts_of_letters_nothing_is_decided(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_LETTERS_FOLDER", str(office.parent / "gone"))
    settings.cache_clear()
    with reading() as session, pytest.raises(PolicyUnsigned, match="texts of letters cannot be read"):
        require_signed_policy(session)
    monkeypatch.undo()
    settings.cache_clear()
