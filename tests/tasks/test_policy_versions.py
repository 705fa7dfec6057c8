"""The policy counts once two administrators signed it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from models.shared.records import PolicyVersion
from tasks.adapters import office_acts
from tasks.adapters.database import reading, writing
from tasks.adapters.policy import policy_sha256, policy_text
from tasks.adapters.refusals import Refusal
from tasks.adapters.settings import settings
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy
from tests.administrators import assert_refused, events, open_office, rows, who
from tests.conftest import forget


@pytest.fixture
def office(home: Path) -> Path:
    """A home with two administrators."""
    open_office()
    return home


@pytest.fixture
def own_policy(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy file of this test's own, with the shipped text."""
    path = tmp_path / "policy.toml"
    path.write_text(settings().policy_file.read_text())
    monkeypatch.setenv("STEWARD_POLICY_FILE", str(path))
    forget()
    return path


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new, 1))


DAYS = ("reply_business_days = 10", "reply_business_days = 12")


def test_a_changed_policy_counts_only_after_two_signatures(own_policy: Path) -> None:
    edit(own_policy, *DAYS)
    act = office_acts.propose("policy", {}, who("ana.ruiz"), "longer")
    with reading() as session, pytest.raises(PolicyUnsigned, match=r"was proposed by ana[.]ruiz and waits"):
        require_signed_policy(session)
    assert "Changes: policy.registration.reply_business_days from 10 to 12" in office_acts.shown(act)[0]
    office_acts.sign(act, office_acts.shown(act)[1], who("ben.ito"))
    with reading() as session:
        require_signed_policy(session)
        kept = session.get(PolicyVersion, policy_sha256())
        assert kept is not None and (kept.proposed_by, kept.signed_by) == ("ana.ruiz", "ben.ito")
        assert kept.body == policy_text()
    assert events("policy")[-2:] == ["proposed", "policy_signed"]


def test_a_policy_that_cannot_be_used_or_is_in_force_is_not_proposed(own_policy: Path) -> None:
    assert_refused(Refusal.PROPOSAL, "in force already", lambda: office_acts.propose("policy", {}, who("ana.ruiz")))
    edit(own_policy, "reply_business_days = 10", 'reply_business_days = "ten"')
    assert_refused(
        Refusal.POLICY,
        "value reply_business_days cannot be used",
        lambda: office_acts.propose("policy", {}, who("ana.ruiz")),
    )
    edit(own_policy, 'reply_business_days = "ten"', "reply_business_days = [")
    assert_refused(Refusal.POLICY, "cannot be read", lambda: office_acts.propose("policy", {}, who("ana.ruiz")))


def test_a_policy_that_was_edited_after_its_proposal_is_not_signed_but_replaced(own_policy: Path) -> None:
    edit(own_policy, *DAYS)
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    sha = office_acts.shown(act)[1]
    edit(own_policy, "reply_business_days = 12", "reply_business_days = 99")
    assert_refused(
        Refusal.CHANGED, "was changed after it was proposed", lambda: office_acts.sign(act, sha, who("ben.ito"))
    )
    later = office_acts.propose("policy", {}, who("ben.ito"))
    assert [waiting.act_id for waiting in office_acts.open_acts()] == [later]
    assert {row.sha256 for row in rows(PolicyVersion) if row.signed_at is None} == {policy_sha256()}


def test_a_policy_whose_kept_text_was_changed_is_not_signed(own_policy: Path) -> None:
    edit(own_policy, *DAYS)
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    sha = office_acts.shown(act)[1]
    with writing() as session:
        session.execute(text("update policy_version set body = '{}' where signed_at is null"))
    assert_refused(
        Refusal.CHANGED, "text of the proposed policy was changed", lambda: office_acts.sign(act, sha, who("ben.ito"))
    )


def test_a_refused_policy_leaves_nothing_that_seems_to_wait(own_policy: Path) -> None:
    edit(own_policy, *DAYS)
    act = office_acts.propose("policy", {}, who("ana.ruiz"))
    office_acts.refuse(act, who("ben.ito"), "not yet")
    with reading() as session, pytest.raises(PolicyUnsigned, match="is not signed, so nothing was changed"):
        require_signed_policy(session)
