"""Surge mode: which contacts belong to an event such as a hurricane, and how urgent they are while it lasts.

Source: domain section 6 (surge; an event stays open long after the storm).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.hotline.matching import Matcher
from models.hotline.phrases import EVERY_LANGUAGE, PhraseError, Term, Unit, parse_term
from models.hotline.rules import RESTRICTED_UNITS, Decision, tells_of_protected
from models.hotline.tongue import LANGUAGES, UNDETERMINED
from models.hotline.triage import Found

# In the table of priorities: whatever the unit is.
EVERY_UNIT: Literal["all"] = "all"
Words = Annotated[str, Field(min_length=1, max_length=200)]


class SurgeError(ValueError):
    """An event cannot be used; the message is a sentence that says what is wrong."""


class Surge(BaseModel):
    """An event: `from` its first to its `to` last day in New York, both included, open where there is no last one.

    A contact received then belongs to it when triage thought of one of `units`, found one of `signals`, or one of
    `words` stands in it (terms as phrase tables write them, by language or `any`). `priority` raises by unit or for
    `all`. Nothing is tagged from `closed_on` on. `scripts` are what call-takers say, by language.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    event: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    name: str = Field(min_length=1, max_length=80)
    first_day: date = Field(alias="from")
    last_day: date | None = Field(default=None, alias="to")
    closed_on: date | None = None
    units: tuple[Unit, ...] = ()
    signals: tuple[str, ...] = ()
    words: Mapping[str, tuple[Words, ...]] = Field(default_factory=dict)
    priority: Mapping[Unit | Literal["all"], Annotated[int, Field(ge=1, le=4)]] = Field(default_factory=dict)
    scripts: Mapping[str, Annotated[str, Field(min_length=1, max_length=2000)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def can_be_used(self) -> Self:
        if any(end is not None and end < self.first_day for end in (self.last_day, self.closed_on)):
            raise ValueError("it ends before it begins: mend `from`, `to` or `closed_on`")
        if not (self.units or self.signals or any(self.words.values())):
            raise ValueError("it says of no contact that it belongs to it: name `units`, `signals` or `words`")
        # The tag would tell of everybody who has it what the law protects. Source: domain section 8.
        if set(self.units) & RESTRICTED_UNITS or tells_of_protected(dict.fromkeys(self.signals)):
            raise ValueError("domestic violence, HIV and the abuse of a minor cannot be its subjects: leave them out")
        unknown = sorted({*self.words, *self.scripts} - {*LANGUAGES, EVERY_LANGUAGE})
        if unknown:
            raise ValueError(f"“{unknown[0]}” is no language that triage reads: {', '.join(LANGUAGES)}")
        return self

    def runs_on(self, day: date) -> bool:
        """True from the first day to the last, and before the day on which it was closed."""
        return (
            self.first_day <= day
            and (self.last_day is None or day <= self.last_day)
            and (self.closed_on is None or day < self.closed_on)
        )


class Ready:
    """An event whose words are ready to be looked for. Raises SurgeError for a signal or a term that cannot be used."""

    def __init__(self, surge: Surge, signals: Iterable[str]) -> None:
        known = set(signals)
        unknown = sorted(set(surge.signals) - known)
        if unknown:
            raise SurgeError(f"there is no signal “{unknown[0]}” in the phrase tables")
        self.surge = surge
        self._units, self._signals = frozenset(surge.units), frozenset(surge.signals)
        everywhere = _terms(surge, EVERY_LANGUAGE)
        self._matchers = {
            language: Matcher((*everywhere, *_terms(surge, language)))
            for language in (*LANGUAGES, UNDETERMINED)
            if everywhere or surge.words.get(language)
        }
        self._everywhere = Matcher(everywhere) if everywhere else None

    @property
    def needs_words(self) -> bool:
        """True where a contact may have to be read to know whether it belongs to the event."""
        return bool(self._matchers or self._everywhere)

    def holds(self, found: Found, decision: Decision, received_on: date) -> bool:
        """True where a contact that was received on this day in New York belongs to the event."""
        if not self.surge.runs_on(received_on):
            return False
        return self.is_subject(decision.unit, found.hits) or self.is_in(found.words, found.language)

    def is_subject(self, unit: str, signals: Iterable[str]) -> bool:
        """True where the unit or one of the signals is a subject of the event."""
        return unit in self._units or not self._signals.isdisjoint(signals)

    def is_in(self, words: str, language: str) -> bool:
        """True where one of the event's words stands in plain words."""
        matcher = self._matchers.get(language, self._everywhere)
        return matcher is not None and any(True for _ in matcher.find(words))


def _terms(surge: Surge, language: str) -> tuple[Term, ...]:
    try:
        return tuple(parse_term(surge.event, text, ()) for text in surge.words.get(language, ()))
    except PhraseError as error:
        raise SurgeError(str(error).rstrip(".")) from None


def in_surge(decision: Decision, found: Found, received_on: date, events: Sequence[Ready]) -> Decision:
    """The decision with the events that the contact belongs to; their priorities raise its own and never lower it."""
    held = [event.surge for event in events if event.holds(found, decision, received_on)] if events else []
    if not held:
        return decision
    raises = {surge.event: _overlay(surge, decision.unit) for surge in held}
    most = min(raises, key=lambda event: (raises[event], event))
    tagged = decision._replace(events=tuple(sorted(raises)))
    if raises[most] >= decision.priority:
        return tagged
    return tagged._replace(priority=raises[most], raised_from=decision.priority, rule=f"event {most}")


def _overlay(surge: Surge, unit: Unit) -> int:
    """The least urgent priority that a contact of this unit can have while the event lasts."""
    given = [surge.priority[key] for key in (unit, EVERY_UNIT) if key in surge.priority]
    return min(given, default=9)
