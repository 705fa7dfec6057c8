"""Puts the packets of a contract's months together from what came in, and reviews them in their order.

A review takes the budget, the rates, what was invoiced and what was paid as they are on its day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.fiscal.books import Books, Revision, Told
from models.fiscal.codes import EXPLAINED
from models.fiscal.figures import last_day_of, months_between
from models.fiscal.forms import FinancialReportForm, ReportLine
from models.fiscal.packet import (
    ContractFacts,
    FiscalPacket,
    InvoiceFacts,
    LineFacts,
    MonthFacts,
    OpenReason,
    OutcomeFacts,
    RateFacts,
    ReportFacts,
    RestatedFacts,
    TotalsFacts,
)
from models.fiscal.policy import Policy
from models.fiscal.rules import Review, review
from models.shared.calendar import fiscal_year_bounds, months_after
from models.shared.funding import FundingReferral, Invoiced, Moved


@dataclass(frozen=True)
class ReviewedMonth:
    """A month with its packet and what its review came to."""

    packet: FiscalPacket
    review: Review


def due_on(month: date, policy: Policy) -> date:
    """The day by which a month's report is due. Source: K28 (convention)."""
    return months_after(month, 1).replace(day=policy.due_day)


def review_day(month: date, policy: Policy) -> date:
    """The day on which a month is reviewed. Source: convention."""
    return policy.calendar.add_business_days(due_on(month, policy), policy.review_business_days)


def last_month_to_review(day: date, policy: Policy) -> date:
    """The last month whose day of review has come."""
    month = months_after(day.replace(day=1), -1)
    return month if review_day(month, policy) <= day else months_after(month, -1)


def term_in_year(funding: FundingReferral) -> tuple[date, date]:
    """The first and the last day of the contract within its fiscal year."""
    first, last = fiscal_year_bounds(funding.fiscal_year)
    return max(first, funding.term_start), min(last, funding.term_end)


def review_months(books: Books, until: date, policy: Policy, as_of: date) -> list[ReviewedMonth]:
    """Review what has to be looked at of a contract's months, in their order, up to that of `until`, as of a day.

    A month is looked at for the first time, again when its report or its ledger came anew, and then all after it; one
    without a report each time, since it is later by then. The others stay as they were reviewed.
    """
    return list(_reviewed(books, until, policy, as_of))


def _reviewed(books: Books, until: date, policy: Policy, as_of: date) -> Iterator[ReviewedMonth]:
    first, last = term_in_year(books.funding)
    before: FiscalPacket | ReviewedMonth | None = None
    moved = False
    for month in months_between(first, min(until, last)):
        kept, filed = books.kept.get(month), bool(books.reports.get(month))
        moved = moved or kept is None or _came_anew(kept, books, month)
        if not moved and filed:
            # Only where a later month is looked at does anybody ask what its variances leave to explain.
            before = kept
            continue
        packet = _packet(books, month, _carried(before, policy), policy, as_of)
        done = ReviewedMonth(packet, review(packet, policy))
        yield done
        if packet.report:
            before = done


def _came_anew(kept: FiscalPacket, books: Books, month: date) -> bool:
    """Whether the report or the ledger of a month is not the one that was reviewed."""
    filed, report = books.reports.get(month, ()), kept.report
    if not filed or report is None:
        return bool(filed)
    return (report.revision, report.gl_total_cents) != (filed[-1].form.revision, books.ledgers.get(month))


def _carried(month: FiscalPacket | ReviewedMonth | None, policy: Policy) -> tuple[OpenReason, ...]:
    """The variances of the last reported month that the next report has to explain: an old one keeps month and reason.

    A month that stays as it was reviewed is given by its packet.
    """
    if month is None:
        return ()
    done = ReviewedMonth(month, review(month, policy)) if isinstance(month, FiscalPacket) else month
    before = {(row.code, row.subject): row for row in done.packet.open_reasons}
    found = sorted((row.code, row.subject) for row in done.review.findings if row.code in EXPLAINED)
    since = done.packet.month
    return tuple(before.get(key, OpenReason(code=key[0], subject=key[1], since=since)) for key in found)


def _packet(books: Books, month: date, open_reasons: Sequence[OpenReason], policy: Policy, as_of: date) -> FiscalPacket:
    funding, told = books.funding, books.told
    filed = books.reports.get(month, ())
    first, last = term_in_year(funding)
    form = filed[-1].form if filed else None
    return FiscalPacket(
        contract=ContractFacts(
            id=funding.contract_id, contract_no=funding.contract_no, provider=funding.vendor_name,
            ein=funding.vendor_ein, fiscal_year=funding.fiscal_year, first_day=first, last_day=last,
            active_on=funding.active_on,
        ),
        month=month, due_on=due_on(month, policy), lines=_lines(books, month, form),
        report=_report(books, month), earlier=_earlier(books, month),
        invoices=tuple(_invoice(row, as_of) for row in funding.invoices if row.received_on <= as_of),
        advanced_cents=_until(funding.advanced, as_of), recouped_cents=_until(funding.recouped, as_of),
        rates=RateFacts(fringe=funding.fringe, indirect=funding.indirect, indirect_expires=funding.indirect_expires),
        plan=told.plan, budgeted_fte=told.budgeted_fte, outcomes=_outcomes(told, month),
        open_reasons=tuple(_explained(row, form) for row in open_reasons), restated=_restated(books, month),
        as_of=as_of,
    )  # fmt: skip


