"""Measures of rates, agreement and delivery: what was reported beside ledger, claim, accepted rates and outcomes.

Source: section 9 (convention), but for what is named.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from models.fiscal.codes import Code
from models.fiscal.figures import figures, last_day_of, months_between
from models.fiscal.measures import Measure, MeasureOf, amount, number, of_report, points, share, unknown
from models.fiscal.packet import FiscalPacket, InvoiceFacts
from models.fiscal.policy import Policy
from models.shared.budgets import Category
from models.shared.calendar import months_after
from models.shared.money import at_rate, dollars


@of_report("gl_variance", "GL variance", Code.LEDGER_VARIANCE)
def gl_variance(packet: FiscalPacket, policy: Policy) -> Measure:
    """The month's report beside the general ledger: not a cent apart. Source: MFR = GL (SBSF 5.2)."""
    name, title, code = "gl_variance", "GL variance", Code.LEDGER_VARIANCE
    ledger = packet.report.gl_total_cents if packet.report else None
    if ledger is None:
        return unknown(name, title, "No general ledger of the month is in.", code)
    apart = abs(packet.current_cents - ledger)
    formula = f"{dollars(packet.current_cents)} reported - {dollars(ledger)} in the ledger"
    return Measure(name, title, Fraction(apart), dollars(apart), formula, "none", code, apart != 0)


@dataclass(frozen=True)
class Claimed:
    """What requisitions of the same days claim together, and what the reports of their months come to, in cents."""

    numbers: tuple[str, ...]
    claimed_cents: int
    reported_cents: int

    @property
    def apart_cents(self) -> int:
        return abs(self.reported_cents - self.claimed_cents)


def claims(packet: FiscalPacket) -> list[Claimed]:
    """Requisitions whose service ends with this month and covers whole months that all have reports."""
    totals = {month.month: month.total_cents for month in packet.earlier if month.received_on is not None}
    totals[packet.month] = packet.current_cents
    first, ends, days = packet.contract.first_day, figures(packet).month_end, dict[date, list[InvoiceFacts]]()
    for invoice in packet.invoices:
        whole = invoice.service_from.day == 1 or invoice.service_from == first
        if whole and invoice.service_to in (ends, last_day_of(packet.month)):
            days.setdefault(invoice.service_from, []).append(invoice)
    found = []
    for since, invoices in sorted(days.items()):
        months = months_between(since, packet.month)
        if totals.keys() >= set(months):
            numbers, claimed = tuple(row.number for row in invoices), sum(row.claimed_cents for row in invoices)
            found.append(Claimed(numbers, claimed, sum(totals[month] for month in months)))
    return found


@of_report("claim_variance", "Claim variance", Code.CLAIM_VARIANCE)
def claim_variance(packet: FiscalPacket, policy: Policy) -> Measure:
    """The reports of a requisition's months beside what it claims."""
    name, title, code, limit = "claim_variance", "Claim variance", Code.CLAIM_VARIANCE, policy.claim_variance_cents
    most = max(claims(packet), key=lambda row: row.apart_cents, default=None)
    if most is None:
        return unknown(name, title, "No requisition for whole months ends with this month.", code)
    return Measure(
        name, title, Fraction(most.apart_cents), dollars(most.apart_cents),
        f"{dollars(most.reported_cents)} reported - {dollars(most.claimed_cents)} claimed on {', '.join(most.numbers)}",
        dollars(limit), code, most.apart_cents > limit, most.apart_cents > policy.severe_times * limit,
    )  # fmt: skip


@of_report("fringe_rate", "Fringe rate", Code.FRINGE_RATE)
def fringe_rate(packet: FiscalPacket, policy: Policy) -> Measure:
    """Fringe beside salaries."""
    salaries, budgeted = packet.spent_on(Category.PS), packet.rates.fringe
    return _rate(
        "fringe_rate", "Fringe rate", Code.FRINGE_RATE, packet.spent_on(Category.FRINGE), salaries,
        (budgeted + policy.fringe_points, budgeted + policy.severe_times * policy.fringe_points), "salaries",
        f"{share(Fraction(budgeted))} budgeted {points(Fraction(policy.fringe_points))}",
    )  # fmt: skip


