"""What a PDF says about itself: its facts as an attachment, and by what and from what it was made."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pikepdf
from pikepdf import AttachedFileSpec, Name
from weasyprint.text.ffi import pango

from models.shared.documents import Document, sha256
from tasks.adapters.fonts import NOTHING, embedded_fonts, family_of

PACKET = "packet.json"
LIBRARIES = ("weasyprint", "pydyf", "pikepdf", "jinja2", "pygal", "segno")
# The modules whose lines decide what a page looks like: a document made by other lines is not compared byte by byte.
MODULES = ("budget_chart", "charts", "fonts", "pdf_mend", "pdf_proof", "render", "templating")
_FONT_FILES = ("/FontFile2", "/FontFile3")


@dataclass(frozen=True)
class Origin:
    """From what a file was made: hashes of its facts and its template, the programs and fonts, hash of its drawing."""

    document_id: str
    packet_sha256: str
    template_sha256: str
    made_with: str
    drawing_sha256: str


def describe(pdf: pikepdf.Pdf, document: Document, template_sha256: str) -> None:
    """Attaches the packet, with the document's own date, and writes the origin into the file's properties."""
    stamp = f"D:{document.made_at.astimezone(UTC):%Y%m%d%H%M%S}Z"
    packet = document.packet()
    attached = AttachedFileSpec(
        pdf,
        packet.encode(),
        filename=PACKET,
        description="The facts that this document prints",
        mime_type="application/json",
        creation_date=stamp,
        mod_date=stamp,
    )
    attached.relationship = Name.Data
    pdf.attachments[PACKET] = attached
    origin = Origin(document.document_id, sha256(packet), template_sha256, made_with(pdf), drawing_sha256(pdf))
    for field, value in vars(origin).items():
        pdf.docinfo[_key(field)] = value


def origin_of(pdf: pikepdf.Pdf) -> Origin | None:
    """What the file says about its making; None when it says nothing, or not all."""
    found = {field: pdf.docinfo.get(_key(field)) for field in Origin.__dataclass_fields__}
    if any(value is None for value in found.values()):
        return None
    return Origin(**{field: str(value) for field, value in found.items()})


def drawing_sha256(pdf: pikepdf.Pdf) -> str:
    """SHA-256 over all that a reader sees or can follow: pages, drawings, fonts, links, and no action beside them."""
    digest = hashlib.sha256()
    for part in _drawn(pdf):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _drawn(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    seen: set[tuple[int, int]] = set()
    yield " ".join(sorted(pdf.Root.keys())).encode()
    for page in pdf.pages:
        contents = page.obj.Contents
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            yield stream.read_bytes()
        yield from _frame(page.obj)
        yield from _drawings(page.obj.get("/Resources", NOTHING), seen)
    for font in embedded_fonts(pdf):
        yield from _font_streams(font)


def _frame(page: pikepdf.Object) -> Iterator[bytes]:
    """The edges of a page, which can hide what it draws, and its links, which can lead elsewhere."""
    for edge in ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit"):
        value = page.get(edge)
        yield repr([float(number) for number in value] if isinstance(value, pikepdf.Array) else value).encode()
    for link in page.get("/Annots", pikepdf.Array()):
        corners = [round(float(corner), 2) for corner in link.Rect]
        target = str(link.get("/A", NOTHING).get("/URI", ""))
        yield repr((str(link.Subtype), sorted(link.keys()), corners, target, str(link.get("/Contents", "")))).encode()


def _drawings(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> Iterator[bytes]:
    """Pictures and forms by name, and those inside forms; each once."""
    drawings = resources.get("/XObject", NOTHING)
    for name in sorted(drawings.keys()):
        drawing = drawings[name]
        if drawing.objgen not in seen:
            seen.add(drawing.objgen)
            yield drawing.read_bytes()
            yield from _drawings(drawing.get("/Resources", NOTHING), seen)


def _font_streams(font: pikepdf.Object) -> Iterator[bytes]:
    held = [(font, "/ToUnicode"), (font, "/Encoding"), *((_descriptor(font), key) for key in _FONT_FILES)]
    for holder, key in held:
        stream = holder.get(key)
        if isinstance(stream, pikepdf.Stream):
            yield stream.read_bytes()


def _descriptor(font: pikepdf.Object) -> pikepdf.Object:
    return font.DescendantFonts[0].FontDescriptor


def made_with(pdf: pikepdf.Pdf) -> str:
    """The programs and fonts that drew a file, with their versions: two equal texts must give equal bytes."""
    return "; ".join([_programs(), *sorted({f"{family_of(font)} {_revision(font)}" for font in embedded_fonts(pdf)})])


@cache
def _programs() -> str:
    folder = Path(__file__).parent
    code = sha256("".join((folder / f"{module}.py").read_text(encoding="utf-8") for module in MODULES))
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    return "; ".join([f"steward {code[:12]}", *libraries, f"pango {pango.pango_version()}"])


def _revision(font: pikepdf.Object) -> str:
    """The revision in the font's own header, in hexadecimal: bytes 4 to 8 of its table `head`."""
    for key in _FONT_FILES:
        if key in _descriptor(font):
            data = _descriptor(font)[key].read_bytes()
            entry = data.find(b"head")
            start = int.from_bytes(data[entry + 8 : entry + 12], "big")
            return data[start + 4 : start + 8].hex()
    return "without a file"


def _key(field: str) -> str:
    return "/Steward" + "".join(part.capitalize() for part in field.split("_"))
