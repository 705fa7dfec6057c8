"""Writes the decisions of triage as CSV; what the law protects reads RESTRICTED."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.records import HotlineDecision
from models.hotline.rules import words_at
from models.hotline.shown_words import Vocabulary
from models.hotline.wording import plain, seen
from tasks.adapters.database import reading
from tasks.adapters.export import check_target, written_whole
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.phrase_files import read_tables
from tasks.adapters.spreadsheets import safe_cell

COLUMNS = (
    "id", "unit", "alternatives", "priority", "confidential", "needs_language_service", "language", "duplicate_of",
    "review", "confidence", "rule", "evidence",
)  # fmt: skip
_HIDDEN = dict.fromkeys(("unit", "alternatives", "rule", "evidence", "language"), "RESTRICTED")
_AT_ONCE = 2_500
_DECISION = HotlineDecision.__table__  # type: ignore[attr-defined]


def write_decisions(path: Path, who: str, at: datetime) -> dict[str, int]:
    """Write every decision in the order in which contacts were received; counts of rows. Raises ExportRefused.

    Contacts that are not confidential are opened for the words that decided, and `who` opened them is kept. Of these
    words the file has those that the phrase tables know: what stands between them may be a name.
    """
    check_target(path, (".csv",))
    known = Vocabulary(read_tables())
    counts = {"decisions": 0, "restricted": 0}
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rows in _batches():
            words = _evidence([row for row in rows if not row["confidential"]], known, who, at)
            for row in rows:
                shown = _shown(row, words.get(row["contact_id"], ""))
                writer.writerow([safe_cell(shown[column]) for column in COLUMNS])
                counts["restricted"] += bool(row["confidential"])
            counts["decisions"] += len(rows)
    return counts


def _batches() -> Iterator[list[dict[str, Any]]]:
    start = 0
    while True:
        with reading() as session:
            rows = _some(session, start)
        if not rows:
            return
        yield rows
        start += len(rows)


def _some(session: Session, start: int) -> list[dict[str, Any]]:
    query = select(_DECISION).order_by(_DECISION.c.received_at, _DECISION.c.contact_id)
    return [dict(row._mapping) for row in session.execute(query.offset(start).limit(_AT_ONCE))]


def _evidence(rows: Sequence[Mapping[str, Any]], known: Vocabulary, who: str, at: datetime) -> dict[str, str]:
    """The words that decided, by contact."""
    opened = open_contacts([row["contact_id"] for row in rows], who=who, purpose="export of decisions", at=at)
    words = {one.form.contact_id: plain(seen(one.form.words)) for one in opened}
    return {
        row["contact_id"]: "|".join(map(known.shown, words_at(words[row["contact_id"]], _places(row["evidence"]))))
        for row in rows
    }


def _places(written: str) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, _, end in (pair.partition("-") for pair in written.split())]


def _shown(row: Mapping[str, Any], evidence: str) -> dict[str, str]:
    shown = {
        "id": row["contact_id"], "unit": row["unit"], "alternatives": row["alternatives"],
        "priority": str(row["priority"]), "confidential": _yes(row["confidential"]),
        "needs_language_service": _yes(row["needs_language_service"]), "language": row["language"],
        "duplicate_of": row["duplicate_of"], "review": _yes(bool(row["review"])),
        "confidence": f"{row['confidence'] / 1000:.3f}", "rule": row["rule"], "evidence": evidence,
    }  # fmt: skip
    return {**shown, **_HIDDEN} if row["confidential"] else shown


def _yes(value: bool) -> str:
    return "yes" if value else "no"
