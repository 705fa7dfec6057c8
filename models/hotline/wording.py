"""Makes a contact's words plain, so that tables can be held against them: what a person reads, without its dress."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

# What a screen does not show, or what a table need not tell apart: see `plain`.
_HIDDEN = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_COLOUR = re.compile(r"\x1b?\[\d{1,3}(?:;\d{1,3})*m")
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
# Begins with what is rare: a search for a digit before it would look behind every sign.
_DECIMAL = re.compile(r"[.,](?<=\d.)(?=\d)")
_SENTENCE = frozenset(".!?;\u3002\uff01\uff1f\uff1b\u061f\u06d4\u0964\u0965\r\n\u2028\u2029")
# With so many letters of a word other languages are told apart best. Source: tried on the examples.
_ROOT = 4
UNPARTED = "zh"
# Of a language that does not part its words two signs together are a root.
PAIR = 2
# Pieces of so many letters tell what languages that bend their words and slips of the pen leave of them; of Chinese
# single signs, and three together. Source: tried on the examples; in English they tell next to nothing.
_PIECE, _SIGNS = 4, (1, 3)
# Where a word begins or ends, and what tells a piece from a root.
_EDGE, _OF_WORD = "|", "~"
# From here on are the signs of scripts that do not part their words, but for Korean, which does.
FIRST_UNPARTED = "\u3000"
_APOSTROPHE = frozenset("'\u2018\u2019\u02bc`\u00b4")
_KEPT = frozenset("$%+")
# Letters that Arabic and Urdu keyboards write in several ways, and letters without a decomposition.
_ALIKE = {
    "\u0649": "\u064a", "\u06cc": "\u064a", "\u0629": "\u0647", "\u06a9": "\u0643", "\u06c1": "\u0647",
    "\u06be": "\u0647", "\u06c3": "\u0647", "\u06d2": "\u064a", "\u0142": "l", "\u00f8": "o", "\u0111": "d",
    "\u00df": "ss", "\u0153": "oe", "\u00e6": "ae",
}  # fmt: skip


class _Letters(dict[int, str | None]):
    """What each character becomes; reckoned when it is first met."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        made: str | None
        if sign in _SENTENCE:
            made = "\n"
        elif sign in _APOSTROPHE:
            # None, not an empty text: Python is twice as quick with it.
            made = None
        # Bengali writes its vowels as marks, which are no letters to Python.
        elif sign.isalnum() or sign in _KEPT or unicodedata.category(sign) in ("Mn", "Mc"):
            made = _ALIKE.get(sign.lower(), sign.lower())
        else:
            made = " "
        self[code] = made
        return made


_LETTERS = _Letters()


def seen(text: str) -> str:
    """The text as a person would read it: no markup, comments, control, direction or zero-width characters."""
    if "<" in text:
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    if "m" in text and "[" in text:
        text = _COLOUR.sub("", text)
    return text if text.isprintable() else text.translate(_SHOWN)


class _Shown(dict[int, str]):
    """What a screen shows of each character; found when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign.isprintable() or sign in "\n\r\u2028\u2029":
            made = sign
        else:
            # A tab parts words; what has no width joins them; other controls part them.
            made = "" if unicodedata.category(sign) == "Cf" else " "
        self[code] = made
        return made


_SHOWN = _Shown()


def plain(text: str) -> str:
    """Lower case words parted by one blank, sentences by ` \n `, with a blank before and behind; of what is `seen`.

    Latin letters lose their accents, Arabic ones their vowel signs, and letters that are written in several ways are
    written in one. Apostrophes go (`dont`), other punctuation parts words.
    """
    return joined(sentences(text))


def sentences(text: str) -> list[list[str]]:
    """The same as the plain words of each sentence that has any."""
    if not text.isascii():
        text = _undressed(text)
    if "." in text or "," in text:
        text = _DECIMAL.sub("", text)
    return list(filter(None, [sentence.split() for sentence in text.translate(_LETTERS).split("\n")]))


def joined(sentences: Iterable[Sequence[str]]) -> str:
    """The plain words of sentences as one text."""
    words = " \n ".join([" ".join(sentence) for sentence in sentences])
    return f" {words} "


def _undressed(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def plain_signs(text: str) -> list[tuple[str, int]]:
    """Each sign that `plain` reads before it parts words, with the place in the text from which it comes."""
    dropped = {found.start() for found in _DECIMAL.finditer(text)}
    return [
        (made, place)
        for place, sign in enumerate(text)
        if place not in dropped
        for made in (sign if sign.isascii() else _undressed(sign)).translate(_LETTERS)
    ]


def pairs(words: Sequence[str], language: str) -> Iterator[str]:
    """The roots of two words that follow each other, as the tables of single words know them; none in Chinese."""
    if language != UNPARTED:
        every = [roots(word, language)[0] for word in words]
        yield from map(" ".join, pairwise(every))


def roots(word: str, language: str) -> tuple[str, ...]:
    """By what a plain word is known in the tables of single words, whatever its grammar makes of it.

    English has a stem; Chinese, which does not part its words, each two signs that stand together; others are known by
    their first letters.
    """
    if language == "en":
        return (stem(word),)
    if language == UNPARTED:
        return tuple(word[place : place + PAIR] for place in range(len(word) - 1))
    return (word[:_ROOT],)


def pieces(word: str, language: str) -> Iterator[str]:
    """By what a plain word is known besides its root in the tables of single words; not in English.

    Pieces are marked (`~|kwa` of kwatera), but for Chinese, where their length tells them from roots.
    """
    if language == UNPARTED:
        yield from (word[place : place + size] for size in _SIGNS for place in range(len(word) - size + 1))
    elif language != "en":
        whole = f"{_EDGE}{word}{_EDGE}"
        yield from (f"{_OF_WORD}{whole[place : place + _PIECE]}" for place in range(len(whole) - _PIECE + 1))


def letters_of(piece: str) -> str:
    """The letters of a marked piece of a word; empty of anything else."""
    return piece[1:].strip(_EDGE) if piece.startswith(_OF_WORD) else ""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """An English word without the ending that its grammar asks for, where four letters are left."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
