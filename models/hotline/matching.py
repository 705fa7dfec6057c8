"""Finds the terms of the phrase tables in plain words, all of them in one pass."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, product
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


class _Literal(NamedTuple):
    """Words to look for: which terms they are by themselves, and which atoms of composite terms they bring.

    `size` is how far before its last sign a place of it begins, `closed` how many blanks end it.
    """

    size: int
    closed: int
    terms: tuple[tuple[str, str], ...]
    atoms: tuple[int, ...]


_TERMS, _ATOMS = _Literal._fields.index("terms"), _Literal._fields.index("atoms")


class _Composite(NamedTuple):
    """A term of several parts, as the atoms that must all be there."""

    term: Term
    atoms: tuple[int, ...]


class Matcher:
    """Terms of one language, ready to be looked for. Building one takes a while; looking is quick."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._atoms: dict[Part, int] = {}
        terms = list(terms)
        simple = [term for term in terms if len(term.parts) == 1 and not term.parts[0].of]
        composite = [term for term in terms if len(term.parts) > 1 or term.parts[0].of]
        brings = self._brought(simple, composite)
        self._automaton: Any = _automaton(_literals(simple, brings)) if terms else None
        common = Counter(atom for atoms in brings.values() for atom in atoms)
        self._composites = self._by_rarest(composite, common)
        # What else must be there for any term of an atom: most messages have none of it.
        self._partners = {atom: frozenset(mine) for atom, mine in self._composites.items()}

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

    def _by_rarest(self, terms: Iterable[Term], common: Mapping[int, int]) -> dict[int, dict[int, list[_Composite]]]:
        """Composite terms under the two atoms that the fewest words bring: only those are looked at."""
        found: dict[int, dict[int, list[_Composite]]] = {}
        for term in terms:
            atoms = tuple(self._atoms[part] for part in term.parts)
            # Of parts that as many words bring, the longer one is met less often.
            sizes = {atom: len(part.words) for atom, part in zip(atoms, term.parts, strict=True)}
            first, *others = sorted(sizes, key=lambda atom: (common[atom], -sizes[atom]))
            second = others[0] if others else first
            found.setdefault(first, {}).setdefault(second, []).append(_Composite(term, atoms))
        return found

    def find(self, words: str) -> Iterator[Hit]:
        """Every term in plain words, in no order; a term of several parts at its first place only."""
        if self._automaton is None:
            return
        found = list(self._automaton.iter(words))
        # The blanks around words are no part of their place. By place, not by name, which takes twice as long.
        for last, literal in found:
            if literal[_TERMS]:
                for signal, text in literal[_TERMS]:
                    yield Hit(signal, last + 1 - literal.size, last + 1 - literal.closed, text)
        present = set(chain.from_iterable([literal[_ATOMS] for _, literal in found]))
        partners, known = self._partners, self._composites
        likely = [
            composite
            for atom in present & partners.keys()
            if not partners[atom].isdisjoint(present)
            for other in partners[atom] & present
            for composite in known[atom][other]
        ]
        if likely:
            yield from _composed(words, found, present, likely)


def _composed(
    words: str, found: Sequence[tuple[int, _Literal]], present: Collection[int], likely: Iterable[_Composite]
) -> Iterator[Hit]:
    """Terms of several parts, each at its first place."""
    spans = _spans(found)
    for composite in likely:
        if all(map(present.__contains__, composite.atoms)):
            place = _place(words, composite, spans)
            if place:
                yield Hit(composite.term.signal, *place, composite.term.text)


def _spans(found: Iterable[tuple[int, _Literal]]) -> dict[int, list[Span]]:
    """Where each atom stands."""
    spans: dict[int, list[Span]] = {}
    for last, literal in found:
        place = (last + 1 - literal.size, last + 1 - literal.closed)
        for atom in literal.atoms:
            spans.setdefault(atom, []).append(place)
    return spans


def _literals(simple: Iterable[Term], brings: Mapping[Part, set[int]]) -> dict[Part, _Literal]:
    """What to look for: each plain part once, with all that it is good for."""
    named: dict[Part, set[tuple[str, str]]] = defaultdict(set)
    for term in simple:
        named[term.parts[0]].add((term.signal, term.text))
    return {
        part: _Literal(
            len(part.words) + part.ends, int(part.ends), tuple(sorted(named.get(part, ()))),
            tuple(sorted(brings.get(part, ()))),
        )
        for part in {**named, **brings}
    }  # fmt: skip


def _automaton(literals: Mapping[Part, _Literal]) -> Any:
    """Words with the blanks that must stand around them: in plain words every word has one before and behind."""
    automaton = ahocorasick.Automaton()
    for part, literal in literals.items():
        automaton.add_word(" " * part.starts + part.words + " " * part.ends, literal)
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
