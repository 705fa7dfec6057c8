"""Invented contacts with the answers of people: what the points of the phrase tables are learned from and judged by."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from models.hotline.phrases import Unit
from models.hotline.triage import Message
from tasks.adapters.hotline.phrase_files import FOLDER

# Its files are learned from. Those in the folder `waiting` beside them are not, until somebody moves them here.
EXAMPLES = FOLDER / "examples"
# How the names of files begin that were written about a few subjects alone.
ABOUT_SUBJECTS = "subject_"
# What stands in the names of files that were written for what is danger and what is protected: they teach that alone.
ABOUT_DANGER = "danger_"


@dataclass(frozen=True)
class Example:
    """A contact and what people decided about it. `units` are all that a supervisor would accept, `unit` the first.

    `is_read` tells that somebody wrote terms after reading it. One that is not `is_typical` stands in a file that is
    about a few subjects alone, and does not say how often they come. One that is `about_danger` teaches what is danger
    and what is protected, and neither units nor who speaks again. Whether a contact is a second one is known where the
    file `has_repeats`.
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
    is_typical: bool = True
    has_repeats: bool = False
    about_danger: bool = False


def read_examples(*files: Path) -> list[Example]:
    """Examples of files `id, received_at, channel, language, text, unit, acceptable_units, priority, ...`."""
    return [example for file in files for example in _of(file)]


def _of(path: Path) -> Iterator[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    has_repeats = any(row["duplicate_of"] for row in rows)
    for row in rows:
        yield replace(
            example_of(row),
            is_typical=not path.stem.startswith(ABOUT_SUBJECTS),
            has_repeats=has_repeats,
            about_danger=ABOUT_DANGER in path.stem,
        )


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
