"""Reads the phrase tables: CSV files of signals, rules and, for each language, terms."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from models.hotline.phrases import (
    EVERY_LANGUAGE,
    PhraseError,
    PhraseTables,
    Points,
    Rule,
    Signal,
    Term,
    parse_points,
    parse_rule,
    parse_term,
)
from models.hotline.spoken_of import UsualWords
from models.hotline.tongue import LANGUAGES
from tasks.adapters.settings import ROOT, settings

# The tables that come with Steward; an office may have others (`phrases_folder` of the settings).
FOLDER = ROOT / "deployments" / "phrases"
# A row of the signals that is no signal: what every unit starts with, before any word.
BIAS = "bias"
_TABLES = (EVERY_LANGUAGE, *LANGUAGES)
COMMON, OFTEN, EVERYDAY = "common_words.txt", "often_words.txt", "everyday_words.txt"
# The source of a term that was written by somebody who had read the examples.
OF_EXAMPLES = "examples"


def read_tables(folder: Path | None = None, *, of_examples: bool = True) -> PhraseTables:
    """All phrase tables of a folder, else those in use; the terms that came of examples only where they are wanted.

    Raises PhraseError with the file and row that cannot be used.
    """
    tables = tables_as_needed(folder, of_examples=of_examples)
    words = {language: dict(known) for language, known in tables.words.items()}
    return replace(tables, terms=dict(tables.terms), words=words)


def tables_as_needed(folder: Path | None = None, *, of_examples: bool = True) -> PhraseTables:
    """The same, but the terms of a language and the points of a word are read when they are first asked for.

    All is of this moment: nothing that is written into a table later counts. What cannot be used raises PhraseError
    only then, so tables are read whole before they are proposed.
    """
    folder = folder or settings().phrases_folder
    signals, bias = _signals(folder / "signals.csv")
    names = {signal.name for signal in signals}
    rules, words = _rules(folder / "rules.csv", names), _words(folder / "words.csv")
    return PhraseTables(signals, _Terms(folder, names, of_examples), rules, words, bias)


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
                signals.append(Signal(row["signal"], row["meaning"], points))
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
            found.append(parse_rule(row, names))
    return tuple(found)


def _words(path: Path) -> dict[str, "_Words"]:
    found: dict[str, _Words] = {}
    needed = ("language", "word", "points")
    headings, rows = _cells(path, needed)
    language, word, points = (headings.index(name) if headings else 0 for name in needed)
    for number, cells in rows:
        mine = found.get(cells[language]) or found.setdefault(cells[language], _Words(path.name))
        mine.written[cells[word]] = (number, cells[points])
    return found


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


class _Words(Mapping[str, Points]):
    """Points of the words of a language, read when they are asked for: of most words nobody ever asks."""

    def __init__(self, file: str) -> None:
        self._file = file
        # By word its row, and its points as they are written.
        self.written: dict[str, tuple[int, str]] = {}

    def __getitem__(self, word: str) -> Points:
        row, points = self.written[word]
        with _at(f"{self._file}, row {row}"):
            return parse_points(points)

    def __contains__(self, word: object) -> bool:
        return word in self.written

    def __iter__(self) -> Iterator[str]:
        return iter(self.written)

    def __len__(self) -> int:
        return len(self.written)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    headings, rows = _cells(path)
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
    if missing := [heading for heading in needed if heading not in headings]:
        raise PhraseError(f"{name} has no column {' and no column '.join(missing)}.")
    return headings, _whole(name, len(headings), rows)


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
