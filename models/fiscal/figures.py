"""What a month's figures come to: the elapsed part of the year, what was spent, billed and paid, and the year's end.

Shares are exact fractions, amounts cents. Source: monthly fiscal review measures (convention).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from models.fiscal.packet import FiscalPacket
from models.shared.budgets import Category
from models.shared.calendar import months_after
from models.shared.findings import once_a_review
from models.shared.money import half_up

_RECENT_MONTHS = 3


@dataclass(frozen=True)
class Projection:
    """What the year will come to: by the method that counts, and the least and most of all that can be reckoned."""

    cents: int
    method: str
    least_cents: int
    most_cents: int


@dataclass(frozen=True)
class Figures:
    """Figures that several measures need. `months` counts those of the term so far, this one too."""

    month_end: date
    elapsed: Fraction
    months: int
    spent_cents: int
    direct_cents: int
    invoiced_cents: int
    paid_cents: int
    advance_cents: int
    planned_cents: int | None
    projection: Projection

    @property
    def average_cents(self) -> Fraction:
        """What was spent in a month, on average."""
        return Fraction(self.spent_cents, self.months)


def last_day_of(month: date) -> date:
    """The last day of the month that begins on this day."""
    return months_after(month, 1) - timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months from that of one day to that of another, both counted."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_after(first.replace(day=1), position) for position in range(count)]


@once_a_review
def figures(packet: FiscalPacket) -> Figures:
    """The figures of a month that has a report."""
    contract = packet.contract
    month_end = min(last_day_of(packet.month), contract.last_day)
    days = (contract.last_day - contract.first_day).days + 1
    elapsed = Fraction((month_end - contract.first_day).days + 1, days)
    months = len(months_between(contract.first_day, packet.month))
    spent = packet.spent_cents
    plan = {row.month: row.amount_cents for row in packet.plan}
    so_far = months_between(contract.first_day, packet.month)
    return Figures(
        month_end=month_end, elapsed=elapsed, months=months, spent_cents=spent,
        direct_cents=spent - packet.spent_on(Category.INDIRECT),
        invoiced_cents=sum(invoice.claimed_cents for invoice in packet.invoices),
        paid_cents=sum(invoice.paid_cents for invoice in packet.invoices),
        advance_cents=packet.advanced_cents - packet.recouped_cents,
        planned_cents=sum(plan[month] for month in so_far) if plan.keys() >= set(so_far) else None,
        projection=_projection(packet, elapsed, plan),
    )  # fmt: skip


def _projection(packet: FiscalPacket, elapsed: Fraction, plan: dict[date, int]) -> Projection:
    """By the provider's plan where it covers the rest of the year, else by the pace so far; the range over all ways."""
    rest = months_between(packet.month, packet.contract.last_day)[1:]
    pace = half_up(packet.spent_cents * elapsed.denominator, elapsed.numerator)
    recent = recent_months(packet)
    ways = {
        "pace so far": pace,
        "last three months": packet.spent_cents + half_up(sum(recent) * len(rest), len(recent)),
    }
    if rest and plan.keys() >= set(rest):
        ways["provider's plan"] = packet.spent_cents + sum(plan[month] for month in rest)
    if not rest:
        ways = {"the year is over": packet.spent_cents}
    method = next((name for name in ("the year is over", "provider's plan") if name in ways), "pace so far")
    return Projection(ways[method], method, min(ways.values()), max(ways.values()))


def recent_months(packet: FiscalPacket) -> list[int]:
    """What was spent in each of the last months that have a report, this one too: three at most."""
    told = [month.total_cents for month in packet.earlier if month.received_on is not None]
    return [*told, packet.current_cents][-_RECENT_MONTHS:]
