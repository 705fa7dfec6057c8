"""Points added up fast: those of all units side by side in one whole number, so that one addition adds all of them."""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from models.hotline.phrases import HEADS, Points

# Each head has 32 bits; what stands there is never below nothing, so that no lane borrows from the next.
_BITS, _RAISED = 32, 1 << 17
_MOST_SIGNS = (1 << _BITS) // (2 * _RAISED)
_PLACES = {head: number * _BITS for number, head in enumerate(HEADS)}
_LANES = struct.Struct(f"<{len(HEADS)}I")


def packed(points: Points) -> int:
    """Points of one sign, each of less than 131,072 thousandths, as one number."""
    assert all(abs(value) < _RAISED for value in points.values())
    return sum((points.get(head, 0) + _RAISED) << place for head, place in _PLACES.items())


class Sums(NamedTuple):
    """Points added up, in the order of `HEADS`, each of them `raised` by the same."""

    lanes: tuple[int, ...]
    raised: int

    def by_head(self) -> dict[str, int]:
        """The points of each head."""
        return {head: lane - self.raised for head, lane in zip(HEADS, self.lanes, strict=True)}


def added(signs: Iterable[int]) -> Sums:
    """The sum of packed points. A message has fewer than 16,384 different signs."""
    mine = list(signs)
    assert len(mine) < _MOST_SIGNS
    return Sums(_LANES.unpack(sum(mine).to_bytes(_LANES.size, "little")), len(mine) * _RAISED)
