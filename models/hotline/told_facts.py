"""Facts about a contact that its door asked for: they hold whatever the words say, and a person sees them decided."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from models.hotline.phrases import Unit
from models.hotline.rules import Decision

# What was sent as private is restricted until a person looked. Source: domain sections 8 and 12 (C4, convention).
PRIVATE = "private"
# Somebody asked for an interpreter, also of sign language. Source: domain section 7.
INTERPRETER = "interpreter"
# Somebody said not to be safe right now, or staff report harm to a child. Source: domain sections 4 (P0) and 8 (C4).
UNSAFE, CHILD = "unsafe", "child"
_UNIT = "unit:"
TOLD_PRIVATE, TOLD_CHILD = "told as private", "told as harm to a child"
# The rule that sets the priority of who is not safe, and why it does.
UNSAFE_RULE, UNSAFE_REASON = "told not safe", "they said that they are not safe right now"
# What was told apart from the words, in words.
IN_WORDS: Mapping[str, str] = {
    UNSAFE: UNSAFE_REASON, INTERPRETER: "they speak another language or need an interpreter",
    CHILD: "it is reported as harm to a child", PRIVATE: "it was sent as private",
}  # fmt: skip
Named = TypeVar("Named")


def told(
    private: bool, interpreter: bool, unit: Unit | None, *, unsafe: bool = False, child: bool = False
) -> str:  # fmt: skip
    """The facts as a contact keeps them: names joined by `|`."""
    facts = {
        PRIVATE: private, INTERPRETER: interpreter, UNSAFE: unsafe, CHILD: child, f"{_UNIT}{unit}": unit is not None,
    }  # fmt: skip
    return "|".join(name for name, holds in facts.items() if holds)


def in_words(told_facts: str) -> list[str]:
    """What was told apart from the words, in words; a service that was chosen is none of it."""
    return [words for name, words in IN_WORDS.items() if name in told_facts.split("|")]


def with_facts(decision: Decision, told_facts: str, most: int) -> Decision:
    """The decision with what the door was told; a unit that it names is only ever named first of `most` alternatives.

    The words decide about unit and priority: who chose a service may have chosen the wrong one. Source: convention.
    """
    facts = told_facts.split("|")
    if INTERPRETER in facts:
        decision = decision._replace(needs_language_service=True)
    if UNSAFE in facts and decision.priority > 1:
        decision = decision._replace(priority=1, rule=UNSAFE_RULE)
    for fact, reason in ((PRIVATE, TOLD_PRIVATE), (CHILD, TOLD_CHILD)):
        if fact in facts:
            decision = decision._replace(confidential=True, review=tuple(_once((*decision.review, reason))))
    named = [Unit(fact.removeprefix(_UNIT)) for fact in facts if fact.startswith(_UNIT)]
    others = [unit for unit in _once((*named, *decision.alternatives)) if unit != decision.unit]
    return decision._replace(alternatives=tuple(others[:most])) if named else decision


def _once(items: Iterable[Named]) -> Iterable[Named]:
    return dict.fromkeys(items)
