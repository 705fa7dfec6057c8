"""Fills the review of a contract's month from its packet, what the rules made of it, and what was done at the desk."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from models.fiscal.codes import TITLES, Code
from models.fiscal.desk_side import DeskSide
from models.fiscal.documents import (
    BudgetLine,
    FiscalReview,
    FoundLine,
    MeasureLine,
    MissingItem,
    ReasonLine,
    RestatedLine,
    Standing,
    UnknownLine,
    YearEnd,
)
from models.fiscal.figures import Projection, months_between
from models.fiscal.measures import Measure
from models.fiscal.packet import FiscalPacket
from models.fiscal.plain_words import plain_sentence
from models.fiscal.policy import Policy
from models.fiscal.rules import Review
from models.shared.calendar import months_after
from models.shared.documents import Office, Term
from models.shared.findings import Finding


def fiscal_review(
    packet: FiscalPacket, review: Review, policy: Policy, office: Office, made_at: datetime,
    desk: DeskSide | None = None, *, document_id: str,
) -> FiscalReview:  # fmt: skip
    """Two pages about one month; one page that says so where no report is in."""
    contract, report, done = packet.contract, packet.report, desk or DeskSide()
    measures = review.measures
    return FiscalReview(
        document_id=document_id,
        title=f"Fiscal review of {contract.provider}, {packet.month:%B %Y}", made_at=made_at, office=office,
        provider=contract.provider, ein=contract.ein, contract_id=contract.id, contract_no=contract.contract_no,
        fiscal_year=contract.fiscal_year, month=packet.month, as_of=packet.as_of, due_on=packet.due_on,
        term=Term(start=contract.first_day, end=contract.last_day),
        received_on=report.received_on if report else None, revision=report.revision if report else 0,
        certified_by=report.certified_by if report else "", elapsed=measures["elapsed"].shown,
        burn=measures["burn"].shown if "burn" in measures else "", elapsed_tenths=_tenths(measures["elapsed"]),
        budget_cents=packet.budget_cents, current_cents=packet.current_cents if report else 0,
        spent_cents=spent_so_far(packet), lines=_lines(packet, review),
        year_end=_year_end(review.projection, packet.budget_cents) if review.projection else None,
        measures=tuple(_measure(row) for row in measures.values() if row.value is not None),
        unknown=tuple(UnknownLine(title=m.title, why=m.formula) for m in measures.values() if m.value is None),
        findings=found_lines(review.findings), questions=done.questions, plan=done.plan,
        flags=done.flags, reasons=reasons(packet),
        restated=restated_lines(packet, done.restated_why), missing=missing_items(packet, policy), signed=done.signed,
    )  # fmt: skip


def spent_so_far(packet: FiscalPacket) -> int:
    """Spent this year by the lines of the month's report; without one by the months that are in."""
    return packet.spent_cents if packet.report else sum(month.total_cents for month in packet.earlier)


def found_lines(findings: Sequence[Finding], *, plain: bool = False) -> tuple[FoundLine, ...]:
    """Findings as they are printed, in their order; in a letter with a plain sentence first."""
    return tuple(
        FoundLine(
            code=row.code, severity=row.severity, message=row.message, citation=row.citation, remedy=row.remedy,
            plain=plain_sentence(row) if plain else "",
        )
        for row in findings
    )  # fmt: skip


def missing_items(packet: FiscalPacket, policy: Policy) -> tuple[MissingItem, ...]:
    """The papers of this month and of those before it that have not come, the oldest first, each with its due day.

    A report brings its general ledger with it: where none is in, both are missing. Source: SBSF ch. 4.
    """
    told = {month.month for month in packet.earlier if month.received_on is not None}
    items = []
    for month in months_between(packet.contract.first_day, packet.month):
        due = packet.due_on if month == packet.month else months_after(month, 1).replace(day=policy.due_day)
        if month not in told and (month != packet.month or packet.report is None):
            items.append(MissingItem(what="Financial report", month=month, due_on=due))
            items.append(MissingItem(what="General ledger", month=month, due_on=due))
        elif month == packet.month and packet.report and packet.report.gl_total_cents is None:
            items.append(MissingItem(what="General ledger", month=month, due_on=due))
    return tuple(items)


def reasons(packet: FiscalPacket) -> tuple[ReasonLine, ...]:
    """The variances that are carried from earlier months, each with its reason."""
    return tuple(
        ReasonLine(
            about=", ".join(filter(None, (TITLES[Code(row.code)][0], row.subject))), since=row.since, reason=row.reason
        )
        for row in packet.open_reasons
    )


def restated_lines(packet: FiscalPacket, why: Mapping[tuple[date, int], str] | None = None) -> tuple[RestatedLine, ...]:
    """The months that were reported anew: what moved, and why. This month's own report tells its own reason."""
    report, said = packet.report, why or {}
    return tuple(
        RestatedLine(
            month=row.month, revision=row.revision, received_on=row.received_on, moved_cents=row.moved_cents,
            why=said.get((row.month, row.revision), "")
            or (report.reason if report and (row.month, row.revision) == (packet.month, report.revision) else ""),
        )
        for row in packet.restated
    )  # fmt: skip


def standing_of(measure: Measure) -> Standing:
    """How a measure stands beside its limit."""
    if measure.value is None and not measure.flagged:
        return "not known"
    if measure.flagged:
        return "far over" if measure.severe else "over"
    return "within" if measure.code else "none"


def _lines(packet: FiscalPacket, review: Review) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(
            no=line.no, title=line.title, category=line.category, budget_cents=line.budget_cents,
            current_cents=line.current_cents, spent_cents=line.spent_cents, standing=standing_of(measure),
        )
        for line, measure in zip(packet.lines, review.lines, strict=True)
    ) if packet.report else ()  # fmt: skip


def _measure(row: Measure) -> MeasureLine:
    return MeasureLine(
        title=row.title, shown=row.shown, formula=row.formula, limit=row.limit, standing=standing_of(row)
    )


def _year_end(found: Projection, budget: int) -> YearEnd:
    return YearEnd(
        cents=found.cents, method=found.method, least_cents=found.least_cents, most_cents=found.most_cents,
        lapse_cents=max(0, budget - found.cents),
    )  # fmt: skip


def _tenths(share: Measure) -> int:
    """A share as tenths of a percent: for the chart."""
    return round((share.value or 0) * 1000)
