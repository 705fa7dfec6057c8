"""Reads what people set by hand in the phrase tables, and writes learned points beside it."""

import csv
from collections.abc import Callable
from pathlib import Path

from models.hotline.phrases import PhraseTables, Points, parse_points
from tasks.adapters.home import write_atomically
from tasks.adapters.hotline.phrase_files import BIAS, FOLDER


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
    signals = {signal.name: signal.points for signal in tables.signals} | {BIAS: tables.bias}
    rules = {rule.name: rule.points for rule in tables.rules}
    _rewrite(folder / "signals.csv", lambda row: {**row, "points": _written(signals[row["signal"]])})
    _rewrite(folder / "rules.csv", lambda row: {**row, "points": _written(rules[row["rule"]])})
    words = [
        {"language": language, "word": word, "points": _written(points)}
        for language, known in sorted(tables.words.items())
        for word, points in sorted(known.items())
    ]
    _write(folder / "words.csv", words)


def _written(points: Points) -> str:
    """`FIA:1.2 URGENT:-0.31`, the highest first."""
    given = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    return " ".join(f"{name}:{value / 1000:.2f}" for name, value in given if value)


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
