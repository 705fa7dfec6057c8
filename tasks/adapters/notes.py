"""Notes and telephone calls about a case, and what was uploaded for it: written by people, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.people import DECIDES_NOTHING, Person
from models.shared.people_records import CaseNote, Staff
from tasks.adapters import clock
from tasks.adapters.database import reading, writing

NOTE, CALL, UPLOAD = "note", "call", "upload"
LONGEST_TEXT, LONGEST_NAME = 4_000, 200
# A page shows this many at most, the latest ones.
MOST_NOTES = 200


class NotKept(ValueError):
    """The note was not kept; the message says why, `field` names the field that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Note:
    """One entry. `spoke_with` is set for a telephone call; the text of an upload is the name of the file."""

    kind: str
    at: datetime
    staff_id: str
    name: str
    spoke_with: str
    text: str


def may_write(person: Person) -> bool:
    """Whoever decides cases may also write about them; auditors and administrators leave no word in a case."""
    return not person.roles & DECIDES_NOTHING


def add_note(
    process: str, case_id: str, kind: str, staff_id: str, text: str, spoke_with: str = "", once: str = ""
) -> str:
    """Keep a note or a telephone call; returns its id. `once` names the form: the same form sent twice is one note.

    Raises NotKept.
    """
    said, met = plain(text), " ".join(plain(spoke_with).split())
    if kind not in (NOTE, CALL):
        raise NotKept("kind", "Choose whether this is a note or a telephone call. Nothing was kept.")
    if kind == CALL and not met:
        raise NotKept("spoke_with", "Say with whom you spoke. Nothing was kept.")
    if len(met) > LONGEST_NAME:
        raise NotKept("spoke_with", f"This name is longer than {LONGEST_NAME} characters. Nothing was kept.")
    if not said:
        raise NotKept("text", "Write what was said or what others must know. Nothing was kept.")
    if len(said) > LONGEST_TEXT:
        raise NotKept(
            "text",
            f"The text is {len(said):,} characters long, and {LONGEST_TEXT:,} fit. Shorten it, or write two notes. "
            "Nothing was kept.",
        )
    note_id = _id(process, case_id, kind, staff_id, said, met if kind == CALL else "", once)
    _keep(note_id, process, case_id, kind, staff_id, said, met if kind == CALL else "")
    return note_id


def note_upload(process: str, case_id: str, staff_id: str, file_name: str) -> None:
    """Keep who uploaded a file for a case; of the same file only the first time counts."""
    _keep(_id(process, case_id, UPLOAD, file_name), process, case_id, UPLOAD, staff_id, file_name, "")


def plain(text: str) -> str:
    """Text as it is kept: one kind of line break, and no character that shows nothing or turns the line around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or sign.isprintable()).strip()


def case_notes(
    session: Session, process: str, case_id: str, kinds: Sequence[str] = (NOTE, CALL)
) -> tuple[list[Note], int]:
    """The latest entries of a case, the newest first, and how many there are in all."""
    table, staff = CaseNote.__table__.c, Staff.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == process) & (table.case_id == case_id) & table.kind.in_(kinds)
    query = (
        select(table.kind, table.at, table.staff_id, staff.name, table.spoke_with, table.text)
        .outerjoin(Staff, staff.staff_id == table.staff_id)
        .where(mine)
        .order_by(table.at.desc(), table.note_id)
        .limit(MOST_NOTES)
    )
    rows = [Note(r.kind, r.at, r.staff_id, r.name or r.staff_id, r.spoke_with, r.text) for r in session.execute(query)]
    if len(rows) < MOST_NOTES:
        return rows, len(rows)
    return rows, session.execute(select(func.count()).select_from(CaseNote).where(mine)).scalar_one()


def _id(*parts: str) -> str:
    return sha256(canonical(list(parts)))[:24]


def _keep(note_id: str, process: str, case_id: str, kind: str, staff_id: str, text: str, spoke_with: str) -> None:
    row = {
        "note_id": note_id, "process": process, "case_id": case_id, "kind": kind, "at": clock.now(),
        "staff_id": staff_id, "spoke_with": spoke_with, "text": text,
    }  # fmt: skip
    try:
        with writing() as session:
            if session.get(CaseNote, note_id) is None:
                session.connection().execute(insert(CaseNote), [row])
    except IntegrityError:
        # The second click of a double click, a moment later.
        with reading() as session:
            if session.get(CaseNote, note_id) is None:
                raise
