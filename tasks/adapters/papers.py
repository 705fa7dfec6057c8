"""What lies in the store and may be shown: issued papers and scans, each checked against the register first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.people import Person, Role
from models.shared.records import IncomingFile, StoredDocument
from tasks.adapters.files import stored_path

# Kinds of file that a browser shows in its own page; all others it saves.
SHOWN = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
UNKNOWN = "application/octet-stream"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
# Who reads what of a process: by kind of paper, else all of it. An administrator lets people in and reads no case;
# who works for constituents reads no contract, and the other way round (domain section 8: need to know).
_HOTLINE_STAFF = frozenset({Role.CALL_TAKER, Role.CASEWORKER, Role.TRIAGE_SUPERVISOR, Role.CLEARED})
_ALL_READERS = frozenset(Role) - {Role.ADMINISTRATOR}
_CASE_READERS = _ALL_READERS - _HOTLINE_STAFF
_READERS: dict[tuple[str, str], frozenset[Role]] = {
    ("registration", ""): _CASE_READERS,
    ("payments", ""): _CASE_READERS,
    ("budgets", ""): _CASE_READERS,
    ("fiscal", ""): _CASE_READERS,
    ("hotline", "case"): _HOTLINE_STAFF | {Role.AUDITOR},
    ("hotline", "report"): _ALL_READERS,
    ("hotline", "handover"): frozenset({Role.CALL_TAKER, Role.CASEWORKER, Role.TRIAGE_SUPERVISOR, Role.AUDITOR}),
    ("hotline", "handover restricted"): frozenset({Role.CLEARED}),
}


class PaperError(Exception):
    """A paper that the register names cannot be shown; the message says why and what to do."""


@dataclass(frozen=True)
class Paper:
    """A file as it may be handed out. `media_type` follows from its name alone, never from what is in it."""

    name: str
    sha256: str
    data: bytes

    @property
    def media_type(self) -> str:
        return SHOWN.get(Path(self.name).suffix.lower(), UNKNOWN)

    @property
    def is_shown(self) -> bool:
        """True when a browser may show it in its own page."""
        return self.media_type != UNKNOWN


def may_read(person: Person, process: str, kind: str) -> bool:
    """Whether a person reads papers of this kind (`letter`, `scan`, `case` for the case itself). Source: convention."""
    readers = _READERS.get((process, kind)) or _READERS.get((process, ""), frozenset())
    return person.is_active and bool(person.roles & readers)


def processes_of(person: Person, kind: str) -> tuple[str, ...]:
    """The processes whose papers of a kind a person reads."""
    return tuple(name for name in dict.fromkeys(process for process, _ in _READERS) if may_read(person, name, kind))


def kind_of_paper(session: Session, document_id: str) -> tuple[str, str] | None:
    """Process and kind of an issued document; None when the register has none of that number."""
    row = session.get(StoredDocument, document_id)
    return (row.process, row.kind) if row else None


def issued_paper(session: Session, document_id: str) -> Paper | None:
    """An issued document; None when the register has none of that number. Raises PaperError for a changed file."""
    row = session.get(StoredDocument, document_id)
    if row is None:
        return None
    return Paper(
        f"{row.document_id}.pdf", row.sha256, _read("documents", row.sha256, ".pdf", f"Document {document_id}")
    )


def scan(session: Session, digest: str) -> Paper | None:
    """A scan that came in, by its hash; None when none did. Raises PaperError for a changed file."""
    if not _DIGEST.fullmatch(digest):
        return None
    table = IncomingFile.__table__.c  # type: ignore[attr-defined]
    query = select(table.name).where(table.sha256 == digest, table.kind == "scans")
    name = session.execute(query.order_by(table.received_at, table.file_id).limit(1)).scalar()
    if name is None:
        return None
    return Paper(name, digest, _read("archive", digest, Path(name).suffix.lower(), f"The scan {name}"))


def _read(area: str, digest: str, suffix: str, what: str) -> bytes:
    if not _DIGEST.fullmatch(digest):
        raise PaperError(f"{what} is not shown: its entry in the register was changed. {_TELL}")
    try:
        data = stored_path(area, digest, suffix).read_bytes()
    except OSError as error:
        raise PaperError(f"{what} is not shown: its file is missing from the store. {_TELL}") from error
    if sha256(data) != digest:
        raise PaperError(f"{what} is not shown: its file was changed after it was stored. {_TELL}")
    return data


_TELL = "Tell whoever looks after this system; “steward audit verify” names everything that was changed."


def registered(
    session: Session, kind: str, processes: Sequence[str], limit: int, offset: int = 0
) -> tuple[list[dict[str, Any]], int]:  # fmt: skip
    """Issued papers of a kind, of these processes alone, the newest first, and how many there are in all."""
    table = StoredDocument.__table__.c  # type: ignore[attr-defined]
    mine = (table.kind == kind) & table.process.in_(processes)
    total = session.execute(select(func.count()).select_from(StoredDocument).where(mine)).scalar_one()
    query = (
        select(
            table.document_id, table.process, table.case_id, table.title, table.made_at, table.pages,
            table.superseded_by,
        )
        .where(mine)
        .order_by(table.made_at.desc(), table.document_id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [dict(row._mapping) for row in session.execute(query)], total
