"""The letters that were made for a contact, from the register and the history: none is opened."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.letter_rules import NAMES, kind_of
from models.hotline.letter_texts import LETTER_LANGUAGE_NAMES
from models.shared.records import CaseEvent, OutgoingMessage, StoredDocument
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.letter_store import KIND


@dataclass(frozen=True)
class LetterLine:
    """A letter: what it is, who made it when, whether it is a draft, when it was sent (None: not), what replaced it."""

    number: str
    kind: str
    language: str
    made_at: datetime
    made_by: str
    is_draft: bool
    sent_at: datetime | None
    replaced_by: str

    @property
    def standing(self) -> str:
        """How it stands, in a word."""
        if self.sent_at:
            return "sent"
        if self.replaced_by:
            return "replaced"
        return "draft" if self.is_draft else "not sent"


def letters_of(session: Session, case_id: str) -> tuple[LetterLine, ...]:
    """A contact's letters, the latest first."""
    paper, message = StoredDocument.__table__.c, OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    query = select(
        paper.document_id, paper.language, paper.made_at, paper.superseded_by, message.created_at.label("sent_at")
    )
    query = query.outerjoin_from(StoredDocument, OutgoingMessage, message.message_id == paper.document_id)
    query = query.where(paper.process == PROCESS, paper.case_id == case_id, paper.kind == KIND)
    rows = session.execute(query.order_by(paper.made_at.desc(), paper.document_id.desc())).all()
    made = {row.document_id: _made(session, row.document_id, row.made_at) for row in rows}
    return tuple(
        LetterLine(
            row.document_id, NAMES[kind] if (kind := kind_of(case_id, row.document_id)) else "",
            LETTER_LANGUAGE_NAMES.get(row.language, row.language), row.made_at, *made[row.document_id], row.sent_at,
            row.superseded_by or "",
        )
        for row in rows
    )  # fmt: skip


def _made(session: Session, number: str, at: datetime) -> tuple[str, bool]:
    """Who made a letter, and whether as a draft."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == f"letters:{at:%Y-%m-%d}") & (table.event == "letter_made")
    mine &= table.payload.contains(json.dumps(number), autoescape=True)
    found = session.execute(select(table.actor, table.payload).where(mine).order_by(table.seq)).first()
    return (found.actor, bool(json.loads(found.payload).get("draft"))) if found else ("", False)
