"""Phrase tables: which words are a sign of what, and which units a sign speaks for. Data with an owner, never code."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from models.hotline.wording import plain, seen

# A term of any language: names of programs and cards that everybody uses in English letters.
EVERY_LANGUAGE = "any"
MOST_PARTS = 3
# No sign says more: all others together could not outweigh it.
MOST_POINTS = 100
# Most terms are written as plain words already.
_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_JOINT = re.compile(r"\s+([~&])\s+")
# Scripts whose words are not parted, or which grow at both ends; and those that grow at the end only.
_ANYWHERE = re.compile("[\u0600-\u06ff\u3400-\u9fff]")
_FROM_THE_START = re.compile("[\u0980-\u09ff\uac00-\ud7a3]")


class PhraseError(ValueError):
    """A row of a phrase table cannot be used; the message says which and why."""


class Unit(StrEnum):
    """Where a contact can be routed. Source: the product's units of routing."""

    FAMILIES = "FAMILIES"
    ADULTS = "ADULTS"
    DV = "DV"
    PCS = "PCS"
    HOMEBASE = "HOMEBASE"
    HASA = "HASA"
    FIA = "FIA"
    MEDICAID = "MEDICAID"
    HOME_CARE = "HOME_CARE"
    HEAP = "HEAP"
    IDNYC = "IDNYC"
    APS = "APS"
    FACILITIES = "FACILITIES"
    OMBUDSMAN = "OMBUDSMAN"
    LEGISLATIVE = "LEGISLATIVE"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"


# What words can speak for besides a unit: that it is of priority 1, that the law protects what it tells, that somebody
# speaks of an earlier contact.
URGENT, PROTECTED, AGAIN = "URGENT", "PROTECTED", "AGAIN"
HEADS: tuple[str, ...] = (*Unit, URGENT, PROTECTED, AGAIN)
_HEADS: Mapping[str, str] = {str(head): head for head in HEADS}
# Thousandths of points by head.
Points = Mapping[str, int]


@dataclass(frozen=True)
class Signal:
    """A situation that words can be a sign of, with the points that it gives."""

    name: str
    meaning: str
    points: Points
    # How it moves themes (`themes.moves_of`); empty where it moves none.
    moves: bytes = b""


class Part(NamedTuple):
    """One part of a term: plain words, or any plain words of the signal `of`.

    `starts` and `ends` tell whether the words must begin and end where a word does.
    """

    words: str = ""
    starts: bool = True
    ends: bool = True
    of: str = ""


class Term(NamedTuple):
    """Words that are a sign of `signal`: one part, or several in the same sentence, `ordered` or not."""

    signal: str
    parts: tuple[Part, ...]
    ordered: bool
    text: str


@dataclass(frozen=True)
class Rule:
    """Where one of each group of `needs` and none of `without` was found: points, a priority, and why it is so."""

    name: str
    needs: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]
    points: Points
    priority: int | None
    reason: str
    moves: bytes = b""


class Theme(NamedTuple):
    """What several signs tell together: where it starts, in steps, and its points for each one above nothing."""

    start: int
    points: Points


@dataclass(frozen=True)
class PhraseTables:
    """All that triage knows of words. `terms` by language code, `any` for those of every language.

    `words` gives points to single words, by language and the root of the word (`wording.roots`) or a piece of it
    (`wording.pieces`), and to two that follow each other, by both roots with a blank between; `bias` are everybody's
    points before any word. `moves` tells of such words how they move `themes`.
    """

    signals: tuple[Signal, ...]
    terms: Mapping[str, tuple[Term, ...]]
    rules: tuple[Rule, ...] = ()
    words: Mapping[str, Mapping[str, Points]] = field(default_factory=dict)
    bias: Points = field(default_factory=dict)
    moves: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    themes: tuple[Theme, ...] = ()


class _Items(dict[str, tuple[str, int]]):
    """`FIA:3` as the head and thousandths; reckoned when it is first met, for tables have few different ones."""

    def __missing__(self, item: str) -> tuple[str, int]:
        name, _, number = item.partition(":")
        try:
            value = float(number)
            if not abs(value) <= MOST_POINTS:
                raise ValueError
            self[item] = made = (_HEADS[name], round(value * 1000))
        except (KeyError, ValueError):
            raise PhraseError(
                f"“{item}” is not a unit with its points, such as FIA:3; they are at most {MOST_POINTS}."
            ) from None
        return made


_ITEMS = _Items()


def parse_points(text: str) -> dict[str, int]:
    """`FIA:3 URGENT:1.5` as thousandths of points. Raises PhraseError."""
    return dict(map(_ITEMS.__getitem__, text.split()))


def parse_rule(row: Mapping[str, str], known: Iterable[str]) -> Rule:
    """A row `rule,when,points,priority,reason`; `when` is `signal|other third !not_this`. Raises PhraseError."""
    names = set(known)
    words = row["when"].split()
    needs = tuple(tuple(word.split("|")) for word in words if not word.startswith("!"))
    without = tuple(word[1:] for word in words if word.startswith("!"))
    unknown = [name for group in (*needs, without) for name in group if name not in names]
    if unknown or not needs:
        raise PhraseError(
            f"The rule {row['rule']} needs signals that there are; not known: {', '.join(unknown) or '-'}."
        )
    if row["priority"] not in ("", "1", "2", "3", "4"):
        raise PhraseError(f"The rule {row['rule']} has the priority “{row['priority']}”; it is 1, 2, 3, 4 or empty.")
    priority = int(row["priority"]) if row["priority"] else None
    return Rule(row["rule"], needs, without, parse_points(row["points"]), priority, row["reason"])


def parse_term(signal: str, text: str, known: Collection[str]) -> Term:
    """A term as it is written: `words`, `word*`, `a ~ b`, `a & b`, `@signal ~ words`. Raises PhraseError."""
    text = text.strip()
    if "~" not in text and "&" not in text:
        return Term(signal, (_part(text, known, text),), True, text)
    pieces = _JOINT.split(text)
    joints = set(pieces[1::2])
    if len(joints) > 1:
        raise PhraseError(f"“{text}” mixes ~ and &; use one of them.")
    if len(pieces[::2]) > MOST_PARTS:
        raise PhraseError(f"“{text}” has more than {MOST_PARTS} parts.")
    return Term(signal, tuple([_part(piece, known, text) for piece in pieces[::2]]), joints != {"&"}, text)


def _part(piece: str, known: Collection[str], text: str) -> Part:
    if piece.startswith("@"):
        if piece[1:] not in known:
            raise PhraseError(f"“{text}” speaks of the signal “{piece[1:]}”, which there is not.")
        return Part(of=piece[1:])
    bare = piece.rstrip("*")
    if _PLAIN.fullmatch(bare):
        return Part(bare, ends=bare == piece)
    words = plain(seen(bare)).strip()
    if not words or "\n" in words or "*" in piece.rstrip("*"):
        raise PhraseError(f"“{text}” has a part without words, with a full stop, or with * inside.")
    anywhere = bool(_ANYWHERE.search(words))
    open_end = anywhere or piece.endswith("*") or bool(_FROM_THE_START.search(words))
    return Part(words, starts=not anywhere, ends=not open_end)
