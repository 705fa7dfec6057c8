"""By what a caller is known again: telephone, e-mail, address, case number and name, each in one spelling."""

import re
import unicodedata
from enum import StrEnum

import phonenumbers

from models.hotline.forms import OPEN311, ContactForm


class KeyKind(StrEnum):
    """What a key is made of. A surname alone is weak: many people have it; so are a rare name and a bed or flat.

    A word that few people use says nothing alone, but several of them do: numbers, dates and initials are such words,
    too. A facility says nothing of who calls: by it
    complaints about one place are counted.
    """

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    CASE_NUMBER = "case_number"
    NAME = "name"
    SURNAME = "surname"
    RARE_NAME = "rare_name"
    PLACE = "place"
    WORD = "word"
    FACILITY = "facility"


_PHONE, _EMAIL_ADDRESS, _ADDRESS, _CASE_NUMBER, _NAME, _SURNAME = (kind.value for kind in list(KeyKind)[:6])
# Ten digits in groups, with or without a 1 before them, or a plus and digits; nothing between but blanks and marks.
_BETWEEN = r"[\s.()\-\u2010-\u2015\u2212\uff0d\u00b7\u00a0\u2007\u2009\u202f\u3000/]{0,3}"
_DOMESTIC = re.compile(
    rf"(?<![\d+])(?:\+?1{_BETWEEN})?\(?([2-9]\d\d){_BETWEEN}([2-9]\d\d){_BETWEEN}(\d{{4}})(?!\d)", re.ASCII
)
_ABROAD = re.compile(rf"\+(?!1{_BETWEEN}\d)\d(?:{_BETWEEN}\d){{6,14}}(?!\d)", re.ASCII)
# What may be one: looked for first, and in Latin digits only where a text is ASCII, since most texts have none.
_MAYBE_PHONE = r"\d\d[\d\s.()\-\u2010-\u2015\u2212\uff0d\u00b7\u3000/+]{5,}\d"
_MARKED_NUMBER = _MAYBE_PHONE.replace("{5,}", "{2,}")
_ASCII_NUMBER, _NUMBER = re.compile(_MARKED_NUMBER, re.ASCII), re.compile(_MARKED_NUMBER)
_MAYBE_ASCII, _MAYBE_ANY = re.compile(_MAYBE_PHONE, re.ASCII), re.compile(_MAYBE_PHONE)
_BEFORE = 5
_PLUS_ONE = re.compile(rf"\+1{_BETWEEN}")
# What is dialled in the United States before the code of another country.
_EXIT_CODE = re.compile(rf"(?<![\d+])011{_BETWEEN}(?=[2-9]\d)", re.ASCII)
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_DOTLESS = ("gmail.com", "googlemail.com")
_FIVE_DIGITS = re.compile(r"[0-9]{5,12}")
_CALLED_CASE = re.compile(
    r"\b(?:case|cin|client|sr|file|index|docket)\s*(?:no\.?|nr\.?|num(?:ber)?|id|#)?\s*(?:is|:|#)?\s*#?\s*"
    r"((?:311-|[a-z]{1,2}-)?[a-z]{0,2})$",
    re.IGNORECASE,
)
_LAST_LETTER = re.compile(r"[A-Za-z]?(?![A-Za-z0-9])")
_LONGEST_CALL = 28
_TITLE = r"(?:M(?:rs?|s|iss|x)|Dr|Rev|Sr(?:t?a)?|Señor(?:a|ita)?)"
_GIVEN = r"[A-Z][\w'’-]+"
_TITLED = re.compile(rf"\b{_TITLE}\.?[ \t]+({_GIVEN}(?:[ \t]+{_GIVEN})?)")
# Begins in the middle of “name”: a search for letters alone is quick.
_NAMED = re.compile(rf"ame(?:\s+is|['’]s|\s*:)\s+(?:{_TITLE}\.?\s+)?({_GIVEN}(?:[ \t]+{_GIVEN}){{0,2}})")
_TITLES = frozenset({"mr", "ms", "mrs", "miss", "mx", "dr", "rev", "sr", "sra", "srta", "senor", "senora", "senorita"})
_NAMELESS = frozenset({"anonymous", "unknown", "none", "caller", "declined", "refused", "withheld", "na", "n", "a"})
_WORD, _APOSTROPHE = re.compile(r"[^\W_]+"), re.compile("['’]")
_STREETS = {
    **dict.fromkeys(("street", "str"), "st"), **dict.fromkeys(("avenue", "av"), "ave"), "road": "rd", "place": "pl",
    "boulevard": "blvd", "parkway": "pkwy", "drive": "dr", "lane": "ln", "court": "ct", "terrace": "ter",
    "square": "sq", "highway": "hwy", "expressway": "expy", "turnpike": "tpke", "plaza": "plz", "concourse": "conc",
    "east": "e", "west": "w", "north": "n", "south": "s", "saint": "st", "fort": "ft", "mount": "mt",
}  # fmt: skip
_UNITS = frozenset({"apt", "apartment", "unit", "suite", "ste", "rm", "room", "floor", "fl", "#"})
# As NYC 311 calls the agencies of the department.
_OUR_AGENCIES = frozenset({"DHS", "HRA", "DSS"})
_ORDINAL, _HOUSE = re.compile(r"[0-9]+(?:st|nd|rd|th)"), re.compile(r"[0-9]+(?:-[0-9]+)?[a-z]?")


