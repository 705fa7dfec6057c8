"""Whether a contact repeats an earlier one of the same caller: what they share, and how near they stand."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy

# What says who calls. A surname or a rare name does so for the same unit within a shorter time, a bed or flat within a
# few days; words that few people use do so together. Where somebody says that they speak again, fewer words are enough,
# and for some days it may be another unit. Source: domain section 6; the days and numbers are convention.
SURE = frozenset({KeyKind.PHONE, KeyKind.EMAIL, KeyKind.CASE_NUMBER, KeyKind.NAME})
_NAMES, _NAME_AND_WORD, _BOTH_NAMES = frozenset({KeyKind.SURNAME, KeyKind.RARE_NAME}), 2, 2
# Of so many first signs, and of as few words of them: “Mrs. Quade again.”, “The lift on five, again!”
_OPENING, _FEW_WORDS, _STOPS = 80, 6, re.compile("[.!,:;\n\u2013\u2014]|\\s--?\\s")
_WEAK = frozenset({KeyKind.SURNAME, KeyKind.ADDRESS, KeyKind.RARE_NAME})


class Known(NamedTuple):
    """What is known of a contact without reading it: when it came, and codes of the units it may be for.

    The likeliest stands first. `restricted` is what the law protects, or what triage took for that, `protects` what
    still is; `says_again` tells that the words speak of an earlier contact, `first` is the contact that this one
    repeats, if any.
    """

    contact_id: str
    received_at: datetime
    units: tuple[str, ...]
    restricted: bool = False
    says_again: bool = False
    first: str = ""
    protects: bool = False


def opens_with_again(said: str) -> bool:
    """True where a text speaks of an earlier contact by how it opens, whatever it goes on to say."""
    return "gain" in said[:_OPENING] and _opens_with_again(said)


def _opens_with_again(said: str) -> bool:
    # What follows the last stop goes on behind it.
    pieces = _STOPS.split(said[:_OPENING])[:-1]
    before = 0
    for words in map(str.split, pieces):
        before += len(words)
        if words and words[-1].casefold() == "again":
            return 1 < before <= _FEW_WORDS
    return False


def repeats(later: Known, earlier: Known, shared: Mapping[KeyKind, int], policy: Policy) -> bool:
    """True where the same caller very likely speaks of the same matter again; `shared` counts what both have."""
    if earlier.received_at > later.received_at:
        return False
    apart = later.received_at - earlier.received_at
    same = later.units[0] == earlier.units[0]
    # Who says that they speak again may say it in words that another unit would answer; where one of the two is
    # restricted, only with what tells surely who they are, or both their names.
    is_sure = not SURE.isdisjoint(shared)
    again = later.says_again and (
        earlier.restricted == later.restricted or is_sure or shared.get(KeyKind.RARE_NAME, 0) >= _BOTH_NAMES
    )
    again = again and apart <= timedelta(days=policy.repeat_days_again)
    alike = again or later.units[0] in earlier.units or earlier.units[0] in later.units
    if is_sure:
        return alike and apart <= timedelta(days=policy.repeat_days)
    words = shared.get(KeyKind.WORD, 0)
    # A word that fits a restricted contact by chance must not restrict another, nor tell that there is one.
    is_again = later.says_again and earlier.restricted == later.restricted
    least = policy.repeat_words_again if is_again else policy.repeat_words
    if alike and words >= least and apart <= timedelta(days=policy.repeat_days_by_words):
        return True
    if not _WEAK.isdisjoint(shared) and apart <= timedelta(days=policy.repeat_days_by_surname):
        # A name stands among the words too: one word beside it makes two.
        besides = KeyKind.PLACE in shared or words >= _NAME_AND_WORD
        return same or again or (alike and besides and not _NAMES.isdisjoint(shared))
    if KeyKind.PLACE in shared and apart <= timedelta(days=policy.repeat_days_by_place):
        return same or (alike and later.says_again)
    return same and words >= least - 1 and apart <= timedelta(days=policy.repeat_days_by_fewer)


def first_of(mine: Known, found: Iterable[tuple[Known, bool]], known: Mapping[str, Known], policy: Policy) -> str:
    """The first contact of the matter that `mine` is about, where these are earlier ones of it; empty: there is none.

    Each of them comes with whether something says surely that the caller is the same: then the others do not count.
    Links are followed from the earliest one back, as far as `repeat_days` before `mine` and to contacts that are
    `known`.
    """
    every = list(found)
    sure = [one for one, is_sure in every if is_sure] or [one for one, _ in every]
    if not sure:
        return ""
    first, since = min(sure, key=came), mine.received_at - timedelta(days=policy.repeat_days)
    restricted = mine.restricted or first.restricted
    met = {first.contact_id}
    while (before := known.get(first.first)) and before.contact_id not in met and before.received_at >= since:
        if before.restricted != restricted:
            break
        first = before
        met.add(first.contact_id)
    return first.contact_id


def with_first(mine: Known, found: Collection[tuple[Known, bool]], known: Mapping[str, Known], policy: Policy) -> Known:
    """A contact with the first one of its matter, restricted where any that it repeats still is; as `first_of`."""
    mine = mine._replace(first=first_of(mine, found, known, policy))
    is_protected = any(earlier.protects for earlier, _ in found)
    return mine._replace(restricted=True, protects=True) if is_protected else mine


def came(known: Known) -> tuple[datetime, str]:
    """The order in which contacts came."""
    return known.received_at, known.contact_id
