"""Phrase tables are signed with the policy: each has an owner, and triage decides by none that two have not signed."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.hotline.forms import Channel, ContactForm
from models.hotline.records import HotlineAccess, HotlineContact, HotlineDecision
from tasks.adapters import clock, office_acts
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.one_contact import take
from tasks.adapters.hotline.triaging import decide_waiting, judge, reader_in_use
from tasks.adapters.policy import PolicyError, hotline_policy, policy_sha256, policy_text
from tasks.adapters.refusals import NotSigned
from tasks.adapters.settings import settings
from tasks.adapters.signed_policy import PolicyUnsigned
from tests.administrators import open_office, who
from tests.casework import TAKER
from tests.conftest import forget
from tests.desk.deciding import at_desk
from tests.hotline_desk import call, contacts, let_in
from tests.hotline_office import KEY, bring, csv_text, plain_rows
from tests.office import sign_policy, stop_clock

STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."


@pytest.fixture
def tables(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of phrase tables of the office's own, the same as those that were signed."""
    folder = tmp_path / "phrases"
    shutil.copytree(settings().phrases_folder, folder, ignore=shutil.ignore_patterns("examples"))
    monkeypatch.setenv("STEWARD_PHRASES_FOLDER", str(folder))
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    forget()
    stop_clock(2026, 11, 20, 14)
    return folder


def add_term(folder: Path) -> None:
    """One more word that is a sign of benefits."""
    with (folder / "en.csv").open("a") as file:
        file.write("snap,heliotrope card\n")


def triage() -> int:
    return decide_waiting(judge(hotline_policy()), clock.now(), 1_000, lambda count: None)


def rows_of(table: type) -> int:
    with reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_what_is_signed_tells_of_each_table_its_hash_owner_source_and_review(tables: Path) -> None:
    told = json.loads(policy_text())["phrases"]
    assert told.keys() == {path.stem for path in tables.glob("*.csv")}
    assert {frozenset(one) for one in told.values()} == {
        frozenset(("owner", "source", "reviewed_on", "reviewed_by", "sha256"))
    }


def test_the_same_tables_in_another_folder_are_signed_as_well(tables: Path, tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(STAMPS)))
    assert triage() == 1


def test_triage_decides_by_no_table_that_was_changed_since_and_opens_nothing(tables: Path, tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(STAMPS)))
    add_term(tables)
    says = "is not signed, so nothing was changed. Phrase table that differs from what was signed: en. An administrator"
    with pytest.raises(PolicyUnsigned, match=says):
        triage()
    assert (rows_of(HotlineDecision), rows_of(HotlineAccess)) == (0, 0)


def test_a_contact_that_somebody_waits_for_is_not_decided_by_such_a_table_and_not_half_kept(tables: Path) -> None:
    add_term(tables)
    form = ContactForm(contact_id="CALL-1", received_at=clock.now(), channel=Channel.HOTLINE, text=STAMPS)
    with pytest.raises(PolicyUnsigned, match="differs from what was signed: en"), writing() as session:
        take(session, form, "calls", judge(hotline_policy()), clock.now())
    assert (rows_of(HotlineDecision), rows_of(HotlineContact)) == (0, 0)


def test_a_call_is_not_lost_where_its_table_is_not_signed_the_page_says_why_and_keeps_the_words(tables: Path) -> None:
    let_in()
    browser = at_desk(TAKER)
    add_term(tables)
    answer = call(browser, STAMPS)
    assert answer.status_code == 503 and contacts() == []
    assert "differs from what was signed: en" in answer.text and STAMPS in answer.text


def test_a_running_triage_knows_a_new_word_once_two_have_signed_its_table(tables: Path, tmp_path: Path) -> None:
    triage()
    add_term(tables)
    sign_policy()
    bring(tmp_path, csv_text(plain_rows("I lost the heliotrope card and do not know what to do about it")))
    assert triage() == 1
    with reading() as session:
        (row,) = session.execute(select(HotlineDecision)).scalars()
    assert "snap" in row.signals.split("|")


def test_the_second_administrator_reads_which_table_changed_and_who_reviewed_it(tables: Path) -> None:
    open_office()
    add_term(tables)
    owners = (tables / "owners.toml").read_text()
    before, after = owners.split("[es]", 1)
    after = after.replace('reviewed_on = ""', "reviewed_on = 2026-11-02", 1)
    after = after.replace('reviewed_by = ""', 'reviewed_by = "R. Reader"', 1)
    (tables / "owners.toml").write_text(f"{before}[es]{after}")
    told = office_acts.shown(office_acts.propose("policy", {}, who("ana.ruiz")))[0]
    changes = " ".join(told)
    assert "phrases.en.sha256 from" in changes and "phrases.es.reviewed_by" in changes and "R. Reader" in changes


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("pl.csv", "snap,a ~ b & c,\n", "pl.csv, row [0-9]+: “a ~ b & c” mixes"),
        ("words.csv", "pl,lampa,NOWHERE:1\n", "words.csv, row [0-9]+: “NOWHERE:1” is not a unit with its points"),
    ],
)
def test_tables_that_cannot_be_used_are_not_proposed_though_triage_would_not_read_them_yet(
    tables: Path, table: str, row: str, says: str
) -> None:
    open_office()
    with (tables / table).open("a") as file:
        file.write(row)
    with pytest.raises(NotSigned, match=f"A phrase table cannot be used: {says}.*Nothing was proposed"):
        office_acts.propose("policy", {}, who("ana.ruiz"))


def test_nothing_is_read_again_while_no_file_is_touched(tables: Path) -> None:
    first, sha = reader_in_use(), policy_sha256()
    assert reader_in_use() is first
    add_term(tables)
    assert policy_sha256() != sha and reader_in_use() is not first


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[pl]", "[tlh]", "phrase table pl.csv has no owner: name who answers for it"),
        ('[pl]\nowner = "', '[tlh]\nowner = ""\n[pl]\nowner = "', "names the phrase table tlh, which there is not"),
        ('[pl]\nowner = "language access coordinator"', '[pl]\nowner = ""', "the owner or the source of pl empty"),
        ('[pl]\nowner = ', '[pl]\nboss = ', "tells of pl something else than owner, source, reviewed_on, reviewed_by"),
        ('reviewed_by = ""', 'reviewed_by = "R. Reader"', "when or by whom it was reviewed, and not both"),
        ("[pl]", "[pl", "owners of the phrase tables owners.toml cannot be read"),
    ],
)  # fmt: skip
def test_a_table_that_nobody_answers_for_stops_what_would_be_decided(
    tables: Path, old: str, new: str, says: str
) -> None:
    owners = (tables / "owners.toml").read_text()
    assert old in owners
    (tables / "owners.toml").write_text(owners.replace(old, new, 1))
    with pytest.raises(PolicyError, match=says):
        policy_sha256()


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_without_owners_or_without_the_folder_it_is_said_what_cannot_be_read(tables: Path) -> None:
    (tables / "owners.toml").unlink()
    with pytest.raises(PolicyError, match=r"owners of the phrase tables owners\.toml cannot be read"):
        policy_sha256()
    shutil.rmtree(tables)
    with pytest.raises(PolicyError, match="The phrase tables cannot be read"):
        policy_sha256()
