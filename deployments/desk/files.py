"""Documents and scans as files, the style sheet, and health."""

from functools import cache
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response

from deployments.desk.access import not_readable
from deployments.desk.guard import SignedIn
from deployments.desk.health import look
from deployments.desk.html import sentence, style_address, style_sheet
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.fonts import missing_fonts
from tasks.adapters.papers import Paper, PaperError, issued_paper, kind_of_paper, may_read, scan

router = APIRouter()
# The style sheet of the sign-in page, and what a monitor asks: nobody signs in for these.
open_router = APIRouter()
_FOR_EVER = "public, max-age=31536000, immutable"
# What a browser's own PDF page needs to draw itself; still no script, and nothing from elsewhere.
_PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
IfNoneMatch = Annotated[str, Header()]


@router.api_route("/documents/{document_id}", methods=["GET", "HEAD"])
def show_document(document_id: str, visitor: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """An issued document, as it was issued, to those who read papers of its kind."""
    try:
        with reading() as session:
            found = kind_of_paper(session, document_id) if document_id.isprintable() else None
            process, kind = found or ("registration", "letter")
            if not may_read(visitor.person, process, kind):
                raise not_readable(visitor.person, process)
            paper = issued_paper(session, document_id) if found else None
    except PaperError as error:
        return sentence(500, "This document is not shown", str(error))
    if paper is None:
        return sentence(404, "Not found", f"There is no document {document_id[:80]}.")
    return file_answer(paper, if_none_match)


@router.api_route("/scans/{digest}", methods=["GET", "HEAD"])
def show_scan(digest: str, visitor: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """A scan that came in, as it came, to those who read scans."""
    if not may_read(visitor.person, "registration", "scan"):
        raise not_readable(visitor.person, "registration")
    try:
        with reading() as session:
            paper = scan(session, digest)
    except PaperError as error:
        return sentence(500, "This scan is not shown", str(error))
    if paper is None:
        return sentence(404, "Not found", "There is no scan with this number.")
    return file_answer(paper, if_none_match)


def file_answer(paper: Paper, known: str = "") -> Response:
    """A file that a browser shows or saves, and keeps no copy of."""
    tag, how = f'"{paper.sha256}"', "inline" if paper.is_shown else "attachment"
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _PDF_POLICY if paper.media_type == "application/pdf" else _FILE_POLICY,
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(paper.name, safe='')}",
    }
    if tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(paper.data, media_type=paper.media_type, headers=headers)


@open_router.get("/static/{name}")
def show_style(name: str) -> Response:
    """The style sheet, under the name that its content gives it."""
    if f"/static/{name}" != style_address():
        return sentence(404, "Not found", "There is no such file.")
    return Response(style_sheet(), media_type="text/css", headers={"Cache-Control": _FOR_EVER})


@open_router.get("/health")
def show_health() -> Response:
    """For a monitor: 200 when the office can work, 503 when it cannot."""
    health = look(clock.now(), _missing_fonts)
    return JSONResponse(health.report(), health.status)


@cache
def _missing_fonts() -> tuple[str, ...]:
    """Asked once: trying every font takes a second, and this process sees a newly installed one only when restarted."""
    return tuple(missing_fonts())
