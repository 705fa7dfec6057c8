"""What the office asks a vendor for, until when, and which lines are closed if it does not come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models.payments.policy import Policy
from models.payments.verdicts import Outcome, Verdict

# What the vendor sends. A change of the budget and a dispute are settled with the office, so their lines never lapse.
# Source: P12, P14, P16, P17, P18 (DIR2, DYCDP, SBSF, JOB); that they lapse: convention.
SENT_BY_VENDOR = frozenset({"P12", "P14", "P16", "P17", "P18"})
# What makes an invoice incomplete, so that it counts as received when this comes. Source: PPB 4-06(b) (K10); which
# papers: convention.
_OF_THE_INVOICE = frozenset({"P12", "P14", "P16", "P17"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the lines that close when it does not come, the rules that want it, and the last day."""

    lines: tuple[int, ...]
    codes: tuple[str, ...]
    due_on: date | None


def wanted(verdict: Verdict, part: int, asked_on: date, policy: Policy) -> Wanted | None:
    """What a review leaves to be sent; None where nothing is open or the vendor could do nothing about it."""
    if verdict.outcome not in (Outcome.SPLIT, Outcome.HELD):
        return None
    still = [line for line in verdict.lines if line.open_cents]
    lapse = [line for line in still if _waits_for_vendor(line.codes)]
    # A line that waits for a held one goes with it.
    follow = [line for line in still if line not in lapse and "P13" in line.codes and lapse]
    closing = sorted(line.no for line in (*lapse, *follow))
    if not closing:
        return None
    codes = sorted({code for line in lapse for code in line.codes} & SENT_BY_VENDOR)
    # While nothing is decided, a requisition lapses as a whole or not at all.
    all_close = part > 1 or verdict.outcome is Outcome.SPLIT or len(closing) == len(still)
    last = policy.calendar.next_business_day(asked_on + timedelta(days=policy.evidence_days))
    return Wanted(tuple(closing), tuple(codes), last if all_close else None)


def _waits_for_vendor(codes: Iterable[str]) -> bool:
    return bool(set(codes) & SENT_BY_VENDOR) and "P21" not in codes


def starts_clock(codes: Iterable[str]) -> bool:
    """True where what was asked for made the invoice incomplete. Source: PPB 4-06(b) (K10); papers: convention."""
    return bool(set(codes) & _OF_THE_INVOICE)
