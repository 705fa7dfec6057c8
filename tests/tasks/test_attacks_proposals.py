"""Attacks on what waits for a signature, and what changes between a look and a signature."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.registration.proposal_form import ProposalForm
from models.shared.people_records import Proposal
from models.shared.signing import Item
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading, writing
from tasks.adapters.proposals import OtherContent, Proposed, propose
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.registration.forms import keep_proposal
from tests.attacks import (
    BOTH,
    CASE,
    LEADS,
    OTHER,
    approve,
    asked,
    assert_refused,
    between,
    decide,
    kept,
    lend,
    open_desk,
    prepare,
    run,
    stand_at,
    waiting,
    withdraw,
)
from tests.signers import credential, sign, sign_list

AGREED = ProposalForm(case=CASE, decision="scope_and_budget_agreed", date="2026-08-03")


@pytest.fixture(autouse=True)
def desk(home: Path, tmp_path: Path) -> Path:
    """A fresh office with two contracts."""
    open_desk(tmp_path)
    return tmp_path


def keep(form: ProposalForm = AGREED, run_id: str = "r1") -> str:
    with writing() as session:
        return keep_proposal(session, run_id, form, clock.now())


# --- a form's proposal -----------------------------------------------------------------------------------------


def test_a_run_that_comes_again_with_other_values_changes_nothing_that_people_read() -> None:
    address = keep()
    assert keep() == address
    before = kept()
    with pytest.raises(LookupError, match="has proposed something else already"):
        keep(AGREED.model_copy(update={"reference": "A-9"}))
    with pytest.raises(LookupError, match="has proposed something else already"):
        keep(AGREED.model_copy(update={"case": OTHER}))
    assert kept() == before


def test_one_source_proposes_one_list() -> None:
    one = Proposed(CASE, "scope_and_budget_agreed", {"on": "2026-08-03"})
    with writing() as session:
        propose(session, "registration", "run r2", [one], clock.now())
    for news in ([replace(one, reason="more")], [replace(one, act="withdrawn")], [one, one], []):
        with writing() as session, pytest.raises(OtherContent, match="Start the form anew"):
            propose(session, "registration", "run r2", news, clock.now())


def test_a_proposal_that_was_signed_is_not_proposed_anew_by_its_run() -> None:
    keep()
    sign_list("m.ortiz", waiting())
    with pytest.raises(LookupError, match="is recorded already"):
        keep()
    with reading() as session:
        assert [p.status for p in session.execute(select(Proposal)).scalars()] == ["done"]


def test_a_proposal_that_was_closed_meanwhile_names_who_closed_it() -> None:
    keep()
    item, shown = waiting(), decisions.show(asked(waiting())).sha256()
    decide(credential("n.reyes"), Item(CASE, "proposal_closed", {}, "a mistake", item.proposal_id))
    says = "was closed by Nora Reyes at Aug 3, 2026"
    assert_refused(Refusal.PROPOSAL, says, lambda: decide(credential("m.ortiz"), item, shown=shown))


@pytest.mark.parametrize(
    "changed", [{"fields": '{"on":"2026-08-03","reference":"Z"}'}, {"case_id": OTHER}, {"act": "withdrawn"}]
)
def test_a_proposal_that_was_changed_after_it_was_shown_is_not_signed(changed: dict[str, str]) -> None:
    keep()
    item, shown = waiting(), decisions.show(asked(waiting())).sha256()
    (column, value), *_ = changed.items()
    run(f"update proposal set {column} = :value", value=value)
    says = "The proposal for .* says something else than what would be signed"
    assert_refused(Refusal.CHANGED, says, lambda: decide(credential("m.ortiz"), item, shown=shown))


def test_a_form_does_not_sign() -> None:
    before = kept()
    keep()
    assert {table: rows for table, rows in kept().items() if rows != before[table]}.keys() == {"proposal"}


# --- between two signatures ------------------------------------------------------------------------------------


def test_what_the_first_signed_is_what_the_second_signs_even_if_the_row_was_changed_in_between() -> None:
    sign("m.ortiz", CASE, "reduced", "less work", amount="40000.00")
    run('update proposal set fields = \'{"amount":"1.00"}\'')
    assert_refused(Refusal.CHANGED, "something else", lambda: sign_list("p.lead", waiting()))


def test_a_reason_that_was_changed_after_the_first_signature_is_not_signed() -> None:
    withdraw()
    run("update proposal set reason = 'the provider is a crook'")
    assert_refused(Refusal.CHANGED, "something else", lambda: sign_list("p.lead", waiting()))


def test_a_first_signature_that_nobody_gave_does_not_count() -> None:
    keep(ProposalForm(case=CASE, decision="withdrawn", reason="declines"))
    run("update proposal set proposed_by = 'm.ortiz', signature_id = 'made up'")
    assert_refused(Refusal.CHANGED, "something else", lambda: sign_list("p.lead", waiting()))


def test_a_first_signature_is_not_given_twice() -> None:
    keep(ProposalForm(case=CASE, decision="withdrawn", reason="declines"))
    item = waiting()
    assert_refused(Refusal.PROPOSAL, "a moment ago", lambda: sign_list("m.ortiz", item, item))


def test_a_list_does_not_hold_both_signatures() -> None:
    keep(ProposalForm(case=CASE, decision="withdrawn", reason="declines"))
    item = waiting()
    assert_refused(Refusal.PROPOSAL, "a moment ago", lambda: sign_list(LEADS[0], item, replace(item, reason="again")))


def test_a_proposal_is_signed_once_in_a_list() -> None:
    keep(ProposalForm(case=CASE, decision="document_recorded", document="liability_insurance", date="2026-08-03"))
    item = waiting()
    assert_refused(Refusal.PROPOSAL, "a moment ago", lambda: sign_list("m.ortiz", item, item))


def test_a_proposal_is_closed_in_its_own_case_only() -> None:
    item = withdraw()
    elsewhere = Item(OTHER, "proposal_closed", {}, "no", item.proposal_id)
    assert_refused(Refusal.CHANGED, "something else", lambda: decide(credential("m.ortiz"), elsewhere))


def test_who_closes_a_proposal_says_why_whatever_reason_it_came_with() -> None:
    item = withdraw()
    closing = Item(CASE, "proposal_closed", {}, "", item.proposal_id)
    assert_refused(Refusal.REASON, "needs a reason", lambda: decide(credential("p.lead"), closing))


def test_a_first_signature_of_somebody_revoked_since_does_not_count() -> None:
    item = withdraw()
    run("update staff set revoked_at = added_at where staff_id = 'm.ortiz'")
    before = kept()
    with pytest.raises(NotSigned):
        sign_list("p.lead", item)
    assert kept() == before


# --- between a look and a commit -------------------------------------------------------------------------------


def test_a_delegation_that_ends_while_the_page_is_signed_lends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lend("a.cco", "c.law")
    prepare("o.file")
    between(monkeypatch, lambda: run("update staff_delegation set ended_at = '2026-08-03 14:00:00+00'"))
    assert_refused(Refusal.ROLE, "The delegation ended meanwhile", lambda: approve("c.law"))


def test_a_delegation_that_ended_since_the_page_was_made_lends_nothing() -> None:
    lend("a.cco", "c.law")
    prepare("o.file")
    shown = decisions.show(asked(Item(CASE, "found_responsible"))).sha256()
    run("update staff_delegation set ended_at = '2026-08-03 14:00:00+00'")
    who = credential("c.law")
    assert_refused(
        Refusal.ROLE, "is signed by: ACCO", lambda: decide(who, Item(CASE, "found_responsible"), shown=shown)
    )


@pytest.mark.parametrize("news", ["roles = '[\"counsel\"]'", "revoked_at = added_at"])
def test_a_signer_who_loses_role_or_account_while_signing_signs_nothing(
    news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare("o.file")
    between(monkeypatch, lambda: run(f"update staff set {news} where staff_id = 'a.cco'"))
    before = kept()
    with pytest.raises(NotSigned):
        approve("a.cco")
    assert kept() == before


def test_whom_a_signer_stands_in_for_loses_the_role_while_it_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    lend("a.cco", "c.law")
    prepare("o.file")
    between(monkeypatch, lambda: run("update staff set roles = '[\"counsel\"]' where staff_id = 'a.cco'"))
    before = kept()
    with pytest.raises(NotSigned):
        approve("c.law")
    assert kept() == before


def test_a_step_that_makes_the_checker_a_maker_in_between_stops_them(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at("responsibility")
    between(monkeypatch, lambda: sign(BOTH[0], CASE, "name_check_requested"))
    who = credential(BOTH[0])
    with pytest.raises(NotSigned):
        decide(who, Item(CASE, "found_responsible"))
    with reading() as session:
        events = session.execute(text("select event from case_event where case_id = :c order by seq"), {"c": CASE})
        assert [e for (e,) in events][-1] == "name_check_requested"


def test_a_policy_that_loses_its_signature_while_it_is_signed_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    prepare("o.file")
    between(monkeypatch, lambda: run("update policy_version set signed_at = null"))
    assert_refused(Refusal.POLICY, "waits for the signature", approve)
