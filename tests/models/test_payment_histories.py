"""Ten thousand invented years of requisitions against one budget: whatever comes in, the money stays in its bounds.

A year has an advance, requisitions with revisions, credits, missing papers, duplicates and pending changes. What is
held is claimed again with its papers, what is returned comes again as a revision, the last one ends the advance.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from models.payments.packet import (
    AdvanceFacts,
    BudgetFacts,
    BudgetLineFacts,
    EarlierLine,
    LineFacts,
    ReportFacts,
    RequisitionPacket,
)
from models.payments.rules import review
from models.payments.verdicts import LineOutcome, Outcome, Verdict
from tests.golden_payments import base_facts, make_payments_policy, packet_of

POLICY = make_payments_policy()
_FACTS = packet_of(base_facts())
_CONTRACT = _FACTS.contract.model_copy(update={"registered_on": date(2026, 7, 1), "po_active_on": date(2026, 7, 1)})
BASE = _FACTS.model_copy(update={"contract": _CONTRACT})
PAPERS = ("payroll_register", "time_records", "vendor_bill", "proof_of_payment", "inventory_report")
STAFF = {"PS", "fringe"}
PAID = {LineOutcome.PAY, LineOutcome.SHORT_PAY}
SPOILT: tuple[dict[str, Any], ...] = (
    {"total_cents": -1}, {"place": ""}, {"payee_address": "1 Nowhere Lane"}, {"contract_no": "CT0"},
)  # fmt: skip
HISTORIES, LOTS = 10_000, 10


def tolerance(line: BudgetLineFacts) -> int:
    """T16 told again: a tenth, half up, nothing for indirect."""
    if line.category == "indirect":
        return 0
    return int((Decimal(line.amount_cents) / 10).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Year:
    """One budget year as it goes on: what was approved, what is still out, what was paid."""

    rng: random.Random
    budget: BudgetFacts
    max_cents: int
    balance: int
    fee: int
    earlier: list[EarlierLine] = field(default_factory=list)
    held: list[LineFacts] = field(default_factory=list)
    approved: int = 0
    net: int = 0
    recouped: int = 0
    fees: int = 0
    refund_due: int = 0
    outcomes: set[Outcome] = field(default_factory=set)

    def chance(self, of_a_hundred: int) -> bool:
        return self.rng.random() * 100 < of_a_hundred


def make_year(rng: random.Random) -> Year:
    """A budget of some lines, now and then one whose total is less than its lines, and maybe an advance."""
    amounts = [rng.randrange(50_000, 3_000_000) for _ in range(8)]
    lines = [
        line.model_copy(update={"amount_cents": amounts[n]})
        for n, line in enumerate(BASE.budget.lines) if line.no == 1 or rng.random() < 0.8
    ]  # fmt: skip
    total = sum(line.amount_cents for line in lines)
    total -= rng.randrange(total // 3) if rng.random() < 0.3 else 0
    facts = {"lines": tuple(lines), "total_cents": total}
    most = total + rng.choice((0, 0, rng.randrange(total)))
    advance = rng.randrange(total // 2) if rng.random() < 0.6 else 0
    return Year(rng, BASE.budget.model_copy(update=facts), most, advance, rng.choice((0, 17_500)))


def month(number: int) -> tuple[date, date]:
    first = date(2026, 7, 1) + timedelta(days=20 * number)
    return first, first + timedelta(days=19)


def make_lines(year: Year, number: int, clean: bool) -> list[LineFacts]:
    """Claims on most budget lines, some too large, taxed or unproven; a credit now and then; what was held before."""
    first, last = month(number)
    lines: list[LineFacts] = []
    for budget in year.budget.lines:
        if not year.chance(75) and not (clean and budget.no == 1):
            continue
        amount = year.rng.randrange(1, max(2, budget.amount_cents // year.rng.choice((1, 3, 6, 9))))
        lines.append(
            LineFacts(
                no=0, budget_line=budget.no, description=budget.title, amount_cents=amount,
                sales_tax_cents=year.rng.randrange(amount + 1) if year.chance(4) else 0,
                evidence=PAPERS if clean or year.chance(92) else (),
                supplier="Fennimore Tallow Law Office" if clean or year.chance(90) else "Pellworm Bookkeeping",
                units=3, units_verified=year.rng.randrange(1 if clean else 0, 400),
                service_from=date(2026, 6, 30) if year.chance(2) else first, service_to=last,
                unallowable="a fine" if year.chance(2) else "",
            )
        )  # fmt: skip
    lines += [line.model_copy(update={"evidence": PAPERS, "units_verified": 400}) for line in year.held]
    paid = [line for line in year.earlier if line.approved_cents > 0]
    if paid and not clean and year.chance(15):
        of = year.rng.choice(paid)
        amount = year.rng.randrange(1, of.approved_cents + 2 + of.approved_cents // 4)
        lines.append(
            LineFacts(
                no=0, budget_line=of.budget_line, description="Credit", amount_cents=-amount, credit_of=of.invoice_no
            )
        )
    return [line.model_copy(update={"no": n}) for n, line in enumerate(lines, 1)]


def make_packet(year: Year, number: str, lines: list[LineFacts], days: tuple[date, date], last: bool, **facts: Any):
    """A proper invoice over these lines, spoilt as `facts` say."""
    total = sum(line.amount_cents for line in lines)
    asked = {
        "number": number, "invoice_no": number, "lines": tuple(lines), "service_from": days[0], "service_to": days[1],
        "received_on": days[1], "total_cents": total,
    }  # fmt: skip
    claimed = asked["total_cents"] = total + facts.pop("total_cents", 0)
    pending = facts.pop("pending", "")
    disputed = facts.pop("disputed", ())
    reports = ReportFacts(
        mfr_in=facts.pop("mfr_in", True), mfr_total_cents=claimed, gl_total_cents=claimed, outcomes_in=True
    )
    recoup = year.rng.randrange(year.balance + 1)
    return BASE.model_copy(
        update={
            "contract": BASE.contract.model_copy(update={"max_cents": year.max_cents}),
            "budget": year.budget.model_copy(update={"pending": pending}),
            "requisition": BASE.requisition.model_copy(update=asked | {"disputed": disputed} | facts),
            "earlier": tuple(year.earlier), "reports": reports, "name_check_fee_cents": year.fee,
            "advance": AdvanceFacts(balance_cents=year.balance, recoup_cents=recoup, last_requisition=last),
            "as_of": days[1], "compliance": BASE.compliance.model_copy(update={"charities_until": date(2028, 1, 1)}),
        }
    )  # fmt: skip


def assert_sound(packet: RequisitionPacket, verdict: Verdict) -> None:
    """What holds of every single review."""
    taken = verdict.deductions
    assert verdict.approved_cents == sum(line.amount_cents for line in verdict.lines) >= 0
    for line in verdict.lines:
        if line.claimed_cents >= 0:
            assert 0 <= line.amount_cents <= line.claimed_cents
        else:
            assert line.amount_cents in (0, line.claimed_cents)
        assert line.outcome in PAID or line.amount_cents == 0
        assert (line.outcome is not LineOutcome.PAY) or line.amount_cents == line.claimed_cents
    released = verdict.outcome in (Outcome.APPROVED, Outcome.SPLIT, Outcome.HELD, Outcome.DISALLOWED)
    due = verdict.approved_cents - taken.recouped_cents - taken.fee_cents
    assert verdict.net_cents == (due if released else 0) and 0 <= verdict.net_cents <= max(0, verdict.claimed_cents)
    assert taken.advance_left_cents == packet.advance.balance_cents - taken.recouped_cents >= 0
    assert len({finding.key for finding in verdict.findings}) == len(verdict.findings)


def assert_within_budget(year: Year) -> None:
    """What holds of the year at any time: lines, groups, year and contract, whichever way the sums are taken."""
    used: dict[int, int] = {}
    for line in year.earlier:
        used[line.budget_line] = used.get(line.budget_line, 0) + line.approved_cents
    for line in year.budget.lines:
        assert 0 <= used.get(line.no, 0) <= line.amount_cents + tolerance(line)
    for staff in (True, False):
        group = [b for b in year.budget.lines if b.category != "indirect" and (b.category in STAFF) is staff]
        assert sum(used.get(b.no, 0) for b in group) <= sum(b.amount_cents for b in group)
    assert sum(used.values()) == year.approved
    assert year.approved + year.balance <= year.budget.total_cents <= year.max_cents
    assert year.net + year.recouped + year.fees == year.approved


def book(year: Year, packet: RequisitionPacket, verdict: Verdict) -> None:
    """Enter what was released; held lines are kept to be claimed again."""
    taken = verdict.deductions
    year.balance, year.fee = taken.advance_left_cents, taken.fee_left_cents
    year.recouped += taken.recouped_cents
    year.fees += taken.fee_cents
    year.net += verdict.net_cents
    year.approved += verdict.approved_cents
    year.refund_due = taken.refund_due_cents
    year.held = []
    for claim, line in zip(packet.claims, verdict.lines, strict=True):
        assert claim.service_from and claim.service_to
        if line.outcome is LineOutcome.HOLD and not claim.is_credit and verdict.outcome is not Outcome.BLOCKED:
            year.held.append(claim.line)
        status = {LineOutcome.HOLD: "held", LineOutcome.DISALLOW: "disallowed"}.get(line.outcome, "disbursed")
        year.earlier.append(
            EarlierLine(
                invoice_no=packet.requisition.invoice_no, budget_line=claim.line.budget_line,
                service_from=claim.service_from, service_to=claim.service_to, claimed_cents=line.claimed_cents,
                approved_cents=line.amount_cents, status=status, credit_of=claim.line.credit_of,
            )
        )  # fmt: skip


def submit(year: Year, number: int, last: bool) -> None:
    """One requisition, as often as it takes: spoilt or waiting at first, then a revision that comes out."""
    name, days = f"I-{number}", month(number)
    lines = make_lines(year, number, clean=last)
    if year.chance(12):
        first = make_packet(year, name, lines, days, last, **year.rng.choice(SPOILT))
        verdict = look(year, first)
        assert (verdict.outcome, verdict.net_cents, verdict.ira_on) == (Outcome.RETURNED, 0, None)
    if year.chance(8):
        stopped = year.rng.choice(({"pending": "modification"}, {"program_by": BASE.requisition.submitted_by}))
        verdict = look(year, make_packet(year, name, lines, days, last, **stopped))
        assert verdict.net_cents == 0 and verdict.outcome in (Outcome.RETURNED, Outcome.BLOCKED, Outcome.WAITING)
    facts: dict[str, Any] = {} if last else {"mfr_in": year.chance(95), "disputed": (2,) if year.chance(5) else ()}
    packet = make_packet(year, name, lines, days, last, **facts)
    verdict = look(year, packet)
    if verdict.outcome is Outcome.RETURNED:
        kept = [line for line in lines if line.amount_cents > 0]
        packet = make_packet(year, name, kept, days, last, revision=2)
        verdict = look(year, packet)
    if verdict.outcome is not Outcome.RETURNED:
        book(year, packet, verdict)
        assert_within_budget(year)
        assert_not_paid_again(year, packet, verdict)


def look(year: Year, packet: RequisitionPacket) -> Verdict:
    verdict = review(packet, POLICY)
    assert_sound(packet, verdict)
    year.outcomes.add(verdict.outcome)
    return verdict


def assert_not_paid_again(year: Year, packet: RequisitionPacket, verdict: Verdict) -> None:
    """The same invoice comes back under its number, and its paid lines under another: neither is paid twice."""
    paid = [line for line, said in zip(packet.requisition.lines, verdict.lines, strict=True) if said.amount_cents > 0]
    if paid and year.chance(15):
        asked = packet.requisition
        days = (asked.service_from or asked.received_on, asked.service_to or asked.received_on)
        for number in (asked.invoice_no, f"{asked.invoice_no}-AGAIN"):
            again = review(make_packet(year, number, paid, days, False), POLICY)
            assert again.outcome is Outcome.RETURNED and "P4" in again.codes


def live_a_year(seed: int) -> Year:
    year = make_year(random.Random(seed))
    count = year.rng.randrange(2, 6)
    for number in range(count):
        submit(year, number, last=number == count - 1)
    return year


@pytest.mark.parametrize("lot", range(LOTS))
def test_the_money_of_a_thousand_years_stays_in_its_bounds(lot: int) -> None:
    size, seen = HISTORIES // LOTS, set()
    for seed in range(lot * size, (lot + 1) * size):
        year = live_a_year(seed)
        assert year.balance == year.refund_due, seed
        seen |= year.outcomes
    assert seen == set(Outcome)
