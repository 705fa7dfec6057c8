"""The facts of the letters about requisitions: amounts that add up, every reason, what to send, what waits for what."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.payments.documents import Closing, DeterminationLetter, ReturnNotice, ReviewedLine, Unpaid
from models.payments.letter_messages import letter_message
from models.payments.letters import table_rate
from models.payments.verdicts import Outcome
from models.shared.documents import Replaced
from tests.golden_payments import GoldenCase, golden_cases, make_payments_policy
from tests.templates.payment_examples import CASES, determined, every_letter, returned, reviewed

DETERMINED = [case for case in golden_cases() if case.expected["outcome"] != "returned"]
RETURNED = [case for case in golden_cases() if case.expected["outcome"] == "returned"]
AMOUNTS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=8)


def whole(letter: DeterminationLetter) -> Unpaid | None:
    return next((row for row in letter.unpaid if row.line_no is None), None)


def row_of(letter: DeterminationLetter, no: int) -> Unpaid:
    return next(row for row in letter.unpaid if row.line_no == no)


@pytest.mark.parametrize("case", DETERMINED, ids=lambda case: case.name)
def test_every_requisition_that_was_not_returned_gets_a_letter_with_its_amounts(case: GoldenCase) -> None:
    letter, verdict = determined(case.name), reviewed(case.name)[1]
    assert (letter.approved_cents, letter.net_cents) == (verdict.approved_cents, verdict.net_cents)
    assert (letter.ira_on, letter.required_on) == (verdict.ira_on, verdict.required_on)


@pytest.mark.parametrize("case", DETERMINED, ids=lambda case: case.name)
def test_every_line_that_is_not_paid_in_full_has_a_reason(case: GoldenCase) -> None:
    letter = determined(case.name)
    lacking = {line.no for line in letter.lines if line.claimed_cents != line.approved_cents}
    explained = {row.line_no for row in letter.unpaid}
    assert None in explained or lacking == explained


@pytest.mark.parametrize("case", DETERMINED, ids=lambda case: case.name)
def test_a_letter_leaves_out_nothing_that_the_vendor_is_to_be_told(case: GoldenCase) -> None:
    letter, verdict = determined(case.name), reviewed(case.name)[1]
    said = " ".join([*(point.why for row in letter.unpaid for point in row.points), *letter.notes])
    untold = [
        finding.message
        for finding in verdict.findings
        if "Provider" in finding.tell and finding.code not in ("P7", "P19")
        and finding.message.partition("”): ")[2] not in said and finding.message not in said
    ]  # fmt: skip
    assert untold == []


@pytest.mark.parametrize("case", RETURNED, ids=lambda case: case.name)
def test_every_requisition_that_was_returned_gets_a_notice_of_all_that_is_wrong(case: GoldenCase) -> None:
    notice, verdict = returned(case.name), reviewed(case.name)[1]
    told = [finding for finding in verdict.findings if "Provider" in finding.tell and finding.severity != "info"]
    assert len(notice.faults) + len(notice.also) == len(told)


def test_a_returned_requisition_gets_no_determination_letter() -> None:
    with pytest.raises(ValueError, match="it gets a return notice"):
        determined(CASES["returned"])


def test_a_proper_requisition_gets_no_return_notice() -> None:
    with pytest.raises(ValueError, match="it gets a determination letter"):
        returned(CASES["clean"])


def test_the_number_of_a_letter_is_the_one_that_it_is_given() -> None:
    assert determined(CASES["clean"], document_id="R27-970000001-03-DT07").document_id == "R27-970000001-03-DT07"


def test_a_clean_requisition_asks_for_nothing() -> None:
    letter = determined(CASES["clean"])
    assert (letter.unpaid, letter.to_send, letter.send_by) == ((), (), None)


def test_what_a_held_line_lacks_has_a_last_day_after_which_the_line_is_closed() -> None:
    letter = determined(CASES["split"])
    assert letter.to_send == ("Line 2: send the proof of payment for this line.",)
    assert letter.closing == Closing(lines=(2,), cents=100_000, last_day=date(2026, 11, 9))
    assert letter.send_by is None


def test_what_closes_nothing_is_wished_for_by_the_required_payment_date() -> None:
    letter = determined(CASES["waiting"])
    assert (letter.closing, letter.send_by) == (None, letter.required_on)


def test_after_the_required_payment_date_what_is_missing_is_wished_for_without_a_day() -> None:
    assert determined(CASES["waiting"], dated=date(2026, 11, 6)).send_by is None


def test_lines_that_lack_the_same_papers_are_named_together() -> None:
    letter = determined("salaries without time records are held and what hangs on them with them")
    assert all(wish.startswith("Line") for wish in letter.to_send)
    assert len(letter.to_send) == len(set(letter.to_send))


def test_a_line_that_hangs_on_a_held_one_is_not_blamed_for_its_rate() -> None:
    letter = determined("salaries without time records are held and what hangs on them with them")
    waiting = [row for row in letter.unpaid if row.outcome == "Held" and "P13" in row.points[0].rule]
    assert waiting
    assert all(row.points[0].to_do.startswith("Nothing for this line") for row in waiting)


def test_a_line_that_is_disallowed_is_not_asked_for_its_missing_papers() -> None:
    letter = determined("a cost that is never paid is disallowed though its papers are missing too")
    wishes = {point.rule: point.to_do for point in row_of(letter, 2).points}
    assert wishes["Comptroller Directive 2; DYCD payment unit; details: convention"].startswith("Nothing for this")
    assert letter.to_send == ()


def test_a_cut_that_stays_is_no_wish_for_papers() -> None:
    letter = determined(CASES["late"])
    assert letter.to_send == ("Line 5: send the inventory report for this line.",)


def test_the_advance_and_the_fee_come_off_what_was_approved() -> None:
    letter = determined(CASES["late"])
    assert (letter.approved_cents, letter.recouped_cents, letter.fee_cents) == (799_535, 200_000, 17_500)
    assert letter.net_cents == 582_035
    assert letter.advance_left_cents == 1_800_000


def test_a_lapsed_insurance_holds_the_whole_requisition_for_one_reason() -> None:
    letter = determined(CASES["held"])
    assert [row.line_no for row in letter.unpaid] == [None]
    assert letter.to_send == ("Insurance: renew it and send the renewal.",)


def test_a_contract_that_is_not_registered_asks_the_vendor_for_nothing() -> None:
    letter = determined(CASES["unregistered"])
    held = whole(letter)
    assert held is not None and held.cents == letter.claimed_cents
    assert (letter.to_send, letter.waits_for) == ((), ("Procurement", "Budget"))


def test_a_mistake_in_our_own_approvals_names_no_person() -> None:
    letter = determined(CASES["blocked"])
    held = whole(letter)
    assert held is not None and [point.where for point in held.points] == ["Our approvals"]
    assert not {"a.costa", "m.ortiz", "p.hale"} & set(letter.packet().replace('"', " ").replace(",", " ").split())


def test_a_blocked_letter_still_shows_what_its_lines_come_to() -> None:
    letter = determined(CASES["blocked"])
    assert (letter.net_cents, letter.approved_cents) == (0, 220_000)
    assert row_of(letter, 1).cents == 1


def test_a_pending_change_of_the_budget_is_waited_for_by_name() -> None:
    letter = determined(CASES["waiting"])
    assert letter.outcome is Outcome.WAITING
    assert letter.to_send[0] == "Change of the budget: finish the amendment in PASSPort."


def test_a_refund_of_the_advance_is_told() -> None:
    letter = determined(CASES["refund"])
    assert (letter.refund_due_cents, letter.net_cents) == (250_000, 0)
    assert "$2,500.00" in letter_message(letter)


def test_interest_is_told_with_the_rate_of_our_own_table() -> None:
    letter = determined(CASES["late"])
    assert letter.interest_cents == 3_907
    assert letter.rate is not None and (letter.rate.percent, letter.rate.since) == ("3.5%", date(2027, 1, 1))


def test_without_a_policy_no_rate_is_told() -> None:
    assert determined(CASES["late"], policy=None).rate is None


def test_a_rate_is_the_row_that_is_in_force_on_the_day() -> None:
    rates = [{"from": day, "rate": rate, "source": "invented"} for day, rate in (
        ("2026-01-01", "0.02625"), ("2026-07-01", "0.03"),
    )]  # fmt: skip
    policy = make_payments_policy(interest_rates=rates)
    found = [table_rate(policy, day).rate for day in (date(2025, 1, 1), date(2026, 6, 30), date(2026, 7, 1))]
    assert found == [Decimal("0.02625"), Decimal("0.02625"), Decimal("0.03")]


def test_a_letter_names_the_one_that_it_replaces() -> None:
    replaced = Replaced(document_id="DT00", sent_on=date(2026, 10, 8), reason="It had a line wrong.")
    assert determined(CASES["clean"], replaces=replaced).replaces == replaced


def test_that_the_requisition_comes_again_is_not_repeated_for_each_fault() -> None:
    wishes = {fault.where: fault.to_do for fault in returned().faults}
    assert wishes["Place of service"] == "Add the place of service."
    assert wishes["Total"] == "Correct the total or the lines."


def test_what_else_the_review_saw_stands_apart_from_the_faults() -> None:
    notice = returned("a returned requisition of an unregistered contract is returned")
    assert [point.where for point in notice.also] == ["Purchase order", "Registration of the contract"]


@given(amounts=AMOUNTS, data=st.data())
def test_a_letter_whose_lines_do_not_sum_is_not_made(amounts: list[tuple[int, int]], data: st.DataObject) -> None:
    off = data.draw(st.integers(-5, 5).filter(bool))
    lines = [
        ReviewedLine(no=no, description="Rent", budget_line="3, Rent", claimed_cents=claimed, approved_cents=approved,
                     outcome="Approved", tone="ok")
        for no, (claimed, approved) in enumerate(amounts, start=1)
    ]  # fmt: skip
    fields = determined(CASES["clean"]).model_dump() | {
        "lines": lines, "claimed_cents": sum(claimed for claimed, _ in amounts),
        "approved_cents": sum(approved for _, approved in amounts),
        "net_cents": sum(approved for _, approved in amounts),
    }  # fmt: skip
    assert DeterminationLetter(**fields).net_cents == fields["net_cents"]
    with pytest.raises(ValidationError, match="do not sum to its amounts"):
        DeterminationLetter(**fields | {"approved_cents": fields["approved_cents"] + off})


@pytest.mark.parametrize("changed", [{"net_cents": 582_036}, {"fee_cents": 0}, {"outcome": Outcome.HELD}])
def test_deductions_that_do_not_lead_to_what_is_paid_make_no_letter(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="do not lead to what is paid"):
        DeterminationLetter(**determined(CASES["late"]).model_dump() | changed)


def test_a_reason_with_another_amount_than_its_line_lacks_makes_no_letter() -> None:
    letter = determined(CASES["split"])
    rows = [letter.unpaid[0].model_copy(update={"cents": 1})]
    with pytest.raises(ValidationError, match="does not lack 1 cents"):
        DeterminationLetter(**letter.model_dump() | {"unpaid": rows})


def test_a_day_without_anything_to_send_makes_no_letter() -> None:
    with pytest.raises(ValidationError, match="only with something to send"):
        DeterminationLetter(**determined(CASES["clean"]).model_dump() | {"send_by": date(2026, 10, 30)})


@pytest.mark.parametrize("kind", sorted(CASES))
def test_every_e_mail_names_requisition_contract_and_whom_to_ask(kind: str) -> None:
    body = letter_message(every_letter()[kind])
    assert "R27-970000001-03" in body and "CT180120279700001" in body
    assert "Questions: Dana Whitfield, 212-555-0140, programs@dne.example.gov." in body


def test_the_e_mail_of_a_split_says_what_is_paid_by_when_and_what_to_send() -> None:
    body = letter_message(determined(CASES["split"]))
    assert "we will pay $5,000.00 for requisition R27-970000001-03" in body
    assert "It is due on November 6, 2026." in body
    assert "$1,000.00 of the $6,000.00 that you claimed is not paid now." in body
    assert "by November 9, 2026:\n\n- Line 2: send the proof of payment for this line." in body
    assert "If it has not come by then, line 2 ($1,000.00) is closed" in body


def test_the_e_mail_of_a_return_says_that_no_clock_runs() -> None:
    notice = returned()
    assert isinstance(notice, ReturnNotice)
    assert "its payment clock has not started" in letter_message(notice)


def test_the_e_mail_of_a_blocked_requisition_asks_for_nothing() -> None:
    assert "You need not send us anything for it now." in letter_message(determined(CASES["unregistered"]))
