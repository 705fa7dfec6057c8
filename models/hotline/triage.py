"""What is found in one contact: its language, the signs in its words, and how much they speak for each unit."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from models.hotline.matching import Hit, Matcher
from models.hotline.phrases import EVERY_LANGUAGE, PhraseTables, Points, Rule, Term, Unit
from models.hotline.sums import Adder, Sums, packed
from models.hotline.tongue import LANGUAGES, UNDETERMINED, language_of
from models.hotline.wording import joined, pieces, roots, seen, sentences

UNITS = tuple(Unit)
# Signs that are no words: see `facts_of`. Winter is the City's heat season without its milder ends.
WINTER, BY_ELECTED, NOTHING_SAID = "winter", "by_elected", "nothing_said"
# They stand at no place of the words.
_FACTS = {fact: Hit(fact, 0, 0, fact) for fact in (WINTER, BY_ELECTED, NOTHING_SAID)}
_WINTER_MONTHS = frozenset({11, 12, 1, 2, 3})
_ELECTED = frozenset({"elected_official", "elected"})


class _ReadyRule(NamedTuple):
    """A rule, the groups that it needs besides its first, and what must not be there."""

    rule: Rule
    others: tuple[frozenset[str], ...]
    without: frozenset[str]


class Message(NamedTuple):
    """What triage sees of a contact: its words, its channel, and the day in New York on which it was received."""

    text: str
    channel: str
    received_on: date


@dataclass(slots=True)
class Found:
    """What was found in a message: its words made plain, the first place of each signal, the rules that hold.

    `roots` are those of its words, their pieces, and the roots of two that follow each other, of which the tables know
    something.
    """

    words: str
    language: str
    hits: Mapping[str, Hit]
    rules: tuple[Rule, ...]
    roots: frozenset[str] = frozenset()


class Reader:
    """The phrase tables made ready: reads one message after the other. Pure: it knows no database and no clock.

    `reasons` says why each rule holds.
    """

    def __init__(self, tables: PhraseTables) -> None:
        self._tables = tables
        self._matchers = _Matchers(tables.terms)
        self.reasons = {rule.name: rule.reason for rule in tables.rules}
        self._points = {signal.name: packed(signal.points, signal.moves) for signal in tables.signals}
        self._of_rules = {rule.name: packed(rule.points, rule.moves) for rule in tables.rules}
        self._words = _Words(tables)
        self._adder = Adder(tables.bias, tables.themes)
        self._rules: dict[str, list[_ReadyRule]] = {}
        for rule in tables.rules:
            ready = _ReadyRule(rule, tuple(map(frozenset, rule.needs[1:])), frozenset(rule.without))
            for name in rule.needs[0]:
                self._rules.setdefault(name, []).append(ready)

    @property
    def tables(self) -> PhraseTables:
        """The tables that it was made of."""
        return self._tables

    @property
    def signals(self) -> frozenset[str]:
        """The names of all signals that the tables know."""
        return frozenset(self._points)

    def warm(self, languages: Iterable[str]) -> None:
        """Make the terms and words of these languages ready, which else the first contact in each waits for."""
        for language in languages:
            self._matchers[language]
            self._words[language]

    def read(self, message: Message) -> Found:
        """What is found in a message."""
        return self.read_all([message])[0]

    def read_all(self, messages: Sequence[Message]) -> list[Found]:
        """What is found in each message. Of many each step is taken for all of them: it finds its own tables warm."""
        texts = [seen(message.text) for message in messages]
        said = [sentences(text) for text in texts]
        plain_words = [joined(each) for each in said]
        parted = [[*chain.from_iterable(each)] for each in said]
        languages = [language_of(*each) for each in zip(texts, parted, strict=True)]
        every = list(zip(messages, languages, plain_words, strict=True))
        hits = [self._hits(*each) for each in every]
        roots = [self._known(*each) for each in zip(parted, languages, strict=True)]
        return [
            Found(words, language, mine, tuple(self.holding(mine)), known)
            for (_, language, words), mine, known in zip(every, hits, roots, strict=True)
        ]

    def _hits(self, message: Message, language: str, words: str) -> dict[str, Hit]:
        matcher = self._matchers[language if language in LANGUAGES else UNDETERMINED]
        hits = {fact: _FACTS[fact] for fact in facts_of(message, language, words)}
        for hit in matcher.find(words):
            if hit.signal not in hits:
                hits[hit.signal] = hit
        return hits

    def _known(self, words: Sequence[str], language: str) -> frozenset[str]:
        if not words or language not in self._tables.words:
            return frozenset()
        # Column by column: it is done for each word of each message.
        roots, own, before = zip(*map(self._words[language].met.__getitem__, words), strict=True)
        begun = [pairs[second] for pairs, second in zip(before, own[1:], strict=False) if second in pairs]
        return frozenset(chain(chain.from_iterable(roots), begun))

    def holding(self, signals: Iterable[str]) -> Iterator[Rule]:
        """The rules that hold where these signals were found."""
        there = frozenset(signals)
        seen = set()
        for name in there & self._rules.keys():
            for rule, others, without in self._rules[name]:
                if rule.name not in seen and there.isdisjoint(without) and not any(map(there.isdisjoint, others)):
                    seen.add(rule.name)
                    yield rule

    def sums(self, found: Found) -> Sums:
        """Points of each unit, of URGENT and of PROTECTED, in thousandths, for what was found."""
        signs = list(map(self._points.__getitem__, found.hits))
        if found.rules:
            signs += [self._of_rules[rule.name] for rule in found.rules]
        if found.roots:
            signs += map(self._words[found.language].packed.__getitem__, found.roots)
        return self._adder.added(signs)

    def points(self, found: Found) -> dict[str, int]:
        """The same by name."""
        return self.sums(found).by_head()


class _Matchers(dict[str, Matcher]):
    """The terms of each language, made ready when its first contact comes."""

    def __init__(self, terms: Mapping[str, Sequence[Term]]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, language: str) -> Matcher:
        # Where nobody knows the language, English and Spanish words are looked for.
        languages = ("en", "es") if language == UNDETERMINED else (language,)
        terms = (term for name in (EVERY_LANGUAGE, *languages) for term in self._terms.get(name, ()))
        self[language] = Matcher(terms)
        return self[language]


class _OfLanguage(NamedTuple):
    """What the tables know of the words of a language: of each that was met, and the points of each sign."""

    met: "_Met"
    packed: "_Packed"


class _Words(dict[str, _OfLanguage]):
    """The words of each language, made ready when its first contact comes."""

    def __init__(self, tables: PhraseTables) -> None:
        super().__init__()
        self._tables = tables

    def __missing__(self, language: str) -> _OfLanguage:
        known = self._tables.words.get(language, {})
        moves = self._tables.moves.get(language, {})
        self[language] = _OfLanguage(_Met(language, known), _Packed(known, moves))
        return self[language]


class _Packed(dict[str, int]):
    """Points of words as one number each, made ready when the word is first met: most words of the tables never are."""

    def __init__(self, points: Mapping[str, Points], moves: Mapping[str, bytes]) -> None:
        super().__init__()
        self._points, self._moves = points, moves

    def __missing__(self, word: str) -> int:
        self[word] = packed(self._points[word], self._moves.get(word, b""))
        return self[word]


class _Word(NamedTuple):
    """A word that was met: its roots in the tables, its own in pairs, and the pairs that it begins, by the next one."""

    roots: tuple[str, ...]
    own: str
    before: Mapping[str, str]


class _Met(dict[str, _Word]):
    """What the tables of a language know of each word that was met."""

    # A sentence of a language that does not part its words is one word: long ones are hardly ever met again.
    _MOST, _LONGEST = 50_000, 40

    def __init__(self, language: str, known: Collection[str]) -> None:
        super().__init__()
        self._language = language
        # What is met is kept as the tables have it: pieces of words would be copies.
        self._names = {name: name for name in known}
        self._pairs: dict[str, dict[str, str]] = {}
        for pair in known:
            first, _, second = pair.partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = pair

    def __missing__(self, word: str) -> _Word:
        if len(self) >= self._MOST:
            self.clear()
        mine = roots(word, self._language)
        first = mine[0] if mine else ""
        every = (*mine, *pieces(word, self._language))
        there = dict.fromkeys(self._names[root] for root in every if root in self._names)
        made = _Word(tuple(there), first, self._pairs.get(first, {}))
        if len(word) <= self._LONGEST:
            self[word] = made
        return made


def facts_of(message: Message, language: str, words: str) -> Iterator[str]:
    """Signs that are no words: the season, the door it came by, and that nothing was said."""
    if message.received_on.month in _WINTER_MONTHS:
        yield WINTER
    if message.channel in _ELECTED:
        yield BY_ELECTED
    if language == UNDETERMINED and len(words.split()) < 2:
        yield NOTHING_SAID
