"""Finds the terms of the phrase tables in plain words, all of them in one pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, NamedTuple

import ahocorasick

from models.hotline.phrases import Part, Term

# How far apart two parts may stand: words between them, or characters where words are not parted.
NEAR_WORDS, NEAR_LETTERS, NEAR_CHARACTERS = 5, 80, 18
# A word that is repeated a hundred times is looked at in its first places only.
_PLACES = 6

Span = tuple[int, int]


class Hit(NamedTuple):
    """Where a term of a signal stands in the plain words."""

    signal: str
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class _Literal:
    """Words to look for: which terms they are by themselves, and which atoms of composite terms they bring."""

    terms: tuple[tuple[str, str], ...]
    atoms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Composite:
    """A term of several parts, as the atoms that must all be there; `needs` has their bits."""

    term: Term
    atoms: tuple[int, ...]
    needs: int


class Matcher:
    """Terms of one language, ready to be looked for. Building one takes a while; looking is quick."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._atoms: dict[Part, int] = {}
        terms = list(terms)
        simple = [term for term in terms if len(term.parts) == 1 and not term.parts[0].of]
        composite = [term for term in terms if len(term.parts) > 1 or term.parts[0].of]
        brings = self._brought(simple, composite)
        self._automaton: Any = _automaton(_literals(simple, brings)) if terms else None
        self._composites = self._by_rarest(composite, Counter(atom for atoms in brings.values() for atom in atoms))

    def _brought(self, simple: Iterable[Term], composite: Iterable[Term]) -> dict[Part, set[int]]:
        """Which atoms each plain part brings: its own, and those of the signals that it is a sign of."""
        brings: dict[Part, set[int]] = defaultdict(set)
        referred = set()
        for part in (part for term in composite for part in term.parts):
            atom = self._atoms.setdefault(part, len(self._atoms))
            referred.add(part.of)
            if not part.of:
                brings[part].add(atom)
        for term in simple:
            if term.signal in referred:
                brings[term.parts[0]].add(self._atoms[Part(of=term.signal)])
        return brings

    def _by_rarest(self, terms: Iterable[Term], common: Mapping[int, int]) -> dict[int, list[_Composite]]:
        """Composite terms under the atom that the fewest words bring: only those are looked at."""
        found: dict[int, list[_Composite]] = defaultdict(list)
        for term in terms:
            atoms = tuple(self._atoms[part] for part in term.parts)
            needs = 0
            for atom in atoms:
                needs |= 1 << atom
            found[min(atoms, key=lambda atom: common[atom])].append(_Composite(term, atoms, needs))
        return dict(found)

    def find(self, words: str) -> Iterator[Hit]:
        """Every term in plain words, in no order; a term of several parts at its first place only."""
        if self._automaton is None:
            return
        spans: dict[int, list[Span]] = {}
        present = 0
        # The blanks around words are no part of their place.
        for last, (size, closed, literal) in self._automaton.iter(words):
            start, end = last + 1 - size, last + 1 - closed
            for signal, text in literal.terms:
                yield Hit(signal, start, end, text)
            for atom in literal.atoms:
                present |= 1 << atom
                spans.setdefault(atom, []).append((start, end))
        for atom in spans:
            for composite in self._composites.get(atom, ()):
                if present & composite.needs == composite.needs:
                    place = _place(words, composite, spans)
                    if place:
                        yield Hit(composite.term.signal, *place, composite.term.text)


def _literals(simple: Iterable[Term], brings: Mapping[Part, set[int]]) -> dict[Part, _Literal]:
    """What to look for: each plain part once, with all that it is good for."""
    named: dict[Part, set[tuple[str, str]]] = defaultdict(set)
    for term in simple:
        named[term.parts[0]].add((term.signal, term.text))
    return {
        part: _Literal(tuple(sorted(named.get(part, ()))), tuple(sorted(brings.get(part, ()))))
        for part in {**named, **brings}
    }


def _automaton(literals: Mapping[Part, _Literal]) -> Any:
    """Words with the blanks that must stand around them: in plain words every word has one before and behind."""
    automaton = ahocorasick.Automaton()
    for part, literal in literals.items():
        key = " " * part.starts + part.words + " " * part.ends
        automaton.add_word(key, (len(part.words) + part.ends, int(part.ends), literal))
    automaton.make_automaton()
    return automaton


def _place(words: str, composite: _Composite, spans: Mapping[int, Sequence[Span]]) -> Span | None:
    """Where the parts of a term stand together, if they do."""
    for places in product(*(spans[atom][:_PLACES] for atom in composite.atoms)):
        if composite.term.ordered:
            if all(_follows(words, a, b) for a, b in pairwise(places)):
                return places[0][0], places[-1][1]
        elif _together(words, sorted(places)):
            return min(places)[0], max(end for _, end in places)
    return None


def _follows(words: str, a: Span, b: Span) -> bool:
    """True where `b` comes after `a` in the same sentence, near it."""
    gap = b[0] - a[1]
    if gap < 0 or words.find("\n", a[1], b[0]) >= 0:
        return False
    return gap <= NEAR_CHARACTERS or (gap <= NEAR_LETTERS and words.count(" ", a[1], b[0]) <= NEAR_WORDS + 1)


def _together(words: str, places: Sequence[Span]) -> bool:
    """True where the parts stand in one sentence and do not overlap."""
    apart = all(a[1] <= b[0] for a, b in pairwise(places))
    return apart and words.find("\n", places[0][0], places[-1][1]) < 0
