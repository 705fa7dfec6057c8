"""Attacks on a signature: codes, accounts, pages, policy. Each is refused and changes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from models.registration.acts import ACTS
from models.registration.duties import DUTIES
from models.shared.people import Role, Unit
from models.shared.people_records import Attempt
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import decisions
from tasks.adapters.database import reading
from tasks.adapters.policy import policy_text, registration_policy
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings as homes
from tests.attacks import CASE, OTHER, asked, assert_refused, decide, open_desk, run
from tests.conftest import forget
from tests.signers import code_of, credential, hire, sign

AGREED = Item(CASE, "scope_and_budget_agreed", {"on": "2026-08-03"})
WRONG = "The staff id or the code is wrong"


@pytest.fixture(autouse=True)
def desk(home: Path, tmp_path: Path) -> Path:
    """A fresh office with two contracts."""
    open_desk(tmp_path)
    return tmp_path


def wrong_code(staff_id: str = "m.ortiz") -> Credential:
    return Credential(staff_id, f"{(int(code_of(staff_id)) + 1) % 1_000_000:06d}")


# --- codes and accounts ----------------------------------------------------------------------------------------


def test_a_wrong_code_signs_nothing_and_is_noted() -> None:
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(wrong_code(), AGREED))
    with reading() as session:
        noted = [(a.staff_id, a.door, a.refusal) for a in session.execute(select(Attempt)).scalars()]
    assert noted == [("m.ortiz", "desk", "wrong code")]


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "0" * 6 + "\x00", "'; --"])
def test_what_is_no_code_signs_nothing(code: str) -> None:
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(Credential("m.ortiz", code), AGREED))


def test_a_code_signs_once() -> None:
    who = credential("m.ortiz")
    decide(who, AGREED)
    assert_refused(Refusal.USED_CODE, "used already", lambda: decide(who, Item(OTHER, "scope_and_budget_agreed")))


def test_a_code_of_somebody_else_is_wrong() -> None:
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(Credential("m.ortiz", code_of("n.reyes")), AGREED))


def test_a_revoked_person_signs_nothing() -> None:
    who = credential("m.ortiz")
    run("update staff set revoked_at = added_at where staff_id = 'm.ortiz'")
    assert_refused(Refusal.REVOKED, "The account m.ortiz was revoked on", lambda: decide(who, AGREED))


def test_a_wrong_code_does_not_tell_that_an_account_was_revoked() -> None:
    who = wrong_code()
    run("update staff set revoked_at = added_at where staff_id = 'm.ortiz'")
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


def test_somebody_without_an_authenticator_signs_nothing() -> None:
    who = credential("m.ortiz")
    run("update staff set secret = '', enrolled_at = null where staff_id = 'm.ortiz'")
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


@pytest.mark.parametrize("staff_id", ["", "no.body", "M.ORTIZ", "m.ortiz ", "' or '1'='1", "m%", "x" * 5_000])
def test_somebody_unknown_signs_nothing(staff_id: str) -> None:
    who = Credential(staff_id, code_of("m.ortiz"))
    assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


def test_after_ten_wrong_codes_the_right_one_is_refused_too_and_others_still_sign() -> None:
    for _ in range(10):
        assert_refused(Refusal.WRONG_CODE, WRONG, lambda: decide(wrong_code(), AGREED))
    assert_refused(Refusal.LOCKED, "10 wrong codes for m.ortiz", lambda: decide(credential("m.ortiz"), AGREED))
    assert sign("n.reyes", CASE, "scope_and_budget_agreed").done == (CASE,)


def test_a_role_taken_away_meanwhile_signs_nothing() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("m.ortiz")
    run("update staff set roles = '[\"counsel\"]' where staff_id = 'm.ortiz'")
    assert_refused(
        Refusal.ROLE, "is signed by: program lead or program manager", lambda: decide(who, AGREED, shown=shown)
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_administrators_and_auditors_decide_nothing(role: Role, act: str) -> None:
    assert role not in DUTIES[act].roles | DUTIES[act].seconds


@pytest.mark.parametrize(("role", "unit"), [(Role.ADMINISTRATOR, Unit.ADMINISTRATION), (Role.AUDITOR, Unit.AUDIT)])
def test_administrators_and_auditors_sign_nothing(role: Role, unit: Unit) -> None:
    hire(("z.none", "Zoe None", unit, (role,)))
    assert_refused(Refusal.ROLE, f"You act as {role}", lambda: decide(credential("z.none"), AGREED))


# --- the page --------------------------------------------------------------------------------------------------


def test_a_page_that_somebody_overtook_names_who_and_what() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("n.reyes")
    seen = {CASE: decisions.show(asked(AGREED)).items[0].version}
    sign("m.ortiz", CASE, "scope_and_budget_agreed")
    says = "Maria Ortiz recorded “.*” for R27-971010012 at Aug 3, 2026"
    assert_refused(Refusal.STALE, says, lambda: decisions.decide(asked(AGREED), shown, who, "desk", seen))


def test_a_case_that_changed_meanwhile_is_not_signed_even_where_the_step_is_still_possible() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("n.reyes")
    sign("m.ortiz", CASE, "orientation_attended")
    assert_refused(Refusal.CHANGED, "is not what the page showed", lambda: decide(who, AGREED, shown=shown))


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "act", ["found_responsible", "award_made", "filed", "registered", "closed_out", "denial_mailed"]
)
def test_an_illegal_step_is_refused(act: str) -> None:
    assert_refused(Refusal.ILLEGAL, CASE, lambda: decide(credential("a.cco"), Item(CASE, act), shown="0" * 64))


@pytest.mark.parametrize(
    "changed",
    [
        replace(AGREED, fields={"on": "2026-08-03", "reference": "X"}),
        replace(AGREED, case_id=OTHER),
        replace(AGREED, act="orientation_attended"),
    ],
)
def test_what_was_changed_after_it_was_shown_is_not_signed(changed: Item) -> None:
    shown = decisions.show(asked(AGREED)).sha256()
    assert_refused(
        Refusal.CHANGED, "is not what the page showed", lambda: decide(credential("m.ortiz"), changed, shown=shown)
    )


def test_the_hash_of_another_list_signs_nothing() -> None:
    both = [AGREED, Item(OTHER, "scope_and_budget_agreed", {"on": "2026-08-03"})]
    one, two = (decisions.show(asked(*items)).sha256() for items in (both[:1], both))
    backwards = decisions.show(asked(*both[::-1])).sha256()
    for items, shown in ((both, one), (both[:1], two), (both, backwards), (both, ""), (both, "0" * 64)):
        who = credential("m.ortiz")
        says = "is not what the page showed"
        assert_refused(
            Refusal.CHANGED, says, lambda who=who, i=items, s=shown: decisions.decide(asked(*i), s, who, "desk")
        )


def test_a_request_that_is_sent_again_signs_nothing() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("m.ortiz")
    decide(who, AGREED, shown=shown)
    assert_refused(Refusal.USED_CODE, "used already", lambda: decide(who, AGREED, shown=shown))
    fresh = credential("m.ortiz")
    assert_refused(Refusal.ILLEGAL, "is recorded already", lambda: decide(fresh, AGREED, shown=shown))


def test_an_empty_list_and_an_unknown_process_are_refused() -> None:
    assert_refused(Refusal.FORM, "The list is empty", lambda: decide(credential("m.ortiz")))
    other = Asked("payroll", (AGREED,))
    assert_refused(Refusal.FORM, "no process", lambda: decisions.decide(other, "0" * 64, credential("m.ortiz"), "desk"))


# --- the policy ------------------------------------------------------------------------------------------------


def edited_policy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another policy file than the signed one: a number more."""
    text = homes().policy_file.read_text()
    path = folder / "policy.toml"
    path.write_text(text)
    monkeypatch.setenv("STEWARD_POLICY_FILE", str(path))
    return path


