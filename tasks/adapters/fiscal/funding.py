"""Keeps what payments tells of contracts with a budget: the ground on which their months are reviewed."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.fiscal.records import FundedContract
from models.shared.documents import sha256
from models.shared.funding import ToldFunding
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.ledger import Happening, append_batch, last_value

ACTOR, _CHAIN, _READ = "referral by payments", "funding", "payments_read"


def last_mark(session: Session) -> str:
    """The mark of what was last kept; empty where nothing was."""
    return last_value(session, PROCESS, _CHAIN, _READ)


def keep_funding(session: Session, told: ToldFunding, at: datetime) -> int:
    """Keep what says something new, and the mark of it all; returns how many contracts are new or changed."""
    table = FundedContract.__table__  # type: ignore[attr-defined]
    known = {row.contract_id: row.body for row in session.execute(select(table.c.contract_id, table.c.body))}
    bodies = {referral.contract_id: (referral.contract_no, referral.canonical()) for referral in told.referrals}
    news = {key: row for key, row in bodies.items() if known.get(key) != row[1]}
    fresh = [
        {"contract_id": key, "contract_no": number, "body": body, "told_at": at}
        for key, (number, body) in news.items() if key not in known
    ]  # fmt: skip
    changed = [
        {"b_contract": key, "contract_no": number, "body": body, "told_at": at}
        for key, (number, body) in news.items() if key in known
    ]  # fmt: skip
    if fresh:
        session.connection().execute(insert(table), fresh)
    if changed:
        session.connection().execute(update(table).where(table.c.contract_id == bindparam("b_contract")), changed)
    events = [
        Happening("funded", ACTOR, "", at, {"contract": key, "body": sha256(body)}) for key, (_, body) in news.items()
    ]
    append_batch(session, PROCESS, _CHAIN, [*events, Happening(_READ, ACTOR, "", at, {"value": told.mark})], at)
    return len(news)
