"""A PDF read back: the facts that it carries, the words that it shows, and the same facts drawn once more."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

import pikepdf
from pydantic import ValidationError

import models
from models.shared.documents import Document
from tasks.adapters.fonts import NOTHING, to_unicode
from tasks.adapters.pdf_proof import PACKET, Origin, drawing_sha256, origin_of
from tasks.adapters.render import RenderError, render

Glyphs = dict[int, str]


class NotOurPdf(Exception):
    """The file carries no facts of ours; the message says what is missing."""


@dataclass(frozen=True)
class OpenedPdf:
    """What a file holds: its facts as they are attached, what it says of its making, and what its pages show."""

    packet: bytes
    document_id: str
    origin: Origin | None
    drawing_sha256: str
    texts: tuple[str, ...]


def open_pdf(data: bytes) -> OpenedPdf:
    """Reads a file that this office made. Raises NotOurPdf for every other one, whatever is wrong with it."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if PACKET not in pdf.attachments:
                raise NotOurPdf("No facts are attached to the file: this office did not make it, or they were removed.")
            packet = pdf.attachments[PACKET].get_file().read_bytes()
            document_id = str(json.loads(packet)["document_id"])
            return OpenedPdf(packet, document_id, origin_of(pdf), drawing_sha256(pdf), tuple(page_texts(pdf)))
    except pikepdf.PasswordError as error:
        raise NotOurPdf("The file asks for a password; this office makes none that does.") from error
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise NotOurPdf("The file is not a PDF, or is damaged: it cannot be read.") from error


def page_texts(pdf: pikepdf.Pdf) -> list[str]:
    """The text of each page in drawing order, words apart by single blanks."""
    fonts: dict[tuple[int, int], Glyphs] = {}
    return [" ".join("".join(_shown(page.obj, page.obj, fonts)).split()) for page in pdf.pages]


def _shown(content: pikepdf.Object, holder: pikepdf.Object, fonts: dict[tuple[int, int], Glyphs]) -> Iterator[str]:
    """Pieces of text of a page, or of a form drawn on it, read through its fonts; `holder` has the resources."""
    resources, glyphs = holder.get("/Resources", NOTHING), Glyphs()
    for instruction in pikepdf.parse_content_stream(content):
        operands = instruction.operands
        match str(instruction.operator):
            case "Tf":
                font = resources["/Font"][str(operands[0])]
                if font.objgen not in fonts:
                    fonts[font.objgen] = to_unicode(font)
                glyphs = fonts[font.objgen]
            case "Tj" | "TJ":
                yield from _letters(operands[0], glyphs)
            case "ET":
                yield " "
            case "Do":
                form = resources["/XObject"][str(operands[0])]
                if form.get("/Subtype") == "/Form":
                    yield from _shown(form, form, fonts)


def _letters(operand: pikepdf.Object, glyphs: Glyphs) -> Iterator[str]:
    for item in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(item, pikepdf.String):
            codes = bytes(item)
            yield from (glyphs.get(int.from_bytes(codes[at : at + 2]), "\ufffd") for at in range(0, len(codes), 2))


def drawn_again(packet: bytes) -> bytes | str:
    """The file that the attached facts make today, or a sentence that says why they make none."""
    facts = json.loads(packet)
    kind = document_kinds().get(str(facts.pop("document", "")))
    if kind is None:
        return "The attached facts are of a kind of document that this version does not know."
    try:
        document = kind.model_validate(facts)
        if document.packet().encode() != packet:
            return "The attached facts are of another version of this kind of document."
        return render(document).data
    except (ValidationError, TypeError):
        return "The attached facts do not fit this kind of document as it is today."
    except RenderError as error:
        return f"The pages cannot be drawn again here. {error}"


@cache
def document_kinds() -> dict[str, type[Document]]:
    """Every kind of document that a process prints, by the name in its packet; a base has no process."""
    for module in walk_packages(models.__path__, "models."):
        if module.name.endswith("documents"):
            import_module(module.name)
    return {kind.__name__: kind for kind in _kinds(Document) if hasattr(kind, "process")}


def _kinds(base: type[Document]) -> Iterator[type[Document]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def first_difference(found: Sequence[str], expected: Sequence[str]) -> str:
    """A sentence on the first word in which pages differ; empty when they do not."""
    if len(found) != len(expected):
        return f"The file has another number of pages ({len(found)}) than its facts make ({len(expected)})."
    for page, (shown, right) in enumerate(zip(found, expected, strict=True), start=1):
        words, ours = shown.split(), right.split()
        for place, word in enumerate(ours + [""] * (len(words) - len(ours))):
            other = words[place] if place < len(words) else ""
            if other != word:
                return f"Page {page} shows “{other}” where the attached facts say “{word}”."
    return ""
