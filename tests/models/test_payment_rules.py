"""What the requisitions worked out by hand leave open: credits without cover, an advance above the contract, shares."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.packet import LineFacts, RequisitionPacket
from models.payments.rules import review
from models.payments.verdicts import Outcome, Verdict
from models.shared.findings import Finding
from models.shared.money import at_rate, half_up
from tests.golden_payments import base_facts, make_payments_policy, packet_of

POLICY = make_payments_policy()
BASE = packet_of(base_facts())
PAPERS = ("payroll_register", "time_records", "vendor_bill", "proof_of_payment", "inventory_report")
SUPPLIER = "Fennimore Tallow Law Office"


def claim(budget_line: int, cents: int, **facts: Any) -> LineFacts:
    """A line with all its papers."""
    given_ = {"evidence": PAPERS, "supplier": SUPPLIER, "units": 1, "units_verified": 1, "description": "Claim"}
    return LineFacts.model_validate({"no": 0, "budget_line": budget_line, "amount_cents": cents, **given_, **facts})


def requisition(*lines: LineFacts, **facts: Any) -> RequisitionPacket:
    """A requisition of these lines, its month's reports equal to its total."""
    numbered = tuple(line.model_copy(update={"no": n}) for n, line in enumerate(lines, 1))
    total = sum(line.amount_cents for line in lines)
    asked = BASE.requisition.model_copy(update={"lines": numbered, "total_cents": total})
    reports = BASE.reports.model_copy(update={"mfr_total_cents": total, "gl_total_cents": total})
    return BASE.model_copy(update={"requisition": asked, "reports": reports, **facts})


def look(*lines: LineFacts, **facts: Any) -> Verdict:
    return review(requisition(*lines, **facts), POLICY)


def amounts(verdict: Verdict) -> list[tuple[str, int]]:
    return [(line.outcome.value, line.amount_cents) for line in verdict.lines]


def found(verdict: Verdict, code: str) -> Finding:
    return next(finding for finding in verdict.findings if finding.code == code)


def test_salaries_and_their_fringe_given_back_together_cut_nothing() -> None:
    # Fringe 1250 - 125 = 1125 = 25% of 5000 - 500: the credit of fringe is not taken off a second time.
    back = {"credit_of": "BCE-2026-07"}
    verdict = look(claim(1, 500_000), claim(2, 125_000), claim(1, -50_000, **back), claim(2, -12_500, **back))
    assert (verdict.outcome, verdict.approved_cents) == (Outcome.APPROVED, 562_500)


def test_a_credit_greater_than_what_is_payable_holds_the_requisition() -> None:
    # The rent of 1000 lacks its papers, so 600 of credit have nothing to come off.
    verdict = look(claim(3, 100_000, evidence=()), claim(3, -60_000, credit_of="BCE-2026-07"))
    assert (verdict.outcome, verdict.approved_cents, verdict.codes) == (Outcome.HELD, 0, ("P14", "P20"))
    assert amounts(verdict) == [("hold", 0), ("hold", 0)]


def test_a_credit_gives_room_on_its_budget_line() -> None:
    # Line 3: 13200 - 13100 approved = 100 is left; July's 1000 given back makes 1100.00.
    august = BASE.earlier[8].model_copy(
        update={"budget_line": 3, "claimed_cents": 1_210_000, "approved_cents": 1_210_000}
    )
    july = next(line for line in BASE.earlier if line.budget_line == 3 and line.invoice_no == "BCE-2026-07")
    verdict = look(
        claim(1, 500_000), claim(3, 110_001), claim(3, -100_000, credit_of="BCE-2026-07"), earlier=(july, august)
    )  # fmt: skip
    assert amounts(verdict) == [("pay", 500_000), ("short_pay", 110_000), ("pay", -100_000)]


def test_a_requisition_of_nothing_but_credits_is_returned() -> None:
    verdict = look(claim(3, -60_000, credit_of="BCE-2026-07"))
    assert (verdict.outcome, verdict.codes, verdict.ira_on) == (Outcome.RETURNED, ("P20",), None)


def test_a_credit_that_was_taken_before_cannot_be_taken_again() -> None:
    # July's rent was 1000; 700 was credited in August: 300.00 is left.
    july = next(line for line in BASE.earlier if line.budget_line == 3 and line.invoice_no == "BCE-2026-07")
    taken = july.model_copy(update={
        "invoice_no": "BCE-2026-08", "claimed_cents": -70_000, "approved_cents": -70_000, "credit_of": "BCE-2026-07",
    })  # fmt: skip
    earlier = (*BASE.earlier, taken)
    credit = {"credit_of": "BCE-2026-07"}
    assert look(claim(1, 500_000), claim(3, -30_000, **credit), earlier=earlier).outcome is Outcome.APPROVED
    assert look(claim(1, 500_000), claim(3, -30_001, **credit), earlier=earlier).codes == ("P20",)


