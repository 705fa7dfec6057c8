"""Tracker spreadsheets of the office: a heading row, then one row a fact."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.shared.tracker_cells import RowError


@dataclass(frozen=True)
class Tracker:
    """One kind of tracker: its columns (heading wordings to field) and which of them it needs."""

    kind: str
    columns: Mapping[str, str]
    needed: tuple[str, ...]


def map_header(tracker: Tracker, header: Sequence[Any]) -> dict[int, str]:
    """Column number to field for the headings that the tracker knows.

    Raises RowError naming what is missing, or two columns that say the same: neither is dropped in silence.
    """
    found: dict[int, str] = {}
    for number, heading in enumerate(header):
        field = tracker.columns.get(re.sub(r"[\s_.]+", " ", str(heading or "")).strip().casefold())
        if field in found.values():
            twin = next(header[at] for at, name in found.items() if name == field)
            raise RowError(f"The columns “{twin}” and “{heading}” say the same. Leave one of them and import again.")
        if field:
            found[number] = field
    missing = [name for name in tracker.needed if name not in found.values()]
    if missing:
        wording = {field: words for words, field in reversed(list(tracker.columns.items()))}
        names = ", ".join(f"“{wording[name]}”" for name in missing)
        raise RowError(f"The sheet has no column {names}. Add it to the heading row and import again.")
    return found
