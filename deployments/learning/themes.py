"""Learns themes: what several signs of a contact tell together, and none of them alone, of danger and of protection.

Each sign moves each theme, and a theme that is moved above nothing speaks for URGENT and PROTECTED: a network with one
layer between. It learns the units beside them, since what tells them apart tells of danger too. While it learns, signs
and themes are left out by chance, so that no example is learned by heart (dropout: Srivastava and others, 2014); it
moves by Adam (Kingma and Ba, 2015), a few examples at a time. Chance begins at the same place each time.

It learns more themes than there will be, keeps those that say most, and learns on with these: as good as all of them,
better than to begin with as few, and no dearer to ask (pruning: LeCun and others, 1990).
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
_FIRST_THEMES, _AT_ONCE, _RISING = 2 * THEMES, 256, 0.3
# With all themes, and then with those that are kept.
_ROUNDS, _PACE, _ROUNDS_AFTER, _PACE_AFTER = 14, 2e-3, 10, 1e-3
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
    def __init__(self, signs: int, themes: int, chance: np.random.Generator) -> None:
        heads = len(UNITS) + _SAYS
        first = chance.normal(0, _FIRST_WIDTH, (signs, themes))
        self.signs = _Learned(np.hstack([first, np.zeros((signs, _SAYS))]))
        self.start, self.bias = _Learned(np.zeros(themes)), _Learned(np.zeros(heads))
        self.says = _Learned(chance.normal(0, themes**-0.5, (themes, heads)))

    @property
    def themes(self) -> int:
        return len(self.start.values)

    def learn(
        self, there: csr_array, mine: npt.NDArray[np.integer], right: Array, weight: Array, kept: Array, pace: float
    ) -> None:
        """One step by examples with the signs `mine` in their columns; `kept` weighs themes, nothing if left out."""
        sums = there @ self.signs.values[mine]
        moved = sums[:, : self.themes] + self.start.values
        open_ = (moved > 0) * kept
        heads = (moved * open_) @ self.says.values + self.bias.values
        heads[:, -_SAYS:] += sums[:, self.themes :]
        wrong = weight * (guessed(heads) - right) / len(right)
        back = (wrong @ self.says.values.T) * open_
        self.signs.move(there.T.tocsr() @ np.hstack([back, wrong[:, -_SAYS:]]), pace, mine)
        self.says.move((moved * open_).T @ wrong, pace)
        self.start.move(back.sum(axis=0), pace)
        self.bias.move(wrong.sum(axis=0), pace)

    def keep(self, most: int, there: csr_array) -> None:
        """Keep so many themes: those that move most, from one of the examples `there` to the next, what is said."""
        moved = np.maximum((there @ self.signs.values)[:, : self.themes] + self.start.values, 0)
        tells = moved.std(axis=0) * np.abs(self.says.values[:, -_SAYS:]).max(axis=1)
        kept = np.sort(np.argsort(-tells)[:most])
        alone = np.arange(self.themes, self.themes + _SAYS)
        self.signs = _Learned(self.signs.values[:, [*kept, *alone]])
        self.start, self.says = _Learned(self.start.values[kept]), _Learned(self.says.values[kept])
        self.bias = _Learned(self.bias.values)


def learn_themes(there: csr_array, right: Array, weight: Array) -> Themes:
    """Themes of examples (rows) by their signs (columns of `there`).

    `right` are the right shares of the units, of URGENT and of PROTECTED, shape (examples, units + 2); `weight` how
    much each example counts, shape (examples, 1).
    """
    chance = np.random.default_rng(_CHANCE)
    network = _Network(there.shape[1], _FIRST_THEMES, chance)
    _practise(network, (there, right, weight), _ROUNDS, _PACE, chance)
    network.keep(THEMES, there)
    _practise(network, (there, right, weight), _ROUNDS_AFTER, _PACE_AFTER, chance)
    signs, says = network.signs.values, network.says.values
    return Themes(
        signs[:, :THEMES], signs[:, THEMES:], network.start.values, says[:, -_SAYS:], network.bias.values[-_SAYS:]
    )


def _practise(
    network: _Network, examples: tuple[csr_array, Array, Array], rounds: int, pace: float, chance: np.random.Generator
) -> None:
    """Go through all examples (signs, right shares, weights) so many times, or more often where there are few."""
    there, right, weight = examples
    in_round = -(-there.shape[0] // _AT_ONCE)
    rounds = max(rounds, -(-_FEWEST_STEPS // in_round))
    for step, rows in enumerate(_groups(there.shape[0], rounds, chance), start=1):
        some, mine = _some_signs(there[rows], chance)
        kept = (chance.random((len(rows), network.themes)) > _THEMES_LEFT_OUT) / (1 - _THEMES_LEFT_OUT)
        now = pace * _share_of_pace(step, rounds * in_round)
        network.learn(some, mine, right[rows], weight[rows], kept.astype(np.float32), now)


def _groups(examples: int, rounds: int, chance: np.random.Generator) -> Iterator[npt.NDArray[np.integer]]:
    for _ in range(rounds):
        order = chance.permutation(examples)
        for first in range(0, examples, _AT_ONCE):
            yield order[first : first + _AT_ONCE]


def _share_of_pace(step: int, steps: int) -> float:
    """Faster up to a share of all steps, then slower until the last, where it rests."""
    done = step / steps
    share = done / _RISING if done < _RISING else 0.5 * (1 + cos(pi * (done - _RISING) / (1 - _RISING)))
    # Adam's memory is empty at first.
    return float(share * np.sqrt(1 - _HOW_FAR**step) / (1 - _WHERE**step))


def _some_signs(there: csr_array, chance: np.random.Generator) -> tuple[csr_array, npt.NDArray[np.integer]]:
    """The same examples with some of their signs, and which signs these are, by the columns."""
    kept = chance.random(len(there.indices)) > _SIGNS_LEFT_OUT
    rows = np.repeat(np.arange(there.shape[0]), np.diff(there.indptr))[kept]
    mine, columns = np.unique(there.indices[kept], return_inverse=True)
    ones = np.ones(len(columns), dtype=np.float32)
    return csr_array((ones, (rows, columns)), shape=(there.shape[0], len(mine))), mine
