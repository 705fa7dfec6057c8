"""Keeps what the fiscal review tells of the months' reports: the ground of P16."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.payments.records import ReportedMonth
from models.shared.documents import sha256
from models.shared.reports import ReportReferral, ToldReports
from tasks.adapters.ledger import Happening, append_batch, last_value
from tasks.adapters.payments.case_rows import PROCESS
from tasks.adapters.rows import all_rows

ACTOR, CHAIN, _READ = "referral by the fiscal review", "reports", "fiscal_read"


def last_mark(session: Session) -> str:
    """The mark of what was last kept; empty where nothing was."""
    return last_value(session, PROCESS, CHAIN, _READ)


def keep_reports(session: Session, told: ToldReports, at: datetime) -> int:
    """Keep what says something new, and the mark of it all; returns how many months are new or changed."""
    table = ReportedMonth.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table.c.contract_id, table.c.month, table.c.body))
    known = {(row.contract_id, row.month): row.body for row in rows}
    bodies = {(one.contract_id, one.month): one.canonical() for one in told.referrals}
    news = {key: body for key, body in bodies.items() if known.get(key) != body}
    fresh = [
        {"contract_id": contract, "month": month, "body": body, "told_at": at}
        for (contract, month), body in news.items() if (contract, month) not in known
    ]  # fmt: skip
    changed = [
        {"b_contract": contract, "b_month": month, "body": body, "told_at": at}
        for (contract, month), body in news.items() if (contract, month) in known
    ]  # fmt: skip
    if fresh:
        session.connection().execute(insert(table), fresh)
    if changed:
        this = (table.c.contract_id == bindparam("b_contract")) & (table.c.month == bindparam("b_month"))
        session.connection().execute(update(table).where(this), changed)
    events = [
        Happening("reported", ACTOR, "", at, {"contract": contract, "month": f"{month:%Y-%m}", "body": sha256(body)})
        for (contract, month), body in news.items()
    ]
    append_batch(session, PROCESS, CHAIN, [*events, Happening(_READ, ACTOR, "", at, {"value": told.mark})], at)
    return len(news)


def load_reported(session: Session, contracts: Sequence[str]) -> dict[str, Mapping[date, ReportReferral]]:
    """The months of some contracts of which a report or a ledger is in, by their first day."""
    found: dict[str, dict[date, ReportReferral]] = defaultdict(dict)
    for row in all_rows(session, ReportedMonth, "contract_id", contracts):
        found[row.contract_id][row.month] = ReportReferral.model_validate_json(row.body)
    return dict(found)
