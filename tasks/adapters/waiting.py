"""Lists of proposals that wait for a signature: how many, what for, from whom, since when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from models.shared.people_records import Proposal

# A page shows this many lists and this many rows of one at most; the rest comes up when these are signed.
MOST_LISTS, MOST_ROWS = 500, 200
# What was refused is shown for this many days, the latest of them.
REFUSED_DAYS, MOST_REFUSED = 30, 50


@dataclass(frozen=True)
class WaitingPart:
    """Rows of one list that ask for the same act, with or without a first signature."""

    act: str
    proposed_by: str
    behalf_id: str
    rows: int


@dataclass(frozen=True)
class WaitingList:
    """Proposals that came together. `key` finds them again; `case_id` and `proposal_id` are those of a single one.

    Of many, `case_id` and `last_case_id` are the first and the last of their contracts, by id: the same where they
    are all about one. First signatures of one signed list are one list here, whatever they answered.
    """

    key: str
    source: str
    since: datetime
    case_id: str
    proposal_id: str
    parts: tuple[WaitingPart, ...]
    last_case_id: str

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def acts(self) -> Counter[str]:
        """How many rows ask for each act."""
        found: Counter[str] = Counter()
        for part in self.parts:
            found[part.act] += part.rows
        return found


def waiting_lists(session: Session, process: str) -> list[WaitingList]:
    """All lists in which something waits, the oldest first."""
    t = Proposal.__table__.c  # type: ignore[attr-defined]
    by = (t.list_id, t.signature_id, t.source, t.act, t.proposed_by, t.behalf_id)
    query = (
        select(
            *by, func.count(), func.min(t.proposed_at), func.min(t.case_id), func.min(t.proposal_id),
            func.max(t.case_id),
        )
        .where(t.process == process, t.status == "open")
        .group_by(*by)
        .order_by(func.min(t.proposed_at), t.list_id, t.act)
    )  # fmt: skip
    grouped: dict[str, list[Any]] = {}
    for row in session.execute(query):
        grouped.setdefault(row.signature_id or row.list_id, []).append(row)
    return [_list(key, rows) for key, rows in list(grouped.items())[:MOST_LISTS]]


def _list(key: str, rows: Sequence[Any]) -> WaitingList:
    counted: Counter[tuple[str, str, str]] = Counter()
    for _, _, _, act, proposed_by, behalf_id, count, *_ in rows:
        counted[act, proposed_by, behalf_id] += count
    _, _, source, *_, since, _, proposal_id, _ = rows[0]
    parts = tuple(WaitingPart(*part, count) for part, count in counted.items())
    first, last = min(row[-3] for row in rows), max(row[-1] for row in rows)
    return WaitingList(key, source, since, first, proposal_id, parts, last)


def refused_lately(session: Session, process: str, now: datetime) -> list[Proposal]:
    """What was refused in the last 30 days, the latest first."""
    t = Proposal.__table__.c  # type: ignore[attr-defined]
    lately = (t.status == "refused") & (t.closed_at >= now - timedelta(days=REFUSED_DAYS))
    query = select(Proposal).where(t.process == process, lately).order_by(t.closed_at.desc(), t.proposal_id)
    return list(session.execute(query.limit(MOST_REFUSED)).scalars())


def waiting_rows(session: Session, process: str, key: str) -> tuple[list[Proposal], int]:
    """The first rows that wait in a list, in its order, and how many wait in all.

    `key` is the list's id, or a signature whose acts wait for the second one.
    """
    t = Proposal.__table__.c  # type: ignore[attr-defined]
    mine = (t.process == process) & (t.status == "open") & or_(t.list_id == key, t.signature_id == key)
    total = session.execute(select(func.count()).select_from(Proposal).where(mine)).scalar_one()
    query = select(Proposal).where(mine).order_by(t.proposed_at, t.list_id, t.position).limit(MOST_ROWS)
    return list(session.execute(query).scalars()), total


def list_is_known(session: Session, process: str, key: str) -> bool:
    """Whether there ever was such a list."""
    t = Proposal.__table__.c  # type: ignore[attr-defined]
    mine = (t.process == process) & or_(t.list_id == key, t.signature_id == key)
    return session.execute(select(t.proposal_id).where(mine).limit(1)).first() is not None
