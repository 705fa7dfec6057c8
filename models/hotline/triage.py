"""The decision about one contact: from its words to unit, alternatives, priority, confidence and evidence."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.hotline.matching import Hit, Matcher
from models.hotline.phrases import EVERY_LANGUAGE, PhraseTables, Rule, Unit
from models.hotline.tongue import LANGUAGES, UNDETERMINED, language_of
from models.hotline.wording import plain

UNITS = tuple(Unit)
STANDARD, SUGGESTION = 3, 4


@dataclass(frozen=True)
class TriagePolicy:
    """The numbers of triage: from which confidence nobody looks, how many alternatives are named."""

    certain: float = 0.6
    worth_naming: float = 0.02
    alternatives: int = 3
    restricted_from: float = 0.15


@dataclass(frozen=True, slots=True)
class Found:
    """What words were found in a text: the first place of each signal, and the rules that hold."""

    words: str
    language: str
    hits: Mapping[str, Hit]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a contact goes and why. `evidence` are the words, `review` says why a person must look, if so."""

    unit: Unit
    alternatives: tuple[Unit, ...]
    priority: int
    confidential: bool
    needs_language_service: bool
    language: str
    confidence: float
    review: tuple[str, ...]
    rule: str
    evidence: tuple[str, ...]


class Triage:
    """The phrase tables made ready: decides about texts one after the other. Pure: it knows no database or clock."""

    def __init__(self, tables: PhraseTables, policy: TriagePolicy) -> None:
        self._tables, self._policy = tables, policy
        everywhere = tables.terms.get(EVERY_LANGUAGE, ())
        self._matchers = {language: Matcher((*everywhere, *tables.terms.get(language, ()))) for language in LANGUAGES}
        # Where nobody knows the language, English and Spanish words are looked for.
        self._matchers[UNDETERMINED] = Matcher((*everywhere, *tables.terms.get("en", ()), *tables.terms.get("es", ())))
        self._points = {signal.name: signal.points for signal in tables.signals}
        self._rules: dict[str, list[Rule]] = {}
        for rule in tables.rules:
            for name in rule.needs[0]:
                self._rules.setdefault(name, []).append(rule)

    def look(self, text: str) -> Found:
        """What is found in a text."""
        language = language_of(text)
        words = plain(text)
        matcher = self._matchers.get(language) or self._matchers[UNDETERMINED]
        hits: dict[str, Hit] = {}
        for hit in matcher.find(words):
            hits.setdefault(hit.signal, hit)
        return Found(words, language, hits, tuple(self._holding(hits)))

    def _holding(self, hits: Mapping[str, Hit]) -> Iterable[Rule]:
        seen = set()
        for name in hits:
            for rule in self._rules.get(name, ()):
                if rule.name not in seen and _holds(rule, hits):
                    seen.add(rule.name)
                    yield rule

    def scores(self, found: Found) -> dict[Unit, int]:
        """Points of each unit, in thousandths."""
        total = {unit: self._tables.bias.get(unit, 0) for unit in UNITS}
        for source in (*(self._points[name] for name in found.hits), *(rule.points for rule in found.rules)):
            for unit, points in source.items():
                total[unit] += points
        return total


def _holds(rule: Rule, hits: Mapping[str, Hit]) -> bool:
    return all(any(name in hits for name in group) for group in rule.needs) and not any(
        name in hits for name in rule.without
    )


def probabilities(scores: Mapping[Unit, int]) -> dict[Unit, float]:
    """Points as shares of one, the likeliest first."""
    highest = max(scores.values())
    raised = {unit: math.exp((points - highest) / 1000) for unit, points in scores.items()}
    total = sum(raised.values())
    return dict(sorted(((unit, value / total) for unit, value in raised.items()), key=lambda item: -item[1]))


def most_urgent(rules: Sequence[Rule]) -> Rule | None:
    """The rule that sets the priority: the most urgent one."""
    return min((rule for rule in rules if rule.priority), key=lambda rule: (rule.priority, rule.name), default=None)
