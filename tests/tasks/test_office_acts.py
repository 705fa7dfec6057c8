"""What two administrators sign about people, and what is refused."""

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from models.shared.people_records import OfficeAct, StaffDelegation
from models.shared.signing import Credential
from tasks.adapters import enrolment, office_acts
from tasks.adapters.audit import audit
from tasks.adapters.checkpoints import checkpoint_file, read_register
from tasks.adapters.database import reading, writing
from tasks.adapters.enrolment import next_code
from tasks.adapters.office_chain import office_events
from tasks.adapters.people import load_delegations
from tasks.adapters.refusals import NotSigned, Refusal
from tests.administrators import (
    CLEO,
    DORA,
    MAYA,
    THEO,
    assert_refused,
    both,
    events,
    everything,
    first_code,
    join,
    open_office,
    person,
    rows,
    who,
)
from tests.office import checkpoint


@pytest.fixture
def office(home: Path) -> Path:
    """A home with two administrators."""
    open_office()
    return home


def test_a_person_counts_only_after_two_signatures_a_ticket_and_a_code(office: Path) -> None:
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    assert person("maya.osei") is None
    office_acts.sign(act, office_acts.shown(act)[1], who("ben.ito"))
    assert not person("maya.osei").is_active
    ticket = both("enrol", {"staff_id": "maya.osei"}).ticket
    secret, uri = enrolment.take_up(ticket)
    assert uri.startswith("otpauth://totp/Steward:maya.osei?secret=") and not person("maya.osei").is_active
    assert enrolment.confirm(ticket, first_code(secret)) == person("maya.osei")
    assert person("maya.osei").is_active and person("maya.osei").enrolled_by == ("ana.ruiz", "ben.ito")
    assert events("staff:maya.osei") == ["proposed", "staff_added", "proposed", "enrollment_signed", "enrolled"]


def test_each_signature_stands_in_the_history_with_names_counters_and_no_secret(office: Path) -> None:
    both("add", MAYA)
    ticket = both("enrol", {"staff_id": "maya.osei"}).ticket
    secret, _ = enrolment.take_up(ticket)
    code = first_code(secret)
    enrolment.confirm(ticket, code)
    with reading() as session:
        history = office_events(session, "staff:maya.osei")
        written = " ".join(json.dumps(list(map(str, row))) for row in everything())
    added = history[1]
    assert added.actor == "Ana Ruiz (ana.ruiz) and Ben Ito (ben.ito)"
    assert (added.payload["proposed_by"], added.payload["signed_by"]) == ("ana.ruiz", "ben.ito")
    assert set(added.payload["counters"]) == {"ana.ruiz", "ben.ito"} and added.payload["body"]["identity"] == "500123"
    assert secret not in written and ticket not in written


def test_the_audit_walks_the_office_and_checkpoints_count_it_as_no_case(office: Path) -> None:
    join(MAYA)
    assert checkpoint().cases == 0
    with reading() as session:
        assert audit(session).problems == ()
    assert {"office/bootstrap", "office/staff:maya.osei"} <= set(read_register(checkpoint_file()).heads)
    with writing() as session:
        session.execute(text("update case_event set actor = 'Nobody' where case_id = 'staff:maya.osei' and seq = 2"))
    with reading() as session:
        assert "event 2 (staff_added) was changed" in audit(session).problems[0]


def test_nobody_signs_twice_or_about_themselves(office: Path) -> None:
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    sha = office_acts.shown(act)[1]
    assert_refused(Refusal.SEPARATION, "You proposed this", lambda: office_acts.sign(act, sha, who("ana.ruiz")))
    join(CLEO)
    own = {"staff_id": "cleo.day"}
    assert_refused(
        Refusal.SEPARATION, "about your own account", lambda: office_acts.propose("enrol", own, who("cleo.day"))
    )
    revoke = office_acts.propose("revoke", own, who("ana.ruiz"), "leaves")
    sha = office_acts.shown(revoke)[1]
    assert_refused(Refusal.SEPARATION, "about your own account", lambda: office_acts.sign(revoke, sha, who("cleo.day")))
    assert_refused(Refusal.SEPARATION, "about your own", lambda: office_acts.refuse(revoke, who("cleo.day"), "I stay"))


def test_only_an_administrator_acts_for_the_office_and_never_for_somebody(office: Path) -> None:
    join(MAYA)
    act = {"staff_id": "maya.osei"}
    assert_refused(Refusal.ROLE, "Only an administrator", lambda: office_acts.propose("enrol", act, who("maya.osei")))
    stands_in = Credential("ana.ruiz", next_code("ana.ruiz"), behalf="ben.ito")
    assert_refused(Refusal.ROLE, "in their own name", office_acts.propose, "enrol", act, stands_in)
    assert_refused(
        Refusal.WRONG_CODE, "code is wrong", office_acts.propose, "enrol", act, Credential("ana.ruiz", "000000")
    )


def test_a_code_signs_one_act_only(office: Path) -> None:
    credential = who("ana.ruiz")
    office_acts.propose("add", MAYA, credential)
    assert_refused(Refusal.USED_CODE, "was used already", office_acts.propose, "add", CLEO, credential)


def test_what_was_changed_after_it_was_shown_is_not_signed(office: Path) -> None:
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    sha = office_acts.shown(act)[1]
    with writing() as session:
        body = json.dumps(MAYA | {"roles": ["administrator"]})
        session.execute(text("update office_act set body = :body"), {"body": body})
    assert_refused(Refusal.CHANGED, "not what was shown", lambda: office_acts.sign(act, sha, who("ben.ito")))
    seen_again = office_acts.shown(act)[1]
    assert_refused(
        Refusal.CHANGED, "not what its proposer signed", lambda: office_acts.sign(act, seen_again, who("ben.ito"))
    )
    office_acts.refuse(act, who("ben.ito"), "It was tampered with")
    assert [row.status for row in rows(OfficeAct)] == ["refused"]


