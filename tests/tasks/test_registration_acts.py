"""Each thing that can be signed about a contract, through the door at which people sign."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.shared.signing import Item
from tasks.adapters.database import reading
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.registration.cases import load_cases
from tests.office import award, follow_up, import_list, import_tracker, review_all, stop_clock
from tests.registered import CASE, open_contract, register
from tests.signers import hire, sign, sign_list

DOCUMENTS = "Owner,Document,Reported on,Signed on,Expires on,File"


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Iterator[Path]:
    """One cleared contract of $50,000 at the stage of its scope, on 3 August 2026, and everybody who signs."""
    open_contract(tmp_path)
    yield home


def rows(query: str) -> list[tuple[Any, ...]]:
    with reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def packet() -> Any:
    from tasks.adapters import clock

    with reading() as session:
        return load_cases(session, [CASE], clock.today())[0].packet


def second(staff_id: str, reason: str = "") -> None:
    """The second signature on the one proposal that waits."""
    with reading() as session:
        (waiting,) = open_proposals(session, "registration", case_id=CASE)
        item = item_of(waiting, reason)
    sign_list(staff_id, item)


def two(first: str, then: str, act: str, reason: str, **fields: str) -> None:
    sign(first, CASE, act, reason, **fields)
    second(then)


def test_a_document_that_was_rejected_is_asked_for_again_in_the_rejecters_words(office: Path, tmp_path: Path) -> None:
    sign("m.ortiz", CASE, "scope_and_budget_agreed")
    sign("m.ortiz", CASE, "document_recorded", document="scope_of_services", detail="sent by mail")
    with pytest.raises(NotSigned) as refused:
        sign("m.ortiz", CASE, "document_rejected", document="scope_of_services")
    assert refused.value.kind is Refusal.REASON
    sign("m.ortiz", CASE, "document_rejected", "Page 3 is missing.", document="scope_of_services")
    review_all()
    assert packet().documents_by_type["scope_of_services"].rejected == "Page 3 is missing."
    assert "Page 3 is missing." in rows("select body from outgoing_message")[0][0]


def test_a_reduction_is_kept_when_a_newer_list_changes_the_award(office: Path, tmp_path: Path) -> None:
    two("m.ortiz", "p.lead", "reduced", "The Council took five thousand back by letter.", amount="45000")
    assert packet().amount_cents == 4_500_000
    import_list(tmp_path, award(1, "Harbor Loom, Inc.", "971010012", "60000"))
    assert packet().amount_cents == 5_500_000
    assert follow_up() == 1
    assert rows("select kind, case_id from stored_document") == [("letter", CASE)]


def test_who_proposed_a_reduction_does_not_approve_it(office: Path) -> None:
    hire(("l.both", "Lou Both", *_lead_and_manager()))
    sign("l.both", CASE, "reduced", "why", amount="45000")
    with pytest.raises(NotSigned) as refused:
        second("l.both")
    assert refused.value.kind is Refusal.SEPARATION
    assert packet().amount_cents == 5_000_000


def _lead_and_manager() -> tuple[Any, Any]:
    from models.shared.people import Role, Unit

    return Unit.PROGRAM, (Role.PROGRAM_LEAD, Role.PROGRAM_MANAGER)


def test_an_amendment_counts_once_it_is_registered(office: Path, tmp_path: Path) -> None:
    register(tmp_path)
    two("m.ortiz", "a.cco", "amendment_approved", "A second site opens.", type="amount", delta="10000")
    assert (packet().amount_cents, packet().amendments[0].needs_registration) == (5_000_000, True)
    sign("o.file", CASE, "amendment_filed", seq_no="1")
    sign("o.file", CASE, "amendment_registered", seq_no="1", reference="S27-9001")
    assert packet().amount_cents == 6_000_000
    assert rows("select status, running_cents, revised_cents from amendment") == [("registered", 1_000_000, 6_000_000)]
    assert follow_up() == 2
    assert sorted(number for (number,) in rows("select document_id from stored_document")) == [
        f"{CASE}-DL01", f"{CASE}-DL02",
    ]  # fmt: skip


def test_a_decrease_is_written_with_its_sign(office: Path, tmp_path: Path) -> None:
    register(tmp_path)
    two("m.ortiz", "a.cco", "amendment_approved", "A site closes.", type="amount", delta="-$1,500.00")
    assert packet().amendments[0].delta_cents == -150_000


def test_an_amendment_above_the_limit_needs_the_ccpo(office: Path, tmp_path: Path) -> None:
    register(tmp_path)
    with pytest.raises(NotSigned) as refused:
        sign("m.ortiz", CASE, "amendment_approved", "More of it.", type="amount", delta="600000")
    assert refused.value.kind is Refusal.ILLEGAL
    assert "CCPO" in refused.value.sentence


def test_a_later_list_does_not_change_a_registered_contract_and_a_review_says_so(office: Path, tmp_path: Path) -> None:
    register(tmp_path)
    import_list(tmp_path, award(1, "Harbor Loom, Inc.", "971010012", "70000"))
    review_all(letters=False)
    assert packet().amount_cents == 5_000_000
    assert rows("select count(*) from case_finding where code = 'awards_differ_from_contract'") == [(1,)]
    two("m.ortiz", "a.cco", "amendment_approved", "The Council added to the award.", type="amount", delta="20000")
    review_all(letters=False)
    assert rows(
        "select count(*) from case_finding where code = 'awards_differ_from_contract' and closed_at is null"
    ) == [(0,)]


def test_a_corrected_registration_moves_its_clock_and_replaces_its_letter(office: Path, tmp_path: Path) -> None:
    register(tmp_path)
    assert follow_up() == 1
    (seq,) = rows("select seq from case_event where event = 'registered'")[0]
    two("o.file", "p.lead", "corrected", "The stamp says the eighth.", seq=str(seq), on="2026-09-08")
    assert packet().last("registered").on.isoformat() == "2026-09-08"
    assert packet().state_since.isoformat() == "2026-09-08"
    assert follow_up() == 1
    assert rows("select document_id, superseded_by from stored_document order by 1") == [
        (f"{CASE}-CL01", None), (f"{CASE}-DL01", f"{CASE}-CL01"),
    ]  # fmt: skip
    assert f"{CASE}-DL01" in rows(f"select body from outgoing_message where message_id = '{CASE}-CL01'")[0][0]


def test_a_corrected_document_replaces_the_letter_that_called_it_expired(office: Path, tmp_path: Path) -> None:
    import_tracker(tmp_path, "documents", DOCUMENTS, "971010012,liability_insurance,2026-08-01,,2026-08-02,")
    sign("m.ortiz", CASE, "scope_and_budget_agreed")
    review_all()
    two(
        "m.ortiz", "p.lead", "document_corrected", "The year was mistyped.", document="liability_insurance",
        expires_on="2028-08-02",
    )  # fmt: skip
    assert packet().documents_by_type["liability_insurance"].expires_on.year == 2028
    assert follow_up() == 1
    assert rows("select superseded_by from stored_document where kind = 'letter' order by document_id") == [
        (None,), (f"{CASE}-CL01",),
    ]  # fmt: skip


def test_awards_are_regrouped_by_two_people_and_the_undo_puts_them_back(office: Path, tmp_path: Path) -> None:
    import_list(
        tmp_path,
        award(1, "Harbor Loom, Inc.", "971010012", "50000"),
        award(2, "Harbor Loom, Inc.", "971010012", "7000"),
    )
    two("m.ortiz", "p.lead", "awards_regrouped", "Another program.", awards="FY27 00002")
    assert rows("select contract_id, amount_cents from contract order by 1") == [
        (CASE, 5_000_000), (f"{CASE}-2", 700_000),
    ]  # fmt: skip
    (seq,) = rows(f"select seq from case_event where event = 'awards_regrouped' and case_id = '{CASE}'")[0]
    two("m.ortiz", "p.lead", "regrouping_undone", "It was one program after all.", seq=str(seq))
    assert packet().amount_cents == 5_700_000
    assert rows(f"select folded_into from registration_case where case_id = '{CASE}-2'") == [(CASE,)]
    with pytest.raises(NotSigned) as refused:
        sign("m.ortiz", f"{CASE}-2", "orientation_attended")
    assert f"in contract {CASE} now" in refused.value.sentence


def test_a_hand_over_ends_one_assignment_and_begins_the_next(office: Path) -> None:
    sign("p.lead", CASE, "assigned", role="program manager", staff="m.ortiz", scope="provider")
    stop_clock(2026, 8, 4, 14)
    sign(
        "p.lead",
        CASE,
        "assigned",
        role="program manager",
        staff="n.reyes",
        scope="provider",
        handover="Call on Monday.",
    )
    assert rows("select staff_id, until is null, handover from assignment order by since") == [
        ("m.ortiz", False, ""), ("n.reyes", True, "Call on Monday."),
    ]  # fmt: skip
    assert rows("select subject from assignment") == [("971010012",)] * 2


def test_a_legal_hold_is_placed_once_and_released_once(office: Path) -> None:
    sign("c.law", CASE, "hold_placed", "A dispute was announced.")
    with pytest.raises(NotSigned) as refused:
        sign("c.law", CASE, "hold_placed", "Again.")
    assert refused.value.kind is Refusal.ILLEGAL
    sign("c.law", CASE, "hold_released", "It was settled.")
    assert [event for (event,) in rows("select event from case_event where event like 'hold%' order by seq")] == [
        "hold_placed", "hold_released",
    ]  # fmt: skip


def test_orientation_is_attended_once(office: Path) -> None:
    sign("m.ortiz", CASE, "orientation_attended", on="2026-08-03")
    stop_clock(2026, 8, 10, 14)
    with pytest.raises(NotSigned, match="recorded already, for August 3, 2026"):
        sign("m.ortiz", CASE, "orientation_attended")
    assert len(rows("select seq from case_event where event = 'orientation_attended'")) == 1


def test_a_step_that_is_signed_directly_takes_its_open_proposal_off_the_list(office: Path, tmp_path: Path) -> None:
    import_tracker(tmp_path, "registration-steps", "Contract,Step,Date", f"{CASE},orientation attended,2026-08-03")
    sign("m.ortiz", CASE, "orientation_attended", on="2026-08-03")
    assert rows("select status from proposal") == [("void",)]


def test_nobody_closes_a_proposal_without_a_reason_of_their_own(office: Path) -> None:
    sign("m.ortiz", CASE, "withdrawn", "The provider declines.")
    with reading() as session:
        (waiting,) = open_proposals(session, "registration")
    with pytest.raises(NotSigned) as refused:
        sign_list("p.lead", Item(CASE, "proposal_closed", {}, "", waiting.proposal_id))
    assert refused.value.kind is Refusal.REASON


def test_a_proposal_can_be_closed_without_doing_it(office: Path) -> None:
    sign("m.ortiz", CASE, "withdrawn", "The provider declines.")
    with reading() as session:
        (waiting,) = open_proposals(session, "registration")
    sign_list("p.lead", Item(CASE, "proposal_closed", {}, "They changed their mind.", waiting.proposal_id))
    assert rows("select status, closed_by from proposal") == [("refused", "Paula Lind")]
    assert packet().state == "scope"


def test_the_letter_of_an_approved_withdrawal_gives_the_proposers_reason(office: Path) -> None:
    sign("m.ortiz", CASE, "withdrawn", "The provider declines the award.")
    second("p.lead", "Seen and agreed.")
    body = json.loads(rows("select body from letter_order")[0][0])
    assert body["reason"] == "The provider declines the award."
    payload = json.loads(rows("select payload from case_event where event = 'withdrawn'")[0][0])
    assert (payload["reason"], payload["remark"]) == ("The provider declines the award.", "Seen and agreed.")
