"""Learns the points of signals, rules and words from examples, starting from what people set by hand.

Units compete (softmax); URGENT and PROTECTED are a yes or no each (logistic). Points stay near those that were set by
hand, and near nothing for single words: how far they may go is a normal prior of the widths below. The method is plain
gradient descent with momentum on all examples at once, so the same examples give the same points.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from deployments.learning.examples import Example
from models.hotline.escalation import LADDER_ONLY
from models.hotline.phrases import PROTECTED, URGENT, PhraseTables, Points, Unit
from models.hotline.tongue import LANGUAGES
from models.hotline.triage import UNITS, Found, Reader
from models.hotline.wording import pairs, roots

HEADS: tuple[str, ...] = (*UNITS, URGENT, PROTECTED)
_UNITS = len(UNITS)
# How far points may move from those set by hand; a word counts from its third example on.
_SIGNAL_WIDTH, _WORD_WIDTH, _BIAS_WIDTH, _FEWEST = 0.65, 0.5, 0.5, 3
# What is set by hand for units is a guess of order, not of size.
_HAND = 0.6
# Contacts about a few subjects would make these seem to come more often than they do: each counts for less.
_ABOUT_SUBJECTS = 0.4
_STEPS, _PACE, _MOMENTUM = 500, 0.01, 0.95
# Points that say less are left out, and pairs of words that say no more than this: there are very many.
_SMALLEST, _LEAST_OF_PAIRS = 0.03, 0.1
Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Problem:
    names: tuple[str, ...]
    there: csr_array
    units: Array
    answers: Array
    weight: Array
    start: Array
    width: Array


def signs_of(found: Found) -> Iterator[str]:
    """Everything in a message that can be given points; what counts for the ladder alone moves no contact elsewhere."""
    yield from (f"signal {name}" for name in found.hits if name not in LADDER_ONLY)
    yield from (f"rule {rule.name}" for rule in found.rules)
    if found.language in LANGUAGES:
        words = found.words.split()
        every = chain.from_iterable(roots(word, found.language) for word in words)
        for root in {*every, *pairs(words, found.language)}:
            if not any(sign.isdigit() for sign in root):
                yield f"word {found.language} {root}"


def fit(
    tables: PhraseTables, by_hand: Mapping[str, Points], examples: Sequence[Example], unread: PhraseTables | None = None
) -> PhraseTables:
    """The tables with learned points. `by_hand` is what people set, by `signal NAME` and `rule NAME`.

    `unread` are the tables without the terms that were written from examples. An example that was read for terms is
    held against these: its own terms would find it far more surely than they find what others say.
    """
    reader = Reader(tables)
    before = Reader(unread) if unread else reader
    signs = [set(signs_of((before if each.is_read else reader).read(each.message))) for each in examples]
    problem = _problem(signs, by_hand, examples)
    points, bias = _learned(problem)
    given = {name: _points(name, row) for name, row in zip(problem.names, points, strict=True)}
    words: dict[str, dict[str, Points]] = {}
    for name, mine in given.items():
        kind, _, word = name.partition(" ")
        if kind == "word" and mine:
            language, _, root = word.partition(" ")
            words.setdefault(language, {})[root] = mine
    return replace(
        tables,
        signals=tuple(replace(s, points=given.get(f"signal {s.name}", s.points)) for s in tables.signals),
        rules=tuple(replace(r, points=given.get(f"rule {r.name}", r.points)) for r in tables.rules),
        words=words,
        bias=_points("", bias),
    )


def _problem(signs: Sequence[set[str]], by_hand: Mapping[str, Points], examples: Sequence[Example]) -> _Problem:
    often = Counter(sign for mine in signs for sign in mine)
    names = tuple(sorted({*by_hand, *(sign for sign, count in often.items() if count >= _FEWEST)}))
    place = {name: number for number, name in enumerate(names)}
    columns = [[place[sign] for sign in mine if sign in place] for mine in signs]
    ends = np.cumsum([0, *map(len, columns)])
    where = np.fromiter(chain.from_iterable(columns), dtype=np.int32)
    there = csr_array((np.ones(len(where), dtype=np.float32), where, ends), shape=(len(examples), len(names)))
    start = np.zeros((len(names), len(HEADS)), dtype=np.float32)
    for name, points in by_hand.items():
        for head, value in points.items():
            start[place[name], HEADS.index(head)] = value / 1000 * (1 if head in (URGENT, PROTECTED) else _HAND)
    widths = [[_WORD_WIDTH if name.startswith("word ") else _SIGNAL_WIDTH] for name in names]
    width = np.array(widths, dtype=np.float32)
    weight = np.array([[1 if each.is_typical else _ABOUT_SUBJECTS] for each in examples], dtype=np.float32)
    return _Problem(names, there, _accepted(examples), _answers(examples), weight, start, width)


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
    return np.array([[each.priority == 1, each.confidential] for each in examples], dtype=np.float32)


def _learned(problem: _Problem) -> tuple[Array, Array]:
    points, bias = problem.start.copy(), np.zeros(len(HEADS), dtype=np.float32)
    pull, bias_pull = 1 / problem.width**2, np.array([1 / _BIAS_WIDTH**2] * _UNITS + [0.0] * 2, dtype=np.float32)
    speed, bias_speed = np.zeros_like(points), np.zeros_like(bias)
    has = csr_array(problem.there.T)
    # Signs that are rare move as fast as common ones when each has a pace of its own.
    pace = _PACE * 100 / (problem.there.sum(axis=0)[:, None] * 0.25 + pull)
    for _ in range(_STEPS):
        wrong = problem.weight * (_guessed(problem.there @ points + bias) - np.hstack([problem.units, problem.answers]))
        slope = has @ wrong + pull * (points - problem.start)
        speed = _MOMENTUM * speed - pace * slope * (1 - _MOMENTUM)
        points = points + speed
        bias_speed = _MOMENTUM * bias_speed - _PACE * (wrong.sum(axis=0) + bias_pull * bias) * (1 - _MOMENTUM)
        bias = bias + bias_speed
    return points, bias


def _guessed(sums: Array) -> Array:
    raised = np.exp(sums[:, :_UNITS] - sums[:, :_UNITS].max(axis=1, keepdims=True))
    return np.hstack([raised / raised.sum(axis=1, keepdims=True), 1 / (1 + np.exp(-sums[:, _UNITS:]))])


def _points(name: str, row: Array) -> dict[str, int]:
    is_pair = name.startswith("word ") and name.count(" ") > 2
    if is_pair and abs(row).max() < _LEAST_OF_PAIRS:
        return {}
    return {head: round(float(v) * 1000) for head, v in zip(HEADS, row, strict=True) if abs(v) >= _SMALLEST}
