"""Files that people upload at the desk: looked at before they are taken, archived for a case or put into the inbox."""

import hashlib
import os
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlalchemy import func, select
from sqlmodel import Session

from models.registration.records import DocumentReport
from models.shared.calendar import new_york_date
from models.shared.records import IncomingFile
from tasks.adapters.file_limits import MEGABYTE, Limits
from tasks.adapters.incoming import BROUGHT_BY, KINDS, take_in
from tasks.adapters.notes import UPLOAD, Note, case_notes, note_upload
from tasks.adapters.settings import settings

# Source: PASSPort takes files up to 125 MB.
LARGEST_SCAN = 125 * MEGABYTE
LONGEST_STEM = 80
SCAN_KINDS = {
    ".pdf": "pdf", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".xlsx": "workbook", ".docx": "text document"
}  # fmt: skip
TABLE_KINDS = {".xlsx": "workbook", ".xls": "old workbook", ".csv": "text"}
# What a kind of file may be, where that is less or more than any table.
KINDS_OF = {
    "requisitions": {".xlsx": "workbook", ".csv": "text", ".json": "text"},
    "budgets": {".xlsx": "workbook", ".csv": "text"},
    "spending": {".csv": "text", ".xml": "text"},
    "financial-reports": {".xlsx": "workbook", ".csv": "text"}, "ledgers": {".csv": "text"},
    "fiscal-facts": {".csv": "text"},
}  # fmt: skip
# Whoever brings one of these in stands in its record: who submits a requisition approves no step of it.
WITH_NAME = frozenset(
    {"requisitions", "budgets", "payment-facts", "payments", "spending", "financial-reports", "ledgers", "fiscal-facts"}
)
# Contacts are no list of the desk: what a browser sends lies on the disk in clear for a moment.
LISTS = tuple(kind for kind in KINDS if kind not in ("scans", "inquiries"))
_MACRO_ENDINGS = (".xlsm", ".xltm", ".xlsb", ".xlam")
_HEAD, _TAIL, _CHUNK = 1_024, 256 * 1_024, 1 << 20
_NOT_KEPT = "Nothing was kept."


class NotTaken(ValueError):
    """The file was not taken; the message says why and what to do."""


@dataclass(frozen=True)
class Uploaded:
    """A file that was uploaded for a case: its name in the archive, its hash, which document it is said to be."""

    name: str
    sha256: str
    document: str
    note: Note


def take_scan(process: str, case_id: str, document: str, staff_id: str, original: str, file: BinaryIO) -> str:
    """Archive a file for a document of a case; returns the name that the record of the document gives.

    The name ties it to case and document, and a part of its hash keeps another file from taking its place.
    Raises NotTaken.
    """
    suffix = _checked(original, file, SCAN_KINDS, LARGEST_SCAN)
    name = f"{case_id}-{document}-{_plain_stem(original)}-{_digest(file)[:12]}{suffix}"
    take_in(file, name, "scans")
    note_upload(process, case_id, staff_id, name)
    return name


def kinds_of(kind: str) -> dict[str, str]:
    """The endings that a kind of list may have, with what its content must be."""
    return KINDS_OF.get(kind, TABLE_KINDS)


def take_list(kind: str, staff_id: str, original: str, file: BinaryIO) -> str:
    """Take a list of payments with the name of who brings it, to be read by the next import; returns its name.

    Raises NotTaken.
    """
    if kind not in WITH_NAME:
        raise NotTaken(f"Choose what this list is. {_NOT_KEPT}")
    suffix = _checked(original, file, kinds_of(kind), Limits.max_bytes)
    name = f"{_plain_stem(original)}{suffix}"
    take_in(file, name, kind, {BROUGHT_BY: staff_id})
    return name


