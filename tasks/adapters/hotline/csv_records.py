"""Records of a text table read as a stream: one that is broken costs itself alone, not those after it."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

_END = "\x1e"
_BROKEN = (
    "A quotation mark in this row is not closed or not doubled, or a cell is longer than 131,072 characters. Only the "
    "first line of the row was left out; what follows was read as rows of their own."
)


@dataclass(frozen=True)
class BrokenRecord:
    """A record that cannot be told apart, and why."""

    reason: str


class _Lines:
    """The lines of a text, which remembers those of the record that is being read, and takes some back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._back = iter(lines), deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, lines: Iterable[str]) -> None:
        """Let these lines be read again."""
        self._back.extendleft(reversed(list(lines)))


def read_records(
    text: Callable[[], TextIO], delimiter: str, *, spaced: bool
) -> Iterator[tuple[int, list[str] | BrokenRecord]]:
    """Number and cells of each record, from 1 on; line ends inside of cells stay as they are.

    `spaced`: after each delimiter stands a blank that is no part of the cell.
    """
    with text() as opened:
        lines, number = _Lines(opened), 0
        reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=spaced, strict=True)
        while True:
            lines.taken.clear()
            record: list[str] | BrokenRecord | None
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                record = _loose(lines, delimiter, spaced)
            number += 1
            # The old mark of a file's end carries nothing.
            if record != ["\x1a"]:
                yield number, record


def _loose(lines: _Lines, delimiter: str, spaced: bool) -> list[str] | BrokenRecord:
    """`"Acme" Foundation, Inc.` is not proper CSV, but its meaning is plain; else only its first line is given up."""
    taken = list(lines.taken)
    try:
        read = list(csv.reader([*taken, _END], delimiter=delimiter, skipinitialspace=spaced))
    except csv.Error:
        read = []
    if len(taken) == 1 and read[-1:] == [[_END]]:
        return read[0]
    lines.give_back(taken[1:])
    return BrokenRecord(_BROKEN)
