"""Renders documents and keeps the files by their hash, ready to be entered in the register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.shared.documents import Document
from tasks.adapters.files import store
from tasks.adapters.render_workers import FEW, begin_workers, render_many
from tasks.adapters.rendered import Refusal
from tasks.adapters.settings import settings
from tasks.adapters.steps import boundary


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


def begin_drawing(documents: int) -> None:
    """Say that so many documents will be rendered: what their workers need is read while they are loaded."""
    begin_workers(documents, settings().render_workers)


def render_and_store(documents: Sequence[Document], few: int = FEW) -> Iterator[StoredPdf | Refusal]:
    """Render documents in order, several at a time where there are more than `few`, and store each file as it comes.

    A document that cannot be printed comes as its refusal and stops none of the others.
    """
    drawn = render_many(documents, workers=settings().render_workers, few=few)
    for document, pdf in zip(documents, drawn, strict=True):
        if isinstance(pdf, Refusal):
            yield pdf
            continue
        digest = store("documents", pdf.data, ".pdf")
        boundary("stored a document")
        yield StoredPdf(document, digest, pdf.template_sha256, pdf.pages, len(pdf.data))
