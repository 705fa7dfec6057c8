"""Invented contacts with the answers of people: what the points of the phrase tables are learned from and judged by."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.hotline.phrases import Unit
from models.hotline.triage import Message
from tasks.adapters.hotline.phrase_files import FOLDER

EXAMPLES = FOLDER / "examples"


@dataclass(frozen=True)
class Example:
    """A contact and what people decided about it. `units` are all that a supervisor would accept, `unit` the first.

    `is_read` tells that somebody wrote terms after reading it.
    """

    contact_id: str
    message: Message
    language: str
    unit: Unit
    units: tuple[Unit, ...]
    priority: int
    confidential: bool
    needs_language_service: bool
    duplicate_of: str
    is_read: bool = False


def read_examples(*files: Path) -> list[Example]:
    """Examples of files `id, received_at, channel, language, text, unit, acceptable_units, priority, ...`."""
    return [example for file in files for example in _of(file)]


def _of(path: Path) -> Iterator[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield example_of(row)


def example_of(row: dict[str, str]) -> Example:
    """One row, with the labels beside the contact."""
    unit = Unit(row["unit"])
    others = [Unit(name) for name in row["acceptable_units"].split("|") if name and name != unit]
    return Example(
        row["id"],
        Message(row["text"], row["channel"], date.fromisoformat(row["received_at"][:10])),
        row["language"],
        unit,
        (unit, *others),
        int(row["priority"]),
        row["confidential"] == "yes",
        row["needs_language_service"] == "yes",
        row["duplicate_of"],
        row.get("is_read") == "yes",
    )