def test_what_was_short_paid_before_cannot_be_claimed_again_with_the_amount_that_was_paid() -> None:
    paid = BASE.earlier[2].model_copy(update={
        "invoice_no": "BCE-2026-09-B", "service_from": date(2026, 9, 1), "service_to": date(2026, 9, 30),
        "claimed_cents": 100_000, "approved_cents": 80_000,
    })  # fmt: skip
    for cents, outcome in ((100_000, "returned"), (80_000, "returned"), (20_000, "approved")):
        assert look(claim(3, cents), earlier=(*BASE.earlier, paid)).outcome == outcome


def test_a_requisition_without_lines_is_returned() -> None:
    assert look().codes == ("P3",)


def test_two_lines_of_one_number_are_returned() -> None:
    packet = requisition(claim(3, 100), claim(5, 200))
    lines = tuple(line.model_copy(update={"no": 1}) for line in packet.requisition.lines)
    twice = packet.model_copy(update={"requisition": packet.requisition.model_copy(update={"lines": lines})})
    assert review(twice, POLICY).codes == ("P3",)


def test_days_of_service_the_wrong_way_round_are_returned() -> None:
    days = {"service_from": date(2026, 9, 30), "service_to": date(2026, 9, 1)}
    assert look(claim(3, 100, **days)).codes == ("P3",)


def test_an_advance_greater_than_what_the_contract_leaves_blocks_it() -> None:
    # 30000 - 18810 approved = 11190, less than the 20000 still out: an amendment has lowered the contract.
    contract = BASE.contract.model_copy(update={"max_cents": 3_000_000})
    advance = BASE.advance.model_copy(update={"balance_cents": 2_000_000, "recoup_cents": 900_000})
    verdict = look(claim(1, 500_000), contract=contract, advance=advance)
    assert (verdict.outcome, verdict.approved_cents, verdict.codes) == (Outcome.BLOCKED, 0, ("P9",))
    assert verdict.deductions.advance_left_cents == 2_000_000


def test_a_paper_that_is_not_on_file_holds_all_lines() -> None:
    verdict = look(claim(1, 500_000), compliance=BASE.compliance.model_copy(update={"pql_until": None}))
    assert (verdict.outcome, found(verdict, "P18").subject) == (Outcome.HELD, "prequalification")


def test_a_blocked_requisition_recoups_nothing_and_forecasts_its_whole_interest() -> None:
    advance = BASE.advance.model_copy(update={"balance_cents": 100_000, "recoup_cents": 100_000})
    contract = BASE.contract.model_copy(update={"po_active_on": None})
    verdict = look(claim(1, 500_000), advance=advance, contract=contract)
    assert (verdict.net_cents, verdict.deductions.advance_left_cents, verdict.codes) == (0, 100_000, ("P1",))
    # 4000 x 2.625% x d / 365 reaches 24.995 after 87 days: 6 November + 87 = 1 February.
    assert verdict.forecast and verdict.forecast.due_from == date(2027, 2, 1)


def test_a_finding_says_line_amount_rule_evidence_and_remedy_in_plain_words() -> None:
    finding = found(look(claim(3, 108_875, sales_tax_cents=8_875, description="Paper")), "P10")
    assert finding.message == (
        "Line 1 (“Paper”): $88.75 of $1,088.75 is sales tax, which the City does not pay; "
        "at most $1,000.00 can be paid."
    )
    assert finding.evidence == {"sales tax": "$88.75", "claimed": "$1,088.75"}
    assert finding.remedy == "Ask the seller for the tax back with your exemption certificate."


@given(cents=st.integers(-(10**12), 10**12), rate=st.decimals(0, 1, places=5))
def test_a_share_is_never_further_than_half_a_cent_from_the_exact_one(cents: int, rate: Decimal) -> None:
    assert abs(at_rate(cents, rate) - cents * rate) <= Decimal("0.5")


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 3), (-5, -3), (4, 2), (1, 1), (-1, -1), (0, 0)])
def test_half_a_unit_is_rounded_away_from_zero(numerator: int, rounded: int) -> None:
    assert half_up(numerator, 2) == rounded
