"""Ten thousand invented years of requisitions against one budget: whatever comes in, the money stays in its bounds.

A year has an advance, requisitions with revisions, credits, missing papers, duplicates and pending changes. What is
held, or waits for what is held, comes back as further parts of the same requisition; what is refused may be granted
in a dispute; a refund that is owed is set off. What is returned comes again, the last one ends the advance.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from models.payments.forms import RequisitionForm, RequisitionLine
from models.payments.packet import (
    EarlierLine,
    LineFacts,
    RequisitionPacket,
)
from models.payments.parts import DecidedLine, open_lines, refused
from models.payments.rules import review
from models.payments.verdicts import RELEASING, Outcome, Verdict
from tests.payment_years import (
    BASE,
    PAPERS,
    POLICY,
    SPOILT,
    Year,
    assert_within_budget,
    book,
    look,
    make_lines,
    make_packet,
    make_year,
    month,
)

HISTORIES, LOTS = 10_000, 10


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
    facts["offset"] = year.owed if year.chance(50) else 0
    packet = make_packet(year, name, lines, days, last, **facts)
    verdict = look(year, packet)
    if verdict.outcome is Outcome.RETURNED:
        kept = [line for line in lines if line.amount_cents > 0]
        packet = make_packet(year, name, kept, days, last, revision=2)
        verdict = look(year, packet)
    if verdict.outcome is Outcome.HELD:
        packet = make_packet(year, name, [_completed(year, line) for line in packet.requisition.lines], days, last)
        verdict = look(year, packet)
    if verdict.outcome in RELEASING:
        Parts(year, packet, last).live(verdict)
        assert_not_paid_again(year, packet, verdict)
    if last:
        settle_advance(year)


def _completed(year: Year, line: LineFacts) -> LineFacts:
    complete = {"evidence": PAPERS, "units_verified": 400}
    return line.model_copy(update=complete) if year.chance(80) else line


def settle_advance(year: Year) -> None:
    """What is left of the advance when nothing of the last requisition can be paid any more is a refund due."""
    year.refund_due += year.balance
    year.balance = 0


@dataclass
class Parts:
    """One requisition, part by part: what is open comes back, what was refused may be granted, the rest lapses."""

    year: Year
    first: RequisitionPacket
    last: bool
    decided: list[DecidedLine] = field(default_factory=list)
    lines: dict[int, LineFacts] = field(default_factory=dict)
    others: list[EarlierLine] = field(default_factory=list)

    def live(self, verdict: Verdict) -> None:
        """All its parts, from the first one that releases something."""
        self.lines = {line.no: line for line in self.first.requisition.lines}
        self.others = self.year.earlier
        self.enter(self.first, verdict)
        while len({row.part for row in self.decided}) < 5 and (self.open() or self.dispute()):
            packet = self.rest()
            verdict = look(self.year, packet)
            if verdict.outcome in RELEASING:
                self.enter(packet, verdict)
            elif self.year.chance(50):
                return

    def open(self) -> bool:
        return any(row.open_cents for row in self.decided)

    def dispute(self) -> bool:
        """Now and then the agency head grants what was refused; then its lines are open again."""
        form = RequisitionForm.model_construct(lines=tuple(map(_as_sent, self.lines.values())))
        latest, granted = {row.no: row for row in self.decided}, refused(form, self.decided)
        if not granted or not self.year.chance(10):
            return False
        opened = {id(latest[no]): cents for no, cents in granted.items()}
        self.decided = [
            replace(row, open_cents=opened[id(row)], granted=True) if id(row) in opened else row for row in self.decided
        ]
        return True

    def rest(self) -> RequisitionPacket:
        """The next part: what is open, mostly complete now, now and then with another amount where nothing is paid."""
        year, asked = self.year, self.first.requisition
        paid = {row.no for row in self.decided if row.approved_cents or row.granted}
        for row in filter(lambda row: row.open_cents, self.decided):
            line = _completed(year, self.lines[row.no])
            if row.no not in paid and not self.lines[row.no].credit_of and year.chance(10):
                line = line.model_copy(update={"amount_cents": year.rng.randrange(1, 2 * line.amount_cents + 2)})
            self.lines[row.no] = line
        form = RequisitionForm.model_construct(lines=tuple(map(_as_sent, self.lines.values())))
        lines = [
            self.lines[row.line.no].model_copy(
                update={"granted": row.granted, **row.line.model_dump(include={"amount_cents", "sales_tax_cents"})}
            )
            for row in open_lines(form, self.decided)
        ]
        before, year.earlier = year.earlier, self.others
        days, whole = (asked.service_from, asked.service_to), sum(line.amount_cents for line in self.lines.values())
        packet = make_packet(
            year, asked.number, lines, days, self.last, part=max(row.part for row in self.decided) + 1,
            whole_cents=whole, own=tuple(row.as_earlier(own=True) for row in self.decided),
            offset=year.owed if year.chance(50) else 0,
        )  # fmt: skip
        year.earlier = before
        return packet

    def enter(self, packet: RequisitionPacket, verdict: Verdict) -> None:
        """Book a part, and look at all parts together."""
        still = any(line.open_cents for line in verdict.lines)
        assert verdict.deductions.refund_due_cents == 0 or (self.last and not still)
        self.decided = [replace(row, open_cents=0) for row in self.decided] + book(self.year, packet, verdict)
        self.year.earlier = [*self.others, *(row.as_earlier() for row in self.decided)]
        assert_within_budget(self.year)
        for no, line in self.lines.items():
            mine = [row for row in self.decided if row.no == no]
            approved, claim = sum(row.approved_cents for row in mine), line.amount_cents
            still = approved + sum(row.open_cents for row in mine)
            assert (0 <= approved <= still <= claim) if claim >= 0 else {approved, still} <= {0, claim}
        self.assert_within_rates()

    def assert_within_rates(self) -> None:
        """Fringe and indirect over all parts are at most their rates on what is approved over all parts.

        What a dispute granted is put aside from it.
        """
        if any(row.granted for row in self.decided):
            return
        approved, kinds = Counter[str](), {line.no: str(line.category) for line in self.year.budget.lines}
        for row in self.decided:
            approved[kinds[row.budget_line]] += row.approved_cents
        direct = sum(approved.values()) - approved["indirect"]
        for kind, base, percent in (("fringe", approved["PS"], 25), ("indirect", direct, 10)):
            most = int((Decimal(base * percent) / 100).quantize(Decimal(1), ROUND_HALF_UP))
            assert approved[kind] <= max(0, most)


def _as_sent(line: LineFacts) -> RequisitionLine:
    facts = line.model_dump(exclude={"units_verified", "unallowable", "granted"})
    return RequisitionLine.model_construct(**facts)


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
    advance = year.balance
    count = year.rng.randrange(2, 6)
    for number in range(count):
        submit(year, number, last=number == count - 1)
    assert (year.balance, year.recouped + year.refund_due) == (0, advance), seed
    return year


@pytest.mark.parametrize("lot", range(LOTS))
def test_the_money_of_a_thousand_years_stays_in_its_bounds(lot: int) -> None:
    size, seen = HISTORIES // LOTS, set()
    for seed in range(lot * size, (lot + 1) * size):
        year = live_a_year(seed)
        seen |= year.outcomes
    assert seen == set(Outcome)
