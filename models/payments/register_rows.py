"""A requisition as the registers see it: a row for each part that was decided, and one for what is still open.

Amounts are in cents. That the date of each part is kept by itself: PPB 4-06 (K10, K11); parts: convention.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.payments.documents import line_names
from models.payments.parts import DecidedLine
from models.payments.verdicts import RELEASING, Outcome
from models.shared.calendar import long_date
from models.shared.money import dollars

# What a vendor was asked for, in the office's words, by the rule that wants it.
_MISSING: Mapping[str, str] = {
    "P12": "payroll papers",
    "P14": "bills, proof of payment or inventory report",
    "P16": "a monthly report and ledger that agree with the claim",
    "P17": "the outcome report",
    "P18": "valid insurance, registrations or disclosures",
}


@dataclass(frozen=True)
class RegisterRow:
    """One part of a requisition as the registers see it. Amounts in cents.

    `claimed_cents` is what the part settled, or what is open of the requisition where it is not decided yet.
    `required_on` is None where no payment clock runs. `paid_on` is the day on which all of it was paid,
    `last_paid_on` that of the last payment on it. `days_late` and `interest_cents` are those of the payment;
    `forecast_cents` is the interest if what is owed were paid now, and `cause` why it waits or came late. `closed` says
    why nothing more comes of what was never decided, `notes` what else a reader must know.
    """

    case_id: str
    contract_id: str
    provider: str
    ein: str
    received_on: date
    required_on: date | None
    outcome: Outcome
    claimed_cents: int
    approved_cents: int
    net_cents: int
    part: int = 1
    voucher_no: str = ""
    paid_on: date | None = None
    last_paid_on: date | None = None
    paid_cents: int = 0
    offset_cents: int = 0
    days_late: int = 0
    interest_cents: int = 0
    holder: str = ""
    forecast_cents: int = 0
    cause: str = ""
    closed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def due_cents(self) -> int:
        """What was or is to be paid, or will be once nothing stops it: of a blocked or waiting one all approved."""
        stopped = self.outcome in (Outcome.BLOCKED, Outcome.WAITING)
        return self.approved_cents if stopped else self.net_cents if self.outcome in RELEASING else 0

    @property
    def owed_cents(self) -> int:
        """What of it is still to be paid."""
        return 0 if self.paid_on else self.due_cents - self.paid_cents

    @property
    def months(self) -> frozenset[date]:
        """The first days of the months in which it was received and paid."""
        days = (self.received_on, self.paid_on, self.last_paid_on)
        return frozenset(day.replace(day=1) for day in days if day)

    @property
    def has_clock(self) -> bool:
        """True where something is due by a day."""
        return self.required_on is not None and self.due_cents > 0

    def days_past(self, as_of: date) -> int:
        """Days from the required date to a day, negative before it; zero where there is no such date."""
        return (as_of - self.required_on).days if self.required_on else 0


@dataclass(frozen=True)
class Settled:
    """What a part settled: the amount that it was about less what it left open, and what it approved of it."""

    part: int
    claimed_cents: int
    approved_cents: int

    @property
    def outcome(self) -> Outcome:
        """In the words of a review."""
        if self.approved_cents == self.claimed_cents:
            return Outcome.APPROVED
        return Outcome.SPLIT if self.approved_cents else Outcome.DISALLOWED


def settled(decided: Sequence[DecidedLine]) -> list[Settled]:
    """What each part settled. What one left open is what the next is about, so that nothing is counted twice."""
    found: dict[int, list[int]] = {}
    for row in sorted(decided, key=lambda row: row.part):
        after = [other for other in decided if other.no == row.no and other.part > row.part]
        left = min(after, key=lambda other: other.part).claimed_cents if after else row.open_cents
        # Nothing of a held line is settled: its claim may still change.
        claimed = 0 if row.status == "held" else row.claimed_cents - left
        sums = found.setdefault(row.part, [0, 0])
        sums[0] += claimed
        sums[1] += row.approved_cents
    return [Settled(part, claimed, approved) for part, (claimed, approved) in found.items()]


@dataclass(frozen=True)
class Issue:
    """One voucher of a part; `net_cents` of the first issue is what the part came to."""

    voucher_no: str
    net_cents: int
    offset_cents: int
    paid_cents: int
    paid_on: date | None
    interest_cents: int
    returned_on: date | None
    voided_on: date | None
    reissued_as: str


@dataclass(frozen=True)
class Money:
    """What became of the money of a part, over all issues of its voucher."""

    voucher_no: str
    net_cents: int
    offset_cents: int
    paid_cents: int
    paid_on: date | None
    last_paid_on: date | None
    interest_cents: int
    notes: tuple[str, ...]


def money_of(issues: Sequence[Issue]) -> Money:
    """The vouchers of one part, in their order, as one."""
    first, last = issues[0], issues[-1]
    paid = sum(issue.paid_cents for issue in issues)
    days = [issue.paid_on for issue in issues if issue.paid_on]
    last_paid = max(days, default=None)
    return Money(
        voucher_no=last.voucher_no, net_cents=first.net_cents, offset_cents=first.offset_cents, paid_cents=paid,
        paid_on=last_paid if paid == first.net_cents else None, last_paid_on=last_paid,
        interest_cents=sum(issue.interest_cents for issue in issues), notes=tuple(_of_money(issues, paid)),
    )  # fmt: skip


def _of_money(issues: Sequence[Issue], paid: int) -> list[str]:
    notes = []
    net = issues[0].net_cents
    if issues[0].offset_cents:
        notes.append(f"{dollars(issues[0].offset_cents)} set off")
    if 0 < paid < net:
        notes.append(f"{dollars(paid)} paid, {dollars(net - paid)} still to pay")
    for issue in issues:
        day, what = (issue.voided_on, "void since") if issue.voided_on else (issue.returned_on, "came back on")
        if day:
            again = f", asked for again by {issue.reissued_as}" if issue.reissued_as else ", not asked for again yet"
            notes.append(f"{issue.voucher_no} {what} {long_date(day)}{again}")
    return notes


def what_is_missing(lines: Sequence[int], codes: Sequence[str], asked_on: date, due_on: date | None) -> str:
    """What a vendor was asked for and when, for the row of what is open."""
    words = ", ".join(_MISSING.get(code, code) for code in codes)
    until = f", to come by {long_date(due_on)}" if due_on else ""
    return f"Missing for {line_names(lines)}: {words}; asked for on {long_date(asked_on)}{until}"
