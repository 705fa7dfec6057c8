"""Writes the decisions of triage as CSV; what the law protects reads RESTRICTED, unless who asks is cleared."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.records import HotlineCase, HotlineDecision
from models.hotline.rules import words_at
from models.hotline.shown_words import Vocabulary
from models.hotline.wording import plain, seen
from tasks.adapters.database import reading
from tasks.adapters.export import ExportRefused, check_target, written_whole
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.triaging import tables_in_use
from tasks.adapters.settings import settings
from tasks.adapters.spreadsheets import safe_cell

COLUMNS = (
    "id", "unit", "alternatives", "priority", "confidential", "needs_language_service", "language", "duplicate_of",
    "review", "confidence", "rule", "evidence",
)  # fmt: skip
_HIDDEN = dict.fromkeys(("unit", "alternatives", "rule", "evidence", "language"), "RESTRICTED")
_AT_ONCE = 2_500
_DECISION, _CASE = HotlineDecision.__table__, HotlineCase.__table__  # type: ignore[attr-defined]


def write_decisions(path: Path, who: str, at: datetime, *, cleared: bool = False) -> dict[str, int]:
    """Write every decision in the order in which contacts were received; counts of rows. Raises ExportRefused.

    The file is about triage: each row says what triage decided, whatever people decided since, so that both can be
    compared (people's own decisions: `tool_files.write_overrides`). Only what is protected follows people: what
    somebody marked as confidential after triage is masked as well.

    Each contact whose words that decided are told is opened for them, and `who` opened it is kept. What is restricted
    is not opened, unless `who` is `cleared`: then it is told in full, in a file that its owner alone can read and that
    lies outside of the home. Of the words that decided the file has those that the phrase tables know: what stands
    between them may be a name. Source: domain section 8 (class C4).
    """
    check_target(path, (".csv",))
    if cleared and path.resolve().is_relative_to(settings().home.resolve()):
        raise ExportRefused("What is restricted lies in the home sealed alone. Choose a place outside of it.")
    known = Vocabulary(tables_in_use())
    counts = {"decisions": 0, "restricted": 0}
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        if cleared:
            part.chmod(0o600)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rows in _batches():
            words = _evidence([row for row in rows if cleared or not row["restricted"]], known, who, at)
            for row in rows:
                shown = _shown(row, words.get(row["contact_id"], ""), masked=row["restricted"] and not cleared)
                writer.writerow([safe_cell(shown[column]) for column in COLUMNS])
                counts["restricted"] += row["restricted"]
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
    """Decisions from a place on; `restricted` where triage or, since then, a person found what is protected."""
    joined = _DECISION.outerjoin(_CASE, _CASE.c.case_id == _DECISION.c.contact_id)
    query = select(_DECISION, _CASE.c.restricted.label("by_person")).select_from(joined)
    query = query.order_by(_DECISION.c.received_at, _DECISION.c.contact_id).offset(start).limit(_AT_ONCE)
    return [{**row._mapping, "restricted": bool(row.confidential or row.by_person)} for row in session.execute(query)]


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


def _shown(row: Mapping[str, Any], evidence: str, *, masked: bool) -> dict[str, str]:
    shown = {
        "id": row["contact_id"], "unit": row["unit"], "alternatives": row["alternatives"],
        "priority": str(row["priority"]), "confidential": _yes(row["confidential"]),
        "needs_language_service": _yes(row["needs_language_service"]), "language": row["language"],
        "duplicate_of": row["duplicate_of"], "review": _yes(bool(row["review"])),
        "confidence": f"{row['confidence'] / 1000:.3f}", "rule": row["rule"], "evidence": evidence,
    }  # fmt: skip
    return {**shown, **_HIDDEN} if masked else shown


def _yes(value: bool) -> str:
    return "yes" if value else "no"
