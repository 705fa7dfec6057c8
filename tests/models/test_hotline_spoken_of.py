"""Which of few earlier contacts somebody speaks of who says that they speak again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.match_keys import KeyKind
from models.hotline.phrases import Unit
from models.hotline.policy import Policy
from models.hotline.repeats import Known
from models.hotline.spoken_of import UsualWords, are_others, is_of_late, likeness, says_anything, spoken_of
from tasks.adapters.policy import hotline_policy

USUAL = UsualWords(often=frozenset({"kitche", "window", "they", "said"}), everyday=frozenset({"they", "said"}))
AT = datetime(2025, 11, 10, 15, tzinfo=UTC)
UNITS = (Unit.FIA, Unit.PCS)
AGAIN = Known("later", AT, (Unit.FIA,), says_again=True)


def policy() -> Policy:
    return Policy.model_validate(
        {**hotline_policy().model_dump(), "repeat_lone_days": 21, "repeat_lone_most": 3, "repeat_lone_likeness": 2}
    )


def earlier(name: str, days: float = 1, unit: Unit = Unit.FIA, *, restricted: bool = False) -> Known:
    return Known(name, AT - timedelta(days=days), (unit,), restricted)


def meant(likes: dict[Known, int], mine: Known = AGAIN) -> str:
    found = spoken_of(mine, [*likes], likes.__getitem__, policy())
    return found.contact_id if found else ""


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("They said the parrot is ill", "The PARROTS, they said!", 2),
        ("They said the parrot is in the kitchen", "a parrot, kitchens", 3),
        ("by the kitchen window", "kitchen; window", 2),
        ("They said so", "they said so", 0),
        ("Попугай болен", "про попугая", 2),
        ("parrot parrot", "parrot", 2),
    ],
)
def test_rare_words_count_twice_and_those_that_all_use_not_at_all(one: str, other: str, alike: int) -> None:
    usual = UsualWords(USUAL.often | {"the", "про", "by", "болен", "so", "ill", "in"}, USUAL.everyday | {"the", "so"})
    assert likeness(one, other, usual) == likeness(other, one, usual) == alike


def test_who_speaks_again_means_the_likest_of_few() -> None:
    assert meant({earlier("a"): 2, earlier("b"): 5, earlier("c"): 0}) == "b"


def test_who_does_not_speak_again_means_nothing_earlier() -> None:
    assert meant({earlier("a"): 9}, AGAIN._replace(says_again=False)) == ""


def test_nobody_can_tell_where_there_are_many() -> None:
    assert meant({earlier(name): 9 for name in "abc"}) != ""
    assert meant({earlier(name): 9 for name in "abcd"}) == ""


def test_what_is_hardly_alike_is_not_meant() -> None:
    assert meant({earlier("a"): 1}) == ""


@pytest.mark.parametrize("restricted", [True, False])
def test_what_is_restricted_otherwise_is_not_of_late(restricted: bool) -> None:
    mine = AGAIN._replace(restricted=restricted)
    assert not is_of_late(earlier("a", restricted=not restricted), mine, policy())
    assert is_of_late(earlier("a", restricted=restricted), mine, policy())


@pytest.mark.parametrize(
    ("mine", "theirs", "others"),
    [
        ({KeyKind.PHONE, KeyKind.WORD}, {KeyKind.PHONE}, True), ({KeyKind.NAME}, {KeyKind.NAME, KeyKind.PHONE}, True),
        ({KeyKind.PHONE}, {KeyKind.NAME}, False), ({KeyKind.WORD, KeyKind.PLACE}, {KeyKind.WORD, KeyKind.PLACE}, False),
        (set(), {KeyKind.CASE_NUMBER}, False),
    ],
)  # fmt: skip
def test_two_who_both_say_who_they_are_and_share_nothing_of_it_are_others(
    mine: set[KeyKind], theirs: set[KeyKind], others: bool
) -> None:
    assert are_others(mine, theirs) is are_others(theirs, mine) is others


def test_who_says_what_everybody_says_says_nothing() -> None:
    assert [says_anything(said, USUAL) for said in ("They said", "", "the parrot", "they: kitchen")] == [
        False, False, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "unit", "is_it"),
    [(0, Unit.FIA, True), (21, Unit.FIA, True), (21.1, Unit.FIA, False), (-1, Unit.FIA, False), (1, Unit.PCS, False)],
)
def test_of_late_is_what_came_before_within_the_days_for_the_same_unit(days: float, unit: Unit, is_it: bool) -> None:
    assert is_of_late(earlier("a", days, unit), AGAIN, policy()) is is_it


@given(st.lists(st.integers(0, 6), max_size=5))
def test_what_is_meant_is_the_likest_that_may_be_meant_in_whatever_order_they_stand(told: list[int]) -> None:
    likes = {earlier(str(place), place): like for place, like in enumerate(told)}
    found = meant(likes)
    assert found == meant(dict(reversed(likes.items())))
    may_be = {one.contact_id: like for one, like in likes.items() if like >= 2}
    if len(likes) > 3 or not may_be:
        assert found == ""
    else:
        assert may_be[found] == max(may_be.values())