def keys_of(contact: ContactForm) -> list[tuple[str, str]]:
    """Kind and value of all keys of a contact, each once: of its cells, and of what its text says."""
    said, found = contact.words, list[tuple[str, str]]()
    phones = phones_in(contact.phone) if contact.phone else set()
    if (_ASCII_NUMBER if said.isascii() else _NUMBER).search(said):
        phones |= phones_in(said)
        found += [(_CASE_NUMBER, number) for number in case_numbers_in(said)]
    found += [(_PHONE, number) for number in phones]
    emails = emails_in(contact.email) if contact.email else set()
    if "@" in said:
        emails |= emails_in(said)
    found += [(_EMAIL_ADDRESS, address) for address in emails]
    if (contact.facility or contact.address) and (facility := facility_of(contact)):
        found.append((KeyKind.FACILITY.value, facility))
    if contact.address and (place := address_key(contact.address)):
        found.append((_ADDRESS, place))
    names, surnames = names_of(contact.caller, said)
    found += [(_NAME, name) for name in names]
    found += [(_SURNAME, name) for name in surnames]
    return found


def names_of(caller: str, said: str) -> tuple[set[str], set[str]]:
    """Whole names and surnames: the caller's, and those that a text says are somebody's."""
    names, surnames = set[str](), set[str]()
    if caller:
        _add_name(caller, names, surnames)
    if "ame" in said:
        for match in _NAMED.finditer(said):
            if said[match.start() - 1 : match.start()] in ("n", "N"):
                _add_name(match[1], names, surnames)
    if _may_name_with_title(said):
        for match in _TITLED.finditer(said):
            _add_name(match[0], names, surnames)
    return names, surnames


def _may_name_with_title(said: str) -> bool:
    """Whether a text may have one of `_TITLE`: one after the other, which is quicker than a loop or a pattern."""
    has_man = "Mr" in said or "Ms" in said or "Mis" in said or "Mx" in said
    return has_man or "Dr" in said or "Sr" in said or "Rev" in said or "Señ" in said


def _add_name(written: str, names: set[str], surnames: set[str]) -> None:
    """A whole name and its surname; one word is a surname only with a title before it."""
    if not written.isascii():
        written = "".join(s for s in unicodedata.normalize("NFKD", written) if not unicodedata.combining(s))
    words = _words(written.casefold())
    plain = [word for word in words if word not in _TITLES]
    if not plain or _NAMELESS.issuperset(plain):
        return
    if len(plain) > 1:
        # “Wrenfield, Juno” and “Juno Wrenfield” are one name.
        names.add(" ".join(sorted(plain)))
    if len(plain) > 1 or words[0] in _TITLES:
        surnames.add(plain[0] if "," in written else plain[-1])


def case_numbers_in(text: str) -> set[str]:
    """Numbers that a text calls a case, client, file, index, docket or service request, in capitals: `00012345678A`."""
    found = set()
    for digits in _FIVE_DIGITS.finditer(text):
        called = _CALLED_CASE.search(text[max(0, digits.start() - _LONGEST_CALL) : digits.start()])
        last = _LAST_LETTER.match(text, digits.end()) if called else None
        if called and last:
            found.add(f"{called[1]}{digits[0]}{last[0]}".upper())
    return found


def phones_in(text: str) -> set[str]:
    """Telephone numbers in a text as `+17185550139`, whatever stands between their digits; extensions are left out."""
    alone = _DOMESTIC.fullmatch(text)
    if alone:
        return {f"+1{''.join(alone.groups())}"}
    found: set[str] = set()
    for maybe in (_MAYBE_ASCII if text.isascii() else _MAYBE_ANY).finditer(text):
        part = text[max(0, maybe.start() - _BEFORE) : maybe.end() + 1]
        plain = part if part.isascii() else _western_digits(part)
        found.update(f"+1{area}{office}{line}" for area, office, line in _DOMESTIC.findall(_PLUS_ONE.sub(" 1", plain)))
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
    for written in text.split():
        if "@" not in written:
            continue
        address = _EMAIL.search(written if written.isascii() else unicodedata.normalize("NFKC", written))
        if address is None:
            continue
        local, _, domain = address[0].casefold().rpartition("@")
        local = local.partition("+")[0].lstrip("'`")
        found.add(f"{local.replace('.', '') if domain in _DOTLESS else local}@{domain}")
    return found


def address_key(address: str) -> str:
    """House number and street in one spelling, without apartment and city; empty where there is no house number."""
    plain = address if address.isascii() else unicodedata.normalize("NFKC", address)
    house, _, street = plain.casefold().partition(",")[0].replace(".", "").strip().partition(" ")
    if not _HOUSE.fullmatch(house):
        return ""
    found = [house]
    for word in street.replace("#", " # ").split():
        if word in _UNITS:
            break
        found += _words(_STREETS.get(word) or (word[:-2] if _ORDINAL.fullmatch(word) else word))
    return " ".join(found) if len(found) > 1 else ""


def facility_of(contact: ContactForm) -> str:
    """The facility that a contact is about, in one spelling; empty where nothing but its words could tell.

    Staff name it; a request through Open311, and one to these agencies in an export of NYC 311, gives its address. What
    is exported of other agencies is about anybody's house.
    """
    if contact.facility:
        return facility_key(contact.facility)
    is_ours = contact.agency in _OUR_AGENCIES and contact.complaint_type
    return address_key(contact.address) if is_ours or contact.told_channel == OPEN311 else ""


def facility_key(named: str) -> str:
    """A shelter, center or office as staff name it, in one spelling; an address where they write one."""
    plain = "".join(s for s in unicodedata.normalize("NFKD", named) if not unicodedata.combining(s)).casefold()
    words = [_STREETS.get(word, word) for word in _words(plain.replace(".", " ")) if word != "the"]
    return address_key(named) or " ".join(words)


def _words(text: str) -> list[str]:
    """Words of a name, parted by anything that is no letter, digit or apostrophe."""
    return [text] if text.isalnum() else _WORD.findall(_APOSTROPHE.sub("", text))
