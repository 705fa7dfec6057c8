"""What a word means is learned from: it speaks for what words of like meaning speak for, in any language."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from deployments.learning.examples import Example
from deployments.learning.fit import fit
from deployments.learning.meaning import Vector, english_words, glosses, meanings
from models.hotline.phrases import PhraseTables, Unit
from models.hotline.tongue import LANGUAGES
from models.hotline.triage import Message
from models.hotline.wording import plain

TABLES = PhraseTables((), {})
# Longer than those of the file, since there are few examples.
UP, ACROSS = np.eye(2, dtype=np.float32) * 40


def example(text: str, unit: Unit) -> Example:
    return Example(text, Message(text, "email", date(2026, 7, 1)), "en", unit, (unit,), 3, False, False, "")


TOLD = [
    *(example(f"my landlord evicts number{n} family", Unit.HOMEBASE) for n in range(100)),
    *(example(f"my oven roasts number{n} chicken", Unit.FIA) for n in range(100)),
]
MEANT: dict[str, Vector] = {
    "word en evict": UP, "word en oust": UP, "word es desa": UP, "word en roast": ACROSS, "word en bake": ACROSS,
}  # fmt: skip


@cache
def learned_vectors() -> dict[str, Vector]:
    return meanings([])


def near(one: str, other: str) -> float:
    """The cosine of two words, by the names of their signs."""
    first, second = learned_vectors()[f"word {one}"], learned_vectors()[f"word {other}"]
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_a_word_that_no_example_has_says_what_words_of_like_meaning_say() -> None:
    words = fit(TABLES, {}, TOLD, meanings=lambda _: MEANT).words
    for language, word in (("en", "oust"), ("es", "desa")):
        points = words[language][word]
        assert points[Unit.HOMEBASE] > 100 > points.get(Unit.FIA, 0)


def test_without_meanings_it_says_nothing() -> None:
    assert "oust" not in fit(TABLES, {}, TOLD).words["en"]


def test_a_word_of_the_examples_says_more_than_its_meaning_does() -> None:
    words = fit(TABLES, {}, TOLD, meanings=lambda _: MEANT).words["en"]
    assert words["evict"][Unit.HOMEBASE] > words["oust"][Unit.HOMEBASE]


def test_a_meaning_that_speaks_for_nothing_is_left_out() -> None:
    far = {**MEANT, "word en lamp": np.zeros(2, dtype=np.float32)}
    assert "lamp" not in fit(TABLES, {}, TOLD, meanings=lambda _: far).words["en"]


@pytest.mark.parametrize(
    ("word", "like", "unlike"),
    [
        ("es desa", "en eviction", "en doctor"),
        ("fr chau", "en heat", "en lawyer"),
        ("ru врач", "en doctor", "en rent"),
        ("zh 房东", "en landlord", "en doctor"),
        ("ar مستش", "en hospital", "en rent"),
        ("ko 병원에", "en hospital", "en rent"),
    ],
)
def test_words_of_other_languages_stand_near_english_words_of_like_meaning(word: str, like: str, unlike: str) -> None:
    assert near(word, like) > near(word, unlike) + 0.2


def test_a_root_is_the_mean_of_its_forms_as_often_as_the_examples_have_them() -> None:
    told = [replace(TOLD[0], message=Message("evicted", "email", date(2026, 7, 1))) for _ in range(50)]
    evicted = english_words()["evicted"]
    mostly, evenly = (each["word en evict"] for each in (meanings(told), meanings([])))
    assert np.linalg.norm(mostly - evicted) < 0.1 * np.linalg.norm(evenly - evicted)


def test_every_language_has_glosses_spelled_as_triage_reads_its_words() -> None:
    found = [*glosses()]
    assert {language for language, _, _ in found} == {*LANGUAGES} - {"en"}
    assert [(language, word) for language, word, _ in found if plain(word).split() != [word]] == []


@pytest.mark.parametrize("name", ["mohammed", "chen", "cohen", "maria", "jose", "nguyen", "abdul", "john", "jean"])
def test_a_name_has_no_meaning(name: str) -> None:
    assert name not in english_words()