@of_report("indirect_rate", "Indirect rate", Code.INDIRECT_RATE)
def indirect_rate(packet: FiscalPacket, policy: Policy) -> Measure:
    """Indirect cost beside the direct base. Source: accepted indirect cost rate (ICR), T14."""
    known, expires = figures(packet), packet.rates.indirect_expires
    accepted = expires is not None and expires >= known.month_end
    rate = packet.rates.indirect if accepted else policy.default_indirect_rate
    said = f"{share(Fraction(rate))} {'accepted' if accepted else 'without an accepted rate'}"
    return _rate(
        "indirect_rate", "Indirect rate", Code.INDIRECT_RATE, packet.spent_on(Category.INDIRECT), known.direct_cents,
        (rate, policy.severe_times * rate), "direct", said,
    )  # fmt: skip


@of_report("subcontract_share", "Subcontract share", Code.SUBCONTRACT_SHARE)
def subcontract_share(packet: FiscalPacket, policy: Policy) -> Measure:
    """Subcontractors and consultants beside all direct spending. Source: T15 (DYCD required documents 2019)."""
    let = packet.spent_on(Category.SUBCONTRACT, Category.CONSULTANT)
    limit = policy.subcontract_share
    return _rate(
        "subcontract_share", "Subcontract share", Code.SUBCONTRACT_SHARE, let, figures(packet).direct_cents,
        (limit, policy.severe_times * limit), "direct", share(Fraction(limit)),
    )  # fmt: skip


def _rate(
    name: str, title: str, code: Code, part: int, base: int, limits: tuple[Decimal, Decimal], of: str, said: str
) -> Measure:
    """A part of a base beside its limit, to the cent: what a rate comes to is never a fraction of a cent."""
    if base <= 0:
        return unknown(name, title, f"Nothing was spent on {of} yet.", code)
    value = Fraction(part, base)
    return Measure(
        name, title, value, share(value), f"{dollars(part)} / {dollars(base)} {of}", said, code,
        part > at_rate(base, limits[0]), part > at_rate(base, limits[1]),
    )  # fmt: skip


@of_report("disallowance_rate", "Disallowance rate", Code.DISALLOWANCE_RATE)
def disallowance_rate(packet: FiscalPacket, policy: Policy) -> Measure:
    """What was refused of what was claimed, by the decisions of the last months."""
    name, title, code = "disallowance_rate", "Disallowance rate", Code.DISALLOWANCE_RATE
    since = months_after(packet.month, 1 - policy.disallowance_months)
    decided = [
        row for row in packet.invoices if row.decided_on and since <= row.decided_on <= last_day_of(packet.month)
    ]
    claimed, refused = sum(row.claimed_cents for row in decided), sum(row.disallowed_cents for row in decided)
    if claimed <= 0:
        return unknown(name, title, f"Nothing was decided in {policy.disallowance_months} months.", code)
    value, limit = Fraction(refused, claimed), Fraction(policy.disallowance_share)
    return amount(
        name, title, code, value, limit, policy, shown=share(value), said=share(limit),
        formula=f"{dollars(refused)} disallowed / {dollars(claimed)} claimed, {policy.disallowance_months} months",
    )  # fmt: skip


@of_report("advance_balance", "Advance balance", Code.ADVANCE_BALANCE)
def advance_balance(packet: FiscalPacket, policy: Policy) -> Measure:
    """What is still out of the advances beside what can still be invoiced."""
    known = figures(packet)
    left = packet.budget_cents - known.invoiced_cents
    return Measure(
        "advance_balance", "Advance balance", Fraction(known.advance_cents), dollars(known.advance_cents),
        f"{dollars(packet.advanced_cents)} advanced - {dollars(packet.recouped_cents)} recouped",
        f"{dollars(left)} left to invoice", Code.ADVANCE_BALANCE, known.advance_cents > max(0, left),
        known.advance_cents > policy.severe_times * max(0, left) > 0,
    )  # fmt: skip


