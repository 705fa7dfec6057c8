"""The file of the rows that were not used: row, column and reason, and never a word of the row itself."""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.adapters.settings import settings
from tasks.adapters.spreadsheets import safe_cell


class Rejects:
    """Takes rows as they are rejected; the file is there only when there are any."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.{os.getpid()}.0.part")
        self._file: Any = None
        self._writer: Any = None
        self.count = 0

    def add(self, number: int, column: str, reason: str) -> None:
        """One row that was not used."""
        if self._writer is None:
            self._file = self._part.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["Row", "Column", "Reason"])
        self._writer.writerow([number, safe_cell(column), safe_cell(reason)])
        self.count += 1

    @property
    def name(self) -> str | None:
        """The file's path inside the home; None where no row was rejected."""
        return str(self._path.relative_to(settings().home.absolute())) if self.count else None

    def close(self, *, whole: bool) -> None:
        """Give the file its name when all of it is written."""
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if whole:
            os.replace(self._part, self._path)
        self._part.unlink(missing_ok=True)


@contextmanager
def rejects_of(name: str, file_id: str) -> Iterator[Rejects]:
    """The rejects of a file, whole or not at all."""
    rejects = Rejects(settings().folder("rejects") / f"{Path(name).stem}-{file_id[:8]}.rejected.csv")
    whole = False
    try:
        yield rejects
        whole = True
    finally:
        rejects.close(whole=whole)