def test_an_act_that_took_effect_is_not_opened_again_by_hand(office: Path) -> None:
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    sha = office_acts.shown(act)[1]
    office_acts.sign(act, sha, who("ben.ito"))
    with writing() as session:
        session.execute(text("update office_act set status = 'open'"))
        session.execute(text("delete from staff where staff_id = 'maya.osei'"))
    assert_refused(Refusal.CHANGED, "not what was shown", lambda: office_acts.sign(act, sha, who("ben.ito")))


def test_the_second_of_two_who_sign_at_once_reads_who_and_when(office: Path) -> None:
    join(CLEO)
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    sha, told = office_acts.shown(act)[1], []
    start = threading.Barrier(2)

    def sign(credential: Credential) -> None:
        start.wait()
        try:
            told.append(office_acts.sign(act, sha, credential).act_id)
        except NotSigned as late:
            told.append(late.sentence)

    threads = [threading.Thread(target=sign, args=[who(staff_id)]) for staff_id in ("ben.ito", "cleo.day")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=len)[0] == act
    assert f"signed {act} on Nov 23, 2026, 10:00 AM" in sorted(told, key=len)[1]
    assert events("staff:maya.osei") == ["proposed", "staff_added"]


def test_one_act_of_a_kind_waits_for_a_person_at_a_time(office: Path) -> None:
    office_acts.propose("add", MAYA, who("ana.ruiz"))
    assert_refused(
        Refusal.PROPOSAL, r"Ana Ruiz \(ana.ruiz\) proposed “Add a person” for maya.osei",
        lambda: office_acts.propose("add", MAYA, who("ben.ito")),
    )  # fmt: skip


def test_what_became_impossible_meanwhile_is_not_signed(office: Path) -> None:
    twin = MAYA | {"staff_id": "m.osei"}
    acts = [office_acts.propose("add", body, who("ana.ruiz")) for body in (MAYA, twin)]
    office_acts.sign(acts[0], office_acts.shown(acts[0])[1], who("ben.ito"))
    sha = office_acts.shown(acts[1])[1]
    assert_refused(
        Refusal.ILLEGAL,
        "Employee number 500123 already has the account",
        lambda: office_acts.sign(acts[1], sha, who("ben.ito")),
    )


def test_a_proposal_of_an_administrator_who_was_revoked_meanwhile_does_not_count(office: Path) -> None:
    join(CLEO)
    join(DORA)
    act = office_acts.propose("add", MAYA, who("cleo.day"))
    both("revoke", {"staff_id": "cleo.day"}, "left the agency")
    sha = office_acts.shown(act)[1]
    assert_refused(Refusal.REVOKED, "no longer an administrator", lambda: office_acts.sign(act, sha, who("ben.ito")))
    office_acts.refuse(act, who("ben.ito"), "Cleo left")
    assert office_acts.open_acts() == []


def test_a_proposal_can_be_withdrawn_and_says_so_afterwards(office: Path) -> None:
    act = office_acts.propose("add", MAYA, who("ana.ruiz"))
    assert_refused(Refusal.REASON, "Say why", lambda: office_acts.refuse(act, who("ana.ruiz"), " "))
    office_acts.refuse(act, who("ana.ruiz"), "wrong number")
    assert_refused(
        Refusal.PROPOSAL, rf"Ana Ruiz \(ana.ruiz\) withdrew {act} on Nov 23, 2026, 10:00 AM \(wrong number\)",
        lambda: office_acts.sign(act, "", who("ben.ito")),
    )  # fmt: skip
    assert events("staff:maya.osei") == ["proposed", "proposal_refused"]


def test_a_delegation_runs_its_days_until_it_is_ended(office: Path) -> None:
    for body in (
        MAYA,
        THEO,
    ):
        join(body)
    lent = {"from_id": "maya.osei", "to_id": "theo.lund", "first_day": "2026-11-23", "last_day": "2026-12-04"}
    assert_refused(Refusal.REASON, "Say why", lambda: office_acts.propose("delegate", lent, who("ana.ruiz")))
    act = both("delegate", lent, "vacation").act_id
    with reading() as session:
        today = office_acts.load_office(session, office_acts.clock.now()).today
        assert [d.to_id for d in load_delegations(session, today)] == ["theo.lund"]
    assert events("staff:theo.lund")[-1] == events("staff:maya.osei")[-1] == "delegated"
    both("end_delegation", {"delegation_id": act}, "came back")
    with reading() as session:
        assert load_delegations(session, today) == []
    assert_refused(
        Refusal.FORM, f"There is no delegation {act} that still runs",
        lambda: office_acts.propose("end_delegation", {"delegation_id": act}, who("ana.ruiz"), "again"),
    )  # fmt: skip


def test_who_is_revoked_signs_nothing_lends_nothing_and_comes_back_only_by_two(office: Path) -> None:
    for body in (
        MAYA,
        THEO,
    ):
        join(body)
    lent = {"from_id": "maya.osei", "to_id": "theo.lund", "first_day": "2026-11-23", "last_day": "2026-12-04"}
    both("delegate", lent, "vacation")
    both("revoke", {"staff_id": "maya.osei"}, "left the agency")
    assert not person("maya.osei").is_active
    assert all(row.ended_at is not None for row in rows(StaffDelegation))
    join_again = both("enrol", {"staff_id": "maya.osei"}, "came back").ticket
    secret, _ = enrolment.take_up(join_again)
    enrolment.confirm(join_again, first_code(secret))
    assert person("maya.osei").is_active