def longer(path: Path) -> None:
    """Give every contract a day more at the first number of days of the file."""
    head, _, tail = path.read_text().partition("[registration]")
    line = next(line for line in tail.splitlines() if "_days = " in line)
    name, _, days = line.partition(" = ")
    path.write_text(f"{head}[registration]{tail.replace(line, f'{name} = {int(days.split()[0]) + 1}', 1)}")


def test_an_edited_policy_that_nobody_signed_decides_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longer(edited_policy(desk, monkeypatch))
    forget()
    assert_refused(
        Refusal.POLICY, "is not signed, so nothing was changed", lambda: decide(credential("m.ortiz"), AGREED)
    )


def test_a_policy_that_one_administrator_signed_decides_nothing() -> None:
    shown = decisions.show(asked(AGREED)).sha256()
    run("update policy_version set signed_at = null, signed_by = ''")
    says = "was proposed by a.admin and waits for the signature of a second"
    assert_refused(Refusal.POLICY, says, lambda: decide(credential("m.ortiz"), AGREED, shown=shown))


def test_a_program_that_read_the_signed_policy_does_not_judge_by_a_later_file(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = edited_policy(desk, monkeypatch)
    forget()
    signed = registration_policy()
    forget()
    policy_text()
    longer(path)
    try:
        decide(credential("m.ortiz"), AGREED)
    except NotSigned as said:
        assert said.kind is Refusal.POLICY
    else:
        assert registration_policy() == signed
