"""Checks of the report itself: is it in, in time, does it add up, does it follow last month and the budget in force.

Source: report and general ledger each month (SBSF ch. 4); the checks: convention.
"""

from collections.abc import Callable, Iterator

from models.fiscal.codes import TITLES, Code
from models.fiscal.figures import months_between
from models.fiscal.packet import FiscalPacket, LineFacts
from models.fiscal.policy import Policy
from models.shared.calendar import long_date, months_after
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

Check = Callable[[FiscalPacket, Policy], Iterator[Finding]]
_PROVIDER = ("Provider",)
_COLUMNS = ("budget", "prior", "current", "ytd", "balance")
_SAID = {"budget": "budget", "prior": "prior", "current": "current", "ytd": "year to date", "balance": "balance"}


def found(
    code: Code, severity: Severity, message: str, remedy: str, *, subject: str = "", tell: tuple[str, ...] = _PROVIDER,
    **evidence: str,
) -> Finding:  # fmt: skip
    """A finding of this review, with its source."""
    return Finding(
        code=code.value, subject=subject, severity=severity, message=message, citation=TITLES[code][1],
        evidence=evidence, remedy=remedy, tell=tell,
    )  # fmt: skip


def report_missing(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """No report by its due day. Source: K28, R20."""
    if packet.report or packet.as_of <= packet.due_on:
        return
    days = (packet.as_of - packet.due_on).days
    steps = (
        (packet.as_of >= months_after(packet.due_on, policy.late_high_months), Severity.HIGH),
        (packet.as_of >= months_after(packet.due_on, policy.late_medium_months), Severity.MEDIUM),
        (days >= policy.late_low_days, Severity.LOW),
    )
    severity = next((level for reached, level in steps if reached), Severity.INFO)
    yield found(
        Code.REPORT_MISSING, severity,
        f"The financial report of {_month(packet)} was due on {long_date(packet.due_on)} and is not in: "
        f"{days} {'day' if days == 1 else 'days'} late.",
        "Send the report and the general ledger of the month.", tell=("Provider", "Program", "Fiscal"),
        due=str(packet.due_on),
    )  # fmt: skip


def months_missing(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """This month and those before it, so many in a row, are not in. Source: ADV."""
    told = {month.month for month in packet.earlier if month.received_on is not None}
    row = [months_after(packet.month, -back) for back in range(policy.missing_months)]
    known = set(months_between(packet.contract.first_day, packet.month))
    if packet.report or packet.as_of <= packet.due_on or any(month in told or month not in known for month in row):
        return
    yield found(
        Code.MONTHS_MISSING, Severity.HIGH,
        f"No report is in for {policy.missing_months} months in a row, {row[-1]:%B %Y} to {row[0]:%B %Y}.",
        "Until they are in, an advance may be withheld.", tell=("Provider", "Program", "Fiscal"),
        months=" ".join(f"{month:%Y-%m}" for month in reversed(row)),
    )  # fmt: skip


def report_late(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """The report came after its due day. Source: K28."""
    if packet.report is None or packet.report.received_on <= packet.due_on:
        return
    came = packet.report.received_on
    days = (came - packet.due_on).days
    yield found(
        Code.REPORT_LATE, Severity.LOW,
        f"The report was due on {long_date(packet.due_on)} and came on {long_date(came)}, "
        f"{days} {'day' if days == 1 else 'days'} late.",
        "Nothing is to be sent; send the next one by its day.", due=str(packet.due_on), came=str(came),
    )  # fmt: skip


def arithmetic(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """A sum of the report is not the sum of its parts. Source: SBSF ch. 4 (check: convention)."""
    if packet.report is None:
        return
    for line in packet.lines:
        for column, wanted in (
            ("ytd", line.prior_cents + line.current_cents), ("balance", line.reported_budget_cents - line.ytd_cents),
        ):  # fmt: skip
            yield from _sum(f"line {line.no}", f"Line {line.no} (“{line.title}”)", column, _of(line, column), wanted)
    for column in _COLUMNS:
        wanted = sum(_of(line, column) for line in packet.lines)
        yield from _sum("total", "The total", column, _of(packet.report.totals, column), wanted)


def _sum(subject: str, who: str, column: str, printed: int, wanted: int) -> Iterator[Finding]:
    if printed != wanted:
        yield found(
            Code.ARITHMETIC, Severity.MEDIUM,
            f"{who}: {_SAID[column]} says {dollars(printed)}, its parts come to {dollars(wanted)}.",
            "Send the month again as its next revision, with sums that add up.", subject=f"{subject}, {_SAID[column]}",
            printed=dollars(printed), sum=dollars(wanted),
        )  # fmt: skip


def _of(row: object, column: str) -> int:
    name = "reported_budget_cents" if column == "budget" and isinstance(row, LineFacts) else f"{column}_cents"
    value = getattr(row, name)
    assert isinstance(value, int)
    return value


def continuity(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """What it says was spent before is not what was known of it then. Source: SBSF ch. 4 (check: convention)."""
    if packet.report is None:
        return
    for line in packet.lines:
        if line.told_cents is not None and line.prior_cents != line.told_cents:
            yield found(
                Code.CONTINUITY, Severity.MEDIUM,
                f"Line {line.no} (“{line.title}”): prior says {dollars(line.prior_cents)}, last month ended at "
                f"{dollars(line.told_cents)}.",
                "Correct this month, or restate the month that changed.", subject=f"line {line.no}",
                prior=dollars(line.prior_cents), last_month=dollars(line.told_cents),
            )  # fmt: skip


def budget_differs(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """The report's budget is not the one in force. Source: SBSF ch. 4 (check: convention)."""
    if packet.report is None:
        return
    for line in packet.lines:
        if line.reported_budget_cents != line.budget_cents:
            yield found(
                Code.BUDGET_DIFFERS, Severity.MEDIUM,
                f"Line {line.no} (“{line.title}”): the report's budget is {dollars(line.reported_budget_cents)}, the "
                f"one in force {dollars(line.budget_cents)}.",
                "Report against the budget in force; a change of it takes a modification.", subject=f"line {line.no}",
                reported=dollars(line.reported_budget_cents), in_force=dollars(line.budget_cents),
            )  # fmt: skip


def ledger_missing(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """The month's general ledger is not in. Source: SBSF ch. 4."""
    if packet.report is not None and packet.report.gl_total_cents is None:
        yield found(
            Code.LEDGER_MISSING, Severity.MEDIUM, f"No general ledger of {_month(packet)} came with the report.",
            "Send the general ledger of the month.",
        )  # fmt: skip


def month_restated(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """The month was reported anew. Source: revisions supersede, never overwrite (convention)."""
    if packet.report is None or packet.report.revision < 2:
        return
    moved = sum(row.moved_cents for row in packet.restated if row.month == packet.month)
    yield found(
        Code.MONTH_RESTATED, Severity.INFO,
        f"The month was restated by revision {packet.report.revision}: it moved by {dollars(moved)}.",
        "Nothing is to be sent.", tell=("Fiscal",), moved=dollars(moved), revision=str(packet.report.revision),
    )  # fmt: skip


def reason_wanted(packet: FiscalPacket, policy: Policy) -> Iterator[Finding]:
    """A variance of an earlier month has no reason yet. Source: carried until it is resolved (convention)."""
    if packet.report is None:
        return
    for row in packet.open_reasons:
        if not row.reason:
            about = ", ".join(filter(None, (TITLES[Code(row.code)][0], row.subject)))
            yield found(
                Code.REASON_WANTED, Severity.LOW, f"{about}: found in {row.since:%B %Y}; the report gives no reason.",
                "Say why, beside the line or at the head of the next report.",
                subject=", ".join(filter(None, (row.code, row.subject))), since=f"{row.since:%Y-%m}",
            )  # fmt: skip


def _month(packet: FiscalPacket) -> str:
    return f"{packet.month:%B %Y}"


REPORT_CHECKS: tuple[Check, ...] = (
    report_missing, months_missing, report_late, arithmetic, continuity, budget_differs, ledger_missing, month_restated,
    reason_wanted,
)  # fmt: skip
