"""The register of documents: what was printed is entered once, whichever process printed it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.shared.records import StoredDocument
from tasks.adapters.rendering import StoredPdf


def enter_papers(session: Session, pdfs: Sequence[StoredPdf], row: Callable[[StoredPdf], dict[str, Any]]) -> list[str]:
    """Enter papers as `row` writes them; one that was printed before with the same number stays as it is."""
    column: Any = StoredDocument.document_id
    numbers = [pdf.document.document_id for pdf in pdfs]
    known = set(session.execute(select(column).where(column.in_(numbers))).scalars())
    rows = [row(pdf) for pdf in pdfs if pdf.document.document_id not in known]
    if rows:
        session.connection().execute(insert(StoredDocument), rows)
    return numbers
