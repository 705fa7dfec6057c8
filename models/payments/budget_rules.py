"""What must hold for a budget that came in: the ordered checks, each small and cited."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from models.payments.budget_packet import BudgetPacket
from models.payments.budget_states import Kind
from models.payments.packet import Category
from models.payments.policy import Policy
from models.shared.calendar import fiscal_year_bounds
from models.shared.findings import RANK, Finding, Severity, ordered
from models.shared.money import at_rate, dollars

Check = Callable[[BudgetPacket, Policy], Iterator[Finding]]
_SHARED = (Category.CONSULTANT, Category.SUBCONTRACT)
_DIRECT = tuple(category for category in Category if category is not Category.INDIRECT)


def _found(
    code: str, subject: str, severity: Severity, message: str, citation: str, remedy: str, **evidence: str
) -> Finding:
    return Finding(
        code=code, subject=subject, severity=severity, message=message, citation=citation, remedy=remedy,
        evidence=evidence, tell=("Provider", "Program"),
    )  # fmt: skip


def base_overtaken(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """It was drawn up on the version that is still in force. Source: convention."""
    if packet.based_on != packet.in_force.version:
        yield _found(
            "B1", "version", Severity.HIGH,
            f"It was compared with version {packet.based_on} of the budget, but version {packet.in_force.version} is "
            "in force now.",
            "B1 (convention)", "Return it, and ask for one that begins with the budget in force.",
            based_on=str(packet.based_on), in_force=str(packet.in_force.version),
        )  # fmt: skip


def total_differs(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """A modification moves money and keeps the total; an amended budget says by how much it differs. Source: S13."""
    before, after = packet.in_force.total_cents, packet.total_cents
    if packet.kind is Kind.BUDGET or before == after:
        return
    more = f"{dollars(abs(after - before))} {'more' if after > before else 'less'}"
    changed = f"It comes to {dollars(after)}, {more} than the {dollars(before)} of the budget in force."
    evidence = {"before": dollars(before), "after": dollars(after)}
    if packet.kind is Kind.MODIFICATION:
        yield _found(
            "B2", "total", Severity.HIGH, f"{changed} A modification changes no amount.", "B2; domain S13 (PART)",
            "Return it: the lines must come to the same total, or the contract must be amended first.", **evidence,
        )  # fmt: skip
    else:
        yield _found(
            "B2", "total", Severity.INFO, changed, "B2; domain S13; PPB Rules 4-02",
            "Compare it with the registered amendment.", **evidence,
        )  # fmt: skip


def over_maximum(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """Budgets stay within the contract's registered maximum. Source: CH 328(b)(i) (P9)."""
    others, most = packet.other_years_cents, packet.max_cents
    if packet.total_cents + others <= most:
        return
    besides = f" with the {dollars(others)} of other years" if others else ""
    waits = f" {waiting(packet.amendment)}" if packet.amendment else ""
    yield _found(
        "B3", "total", Severity.HIGH,
        f"It comes to {dollars(packet.total_cents)}{besides}, but the contract to {dollars(most)}.{waits}",
        "B3, P9; City Charter 328(b)(i)", "Correct the lines, or have an amendment of the contract registered first.",
        total=dollars(packet.total_cents), maximum=dollars(most),
    )  # fmt: skip


def waiting(amendment: str) -> str:
    """That a change of the contract is on its way, as a sentence."""
    return f"{amendment[0].upper()}{amendment[1:]} is approved and not registered yet."


