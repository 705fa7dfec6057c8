"""Keeps what registration tells of its contracts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.payments.records import ReferredContract
from models.shared.documents import sha256
from models.shared.referrals import ContractReferral
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.payments.cases import PROCESS

ACTOR = "referral by registration"


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
    append_batch(session, PROCESS, "referrals", events, at)
    return len(news)
