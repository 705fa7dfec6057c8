"""Values inside a sentence as HTML: each keeps its own direction, where it is another than that of the sentence."""

import re
import unicodedata

from markupsafe import Markup, escape

from tasks.adapters.languages import direction

_ISOLATE, _END = "\u2068", "\u2069"
_VALUE = re.compile(f"{_ISOLATE}([^{_END}]*){_END}")
# Words in Latin letters inside a text that is written in others.
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9@.&’'/-]*(?: [A-Za-z][A-Za-z0-9@.&’'/-]*)*")


def as_bdi(sentence: str, language: str) -> Markup:
    """A sentence whose values stand in `bdi` where they need it; Latin words in one from right to left do, too.

    Where all runs from left to right nothing is put around them: WeasyPrint 70 may break a line after its first word
    before an element that does not fit into it.
    """
    parts, last = [], 0
    for found in _VALUE.finditer(sentence):
        parts += [_marked(sentence[last : found.start()], language), _bdi(found[1], language)]
        last = found.end()
    parts.append(_marked(sentence[last:], language))
    return Markup("").join(parts)


def _bdi(value: str, language: str) -> Markup:
    way = _direction(value)
    if way == direction(language) == "ltr":
        return Markup(escape(value))
    return Markup('<bdi dir="{}">{}</bdi>').format(way, _marked(value, language))


def _marked(text: str, language: str) -> Markup:
    """Text with its Latin words marked as English, where the language runs from right to left."""
    if direction(language) == "ltr":
        return Markup(escape(text))
    parts, last = [], 0
    for found in _WORDS.finditer(text):
        parts += [escape(text[last : found.start()]), _FOREIGN.format(found[0])]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


_FOREIGN = Markup('<bdi lang="en" dir="ltr">{}</bdi>')


def _direction(value: str) -> str:
    """By its first letter; a number without any runs from left to right."""
    for sign in value:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
