"""Points added up fast: those of all units side by side in one whole number, so that one addition adds all of them."""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from models.hotline.phrases import HEADS, Points, Theme
from models.hotline.themes import NO_MOVES, SAID, STEPS, THEMES

# Each head has 32 bits, each theme 16; what stands there is never below nothing, so that no lane borrows from the next.
_BITS, _RAISED = 32, 1 << 17
_BITS_OF_THEME, _RAISED_OF_THEME = 16, STEPS // 2
# So many signs fit into the lanes of themes, and more than any message has into those of heads.
_AT_ONCE, _MOST_SIGNS = 1000, (1 << _BITS) // (2 * _RAISED)
_HEADS = len(HEADS)
_PLACES = {head: number * _BITS for number, head in enumerate(HEADS)}
_AT_URGENT, _AT_PROTECTED = map(HEADS.index, SAID)
_LANES = struct.Struct(f"<{_HEADS}I{THEMES}H")
_OF_THEMES = struct.Struct(f"<{THEMES}H")


def packed(points: Points, moves: bytes = b"") -> int:
    """Points of one sign, each of less than 131,072 thousandths, and how it moves themes, as one number."""
    assert all(abs(value) < _RAISED for value in points.values())
    themes = int.from_bytes(_OF_THEMES.pack(*(moves or NO_MOVES)), "little") << _HEADS * _BITS
    return themes + sum((points.get(head, 0) + _RAISED) << place for head, place in _PLACES.items())


class Sums(NamedTuple):
    """Points added up, in the order of `HEADS`, each of them `raised` by the same."""

    lanes: Sequence[int]
    raised: int

    def by_head(self) -> dict[str, int]:
        """The points of each head."""
        return {head: lane - self.raised for head, lane in zip(HEADS, self.lanes, strict=True)}


class Adder:
    """Adds up packed points, one of them everybody's `bias`, and what `themes` say that were moved above nothing."""

    def __init__(self, bias: Points, themes: Sequence[Theme] = ()) -> None:
        # Where themes start is how the bias moves them: their lanes stand above nothing when they do.
        starts = bytes(theme.start + _RAISED_OF_THEME for theme in themes)
        self._bias = packed(bias, starts)
        self._says = [tuple(theme.points.get(head, 0) for head in SAID) for theme in themes]

    def added(self, signs: Iterable[int]) -> Sums:
        """The sums of the bias and of packed points. A message has fewer than 16,384 different signs."""
        mine = [self._bias, *signs]
        assert len(mine) <= _MOST_SIGNS
        lanes = _lanes(mine[:_AT_ONCE])
        for first in range(_AT_ONCE, len(mine), _AT_ONCE):
            lanes = [one + more for one, more in zip(lanes, _lanes(mine[first : first + _AT_ONCE]), strict=True)]
        heads = list(lanes[:_HEADS])
        low, urgent, protected = len(mine) * _RAISED_OF_THEME, 0, 0
        for lane, (danger, law) in zip(lanes[_HEADS:], self._says, strict=False):
            if lane > low:
                urgent += (lane - low) * danger
                protected += (lane - low) * law
        heads[_AT_URGENT] += urgent // STEPS
        heads[_AT_PROTECTED] += protected // STEPS
        return Sums(heads, len(mine) * _RAISED)


def _lanes(signs: Sequence[int]) -> Sequence[int]:
    return _LANES.unpack(sum(signs).to_bytes(_LANES.size, "little"))
