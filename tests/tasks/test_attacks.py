"""Attacks on a signature: codes, accounts, pages, policy, odd acts and odd texts. Each is refused and changes nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.registration.acts import ACTS
from models.registration.duties import DUTIES
from models.shared.people import Role, Unit
from models.shared.people_records import Attempt, Signature
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import decisions
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.policy import policy_text, registration_policy
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings as homes
from tests.attacks import BOTH, CASE, OTHER, approve, asked, decide, kept, open_desk, prepare, refused, run, stand_at
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
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(wrong_code(), AGREED))
    with reading() as session:
        noted = [(a.staff_id, a.door, a.refusal) for a in session.execute(select(Attempt)).scalars()]
    assert noted == [("m.ortiz", "desk", "wrong code")]


@pytest.mark.parametrize("code", ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "0" * 6 + "\x00", "'; --"])
def test_what_is_no_code_signs_nothing(code: str) -> None:
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(Credential("m.ortiz", code), AGREED))


def test_a_code_signs_once() -> None:
    who = credential("m.ortiz")
    decide(who, AGREED)
    refused(Refusal.USED_CODE, "used already", lambda: decide(who, Item(OTHER, "scope_and_budget_agreed")))


def test_a_code_of_somebody_else_is_wrong() -> None:
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(Credential("m.ortiz", code_of("n.reyes")), AGREED))


def test_a_revoked_person_signs_nothing() -> None:
    who = credential("m.ortiz")
    run("update staff set revoked_at = added_at where staff_id = 'm.ortiz'")
    refused(Refusal.REVOKED, "The account m.ortiz was revoked on", lambda: decide(who, AGREED))


def test_a_wrong_code_does_not_tell_that_an_account_was_revoked() -> None:
    who = wrong_code()
    run("update staff set revoked_at = added_at where staff_id = 'm.ortiz'")
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


def test_somebody_without_an_authenticator_signs_nothing() -> None:
    who = credential("m.ortiz")
    run("update staff set secret = '', enrolled_at = null where staff_id = 'm.ortiz'")
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


@pytest.mark.parametrize("staff_id", ["", "no.body", "M.ORTIZ", "m.ortiz ", "' or '1'='1", "m%", "x" * 5_000])
def test_somebody_unknown_signs_nothing(staff_id: str) -> None:
    who = Credential(staff_id, code_of("m.ortiz"))
    refused(Refusal.WRONG_CODE, WRONG, lambda: decide(who, AGREED))


def test_after_ten_wrong_codes_the_right_one_is_refused_too_and_others_still_sign() -> None:
    for _ in range(10):
        refused(Refusal.WRONG_CODE, WRONG, lambda: decide(wrong_code(), AGREED))
    refused(Refusal.LOCKED, "10 wrong codes for m.ortiz", lambda: decide(credential("m.ortiz"), AGREED))
    assert sign("n.reyes", CASE, "scope_and_budget_agreed").done == (CASE,)


def test_a_role_taken_away_meanwhile_signs_nothing() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("m.ortiz")
    run("update staff set roles = '[\"counsel\"]' where staff_id = 'm.ortiz'")
    refused(Refusal.ROLE, "is signed by: program lead or program manager", lambda: decide(who, AGREED, shown=shown))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_administrators_and_auditors_decide_nothing(role: Role, act: str) -> None:
    assert role not in DUTIES[act].roles | DUTIES[act].seconds


@pytest.mark.parametrize(("role", "unit"), [(Role.ADMINISTRATOR, Unit.ADMINISTRATION), (Role.AUDITOR, Unit.AUDIT)])
def test_administrators_and_auditors_sign_nothing(role: Role, unit: Unit) -> None:
    hire(("z.none", "Zoe None", unit, (role,)))
    refused(Refusal.ROLE, f"You act as {role}", lambda: decide(credential("z.none"), AGREED))


# --- the page --------------------------------------------------------------------------------------------------


def test_a_page_that_somebody_overtook_names_who_and_what() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("n.reyes")
    seen = {CASE: decisions.show(asked(AGREED)).items[0].version}
    sign("m.ortiz", CASE, "scope_and_budget_agreed")
    says = "Maria Ortiz recorded “.*” for R27-971010012 at Aug 3, 2026"
    refused(Refusal.STALE, says, lambda: decisions.decide(asked(AGREED), shown, who, "desk", seen))


def test_a_case_that_changed_meanwhile_is_not_signed_even_where_the_step_is_still_possible() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("n.reyes")
    sign("m.ortiz", CASE, "orientation_attended")
    refused(Refusal.CHANGED, "is not what the page showed", lambda: decide(who, AGREED, shown=shown))


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "act", ["found_responsible", "award_made", "filed", "registered", "closed_out", "denial_mailed"]
)
def test_an_illegal_step_is_refused(act: str) -> None:
    refused(Refusal.ILLEGAL, CASE, lambda: decide(credential("a.cco"), Item(CASE, act), shown="0" * 64))


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
    refused(Refusal.CHANGED, "is not what the page showed", lambda: decide(credential("m.ortiz"), changed, shown=shown))


def test_the_hash_of_another_list_signs_nothing() -> None:
    both = [AGREED, Item(OTHER, "scope_and_budget_agreed", {"on": "2026-08-03"})]
    one, two = (decisions.show(asked(*items)).sha256() for items in (both[:1], both))
    backwards = decisions.show(asked(*both[::-1])).sha256()
    for items, shown in ((both, one), (both[:1], two), (both, backwards), (both, ""), (both, "0" * 64)):
        who = credential("m.ortiz")
        says = "is not what the page showed"
        refused(Refusal.CHANGED, says, lambda who=who, i=items, s=shown: decisions.decide(asked(*i), s, who, "desk"))


def test_a_request_that_is_sent_again_signs_nothing() -> None:
    shown, who = decisions.show(asked(AGREED)).sha256(), credential("m.ortiz")
    decide(who, AGREED, shown=shown)
    refused(Refusal.USED_CODE, "used already", lambda: decide(who, AGREED, shown=shown))
    fresh = credential("m.ortiz")
    refused(Refusal.ILLEGAL, "is recorded already", lambda: decide(fresh, AGREED, shown=shown))


def test_an_empty_list_and_an_unknown_process_are_refused() -> None:
    refused(Refusal.FORM, "The list is empty", lambda: decide(credential("m.ortiz")))
    other = Asked("payroll", (AGREED,))
    refused(Refusal.FORM, "no process", lambda: decisions.decide(other, "0" * 64, credential("m.ortiz"), "desk"))


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
    refused(Refusal.POLICY, "is not signed, so nothing was changed", lambda: decide(credential("m.ortiz"), AGREED))


def test_a_policy_that_one_administrator_signed_decides_nothing() -> None:
    shown = decisions.show(asked(AGREED)).sha256()
    run("update policy_version set signed_at = null, signed_by = ''")
    says = "was proposed by a.admin and waits for the signature of a second"
    refused(Refusal.POLICY, says, lambda: decide(credential("m.ortiz"), AGREED, shown=shown))


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


# --- acts that are none, and odd texts -------------------------------------------------------------------------


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "act", ["opened", "findings_changed", "act_proposed", "award_changed", "documents_requested", "deemed_registered",
            "package_complete", "notice_not_required", "", "withdrawn; drop table staff", "x" * 4_000],
)  # fmt: skip
def test_what_is_no_act_of_a_person_is_refused(act: str) -> None:
    refused(Refusal.ILLEGAL, CASE, lambda: decide(credential("m.ortiz"), Item(CASE, act), shown="0" * 64))


def test_a_proposal_is_not_closed_without_one() -> None:
    who, item = credential("m.ortiz"), Item(CASE, "proposal_closed", {}, "no")
    refused(Refusal.PROPOSAL, "Say which proposal", lambda: decide(who, item, shown="0" * 64))
    unknown = replace(item, proposal_id="' or 1=1 --")
    refused(Refusal.PROPOSAL, "There is no proposal", lambda: decide(who, unknown, shown="0" * 64))


def test_a_field_that_the_act_does_not_have_is_refused() -> None:
    item = replace(AGREED, fields={"on": "2026-08-03", "state": "registered"})
    refused(Refusal.ILLEGAL, "has no field “state”", lambda: decide(credential("m.ortiz"), item, shown="0" * 64))


@pytest.mark.parametrize(
    "case_id", ["", "R27-000000000", "' or 1=1 --", CASE.lower(), CASE + "\x00", "x" * 9_000, "\ud800"]
)
def test_a_contract_that_is_not_there_is_refused(case_id: str) -> None:
    who, item = credential("m.ortiz"), replace(AGREED, case_id=case_id)
    refused(Refusal.FORM, "There is no contract", lambda: decide(who, item, shown="0" * 64))


ODD = (
    "'); DROP TABLE case_event; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "𝔘𝔫𝔦 ‮ed\u202c Ärger 🧾", "x" * 100_000,
    "\\u0000", 'a"b\\c', "line\r\nline",
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_texts_are_kept_word_for_word(odd: str) -> None:
    sign("m.ortiz", CASE, "withdrawn", odd)
    sign("m.ortiz", OTHER, "scope_and_budget_agreed", odd, reference=odd)
    with reading() as session:
        events = session.execute(select(CaseEvent).where(CaseEvent.actor == "Maria Ortiz")).scalars()  # type: ignore[arg-type]
        told = {event.case_id: json.loads(event.payload) for event in events}
        assert audit(session).problems == ()
    assert told[CASE]["reason"] == odd and told[CASE]["value"] == "withdrawn"
    assert told[OTHER]["reference"].split() == odd.split()


@pytest.mark.parametrize("odd", ["\x00", "a\ud800b"])
@pytest.mark.parametrize("where", ["reason", "reference", "behalf", "staff"])
def test_texts_that_no_database_takes_are_refused_with_a_sentence(odd: str, where: str) -> None:
    item = Item(
        CASE, "withdrawn", {"reference": odd} if where == "reference" else {}, odd if where == "reason" else "why"
    )
    who = replace(credential("m.ortiz", odd if where == "behalf" else ""))
    who = replace(who, staff_id=odd) if where == "staff" else who
    before = kept()
    try:
        decisions.decide(asked(item), _shown(item), who, "desk")
    except NotSigned:
        assert kept() == before


def _shown(item: Item) -> str:
    try:
        return decisions.show(asked(item)).sha256()
    except NotSigned:
        return "0" * 64


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize("act", sorted(ACTS))
def test_whatever_stands_in_the_fields_is_shown_or_refused_with_a_sentence(act: str) -> None:
    for state in ("documents", "responsibility", "registered"):
        stand_at(state)
        _fuzz(act)


def _fuzz(act: str) -> None:
    odd = st.sampled_from(
        ["", " ", "0", "-1", "1e400", "NaN", "9" * 25, "2026-02-30", "9999-12-31", "0001-01-01", "x", "²"]
    )
    known = {s.name: st.sampled_from([v for v, _ in s.choices]) | odd if s.choices else odd for s in ACTS[act].fields}
    fields = st.fixed_dictionaries({}, optional=known) if known else st.just({})

    @settings(max_examples=12, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(fields=fields, reason=odd)
    def shown_or_refused(fields: dict[str, str], reason: str) -> None:
        try:
            shown = decisions.show(asked(Item(CASE, act, fields, reason)))
        except NotSigned as why:
            assert why.sentence
        else:
            assert len(shown.items) == 1

    shown_or_refused()


def test_amounts_that_no_column_holds_are_refused_with_a_sentence() -> None:
    stand_at("documents")
    fields = {"document": "liability_insurance", "reported_on": "2026-08-03", "amount_cents": "9" * 25}
    item = Item(CASE, "document_recorded", fields)
    before = kept()
    with pytest.raises(NotSigned):
        decide(credential("m.ortiz"), item)
    assert kept() == before


def test_nobody_is_assigned_who_does_not_work_here() -> None:
    item = Item(CASE, "assigned", {"role": "program manager", "staff": "no.body"})
    before = kept()
    with pytest.raises(NotSigned):
        decide(credential("p.lead"), item)
    assert kept() == before


def test_a_contract_whose_awards_went_elsewhere_is_not_signed() -> None:
    run("update registration_case set folded_into = :other where case_id = :case", other=OTHER, case=CASE)
    who = credential("m.ortiz")
    says = f"its awards are in contract {OTHER} now"
    refused(Refusal.ILLEGAL, says, lambda: decide(who, AGREED, shown="0" * 64))


def test_a_missing_reason_is_refused() -> None:
    prepare("o.file")
    item = Item(CASE, "found_not_responsible", {}, "  ")
    refused(Refusal.REASON, "needs a reason", lambda: decide(credential("a.cco"), item))


def test_the_approval_that_is_attacked_does_get_through() -> None:
    prepare("o.file")
    receipt = approve(BOTH[0])
    with reading() as session:
        assert session.get_one(Signature, receipt.signature_id).staff_id == BOTH[0]
