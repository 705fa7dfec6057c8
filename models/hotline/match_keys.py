"""By what a caller is known again: telephone, e-mail, address, case number and name, each in one spelling."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

import phonenumbers

from models.hotline.forms import ContactForm


class KeyKind(StrEnum):
    """What a key is made of. A surname alone is weak: many people have it."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    CASE_NUMBER = "case_number"
    NAME = "name"
    SURNAME = "surname"


# Ten digits in groups, with or without a 1 before them, or a plus and digits; nothing between but blanks and marks.
_BETWEEN = r"[\s.()\-\u2010-\u2015\u2212\uff0d\u00b7\u00a0\u2007\u2009\u202f\u3000/]{0,3}"
_DOMESTIC = re.compile(
    rf"(?<![\d+])(?:\+?1{_BETWEEN})?\(?([2-9]\d\d){_BETWEEN}([2-9]\d\d){_BETWEEN}(\d{{4}})(?!\d)", re.ASCII
)
_ABROAD = re.compile(rf"\+(?!1{_BETWEEN}\d)\d(?:{_BETWEEN}\d){{6,14}}(?!\d)", re.ASCII)
_MAYBE_PHONE = re.compile(r"\d\d[\d\s.()\-\u2010-\u2015\u2212\uff0d\u00b7/+]{5,}\d")
_PLUS_ONE = re.compile(rf"\+1{_BETWEEN}")
# What is dialled in the United States before the code of another country.
_EXIT_CODE = re.compile(rf"(?<![\d+])011{_BETWEEN}(?=[2-9]\d)", re.ASCII)
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_DOTLESS = ("gmail.com", "googlemail.com")
_CASE = re.compile(
    r"\b(?:case|cin|client|sr|file)\s*(?:no\.?|nr\.?|num(?:ber)?|id|#)?\s*(?:is|:|#)?\s*#?\s*"
    r"((?:311-)?[a-z]{0,2}\d{5,12}[a-z]?)\b",
    re.IGNORECASE,
)
_MAYBE_CASE = re.compile(r"\d{5}")
_TITLE = r"(?:Mr|Ms|Mrs|Miss|Mx|Dr|Rev|Sr|Sra|Srta|Señora?|Señorita)"
_PERSON = re.compile(
    rf"\b(?:(?:[Mm]y\s+)?[Nn]ame(?:\s+is|['’]s|\s*:)\s+(?:{_TITLE}\.?\s+)?"
    r"(?P<full>[A-Z][\w'’-]+(?:[ \t]+[A-Z][\w'’-]+){0,2})"
    rf"|{_TITLE}\.?[ \t]+(?P<titled>[A-Z][\w'’-]+(?:[ \t]+[A-Z][\w'’-]+)?))"
)
_TITLES = frozenset({"mr", "ms", "mrs", "miss", "mx", "dr", "rev", "sr", "sra", "srta", "senor", "senora", "senorita"})
_NAMELESS = frozenset({"anonymous", "unknown", "none", "caller", "declined", "refused", "withheld", "na", "n", "a"})
_WORD = re.compile(r"[^\W_]+")
_STREETS = {
    **dict.fromkeys(("street", "str"), "st"), **dict.fromkeys(("avenue", "av"), "ave"), "road": "rd", "place": "pl",
    "boulevard": "blvd", "parkway": "pkwy", "drive": "dr", "lane": "ln", "court": "ct", "terrace": "ter",
    "square": "sq", "highway": "hwy", "expressway": "expy", "turnpike": "tpke", "plaza": "plz", "concourse": "conc",
    "east": "e", "west": "w", "north": "n", "south": "s", "saint": "st", "fort": "ft", "mount": "mt",
}  # fmt: skip
_UNIT = re.compile(r"[,\s]+(?:apt|apartment|unit|suite|ste|rm|room|floor|fl|#)\b.*|[,\s]*#.*", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_HOUSE = re.compile(r"(\d+(?:-\d+)?[a-z]?)\s+(.+)")


def keys_of(contact: ContactForm) -> set[tuple[KeyKind, str]]:
    """All keys of a contact: of its own cells, and of numbers, addresses and names inside its text."""
    found: set[tuple[KeyKind, str]] = set()
    said = contact.words
    for text in (contact.phone, said):
        found.update((KeyKind.PHONE, number) for number in phones_in(text))
    for text in (contact.email, said):
        if "@" in text:
            found.update((KeyKind.EMAIL, address) for address in emails_in(text))
    if contact.address and (place := address_key(contact.address)):
        found.add((KeyKind.ADDRESS, place))
    if _MAYBE_CASE.search(said):
        found.update((KeyKind.CASE_NUMBER, match[1].upper()) for match in _CASE.finditer(said))
    if contact.caller:
        found.update(_names(contact.caller, titled=bool(_PERSON.match(contact.caller))))
    for match in _PERSON.finditer(said):
        found.update(_names(match["full"] or match["titled"], titled=match["full"] is None))
    return found


def phones_in(text: str) -> set[str]:
    """Telephone numbers in a text as `+17185550139`, whatever stands between their digits; extensions are left out."""
    if not text or not _MAYBE_PHONE.search(text):
        return set()
    plain = text if text.isascii() else _western_digits(text)
    found = {f"+1{area}{office}{line}" for area, office, line in _DOMESTIC.findall(_PLUS_ONE.sub(" 1", plain))}
    if "+" in plain or "011" in plain:
        found.update(filter(None, map(_abroad, _ABROAD.findall(_EXIT_CODE.sub("+", plain)))))
    return found


def _western_digits(text: str) -> str:
    """Full-width, Arabic and Bengali digits as those of English; what has no width is left out."""
    text = _DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), text).replace("\uff0b", "+")
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _abroad(written: str) -> str:
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def emails_in(text: str) -> set[str]:
    """E-mail addresses in one spelling: without what follows a plus, and without Gmail's dots."""
    found = set()
    for address in _EMAIL.findall(unicodedata.normalize("NFKC", text).casefold()):
        local, _, domain = address.rpartition("@")
        local = local.partition("+")[0].lstrip("'`")
        found.add(f"{local.replace('.', '') if domain in _DOTLESS else local}@{domain}")
    return found


def address_key(address: str) -> str:
    """House number and street in one spelling, without apartment and city; empty where there is no house number."""
    street = _UNIT.sub("", unicodedata.normalize("NFKC", address).strip()).split(",")[0]
    house = _HOUSE.fullmatch(_ORDINAL.sub(r"\1", street.casefold().replace(".", "")).strip())
    if house is None:
        return ""
    return " ".join([house[1], *(_STREETS.get(word, word) for word in _WORD.findall(house[2]))])


def _names(written: str, *, titled: bool) -> Iterator[tuple[KeyKind, str]]:
    """A whole name and its surname; of one with a title only the surname is sure."""
    last_first = "," in written
    words = _plain_words(written)
    if not words or set(words) <= _NAMELESS:
        return
    if len(words) > 1:
        # “Wrenfield, Juno” and “Juno Wrenfield” are one name.
        yield KeyKind.NAME, " ".join(sorted(words))
    if len(words) > 1 or titled:
        yield KeyKind.SURNAME, words[0] if last_first else words[-1]


def _plain_words(written: str) -> list[str]:
    text = written if written.isascii() else unicodedata.normalize("NFKD", written)
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()
    return [word for word in _WORD.findall(text.replace("'", "").replace("’", "")) if word not in _TITLES]
