"""Renders documents and keeps the files by their hash, ready to be entered in the register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.shared.documents import Document
from tasks.adapters.files import store
from tasks.adapters.settings import settings
from tasks.adapters.steps import boundary

if TYPE_CHECKING:
    from tasks.adapters.render import Refusal


@dataclass(frozen=True)
class StoredPdf:
    """A rendered document whose file lies in the store."""

    document: Document
    sha256: str
    template_sha256: str
    pages: int
    bytes: int

    def row(self, process: str, case_id: str, kind: str) -> dict[str, Any]:
        """The document's row in the register."""
        return {
            "document_id": self.document.document_id, "process": process, "case_id": case_id, "kind": kind,
            "title": self.document.title, "sha256": self.sha256, "packet_sha256": self.document.packet_sha256(),
            "template_sha256": self.template_sha256, "language": self.document.language, "pages": self.pages,
            "bytes": self.bytes, "made_at": self.document.made_at, "superseded_by": None,
        }  # fmt: skip


def render_and_store(documents: Sequence[Document], few: int | None = None) -> "Iterator[StoredPdf | Refusal]":
    """Render documents in order, several at a time where there are more than `few`, and store each file as it comes.

    A document that cannot be printed comes as its refusal and stops none of the others.
    """
    # Half of the flows draw nothing, and WeasyPrint takes a second to import.
    from tasks.adapters.render import FEW, Refusal, render_many

    drawn = render_many(documents, workers=settings().render_workers, few=FEW if few is None else few)
    for document, pdf in zip(documents, drawn, strict=True):
        if isinstance(pdf, Refusal):
            yield pdf
            continue
        digest = store("documents", pdf.data, ".pdf")
        boundary("stored a document")
        yield StoredPdf(document, digest, pdf.template_sha256, pdf.pages, len(pdf.data))
