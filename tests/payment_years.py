"""Invented years of one budget: what is claimed of it, the facts of each review, and what holds whatever comes in."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from models.payments.packet import (
    AdvanceFacts,
    BudgetFacts,
    BudgetLineFacts,
    Claim,
    EarlierLine,
    LineFacts,
    ReportFacts,
    RequisitionPacket,
)
from models.payments.parts import DecidedLine
from models.payments.rules import review
from models.payments.verdicts import LineOutcome, LineVerdict, Outcome, Verdict
from tests.golden_payments import base_facts, make_payments_policy, packet_of

POLICY = make_payments_policy()
_FACTS = packet_of(base_facts())
_CONTRACT = _FACTS.contract.model_copy(update={"registered_on": date(2026, 7, 1), "po_active_on": date(2026, 7, 1)})
BASE = _FACTS.model_copy(update={"contract": _CONTRACT})
GOOD = BASE.compliance.model_copy(update={"charities_until": date(2028, 1, 1)})
PAPERS = ("payroll_register", "time_records", "vendor_bill", "proof_of_payment", "inventory_report")
STAFF = {"PS", "fringe"}
PAID = {LineOutcome.PAY, LineOutcome.SHORT_PAY}
SPOILT: tuple[dict[str, Any], ...] = (
    {"total_cents": -1}, {"place": ""}, {"payee_address": "1 Nowhere Lane"}, {"contract_no": "CT0"},
)  # fmt: skip


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
    owed: int = 0
    approved: int = 0
    net: int = 0
    recouped: int = 0
    fees: int = 0
    refund_due: int = 0
    offset: int = 0
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
    owed = rng.choice((0, 0, rng.randrange(200_000)))
    return Year(rng, BASE.budget.model_copy(update=facts), most, advance, rng.choice((0, 17_500)), owed=owed)


def month(number: int) -> tuple[date, date]:
    first = date(2026, 7, 1) + timedelta(days=20 * number)
    return first, first + timedelta(days=19)


def make_lines(year: Year, number: int, clean: bool) -> list[LineFacts]:
    """Claims on most budget lines, some too large, taxed or unproven; a credit now and then."""
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
    pending, disputed = facts.pop("pending", ""), facts.pop("disputed", ())
    own, offset = facts.pop("own", ()), facts.pop("offset", 0)
    whole = facts.get("whole_cents") or claimed
    reports = ReportFacts(
        mfr_in=facts.pop("mfr_in", True), mfr_total_cents=whole, gl_total_cents=whole, outcomes_in=True
    )
    recoup = year.rng.randrange(year.balance + 1)
    return BASE.model_copy(
        update={
            "contract": BASE.contract.model_copy(update={"max_cents": year.max_cents}),
            "budget": year.budget.model_copy(update={"pending": pending}),
            "requisition": BASE.requisition.model_copy(update=asked | {"disputed": disputed} | facts),
            "earlier": (*year.earlier, *own), "reports": reports, "name_check_fee_cents": year.fee,
            "advance": AdvanceFacts(balance_cents=year.balance, recoup_cents=recoup, last_requisition=last),
            "as_of": days[1], "compliance": GOOD, "offset_cents": offset,
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
    due = verdict.approved_cents - taken.recouped_cents - taken.fee_cents - taken.offset_cents
    assert 0 <= taken.offset_cents <= packet.offset_cents
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
    assert year.net + year.recouped + year.fees + year.offset == year.approved
    assert year.owed >= 0 <= year.balance


def book(year: Year, packet: RequisitionPacket, verdict: Verdict) -> list[DecidedLine]:
    """Enter what was released; the lines as they were decided."""
    taken = verdict.deductions
    year.balance, year.fee = taken.advance_left_cents, taken.fee_left_cents
    year.recouped += taken.recouped_cents
    year.fees += taken.fee_cents
    year.offset += taken.offset_cents
    year.owed -= taken.offset_cents
    year.net += verdict.net_cents
    year.approved += verdict.approved_cents
    # What is due is kept as a refund, and taken back once more by nobody.
    year.refund_due += taken.refund_due_cents
    year.balance -= taken.refund_due_cents
    return [_decided(packet, claim, line) for claim, line in zip(packet.claims, verdict.lines, strict=True)]


def _decided(packet: RequisitionPacket, claim: Claim, line: LineVerdict) -> DecidedLine:
    assert claim.service_from and claim.service_to
    asked, status = packet.requisition, {LineOutcome.HOLD: "held", LineOutcome.DISALLOW: "disallowed"}
    return DecidedLine(
        part=asked.part, no=line.no, invoice_no=asked.invoice_no, budget_line=claim.line.budget_line,
        service_from=claim.service_from, service_to=claim.service_to, claimed_cents=line.claimed_cents,
        approved_cents=line.amount_cents, open_cents=line.open_cents,
        status=status.get(line.outcome, "disbursed"), credit_of=claim.line.credit_of,
    )  # fmt: skip


def look(year: Year, packet: RequisitionPacket) -> Verdict:
    verdict = review(packet, POLICY)
    assert_sound(packet, verdict)
    year.outcomes.add(verdict.outcome)
    return verdict
