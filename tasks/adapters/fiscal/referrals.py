"""What the fiscal review tells those who pay: of each month its report and its ledger, as they came last."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.fiscal.forms import FinancialReportForm
from models.fiscal.records import FinancialReport, LedgerMonth
from models.shared.calendar import new_york_date
from models.shared.reports import ReportReferral, ToldReports

_TABLES = (FinancialReport, LedgerMonth)
_Last = Mapping[tuple[str, date], Any]


def told_since(session: Session, known: str) -> ToldReports | None:
    """What is known of all months with a report or a ledger; None where it is what the mark `known` stands for."""
    # Before the rest is read: what comes meanwhile is told next time.
    mark = _mark(session)
    return None if mark == known else ToldReports(mark, tuple(_referrals(session)))


def _mark(session: Session) -> str:
    """Nothing of it changes without a row of either: none is ever overwritten."""
    reports, ledgers = (select(func.count()).select_from(table).scalar_subquery() for table in _TABLES)
    row = session.execute(select(reports.label("reports"), ledgers.label("ledgers"))).one()
    return f"{row.reports} reports and {row.ledgers} ledgers"


def _referrals(session: Session) -> Iterator[ReportReferral]:
    reports = _latest(session, FinancialReport, "revision")
    ledgers = _latest(session, LedgerMonth, "no")
    for key in sorted({*reports, *ledgers}):
        report, ledger = reports.get(key), ledgers.get(key)
        yield ReportReferral(
            contract_id=key[0], month=key[1],
            revision=report.revision if report else 0,
            report_cents=_total(report.body) if report else None,
            report_on=report.received_on if report else None,
            ledger_cents=ledger.total_cents if ledger else None,
            ledger_on=new_york_date(ledger.recorded_at) if ledger else None,
        )  # fmt: skip


def _latest(session: Session, table: Any, number: str) -> _Last:
    """The last row of each contract and month, by the number that counts them."""
    columns = table.__table__.c
    keys = (columns.contract_id, columns.month)
    last = select(*keys, func.max(columns[number]).label("last")).group_by(*keys).subquery()
    mine = (columns.contract_id == last.c.contract_id) & (columns.month == last.c.month)
    query = select(table.__table__).join(last, mine & (columns[number] == last.c.last))
    return {(row.contract_id, row.month): row for row in session.execute(query)}


def _total(body: str) -> int:
    """The month by the report's lines, which is what its review reckons with."""
    return sum(line.current_cents for line in FinancialReportForm.model_validate_json(body).lines)
