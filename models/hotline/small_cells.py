"""Small cells: which counts of a table are not told, so that nobody is known by being one of a few.

Source: Washington State Department of Health, small numbers guide (domain section 8).
"""

from collections.abc import Sequence, Set
from typing import Literal, NamedTuple

# A count that is told; one that is told to be small; one that is not told, so that the small ones stay unknown.
SMALL: Literal["small"] = "small"
HIDDEN: Literal["hidden"] = "hidden"
Cell = int | Literal["small", "hidden"]
LEAST_K = 3
# What a reader who counts along must be unsure about: steps between the least and the most that the cells can be.
_ROOM = 2


class Flagged(NamedTuple):
    """A table's rows: all of each row, and those of it with either mark. `always` are rows where all have `first`."""

    whole: Sequence[int]
    first: Sequence[int]
    second: Sequence[int]
    always: Set[int] = frozenset()


def check_k(k: int) -> int:
    """`k` itself; ValueError where a count below it would be told by saying that it is below it."""
    if k != 0 and k < LEAST_K:
        raise ValueError(f"counts can be withheld below {LEAST_K} or more, or not at all (0), not below {k}")
    return k


def told(counts: Sequence[int], k: int, tops: Sequence[int] | None = None) -> tuple[Cell, ...] | None:
    """What is told of counts whose sum is told: none below `k` but zeros, and nothing that gives those away.

    `tops` are told elsewhere: no count is above its own. None where nothing can be told, not even the zeros.
    """
    most = tuple(tops) if tops is not None else (sum(counts),) * len(counts)
    cells: list[Cell] = [SMALL if 0 < count < check_k(k) else count for count in counts]
    if SMALL not in cells:
        return tuple(cells)
    left = sorted((count, place) for place, count in enumerate(counts) if count >= k)
    while not _unsure(counts, cells, k, most):
        if not left:
            return _nothing_told(counts, most)
        cells[left.pop(0)[1]] = HIDDEN
    return tuple(cells)


def _nothing_told(counts: Sequence[int], most: Sequence[int]) -> tuple[Cell, ...] | None:
    """Zeros hide what is not zero, where they need not be zeros: then no cell is told, large or small."""
    open_to = [place for place, top in enumerate(most) if top]
    room = sum(most[place] for place in open_to) - sum(counts)
    if len(open_to) < 2 or room < 1:
        return None
    return tuple(HIDDEN if top else 0 for top in most)


def _unsure(counts: Sequence[int], cells: Sequence[Cell], k: int, most: Sequence[int]) -> bool:
    """True where every cell that is not told can be something else, and all of them together by some steps."""
    places = [place for place, cell in enumerate(cells) if isinstance(cell, str)]
    rest = sum(counts[place] for place in places)
    if len(places) < 2 or rest < k:
        return False
    # Hidden beside small ones is at least `k`: whoever knows the rule knows that.
    low = {place: 1 if cells[place] == SMALL else k for place in places}
    high = {place: min(most[place], k - 1) if cells[place] == SMALL else most[place] for place in places}
    lowest, highest = sum(low.values()), sum(high.values())
    if rest - lowest < _ROOM or highest - rest < _ROOM:
        return False
    return all(
        max(low[place], rest - (highest - high[place])) < min(high[place], rest - (lowest - low[place]))
        for place in places
    )


def told_of_rows(table: Flagged, k: int) -> tuple[tuple[Cell, Cell, Cell], ...]:
    """What is told of each row: all of it, those with the first mark, those with the second; sums are told.

    A row of which the whole is not told tells nothing of its marks: they would bound it.
    """
    withheld: tuple[tuple[Cell, Cell, Cell], ...] = ((HIDDEN, HIDDEN, HIDDEN),) * len(table.whole)
    wholes = _wholes(table, k)
    if wholes is None:
        return withheld
    known = [place for place, cell in enumerate(wholes) if not isinstance(cell, str)]
    # Where all have the mark, the whole tells how many have: such a row hides nothing.
    unlike = [place for place in known if place not in table.always or table.first[place] != table.whole[place]]
    first = _marks(table.first, table.whole, unlike, k)
    second = _marks(table.second, table.whole, known, k)
    if first is None or second is None:
        return withheld
    return tuple(
        (cell, HIDDEN, HIDDEN) if isinstance(cell, str)
        else (cell, first.get(place, table.first[place]), second[place])
        for place, cell in enumerate(wholes)
    )  # fmt: skip


def _wholes(table: Flagged, k: int) -> tuple[Cell, ...] | None:
    """Rows where all have the mark hide one another, and so do the rest: the marks' sum would part the two."""
    cells: list[Cell] = list(table.whole)
    rest = [place for place in range(len(cells)) if place not in table.always]
    for places in (sorted(table.always), rest):
        found = told([table.whole[place] for place in places], k)
        if found is None:
            return None
        for place, cell in zip(places, found, strict=True):
            cells[place] = cell
    return tuple(cells)


def _marks(marks: Sequence[int], whole: Sequence[int], places: Sequence[int], k: int) -> dict[int, Cell] | None:
    found = told([marks[place] for place in places], k, [whole[place] for place in places])
    return None if found is None else dict(zip(places, found, strict=True))
