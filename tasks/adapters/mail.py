"""Sends what stands in the outbox: `.eml` files in the home by default, SMTP by setting."""

import smtplib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from models.shared.documents import sha256
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.files import stored_path
from tasks.adapters.home import write_atomically
from tasks.adapters.policy import office
from tasks.adapters.settings import settings

NO_ADDRESS = ""


def compose(message: OutgoingMessage, document: StoredDocument | None) -> EmailMessage:
    """The mail of an outbox row; the same row gives the same bytes."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings().smtp_sender or office().email
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.message_id}@steward>"
    mail.set_content(message.body)
    if document is not None:
        data = stored_path("documents", document.sha256, ".pdf").read_bytes()
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=f"{document.document_id}.pdf")
        mail.set_boundary(f"=={sha256(message.message_id)[:32]}==")
    return mail


def send(message: OutgoingMessage, document: StoredDocument | None) -> None:
    """Send one message. A message without an address becomes a file to print and post, in `outbox/to-post`."""
    mail = compose(message, document)
    if settings().smtp_host and message.recipient != NO_ADDRESS:
        _send_by_smtp(mail)
    else:
        write_atomically(outbox_path(message), mail.as_bytes())


def outbox_path(message: OutgoingMessage) -> Path:
    """Where the `.eml` file of a message lies."""
    folder = "outbox" if message.recipient != NO_ADDRESS else "outbox/to-post"
    return settings().home.absolute() / folder / f"{message.message_id}.eml"


def _send_by_smtp(mail: EmailMessage) -> None:
    with smtplib.SMTP(settings().smtp_host, settings().smtp_port, timeout=30) as server:
        if settings().smtp_user:
            server.starttls()
            server.login(settings().smtp_user, settings().smtp_password.get_secret_value())
        server.send_message(mail)
