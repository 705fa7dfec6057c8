"""What must hold for a requisition: the ordered checks, and what a review makes of them."""

from collections.abc import Callable, Iterator

from models.payments.clock import days_late, forecast, interest
from models.payments.contract_rules import CONTRACT_CHECKS
from models.payments.credit_rules import CREDIT_BALANCE_CHECKS, CREDIT_CHECKS
from models.payments.deductions import deductions, nothing_deducted
from models.payments.invoice_rules import INVOICE_CHECKS
from models.payments.limit_rules import LIMIT_CHECKS
from models.payments.line_rules import LINE_CHECKS
from models.payments.month_rules import MONTH_CHECKS
from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.request_rules import REQUEST_CHECKS
from models.payments.verdicts import RELEASING, LineOutcome, LineVerdict, Outcome, Ruling, Verdict
from models.payments.worksheet import Worksheet
from models.shared.findings import ordered

Check = Callable[[RequisitionPacket, Policy, Worksheet], Iterator[Ruling]]
# The order is part of the rule. Single lines come before what is left for them, salaries before fringe, direct lines
# before indirect. What holds everything comes after the rates, which would else be reckoned on nothing. The contract's
# maximum cuts last what all the others leave, and looks at the rates again for what it cuts.
CHECKS: tuple[Check, ...] = (
    *REQUEST_CHECKS,
    *INVOICE_CHECKS,
    *CREDIT_CHECKS,
    *LINE_CHECKS,
    *LIMIT_CHECKS,
    *MONTH_CHECKS,
    *CONTRACT_CHECKS,
    *CREDIT_BALANCE_CHECKS,
)


def review(packet: RequisitionPacket, policy: Policy) -> Verdict:
    """Look at one requisition: all checks run, so that one letter can say everything."""
    sheet = Worksheet(packet, policy)
    for check in CHECKS:
        sheet.apply(list(check(packet, policy, sheet)))
    lines = sheet.lines()
    return _verdict(packet, policy, sheet, lines, outcome(sheet, lines))


def outcome(sheet: Worksheet, lines: tuple[LineVerdict, ...]) -> Outcome:
    """Returned beats blocked beats waiting beats what the lines come to. Source: convention."""
    if sheet.returned:
        return Outcome.RETURNED
    if sheet.blocked:
        return Outcome.BLOCKED
    if sheet.waiting:
        return Outcome.WAITING
    found = {line.outcome for line in lines}
    if found <= {LineOutcome.PAY}:
        return Outcome.APPROVED
    if found & {LineOutcome.PAY, LineOutcome.SHORT_PAY}:
        return Outcome.SPLIT
    return Outcome.HELD if LineOutcome.HOLD in found else Outcome.DISALLOWED


def _verdict(
    packet: RequisitionPacket, policy: Policy, sheet: Worksheet, lines: tuple[LineVerdict, ...], came_to: Outcome
) -> Verdict:
    approved = sum(line.amount_cents for line in lines)
    planned = deductions(packet, approved, still_open=any(line.open_cents for line in lines))
    due = approved - planned.total_cents
    released = came_to in RELEASING
    taken = planned if released else nothing_deducted(packet)
    net = due if released else 0
    findings = ordered([*(ruling.finding for ruling in sheet.rulings), *taken.findings])
    clock = None if sheet.returned else sheet.clock
    paid_on = packet.paid_on
    return Verdict(
        outcome=came_to,
        lines=lines,
        claimed_cents=packet.claimed_cents,
        approved_cents=approved,
        net_cents=net,
        deductions=taken,
        codes=tuple(sorted({finding.code for finding in findings})),
        findings=tuple(findings),
        ira_on=clock.ira_on if clock else None,
        required_on=clock.required_on if clock else None,
        days_late=days_late(clock.required_on, paid_on) if clock and paid_on else 0,
        interest_cents=interest(net, clock.required_on, paid_on, policy) if clock and paid_on else 0,
        # The clock runs on while a requisition is blocked or waits, so its whole amount is at stake.
        forecast=forecast(due, clock.required_on, packet.as_of, policy) if clock and not paid_on else None,
    )
