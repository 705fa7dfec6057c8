"""The outbox: what the database says must go out, sent once and marked as it goes."""

from sqlalchemy import select, update

from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.mail import send
from tasks.adapters.steps import boundary


def send_waiting() -> int:
    """Send every message that was not sent yet, oldest first; returns how many went out."""
    table = OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.message_id).where(table.sent_at.is_(None)).order_by(table.created_at, table.message_id)
        ids = list(session.execute(query).scalars())
    for message_id in ids:
        with reading() as session:
            message = session.get(OutgoingMessage, message_id)
            assert message is not None
            document = session.get(StoredDocument, message.document_id) if message.document_id else None
            send(message, document)
        boundary("sent a message")
        with writing() as session:
            session.execute(update(OutgoingMessage).where(table.message_id == message_id).values(sent_at=clock.now()))
        boundary("marked a message as sent")
    return len(ids)