def _lines(books: Books, month: date, form: FinancialReportForm | None) -> tuple[LineFacts, ...]:
    """The budget's lines, each with what the report says and what was known before it."""
    said = {line.no: line for line in form.lines} if form else {}
    filed = books.reports.get(month, ())
    before, then = spent_before(books, month), spent_before(books, month, filed[-1].received_on if filed else None)
    return tuple(
        LineFacts(
            no=line.no, category=line.category, title=line.title, budget_cents=line.amount_cents,
            before_cents=None if before is None else before.get(line.no, 0),
            told_cents=None if then is None else then.get(line.no, 0), **_columns(said.get(line.no)),
        )
        for line in books.funding.lines
    )  # fmt: skip


def _columns(line: ReportLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    names = ("prior_cents", "current_cents", "ytd_cents", "balance_cents", "reason")
    return {**{name: getattr(line, name) for name in names}, "reported_budget_cents": line.budget_cents}


def spent_before(books: Books, month: date, known_on: date | None = None) -> dict[int, int] | None:
    """What was spent on each line before a month, as it is known now or was on a day; None without last month's report.

    After months without a report, the next one says what was spent before it.
    """
    first, _ = term_in_year(books.funding)
    months = months_between(first, month)[:-1]
    forms = {when: form for when in months if (form := _as_of(books.reports.get(when, ()), known_on))}
    if not months:
        return {}
    if months[-1] not in forms:
        return None
    gap = max((when for when in months if when not in forms), default=None)
    since = [forms[when] for when in months if gap is None or when > gap]
    found = {line.no: line.prior_cents for line in since[0].lines} if gap else {}
    for form in since:
        for line in form.lines:
            found[line.no] = found.get(line.no, 0) + line.current_cents
    return found


def _as_of(filed: Sequence[Revision], day: date | None) -> FinancialReportForm | None:
    """The revision that counted on a day, or counts now."""
    there = [row.form for row in filed if day is None or row.received_on <= day]
    return there[-1] if there else None


def _report(books: Books, month: date) -> ReportFacts | None:
    filed = books.reports.get(month, ())
    if not filed:
        return None
    form = filed[-1].form
    return ReportFacts(
        revision=form.revision, received_on=filed[0].received_on, certified_by=form.certified_by,
        totals=TotalsFacts.model_validate(vars(form.totals)), paid_fte=form.paid_fte,
        gl_total_cents=books.ledgers.get(month), reason=form.reason,
    )  # fmt: skip


def _earlier(books: Books, month: date) -> tuple[MonthFacts, ...]:
    first, _ = term_in_year(books.funding)
    found = []
    for earlier in months_between(first, month)[:-1]:
        filed = books.reports.get(earlier, ())
        if not filed:
            found.append(MonthFacts(month=earlier))
            continue
        form = filed[-1].form
        found.append(
            MonthFacts(
                month=earlier, received_on=filed[0].received_on, revision=form.revision, paid_fte=form.paid_fte,
                total_cents=sum(line.current_cents for line in form.lines),
            )
        )  # fmt: skip
    return tuple(found)


def _invoice(row: Invoiced, until: date) -> InvoiceFacts:
    decided = row.decided_on is not None and row.decided_on <= until
    return InvoiceFacts(
        number=row.number, service_from=row.service_from, service_to=row.service_to, claimed_cents=row.claimed_cents,
        paid_cents=_until(row.paid, until), decided_on=row.decided_on if decided else None,
        disallowed_cents=row.disallowed_cents if decided else 0,
    )  # fmt: skip


def _until(moved: Sequence[Moved], day: date) -> int:
    return sum(row.cents for row in moved if row.on <= day)


def _outcomes(told: Told, month: date) -> OutcomeFacts | None:
    """The outcomes that were verified by the end of a month."""
    if told.outcome_target is None:
        return None
    counted = [told.outcomes_verified[when] for when in sorted(told.outcomes_verified) if when <= last_day_of(month)]
    verified = counted[-1] if counted else 0
    return OutcomeFacts(target=told.outcome_target, verified=verified, unit_cost_cents=told.unit_cost_cents)


def _explained(row: OpenReason, form: FinancialReportForm | None) -> OpenReason:
    """A variance with the reason that this month's report gives: beside its line, or at the head."""
    if form is None:
        return row
    lines = {f"line {line.no}": line.reason for line in form.lines}
    reason = lines.get(row.subject, "") if row.subject else form.reason
    return row.model_copy(update={"reason": reason or row.reason})


def _restated(books: Books, month: date) -> tuple[RestatedFacts, ...]:
    """Months up to this one that were reported anew, and by how much each revision moved its total.

    An earlier month is told only where it was restated after this month's report came.
    """
    filed = books.reports.get(month, ())
    came = filed[-1].received_on if filed else None
    found = []
    for when in sorted(books.reports):
        if when > month:
            continue
        for before, after in zip(books.reports[when], books.reports[when][1:], strict=False):
            if when == month or (came is not None and after.received_on > came):
                moved = _total(after.form) - _total(before.form)
                found.append(
                    RestatedFacts(
                        month=when, revision=after.form.revision, received_on=after.received_on, moved_cents=moved
                    )
                )
    return tuple(found)


def _total(form: FinancialReportForm) -> int:
    return sum(line.current_cents for line in form.lines)
