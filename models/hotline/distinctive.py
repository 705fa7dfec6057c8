"""What few contacts say: names that nobody else has, and beds, rooms and flats. They tell the same caller again."""

import re
from collections.abc import Collection, Iterator

from models.hotline.match_keys import KeyKind

# Shorter ones are initials, states and the like.
_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]{2,}\b")
_TAG = re.compile(r"<[^>]*>")
_ROOM = re.compile(
    r"\b(?:bed|room|rm|apt|unit|apartment|locker|dorm)\.?\s*#?\s*(\d{1,4}[a-z]?|[a-z]\d{1,3})\b", re.IGNORECASE
)
# A number with a letter, as flats have (2B, 14-F is 14F); an ordinal is none.
_FLAT = re.compile(r"(?<![\w/.$-])(\d{1,4}[A-Za-z]|[A-Za-z]\d{1,4})(?![\w/])")
_DIGIT = re.compile(r"\d")


def distinctive_keys(said: str, common: Collection[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of what is distinctive in a text, each once. `common` are words in small letters that many use."""
    words = _TAG.sub(" ", said) if "<" in said else said
    names = {name.casefold() for name in _CAPITALISED.findall(words)}
    yield from ((KeyKind.RARE_NAME.value, name) for name in sorted(names) if name not in common)
    if _DIGIT.search(words):
        places = {place.casefold() for pattern in (_ROOM, _FLAT) for place in pattern.findall(words)}
        yield from ((KeyKind.PLACE.value, place) for place in sorted(places))