def put_into_inbox(kind: str, original: str, file: BinaryIO) -> str:
    """Put a list into the inbox, whole or not at all; returns its name there. Raises NotTaken."""
    if kind not in LISTS:
        raise NotTaken(f"Choose what this list is. {_NOT_KEPT}")
    suffix = _checked(original, file, kinds_of(kind), Limits.max_bytes)
    name = f"{_plain_stem(original)}-{_digest(file)[:12]}{suffix}"
    folder = settings().folder("inbox", kind)
    partial = folder / f".{name}.{os.getpid()}.{threading.get_ident()}.part"
    with partial.open("wb") as out:
        while chunk := file.read(_CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, folder / name)
    return name


def uploaded_files(session: Session, process: str, case_id: str) -> list[Uploaded]:
    """What was uploaded for a case, the newest first."""
    notes, _ = case_notes(session, process, case_id, (UPLOAD,))
    table = IncomingFile.__table__.c  # type: ignore[attr-defined]
    query = select(table.name, table.sha256).where(table.kind == "scans", table.name.in_([n.text for n in notes]))
    hashes: dict[str, str] = {row.name: row.sha256 for row in session.execute(query)}
    return [
        Uploaded(note.text, hashes[note.text], note.text.removeprefix(f"{case_id}-").partition("-")[0], note)
        for note in notes
        if note.text in hashes
    ]


def recorded_on(session: Session, owners: Sequence[str], names: Sequence[str]) -> dict[str, date]:
    """When each of these files was first recorded as a document of a contract or its provider, in New York."""
    t = DocumentReport.__table__.c  # type: ignore[attr-defined]
    query = select(t.file_name, func.min(t.recorded_at)).where(t.owner.in_(owners), t.file_name.in_(names))
    rows = session.execute(query.group_by(t.file_name)) if names else ()
    return {name: new_york_date(at) for name, at in rows}


def _checked(original: str, file: BinaryIO, kinds: dict[str, str], largest: int) -> str:
    """The ending of a file whose content is what the ending says; the stream stands at its beginning then."""
    suffix = Path(original).suffix.lower()
    if suffix in _MACRO_ENDINGS:
        raise NotTaken(
            f"“{_short(original)}” is a workbook with macros, which are never opened. Save it as an Excel workbook "
            f"(.xlsx) without them. {_NOT_KEPT}"
        )
    if suffix not in kinds:
        raise NotTaken(f"“{_short(original)}” is not one of: {_listed(kinds)}. {_NOT_KEPT}")
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise NotTaken(f"“{_short(original)}” is empty. {_NOT_KEPT}")
    if size > largest:
        raise NotTaken(
            f"“{_short(original)}” is larger than {largest // MEGABYTE} MB. Scan it with a lower resolution, or divide "
            f"it. {_NOT_KEPT}"
        )
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    if not _is(kinds[suffix], head, tail):
        raise NotTaken(
            f"“{_short(original)}” is not what its name says: its content is not that of a {suffix[1:].upper()} file. "
            f"Save it anew in the program that made it. {_NOT_KEPT}"
        )
    return suffix


def _is(kind: str, head: bytes, tail: bytes) -> bool:
    match kind:
        case "pdf":
            return b"%PDF-" in head
        case "png":
            return head.startswith(b"\x89PNG\r\n\x1a\n")
        case "jpeg":
            return head.startswith(b"\xff\xd8\xff")
        case "workbook":
            # The names of a package's parts stand at its end.
            return head.startswith(b"PK\3\4") and b"xl/workbook." in tail
        case "text document":
            return head.startswith(b"PK\3\4") and b"word/document.xml" in tail
        case "old workbook":
            return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\0" not in head and not head.startswith((b"%PDF", b"PK")))


def _digest(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _plain_stem(original: str) -> str:
    """The name as it was sent, without folders, and with letters, digits and few signs only."""
    base = PurePosixPath(unicodedata.normalize("NFC", original).replace("\\", "/")).name
    stem = re.sub(r"[^\w .()]+", "_", base[: len(base) - len(Path(base).suffix)])
    return " ".join(stem.split())[:LONGEST_STEM].strip(" .") or "file"


def _short(name: str) -> str:
    shown = "".join(sign for sign in name if sign.isprintable())
    return shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-15:]}"


def _listed(kinds: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(kind[1:].upper() for kind in kinds if kind != ".jpeg")
