"""What rendering a document comes to: its file, or why there is none. Light: who has others draw imports only this."""

from dataclasses import dataclass


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
