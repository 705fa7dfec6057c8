"""Reads what people set by hand in the phrase tables, and writes learned points beside it."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from deployments.learning.examples import Example
from models.hotline.distinctive import beginnings, unaccented
from models.hotline.phrases import PhraseTables, Points, parse_points
from models.hotline.themes import STEPS, written_moves
from models.hotline.told_numbers import numbers
from tasks.adapters.home import write_atomically
from tasks.adapters.hotline.phrase_files import BIAS, COMMON, EVERYDAY, FOLDER, OFTEN

_WORD = re.compile(r"[^\W\d_]+")
# In so many files a word is common, and one that is written small in fewer than one of so many is common in as many.
# Source: tried on a hundred files of examples, against links between files of different authors; of more files it takes
# more, or names that authors like to invent would count as words and say nothing of who calls.
_FEWEST_FILES, _SELDOM, _FEWEST_OF_NAMES, _TRIED_ON = 3, 8, 11, 106
# Of so many examples one uses a word that tells nothing of who speaks: in other languages, of which there are fewer
# examples, and in English. Source: tried on the examples.
_OFTEN = (90, 300)
# The same for a word that says nothing where two contacts share it.
_EVERYDAY = (30, 30)


def points_by_hand(folder: Path = FOLDER) -> dict[str, Points]:
    """What people set, by `signal NAME` and `rule NAME`."""
    found: dict[str, Points] = {}
    for kind in ("signal", "rule"):
        for row in _rows(folder / f"{kind}s.csv"):
            if row[kind] != BIAS:
                found[f"{kind} {row[kind]}"] = parse_points(row["by_hand"])
    return found


def write_points(tables: PhraseTables, folder: Path = FOLDER) -> None:
    """Write the points of tables into their files; what people set, terms and reasons stay as they are."""
    signals = {signal.name: (signal.points, signal.moves) for signal in tables.signals} | {BIAS: (tables.bias, b"")}
    rules = {rule.name: (rule.points, rule.moves) for rule in tables.rules}
    _rewrite(folder / "signals.csv", lambda row: {**row, **_learned(*signals[row["signal"]])})
    _rewrite(folder / "rules.csv", lambda row: {**row, **_learned(*rules[row["rule"]])})
    words = [
        {"language": language, "word": word, **_learned(points, tables.moves.get(language, {}).get(word, b""))}
        for language, known in sorted(tables.words.items())
        for word, points in sorted(known.items())
    ]
    _write(folder / "words.csv", words)
    themes = [
        {"theme": str(number), "start": f"{theme.start / STEPS:.2f}", "points": _written(theme.points)}
        for number, theme in enumerate(tables.themes, start=1)
    ]
    if themes:
        _write(folder / "themes.csv", themes)


def _learned(points: Points, moves: bytes) -> dict[str, str]:
    return {"points": _written(points), "themes": written_moves(moves)}


def write_common_words(files: Sequence[Sequence[Example]], folder: Path = FOLDER) -> None:
    """Write the words that the examples of many files have, in small letters without accents, one a line.

    What is hardly ever written small is a name: of a place that everybody names, or of somebody whom few do.
    """
    seen, small = Counter[str](), Counter[str]()
    for examples in files:
        words = {word for each in examples for word in _WORD.findall(unaccented(each.message.text))}
        seen.update({word.casefold() for word in words})
        small.update({word for word in words if word == word.casefold()})
    grown = max(1, len(files) / _TRIED_ON)
    found = sorted(
        word
        for word, count in seen.items()
        if count >= grown * (_FEWEST_FILES if small[word] * _SELDOM > count else _FEWEST_OF_NAMES)
    )
    write_atomically(folder / COMMON, ("\n".join(found) + "\n").encode())


def write_often_words(examples: Sequence[Example], folder: Path = FOLDER) -> None:
    """Write the beginnings of words that many examples of a language have, and those that very many have."""
    seen = defaultdict[str, Counter[str]](Counter)
    for each in examples:
        seen[each.language].update({*beginnings(each.message.text), *numbers(each.message.text)})
    said = Counter(each.language for each in examples)
    for name, least in ((OFTEN, _OFTEN), (EVERYDAY, _EVERYDAY)):
        found = {
            beginning
            for language, counts in seen.items()
            for beginning, count in counts.items()
            if count * least[language == "en"] > said[language]
        }
        write_atomically(folder / name, ("\n".join(sorted(found)) + "\n").encode())


def _written(points: Points) -> str:
    """`FIA:1.2 URGENT:-0.31`, the highest first."""
    given = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    shown = ((name, f"{value / 1000:.2f}") for name, value in given)
    # What rounds to nothing is none: read again it would be a point of 0, and gone the next time.
    return " ".join(f"{name}:{value}" for name, value in shown if float(value))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rewrite(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    _write(path, [change(row) for row in _rows(path)])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    lines = [",".join(map(_cell, rows[0])), *(",".join(map(_cell, row.values())) for row in rows)]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\n') else text
