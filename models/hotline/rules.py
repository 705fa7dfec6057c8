"""The decision about a contact: unit, alternatives, priority, what is confidential, and whether a person must look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from models.hotline.phrases import PROTECTED, URGENT, Rule, Unit
from models.hotline.policy import Policy
from models.hotline.tongue import UNDETERMINED
from models.hotline.triage import NOTHING_SAID, Found, Reader, likelihood, shares

STANDARD = 3
# What tells of domestic violence, of HIV, and of the abuse of a minor. Source: domain section 8 (class C4).
_DV = "dv_"
_HIV = ("hiv", "hiv_medicine", "hiv_measure", "hiv_implied", "hasa_program")
_MINOR = frozenset({"child_harm"})
RESTRICTED_UNITS = frozenset({Unit.DV, Unit.HASA})
_FIRST_UNPARTED = "\u3000"


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a contact goes and why. `review` says why a person must look, if so.

    `signals` were found, at the places `evidence` (start and end) of the plain words. It belongs to the surge `events`;
    where one of them made it more urgent, `raised_from` is the priority before, else 0.
    """

    unit: Unit
    alternatives: tuple[Unit, ...]
    priority: int
    confidential: bool
    needs_language_service: bool
    language: str
    confidence: float
    review: tuple[str, ...]
    rule: str
    signals: tuple[str, ...]
    evidence: tuple[tuple[int, int], ...]
    events: tuple[str, ...] = ()
    raised_from: int = 0


def decide(found: Found, reader: Reader, policy: Policy) -> Decision:
    """The decision about what was found in a message."""
    points = reader.points(found)
    share = shares(points)
    unit, confidence = next(iter(share.items()))
    others = tuple(u for u, s in list(share.items())[1:] if s >= policy.named)[: policy.alternatives]
    urgent = most_urgent(found.rules)
    near = max(share.get(restricted, 0.0) for restricted in RESTRICTED_UNITS)
    confidential = (
        unit in RESTRICTED_UNITS
        or near >= policy.restricted_from
        or tells_of_protected(found.hits)
        or likelihood(points[PROTECTED]) > policy.protected_above
    )
    priority = urgent.priority if urgent and urgent.priority else STANDARD
    if likelihood(points[URGENT]) > policy.urgent_above:
        priority = 1
    return Decision(
        unit=unit,
        alternatives=others,
        priority=priority,
        confidential=confidential,
        needs_language_service=needs_language_service(found),
        language=found.language,
        confidence=confidence,
        review=tuple(_reasons_to_look(found, share, unit, policy)),
        rule=urgent.name if urgent else "",
        signals=tuple(sorted(found.hits)),
        evidence=tuple(sorted({(hit.start, hit.end) for hit in found.hits.values() if hit.end})),
    )


def _reasons_to_look(found: Found, share: Mapping[Unit, float], unit: Unit, policy: Policy) -> list[str]:
    reasons = []
    if NOTHING_SAID in found.hits:
        reasons.append("nothing said")
    if share[unit] < policy.certain:
        reasons.append("unsure")
    if unit not in RESTRICTED_UNITS and any(share.get(u, 0.0) >= policy.restricted_from for u in RESTRICTED_UNITS):
        reasons.append("near a restricted unit")
    return reasons


def most_urgent(rules: tuple[Rule, ...]) -> Rule | None:
    """The rule that sets the priority: the most urgent of those that hold."""
    return min(
        (rule for rule in rules if rule.priority), key=lambda rule: (rule.priority or 9, rule.name), default=None
    )


def tells_of_protected(signals: Mapping[str, object]) -> bool:
    """True where any sign of domestic violence, HIV or the abuse of a minor was found. Source: domain section 8."""
    return any(map(_is_protected, signals)) or ("staff_sexual" in signals and "child" in signals)


@cache
def _is_protected(signal: str) -> bool:
    return signal.startswith(_DV) or signal in _HIV or signal in _MINOR


def needs_language_service(found: Found) -> bool:
    """True where the words are not English, or say that an interpreter is needed. Source: domain section 7."""
    return found.language not in ("en", UNDETERMINED) or "interpreter" in found.hits


def words_at(words: str, places: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """The words that decided, in the order of the text; one of which a term knows the beginning is shown whole."""
    return tuple(words[start : word_end(words, end)].strip() for start, end in places)


def word_end(words: str, end: int) -> int:
    """Where the word ends in whose middle a place may end."""
    # Chinese does not part its words.
    if words[end - 1 : end] >= _FIRST_UNPARTED or words[end - 1 : end] == " ":
        return end
    return min((place for sign in " \n" if (place := words.find(sign, end)) >= 0), default=end)
