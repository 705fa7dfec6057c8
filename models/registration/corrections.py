"""Corrections: what was recorded stays as it is, and a signed event says what is true instead."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from models.registration.forms import step_row
from models.registration.moves import Refusal
from models.registration.states import STEPS
from models.shared import tracker_cells as cell
from models.shared.calendar import long_date, new_york_date, start_of_day
from models.shared.documents import canonical
from models.shared.tracker_cells import RowError

CORRECTED = "corrected"
# What of a step can be corrected besides its day, and what each is called on paper.
_WORDS = ("value", "reason", "reference")
_NAMES = {"on": "date", "value": "detail", "reason": "reason", "reference": "reference"}


class Recorded(NamedTuple):
    """One event of a case; `payload` is canonical JSON. `origin` keeps moment and payload of one shown differently."""

    case_id: str
    seq: int
    occurred_at: datetime
    event: str
    actor: str
    state_from: str
    state_to: str
    payload: str
    origin: tuple[datetime, str] | None = None

    @property
    def on(self) -> date:
        return new_york_date(self.occurred_at)

    @property
    def moves(self) -> bool:
        """False for a milestone, which leaves the case where it stands."""
        return self.state_from != self.state_to

    @property
    def first_on(self) -> date:
        """The day as it was first recorded."""
        return new_york_date(self.origin[0]) if self.origin else self.on

    @property
    def is_corrected(self) -> bool:
        """True while the event reads differently from what was first recorded."""
        return self.origin is not None and (self.on != self.first_on or self.payload != self.origin[1])


@dataclass(frozen=True)
class Correction:
    """What changes of event `seq`: `before` and `after` hold only that, days as ISO dates, empty for no word."""

    seq: int
    event: str
    before: dict[str, str]
    after: dict[str, str]

    def payload(self, reason: str) -> dict[str, Any]:
        """What the event of the correction says, beside who signed it."""
        return {"seq": self.seq, "before": self.before, "after": self.after, "reason": reason}

    @property
    def sentence(self) -> str:
        return in_words(self.event, self.before, self.after)


def in_words(event: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """`Filed. Date: October 12, 2026, instead of October 5, 2026`: for timelines and for whoever signs."""
    said = (f"{_NAMES[k]}: {_read(k, after[k])}, instead of {_read(k, before[k])}" for k in _NAMES if k in after)
    changes = "; ".join(said)
    return f"{event.replace('_', ' ').capitalize()}. {changes[:1].upper()}{changes[1:]}"


def _read(key: str, word: str) -> str:
    if not word:
        return "nothing"
    return long_date(date.fromisoformat(word)) if key == "on" else f"“{word}”"


def as_corrected(events: Sequence[Recorded]) -> list[Recorded]:
    """The history as it is known now: each step with the day and the words of its last correction.

    A corrected step happened at the start of its day, or at its very first moment when that is the day again, and no
    move before the move that it follows. Letters, reviews and imports keep their own moments: those are what they were.
    """
    said: dict[int, dict[str, str]] = {}
    for event in events:
        if event.event == CORRECTED:
            told = json.loads(event.payload)
            said.setdefault(told["seq"], {}).update(told["after"])
    if not said:
        return list(events)
    found, since = [], None
    for event in events:
        now = _as_said(event, said.get(event.seq, {}))
        if since and now.occurred_at < since and (now.moves or now.seq in said):
            now = _shown(now, since, now.payload)
        if now.moves:
            since = now.occurred_at
        found.append(now)
    return found


def _as_said(event: Recorded, said: Mapping[str, str]) -> Recorded:
    """One event as its corrections say, from what was first recorded."""
    at, payload = event.origin or (event.occurred_at, event.payload)
    if said.get("on", "") not in ("", new_york_date(at).isoformat()):
        at = start_of_day(date.fromisoformat(said["on"]))
    told = json.loads(payload) if said else {}
    words = {key: said[key] for key in _WORDS if key in said and said[key] != str(told.get(key, ""))}
    if words:
        payload = canonical({**told, **words})
    return _shown(event, at, payload)


def _shown(event: Recorded, at: datetime, payload: str) -> Recorded:
    if (at, payload) == (event.occurred_at, event.payload):
        return event
    origin = event.origin or (event.occurred_at, event.payload)
    return event._replace(occurred_at=at, payload=payload, origin=origin if origin != (at, payload) else None)


def state_since(known: Sequence[Recorded]) -> datetime:
    """Since when a case stands where it stands: the moment of the last move of its history as corrected."""
    return next(event.occurred_at for event in reversed(known) if event.moves)


def with_correction(
    history: Sequence[Recorded], correction: Correction, reason: str, actor: str, at: datetime
) -> list[Recorded]:
    """The history as it will be known once the correction is signed: to show it, and to move the case's row."""
    last = history[-1]
    payload = canonical(correction.payload(reason))
    event = Recorded(last.case_id, last.seq + 1, at, CORRECTED, actor, last.state_to, last.state_to, payload)
    return as_corrected([*history, event])


def superseded(history: Sequence[Recorded]) -> list[tuple[str, date, str]]:
    """Event, day and detail of each step as it stood before each of its corrections, latest first.

    A tracker that comes again with its old rows still says what was corrected since: that is no news.
    """
    now = {event.seq: (event.event, _facts(event)) for event in as_corrected(history)}
    found = []
    for event in reversed(history):
        if event.event == CORRECTED:
            told = json.loads(event.payload)
            name, facts = now[told["seq"]]
            facts.update(told["before"])
            found.append((name, date.fromisoformat(facts["on"]), facts["value"]))
    return found