def timeliness(packet: FiscalPacket, policy: Policy) -> Measure:
    """Days between the day on which the report was due and that on which it came. Source: K28 (convention)."""
    until = packet.report.received_on if packet.report else packet.as_of
    days = (until - packet.due_on).days
    shown = f"{days} {'day' if days == 1 else 'days'} late" if days > 0 else "in time"
    formula = f"Due {_day(packet.due_on)}; {'in ' + _day(until) if packet.report else 'not in'}"
    if not packet.report:
        shown = f"not in, {shown}" if days > 0 else "not due yet"
    return Measure(
        "timeliness", "Reporting timeliness", Fraction(days), shown, formula, "0 days", Code.REPORT_LATE, days > 0
    )  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"


@of_report("vacancy", "Vacancy", Code.VACANCY)
def vacancy(packet: FiscalPacket, policy: Policy) -> Measure:
    """Budgeted posts that nobody is paid on, in every one of the last months."""
    name, title, code, budgeted = "vacancy", "Vacancy", Code.VACANCY, packet.budgeted_fte
    paid = packet.report.paid_fte if packet.report else None
    if budgeted is None or paid is None:
        return unknown(name, title, "Budgeted or paid posts are not told.", code)
    before = {month.month: month.paid_fte for month in packet.earlier}
    months = [months_after(packet.month, -back) for back in range(1, policy.vacancy_months)]
    told = [paid, *(before.get(month) for month in months)]
    # A month of which nothing is told says nothing of a vacancy.
    empty = [Fraction(budgeted - fte) if fte is not None else Fraction(0) for fte in told]
    limit = Fraction(policy.vacancy_fte)
    return Measure(
        name, title, empty[0], f"{number(empty[0])} FTE", f"{budgeted} budgeted - {paid} paid",
        f"{number(limit)} FTE for {policy.vacancy_months} months", code, min(empty) > limit,
        min(empty) > policy.severe_times * limit,
    )  # fmt: skip


@of_report("cost_per_outcome", "Cost per outcome", Code.OUTCOME_COST)
def cost_per_outcome(packet: FiscalPacket, policy: Policy) -> Measure:
    """What a verified outcome cost so far."""
    name, title, code, told = "cost_per_outcome", "Cost per outcome", Code.OUTCOME_COST, packet.outcomes
    if told is None or told.verified <= 0:
        return unknown(name, title, "No verified outcome is told.", code)
    value, limit = (
        Fraction(packet.spent_cents, told.verified),
        Fraction(policy.outcome_cost_times) * told.unit_cost_cents,
    )
    return amount(
        name, title, code, value, limit, policy, shown=dollars(round(value)),
        said=f"{policy.outcome_cost_times} x {dollars(told.unit_cost_cents)}",
        formula=f"{dollars(packet.spent_cents)} spent / {told.verified} verified",
    )  # fmt: skip


@of_report("outcome_gap", "Outcome gap", Code.OUTCOME_GAP)
def outcome_gap(packet: FiscalPacket, policy: Policy) -> Measure:
    """Outcomes behind the year."""
    name, title, code, told = "outcome_gap", "Outcome gap", Code.OUTCOME_GAP, packet.outcomes
    if told is None or told.target <= 0:
        return unknown(name, title, "No target is told.", code)
    known, limit = figures(packet), Fraction(policy.outcome_gap)
    gap = Fraction(told.verified, told.target) - known.elapsed
    return Measure(
        name, title, gap, points(gap), f"{told.verified} / {told.target} outcomes - {share(known.elapsed)} elapsed",
        points(limit), code, gap < limit, gap < policy.severe_times * limit,
    )  # fmt: skip


RATES: tuple[MeasureOf, ...] = (
    gl_variance, claim_variance, fringe_rate, indirect_rate, subcontract_share, disallowance_rate, advance_balance,
    timeliness, vacancy, cost_per_outcome, outcome_gap,
)  # fmt: skip
