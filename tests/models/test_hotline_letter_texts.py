"""The texts of letters to constituents: whole in every language, with their values, and read by nobody yet."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.letter_texts import KEYS, LETTER_LANGUAGES, LetterTextError, parse_texts
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.settings import settings


def document(language: str) -> dict[str, Any]:
    return tomllib.loads((settings().letters_folder / f"{language}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_every_language_has_every_text_and_says_who_translated_it(language: str) -> None:
    texts = letter_texts()[language]
    assert set(texts.words) == set(KEYS) and texts.translator


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_nobody_has_reviewed_the_texts_that_come_with_the_program(language: str) -> None:
    assert not letter_texts()[language].is_reviewed


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_language_without_one_of_the_texts_is_refused_by_name(key: str) -> None:
    broken = document("fr")
    del broken["words"][key]
    with pytest.raises(LetterTextError, match=f"fr.toml lacks the text “{key}”"):
        parse_texts("fr", broken)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"closing2": "Bye"}, "has a text “closing2”, which no letter uses"),
        ({"next_answer": "We will answer you."}, "must name {date}"),
        ({"next_answer": "By {date}, {date}."}, "must name {date}, each once"),
        ({"closing": "Yours, {name}"}, "must name no value"),
        ({"closing": ""}, "is empty"),
        ({"closing": "Yours,\n"}, "blanks or line ends"),
        ({"closing": "Yours {"}, "a brace without its other one"),
    ],
)
def test_a_text_that_no_letter_can_use_is_refused_with_its_key(change: dict[str, str], message: str) -> None:
    broken = document("en")
    broken["words"] |= change
    with pytest.raises(LetterTextError, match=re.escape(message)):
        parse_texts("en", broken)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reviewer": "R. Reader"}, "stand together"),
        ({"reviewed_on": date(2026, 11, 2)}, "stand together"),
        ({"reviewed_by": "R. Reader"}, "reviewed_by"),
        ({"translator": ""}, "translator"),
    ],
)
def test_a_review_is_a_name_and_a_day(change: dict[str, Any], message: str) -> None:
    broken = document("en")
    broken["text"] |= change
    with pytest.raises(LetterTextError, match=message):
        parse_texts("en", broken)


def test_a_folder_without_one_of_the_languages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in LETTER_LANGUAGES[1:]:
        (tmp_path / f"{language}.toml").write_bytes((settings().letters_folder / f"{language}.toml").read_bytes())
    monkeypatch.setenv("STEWARD_LETTERS_FOLDER", str(tmp_path))
    settings.cache_clear()
    with pytest.raises(LetterTextError, match="lack the language en"):
        letter_texts()
    monkeypatch.undo()
    settings.cache_clear()


DATES = {
    "en": "December 1, 2026", "es": "1.º de diciembre de 2026", "zh-Hant": "2026年12月1日", "zh-Hans": "2026年12月1日",
    "ru": "1 декабря 2026 г.", "bn": "১ ডিসেম্বর ২০২৬", "ht": "1ye desanm 2026", "ko": "2026년 12월 1일",
    "ar": "1 ديسمبر 2026", "ur": "1 دسمبر 2026", "fr": "1er décembre 2026", "pl": "1 grudnia 2026 r.",
}  # fmt: skip


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_dates_are_written_in_the_way_of_the_language(language: str) -> None:
    assert letter_texts()[language].dates.written(date(2026, 12, 1)) == DATES[language]


@given(day=st.dates(), language=st.sampled_from(LETTER_LANGUAGES))
def test_two_days_are_never_written_alike(day: date, language: str) -> None:
    written = letter_texts()[language].dates.written
    other = day.replace(day=day.day % 28 + 1)
    assert (written(day) == written(other)) == (day == other)


def grade(words: str) -> float:
    """The reading grade of an English text. Source: Flesch and Kincaid 1975."""
    sentences = max(1, len(re.findall(r"[.!?]", words)))
    found = re.findall(r"[A-Za-z']+", words)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in found)
    return 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59


def test_the_english_texts_are_read_by_who_went_to_school_for_eight_years() -> None:
    words = letter_texts()["en"].words
    told = " ".join(text for key, text in words.items() if key != "notice" and text.endswith("."))
    assert grade(re.sub(r"{\w+}", "", told)) <= 8
