"""Papers that a test needs but does not ask about: drawn once a process, since the same facts give the same bytes."""

from collections.abc import Callable, Iterable

from models.shared.documents import Document
from tasks.adapters.files import store
from tasks.adapters.render import render
from tasks.adapters.render_workers import render_many
from tasks.adapters.rendered import RenderedPdf
from tasks.adapters.rendering import StoredPdf

_DRAWN: dict[tuple[str, str], RenderedPdf] = {}


def draw(document: Document, by: Callable[[Document], RenderedPdf] = render) -> RenderedPdf:
    """What `render` makes of a document. Raises RenderError."""
    key = (document.template(), document.packet())
    if key not in _DRAWN:
        _DRAWN[key] = by(document)
    return _DRAWN[key]


def drawn(documents: Iterable[Document]) -> list[StoredPdf]:
    """What `render_and_store` leaves in the home: the file of each document, without those that cannot be printed."""
    wanted = {(document.template(), document.packet()): document for document in documents}
    new = {key: document for key, document in wanted.items() if key not in _DRAWN}
    for key, pdf in zip(new, render_many(list(new.values()), workers=1), strict=True):
        if isinstance(pdf, RenderedPdf):
            _DRAWN[key] = pdf
    return [_stored(document, _DRAWN[key]) for key, document in wanted.items() if key in _DRAWN]


def _stored(document: Document, pdf: RenderedPdf) -> StoredPdf:
    digest = store("documents", pdf.data, ".pdf")
    return StoredPdf(document, digest, pdf.template_sha256, pdf.pages, len(pdf.data))
