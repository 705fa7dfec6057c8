"""Notes about the work on a contact, sealed as the contact is; written by people, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.hotline.records import HotlineNote
from models.shared.documents import canonical, sha256
from models.shared.evidence import moment
from models.shared.people_records import Staff
from tasks.adapters.hotline.vault import Vault, vault
from tasks.adapters.many_rows import insert_many
from tasks.adapters.notes import plain

LONGEST = 2_000
_NOTE = HotlineNote.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class WorkNote:
    """One note, opened."""

    at: datetime
    staff_id: str
    name: str
    text: str


def wrong_text(text: str) -> str:
    """Why a note cannot be kept, as a sentence; empty where it can."""
    said = plain(text)
    if not said:
        return "Write what others must know for the work, without the constituent's words."
    return f"The note has {len(said):,} characters, and {LONGEST:,} fit." if len(said) > LONGEST else ""


def keep_note(session: Session, contact_id: str, seq: int, staff_id: str, text: str, at: datetime) -> str:
    """Seal a note, which the caller's event names; returns its id. Raises VaultError without a key."""
    key = vault().current
    note_id = sha256(canonical([contact_id, seq, staff_id, moment(at)]))[:24]
    sealed = key.seal(plain(text).encode(), _belongs(note_id, contact_id))
    row = {
        "note_id": note_id, "contact_id": contact_id, "staff_id": staff_id, "at": at, "key_id": key.key_id,
        "sealed": sealed,
    }  # fmt: skip
    insert_many(session.connection(), _NOTE, [row])
    return note_id


def notes_of(session: Session, contact_id: str) -> list[WorkNote]:
    """The notes about a contact, the latest first. Raises SealError for one that was changed."""
    staff = Staff.__table__.c  # type: ignore[attr-defined]
    query = select(*_NOTE.c, staff.name).outerjoin(Staff, staff.staff_id == _NOTE.c.staff_id)
    query = query.where(_NOTE.c.contact_id == contact_id).order_by(_NOTE.c.at.desc(), _NOTE.c.note_id)
    rows = session.execute(query).all()
    if not rows:
        return []
    safe = vault()
    return [WorkNote(row.at, row.staff_id, row.name or row.staff_id, _text(row, safe)) for row in rows]


def reseal_notes(session: Session, safe: Vault) -> None:
    """Seal every note with the present key; the caller commits. Raises SealError for one that was changed."""
    mine = _NOTE.c.key_id != safe.current.key_id
    rows = session.execute(select(_NOTE).where(mine)).all()
    changed = [
        {
            "b_note": row.note_id, "key_id": safe.current.key_id,
            "sealed": safe.current.seal(_text(row, safe).encode(), _belongs(row.note_id, row.contact_id)),
        }
        for row in rows
    ]  # fmt: skip
    if changed:
        session.connection().execute(update(_NOTE).where(_NOTE.c.note_id == bindparam("b_note")), changed)


def _text(row: Any, safe: Vault) -> str:
    return safe.key(row.key_id).open(row.sealed, _belongs(row.note_id, row.contact_id)).decode()


def _belongs(note_id: str, contact_id: str) -> bytes:
    return f"{contact_id}/{note_id}".encode()
