"""The facts of the letters that signed decisions send: ids, amounts, days, and what they refuse to say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.registration.decision_documents import AmountChange, ContractChange, DecidedContract, DecisionLetter
from models.registration.decision_letters import DECISIONS, correction_letter, decision_letter, decision_message
from models.registration.documents import DocumentRequest
from models.registration.packet import RegistrationPacket
from models.registration.states import STEPS
from models.shared.documents import Office, Recipient, Term
from models.shared.money import MoneyError, plain
from tests.factories import POLICY, make_award, make_packet, make_policy

MADE_AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
TODAY = date(2026, 11, 2)
OFFICE = Office(
    agency="Department of Trades", unit="Contracts", street="1 Harbor Plaza", city="New York, NY 10000",
    contact="Provider desk", phone="(212) 555-0100", email="contracts@agency.example",
)  # fmt: skip
RECIPIENT = Recipient(name="Harbor Loom, Inc.")
REASON = {"reason": "The second site closed."}
CHANGE = {
    **REASON, "seq_no": "2", "type": "amount", "delta": "4000.00", "amount": "56000.00", "needs_registration": "yes",
}  # fmt: skip


def filled(event: str, details: dict[str, str], packet: RegistrationPacket | None = None, **other: Any) -> Any:
    fields: dict[str, Any] = {"on": TODAY, "policy": POLICY, "made_at": MADE_AT, "number": 1} | other
    return decision_letter(
        packet or make_packet(), event, details=details, office=OFFICE, recipient=RECIPIENT, **fields
    )


def letter(
    event: str, details: dict[str, str], packet: RegistrationPacket | None = None, **other: Any
) -> DecisionLetter:
    made = filled(event, details, packet, **other)
    assert isinstance(made, DecisionLetter)
    return made


@pytest.mark.parametrize("event", [*sorted(STEPS - DECISIONS.keys()), "deemed_registered", "findings_changed"])
def test_an_event_that_decides_nothing_for_the_provider_sends_no_letter(event: str) -> None:
    assert filled(event, REASON) is None


def test_a_letter_is_numbered_within_its_contract() -> None:
    assert letter("withdrawn", REASON, number=3).document_id == "R27-971010012-DL03"


def test_a_letter_is_dated_by_the_wall_in_new_york() -> None:
    late = datetime(2026, 11, 3, 2, tzinfo=UTC)
    assert letter("withdrawn", REASON, made_at=late).dated == date(2026, 11, 2)


# PPB Rules 2-08(h), (k): ten calendar days from receipt.


def test_the_appeal_of_a_denial_runs_ten_calendar_days_from_receipt() -> None:
    appeal = letter("found_not_responsible", REASON).appeal
    assert appeal is not None
    assert (appeal.days, appeal.last_day) == (10, date(2026, 11, 12))
    assert appeal.file_with == (
        "Office of the Agency Head",
        "Department of Trades",
        "1 Harbor Plaza",
        "New York, NY 10000",
    )


@given(days=st.integers(1, 60), hours=st.integers(0, 24 * 365))
def test_the_days_of_an_appeal_are_those_of_the_policy(days: int, hours: int) -> None:
    made_at = MADE_AT + timedelta(hours=hours)
    made = letter("found_not_responsible", REASON, policy=make_policy(appeal_days=days), made_at=made_at)
    assert made.appeal is not None
    assert made.appeal.last_day - made.dated == timedelta(days=days)


def test_a_registration_needs_no_reason_and_carries_its_number() -> None:
    made = letter("registered", {"reference": "20271400123"})
    assert (made.reason, made.reference, made.decided_on) == ("", "20271400123", TODAY)


def test_a_registration_that_is_heard_of_late_has_its_own_day() -> None:
    assert letter("registered", {"value": "2026-10-20"}).decided_on == date(2026, 10, 20)


def test_a_word_that_is_no_day_leaves_the_day_of_the_registration_alone() -> None:
    assert letter("registered", {"value": "by mail"}).decided_on == TODAY


def test_a_grant_agreement_that_is_withdrawn_is_no_registered_contract() -> None:
    made = letter("withdrawn", REASON, make_packet(kind="grant_pilot"))
    assert (made.registers, made.title) == (False, "Your grant agreement R27-971010012 is withdrawn")


def test_a_reduction_asks_for_a_budget_of_the_new_amount_within_ten_business_days() -> None:
    made = letter("reduced", {**REASON, "amount": "45000.00"})
    # 2 November 2026 and ten business days without the 3rd and the 11th.
    assert made.send_by == date(2026, 11, 18)
    assert [request.send for request in made.requests] == ["Send one whose lines sum to exactly $45,000.00."]


@given(before=st.integers(2, 10**12), data=st.data())
def test_a_reduced_contract_is_its_awards_less_the_reduction_to_the_cent(before: int, data: st.DataObject) -> None:
    after = data.draw(st.integers(1, before - 1))
    packet = make_packet(amount_cents=before, awards=(make_award(amount_cents=before),))
    made = letter("reduced", {**REASON, "amount": plain(after)}, packet)
    assert made.amounts == AmountChange(before_cents=before, after_cents=after)
    assert (made.contract.amount_cents, made.contract.difference_cents) == (after, after - before)


@pytest.mark.parametrize("amount", ["50000.00", "50000.01", "0.00", "-1.00"])
def test_a_reduction_leaves_something_and_less_than_there_was(amount: str) -> None:
    with pytest.raises(ValidationError):
        letter("reduced", {**REASON, "amount": amount})


def test_an_amount_that_is_none_makes_no_letter() -> None:
    with pytest.raises(MoneyError, match="is not an amount of money"):
        letter("reduced", {**REASON, "amount": "some"})


@given(revised=st.integers(0, 10**12), delta=st.integers(-(10**10), 10**10), in_force=st.integers(0, 10**12))
def test_the_amounts_of_a_change_add_up_whatever_is_registered_yet(revised: int, delta: int, in_force: int) -> None:
    packet = make_packet(amount_cents=in_force, awards=())
    change = letter("amendment_approved", {**CHANGE, "amount": plain(revised), "delta": plain(delta)}, packet).change
    assert change is not None
    assert change.before_cents + change.delta_cents == change.revised_cents == revised
    assert change.in_force_cents + change.waiting_cents == change.before_cents


def test_an_extension_names_the_new_last_day_and_keeps_the_one_in_force() -> None:
    made = letter("amendment_approved", {**CHANGE, "term_end": "2027-09-30", "needs_registration": "no"})
    assert made.change is not None
    assert (made.change.term_end, made.change.needs_registration) == (date(2027, 9, 30), False)
    assert made.contract.term.end == date(2027, 6, 30)


@pytest.mark.parametrize("key", ["seq_no", "type", "delta", "amount", "needs_registration"])
def test_a_change_that_leaves_something_open_names_it(key: str) -> None:
    with pytest.raises(ValueError, match=f"does not say “{key}”"):
        letter("amendment_approved", {k: v for k, v in CHANGE.items() if k != key})


def test_whether_a_change_must_be_registered_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="must be yes or no"):
        letter("amendment_approved", {**CHANGE, "needs_registration": "maybe"})


@pytest.mark.parametrize("event", ["found_not_responsible", "withdrawn", "reduced", "amendment_approved"])
def test_a_decision_without_its_reason_makes_no_letter(event: str) -> None:
    with pytest.raises(ValidationError, match="must give the reason"):
        letter(event, {**CHANGE, "amount": "45000.00", "delta": "-5000.00", "reason": "  "})


def test_an_award_that_was_taken_back_is_printed_and_counts_nothing() -> None:
    awards = (make_award(), make_award(mocs_id="FY27 00002", amount_cents=900, vanished=True))
    made = letter("withdrawn", REASON, make_packet(awards=awards))
    assert [(line.amount_cents, line.status) for line in made.contract.awards] == [
        (5_000_000, "Cleared"), (0, "no longer listed"),
    ]  # fmt: skip
    assert made.contract.difference_cents == 0


def test_a_letter_whose_sums_disagree_cannot_be_made() -> None:
    term = Term(start=date(2026, 7, 1), end=date(2027, 6, 30))
    with pytest.raises(ValidationError, match="do not sum to its amount"):
        DecidedContract(contract_id="R27-971010012", kind="standard contract", term=term, amount_cents=1)
    with pytest.raises(ValidationError, match="do not add up"):
        ContractChange(
            seq_no=1, type="Change of amount", before_cents=1, delta_cents=1, revised_cents=3, in_force_cents=1,
            needs_registration=True,
        )  # fmt: skip


def test_a_letter_with_the_facts_of_another_decision_cannot_be_made() -> None:
    fields = letter("withdrawn", REASON).model_dump()
    with pytest.raises(ValidationError, match="not those of the decision “denial”"):
        DecisionLetter(**{**fields, "decision": "denial"})


def test_a_letter_read_back_from_its_facts_is_the_same_letter() -> None:
    made = letter("amendment_approved", CHANGE)
    assert DecisionLetter.model_validate_json(made.model_dump_json()) == made


# The correction of an earlier letter.

WANTED = DocumentRequest(
    name="Scope of services", state="Wrong year", problem="It is last year's.", send="Send one of this year.",
    why="It says what you do.", citation="HPD",
)  # fmt: skip


def correction(*still_needed: DocumentRequest, **other: Any) -> Any:
    fields: dict[str, Any] = {
        "replaced_id": "R27-971010012-DL01", "replaced_title": "Your contract is registered",
        "replaced_on": date(2026, 10, 12), "facts": ({"what": "Registered on", "was": "May 1", "now": "May 2"},),
        "reason": "we misread the stamp", "send_by": None, "number": 2,
    } | other  # fmt: skip
    return correction_letter(
        make_packet(), still_needed=still_needed, policy=POLICY, office=OFFICE, recipient=RECIPIENT, made_at=MADE_AT,
        **fields,
    )  # fmt: skip


def test_a_correction_that_asks_for_nothing_gives_no_day() -> None:
    made = correction(send_by=date(2026, 12, 1))
    assert (made.document_id, made.requests, made.send_by) == ("R27-971010012-CL02", (), None)


def test_a_correction_that_asks_for_documents_gives_a_day() -> None:
    assert correction(WANTED).send_by == date(2026, 11, 18)
    assert correction(WANTED, send_by=date(2026, 12, 1)).send_by == date(2026, 12, 1)


def test_a_correction_says_what_it_corrects_and_why() -> None:
    for lacking in ({"facts": ()}, {"reason": " "}):
        with pytest.raises(ValidationError, match="at least 1"):
            correction(**lacking)


# The e-mails that carry them.


def test_the_message_of_a_denial_gives_the_days_of_the_appeal_and_keeps_the_reasons_to_the_letter() -> None:
    text = decision_message(letter("found_not_responsible", REASON))
    assert "You can appeal within 10 calendar days after you receive this notice." in text
    assert "second site" not in text


def test_the_message_of_a_reduction_says_what_to_send_by_when() -> None:
    text = decision_message(letter("reduced", {**REASON, "amount": "45000.00"}))
    assert "your contract R27-971010012 is reduced to $45,000.00. The second site closed." in text
    assert "by November 18, 2026:\n\n- Fiscal-year budget with attachments: Send one whose lines sum to" in text


def test_the_message_of_a_change_says_whether_to_wait_for_its_registration() -> None:
    waiting = decision_message(letter("amendment_approved", CHANGE))
    counts = decision_message(letter("amendment_approved", {**CHANGE, "needs_registration": "no"}))
    assert "Its maximum is $56,000.00 with it." in waiting
    assert "counts only once the Comptroller has registered it" in waiting
    assert "Comptroller" not in counts


def test_the_message_of_a_correction_names_the_letter_that_it_replaces() -> None:
    text = decision_message(correction())
    assert "our letter R27-971010012-DL01 of October 12, 2026 had something wrong. We misread the stamp." in text
    assert "You need not send us anything." in text


def test_every_message_says_whom_to_ask() -> None:
    letters = (letter("registered", {}), letter("withdrawn", REASON), correction(WANTED))
    assert all("Provider desk, (212) 555-0100, contracts@agency.example" in decision_message(one) for one in letters)