def line_below_approved(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """No line falls below what requisitions were approved for. Source: P8, P9 (convention)."""
    for no, approved in packet.approved:
        line = packet.by_number.get(no)
        left = line.amount_cents if line else 0
        if approved > left:
            words = f"would have {dollars(left)}" if line else "would be gone"
            yield _found(
                "B4", f"line {no}", Severity.HIGH, f"Line {no} {words}, but {dollars(approved)} of it is approved.",
                "B4, P8 (convention)", f"Leave line {no} at {dollars(approved)} or more.",
                approved=dollars(approved), budget=dollars(left),
            )  # fmt: skip


def used_line_renamed(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """A line that was paid on keeps its category: what was approved as salaries stays salaries. Source: convention."""
    was = {line.no: line for line in packet.in_force.lines}
    for no, approved in packet.approved:
        before, after = was.get(no), packet.by_number.get(no)
        if approved and before and after and before.category is not after.category:
            yield _found(
                "B5", f"line {no}", Severity.HIGH,
                f"Line {no} would be {after.category}, but {dollars(approved)} of it is approved as {before.category}.",
                "B5 (convention)", f"Keep line {no} as it is, and put the new purpose on a line with another number.",
                before=str(before.category), after=str(after.category),
            )  # fmt: skip


def year_outside_term(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """The budget's year lies in the contract's term. Source: P5 (CLO)."""
    first, last = fiscal_year_bounds(packet.fiscal_year)
    if last < packet.term_start or first > packet.term_end:
        yield _found(
            "B6", "fiscal year", Severity.HIGH,
            f"It is for FY{packet.fiscal_year % 100:02d}, which lies outside the term of the contract.",
            "B6, P5", "Correct the fiscal year.",
            term=f"{packet.term_start.isoformat()} to {packet.term_end.isoformat()}",
        )  # fmt: skip


def rate_exceeded(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """Fringe and indirect are at most their accepted rates of what they are paid on. Source: P13, T14 (ICR, DIR2).

    Nothing is blocked by it: each requisition is cut to the rate anyway.
    """
    rates, first_day = packet.rates, fiscal_year_bounds(packet.fiscal_year)[0]
    holds = rates.indirect_expires is not None and rates.indirect_expires >= first_day
    indirect = rates.indirect if holds else policy.default_indirect_rate
    yield from _over_rate(packet, Category.FRINGE, (Category.PS,), rates.fringe, "salaries")
    yield from _over_rate(packet, Category.INDIRECT, _DIRECT, indirect, "direct costs")


def _over_rate(
    packet: BudgetPacket, cut: Category, on: Sequence[Category], rate: Decimal, base_name: str
) -> Iterator[Finding]:
    planned, base = _sum(packet, (cut,)), _sum(packet, on)
    most = at_rate(base, rate)
    allowed = f"{rate * 100:f}% of the {base_name} of {dollars(base)} allows {dollars(most)}"
    if planned > most:
        yield _found(
            "B7", str(cut), Severity.MEDIUM,
            f"{str(cut).capitalize()} is {dollars(planned)}, but {allowed if rate else 'no rate for it is on file'}.",
            "B7, P13, T14; Comptroller Directive 2; HHS Cost Manual",
            "Requisitions are paid up to the rate; move the rest to another line.",
            rate=f"{rate * 100:f}%", base=dollars(base), allowed=dollars(most),
        )  # fmt: skip


def supplier_share_exceeded(packet: BudgetPacket, policy: Policy) -> Iterator[Finding]:
    """Consultants and subcontractors take at most their share of the year. Source: P15, T15 (DYCDD).

    Nothing is blocked by it: each requisition is cut to the share anyway.
    """
    planned, most = _sum(packet, _SHARED), at_rate(packet.total_cents, policy.subcontract_share)
    if planned > most:
        yield _found(
            "B8", "suppliers", Severity.MEDIUM,
            f"Consultants and subcontractors take {dollars(planned)}, but together they may take {dollars(most)}.",
            "B8, P15, T15; DYCD required documents 2019", "Plan more of the work for the provider's own staff.",
            share=f"{policy.subcontract_share * 100:f}%", allowed=dollars(most),
        )  # fmt: skip


def _sum(packet: BudgetPacket, categories: Sequence[Category]) -> int:
    return sum(line.amount_cents for line in packet.lines if line.category in categories)


CHECKS: tuple[Check, ...] = (
    base_overtaken, total_differs, over_maximum, line_below_approved, used_line_renamed, year_outside_term,
    rate_exceeded, supplier_share_exceeded,
)  # fmt: skip


def review_budget(packet: BudgetPacket, policy: Policy) -> tuple[Finding, ...]:
    """Look at one budget: all checks run, the most serious first."""
    return tuple(ordered(finding for check in CHECKS for finding in check(packet, policy)))


def obstacles(findings: Iterable[Finding]) -> list[Finding]:
    """What keeps a budget from being approved; the rest is for its signers to weigh. Source: convention."""
    return [finding for finding in findings if RANK[finding.severity] >= RANK[Severity.HIGH]]
