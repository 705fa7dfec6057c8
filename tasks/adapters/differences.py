"""What is different between two snapshots of a case's facts, in words: what it is about, before, now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.shared.calendar import long_date
from models.shared.money import dollars

NONE = "nothing"
_CENTS = "_cents"


@dataclass(frozen=True)
class Difference:
    """One fact that differs, as a person reads it."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Words:
    """How the facts of a process are called.

    `names` of fields; `keys`: which field tells the rows of a list apart, `nouns` what one such row is; `logs` are
    lists that only grow, whose rows are told apart by their place. `say` may give the words of a value, or of a whole
    row of a list, by the field's name. `left_out` are fields that say nothing about the case.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    nouns: Mapping[str, str] = field(default_factory=dict)
    logs: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    say: Callable[[str, Any], str] = lambda name, value: ""

    def name(self, name: str) -> str:
        """A field in words."""
        return self.names.get(name, name.removesuffix(_CENTS).replace("_", " "))

    def value(self, name: str, value: Any) -> str:
        """A value in words."""
        return self.say(name, value) or _plain(name, value, self)


def differences(before: Mapping[str, Any], now: Mapping[str, Any], words: Words) -> list[Difference]:
    """What differs between two snapshots that were written as JSON, in the order of the facts; empty when nothing."""
    return [
        Difference(found.what[:1].upper() + found.what[1:], found.before, found.now)
        for found in _facts("", before, now, words)
    ]


def _facts(place: str, before: Mapping[str, Any], now: Mapping[str, Any], words: Words) -> Iterator[Difference]:
    for name in [*now, *(name for name in before if name not in now)]:
        if name in words.left_out or before.get(name) == now.get(name):
            continue
        yield from _fact(place, name, before.get(name), now.get(name), words)


def _fact(place: str, name: str, before: Any, now: Any, words: Words) -> Iterator[Difference]:
    what = f"{place}{words.name(name)}"
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        yield from _facts(f"{what}: ", before, now, words)
    elif _has_rows(before) and _has_rows(now) and (name in words.keys or name in words.logs):
        yield from _rows(name, before, now, words)
    else:
        yield Difference(what, words.value(name, before), words.value(name, now))


def _rows(name: str, before: Sequence[Any], now: Sequence[Any], words: Words) -> Iterator[Difference]:
    old, new = (_keyed(name, rows, words) for rows in (before, now))
    noun = words.nouns.get(name, words.name(name))
    for key in [*old, *(key for key in new if key not in old)]:
        there, here = old.get(key), new.get(key)
        if there == here:
            continue
        what = noun if name in words.logs else f"{noun} {words.say(words.keys[name], key) or key}"
        if there is None or here is None or name in words.logs:
            yield Difference(what, words.value(name, there), words.value(name, here))
        else:
            yield from _facts(f"{what}: ", there, here, words)


def _keyed(name: str, rows: Sequence[Any], words: Words) -> dict[Any, Any]:
    """Rows by what tells them apart; a row that comes twice is told apart by its place too."""
    found: dict[Any, Any] = {}
    for place, row in enumerate(rows):
        key = place if name in words.logs else row.get(words.keys[name])
        found[key if key not in found else f"{key} ({place + 1})"] = row
    return found


def _has_rows(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value)


def _plain(name: str, value: Any, words: Words) -> str:
    match value:
        case None | "" | [] | ():
            return NONE
        case bool():
            return "yes" if value else "no"
        case int() if name.endswith(_CENTS):
            return dollars(value)
        case Mapping():
            told = ((key, part) for key, part in sorted(value.items()) if part not in (None, "", [], ()))
            return ", ".join(f"{words.name(key)} {words.value(key, part)}" for key, part in told) or NONE
        case list() | tuple():
            return ", ".join(words.value(name, part) for part in value)
        case str():
            return _day(value)
    return str(value)


def _day(text: str) -> str:
    """`November 9, 2026` for an ISO date; other text as it stands."""
    if len(text) != len("2026-11-09"):
        return text
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text
