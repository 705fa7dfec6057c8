"""Rows of the office's trackers, read one by one; those that cannot be used are kept beside, with their reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.shared.tracker_cells import RowError
from models.shared.trackers import Tracker, map_header
from tasks.adapters.settings import settings
from tasks.adapters.spreadsheets import write_rejects

Rows = Sequence[Sequence[Any]]


@dataclass
class TrackerResult:
    """What became of each row; `rejected` holds row number, reason and cells."""

    rows_read: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str, Sequence[Any]]] = field(default_factory=list)

    def reject(self, number: int, reason: str, cells: Sequence[Any]) -> None:
        self.rejected.append((number, reason, cells))


def read_tracker(
    tracker: Tracker, parse: Callable[[Mapping[str, Any]], Any], rows: Rows, result: TrackerResult
) -> Iterator[tuple[int, Sequence[Any], Any]]:
    """Row number, cells and checked row of each line below the heading; bad ones go to `result.rejected`.

    Raises RowError when the sheet has no heading with the needed columns.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(str(c or "").strip() for c in row)]
    if not filled:
        raise RowError("The sheet is empty. Send the tracker with its heading row.")
    columns = map_header(tracker, filled[0][1])
    for number, row in filled[1:]:
        result.rows_read += 1
        try:
            yield number, row, parse({name: row[at] for at, name in columns.items() if at < len(row)})
        except RowError as error:
            result.reject(number, str(error), row)


def rejects_file(
    file_id: str, name: str, rejected: Sequence[tuple[int, str, Sequence[Any]]], header: Sequence[Any]
) -> str | None:
    """Write rejected rows with their reasons; returns the file's path inside the home, or None without any."""
    if not rejected:
        return None
    path = settings().folder("rejects") / f"{Path(name).stem}-{file_id[:8]}.rejected.csv"
    write_rejects(path, rejected, header=header)
    return str(path.relative_to(settings().home.absolute()))
