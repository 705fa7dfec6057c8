"""Learns themes: what several signs of a contact tell together, and none of them alone, of danger and of protection.

Each sign moves each theme, and a theme that is moved above nothing speaks for URGENT and PROTECTED: a network with one
layer between. It learns the units beside them, since what tells them apart tells of danger too. While it learns, signs
and themes are left out by chance, so that no example is learned by heart (dropout: Srivastava and others, 2014); it
moves by Adam (Kingma and Ba, 2015), a few examples at a time. Chance begins at the same place each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from deployments.learning.shares import Array, guessed
from models.hotline.themes import SAID, THEMES
from models.hotline.triage import UNITS

# They stand behind the units.
_SAYS = len(SAID)
# Source for all numbers here: tried on eleven files of examples that nothing was learned from.
_ROUNDS, _AT_ONCE, _PACE, _RISING = 20, 256, 2e-3, 0.3
# Of few examples, more rounds: it needs steps to learn anything.
_FEWEST_STEPS = 500
_SIGNS_LEFT_OUT, _THEMES_LEFT_OUT = 0.5, 0.3
_FIRST_WIDTH, _CHANCE = 0.05, 1
# How fast Adam forgets where numbers went and how far.
_WHERE, _HOW_FAR = 0.9, 0.999


@dataclass(frozen=True)
class Themes:
    """What was learned: how each sign moves each theme and what it says alone; where themes start and what they say.

    Shapes: `of_signs` (signs, themes), `alone` (signs, 2), `start` (themes,), `says` (themes, 2), `bias` (2,).
    """

    of_signs: Array
    alone: Array
    start: Array
    says: Array
    bias: Array


class _Learned:
    """Numbers that are learned, and how they moved so far."""

    def __init__(self, values: npt.NDArray[np.floating]) -> None:
        self.values = values.astype(np.float32)
        self._where, self._how_far = np.zeros_like(self.values), np.zeros_like(self.values)

    def move(self, slope: Array, pace: float, rows: npt.NDArray[np.integer] | slice = slice(None)) -> None:
        """One step down the slope, of some rows alone where they are given: those of signs that nobody has rest."""
        where = _WHERE * self._where[rows] + (1 - _WHERE) * slope
        how_far = _HOW_FAR * self._how_far[rows] + (1 - _HOW_FAR) * slope**2
        self._where[rows], self._how_far[rows] = where, how_far
        self.values[rows] -= pace * where / (np.sqrt(how_far) + 1e-8)


class _Network:
    def __init__(self, signs: int, chance: np.random.Generator) -> None:
        heads = len(UNITS) + _SAYS
        first = chance.normal(0, _FIRST_WIDTH, (signs, THEMES))
        self.signs = _Learned(np.hstack([first, np.zeros((signs, _SAYS))]))
        self.start, self.bias = _Learned(np.zeros(THEMES)), _Learned(np.zeros(heads))
        self.says = _Learned(chance.normal(0, THEMES**-0.5, (THEMES, heads)))

    def learn(
        self, there: csr_array, mine: npt.NDArray[np.integer], right: Array, weight: Array, kept: Array, pace: float
    ) -> None:
        """One step by examples with the signs `mine` in their columns; `kept` weighs themes, nothing if left out."""
        sums = there @ self.signs.values[mine]
        moved = sums[:, :THEMES] + self.start.values
        open_ = (moved > 0) * kept
        heads = (moved * open_) @ self.says.values + self.bias.values
        heads[:, -_SAYS:] += sums[:, THEMES:]
        wrong = weight * (guessed(heads) - right) / len(right)
        back = (wrong @ self.says.values.T) * open_
        self.signs.move(there.T.tocsr() @ np.hstack([back, wrong[:, -_SAYS:]]), pace, mine)
        self.says.move((moved * open_).T @ wrong, pace)
        self.start.move(back.sum(axis=0), pace)
        self.bias.move(wrong.sum(axis=0), pace)


def learn_themes(there: csr_array, right: Array, weight: Array) -> Themes:
    """Themes of examples (rows) by their signs (columns of `there`).

    `right` are the right shares of the units, of URGENT and of PROTECTED, shape (examples, units + 2); `weight` how
    much each example counts, shape (examples, 1).
    """
    chance = np.random.default_rng(_CHANCE)
    network = _Network(there.shape[1], chance)
    in_round = -(-there.shape[0] // _AT_ONCE)
    rounds = max(_ROUNDS, -(-_FEWEST_STEPS // in_round))
    for step, rows in enumerate(_groups(there.shape[0], rounds, chance), start=1):
        some, mine = _some_signs(there[rows], chance)
        kept = (chance.random((len(rows), THEMES)) > _THEMES_LEFT_OUT) / (1 - _THEMES_LEFT_OUT)
        network.learn(some, mine, right[rows], weight[rows], kept.astype(np.float32), _pace(step, rounds * in_round))
    signs, says = network.signs.values, network.says.values
    return Themes(
        signs[:, :THEMES], signs[:, THEMES:], network.start.values, says[:, -_SAYS:], network.bias.values[-_SAYS:]
    )


def _groups(examples: int, rounds: int, chance: np.random.Generator) -> Iterator[npt.NDArray[np.integer]]:
    for _ in range(rounds):
        order = chance.permutation(examples)
        for first in range(0, examples, _AT_ONCE):
            yield order[first : first + _AT_ONCE]


def _pace(step: int, steps: int) -> float:
    """Faster up to a share of all steps, then slower until the last, where it rests."""
    done = step / steps
    share = done / _RISING if done < _RISING else 0.5 * (1 + cos(pi * (done - _RISING) / (1 - _RISING)))
    # Adam's memory is empty at first.
    return float(_PACE * share * np.sqrt(1 - _HOW_FAR**step) / (1 - _WHERE**step))


def _some_signs(there: csr_array, chance: np.random.Generator) -> tuple[csr_array, npt.NDArray[np.integer]]:
    """The same examples with some of their signs, and which signs these are, by the columns."""
    kept = chance.random(len(there.indices)) > _SIGNS_LEFT_OUT
    rows = np.repeat(np.arange(there.shape[0]), np.diff(there.indptr))[kept]
    mine, columns = np.unique(there.indices[kept], return_inverse=True)
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, (rows, columns)), shape=(there.shape[0], len(mine))), mine
