"""Nothing that is withheld can be computed from what is told: every table that looks the same is tried."""

from collections.abc import Iterator
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.hotline.small_cells import HIDDEN, SMALL, Cell, Flagged, check_k, told, told_of_rows

KS = st.integers(3, 5)
COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=4)
ROW = st.integers(0, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n)))


def fits(cell: Cell, count: int, k: int) -> bool:
    return 0 < count < k if cell == SMALL else cell in (HIDDEN, count)


def choices(cell: Cell, k: int, most: int) -> range:
    if cell == SMALL:
        return range(1, k)
    return range(most + 1) if cell == HIDDEN else range(int(cell), int(cell) + 1)


@given(COUNTS, KS)
def test_every_withheld_count_may_be_another(counts: list[int], k: int) -> None:
    cells = told(counts, k) or (HIDDEN,) * len(counts)
    alike = [t for t in product(*(choices(c, k, sum(counts)) for c in cells)) if sum(t) == sum(counts)]
    assert tuple(counts) in alike
    for place, cell in enumerate(cells):
        assert not isinstance(cell, str) or len({table[place] for table in alike}) > 1


@given(COUNTS, KS)
def test_no_small_count_is_told_and_the_large_ones_are_told_as_they_are(counts: list[int], k: int) -> None:
    cells = told(counts, k)
    for count, cell in zip(counts, cells or (), strict=cells is not None):
        assert not 0 < count < k or isinstance(cell, str)
        assert isinstance(cell, str) or cell == count
        assert cell != SMALL or 0 < count < k


@given(st.lists(st.integers(0, 99)))
def test_without_a_limit_everything_is_told(counts: list[int]) -> None:
    assert told(counts, 0) == tuple(counts)


Rows = tuple[tuple[int, int, int], ...]
ROWS = st.tuples(st.tuples(ROW, ROW), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=3))


def others(rows: Rows) -> Iterator[Rows]:
    """Tables with the same sums: a contact is of another row, with its marks; or a mark is another row's."""
    steps = [(1, s, w) for s, w in product((0, 1), repeat=2)] + [(0, 1, 0), (0, 0, 1)]
    for (i, j), step in product(permutations(range(len(rows)), 2), steps):
        made = list(rows)
        made[i] = tuple(a - b for a, b in zip(rows[i], step, strict=True))  # type: ignore[assignment]
        made[j] = tuple(a + b for a, b in zip(rows[j], step, strict=True))  # type: ignore[assignment]
        yield tuple(made)


def alike(rows: Rows, cells: tuple[tuple[Cell, Cell, Cell], ...], k: int) -> list[Rows]:
    """Those of the others that look the same; from the third row on, all have the first mark."""
    near = {made for one in others(rows) for made in (one, *others(one))}
    return [
        made for made in near
        if all(min(row) >= 0 and max(row) <= row[0] for row in made) and all(row[0] == row[1] for row in made[2:])
        and all(fits(c, n, k) for line, row in zip(cells, made, strict=True) for c, n in zip(line, row, strict=True))
    ]  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(ROWS)
def test_no_small_count_can_be_computed_from_marks_and_sums(drawn: tuple[Rows, list[tuple[int, int]]]) -> None:
    rows = (*drawn[0], *((n, n, min(n, w)) for n, w in drawn[1]))
    columns = [list(column) for column in zip(*rows, strict=True)]
    cells = told_of_rows(Flagged(columns[0], columns[1], columns[2], frozenset(range(2, len(rows)))), 3)
    same = alike(rows, cells, 3)
    for place, (line, row) in enumerate(zip(cells, rows, strict=True)):
        for column, (cell, count) in enumerate(zip(line, row, strict=True)):
            assert fits(cell, count, 3) and (isinstance(cell, str) or not 0 < cell < 3 or (place > 1 and column == 1))
            if cell == SMALL or (0 < count < 3 and column == 0):
                assert any(table[place][column] != count for table in same), (rows, cells)


@pytest.mark.parametrize(("counts", "cells"), [
    ([3, 40, 12], (SMALL, 40, HIDDEN)), ([4, 7, 50], (SMALL, SMALL, 50)), ([0, 50, 60], (0, 50, 60)),
    ([9, 9, 20, 30], (SMALL, SMALL, HIDDEN, 30)), ([1, 10, 20, 30], (SMALL, HIDDEN, HIDDEN, 30)),
    ([3, 0, 0], (HIDDEN, HIDDEN, HIDDEN)),
])  # fmt: skip
def test_the_next_smallest_keeps_a_small_count_company(counts: list[int], cells: tuple[Cell, ...]) -> None:
    assert told(counts, 10) == cells


def test_below_two_is_one_and_below_one_is_nothing() -> None:
    for k in (-1, 1, 2):
        with pytest.raises(ValueError, match="not below"):
            check_k(k)
    assert [check_k(k) for k in (0, 3, 10)] == [0, 3, 10]
