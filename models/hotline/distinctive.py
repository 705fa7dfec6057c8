"""What few contacts say: names that nobody else has, beds, rooms and flats, rare words.

They tell the same caller again.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Set
from functools import lru_cache
from itertools import chain

from models.hotline.match_keys import KeyKind
from models.hotline.told_numbers import without_pages
from models.hotline.wording import FIRST_UNPARTED, seen, sentences

# Shorter ones are initials, states and the like.
_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]{2,}\b")
_STROKED = str.maketrans("Łł", "Ll")
_ROOM = re.compile(
    r"\b(?:bed|room|rm|apt|unit|apartment|locker|dorm|cama|cuarto|habitacion|chambre|kabann|chanm|pokoju?|lozk[ou]"
    r"|комнат[аеуы]|коик[аеу]|кроват[ьи])\.?\s*#?\s*(\d{1,4}[a-z]?|[a-z]\d{1,3})\b",
    re.IGNORECASE,
)
# A number with a letter, as flats have (2B, 14-F is 14F); an ordinal is none.
_FLAT = re.compile(r"(?<![\w/.$-])(\d{1,4}[A-Za-z]|[A-Za-z]\d{1,4})(?![\w/])")
_DIGIT = re.compile(r"\d")
# With so many letters a word is known again, whatever its grammar or a slip of the pen makes of its end; of a text that
# does not part its words each two signs. So many words of a contact are kept. Source: tried on the examples.
_LETTERS, _PAIR, _MOST_WORDS = 6, 2, 12
# What programs write below mails, and addresses of pages: everybody's.
_OF_PROGRAMS = frozenset(
    {"sent", "outloo", "iphone", "ipad", "androi", "samsun", "galaxy", "gmail", "yahoo", "hotmai", "mail", "ios"}
)
_FIRST_KOREAN, _LAST_KOREAN = "\uac00", "\ud7a3"


def distinctive_keys(said: str, common: Collection[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of what is distinctive in a text, each once. `common` are words that many use.

    They stand in small letters, without accents.
    """
    words = unaccented(without_pages(seen(said)))
    names = {name.casefold() for name in _CAPITALISED.findall(words)}
    yield from ((KeyKind.RARE_NAME.value, name) for name in sorted(names) if name not in common)
    if _DIGIT.search(words):
        places = {place.casefold() for pattern in (_ROOM, _FLAT) for place in pattern.findall(words)}
        yield from ((KeyKind.PLACE.value, place) for place in sorted(places))


def unaccented(text: str) -> str:
    """A text whose letters have no accents: “Cedeño” and “Cedeno” are one, “Łukasz” and “Lukasz”; staff type both."""
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text).translate(_STROKED)
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def rare_word_keys(said: str, often: Set[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of words in a text that few people use, the longest first; many use the beginnings `often`.

    Of two rare words that follow each other in a sentence, as in a street's name or a thing's, the first stands for
    both: who uses one of them uses the other too.
    """
    rare = set[str]()
    for sentence in _sentences(said):
        follows = False
        for beginning in chain.from_iterable(map(_beginnings, sentence)):
            follows = beginning not in often and not follows
            if follows:
                rare.add(beginning)
    longest = sorted(rare, key=lambda one: (-len(one), one))
    yield from ((KeyKind.WORD.value, one) for one in longest[:_MOST_WORDS])


def beginnings(said: str) -> Iterable[str]:
    """How the words of a text begin, in small letters and without accents; short ones are none.

    Nor are those with digits: numbers are keys of their own, as amounts, dates and telephones, and pieces of them tell
    nothing.
    """
    return chain.from_iterable(map(_beginnings, chain.from_iterable(_sentences(said))))


def _sentences(said: str) -> list[list[str]]:
    return sentences(without_pages(seen(said)))


@lru_cache(maxsize=20_000)
def _beginnings(word: str) -> tuple[str, ...]:
    if word[-1] >= FIRST_UNPARTED and not _FIRST_KOREAN <= word[-1] <= _LAST_KOREAN:
        return tuple(word[place : place + _PAIR] for place in range(len(word) - 1))
    beginning = word[:_LETTERS]
    is_one = len(word) > _PAIR and beginning not in _OF_PROGRAMS and not any(map(str.isdigit, word))
    return (beginning,) if is_one else ()
