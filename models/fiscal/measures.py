"""The measures of the monthly fiscal review, each with its formula in numbers. Source: section 9 (convention).

Shares are parts of one, amounts cents; a measure without a value says why it has none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps

from models.fiscal.codes import Code
from models.fiscal.figures import figures
from models.fiscal.packet import FiscalPacket, LineFacts
from models.fiscal.policy import Policy
from models.shared.findings import once_a_review
from models.shared.money import dollars


@dataclass(frozen=True)
class Measure:
    """One measure of a month: found under `code` where it is `flagged`, a red flag where it is `severe` (R21)."""

    name: str
    title: str
    value: Fraction | None
    shown: str
    formula: str
    limit: str = ""
    code: Code | None = None
    flagged: bool = False
    severe: bool = False
    subject: str = ""


def share(value: Fraction) -> str:
    """`33.4%`, half up."""
    return f"{_tenths(100 * value.numerator, value.denominator)}%"


def points(value: Fraction) -> str:
    """`+3.4 points`."""
    return f"{'+' if value >= 0 else ''}{_tenths(100 * value.numerator, value.denominator)} points"


def number(value: Fraction) -> str:
    """`2.5`."""
    return _tenths(value.numerator, value.denominator)


def _tenths(above: int, below: int) -> str:
    """A fraction's tenths, half up; in whole numbers, since each line has one and fractions take ten times as long."""
    whole = (20 * abs(above) + below) // (2 * below)
    return f"{'-' if above < 0 and whole else ''}{whole // 10}.{whole % 10}"


def unknown(name: str, title: str, why: str, code: Code | None = None) -> Measure:
    """A measure that cannot be known, and why."""
    return Measure(name, title, None, "not known", why, code=code)


MeasureOf = Callable[[FiscalPacket, Policy], Measure]


def of_report(name: str, title: str, code: Code | None = None) -> Callable[[MeasureOf], MeasureOf]:
    """A measure of what was reported: without a report it cannot be known."""

    def asked(compute: MeasureOf) -> MeasureOf:
        @wraps(compute)
        def measure(packet: FiscalPacket, policy: Policy) -> Measure:
            if packet.report is None:
                return unknown(name, title, "No report of the month is in.", code)
            return compute(packet, policy)

        return measure

    return asked


def elapsed(packet: FiscalPacket, policy: Policy) -> Measure:
    """The part of the year's term that is over."""
    known, contract = figures(packet), packet.contract
    days, all_days = ((day - contract.first_day).days + 1 for day in (known.month_end, contract.last_day))
    return Measure("elapsed", "Elapsed", known.elapsed, share(known.elapsed), f"{days} of {all_days} days")


@of_report("burn", "Burn")
def burn(packet: FiscalPacket, policy: Policy) -> Measure:
    """The part of the budget that is spent."""
    if not packet.budget_cents:
        return unknown("burn", "Burn", "The budget is nothing.")
    value = Fraction(packet.spent_cents, packet.budget_cents)
    shown = f"{dollars(packet.spent_cents)} spent / {dollars(packet.budget_cents)} budget"
    return Measure("burn", "Burn", value, share(value), shown)


@of_report("burn_gap", "Burn gap", Code.BURN_GAP)
def burn_gap(packet: FiscalPacket, policy: Policy) -> Measure:
    """Spending ahead of the year, or behind it; looked at after the first months."""
    name, title, code, known = "burn_gap", "Burn gap", Code.BURN_GAP, figures(packet)
    spent = burn(packet, policy).value
    if spent is None:
        return unknown(name, title, "The budget is nothing.", code)
    gap, low, high = spent - known.elapsed, Fraction(policy.burn_gap_low), Fraction(policy.burn_gap_high)
    counts = known.months > policy.burn_gap_after_months
    return Measure(
        name, title, gap, points(gap), f"{share(spent)} burn - {share(known.elapsed)} elapsed",
        f"{points(low)} to {points(high)} after month {policy.burn_gap_after_months}", code,
        counts and not low <= gap <= high,
        counts and not policy.severe_times * low <= gap <= policy.severe_times * high,
    )  # fmt: skip


@of_report("planned_gap", "Planned gap", Code.PLANNED_GAP)
def planned_gap(packet: FiscalPacket, policy: Policy) -> Measure:
    """Spending beside what the provider planned so far."""
    name, title, code, planned = "planned_gap", "Planned gap", Code.PLANNED_GAP, figures(packet).planned_cents
    if planned is None:
        return unknown(name, title, "No monthly plan is in for every month so far.", code)
    gap = packet.spent_cents - planned
    limit = Fraction(policy.planned_gap) * abs(planned)
    return amount(
        name, title, code, Fraction(abs(gap)), limit, policy, value=Fraction(gap), shown=dollars(gap),
        formula=f"{dollars(packet.spent_cents)} spent - {dollars(planned)} planned",
        said=f"{share(Fraction(policy.planned_gap))} of plan, {_money(limit)}",
    )  # fmt: skip


@once_a_review
def line_shares(packet: FiscalPacket, policy: Policy) -> tuple[Measure, ...]:
    """How much of each budget line is spent."""
    whole, elapsed_now = Fraction(policy.line_utilisation), figures(packet).elapsed
    more, times = Fraction(policy.line_ahead), policy.severe_times
    ahead = elapsed_now + more
    said = f"{share(whole)}, or {share(ahead)}: elapsed and {points(more)}"
    limit, severe = min(whole, ahead), min(times * whole, elapsed_now + times * more)
    return tuple(_line(line, said, limit, severe) for line in packet.lines)


