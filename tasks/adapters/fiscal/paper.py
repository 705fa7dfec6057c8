"""What the fiscal review prints: each month as its last review found it, the portfolio, and ordered letters."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.fiscal.letter_documents import CorrectivePlanLetter, FiscalLetter, QuestionLetter, ReportReminder
from models.fiscal.policy import Policy
from models.fiscal.portfolio import LastMonth, contract_standing, portfolio_report
from models.fiscal.portfolio_documents import PortfolioReport
from models.fiscal.records import FiscalMonth
from models.fiscal.reprinting import says_more
from models.fiscal.review_documents import fiscal_review
from models.fiscal.rules import review
from models.shared.calendar import fiscal_year, months_after
from models.shared.documents import Document, Office
from models.shared.records import CaseEvent, StoredDocument
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.months import desk_sides, last_month, packets_of
from tasks.adapters.letter_orders import ordered_letters
from tasks.adapters.register import enter_papers
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.rows import all_rows, grouped

LETTERS: dict[str, type[FiscalLetter]] = {
    kind.__name__: kind for kind in (QuestionLetter, ReportReminder, CorrectivePlanLetter)
}


def review_number(case_id: str, version: int) -> str:
    """The number of the paper on which a month stands as its case stood: `R27-971010012-2026-10-FR02`."""
    return f"{case_id}-FR{version:02d}"


def unprinted_months(session: Session) -> list[str]:
    """Ids of the months whose last review says something that is not printed yet, in order."""
    table, column = FiscalMonth.__table__.c, StoredDocument.__table__.c  # type: ignore[attr-defined]
    query = select(column.document_id).where(column.process == PROCESS, column.kind == "review")
    printed: dict[str, int] = {}
    for number in session.execute(query).scalars():
        case_id, _, version = number.rpartition("-FR")
        printed[case_id] = max(int(version), printed.get(case_id, 0))
    rows = session.execute(select(table.case_id, table.version).order_by(table.case_id)).all()
    behind = [row.case_id for row in rows if 0 < printed.get(row.case_id, 0) < row.version]
    events = [row for row in all_rows(session, CaseEvent, "case_id", behind) if row.process == PROCESS]
    told = grouped(events, "case_id")
    waits = {case_id for case_id in behind if not _says_more(told[case_id], printed[case_id])}
    return [row.case_id for row in rows if printed.get(row.case_id, 0) < row.version and row.case_id not in waits]


def _says_more(events: Sequence[Any], printed: int) -> bool:
    told = {row.seq: (row.event, json.loads(row.payload)) for row in events}
    return says_more(told[printed][1], [event for seq, event in told.items() if seq > printed])


def month_papers(session: Session, case_ids: Sequence[str], policy: Policy, office: Office) -> Iterator[Document]:
    """The reviews of some months as they were kept, dated as they were recorded: the same bytes whenever printed."""
    rows = all_rows(session, FiscalMonth, "case_id", case_ids)
    made, packets, desks = _recorded_at(session, case_ids), packets_of(session, rows), desk_sides(session, rows)
    for row in rows:
        packet, at = packets[row.packet_sha256], made[row.case_id, row.version]
        number = review_number(row.case_id, row.version)
        yield fiscal_review(packet, review(packet, policy), policy, office, at, desks[row.case_id], document_id=number)


def _recorded_at(session: Session, case_ids: Sequence[str]) -> dict[tuple[str, int], datetime]:
    rows = all_rows(session, CaseEvent, "case_id", case_ids)
    return {(row.case_id, row.seq): row.at for row in rows if row.process == PROCESS}


def unprinted_portfolio(
    session: Session, month: str, policy: Policy, office: Office, at: datetime
) -> Iterator[PortfolioReport]:
    """How all contracts stand at a month, as of now, unless a report of this number was printed. Raises LookupError."""
    made = _portfolio(session, reviewed_month(session, month), policy, office, at)
    if session.get(StoredDocument, made.document_id) is None:
        yield made


def reviewed_month(session: Session, written: str) -> date:
    """The month that somebody wrote as `2026-10`; empty: the last one that was reviewed. Raises LookupError."""
    if not written.strip():
        last = last_month(session)
        if last is None:
            raise LookupError("No month was reviewed yet. Run “review financial reports” first.")
        return last
    try:
        return datetime.strptime(written.strip(), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        raise LookupError(f"“{written[:40]}” is not a month. Write the year and the month: 2026-10.") from None


def _portfolio(session: Session, month: date, policy: Policy, office: Office, at: datetime) -> PortfolioReport:
    table = FiscalMonth.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table).where(table.c.month == month).order_by(table.c.case_id)).all()
    if not rows:
        raise LookupError(f"No contract was reviewed for {month:%B %Y} yet.")
    before = session.execute(select(table.c.contract_id, table.c.codes).where(table.c.month == months_after(month, -1)))
    codes = {row.contract_id: tuple(row.codes.split()) for row in before}
    last = LastMonth(codes) if codes else None
    packets = packets_of(session, rows)
    standings = []
    for row in rows:
        packet = packets[row.packet_sha256]
        standings.append(contract_standing(packet, review(packet, policy), last))
    year = fiscal_year(month)
    return portfolio_report(standings, month, date(year, 4, 1), office, at, first=last is None)


def ordered(session: Session) -> list[Document]:
    """Letters that were ordered and are not printed yet."""
    return list(ordered_letters(session, PROCESS, LETTERS))


def register(session: Session, pdfs: Sequence[StoredPdf]) -> list[str]:
    """Enter papers in the register; one that was printed before with the same number stays as it is."""
    return enter_papers(session, pdfs, _row)


def _row(pdf: StoredPdf) -> dict[str, Any]:
    if isinstance(pdf.document, PortfolioReport):
        return pdf.row(PROCESS, "", "report")
    return pdf.row(PROCESS, pdf.document.document_id.rpartition("-")[0], "review")
