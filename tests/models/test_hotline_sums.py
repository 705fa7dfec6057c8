"""Points that are added up side by side are the sums of each head's points."""

from hypothesis import given
from hypothesis import strategies as st

from models.hotline.phrases import HEADS
from models.hotline.sums import added, packed

POINTS = st.dictionaries(st.sampled_from(HEADS), st.integers(-131_071, 131_071))


@given(st.lists(POINTS, max_size=60))
def test_the_sum_of_packed_points_is_the_sum_of_each_head(signs: list[dict[str, int]]) -> None:
    expected = {head: sum(points.get(head, 0) for points in signs) for head in HEADS}
    assert added(map(packed, signs)).by_head() == expected


def test_sixteen_thousand_of_the_greatest_points_still_fit() -> None:
    greatest, least = packed(dict.fromkeys(HEADS, 131_071)), packed(dict.fromkeys(HEADS, -131_071))
    assert set(added([greatest] * 16_383).by_head().values()) == {16_383 * 131_071}
    assert set(added([least] * 16_383).by_head().values()) == {-16_383 * 131_071}
