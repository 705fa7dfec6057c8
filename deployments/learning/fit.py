"""Learns the points of signals, rules and words from examples, starting from what people set by hand.

Units compete (softmax); URGENT, PROTECTED and AGAIN are a yes or no each (logistic). Points stay near those that were
set by hand, and for single words near what words of like meaning say: how far they may go is a normal prior of the
widths below. The method is plain gradient descent with momentum on all examples at once, so the same examples give the
same points on machines that reckon alike. For URGENT and PROTECTED the mean of these and of what is learned with themes
counts (`themes`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from deployments.learning.examples import Example
from deployments.learning.shares import Array, guessed
from deployments.learning.themes import Themes, learn_themes
from models.hotline.escalation import LADDER_ONLY
from models.hotline.phrases import AGAIN, HEADS, PhraseTables, Points, Theme, Unit
from models.hotline.themes import HIGHEST, LOWEST, SAID, STEPS, moves_of
from models.hotline.tongue import LANGUAGES
from models.hotline.triage import UNITS, Found, Reader
from models.hotline.wording import PAIR, UNPARTED, letters_of, pairs, pieces, roots

# Gives the vectors of words, by the names of their signs, as examples use them.
Meanings = Callable[[Sequence[Example]], Mapping[str, Array]]
_UNITS = len(UNITS)
_YES_OR_NO = frozenset(HEADS[_UNITS:])
# Where the heads stand of which themes speak too.
_TO_SAID = _UNITS + len(SAID)
_SAID = slice(_UNITS, _TO_SAID)
# How far points may move from those set by hand; a word counts from its third example on.
_SIGNAL_WIDTH, _WORD_WIDTH, _BIAS_WIDTH, _FEWEST = 0.45, 0.6, 0.5, 3
# How far the points of a meaning may go, and how much slower they move: all of a contact's words move them at once.
_MEANING_WIDTH, _SLOWER = 0.015, 0.3
# What is set by hand for units is a guess of order, not of size.
_HAND = 0.6
# Contacts about a few subjects would make these seem to come more often than they do: each counts for less. For themes,
# which could learn them by heart, those that were written to mislead count for less still.
_ABOUT_SUBJECTS, _TO_MISLEAD = 0.4, 0.25
_STEPS, _PACE, _MOMENTUM = 500, 0.01, 0.95
# Points that say less are left out; so are pairs of words, pieces of them, and words known by their meaning alone, that
# say no more than this: there are very many.
_SMALLEST, _LEAST_OF_PAIRS, _LEAST_ALONE = 0.05, 0.1, 0.2


@dataclass(frozen=True)
class _Problem:
    names: tuple[str, ...]
    there: csr_array
    units: Array
    answers: Array
    weight: Array
    # How much each example counts for themes, which learn units for what these tell of danger.
    of_themes: Array
    start: Array
    width: Array
    # What the words of each example mean, all together.
    meant: Array


@dataclass(frozen=True)
class _Linear:
    """Points that were learned without themes: of each sign that says enough, and of every contact."""

    problem: _Problem
    learned: Mapping[str, Array]
    bias: Array


def signs_of(found: Found) -> Iterator[str]:
    """Everything in a message that can be given points; what counts for the ladder alone moves no contact elsewhere."""
    yield from (f"signal {name}" for name in found.hits if name not in LADDER_ONLY)
    yield from (f"rule {rule.name}" for rule in found.rules)
    if found.language in LANGUAGES:
        words = found.words.split()
        every = chain.from_iterable((*roots(word, found.language), *pieces(word, found.language)) for word in words)
        for root in {*every, *pairs(words, found.language)}:
            if not any(sign.isdigit() for sign in root):
                yield f"word {found.language} {root}"


def fit(
    tables: PhraseTables,
    by_hand: Mapping[str, Points],
    examples: Sequence[Example],
    unread: PhraseTables | None = None,
    meanings: Meanings | None = None,
) -> PhraseTables:
    """The tables with learned points and themes. `by_hand` is what people set, by `signal NAME` and `rule NAME`.

    `meanings` gives vectors of words, by `word LANGUAGE ROOT`, as some examples use them: a word that no example has is
    known by its meaning alone.

    `unread` are the tables without the terms that were written from examples. An example that was read for terms is
    held against these: its own terms would find it far more surely than they find what others say.
    """
    reader = Reader(tables)
    before = Reader(unread) if unread else reader
    signs = [set(signs_of((before if each.is_read else reader).read(each.message))) for each in examples]
    every = _linear(signs, by_hand, examples, meanings)
    natural = [place for place, each in enumerate(examples) if not each.about_danger]
    if len(natural) == len(examples):
        return _with_themes(tables, every)
    others = _linear([signs[each] for each in natural], by_hand, [examples[each] for each in natural], meanings)
    return _with_themes(tables, _of_both(every, others))


def _linear(
    signs: Sequence[set[str]], by_hand: Mapping[str, Points], examples: Sequence[Example], meanings: Meanings | None
) -> _Linear:
    known = meanings(examples) if meanings else {}
    problem = _problem(signs, by_hand, examples, known)
    points, by_meaning, bias = _learned(problem)
    learned = dict(zip(problem.names, points, strict=True))
    least = {name: _LEAST_OF_PAIRS for name in learned if name.startswith("word ") and _is_of_many(name)}
    least |= dict.fromkeys(known.keys() - learned.keys(), _LEAST_ALONE)
    for name, meaning in known.items():
        learned[name] = learned.get(name, 0) + meaning @ by_meaning
    return _Linear(problem, _that_say(learned, least), bias)


def _that_say(learned: Mapping[str, Array], least: Mapping[str, float]) -> dict[str, Array]:
    """Those that say enough; a signal or a rule always stays."""
    return {
        name: row
        for name, row in learned.items()
        if not name.startswith("word ") or abs(row).max() >= least.get(name, _SMALLEST)
    }


def _of_both(every: _Linear, others: _Linear) -> _Linear:
    """What all examples say of danger and of what is protected; of the rest what those say that teach it."""
    learned = {name: row.copy() for name, row in others.learned.items()}
    none = np.zeros(len(HEADS), dtype=np.float32)
    for name in {**every.learned, **others.learned}:
        learned[name] = learned.get(name, none.copy())
        learned[name][_SAID] = every.learned.get(name, none)[_SAID]
    bias = others.bias.copy()
    bias[_SAID] = every.bias[_SAID]
    return _Linear(every.problem, _that_say(learned, {}), bias)


def _with_themes(tables: PhraseTables, linear: _Linear) -> PhraseTables:
    """The tables with the mean of what was learned without themes and of what is learned with them, of the same signs.

    They are wrong about different contacts.
    """
    problem, learned = linear.problem, linear.learned
    kept = [place for place, name in enumerate(problem.names) if name in learned]
    right = np.hstack([problem.units, problem.answers])[:, :_TO_SAID]
    themes = learn_themes(problem.there[:, kept], right, problem.of_themes)
    names = [problem.names[place] for place in kept]
    alone = dict(zip(names, themes.alone, strict=True))
    given = {name: _points(_mean(row, alone.get(name, 0))) for name, row in learned.items()}
    moves = {name: moves_of(row) for name, row in zip(names, themes.of_signs, strict=True)}
    bias = _points(_mean(linear.bias, themes.bias))
    return replace(_with(tables, given, moves), bias=bias, themes=_themes(themes))


def _mean(row: Array, alone: Array | int) -> Array:
    """What was learned without themes, with the mean of both where these speak too."""
    mean = row.copy()
    mean[_SAID] = (row[_SAID] + alone) / 2
    return mean


def _with(tables: PhraseTables, given: Mapping[str, Points], moves: Mapping[str, bytes]) -> PhraseTables:
    """The tables with points and moves by the names of signs."""
    words: dict[str, dict[str, Points]] = {}
    moved: dict[str, dict[str, bytes]] = {}
    for name, points in given.items():
        kind, _, word = name.partition(" ")
        if kind == "word" and (points or name in moves):
            language, _, root = word.partition(" ")
            words.setdefault(language, {})[root] = points
            moved.setdefault(language, {})[root] = moves.get(name, b"")
    signals = [(signal, f"signal {signal.name}") for signal in tables.signals]
    rules = [(rule, f"rule {rule.name}") for rule in tables.rules]
    return replace(
        tables,
        signals=tuple(replace(s, points=given.get(n, s.points), moves=moves.get(n, b"")) for s, n in signals),
        rules=tuple(replace(r, points=given.get(n, r.points), moves=moves.get(n, b"")) for r, n in rules),
        words=words,
        moves=moved,
    )


def _themes(themes: Themes) -> tuple[Theme, ...]:
    every = zip(np.clip(themes.start, LOWEST, HIGHEST), themes.says / 2, strict=True)
    return tuple(Theme(round(float(start) * STEPS), _points_to(SAID, says)) for start, says in every)


def _is_of_many(name: str) -> bool:
    """True of the sign of a pair or of a piece of a word."""
    _, language, word = name.split(" ", 2)
    return " " in word or bool(letters_of(word)) or (language == UNPARTED and len(word) != PAIR)


def _problem(
    signs: Sequence[set[str]],
    by_hand: Mapping[str, Points],
    examples: Sequence[Example],
    meanings: Mapping[str, Array],
) -> _Problem:
    often = Counter(sign for mine in signs for sign in mine)
    names = tuple(sorted({*by_hand, *(sign for sign, count in often.items() if count >= _FEWEST)}))
    place = {name: number for number, name in enumerate(names)}
    start = np.zeros((len(names), len(HEADS)), dtype=np.float32)
    for name, points in by_hand.items():
        for head, value in points.items():
            start[place[name], HEADS.index(head)] = value / 1000 * (1 if head in _YES_OR_NO else _HAND)
    widths = [[_WORD_WIDTH if name.startswith("word ") else _SIGNAL_WIDTH] for name in names]
    width = np.array(widths, dtype=np.float32)
    weight = np.array([[1 if each.is_typical else _ABOUT_SUBJECTS] * len(HEADS) for each in examples], dtype=np.float32)
    misleads = np.array([[each.about_danger and not each.is_typical] for each in examples])
    of_themes = np.where(misleads, np.float32(_TO_MISLEAD), weight[:, :1])
    weight[[not each.has_repeats or each.about_danger for each in examples], HEADS.index(AGAIN)] = 0
    weight[[each.about_danger for each in examples], :_UNITS] = 0
    there, meant = _there(signs, names), np.zeros((len(examples), 0), dtype=np.float32)
    if meanings:
        meant = np.asarray(_there(signs, tuple(meanings)) @ np.stack([*meanings.values()]))
    return _Problem(names, there, _accepted(examples), _answers(examples), weight, of_themes, start, width, meant)


def _there(signs: Sequence[set[str]], names: Sequence[str]) -> csr_array:
    """One for each sign (columns) that an example (rows) has."""
    place = {name: number for number, name in enumerate(names)}
    columns = [sorted(place[sign] for sign in mine if sign in place) for mine in signs]
    ends = np.cumsum([0, *map(len, columns)])
    where = np.fromiter(chain.from_iterable(columns), dtype=np.int32)
    return csr_array((np.ones(len(where), dtype=np.float32), where, ends), shape=(len(signs), len(names)))


def _accepted(examples: Sequence[Example]) -> Array:
    """Shares of one: most for the first unit, the rest for those that are accepted too."""
    shares = np.zeros((len(examples), _UNITS), dtype=np.float32)
    for row, example in enumerate(examples):
        others = example.units[1:]
        shares[row, UNITS.index(example.unit)] = 0.75 if others else 1
        for other in others:
            shares[row, UNITS.index(Unit(other))] = 0.25 / len(others)
    return shares


def _answers(examples: Sequence[Example]) -> Array:
    """Yes or no for each head behind the units."""
    answers = [[each.priority == 1, each.confidential, bool(each.duplicate_of)] for each in examples]
    return np.array(answers, dtype=np.float32)


class _Part:
    """Points that are learned alike: those of signs, of meanings, of every contact. They are drawn to `first`."""

    def __init__(self, has: Any, first: Array, width: Array, slower: float = 1) -> None:
        # By rows again: columns of a sparse one are summed up twice as slowly.
        self.has, self._of_each = has, has.T.tocsr() if isinstance(has, csr_array) else has.T
        self._first, self._pull, self.points = first, 1 / width**2, first
        # What is rare moves as fast as what is common when each has a pace of its own.
        often = np.asarray((has * has).sum(axis=0)).reshape(-1, 1)
        self._pace = slower * _PACE * 100 / (often * 0.25 + self._pull)
        self._speed = np.zeros_like(first)

    def move(self, wrong: Array) -> None:
        """One step towards what is less wrong; `wrong` has the examples in its rows, the heads in its columns."""
        slope = self._of_each @ wrong + self._pull * (self.points - self._first)
        self._speed = _MOMENTUM * self._speed - self._pace * slope * (1 - _MOMENTUM)
        self.points = self.points + self._speed


def _learned(problem: _Problem) -> tuple[Array, Array, Array]:
    """Points of each sign, of each part of a meaning, and of every contact."""
    none = np.zeros((problem.meant.shape[1], len(HEADS)), dtype=np.float32)
    free = np.array([[_BIAS_WIDTH] * _UNITS + [np.inf] * len(_YES_OR_NO)], dtype=np.float32)
    signs = _Part(problem.there, problem.start, problem.width)
    meaning = _Part(problem.meant, none, np.array([[_MEANING_WIDTH]], dtype=np.float32), _SLOWER)
    every = _Part(np.ones((len(problem.weight), 1), dtype=np.float32), np.zeros_like(free), free)
    parts = (signs, meaning, every)
    right = np.hstack([problem.units, problem.answers])
    for _ in range(_STEPS):
        wrong = problem.weight * (guessed(sum(part.has @ part.points for part in parts)) - right)
        for part in parts:
            part.move(wrong)
    return signs.points, meaning.points, every.points[0]


def _points(row: Array) -> dict[str, int]:
    return {head: value for head, value in _points_to(HEADS, row).items() if abs(value) >= _SMALLEST * 1000}


def _points_to(heads: Sequence[str], row: Array) -> dict[str, int]:
    return {head: round(float(value) * 1000) for head, value in zip(heads, row, strict=True)}
