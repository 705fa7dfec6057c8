"""The decision about a contact: unit, alternatives, priority, what is confidential, and whether a person must look."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from math import exp
from typing import NamedTuple

from models.hotline.phrases import AGAIN, HEADS, PROTECTED, URGENT, Rule, Unit
from models.hotline.policy import Policy
from models.hotline.sums import Sums
from models.hotline.tongue import UNDETERMINED
from models.hotline.triage import NOTHING_SAID, UNITS, Found, Reader
from models.hotline.wording import FIRST_UNPARTED

STANDARD = 3
NEAR_RESTRICTED = "near a restricted unit"
# What tells of domestic violence, of HIV, and of the abuse of a minor. Source: domain section 8 (class C4).
_DV = "dv_"
_HIV = ("hiv", "hiv_medicine", "hiv_measure", "hiv_implied", "hasa_program")
_MINOR = frozenset({"child_harm"})
# The sign of the tables that somebody speaks of an earlier contact.
SAYS_AGAIN = "any_update"
RESTRICTED_UNITS = frozenset({Unit.DV, Unit.HASA})
_PLACES = range(len(UNITS))
_AT_DV, _AT_HASA = UNITS.index(Unit.DV), UNITS.index(Unit.HASA)
_AT_URGENT, _AT_PROTECTED, _AT_AGAIN = map(HEADS.index, (URGENT, PROTECTED, AGAIN))


class Decision(NamedTuple):
    """Where a contact goes and why. `review` says why a person must look, if so.

    `signals` were found, at the places `evidence` (start and end) of the plain words. It belongs to the surge `events`;
    where one of them made it more urgent, `raised_from` is the priority before, else 0. `says_again` tells that the
    words speak of an earlier contact.
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
    says_again: bool = False


def decide(found: Found, reader: Reader, policy: Policy) -> Decision:
    """The decision about what was found in a message."""
    sums = reader.sums(found)
    share = _shares(sums)
    # Equal ones stay in the order of the units.
    likely = sorted(_PLACES, key=share.__getitem__, reverse=True)[: policy.alternatives + 1]
    unit, confidence = UNITS[likely[0]], share[likely[0]]
    near = unit not in RESTRICTED_UNITS and max(share[_AT_DV], share[_AT_HASA]) >= policy.restricted_from
    confidential = (
        unit in RESTRICTED_UNITS
        or near
        # However much else is said: of a long text most words speak of something else.
        or tells_of_protected(found.hits)
        or _likelihood(sums, _AT_PROTECTED) > policy.protected_above
    )
    urgent = most_urgent(found.rules)
    priority = urgent.priority if urgent and urgent.priority else STANDARD
    danger = _likelihood(sums, _AT_URGENT)
    if danger > (policy.urgent_above if found.language == "en" else policy.urgent_above_other):
        priority = 1
    elif priority == 1 and danger < policy.urgent_least:
        # A word that may mean danger, among words that speak of none: a street, a dog, last year.
        priority = 2
    return Decision(
        unit=unit,
        alternatives=tuple([UNITS[other] for other in likely[1:] if share[other] >= policy.named]),
        priority=priority,
        confidential=confidential,
        needs_language_service=needs_language_service(found),
        language=found.language,
        confidence=confidence,
        review=_reasons_to_look(found, confidence, near, policy),
        rule=urgent.name if urgent else "",
        signals=tuple(sorted(found.hits)),
        evidence=tuple(sorted({(hit.start, hit.end) for hit in found.hits.values() if hit.end})),
        says_again=SAYS_AGAIN in found.hits or _likelihood(sums, _AT_AGAIN) > policy.again_above,
    )


def repeating_restricted(decision: Decision) -> Decision:
    """The decision where the contact repeats one that the law protects: it is told of the same person and matter.

    However little its own words say, with the earlier contact beside them they say all of it. The reason for a person
    to look is one that others have too.
    """
    if decision.confidential:
        return decision
    return decision._replace(confidential=True, review=(*decision.review, NEAR_RESTRICTED))


def _shares(sums: Sums) -> list[float]:
    """The points of the units as shares of one, in the units' order."""
    mine = sums.lanes[: len(UNITS)]
    highest = max(mine)
    raised = [exp((one - highest) / 1000) for one in mine]
    total = sum(raised)
    return [one / total for one in raised]


def _likelihood(sums: Sums, place: int) -> float:
    """The points for a yes or no as a share of one."""
    return 1 / (1 + exp((sums.raised - sums.lanes[place]) / 1000))


def _reasons_to_look(found: Found, confidence: float, near: bool, policy: Policy) -> tuple[str, ...]:
    reasons = []
    if NOTHING_SAID in found.hits:
        reasons.append("nothing said")
    if confidence < policy.certain:
        reasons.append("unsure")
    if near:
        reasons.append(NEAR_RESTRICTED)
    return tuple(reasons)


def most_urgent(rules: Sequence[Rule]) -> Rule | None:
    """The rule that sets the priority: the most urgent of those that hold."""
    held = [rule for rule in rules if rule.priority]
    return min(held, key=lambda rule: (rule.priority or 9, rule.name)) if held else None


def tells_of_protected(signals: Collection[str]) -> bool:
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
    if words[end - 1 : end] >= FIRST_UNPARTED or words[end - 1 : end] == " ":
        return end
    return min((place for sign in " \n" if (place := words.find(sign, end)) >= 0), default=end)
