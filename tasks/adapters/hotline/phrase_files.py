"""Reads the phrase tables: CSV files of signals, rules and, for each language, terms."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from models.hotline.phrases import (
    EVERY_LANGUAGE,
    PhraseError,
    PhraseTables,
    Points,
    Rule,
    Signal,
    Term,
    Theme,
    parse_points,
    parse_rule,
    parse_term,
)
from models.hotline.spoken_of import UsualWords
from models.hotline.themes import check_themes, parse_moves, parse_theme
from models.hotline.tongue import LANGUAGES
from tasks.adapters.settings import ROOT, settings

# The tables that come with Steward; an office may have others (`phrases_folder` of the settings).
FOLDER = ROOT / "deployments" / "phrases"
# A row of the signals that is no signal: what every unit starts with, before any word.
BIAS = "bias"
_TABLES = (EVERY_LANGUAGE, *LANGUAGES)
COMMON, OFTEN, EVERYDAY = "common_words.txt", "often_words.txt", "everyday_words.txt"
# Rows of one language that follow each other.
_RUN = re.compile(rb"^([^,\n]+)(?:,.*)?(?:\n|\Z)(?:\1,.*(?:\n|\Z))*+", re.MULTILINE)
_OF_WORDS = ("language", "word", "points", "themes")
_T = TypeVar("_T")
# The source of a term that was written by somebody who had read the examples.
OF_EXAMPLES = "examples"


def read_tables(folder: Path | None = None, *, of_examples: bool = True) -> PhraseTables:
    """All phrase tables of a folder, else those in use; the terms that came of examples only where they are wanted.

    Raises PhraseError with the file and row that cannot be used.
    """
    tables = tables_as_needed(folder, of_examples=of_examples)
    words = {language: dict(known) for language, known in tables.words.items()}
    moves = {language: dict(known) for language, known in tables.moves.items()}
    return replace(tables, terms=dict(tables.terms), words=words, moves=moves)


def tables_as_needed(folder: Path | None = None, *, of_examples: bool = True) -> PhraseTables:
    """The same, but the terms of a language and the points of a word are read when they are first asked for.

    All is of this moment: nothing that is written into a table later counts. What cannot be used raises PhraseError
    only then, so tables are read whole before they are proposed.
    """
    folder = folder or settings().phrases_folder
    signals, bias = _signals(folder / "signals.csv")
    names = {signal.name for signal in signals}
    terms, rules = _Terms(folder, names, of_examples), _rules(folder / "rules.csv", names)
    words, themes = _words(folder / "words.csv"), _themes(folder / "themes.csv")
    points = {language: _AsNeeded("words.csv", rows, _points_of) for language, rows in words.items()}
    moves = {language: _AsNeeded("words.csv", rows, _moves_of) for language, rows in words.items()}
    return PhraseTables(signals, terms, rules, points, bias, moves, themes)


def signal_names() -> frozenset[str]:
    """The names of the signals in use, for who needs no terms. Raises PhraseError as `read_tables` does."""
    return frozenset(signal.name for signal in _signals(settings().phrases_folder / "signals.csv")[0])


@lru_cache(maxsize=2)
def common_words(folder: Path = FOLDER) -> frozenset[str]:
    """Words in small letters that people of several files of examples use: no name by which somebody is known."""
    return frozenset((folder / COMMON).read_text(encoding="utf-8").split())


@lru_cache(maxsize=2)
def often_words(folder: Path = FOLDER) -> frozenset[str]:
    """Beginnings of words, as `distinctive` makes them, that many people use whatever they speak of."""
    return frozenset((folder / OFTEN).read_text(encoding="utf-8").split())


@lru_cache(maxsize=2)
def usual_words(folder: Path = FOLDER) -> UsualWords:
    """The same with those of them that all use."""
    return UsualWords(often_words(folder), frozenset((folder / EVERYDAY).read_text(encoding="utf-8").split()))


def _signals(path: Path) -> tuple[tuple[Signal, ...], dict[str, int]]:
    """The signals of a table, and what every unit starts with."""
    signals: list[Signal] = []
    bias: dict[str, int] = {}
    for place, row in _rows(path):
        with _at(place):
            points = parse_points(row["points"])
            if row["signal"] == BIAS:
                bias = points
            else:
                signals.append(Signal(row["signal"], row["meaning"], points, parse_moves(row.get("themes", ""))))
    return tuple(signals), bias


def _terms(name: str, text: str | None, names: set[str], of_examples: bool) -> tuple[Term, ...]:
    found = []
    # No dictionary for each row and no context manager, as elsewhere here: there are a hundred and twenty thousand.
    needed = ("signal", "term", "source")
    headings, rows = _parted(name, text, needed)
    signal, term, source = (headings.index(heading) if headings else 0 for heading in needed)
    for number, cells in rows:
        if cells[source] == OF_EXAMPLES and not of_examples:
            continue
        try:
            if cells[signal] not in names:
                raise PhraseError(f"there is no signal “{cells[signal]}”.")
            found.append(parse_term(cells[signal], cells[term], names))
        except PhraseError as error:
            raise PhraseError(f"{name}, row {number}: {error}") from None
    return tuple(found)


def _rules(path: Path, names: set[str]) -> tuple[Rule, ...]:
    found = []
    for place, row in _rows(path):
        with _at(place):
            found.append(replace(parse_rule(row, names), moves=parse_moves(row.get("themes", ""))))
    return tuple(found)


def _themes(path: Path) -> tuple[Theme, ...]:
    found = []
    for place, row in _rows(path, ("start", "points")):
        with _at(place):
            found.append(parse_theme(row))
    with _at(path.name):
        check_themes(found)
    return tuple(found)


def _words(path: Path) -> dict[str, "_Rows"]:
    """By language the rows of its words. Words need no quotes, so rows can be told apart before they are read."""
    found: dict[str, _Rows] = {}
    # As bytes they take a third of the room.
    data = path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b""
    if b'"' in data:
        row = 1 + data.count(b"\n", 0, data.index(b'"'))
        raise PhraseError(f"{path.name}, row {row}: it has a quotation mark; words and their points need none.")
    heading, _, rows = data.partition(b"\n")
    if heading:
        _check_words(path.name, heading.decode())
    number, read = 2, 0
    for run in _RUN.finditer(rows):
        number += rows.count(b"\n", read, run.start())
        read = run.start()
        found.setdefault(run[1].decode(), _Rows()).add(number, run[0])
    return found


def _check_words(name: str, heading: str) -> None:
    _check_headings(name, heading.split(","), _OF_WORDS[:3])
    if heading not in (",".join(_OF_WORDS), ",".join(_OF_WORDS[:3])):
        raise PhraseError(f"{name} has the columns {heading}; they are {', '.join(_OF_WORDS)}, in this order.")


def _points_of(written: str) -> Points:
    return parse_points(written.partition(",")[0])


def _moves_of(written: str) -> bytes:
    return parse_moves(written.partition(",")[2])


class _Terms(Mapping[str, tuple[Term, ...]]):
    """Terms by language, read when they are first asked for."""

    def __init__(self, folder: Path, names: set[str], of_examples: bool) -> None:
        self._texts = {language: _text(folder / f"{language}.csv") for language in _TABLES}
        self._read = cache(lambda language: _terms(f"{language}.csv", self._texts[language], names, of_examples))

    def __getitem__(self, language: str) -> tuple[Term, ...]:
        if language not in _TABLES:
            raise KeyError(language)
        return self._read(language)

    def __iter__(self) -> Iterator[str]:
        return iter(_TABLES)

    def __len__(self) -> int:
        return len(_TABLES)


class _Rows:
    """The rows of the words of one language, parted when the first of them is asked for."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, bytes]] = []

    def add(self, first: int, rows: bytes) -> None:
        """Rows that follow each other, the first of which has this number."""
        self._runs.append((first, rows))

    @cached_property
    def by_word(self) -> dict[str, tuple[int, str]]:
        """The number of each word's row, and its points and how it moves themes as they are written."""
        found = {}
        for first, rows in self._runs:
            for number, row in enumerate(rows.rstrip().split(b"\n"), start=first):
                _, _, rest = row.decode().partition(",")
                word, _, written = rest.partition(",")
                found[word] = (number, written)
        # The runs stay: two threads may ask at once, and from Python 3.12 on both come here.
        return found


