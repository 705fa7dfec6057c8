"""Whether the fonts of the languages are here, and whether a PDF used those of its own and no others."""

import io
import re
from collections.abc import Iterable, Mapping

import pikepdf
import weasyprint

from tasks.adapters.languages import BASE, FontError, families

# A word in each family's own script, by which `missing_fonts` sees whether the family is really used.
SAMPLES: Mapping[str, str] = {
    BASE: "Agency Służba Агентство",
    "Noto Sans CJK SC": "机构文件",
    "Noto Sans CJK TC": "機構文件",
    "Noto Sans CJK KR": "기관 문서",
    "Noto Sans Bengali": "সংস্থা",
    "Noto Sans Arabic": "وكالة",
    "Noto Nastaliq Urdu": "ادارہ",
}
PACKAGES = "fonts-noto-core and fonts-noto-cjk"
NOTHING = pikepdf.Dictionary()
_PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")
_TO_BOX = re.compile(rb"<([0-9a-fA-F]{4})> 0\b")


def missing_fonts() -> list[str]:
    """The families that documents need and this machine lacks: each is tried on a page of its own."""
    return [family for family, sample in SAMPLES.items() if not _is_here(family, sample)]


def _is_here(family: str, sample: str) -> bool:
    page = f'<html lang="en"><p style="font-family: \'{family}\'">{sample}</p></html>'
    with pikepdf.open(io.BytesIO(weasyprint.HTML(string=page).write_pdf())) as pdf:
        return {family_of(font) for font in embedded_fonts(pdf)} == {family}


def embedded_fonts(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Every font that the file's pages can use, each once."""
    found: dict[tuple[int, int], pikepdf.Object] = {}
    for page in pdf.pages:
        for font in page.obj.get("/Resources", NOTHING).get("/Font", NOTHING).values():
            found.setdefault(font.objgen, font)
    return list(found.values())


def family_of(font: pikepdf.Object) -> str:
    """The family that a font in the file comes from, by its descriptor: `Noto Sans Bengali`."""
    return str(font.DescendantFonts[0].FontDescriptor.FontFamily) if "/DescendantFonts" in font else "a bitmap font"


def to_unicode(font: pikepdf.Object) -> dict[int, str]:
    """The text that each glyph of a font stands for, by glyph number."""
    if "/ToUnicode" not in font:
        return {}
    # The code space range before the pairs looks like a pair, and is none.
    pairs = _PAIR.findall(font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2])
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for glyph, text in pairs}


def check_fonts(pdf: pikepdf.Pdf, language: str) -> None:
    """Passes when all text is drawn with the language's own fonts and no glyph is missing. Raises FontError."""
    allowed = families(language)
    where = f"“{language}” ({', '.join(allowed)})"
    for font in embedded_fonts(pdf):
        texts = to_unicode(font)
        boxes = _boxes(font, texts)
        if boxes:
            raise FontError(
                f"{_named(boxes)} would be printed as an empty box: no font for the language {where} has it. "
                f"Correct the text, or check that {PACKAGES} are installed."
            )
        if family_of(font) not in allowed:
            raise FontError(
                f"{_named(texts.values())} would be printed in “{family_of(font)}”, which is not a font for the "
                f"language {where}. Correct the text or the document's language, or check that {PACKAGES} are "
                f"installed."
            )


def _boxes(font: pikepdf.Object, texts: Mapping[int, str]) -> list[str]:
    """Texts drawn as glyph 0, the empty box: directly, or by an encoding that sends their code there."""
    numbers = {0}
    if isinstance(font.Encoding, pikepdf.Stream):
        numbers |= {int(code, 16) for code in _TO_BOX.findall(font.Encoding.read_bytes())}
    return [text for number, text in texts.items() if number in numbers]


def _named(texts: Iterable[str]) -> str:
    characters = sorted({character for text in texts for character in text if character != " "})
    shown = ", ".join(_character(character) for character in characters[:5])
    more = f" and {len(characters) - 5} more characters" if len(characters) > 5 else ""
    return (shown or "Blank space") + more


def _character(character: str) -> str:
    number = f"U+{ord(character):04X}"
    return f"“{character}” ({number})" if character.isprintable() else f"The control character {number}"
