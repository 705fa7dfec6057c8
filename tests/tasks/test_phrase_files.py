"""Phrase tables that cannot be used are refused with file and row."""

import shutil
from pathlib import Path

import pytest

from models.hotline.phrases import PhraseError
from tasks.adapters.hotline.phrase_files import FOLDER, _Rows, read_tables, tables_as_needed


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    for name in ("signals.csv", "rules.csv"):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("no_such_sign,heat is out,", "en.csv, row 3: there is no signal “no_such_sign”"),
        ("no_heat", "en.csv, row 3: “” has a part without words"),
        ("no_heat,no heat,me,too", "en.csv, row 3: it has 4 cells, and there are 3 headings"),
        ("no_heat,a ~ b ~ c ~ d,", "en.csv, row 3: “a ~ b ~ c ~ d” has more than 3 parts"),
        ("no_heat,a ~ b & c,", "en.csv, row 3: “a ~ b & c” mixes ~ and &"),
    ],
)
def test_a_term_that_cannot_be_used_is_refused_with_its_row(tables: Path, row: str, why: str) -> None:
    (tables / "en.csv").write_text(f"signal,term,source\nno_heat,no heat,\n{row}\n", encoding="utf-8")
    with pytest.raises(PhraseError) as refused:
        read_tables(tables)
    assert why in str(refused.value)


def test_what_is_read_as_needed_is_what_is_read_at_once() -> None:
    whole, needed = read_tables(), tables_as_needed()
    assert dict(needed.terms) == whole.terms and len(needed.terms) == len(whole.terms)
    assert {language: dict(known) for language, known in needed.words.items()} == whole.words
    assert {language: dict(known) for language, known in needed.moves.items()} == whole.moves
    assert needed.themes == whole.themes
    assert "rent" in needed.words["en"] and "no such word" not in needed.words["en"]


def test_a_row_that_cannot_be_used_is_told_when_its_language_is_asked_for(tables: Path) -> None:
    (tables / "en.csv").write_text("signal,term,source\nno_heat,a ~ b & c,\n", encoding="utf-8")
    needed = tables_as_needed(tables)
    assert needed.terms["es"] == ()
    with pytest.raises(PhraseError, match=r"en\.csv, row 2: “a ~ b & c” mixes"):
        _ = needed.terms["en"]


def test_words_are_found_in_whatever_order_their_rows_stand(tables: Path) -> None:
    rows = "en,due,FIA:1\r\n\r\nzh,租金,FIA:2\r\nzh,房,FIA:3\r\nen,rent,FIA:4\r\nes,renta,NO:1"
    (tables / "words.csv").write_bytes(f"language,word,points\r\n{rows}".encode())
    words = tables_as_needed(tables).words
    assert {language: dict(words[language]) for language in ("en", "zh")} == {
        "en": {"due": {"FIA": 1000}, "rent": {"FIA": 4000}},
        "zh": {"租金": {"FIA": 2000}, "房": {"FIA": 3000}},
    }
    with pytest.raises(PhraseError, match=r"words\.csv, row 7: “NO:1”"):
        _ = words["es"]["renta"]


def test_words_that_two_threads_ask_for_at_once_are_there_for_both() -> None:
    rows = _Rows()
    rows.add(2, b"en,rent,FIA:1\nen,due,FIA:2\n")
    first = rows.by_word
    # What the second thread sees that began before the first one ended.
    del rows.by_word
    assert rows.by_word == first == {"rent": (2, "FIA:1"), "due": (3, "FIA:2")}


def test_what_is_written_into_a_table_later_does_not_count(tables: Path) -> None:
    (tables / "es.csv").write_text("signal,term,source\nno_heat,sin calor,\n", encoding="utf-8")
    needed = tables_as_needed(tables)
    (tables / "es.csv").write_text("signal,term,source\n", encoding="utf-8")
    assert [term.text for term in needed.terms["es"]] == ["sin calor"]


@pytest.mark.parametrize(
    ("table", "text", "why"),
    [
        ("words.csv", "language,word,points\nen,rent,FIA:2000\n", "“FIA:2000” is not a unit with its points"),
        ("words.csv", "language,word,points\nen,rent,FIA:inf\n", "“FIA:inf” is not a unit with its points"),
        ("words.csv", "language,word\nen,rent\n", "words.csv has no column points"),
        ("words.csv", "word,language,points\nrent,en,\n", "words.csv has the columns word,language,points; they are "),
        ("words.csv", 'language,word,points\nen,due,\nen,"rent",\n', "words.csv, row 3: it has a quotation mark"),
        ("words.csv", "language,word,points,themes\nen,rent,FIA:1,abc\n", "words.csv, row 2: “abc” does not move 32"),
        ("words.csv", f"language,word,points,themes\nen,rent,,{'A' * 32},\n", "words.csv, row 2: “AAA"),
        ("en.csv", "signal,source\nno_heat,\n", "en.csv has no column term"),
        ("themes.csv", "theme,start\n1,0.2\n", "themes.csv has no column points"),
        ("themes.csv", "theme,start,points\n1,soon,URGENT:1\n", "themes.csv, row 2: “soon” is not a number"),
        ("themes.csv", "theme,start,points\n1,0.2,URGENT:1\n", "themes.csv: There are 1 themes; signs move 32"),
    ],
)
def test_points_without_measure_themes_that_do_not_fit_and_tables_without_a_column_are_refused(
    tables: Path, table: str, text: str, why: str
) -> None:
    (tables / table).write_text(text, encoding="utf-8")
    with pytest.raises(PhraseError) as refused:
        read_tables(tables)
    assert why in str(refused.value)
