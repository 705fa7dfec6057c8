"""Lists that came in: those that lie unread in the inbox, and what became of the others."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.shared.people_records import Proposal
from models.shared.records import IncomingFile
from tasks.adapters.incoming import BROUGHT_BY
from tasks.adapters.list_words import told_words
from tasks.adapters.settings import settings
from tasks.adapters.uploads import LISTS


@dataclass(frozen=True)
class Arrived:
    """A list that came in lately, and what became of it: `status` is waiting, done or refused.

    Counts are of rows: `read`, of which `rejected` were not used and lie in a file where `has_rejects`; `imported`,
    `updated` and `unchanged` are what the others brought, `opened` the contracts that they opened. `proposals` of it
    still wait for a signature, under `waiting_list` where they are one list. `words` says what a list of payments
    brought, whose counts are not of rows. `brought_by` is the staff id of who brought it in.
    """

    file_id: str
    name: str
    kind: str
    received_at: datetime
    status: str
    reason: str
    read: int = 0
    rejected: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    opened: int = 0
    has_rejects: bool = False
    proposals: int = 0
    waiting_list: str = ""
    words: str = ""
    brought_by: str = ""

    @property
    def used(self) -> int:
        return self.read - self.rejected


def arrived_lists(session: Session, limit: int = 20) -> list[Arrived]:
    """The lists that came in last, the newest first."""
    table = IncomingFile.__table__.c  # type: ignore[attr-defined]
    columns = (
        table.file_id, table.name, table.kind, table.received_at, table.status, table.reason, table.result,
        table.options,
    )  # fmt: skip
    query = select(*columns).where(table.kind.in_(LISTS)).order_by(table.received_at.desc(), table.name)
    rows = session.execute(query.limit(limit)).all()
    waits = _waiting_of(session, {row.file_id: f"file {row.name} {row.file_id}" for row in rows})
    return [
        Arrived(*row[:-2], **{**_told(row.result), **waits[row.file_id], "brought_by": _brought_by(row.options)})
        for row in rows
    ]


def _brought_by(options: str) -> str:
    return str(json.loads(options or "{}").get(BROUGHT_BY, ""))


def _told(result: str) -> dict[str, Any]:
    """The counts of an import's JSON line; none while the file was not read."""
    found = json.loads(result) if result else {}
    names = {
        "read": "rows_read", "rejected": "rejected", "imported": "imported", "updated": "updated",
        "unchanged": "unchanged", "opened": "contracts_opened",
    }  # fmt: skip
    counts: dict[str, Any] = {name: int(found.get(key) or 0) for name, key in names.items()}
    counts["words"] = told_words(found)
    return {**counts, "has_rejects": bool(found.get("rejects_file"))}


def _waiting_of(session: Session, sources: dict[str, str]) -> dict[str, dict[str, Any]]:
    """By file: how many of its proposals are open, and in which list where they are in one."""
    t = Proposal.__table__.c  # type: ignore[attr-defined]
    first, last = func.min(t.list_id).label("first"), func.max(t.list_id).label("last")
    query = (
        select(t.source, func.count().label("rows"), first, last)
        .where(t.status == "open", t.source.in_(sources.values()))
        .group_by(t.source)
    )  # fmt: skip
    found = {row.source: row for row in session.execute(query)} if sources else {}
    return {file_id: _waits(found.get(source)) for file_id, source in sources.items()}


def _waits(row: Any) -> dict[str, Any]:
    if row is None:
        return {}
    return {"proposals": int(row.rows), "waiting_list": row.first if row.first == row.last else ""}


def rejects_of(session: Session, file_id: str) -> Path | None:
    """The file of the rows of a list that were not used; None where there is none in the home's folder for them."""
    row = session.get(IncomingFile, file_id)
    told = json.loads(row.result).get("rejects_file") if row is not None and row.result else None
    if not isinstance(told, str) or not told:
        return None
    path = (settings().home / told).resolve()
    return path if path.parent == settings().folder("rejects").resolve() and path.is_file() else None


def lying_in_inbox() -> list[tuple[str, str]]:
    """Kind and name of each list that nobody has read yet."""
    found: list[tuple[str, str]] = []
    for kind in LISTS:
        names = sorted(path.name for path in settings().folder("inbox", kind).iterdir() if path.is_file())
        found += [(kind, name) for name in names if not name.startswith(".")]
    return found