def correct(history: Sequence[Recorded], seq: int, after: Mapping[str, str], today: date) -> Correction | Refusal:
    """What correcting a step to `after` (any of on, value, reason, reference) changes, or why it cannot be done."""
    known = as_corrected(history)
    event = next((event for event in known if event.seq == seq), None)
    if event is None:
        return Refusal(f"This contract has no event number {seq}. Choose a step of its timeline and correct that.")
    sentence = _never_corrected(event, after)
    if sentence:
        return Refusal(sentence)
    before = _facts(event)
    try:
        wanted = _checked(event, {key: after[key] for key in before if key in after})
    except RowError as error:
        return Refusal(str(error))
    changed = {key: word for key, word in wanted.items() if word != before[key]}
    if not changed:
        return Refusal(f"{_quoted(event)} of {long_date(event.on)} says just that already; nothing was changed.")
    sentence = _wrong_day(known, event, date.fromisoformat(changed["on"]), today) if "on" in changed else ""
    return Refusal(sentence) if sentence else Correction(seq, event.event, {k: before[k] for k in changed}, changed)


def _facts(event: Recorded) -> dict[str, str]:
    """What of an event can be corrected, as it reads now."""
    told = json.loads(event.payload)
    return {"on": event.on.isoformat(), **{key: str(told.get(key, "")) for key in _WORDS}}


def _never_corrected(event: Recorded, after: Mapping[str, str]) -> str:
    """Why nothing of the event can be corrected, or not what `after` names. Source: convention (corrections)."""
    if event.event == CORRECTED:
        return "A correction itself is not corrected: correct the step once more, and say why."
    if event.event == "kind_set":
        return "The kind of a contract is not corrected: record “kind set” once more with the right kind."
    if event.event not in STEPS:
        return (
            f"Only a step that the office recorded can be corrected. {_quoted(event)} came from a list, a document, a "
            "letter, a review, a clock or a signed act of its own: put it right there."
        )
    unknown = sorted(set(after) - set(_NAMES))
    if unknown:
        return f"“{unknown[0]}” cannot be corrected. A correction changes a date, detail, reason or reference."
    if _is_late_news(event) and after.get("on", event.on.isoformat()) != event.on.isoformat():
        return (
            f"“registered” stands on {long_date(event.on)}, when the contract counted as registered already. "
            "The day on which the Comptroller registered it is its detail: correct that."
        )
    return ""


def _is_late_news(event: Recorded) -> bool:
    """True for a registration in time that was heard of after the contract was deemed registered (CH 328)."""
    return event.event == "registered" and event.state_from == "deemed_registered" and bool(_facts(event)["value"])


def _checked(event: Recorded, after: Mapping[str, str]) -> dict[str, str]:
    """The words of a correction as a tracker's row with them would be read; raises RowError."""
    row = step_row({"case_id": event.case_id, "step": event.event, "on": event.on, **after})
    read = {"on": row.on.isoformat(), "value": row.value, "reason": row.reason, "reference": row.reference}
    if "value" in after and _is_late_news(event):
        day = cell.needed_day(row.value, "detail")
        if day > event.on:
            raise RowError(
                f"detail: {long_date(day)} lies after {long_date(event.on)}, when the contract was deemed registered. "
                "Write the day on which the Comptroller registered it."
            )
        read["value"] = day.isoformat()
    return {key: read[key] for key in after}


def _wrong_day(known: Sequence[Recorded], event: Recorded, day: date, today: date) -> str:
    """Why a step cannot have happened on `day`, or nothing. Source: as for a step that is recorded anew (moves)."""
    what = f"{_quoted(event)} cannot be dated {long_date(day)}"
    if day > today:
        return f"{what}: that day lies in the future. Correct the date."
    at = next(number for number, other in enumerate(known) if other.seq == event.seq)
    before = next((other for other in reversed(known[:at]) if other.moves), None)
    if before and day < before.on:
        return f"{what}: {_quoted(before)} came before it on {long_date(before.on)}. {_instead(before, 'earlier')}"
    # A milestone may have been recorded with a day after the next move; it may go back to that day.
    if not event.moves and day == event.first_on:
        return ""
    after = min(_followers(known[at + 1 :], event), key=lambda other: other.on, default=None)
    if after and day > after.on:
        return f"{what}: {_quoted(after)} followed on {long_date(after.on)}. {_instead(after, 'later')}"
    if after and after.event == "deemed_registered" and event.moves and day > event.first_on:
        # Taking back a registration by law is no matter of a date. Source: CH 328, K2.
        return (
            f"{what}: the contract was deemed registered on {long_date(after.on)}, counted from "
            f"{long_date(event.first_on)}, and with a later date that might not be so. A correction cannot take a "
            "registration back: ask Legal, and record what the Comptroller decides."
        )
    return ""


def _followers(later: Sequence[Recorded], event: Recorded) -> Iterator[Recorded]:
    """The next move, and the steps recorded where a move led to: none of them may come to lie before it."""
    for other in later:
        if other.moves or (event.moves and other.event in STEPS):
            yield other
        if other.moves:
            return


def _instead(other: Recorded, than: str) -> str:
    if other.event in STEPS and other.event != "kind_set":
        return f"Correct that date first, or choose a day that is not {than}."
    return f"Choose a day that is not {than}."


def _quoted(event: Recorded) -> str:
    return f"“{event.event.replace('_', ' ')}”"
