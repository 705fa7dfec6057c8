"""Documents become PDF files: accessible, self-describing, the same bytes from the same facts on every day."""

import gc
import io
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.pool import Pool
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pikepdf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from models.shared.documents import Document, sha256
from tasks.adapters.fonts import check_fonts
from tasks.adapters.languages import FontError, families
from tasks.adapters.pdf_mend import mend
from tasks.adapters.pdf_proof import describe
from tasks.adapters.templating import TEMPLATES, html, styles, template_sha256

# Pango's font maps are not safe in two threads at once, and a flow's tasks are threads of one process.
_DRAWING = threading.Lock()
_INLINE = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
# Starting two workers costs as much as twenty letters; a worker is replaced before it has grown.
FEW, RECYCLED_AFTER, AHEAD = 24, 200, 4
# Its warnings quote what is printed; what they warn of is refused below with a sentence.
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class RenderError(Exception):
    """A document cannot be printed; the message names the document and says why in one sentence."""


class RefusedAddress(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for something outside `templates/`: it stops, rather than going on without a picture."""


@dataclass(frozen=True)
class RenderedPdf:
    """A file as it leaves the building: its bytes, their SHA-256, its pages, the hash of its template."""

    data: bytes
    sha256: str
    pages: int
    template_sha256: str


@dataclass(frozen=True)
class Refusal:
    """Why one document of many could not be printed, in one sentence."""

    document_id: str
    sentence: str


def render(document: Document) -> RenderedPdf:
    """The document as a tagged PDF/UA-1 file. Raises RenderError for missing glyphs, fonts and refused addresses."""
    template = template_sha256(document.template())
    try:
        with _DRAWING, _collector_at_rest():
            drawn = _draw(html(document), document.language)
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            check_fonts(pdf, document.language)
            describe(pdf, document, template)
            data, pages = _saved(pdf), len(pdf.pages)
    except (FontError, RefusedAddress) as error:
        raise RenderError(f"Document {document.document_id} cannot be printed. {error}") from error
    return RenderedPdf(data, sha256(data), pages, template)


def render_many(
    documents: Sequence[Document], workers: int = 2, timeout: float = 120.0, few: int = FEW
) -> Iterator[RenderedPdf | Refusal]:
    """The documents in order, each as soon as it is ready; one that cannot be printed stops none of the others.

    Draws in this process when there are not more than `few`. A document whose worker died, or took longer than
    `timeout` seconds, is tried once more in a new one.
    """
    if workers < 2 or len(documents) <= few or multiprocessing.current_process().daemon:
        yield from map(_tried, documents)
    else:
        yield from _in_workers(deque(documents), workers, timeout)


def _tried(document: Document) -> RenderedPdf | Refusal:
    try:
        return render(document)
    except RenderError as error:
        return Refusal(document.document_id, str(error))


def _in_workers(waiting: deque[Document], workers: int, timeout: float) -> Iterator[RenderedPdf | Refusal]:
    lost: Document | None = None
    while waiting:
        try:
            with _pool(workers) as pool:
                for result in _in_order(pool, tuple(waiting), workers * AHEAD, timeout):
                    waiting.popleft()
                    yield result
        except multiprocessing.TimeoutError:
            if waiting[0] is lost:
                waiting.popleft()
                yield Refusal(
                    lost.document_id, f"Document {lost.document_id} cannot be printed. Drawing it does not end."
                )
            lost = waiting[0] if waiting else None


def _in_order(pool: Pool, documents: Sequence[Document], ahead: int, timeout: float) -> Iterator[RenderedPdf | Refusal]:
    """Hands out a few documents ahead of the reader: finished files wait in no longer a line than that."""
    handed = deque(pool.apply_async(_tried, (document,)) for document in documents[:ahead])
    for document in (*documents[ahead:], *[None] * len(handed)):
        yield handed.popleft().get(timeout)
        if document is not None:
            handed.append(pool.apply_async(_tried, (document,)))


def _pool(workers: int) -> Pool:
    # A fresh interpreter: a fork would copy the locks of the threads that a flow's tasks run in.
    return multiprocessing.get_context("spawn").Pool(workers, _begin_worker, maxtasksperchild=RECYCLED_AFTER)


def _begin_worker() -> None:
    """Leaves Ctrl-C to the parent, and ends at once when the parent is gone, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def fetch(url: str) -> URLFetcherResponse:
    """Inline data and files under `templates/`; everything else is refused. Raises RefusedAddress."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return _INLINE.fetch(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or not path.is_relative_to(TEMPLATES):
        raise RefusedAddress(f"A page may show only what its own template folder holds, not {url[:100]}.")
    return URLFetcherResponse(url, path.read_bytes())


def _draw(page: str, language: str) -> bytes:
    document = HTML(string=page, base_url=f"{TEMPLATES.as_uri()}/", url_fetcher=fetch)
    return bytes(
        document.write_pdf(
            stylesheets=[_stylesheet(families(language))],
            font_config=_font_configuration(),
            pdf_variant="pdf/ua-1",
            finisher=mend,
        )
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Drawing makes a tree of a page's boxes that all live until its end: looking for garbage in it finds none."""
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


@cache
def _font_configuration() -> FontConfiguration:
    """One a process: it reads the list of all fonts on the machine."""
    return FontConfiguration()


@cache
def _stylesheet(fonts: tuple[str, ...]) -> CSS:
    """The parsed style sheets with the families of one language."""
    names = ", ".join(f'"{name}"' for name in fonts)
    text = (
        f"html, .running-head, .running-foot {{ font-family: {names} }}\n@page {{ font-family: {names} }}\n{styles()}"
    )
    return CSS(string=text, font_config=_font_configuration(), url_fetcher=fetch, base_url=f"{TEMPLATES.as_uri()}/")


def _saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()
