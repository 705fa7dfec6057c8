"""Reads the phrase tables: CSV files of signals, rules and, for each language, terms."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path

from models.hotline.phrases import (
    EVERY_LANGUAGE,
    PhraseError,
    PhraseTables,
    Rule,
    Signal,
    Term,
    parse_points,
    parse_rule,
    parse_term,
)
from models.hotline.tongue import LANGUAGES
from tasks.adapters.settings import ROOT, settings

# The tables that come with Steward; an office may have others (`phrases_folder` of the settings).
FOLDER = ROOT / "deployments" / "phrases"
# A row of the signals that is no signal: what every unit starts with, before any word.
BIAS = "bias"
COMMON = "common_words.txt"
# The source of a term that was written by somebody who had read the examples.
OF_EXAMPLES = "examples"


def read_tables(folder: Path | None = None, *, of_examples: bool = True) -> PhraseTables:
    """All phrase tables of a folder, else those in use; the terms that came of examples only where they are wanted.

    Raises PhraseError with the file and row that cannot be used.
    """
    folder = folder or settings().phrases_folder
    signals, bias = _signals(folder / "signals.csv")
    names = {signal.name for signal in signals}
    terms = {
        language: _terms(folder / f"{language}.csv", names, of_examples) for language in (EVERY_LANGUAGE, *LANGUAGES)
    }
    return PhraseTables(signals, terms, _rules(folder / "rules.csv", names), _words(folder / "words.csv"), bias)


def signal_names() -> frozenset[str]:
    """The names of the signals in use, for who needs no terms. Raises PhraseError as `read_tables` does."""
    return frozenset(signal.name for signal in _signals(settings().phrases_folder / "signals.csv")[0])


@lru_cache(maxsize=2)
def common_words(folder: Path = FOLDER) -> frozenset[str]:
    """Words in small letters that people of several files of examples use: no name by which somebody is known."""
    return frozenset((folder / COMMON).read_text(encoding="utf-8").split())


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


def _terms(path: Path, names: set[str], of_examples: bool) -> tuple[Term, ...]:
    found = []
    for place, row in _rows(path):
        if row["source"] == OF_EXAMPLES and not of_examples:
            continue
        # No context manager, as elsewhere here: of a hundred thousand rows it would take a third of the time.
        try:
            if row["signal"] not in names:
                raise PhraseError(f"there is no signal “{row['signal']}”.")
            found.append(parse_term(row["signal"], row["term"], names))
        except PhraseError as error:
            raise PhraseError(f"{place}: {error}") from None
    return tuple(found)


def _rules(path: Path, names: set[str]) -> tuple[Rule, ...]:
    found = []
    for place, row in _rows(path):
        with _at(place):
            found.append(parse_rule(row, names))
    return tuple(found)


def _words(path: Path) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for place, row in _rows(path):
        with _at(place):
            found.setdefault(row["language"], {})[row["word"]] = parse_points(row["points"])
    return found


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        headings = next(rows, [])
        for number, cells in enumerate(filter(None, rows), start=2):
            place = f"{path.name}, row {number}"
            if len(cells) > len(headings):
                raise PhraseError(f"{place}: it has {len(cells)} cells, and there are {len(headings)} headings.")
            # Who writes a row by hand may leave out the last cells.
            yield place, dict(zip_longest(headings, cells, fillvalue=""))


@contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except PhraseError as error:
        raise PhraseError(f"{place}: {error}") from None
