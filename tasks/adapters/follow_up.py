"""What follows a signature: the cases that it touched are looked at, and then it is marked as followed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session

from models.shared.people_records import LetterOrder, Signature

MOST_SIGNATURES = 1_000
# The sitting that follows a signature, by the signature's process: deployment; its flow has the same name in words.
FOLLOW_UPS = {
    "registration": "follow-up-decisions", "payments": "follow-up-payments", "budgets": "follow-up-payments",
    "fiscal": "follow-up-fiscal-reviews", "hotline": "follow-up-inquiries",
}  # fmt: skip


@dataclass(frozen=True)
class Followed:
    """Signatures that nothing has followed yet, and the cases that they touched."""

    signature_ids: tuple[str, ...]
    case_ids: tuple[str, ...]


def to_follow(session: Session, process: str, signature_id: str = "") -> Followed:
    """The oldest signatures that wait, or the one that is asked for."""
    table = Signature.__table__.c  # type: ignore[attr-defined]
    query = select(table.signature_id, table.shown).where(table.process == process, table.followed_at.is_(None))
    if signature_id:
        query = query.where(table.signature_id == signature_id)
    rows = session.execute(query.order_by(table.at, table.signature_id).limit(MOST_SIGNATURES)).all()
    cases = {item["case_id"] for row in rows for item in json.loads(row.shown)["items"]}
    return Followed(tuple(row.signature_id for row in rows), tuple(sorted(cases)))


def mark_followed(session: Session, signature_ids: Sequence[str], at: datetime) -> None:
    """Note that the sitting that follows some signatures is through."""
    table = Signature.__table__  # type: ignore[attr-defined]
    mine = table.c.signature_id.in_(signature_ids) & table.c.followed_at.is_(None)
    session.execute(update(table).where(mine).values(followed_at=at))


def waiting_processes(session: Session) -> list[str]:
    """The processes in which a signature, or a letter that one ordered, waits for its sitting."""
    signature, order = Signature.__table__.c, LetterOrder.__table__.c  # type: ignore[attr-defined]
    open_ = select(signature.process).where(signature.followed_at.is_(None))
    unprinted = select(order.process).where(order.printed_at.is_(None))
    return sorted(set(session.execute(open_.union(unprinted)).scalars()))
