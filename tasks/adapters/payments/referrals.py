"""Keeps what registration tells of its contracts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.payments.records import ReferredContract
from models.shared.documents import sha256
from models.shared.referrals import ContractReferral, Told
from tasks.adapters.ledger import Happening, append_batch, last_value
from tasks.adapters.payments.cases import PROCESS

ACTOR, _CHAIN, _READ = "referral by registration", "referrals", "registration_read"


def last_mark(session: Session) -> str:
    """The mark of what was last kept; empty where nothing was."""
    return last_value(session, PROCESS, _CHAIN, _READ)


def keep_told(session: Session, told: Told, at: datetime) -> int:
    """Keep what registration told, and its mark, so that the same is not read again; returns how many say news."""
    count = keep_referrals(session, told.referrals, at)
    append_batch(session, PROCESS, _CHAIN, [Happening(_READ, ACTOR, "", at, {"value": told.mark})], at)
    return count


def keep_referrals(session: Session, told: Sequence[ContractReferral], at: datetime) -> int:
    """Keep referrals that say something new; returns how many."""
    table = ReferredContract.__table__  # type: ignore[attr-defined]
    known = {row.contract_id: row.body for row in session.execute(select(table.c.contract_id, table.c.body))}
    news = [referral for referral in told if known.get(referral.contract_id) != referral.canonical()]
    fresh, changed = [], []
    for referral in news:
        row = {"contract_no": referral.contract_no, "body": referral.canonical(), "told_at": at}
        if referral.contract_id in known:
            changed.append({"b_contract": referral.contract_id, **row})
        else:
            fresh.append({"contract_id": referral.contract_id, "approvals": 0, **row})
    connection = session.connection()
    if fresh:
        connection.execute(insert(table), fresh)
    if changed:
        connection.execute(update(table).where(table.c.contract_id == bindparam("b_contract")), changed)
    events = [
        Happening("referred", ACTOR, "", at, {"contract": r.contract_id, "body": sha256(r.canonical())}) for r in news
    ]
    append_batch(session, PROCESS, _CHAIN, events, at)
    return len(news)