class _AsNeeded(Mapping[str, _T]):
    """What the words of a language have, read when they are asked for: of most words nobody ever asks."""

    def __init__(self, file: str, rows: _Rows, parse: Callable[[str], _T]) -> None:
        self._file, self._rows, self._parse = file, rows, parse

    def __getitem__(self, word: str) -> _T:
        row, written = self._rows.by_word[word]
        # No context manager, as elsewhere here: there are very many.
        try:
            return self._parse(written)
        except PhraseError as error:
            raise PhraseError(f"{self._file}, row {row}: {error}") from None

    def __contains__(self, word: object) -> bool:
        return word in self._rows.by_word

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.by_word)

    def __len__(self) -> int:
        return len(self._rows.by_word)


def _rows(path: Path, needed: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, str]]]:
    headings, rows = _cells(path, needed)
    for number, cells in rows:
        yield f"{path.name}, row {number}", dict(zip(headings, cells, strict=True))


def _cells(path: Path, needed: Sequence[str] = ()) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The headings of a table, and its rows by number, each with as many cells; none of a table that is not there."""
    return _parted(path.name, _text(path), needed)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _parted(name: str, text: str | None, needed: Sequence[str]) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    if text is None:
        return [], iter(())
    headings, *rows = csv.reader(io.StringIO(text, newline="")) if text else ([],)
    _check_headings(name, headings, needed)
    return headings, _whole(name, len(headings), rows)


def _check_headings(name: str, headings: Sequence[str], needed: Sequence[str]) -> None:
    if missing := [heading for heading in needed if heading not in headings]:
        raise PhraseError(f"{name} has no column {' and no column '.join(missing)}.")


def _whole(name: str, width: int, rows: Sequence[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(filter(None, rows), start=2):
        if len(cells) > width:
            raise PhraseError(f"{name}, row {number}: it has {len(cells)} cells, and there are {width} headings.")
        # Who writes a row by hand may leave out the last cells.
        yield number, cells if len(cells) == width else cells + [""] * (width - len(cells))


@contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except PhraseError as error:
        raise PhraseError(f"{place}: {error}") from None
