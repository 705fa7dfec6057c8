"""Months in the database as people decide about them: the packet of the last review, and what was done since."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.fiscal.desk_side import DeskSide, Happened, desk_side
from models.fiscal.forms import FinancialReportForm
from models.fiscal.packet import FiscalPacket
from models.fiscal.policy import Policy
from models.fiscal.records import FinancialReport, FiscalMonth, LedgerMonth
from models.fiscal.rules import Review, review
from models.shared.calendar import new_york_date
from models.shared.records import CaseEvent, StoredPacket
from models.shared.signing import SignedEvent, signers
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.ledger import CaseHead, head_of
from tasks.adapters.rows import all_rows


@dataclass(frozen=True)
class LoadedMonth:
    """A month as it was reviewed last, its review by today's policy, and what people did about it.

    `submitters` brought its reports in at the desk, by the day of each; `news` says what came since the review.
    """

    row: Any
    head: CaseHead
    packet: FiscalPacket
    review: Review
    desk: DeskSide
    history: tuple[SignedEvent, ...]
    submitters: Mapping[date, str]
    news: str


def load_months(session: Session, case_ids: Sequence[str], policy: Policy) -> list[LoadedMonth]:
    """Some months in the order of their ids as they are given; an unknown id is left out."""
    rows = {row.case_id: row for row in all_rows(session, FiscalMonth, "case_id", sorted(set(case_ids)))}
    packets, desks = packets_of(session, list(rows.values())), desk_sides(session, list(rows.values()))
    told = _happened(session, list(rows))
    return [
        _loaded(session, rows[case_id], packets[rows[case_id].packet_sha256], desks[case_id], told[case_id], policy)
        for case_id in dict.fromkeys(case_ids)
        if case_id in rows
    ]


def _loaded(
    session: Session, row: Any, packet: FiscalPacket, desk: DeskSide, told: Sequence[Happened], policy: Policy
) -> LoadedMonth:
    history = tuple(SignedEvent(h.event, h.on, signers(h.told)) for h in told)
    reports = FinancialReport.__table__.c  # type: ignore[attr-defined]
    mine = (reports.contract_id == row.contract_id) & (reports.month == row.month)
    came = session.execute(select(reports.revision, reports.received_on, reports.submitted_by).where(mine)).all()
    return LoadedMonth(
        row, head_of(row), packet, review(packet, policy), desk, history,
        {report.received_on: report.submitted_by for report in came if report.submitted_by},
        _news(session, row, packet, max((int(report.revision) for report in came), default=0)),
    )  # fmt: skip


def _news(session: Session, row: Any, packet: FiscalPacket, revision: int) -> str:
    """What came in since the month was reviewed, as a sentence; empty where nothing did."""
    if revision != row.revision:
        return f"Revision {revision} of its report came in since, and is not reviewed yet."
    table = LedgerMonth.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == row.contract_id) & (table.month == row.month)
    total = session.execute(select(table.total_cents).where(mine).order_by(table.no.desc()).limit(1)).scalar()
    if packet.report and packet.report.gl_total_cents != total:
        return "Another general ledger of it came in since, and is not reviewed yet."
    return ""


def packets_of(session: Session, rows: Sequence[Any]) -> dict[str, FiscalPacket]:
    """The packets that the last reviews of some months looked at, by their hash."""
    kept = all_rows(session, StoredPacket, "sha256", sorted({row.packet_sha256 for row in rows}))
    return {row.sha256: FiscalPacket.model_validate_json(row.body) for row in kept}


def desk_sides(session: Session, rows: Sequence[Any]) -> dict[str, DeskSide]:
    """What people did about some months, by case."""
    told = _happened(session, [row.case_id for row in rows])
    why = _restated_why(session, sorted({row.contract_id for row in rows}))
    return {row.case_id: desk_side(told[row.case_id], why[row.contract_id]) for row in rows}


def _happened(session: Session, case_ids: Sequence[str]) -> dict[str, list[Happened]]:
    found: dict[str, list[Happened]] = defaultdict(list)
    for row in sorted(all_rows(session, CaseEvent, "case_id", case_ids), key=lambda row: int(row.seq)):
        if row.process == PROCESS:
            told = json.loads(row.payload)
            found[row.case_id].append(Happened(row.event, row.at, new_york_date(row.occurred_at), row.actor, told))
    return found


def _restated_why(session: Session, contracts: Sequence[str]) -> dict[str, dict[tuple[date, int], str]]:
    """Why each month was reported as it was, in the provider's words, by contract, month and revision."""
    found: dict[str, dict[tuple[date, int], str]] = {contract: {} for contract in contracts}
    for row in all_rows(session, FinancialReport, "contract_id", contracts):
        found[row.contract_id][row.month, row.revision] = FinancialReportForm.model_validate_json(row.body).reason
    return found


def last_month(session: Session) -> date | None:
    """The last month that was reviewed."""
    column: Any = FiscalMonth.month
    found: date | None = session.execute(select(func.max(column))).scalar()
    return found
