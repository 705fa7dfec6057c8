"""Letters that signatures order: shown before, kept with the signature, printed and sent by the next sitting."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.registration.decision_documents import CorrectionLetter, DecisionLetter
from models.registration.decision_messages import decision_message
from models.shared.documents import canonical
from models.shared.people_records import LetterOrder
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.registration.history import PROCESS
from tasks.adapters.registration.letters_due import Letter, LetterDue
from tasks.adapters.rendering import StoredPdf

_CLASSES: dict[str, type[Letter]] = {kind.__name__: kind for kind in (DecisionLetter, CorrectionLetter)}


def keep_orders(session: Session, due: Sequence[LetterDue], at: datetime) -> None:
    """Keep the letters that a signature ordered, word for word."""
    rows = [
        {
            "document_id": d.document_id, "process": PROCESS, "case_id": d.case_id,
            "document": type(d.letter).__name__, "body": canonical(d.letter.model_dump(mode="json")),
            "recipient": d.email, "message": decision_message(d.letter), "replaces": d.replaces, "ordered_at": at,
            "printed_at": None,
        }
        for d in due
    ]  # fmt: skip
    if rows:
        session.connection().execute(insert(LetterOrder), rows)


def ordered_letters(session: Session) -> list[Letter]:
    """The letters that were ordered and not printed yet."""
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    query = select(LetterOrder).where(table.process == PROCESS, table.printed_at.is_(None)).order_by(table.document_id)
    return [_CLASSES[row.document].model_validate(json.loads(row.body)) for row in session.execute(query).scalars()]


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
        session.connection().execute(insert(StoredDocument), [pdf.row(PROCESS, row.case_id, "letter")])
        message: dict[str, Any] = {
            "message_id": number, "process": PROCESS, "case_id": row.case_id, "recipient": row.recipient,
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
