"""Attacks with acts that are none, contracts that are not there, and texts that no form expects."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.registration.acts import ACTS
from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from models.shared.signing import Item
from tasks.adapters import decisions
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal
from tests.attacks import (
    BOTH,
    CASE,
    OTHER,
    approve,
    asked,
    assert_refused,
    decide,
    kept,
    open_desk,
    prepare,
    run,
    stand_at,
    waiting,
    withdraw,
)
from tests.signers import credential, sign, sign_list

AGREED = Item(CASE, "scope_and_budget_agreed", {"on": "2026-08-03"})


@pytest.fixture(autouse=True)
def desk(home: Path, tmp_path: Path) -> Path:
    """A fresh office with two contracts."""
    open_desk(tmp_path)
    return tmp_path


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "act", ["opened", "findings_changed", "act_proposed", "award_changed", "documents_requested", "deemed_registered",
            "package_complete", "notice_not_required", "", "withdrawn; drop table staff", "x" * 4_000],
)  # fmt: skip
def test_what_is_no_act_of_a_person_is_refused(act: str) -> None:
    assert_refused(Refusal.ILLEGAL, CASE, lambda: decide(credential("m.ortiz"), Item(CASE, act), shown="0" * 64))


def test_a_proposal_is_not_closed_without_one() -> None:
    who, item = credential("m.ortiz"), Item(CASE, "proposal_closed", {}, "no")
    assert_refused(Refusal.PROPOSAL, "Say which proposal", lambda: decide(who, item, shown="0" * 64))
    unknown = replace(item, proposal_id="' or 1=1 --")
    assert_refused(Refusal.PROPOSAL, "There is no proposal", lambda: decide(who, unknown, shown="0" * 64))


def test_a_field_that_the_act_does_not_have_is_refused() -> None:
    item = replace(AGREED, fields={"on": "2026-08-03", "state": "registered"})
    assert_refused(Refusal.ILLEGAL, "has no field “state”", lambda: decide(credential("m.ortiz"), item, shown="0" * 64))


@pytest.mark.parametrize(
    ("case_id", "says"),
    [("", "There is no contract"), ("R27-000000000", "There is no contract"), ("' or 1=1 --", "There is no contract"),
     (CASE.lower(), "There is no contract"), ("x" * 9_000, "There is no contract"), (CASE + "\x00", "cannot be read"),
     ("\ud800", "cannot be read")],
)  # fmt: skip
def test_a_contract_that_is_not_there_is_refused(case_id: str, says: str) -> None:
    who, item = credential("m.ortiz"), replace(AGREED, case_id=case_id)
    assert_refused(Refusal.FORM, says, lambda: decide(who, item, shown="0" * 64))


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
        assert_fields_are_read(act)


def assert_fields_are_read(act: str) -> None:
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
    assert_refused(Refusal.ILLEGAL, says, lambda: decide(who, AGREED, shown="0" * 64))


def test_a_missing_reason_is_refused() -> None:
    prepare("o.file")
    item = Item(CASE, "found_not_responsible", {}, "  ")
    assert_refused(Refusal.REASON, "needs a reason", lambda: decide(credential("a.cco"), item))


def test_the_approval_that_is_attacked_does_get_through() -> None:
    prepare("o.file")
    receipt = approve(BOTH[0])
    with reading() as session:
        assert session.get_one(Signature, receipt.signature_id).staff_id == BOTH[0]


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("act", "staff", "fields"),
    [
        ("document_recorded", "m.ortiz", {"document": "liability_insurance"}),
        ("document_rejected", "m.ortiz", {"document": "liability_insurance"}),
        ("assigned", "p.lead", {"role": "program manager", "staff": "m.ortiz"}),
        ("orientation_attended", "m.ortiz", {}),
        ("reduced", "m.ortiz", {"amount": "100.00"}),
    ],
)
def test_a_contract_that_is_closed_is_not_signed(act: str, staff: str, fields: dict[str, str]) -> None:
    sign("m.ortiz", CASE, "document_recorded", document="liability_insurance")
    withdraw("n.reyes")
    sign_list("p.lead", waiting())
    item = Item(CASE, act, fields, "why")
    assert_refused(Refusal.ILLEGAL, CASE, lambda: decide(credential(staff), item))
