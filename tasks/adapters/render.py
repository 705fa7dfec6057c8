"""Documents become PDF files: accessible, self-describing, the same bytes from the same facts on every day."""

import gc
import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
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
from tasks.adapters.rendered import RenderedPdf
from tasks.adapters.templating import TEMPLATES, html, styles, template_sha256

# Pango's font maps are not safe in two threads at once, and a flow's tasks are threads of one process.
_DRAWING = threading.Lock()
_INLINE = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
# Its warnings quote what is printed; what they warn of is refused below with a sentence.
logging.getLogger("weasyprint").setLevel(logging.ERROR)


class RenderError(Exception):
    """A document cannot be printed; the message names the document and says why in one sentence."""


class RefusedAddress(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for something outside `templates/`: it stops, rather than going on without a picture."""


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


def fetch(url: str) -> URLFetcherResponse:
    """Inline data and files under `templates/`; everything else is refused. Raises RefusedAddress."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return _INLINE.fetch(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or not path.is_relative_to(TEMPLATES):
        raise RefusedAddress(f"A page may show only what its own template folder holds, not {url[:100]}.")
    return URLFetcherResponse(url, path.read_bytes())


def warm_up() -> None:
    """Read all fonts and style sheets: the first document of a process would do it."""
    _draw("<p>Steward</p>", "en")


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
