"""When a requisition must be paid, and what a late payment costs. The days are calendar days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.payments.packet import RequisitionFacts, RequisitionPacket
from models.payments.policy import Policy
from models.shared.money import half_up

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PaymentClock:
    """The day on which the clock started and the last day on which the payment is in time."""

    ira_on: date
    required_on: date


@dataclass(frozen=True, slots=True)
class InterestForecast:
    """What an unpaid requisition costs if it is paid today, and the first day on which interest would be due."""

    days_late: int
    interest_cents: int
    due_from: date | None


def ira_date(requisition: RequisitionFacts, policy: Policy) -> date | None:
    """The later of receipt and acceptance; an acceptance counts only before its last day. Source: PPB 4-06(b) (K10).

    The last day is the seventh after the service, or what the contract says. Source: PPB 4-06(c)(5) (K9).
    """
    if requisition.service_to is None:
        return None
    days = policy.acceptance_days if requisition.acceptance_days is None else requisition.acceptance_days
    accepted = requisition.service_to + timedelta(days=days)
    if requisition.accepted_on is not None:
        accepted = min(accepted, requisition.accepted_on)
    return max(requisition.received_on, accepted)


def payment_clock(packet: RequisitionPacket, policy: Policy) -> PaymentClock | None:
    """30 days from the IRA date, 60 for contract changes; paused days do not count; a closed day rolls to the next
    open one. None where the days of service are not given. Source: PPB 4-06(c) (K11)."""
    started = ira_date(packet.requisition, policy)
    if started is None:
        return None
    change = packet.requisition.is_contract_change
    last = started + timedelta(days=policy.change_payment_days if change else policy.payment_days)
    counted_from = started + _DAY
    for first, end in _pauses(packet, policy):
        begins = max(first, counted_from)
        if begins <= last and begins < end:
            last += end - begins
            counted_from = end
    return PaymentClock(started, policy.calendar.next_business_day(last))


def _pauses(packet: RequisitionPacket, policy: Policy) -> Iterator[tuple[date, date]]:
    """Pauses for the causes that the rule knows, in their order; one that still lasts has lasted through today."""
    known = (pause for pause in packet.pauses if pause.cause in policy.pause_causes)
    return iter(sorted((pause.started_on, pause.ended_on or packet.as_of + _DAY) for pause in known))


def days_late(required_on: date, paid_on: date) -> int:
    """Days after the required payment date; a payment in time is zero days late."""
    return max(0, (paid_on - required_on).days)


def interest(due_cents: int, required_on: date, paid_on: date, policy: Policy) -> int:
    """Interest on what was due, at the rate of the day of payment; nothing below the minimum.

    It is rounded to the cent before it is held against the minimum. Source: PPB 4-06(d) (K12, T18).
    """
    late = days_late(required_on, paid_on)
    if late == 0 or due_cents <= 0:
        return 0
    accrued = _accrued(due_cents, late, paid_on, policy)
    return accrued if accrued >= policy.interest_floor_cents else 0


@dataclass(frozen=True, slots=True)
class Remitted:
    """One payment, or with a negative amount one that came back. Amount in cents."""

    cents: int
    on: date


def interest_on(payments: Sequence[Remitted], required_on: date, policy: Policy) -> int:
    """Interest on what was paid in several payments, each at its own day and rate; nothing below the minimum.

    What came back takes the latest payments with it: the money was not there. The minimum is held against the sum.
    Source: PPB 4-06(d) (K12, T18); several payments: convention.
    """
    kept: list[Remitted] = []
    for payment in payments:
        if payment.cents > 0:
            kept.append(payment)
            continue
        back = -payment.cents
        while back and kept:
            last = kept.pop()
            if last.cents > back:
                kept.append(Remitted(last.cents - back, last.on))
            back = max(0, back - last.cents)
    late = [(paid.cents, days_late(required_on, paid.on), paid.on) for paid in kept]
    accrued = sum(_accrued(cents, days, on, policy) for cents, days, on in late if days)
    return accrued if accrued >= policy.interest_floor_cents else 0


def _accrued(due_cents: int, late: int, paid_on: date, policy: Policy) -> int:
    numerator, denominator = policy.interest_rate(paid_on).as_integer_ratio()
    return half_up(due_cents * numerator * late, denominator * policy.interest_year_days)


def forecast(due_cents: int, required_on: date, as_of: date, policy: Policy) -> InterestForecast:
    """What paying today costs, and the first day from today on that costs interest. Source: PPB 4-06(d) (K12)."""
    return InterestForecast(
        days_late=days_late(required_on, as_of),
        interest_cents=interest(due_cents, required_on, as_of, policy),
        due_from=_interest_from(due_cents, required_on, as_of, policy),
    )


def _interest_from(due_cents: int, required_on: date, as_of: date, policy: Policy) -> date | None:
    """The first day of payment that costs interest: looked for within each stretch of one rate."""
    begins = max(as_of, required_on + _DAY)
    ends = [row.from_ for row in policy.interest_rates if row.from_ > begins]
    for end in [*ends, None]:
        needed = _days_to_floor(due_cents, begins, policy)
        if needed is not None:
            # A few cents would take longer than there are dates.
            day = max(begins, required_on + timedelta(days=min(needed, (date.max - required_on).days)))
            if day < (end or date.max):
                return day
        begins = end or begins
    return None


def _days_to_floor(due_cents: int, on: date, policy: Policy) -> int | None:
    """Days late after which interest, rounded half up, reaches the minimum at the rate of a day."""
    numerator, denominator = policy.interest_rate(on).as_integer_ratio()
    a_day = 2 * due_cents * numerator
    if a_day <= 0:
        return None
    needed = (2 * policy.interest_floor_cents - 1) * denominator * policy.interest_year_days
    return max(1, -(-needed // a_day))
