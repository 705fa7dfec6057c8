"""Values inside a sentence as HTML: each keeps its own direction, and what is foreign says its language."""

import re
import unicodedata

from markupsafe import Markup, escape

from tasks.adapters.languages import direction

_ISOLATE, _END = "\u2068", "\u2069"
_VALUE = re.compile(f"{_ISOLATE}([^{_END}]*){_END}")
# Words in Latin letters inside a text that is written in others.
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9@.&’'/-]*(?: [A-Za-z][A-Za-z0-9@.&’'/-]*)*")
_LATIN = ("en", "es", "ht", "fr", "pl")


def as_bdi(sentence: str, language: str) -> Markup:
    """A sentence whose isolated values stand in `bdi`; Latin words in another script are marked as English."""
    parts, last = [], 0
    for found in _VALUE.finditer(sentence):
        parts += [_marked(sentence[last : found.start()], language), _bdi(found[1], language)]
        last = found.end()
    parts.append(_marked(sentence[last:], language))
    return Markup("").join(parts)


def _bdi(value: str, language: str) -> Markup:
    way = _direction(value)
    return Markup('<bdi dir="{}">{}</bdi>').format(way, _marked(value, language))


def _marked(text: str, language: str) -> Markup:
    """Text with its Latin words marked, where the language has other letters."""
    if language.partition("-")[0] in _LATIN:
        return Markup(escape(text))
    parts, last = [], 0
    for found in _WORDS.finditer(text):
        foreign = Markup('<bdi lang="en" dir="ltr">{}</bdi>') if direction(language) == "rtl" else _SPAN
        parts += [escape(text[last : found.start()]), foreign.format(found[0])]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


_SPAN = Markup('<span lang="en">{}</span>')


def _direction(value: str) -> str:
    """By its first letter; a number without any runs from left to right."""
    for sign in value:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
