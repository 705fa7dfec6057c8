"""Letters that signatures order: shown before, kept with the signature, printed and sent by the next sitting."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.shared.documents import Document, canonical, sha256
from models.shared.people_records import LetterOrder
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.rendering import StoredPdf

Kind = TypeVar("Kind", bound=Document)
Sent = TypeVar("Sent", bound=Document, covariant=True)
# What a preview says where the signer has not written the reason yet; such a letter is never sent.
NO_REASON_YET = "…"


@dataclass(frozen=True)
class DueLetter(Generic[Sent]):
    """A letter that a decision sends, to whom, and which earlier one it replaces."""

    letter: Sent
    case_id: str
    email: str
    replaces: str = ""

    @property
    def document_id(self) -> str:
        return self.letter.document_id

    @property
    def content_sha256(self) -> str:
        """Hash of all that the letter says, but for the moment at which it is made and the reason yet to be written."""
        return content_sha256(self.letter)


def content_sha256(letter: Document) -> str:
    """Hash of what a letter says, as its event and its signature keep it."""
    return sha256(canonical(letter.model_dump(mode="json", exclude={"made_at", "reason"})))


class Due(Protocol):
    """A letter that a decision sends, to whom, and which earlier one it replaces."""

    @property
    def letter(self) -> Document: ...
    @property
    def case_id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def replaces(self) -> str: ...


def keep_orders(session: Session, process: str, due: Sequence[tuple[Due, str]], at: datetime) -> None:
    """Keep the letters that a signature ordered, word for word, each with the e-mail that carries it."""
    rows = [
        {
            "document_id": d.letter.document_id, "process": process, "case_id": d.case_id,
            "document": type(d.letter).__name__, "body": canonical(d.letter.model_dump(mode="json")),
            "recipient": d.email, "message": message, "replaces": d.replaces, "ordered_at": at, "printed_at": None,
        }
        for d, message in due
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(LetterOrder), rows)


def ordered_letters(session: Session, process: str, classes: Mapping[str, type[Kind]]) -> list[Kind]:
    """The letters of a process that were ordered and not printed yet; `classes` by their names."""
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    query = select(LetterOrder).where(table.process == process, table.printed_at.is_(None)).order_by(table.document_id)
    return [classes[row.document].model_validate(json.loads(row.body)) for row in session.execute(query).scalars()]


def register_letters(session: Session, pdfs: Sequence[StoredPdf], at: datetime) -> int:
    """Enter printed letters in the register, put their messages into the outbox, mark what they replace."""
    orders, documents = LetterOrder.__table__, StoredDocument.__table__  # type: ignore[attr-defined]
    count = 0
    for pdf in pdfs:
        number = pdf.document.document_id
        mine = (orders.c.document_id == number) & orders.c.printed_at.is_(None)
        row = session.execute(select(LetterOrder).where(mine)).scalar()
        if row is None:
            continue
        session.connection().execute(insert(StoredDocument), [pdf.row(row.process, row.case_id, "letter")])
        message: dict[str, Any] = {
            "message_id": number, "process": row.process, "case_id": row.case_id, "recipient": row.recipient,
            "subject": pdf.document.title, "body": row.message, "document_id": number, "created_at": at,
            "sent_at": None,
        }  # fmt: skip
        session.connection().execute(insert(OutgoingMessage), [message])
        if row.replaces:
            old = documents.c.document_id == row.replaces
            session.execute(update(documents).where(old).values(superseded_by=number))
        session.execute(update(orders).where(mine).values(printed_at=at))
        count += 1
    return count
