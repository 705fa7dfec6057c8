"""Nothing that is withheld can be computed from what is told: every table that looks the same is tried."""

from itertools import product

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


def tables(cells: tuple[tuple[Cell, Cell, Cell], ...], table: Flagged, k: int):  # type: ignore[no-untyped-def]
    """Every table that looks like these cells and has the same sums."""
    sums = tuple(sum(column) for column in (table.whole, table.first, table.second))
    rows = [
        [
            row for row in product(*(choices(cell, k, total) for cell, total in zip(line, sums, strict=True)))
            if max(row) <= row[0] and (place not in table.always or row[1] == row[0])
        ]
        for place, line in enumerate(cells)
    ]  # fmt: skip
    return [t for t in product(*rows) if tuple(sum(column) for column in zip(*t, strict=True)) == sums]


@settings(deadline=None, max_examples=150)
@given(st.lists(ROW, min_size=3, max_size=3), st.sets(st.integers(0, 2), max_size=2))
def test_no_row_can_be_computed_from_its_marks_and_the_sums(rows: list[tuple[int, int, int]], always: set[int]) -> None:
    rows = [(n, n, w) if place in always else (n, s, w) for place, (n, s, w) in enumerate(rows)]
    table = Flagged(*zip(*rows, strict=True), frozenset(always))
    cells = told_of_rows(table, 3)
    alike = tables(cells, table, 3)
    assert tuple(rows) in alike
    for place, (line, row) in enumerate(zip(cells, rows, strict=True)):
        assert all(isinstance(cell, str) or not 0 < cell < 3 for cell in line)
        if line[0] in (SMALL, HIDDEN) and sum(table.whole):
            assert len({t[place][0] for t in alike}) > 1, (rows, cells)
        for column in (1, 2):
            if line[column] == SMALL:
                assert len({t[place][column] for t in alike}) > 1, (rows, cells, column)
        assert fits(line[0], row[0], 3)


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
