"""How large a file that comes in may be, and the error whose one sentence says why a file cannot be read."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


class UnreadableFile(ValueError):
    """The file cannot be read; the message says in one or two plain sentences what is wrong and what to do."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one file, each far above the largest real list (1.3 MB, 9 MB unpacked, 180,000 cells).

    `max_cells` counts the rectangle of one sheet from A1 to its last filled cell, empty cells included, because
    that is what reading it costs (about 100 bytes a cell). `max_ratio` bounds how far one part of more than
    a megabyte may expand.
    """

    max_bytes: int = 50 * MEGABYTE
    max_unpacked_bytes: int = 400 * MEGABYTE
    max_ratio: int = 200
    max_parts: int = 2_000
    max_cells: int = 4_000_000
