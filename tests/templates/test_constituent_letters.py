"""Letters to constituents as files: every language, its fonts and direction, its tags, and the mark of a draft."""

import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from models.hotline.letter_rules import LetterKind
from models.hotline.letter_texts import LETTER_LANGUAGES
from tasks.adapters.fonts import embedded_fonts, family_of
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.isolating import as_bdi
from tasks.adapters.languages import families
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.pdf_verify import verify_pdf
from tasks.adapters.templating import html
from tests.drawn import draw
from tests.hotline_letters import RESTRICTED, letter, order

RIGHT_TO_LEFT = ("ar", "ur")
LTR = [language for language in LETTER_LANGUAGES if language not in RIGHT_TO_LEFT]


def languages_in(pdf: pikepdf.Pdf) -> set[str]:
    """The language tags inside a file: of the document, and of every passage that has its own."""
    own = {str(item.get("/Lang")) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Lang" in item}
    return own | {str(pdf.Root.Lang)}


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_every_kind_of_letter_prints_in_every_language_with_its_own_fonts_and_tag(language: str) -> None:
    for kind in LetterKind:
        data = draw(letter(kind, order(language))).data
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert str(pdf.Root.Lang) == language
            assert {family_of(font) for font in embedded_fonts(pdf)} == set(families(language))
            assert "en" in languages_in(pdf)


def test_letters_in_every_language_conform_to_pdf_ua_without_error(tmp_path: Path) -> None:
    paths = []
    for language in LETTER_LANGUAGES:
        draft = order(language, texts=letter_texts()[language], matter=RESTRICTED)
        for kind, made in (("draft", draft), ("final", order(language, matter=RESTRICTED))):
            paths.append(tmp_path / f"{language}-{kind}.pdf")
            paths[-1].write_bytes(draw(letter(LetterKind.RESPONSE, made)).data)
    command = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--fail-on", "warning", "--no-info"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(paths)


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_arabic_and_urdu_run_from_right_to_left_with_numbers_and_latin_words_apart(language: str) -> None:
    page = html(letter(LetterKind.RESPONSE, order(language)))
    assert f'<html lang="{language}" dir="rtl">' in page
    assert '<bdi dir="ltr">718-557-1399</bdi>' in page and '<bdi dir="ltr">718-555-0139</bdi>' in page
    assert '(<bdi lang="en" dir="ltr">Fair Hearing</bdi>)' in page


def test_a_value_with_letters_from_right_to_left_keeps_its_direction_in_a_line_from_left_to_right() -> None:
    assert as_bdi("Dear \u2068ليلى\u2069,", "en") == 'Dear <bdi dir="rtl">ليلى</bdi>,'


def test_a_value_is_only_text_whatever_it_says() -> None:
    said = as_bdi("Dear \u2068<b>{{ x }}</b>\u2069,", "ar")
    assert "<b>" not in said and "&lt;" in said


@pytest.mark.parametrize("language", LTR)
def test_other_languages_run_from_left_to_right(language: str) -> None:
    assert f'<html lang="{language}" dir="ltr">' in html(letter(LetterKind.ACKNOWLEDGEMENT, order(language)))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_text_that_nobody_has_reviewed_prints_draft_on_every_page_in_english_and_the_language(language: str) -> None:
    texts = letter_texts()
    made = order(language, texts=texts[language], english=texts["en"], matter=RESTRICTED)
    page = html(letter(LetterKind.RESPONSE, made))
    assert 'class="draft-mark"' in page and ">DRAFT<" in page
    assert f">{texts[language].words['draft']}<" in page and texts[language].words["draft_note"] in page
    opened = open_pdf(draw(letter(LetterKind.RESPONSE, made)).data)
    assert len(opened.texts) > 1
    assert all(set("DRAFT") <= set(text) for text in opened.texts)


def test_reviewed_texts_print_no_mark() -> None:
    assert "draft-mark" not in html(letter(LetterKind.ACKNOWLEDGEMENT, order("pl")))


def test_a_translated_answer_is_followed_by_what_was_written_in_english() -> None:
    page = html(letter(LetterKind.RESPONSE, order("ko")))
    assert '<div class="english" lang="en" dir="ltr">' in page
    assert "Your heat was off for three days because the boiler broke." in page


def test_the_notice_stands_on_a_page_of_its_own_in_english_and_the_language() -> None:
    texts = open_pdf(draw(letter(LetterKind.ACKNOWLEDGEMENT, order("es", matter=RESTRICTED))).data).texts
    last = " ".join(texts[-1].split())
    assert "State law prohibits you from making any further disclosure of this information" in last
    assert "La ley estatal le prohíbe volver a divulgar esta información" in last
    assert not any("State law prohibits" in text for text in texts[:-1])


@pytest.mark.parametrize("language", ["ar", "bn", "zh-Hant"])
def test_a_letter_proves_itself_and_its_facts_say_no_more_than_it_prints(language: str) -> None:
    made = letter(LetterKind.RESPONSE, order(language, matter=RESTRICTED))
    found = verify_pdf(draw(made).data)
    assert found.genuine and not found.failed
    assert not {"hiv", "kind", "unit_code", "translated_by"} & set(made.model_dump())
