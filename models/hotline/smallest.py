"""The smallest fact that would change the desk: which signs, were they not there, would send a contact elsewhere.

Removing a sign takes its points away, and those of rules that need it; a rule that it kept from holding begins to hold.
The search is exact: it goes by size, and within a size leaves out only what cannot overcome the unit's lead. Single
words have no part in rules, so of them the best few are known by sorting; sets are tried of signals alone. It gives up,
and says nothing, after `MOST_TRIED` of them. Source: convention (a counterfactual explanation; domain section 10).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from models.hotline.matching import Hit
from models.hotline.phrases import Points, Unit
from models.hotline.triage import UNITS, Found, Reader

# A message of an ordinary length takes fewer than a hundred; these take less than a second. Source: convention.
MOST_TRIED = 2_000


class SignKind(StrEnum):
    """What a sign is; a signal goes before a word."""

    SIGNAL = "signal"
    WORD = "word"


class Sign(NamedTuple):
    """A piece of evidence: the name of a signal, the root or a piece of a word, or the roots of two in a row."""

    kind: SignKind
    name: str


@dataclass(frozen=True)
class Change:
    """Without all of `removed`, or with the signal `added` besides, the contact would go to `unit`."""

    unit: Unit
    removed: tuple[Sign, ...] = ()
    added: str = ""


class _TooMany(Exception):
    """More sets would have to be tried than are."""


def smallest_change(found: Found, reader: Reader, unit: Unit, most: int = MOST_TRIED) -> Change | None:
    """The fewest signs without which the unit would not be the decided `unit`; of equally few those first by name.

    Where no removal changes it, one known signal that would, the first by name. None where nothing does, where the
    tables of `reader` do not give the unit that was decided, and where more than `most` sets would have to be tried.
    """
    if unit_of(reader.points(found)) != unit:
        return None
    try:
        removed = _Search(found, reader, unit, most).smallest()
    except _TooMany:
        return None
    if removed:
        return Change(unit_of(reader.points(without(found, reader, removed))), removed)
    for name in sorted(reader.signals - set(found.hits)):
        other = unit_of(reader.points(with_signal(found, reader, name)))
        if other != unit:
            return Change(other, added=name)
    return None


def unit_of(points: Points) -> Unit:
    """The unit with the most points; of equals the first, as `rules.decide` has it."""
    return max(UNITS, key=points.__getitem__)


def without(found: Found, reader: Reader, signs: Iterable[Sign]) -> Found:
    """What would have been found without these signs."""
    gone = set(signs)
    hits = {name: hit for name, hit in found.hits.items() if (SignKind.SIGNAL, name) not in gone}
    roots = frozenset(root for root in found.roots if (SignKind.WORD, root) not in gone)
    return replace(found, hits=hits, rules=tuple(reader.holding(hits)), roots=roots)


def with_signal(found: Found, reader: Reader, name: str) -> Found:
    """What would have been found with one more signal, which stands at no place of the words."""
    hits = {**found.hits, name: Hit(name, 0, 0, name)}
    return replace(found, hits=hits, rules=tuple(reader.holding(hits)))


class _Rival(NamedTuple):
    """A unit that could win: the points by which it must gain on the one that leads, and what each sign gives it.

    `signals` are no less than what leaving a signal out can give, rules included, the best first; `words` are exact,
    only those that give something, the best first; `sums` are what the best of them give together.
    """

    unit: Unit
    need: int
    signals: tuple[tuple[int, str], ...]
    words: tuple[tuple[int, str], ...]
    sums: tuple[int, ...]


class _Search:
    """The search for the fewest signs of one message. All points in thousandths."""

    def __init__(self, found: Found, reader: Reader, unit: Unit, most: int) -> None:
        self._found, self._reader, self._unit = found, reader, unit
        self._left = most
        self._roots = reader.tables.words.get(found.language, {})
        self._points = cache(self._points_without)
        self._rivals = [self._rival(rival) for rival in UNITS if rival != unit]

    def smallest(self) -> tuple[Sign, ...]:
        """The signs, in their order; empty where leaving none out, nor all, changes the unit."""
        for size in range(1, len(self._found.hits) + len(self._found.roots) + 1):
            best = min((signs for rival in self._rivals for signs in self._of_size(rival, size)), default=())
            if best:
                return best
        return ()

    def _points_without(self, gone: frozenset[str]) -> Mapping[str, int]:
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        return self._reader.points(without(self._found, self._reader, (Sign(SignKind.SIGNAL, name) for name in gone)))

    def _lead(self, rival: Unit, gone: frozenset[str]) -> int:
        points = self._points(gone)
        return points[self._unit] - points[rival]

    def _rival(self, rival: Unit) -> _Rival:
        # Of equals the first unit has it.
        need = self._lead(rival, frozenset()) + (UNITS.index(rival) > UNITS.index(self._unit))
        most = self._most_gained(rival)
        words = [(self._gap(self._roots[root], rival), root) for root in self._found.roots]
        good = sorted((word for word in words if word[0] > 0), key=lambda word: (-word[0], word[1]))
        signals = sorted(((gain, name) for name, gain in most.items()), key=lambda one: (-one[0], one[1]))
        sums = tuple(accumulate((gain for gain, _ in good), initial=0))
        return _Rival(rival, need, tuple(signals), tuple(good), sums)

    def _gap(self, points: Points, rival: Unit) -> int:
        return points.get(self._unit, 0) - points.get(rival, 0)

    def _most_gained(self, rival: Unit) -> dict[str, int]:
        """By signal no less than what the rival gains without it: a rule may end or begin without several."""
        most = {
            signal.name: self._gap(signal.points, rival)
            for signal in self._reader.tables.signals
            if signal.name in self._found.hits
        }
        held = {rule.name for rule in self._found.rules}
        for rule in self._reader.tables.rules:
            gap = self._gap(rule.points, rival)
            ends = rule.name in held and gap > 0
            begins = rule.name not in held and gap < 0
            names = {name for group in rule.needs for name in group} if ends else set(rule.without) if begins else set()
            for name in names & most.keys():
                most[name] += abs(gap)
        return most

    def _of_size(self, rival: _Rival, size: int) -> Iterable[tuple[Sign, ...]]:
        """Sets of so many signs without which the rival leads: of each set of signals the first words by name."""
        if _best(rival, 0, size) < rival.need:
            return
        # Depth first: the place of the next signal, those that are left out, and the most that they can give.
        waiting: list[tuple[int, frozenset[str], int]] = [(0, frozenset(), 0)]
        while waiting:
            place, gone, most = waiting.pop()
            if most + _best(rival, place, size - len(gone)) < rival.need:
                continue
            if len(gone) == size or place == len(rival.signals):
                yield from self._completed(rival, gone, size)
                continue
            gain, name = rival.signals[place]
            waiting.append((place + 1, gone, most))
            waiting.append((place + 1, gone | {name}, most + gain))

    def _completed(self, rival: _Rival, gone: frozenset[str], size: int) -> Iterable[tuple[Sign, ...]]:
        more = size - len(gone)
        short = self._lead(rival.unit, gone) + rival.need - self._lead(rival.unit, frozenset())
        if more < len(rival.sums) and rival.sums[more] >= short:
            words = _first_by_name(rival.words, more, short)
            yield (
                *(Sign(SignKind.SIGNAL, name) for name in sorted(gone)),
                *(Sign(SignKind.WORD, word) for word in words),
            )


def _best(rival: _Rival, place: int, count: int) -> int:
    """No less than what `count` signs give, of the signals from a place on and all words."""
    total, word = 0, 0
    for _ in range(count):
        signal = rival.signals[place][0] if place < len(rival.signals) else 0
        single = rival.words[word][0] if word < len(rival.words) else 0
        if max(signal, single) <= 0:
            break
        if signal >= single:
            total, place = total + signal, place + 1
        else:
            total, word = total + single, word + 1
    return total


def _first_by_name(words: Sequence[tuple[int, str]], count: int, short: int) -> list[str]:
    """So many words that give `short` together, the first by name: each is taken if later ones can give the rest."""
    chosen: list[str] = []
    rest = sorted(words, key=lambda word: word[1])
    for place, (gain, name) in enumerate(rest):
        more = count - len(chosen) - 1
        if more < 0:
            break
        later = sorted((other for other, _ in rest[place + 1 :]), reverse=True)[:more]
        if len(later) == more and gain + sum(later) >= short:
            chosen.append(name)
            short -= gain
    return chosen
