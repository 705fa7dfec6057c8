"""Points that are added up side by side are the sums of each head's points, and of what themes say that they move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.phrases import HEADS, PhraseError, Theme
from models.hotline.sums import Adder, packed
from models.hotline.themes import (
    NO_MOVES,
    SAID,
    STEPS,
    THEMES,
    check_themes,
    moves_of,
    parse_moves,
    parse_theme,
    written_moves,
)

POINTS = st.dictionaries(st.sampled_from(HEADS), st.integers(-131_071, 131_071))
SAYS = st.fixed_dictionaries({head: st.integers(-3000, 3000) for head in SAID})
STARTS = st.integers(-STEPS // 2, 3 * STEPS)
EVERY = st.lists(st.builds(Theme, STARTS, SAYS), min_size=THEMES, max_size=THEMES)
MOVES = st.binary(min_size=THEMES, max_size=THEMES).map(lambda drawn: bytes(one % STEPS for one in drawn))
NO_THEMES = Adder({})


@given(st.lists(POINTS, max_size=60))
def test_the_sum_of_packed_points_is_the_sum_of_each_head(signs: list[dict[str, int]]) -> None:
    expected = {head: sum(points.get(head, 0) for points in signs) for head in HEADS}
    assert NO_THEMES.added(map(packed, signs)).by_head() == expected


def test_sixteen_thousand_of_the_greatest_points_still_fit() -> None:
    greatest, least = packed(dict.fromkeys(HEADS, 131_071)), packed(dict.fromkeys(HEADS, -131_071))
    assert set(NO_THEMES.added([greatest] * 16_383).by_head().values()) == {16_383 * 131_071}
    assert set(NO_THEMES.added([least] * 16_383).by_head().values()) == {-16_383 * 131_071}


@given(EVERY, POINTS, st.lists(st.tuples(POINTS, MOVES), max_size=40), st.integers(1, 80))
def test_a_theme_says_as_much_more_as_all_signs_together_move_it_above_nothing(
    themes: list[Theme], bias: dict[str, int], signs: list[tuple[dict[str, int], bytes]], times: int
) -> None:
    moved = [theme.start + times * sum(moves[at] - STEPS // 2 for _, moves in signs) for at, theme in enumerate(themes)]
    expected = {head: bias.get(head, 0) + times * sum(points.get(head, 0) for points, _ in signs) for head in HEADS}
    for head in SAID:
        expected[head] += sum(max(0, by) * theme.points[head] for by, theme in zip(moved, themes, strict=True)) // STEPS
    assert Adder(bias, themes).added([packed(*sign) for sign in signs] * times).by_head() == expected


@given(MOVES)
def test_moves_are_read_as_they_were_written(moves: bytes) -> None:
    assert parse_moves(written_moves(moves)) == moves


def test_moves_are_the_nearest_steps_and_no_sign_moves_more_than_half_a_theme() -> None:
    values = [0.25, -0.25, 9.0, -9.0, 0.004, *[0.0] * (THEMES - 5)]
    assert [one - STEPS // 2 for one in moves_of(values)[:5]] == [16, -16, 31, -32, 0]
    assert (moves_of([0.001] * THEMES), parse_moves("")) == (b"", b"")
    assert packed({}, NO_MOVES) == packed({}, b"")


@pytest.mark.parametrize("text", ["A" * (THEMES - 1), "A" * (THEMES + 1), "é" * THEMES, "A" * (THEMES - 1) + ":"])
def test_moves_that_are_no_letter_for_each_theme_are_refused(text: str) -> None:
    with pytest.raises(PhraseError, match=f"does not move {THEMES} themes by one letter each; leave it empty"):
        parse_moves(text)


@pytest.mark.parametrize(
    ("start", "points", "why"),
    [
        ("soon", "URGENT:1", "“soon” is not a number where the theme starts, such as 0.25, from -0.5 to 3.0"),
        ("nan", "URGENT:1", "“nan” is not a number"),
        ("3.1", "URGENT:1", "“3.1” is not a number where the theme starts"),
        ("0.1", "URGENT:1 FIA:2", "gives points to URGENT and PROTECTED alone, not to FIA"),
        ("0.1", "URGENT:x", "“URGENT:x” is not a unit with its points"),
    ],
)
def test_a_theme_that_cannot_be_used_is_refused(start: str, points: str, why: str) -> None:
    with pytest.raises(PhraseError, match=why):
        parse_theme({"start": start, "points": points})


def test_a_theme_starts_at_a_step_and_says_points() -> None:
    theme = parse_theme({"theme": "1", "start": "0.25", "points": "URGENT:0.5 PROTECTED:-1"})
    assert theme == Theme(16, {"URGENT": 500, "PROTECTED": -1000})


def test_there_are_all_themes_or_none() -> None:
    check_themes([])
    check_themes([Theme(0, {})] * THEMES)
    with pytest.raises(PhraseError, match=f"There are 1 themes; signs move {THEMES}"):
        check_themes([Theme(0, {})])
