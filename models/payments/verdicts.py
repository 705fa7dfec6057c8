"""What a review comes to: rulings of the checks, a verdict for each line, and one for the whole requisition."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.payments.clock import InterestForecast
from models.shared.findings import Finding, Severity


class LineOutcome(StrEnum):
    """What becomes of a line."""

    PAY = "pay"
    SHORT_PAY = "short_pay"
    HOLD = "hold"
    DISALLOW = "disallow"
    RETURN = "return"


class Outcome(StrEnum):
    """What becomes of the requisition."""

    APPROVED = "approved"
    SPLIT = "split"
    HELD = "held"
    DISALLOWED = "disallowed"
    RETURNED = "returned"
    BLOCKED = "blocked"
    WAITING = "waiting"


# Outcomes that release money; the others keep what the lines would have been paid for later.
RELEASING = frozenset({Outcome.APPROVED, Outcome.SPLIT, Outcome.DISALLOWED})


class Effect(StrEnum):
    """What a ruling does: to the whole requisition, or to a line where it names one."""

    NOTE = "note"
    RETURN = "return"
    BLOCK = "block"
    WAIT = "wait"
    HOLD = "hold"
    LIMIT = "limit"
    EMPTY = "empty"  # nothing is left to pay from: all lines are held and the requisition is blocked


SEVERITY = {
    Effect.NOTE: Severity.INFO,
    Effect.RETURN: Severity.HIGH,
    Effect.BLOCK: Severity.HIGH,
    Effect.WAIT: Severity.MEDIUM,
    Effect.HOLD: Severity.MEDIUM,
    Effect.LIMIT: Severity.MEDIUM,
    Effect.EMPTY: Severity.HIGH,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one check found and what follows: `position` of the line, or None for all lines.

    A limit of nothing disallows the line, unless it `waits` for something that may still come.
    """

    finding: Finding
    effect: Effect
    position: int | None = None
    limit_cents: int = 0
    waits: bool = False


def ruled(
    effect: Effect, code: str, subject: str, message: str, *, citation: str, evidence: dict[str, str], remedy: str,
    tell: tuple[str, ...] = ("Provider", "Program"), position: int | None = None, limit_cents: int = 0,
    waits: bool = False,
) -> Ruling:  # fmt: skip
    """A ruling with its finding; how serious it is follows from what it does."""
    finding = Finding(
        code=code, subject=subject, severity=SEVERITY[effect], message=message, citation=citation, evidence=evidence,
        remedy=remedy, tell=tell,
    )  # fmt: skip
    return Ruling(finding, effect, position, limit_cents, waits)


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What becomes of one line, and by which rules. Amounts in cents.

    `open_cents` may still be paid once something comes: a held line's whole amount, or what waits for such a line.
    """

    no: int
    outcome: LineOutcome
    claimed_cents: int
    amount_cents: int
    codes: tuple[str, ...]
    open_cents: int = 0


@dataclass(frozen=True, slots=True)
class Deductions:
    """What comes off the approved amount, and what remains of advance and fee afterwards. Amounts in cents."""

    recouped_cents: int
    fee_cents: int
    advance_left_cents: int
    refund_due_cents: int
    fee_left_cents: int
    findings: tuple[Finding, ...] = ()
    offset_cents: int = 0

    @property
    def total_cents(self) -> int:
        """All that comes off."""
        return self.recouped_cents + self.fee_cents + self.offset_cents


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review comes to. `approved_cents` sums the lines; `net_cents` is what is released now.

    `forecast` says what waiting costs while the requisition is unpaid; None where no clock runs or it was paid.
    """

    outcome: Outcome
    lines: tuple[LineVerdict, ...]
    claimed_cents: int
    approved_cents: int
    net_cents: int
    deductions: Deductions
    codes: tuple[str, ...]
    findings: tuple[Finding, ...]
    ira_on: date | None
    required_on: date | None
    days_late: int
    interest_cents: int
    forecast: InterestForecast | None

    @property
    def open_lines(self) -> int:
        """How many lines something is open of."""
        return sum(line.open_cents != 0 for line in self.lines)
