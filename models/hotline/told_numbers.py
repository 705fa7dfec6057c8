"""Numbers, dates and initials in a text: together with other things that few people say they tell the same caller."""

import re
import unicodedata
from collections.abc import Iterator, Set

from models.hotline.match_keys import KeyKind
from models.hotline.wording import FIRST_UNPARTED, seen

# Digits that stand together: an amount with its commas, a date with its strokes. Cents are left out.
_DIGITS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+(?:/[0-9]+)*")
_OTHER_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9\u09e6-\u09ef\uff10-\uff19]")
# Before or behind one of these a number is a piece of something longer: a telephone, a time, a version.
_JOINS = frozenset(".,:/-")
_TELEPHONE = re.compile(
    r"(?<![0-9,])(?:\(?[0-9]{3}\)?[ .-]{1,3}[0-9]{3}[ .-]{1,3}[0-9]{4}|[0-9]{3}[.-][0-9]{4})(?![0-9])"
)
# A date with its year; Python refuses to read numbers of thousands of digits.
_LONGEST = 10
# With fewer digits numbers are ages and counts; years and ZIP codes of the City are everybody's; longer ones have keys
# of their own.
_SMALLEST, _LARGEST, _YEARS = 100, 999_999, range(1900, 2100)
_ZIP = re.compile("1[01][0-9]{3}")
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,10})\.?\s{1,2}$")
_WORD_BEHIND = re.compile(r"(?:st|nd|rd|th|er)?\.?\s{1,2}(?:de\s|of\s)?([^\W\d_]{3,10})")
_MONTH_SIGN, _LAST_DAY, _LAST_MONTH = ("月", "월"), 31, 12
# As English, Spanish, French, Haitian Creole, Russian and Polish write them beside a day, with accents and without.
# Some that are other words as well are left out, and some count before a day alone.
_NAMES = (
    "january jan enero janvier janvye января stycznia", "february feb febrero février fevrier fevriye февраля lutego",
    "march marzo mars марта marca", "april apr abril avril апреля kwietnia", "may mayo mai мая maja",
    "june jun junio juin июня czerwca", "july jul julio juillet jiyè jiye июля lipca",
    "august aug agosto août aout августа sierpnia",
    "september sept sep septiembre septembre septanm сентября września",
    "october oct octubre octobre oktòb oktob октября października",
    "november nov noviembre novembre novanm ноября listopada",
    "december dec diciembre décembre decembre desanm декабря grudnia",
)  # fmt: skip
_MONTHS = {name: month for month, listed in enumerate(_NAMES, 1) for name in listed.split()}
_NOT_BEHIND = frozenset({"may", "march"})
_INITIALS = re.compile(r"([A-Z])\.\s?([A-Z])\.(?![\w.])")
_NO_INITIALS = frozenset({"us", "ny", "nj", "dc", "pm", "am", "po", "si", "la", "ps"})
_PAGE = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_MOST = 6


def number_keys(said: str, often: Set[str]) -> Iterator[tuple[str, str]]:
    """Kind and value of numbers, dates and initials in a text, the first ones; many people say those in `often`."""
    found = [one for one in dict.fromkeys(numbers(said)) if one not in often]
    yield from ((KeyKind.WORD.value, one) for one in found[:_MOST])


def numbers(text: str) -> Iterator[str]:
    """Amounts and other numbers as `5200`, dates as `4/28`, initials as `r.l.`: those that a person sees in a text."""
    said = without_pages(seen(text))
    if not said.isascii() and _OTHER_DIGITS.search(said):
        said = _OTHER_DIGITS.sub(lambda digit: str(unicodedata.digit(digit[0])), said)
    month, said = 0, _TELEPHONE.sub(" ", said)
    for match in _DIGITS.finditer(said):
        start, end = match.span()
        before, behind = said[start - 1 : start], said[end : end + 2]
        # The month before a sign for it is told with the day that follows.
        day_of, month = month, 0
        if end - start > _LONGEST or _is_letter(before) or (before in _JOINS and said[start - 2 : start - 1].isdigit()):
            continue
        if "/" in match[0]:
            yield from _slashed(match[0])
            continue
        number = int(match[0].replace(",", ""))
        if 1 <= number <= _LAST_DAY:
            if behind[:1] in _MONTH_SIGN:
                month = number if number <= _LAST_MONTH else 0
            elif named := day_of or _month_beside(said, start, end):
                yield f"{named}/{number}"
        elif _tells(number, match[0], before) and not _goes_on(behind):
            yield str(number)
    if "." in said:
        yield from _initials(said)


def without_pages(said: str) -> str:
    """A text without the addresses of pages, which are everybody's."""
    return _PAGE.sub(" ", said) if "http" in said or "www." in said else said


def _tells(number: int, written: str, before: str) -> bool:
    if written[0] == "0" or not _SMALLEST <= number <= _LARGEST:
        return False
    return before == "$" or (number not in _YEARS and not _ZIP.fullmatch(written))


def _is_letter(sign: str) -> bool:
    """True for what would make a number a piece of a word: scripts that do not part their words set it beside them."""
    return sign.isalnum() and sign < FIRST_UNPARTED


def _goes_on(behind: str) -> bool:
    return _is_letter(behind[:1]) or (len(behind) > 1 and behind[0] in ":/-" and behind[1].isdigit())


def _slashed(written: str) -> Iterator[str]:
    month, day = (int(part) for part in written.split("/")[:2])
    if 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY and written.count("/") <= 2:
        yield f"{month}/{day}"


def _month_beside(said: str, start: int, end: int) -> int:
    """The month that a day stands beside; 0: none."""
    before, behind = _WORD_BEFORE.search(said, max(0, start - 14), start), _WORD_BEHIND.match(said, end)
    if before and (found := _MONTHS.get(before[1].casefold())):
        return found
    word = behind[1].casefold() if behind else ""
    return 0 if word in _NOT_BEHIND else _MONTHS.get(word, 0)


def _initials(said: str) -> Iterator[str]:
    for match in _INITIALS.finditer(said):
        before = said[match.start() - 1 : match.start()]
        pair = f"{match[1]}{match[2]}".casefold()
        if not before.isalnum() and before != "." and pair not in _NO_INITIALS:
            yield f"{match[1]}.{match[2]}.".casefold()
