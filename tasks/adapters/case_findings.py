"""What reviews found, kept up to date: opened, replaced, kept, closed; and the packets that they looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session

from models.shared.documents import canonical_facts
from models.shared.findings import Finding
from models.shared.records import CaseFinding, StoredPacket
from tasks.adapters.database import batches


@dataclass(frozen=True)
class Difference:
    """What a review changes of a case's findings: keys are code and subject."""

    opened: list[Finding]
    replaced: list[tuple[str, str]]
    kept: list[Finding]
    closed: list[tuple[str, str]]

    @property
    def told(self) -> dict[str, list[str]]:
        """What is new and what is gone, as the case's event tells it; nothing where neither is."""
        if not (self.opened or self.closed):
            return {}
        return {
            "opened": sorted(f"{f.code}/{f.subject}/{f.severity}" for f in self.opened),
            "closed": sorted("/".join(key) for key in self.closed),
        }


def known_findings(
    session: Session, process: str, case_ids: Sequence[str]
) -> dict[str, dict[tuple[str, str], Row[Any]]]:
    """Every finding that a case ever had, open or closed, by its key."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.code, table.subject, table.severity, table.message, table.closed_at)
    found: dict[str, dict[tuple[str, str], Row[Any]]] = {}
    for ids in batches(case_ids):
        for row in session.execute(query.where(table.process == process, table.case_id.in_(ids))):
            found.setdefault(row.case_id, {})[row.code, row.subject] = row
    return found


def differ(there: dict[tuple[str, str], Row[Any]], findings: Sequence[Finding]) -> Difference:
    """A finding is new when it was not open, or was open with another severity."""
    now = {finding.key: finding for finding in findings}
    open_ = {key: row for key, row in there.items() if row.closed_at is None}
    opened = [f for key, f in now.items() if key not in open_ or open_[key].severity != f.severity]
    return Difference(
        opened=opened,
        replaced=[finding.key for finding in opened if finding.key in there],
        kept=[
            f
            for key, f in now.items()
            if key in open_ and open_[key].severity == f.severity and open_[key].message != f.message
        ],
        closed=[key for key in open_ if key not in now],
    )


def keep_findings(session: Session, process: str, differences: Mapping[str, Difference], at: datetime) -> None:
    """Close what is gone, write what opens anew in place of its old row, and keep the words of the rest current."""
    table = CaseFinding.__table__  # type: ignore[attr-defined]
    this = (table.c.process == process) & (table.c.case_id == bindparam("b_case"))
    this &= (table.c.code == bindparam("b_code")) & (table.c.subject == bindparam("b_subject"))
    closed, replaced, kept, opened = [], [], [], []
    for case_id, difference in differences.items():
        closed += [{**_key(case_id, key), "closed_at": at} for key in difference.closed]
        replaced += [_key(case_id, key) for key in difference.replaced]
        kept += [{**_key(case_id, finding.key), **_words(finding)} for finding in difference.kept]
        opened += [_finding_row(process, case_id, finding, at) for finding in difference.opened]
    connection = session.connection()
    for statement, rows in (
        (update(table).where(this), closed),
        (delete(table).where(this), replaced),
        (update(table).where(this), kept),
        (insert(table), opened),
    ):
        if rows:
            connection.execute(statement, rows)


def _key(case_id: str, key: tuple[str, str]) -> dict[str, Any]:
    return {"b_case": case_id, "b_code": key[0], "b_subject": key[1]}


def _words(finding: Finding) -> dict[str, Any]:
    """What of an open finding changes from day to day."""
    return {"message": finding.message, "evidence": canonical_facts(finding.evidence), "remedy": finding.remedy}


def _finding_row(process: str, case_id: str, finding: Finding, at: datetime) -> dict[str, Any]:
    return {
        "process": process, "case_id": case_id, "code": finding.code, "subject": finding.subject,
        "severity": finding.severity.value, "citation": finding.citation, "tell": json.dumps(finding.tell),
        "opened_at": at, "closed_at": None, **_words(finding),
    }  # fmt: skip


def close_findings(session: Session, process: str, case_ids: Sequence[str], at: datetime) -> None:
    """Close what was open on cases that have come to their end: nobody reviews them any more."""
    if not case_ids:
        return
    table = CaseFinding.__table__  # type: ignore[attr-defined]
    mine = (table.c.process == process) & table.c.case_id.in_(case_ids) & table.c.closed_at.is_(None)
    session.connection().execute(update(table).where(mine).values(closed_at=at))


def keep_packets(session: Session, packets: list[dict[str, Any]]) -> None:
    """Store packets, each once."""
    column: Any = StoredPacket.sha256
    known = set(session.execute(select(column).where(column.in_([p["sha256"] for p in packets]))).scalars())
    fresh = {p["sha256"]: p for p in packets if p["sha256"] not in known}
    if fresh:
        session.connection().execute(insert(StoredPacket), list(fresh.values()))
