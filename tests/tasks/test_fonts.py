"""Fonts by language: each language prints in its own, and what no font has is refused with a sentence."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from tasks.adapters.fonts import SAMPLES, check_fonts, embedded_fonts, family_of, missing_fonts
from tasks.adapters.languages import FAMILIES, FontError, direction, families, language_key
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.render import RenderError, render
from tests.templates.examples import letter, request

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "en": "Certificate of insurance",
    "es": "Certificado de seguro: ¿qué falta este año?",
    "zh": "责任保险证书，请寄给我们",
    "zh-hant": "責任保險證書，請寄給我們",
    "ru": "Свидетельство о страховании",
    "bn": "দায় বীমার সনদপত্র পাঠান",
    "ht": "Sètifika asirans, tanpri voye l ban nou",
    "ko": "책임 보험 증명서를 보내 주세요",
    "ar": "شهادة تأمين المسؤولية",
    "ur": "ذمہ داری انشورنس سرٹیفکیٹ",
    "fr": "Attestation d’assurance, où l’œuvre commence",
    "pl": "Zaświadczenie o ubezpieczeniu, żółć",
}


def drawn(text: str, family: str) -> pikepdf.Pdf:
    page = f'<html lang="en"><p style="font-family: \'{family}\'">{text}</p></html>'
    return pikepdf.open(io.BytesIO(weasyprint.HTML(string=page).write_pdf()))


@pytest.mark.parametrize("language", FAMILIES)
def test_each_designated_language_is_printed_in_its_own_fonts(language: str) -> None:
    words = WORDS[language]
    pdf = render(letter(language=language, requests=(request(words, send=words),)))
    with pikepdf.open(io.BytesIO(pdf.data)) as opened:
        assert {family_of(font) for font in embedded_fonts(opened)} == set(families(language))


def test_latin_letters_are_read_back_as_they_were_written() -> None:
    words = WORDS["pl"]
    assert words in open_pdf(render(letter(language="pl", requests=(request(words),))).data).texts[0]


@pytest.mark.parametrize("language", ["zh", "bn", "ko", "ar", "ur"])
def test_a_script_that_the_document_s_language_does_not_have_is_refused(language: str) -> None:
    with pytest.raises(RenderError, match="is not a font for the language “en”"):
        render(letter(requests=(request(WORDS[language]),)))


def test_a_missing_glyph_is_refused_and_named() -> None:
    with pytest.raises(RenderError, match=r"U\+E123.*empty box"):
        render(letter(requests=(request("Scope \ue123 of services"),)))


def test_a_control_character_is_refused_and_not_repeated() -> None:
    with pytest.raises(RenderError, match=r"control character U\+0007") as refused:
        render(letter(requests=(request("Scope \x07 of services"),)))
    assert "\x07" not in str(refused.value)


def test_a_font_that_is_not_of_the_list_is_refused() -> None:
    with drawn("Agency", "DejaVu Sans") as pdf, pytest.raises(FontError, match="would be printed in “DejaVu Sans”"):
        check_fonts(pdf, "en")


def test_a_long_list_of_characters_is_cut_short() -> None:
    with drawn("abcdefghij", "DejaVu Sans") as pdf, pytest.raises(FontError, match="and 5 more characters"):
        check_fonts(pdf, "en")


def test_a_language_without_fonts_is_refused() -> None:
    with pytest.raises(RenderError, match="No fonts are named for the language “th”"):
        render(letter(language="th"))


@pytest.mark.parametrize(
    ("tag", "key"), [("es-US", "es"), ("zh-CN", "zh"), ("zh-TW", "zh-hant"), ("zh-Hant-HK", "zh-hant"), ("EN", "en")]
)
def test_language_tags_find_their_fonts(tag: str, key: str) -> None:
    assert language_key(tag) == key


def test_arabic_and_urdu_run_from_right_to_left() -> None:
    assert [direction(language) for language in ("ar", "ur", "bn")] == ["rtl", "rtl", "ltr"]


def test_every_family_that_documents_need_is_installed() -> None:
    assert missing_fonts() == []
    assert set(SAMPLES) == {family for names in FAMILIES.values() for family in names}


def test_on_a_machine_with_latin_fonts_alone_bengali_is_refused_and_the_missing_families_are_named(
    tmp_path: Path,
) -> None:
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    for path in font_files("NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "DejaVuSans.ttf"):
        shutil.copy(path, fonts)
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{fonts}</dir>"
        f"<cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    code = (
        "from tasks.adapters.fonts import missing_fonts\n"
        "from tasks.adapters.render_workers import render_many\n"
        "from tests.templates.examples import letter, request\n"
        f"words = {WORDS['bn']!r}\n"
        "print(*missing_fonts(), sep=', ')\n"
        "print(*(result.sentence for result in render_many([letter(language='bn', requests=(request(words),))])))\n"
    )
    settings_ = {**os.environ, "FONTCONFIG_FILE": str(settings), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=settings_, text=True, capture_output=True)
    missing, _, refusal = done.stdout.partition("\n")
    assert missing == ", ".join(family for family in SAMPLES if family != "Noto Sans"), done.stderr
    assert "would be printed as an empty box" in refusal


def font_files(*names: str) -> list[str]:
    """Where the machine keeps these font files."""
    listed = subprocess.run(["fc-list", "--format", "%{file}\n"], text=True, capture_output=True, check=True).stdout
    return [next(path for path in listed.splitlines() if path.endswith(f"/{name}")) for name in names]


def test_who_signs_or_spells_words_imports_nothing_that_prints() -> None:
    code = "import sys, tasks.adapters.decisions, tasks.adapters.templating; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True)
    assert {"segno", "sqlalchemy"} <= set(done.stdout.split()), done.stderr
    assert not {"weasyprint", "pikepdf"} & set(done.stdout.split())
