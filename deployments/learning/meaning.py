"""What words mean: a vector for each, near those of words that say alike, so that what a rare word says is not guessed.

English words have vectors of their own; words of other languages those of the English words that gloss them. From
both the points of a word are learned together with the points of words that mean the same, in any language.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from deployments.learning.examples import Example
from models.hotline.wording import plain, roots, seen
from tasks.adapters.hotline.phrase_files import FOLDER

MEANING = FOLDER / "meaning"
Vector = npt.NDArray[np.float32]
# One stands for so much in the file, whose numbers are whole.
_UNIT = 20
# Forms of a word that no example has count little beside those that examples have.
_UNUSED = 0.5


def meanings(examples: Sequence[Example]) -> dict[str, Vector]:
    """The vector of each root that the tables may know, shape (128,), by the name of its sign (`word en evict`).

    A root has the mean of its forms, each as often as the examples have it. Source: the folder's
    README tells how they were made.
    """
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for each in examples:
        used[each.language].update(set(plain(seen(each.message.text)).split()))
    english = english_words()
    sums: dict[str, Vector] = {}
    counts: dict[str, float] = defaultdict(float)
    for language, form, vector in [*(("en", *item) for item in english.items()), *_glossed(english)]:
        often = used[language][form] + _UNUSED
        for root in roots(form, language):
            name = f"word {language} {root}"
            sums[name] = sums.get(name, 0) + often * vector
            counts[name] += often
    return {name: total / np.float32(counts[name]) for name, total in sums.items()}


def english_words() -> dict[str, Vector]:
    """The vector of each English word that has one."""
    words = (MEANING / "words.txt").read_text(encoding="utf-8").split()
    vectors = np.load(MEANING / "vectors.npy").astype(np.float32) / _UNIT
    return dict(zip(words, vectors, strict=True))


def glosses() -> Iterator[tuple[str, str, str]]:
    """Language, word and what it means in English, of every word of the other languages that has a gloss."""
    for path in sorted(MEANING.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield path.stem, row["word"], row["means"]


def _glossed(english: Mapping[str, Vector]) -> Iterator[tuple[str, str, Vector]]:
    for language, form, means in glosses():
        known = [english[word] for word in means.split() if word in english]
        if known:
            # Several words say more than one does, but not as many times more.
            yield language, form, np.float32(len(known) ** -0.5) * np.sum(known, axis=0)