def _line(line: LineFacts, said: str, limit: Fraction, severe: Fraction) -> Measure:
    name, title, subject, code = "line_utilisation", f"Line {line.no}", f"line {line.no}", Code.LINE_UTILISATION
    spent, budget = line.spent_cents, line.budget_cents
    formula = f"{dollars(spent)} spent / {dollars(budget)} budget"
    if not budget:
        return Measure(name, title, None, "no budget", formula, said, code, spent > 0, spent > 0, subject)
    value = Fraction(spent, budget)
    return Measure(
        name, title, value, share(value), formula, said, code, _beyond(spent, budget, limit),
        _beyond(spent, budget, severe), subject,
    )  # fmt: skip


def _beyond(spent: int, budget: int, limit: Fraction) -> bool:
    """Whether more than this part of a budget is spent; a budget is not negative."""
    return spent * limit.denominator > limit.numerator * budget


@of_report("line_utilisation", "Line utilisation", Code.LINE_UTILISATION)
def line_utilisation(packet: FiscalPacket, policy: Policy) -> Measure:
    """The line that is spent most of all."""
    lines = line_shares(packet, policy)
    top = max(lines, key=lambda line: (line.value is None and line.flagged, line.value or 0, line.value is not None))
    return Measure(
        "line_utilisation", "Line utilisation", top.value, top.shown, f"{top.title}: {top.formula}", top.limit,
        Code.LINE_UTILISATION, any(line.flagged for line in lines), any(line.severe for line in lines),
    )  # fmt: skip


@of_report("projected", "Projected year end", Code.PROJECTION)
def projected(packet: FiscalPacket, policy: Policy) -> Measure:
    """What the year will come to, with its method and range."""
    found, budget = figures(packet).projection, packet.budget_cents
    low = Fraction(policy.projected_low) * budget
    formula = f"By {found.method}; range {dollars(found.least_cents)} to {dollars(found.most_cents)}"
    return Measure(
        "projected", "Projected year end", Fraction(found.cents), dollars(found.cents), formula,
        f"{_money(low)} to {dollars(budget)}", Code.PROJECTION, not low <= found.cents <= budget,
    )  # fmt: skip


@of_report("lapse", "Projected lapse", Code.LAPSE)
def lapse(packet: FiscalPacket, policy: Policy) -> Measure:
    """Budget that will not be spent: tell Budget by 1 April."""
    found = figures(packet).projection.cents
    left = packet.budget_cents - found
    limit = min(Fraction(policy.lapse_cents), Fraction(policy.lapse_share) * packet.budget_cents)
    return amount(
        "lapse", "Projected lapse", Code.LAPSE, Fraction(left), limit, policy, shown=dollars(max(0, left)),
        formula=f"{dollars(packet.budget_cents)} budget - {dollars(found)} projected",
        said=f"{dollars(policy.lapse_cents)} or {share(Fraction(policy.lapse_share))} of budget",
    )  # fmt: skip


@of_report("unbilled", "Unbilled", Code.UNBILLED)
def unbilled(packet: FiscalPacket, policy: Policy) -> Measure:
    """Spent and not invoiced yet; looked at from the day on which the contract can be paid."""
    name, title, code, known = "unbilled", "Unbilled", Code.UNBILLED, figures(packet)
    if packet.contract.active_on is None or packet.contract.active_on > known.month_end:
        return unknown(name, title, "Nothing can be invoiced before the contract is active.", code)
    value, limit = known.spent_cents - known.invoiced_cents, policy.unbilled_months * known.average_cents
    return amount(
        name, title, code, Fraction(value), limit, policy, shown=dollars(value),
        formula=f"{dollars(known.spent_cents)} spent - {dollars(known.invoiced_cents)} invoiced",
        said=f"{policy.unbilled_months} months of average spend, {_money(limit)}",
    )  # fmt: skip


@of_report("exposure", "Provider exposure", Code.EXPOSURE)
def exposure(packet: FiscalPacket, policy: Policy) -> Measure:
    """What the provider has laid out and the City has neither paid nor advanced."""
    known = figures(packet)
    value = known.spent_cents - known.paid_cents - known.advance_cents
    limit = policy.exposure_months * known.average_cents
    return amount(
        "exposure", "Provider exposure", Code.EXPOSURE, Fraction(value), limit, policy, shown=dollars(value),
        formula=f"{dollars(known.spent_cents)} spent - {dollars(known.paid_cents)} paid - "
        f"{dollars(known.advance_cents)} of advances",
        said=f"{policy.exposure_months} months of average spend, {_money(limit)}",
    )  # fmt: skip


def amount(
    name: str, title: str, code: Code, measured: Fraction, limit: Fraction, policy: Policy, *, shown: str, formula: str,
    said: str, value: Fraction | None = None,
) -> Measure:  # fmt: skip
    """A measure that is flagged beyond its limit, and severe beyond twice that."""
    return Measure(
        name, title, measured if value is None else value, shown, formula, said, code, measured > limit,
        measured > policy.severe_times * limit,
    )  # fmt: skip


def _money(value: Fraction) -> str:
    return dollars(round(value))


SPENDING: tuple[MeasureOf, ...] = (
    elapsed, burn, burn_gap, planned_gap, line_utilisation, projected, lapse, unbilled, exposure,
)  # fmt: skip
