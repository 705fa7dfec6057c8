"""Which letter may be made for whom, and which may leave: class C4, safe contact, languages, and who has read what."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from models.hotline.forms import YES
from models.hotline.letter_texts import ENGLISH, LETTER_LANGUAGES
from models.hotline.phrases import Unit
from models.hotline.rules import tells_of_protected
from models.shared.people import Role


class LetterKind(StrEnum):
    """The letters of the hotline. Source: domain section 2 (Response) and 15."""

    ACKNOWLEDGEMENT = "acknowledgement"
    INTERIM = "interim"
    RESPONSE = "response"
    UNABLE_TO_REACH = "unable_to_reach"


SHORT = {
    LetterKind.ACKNOWLEDGEMENT: "AK", LetterKind.INTERIM: "IR", LetterKind.RESPONSE: "RE",
    LetterKind.UNABLE_TO_REACH: "UR",
}  # fmt: skip
NAMES = {
    LetterKind.ACKNOWLEDGEMENT: "Acknowledgement", LetterKind.INTERIM: "Interim reply",
    LetterKind.RESPONSE: "Response", LetterKind.UNABLE_TO_REACH: "Unable to reach",
}  # fmt: skip
# What a letter that goes out records about its contact.
RECORDS = {
    LetterKind.ACKNOWLEDGEMENT: "acknowledged", LetterKind.INTERIM: "interim_sent",
    LetterKind.RESPONSE: "response_sent",
}  # fmt: skip
_WRITERS = frozenset({Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})
# Names that a letter of class C4 must not say: they tell what a matter is about. Source: domain section 0, fact 3.
_TELLING = ("hasa", "hiv/aids services", "office of domestic violence", "odv", "dv unit")
_HIV = ("hiv", "hiv_medicine", "hiv_measure", "hiv_implied", "hasa_program")
_TAIWAN = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "traditional", "cantonese")
_MAINLAND = ("zh-hans", "zh-cn", "zh-sg", "simplified", "mandarin", "fuzhou")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter has to respect of a contact's decision. `place_is_secret`: no address is printed.

    So it is, too, where a contact is restricted and its own decision does not tell why: it may repeat one of violence.

    `is_hiv` also where it is only near: the notice that it brings says nothing of what the matter is.
    """

    confidential: bool
    place_is_secret: bool
    is_hiv: bool


def matter_of(unit: str, alternatives: AbstractSet[str], signals: AbstractSet[str], *, confidential: bool) -> Matter:
    """The matter of a decided contact. Source: domain section 8."""
    is_hiv = unit == Unit.HASA or Unit.HASA in alternatives or any(name in _HIV for name in signals)
    is_dv = unit == Unit.DV or Unit.DV in alternatives or any(name.startswith("dv_") for name in signals)
    is_told = is_hiv or is_dv or tells_of_protected(signals)
    return Matter(confidential or is_hiv or is_dv, is_dv or (confidential and not is_told), is_hiv)


def kind_of(contact_id: str, number: str) -> LetterKind | None:
    """The kind of a contact's letter, as its number tells; None for a number of none."""
    code = number.removeprefix(f"{contact_id}-")[:2] if number.startswith(f"{contact_id}-") else ""
    return next((kind for kind, short in SHORT.items() if short == code), None)


def may_write(roles: AbstractSet[Role], kind: LetterKind, matter: Matter) -> str:
    """Why a person with these roles does not write this letter, as a sentence; empty where they do."""
    wanted = _WRITERS | ({Role.CALL_TAKER} if kind is LetterKind.ACKNOWLEDGEMENT else set())
    if not roles & wanted:
        return f"Letters of this kind are made by a {' or a '.join(sorted(wanted))}. Nothing was made."
    return may_read(roles, matter)


def may_read(roles: AbstractSet[Role], matter: Matter) -> str:
    """Why a person with these roles does not read a letter about this matter; empty where they do."""
    if not roles & (_WRITERS | {Role.CALL_TAKER}):
        return "Letters to constituents are read by constituent services alone."
    if matter.confidential and Role.CLEARED not in roles:
        return "This contact is restricted: only staff who are cleared for restricted cases may open it."
    return ""


def tells(words: str) -> bool:
    """True where words name a unit whose name alone discloses what a matter is about."""
    said = " ".join(words.casefold().split())
    return any(name in said for name in _TELLING)


def why_no_letter(do_not_mail: str) -> str:
    """Why no letter is made to somebody, as a sentence; empty where one may be. Source: domain section 15."""
    if do_not_mail == YES:
        return (
            "This person asked us to send no mail: a letter could put them in danger. No letter was made. Reach them "
            "in the way that they chose, and write down that you did."
        )
    return ""


class Way(StrEnum):
    """How a letter travels."""

    POST = "post"
    EMAIL = "e-mail"


def letter_way(safe_channel: str, *, by_email: bool) -> Way | None:
    """By which way a letter goes: the one that was said to be safe, else the one by which the contact came.

    None where the safe way is none by which a letter can go. Source: domain sections 2 (safe_contact) and 15.
    """
    if not safe_channel:
        return Way.EMAIL if by_email else Way.POST
    return {"email": Way.EMAIL, "mail": Way.POST}.get(safe_channel)


def letter_language(found: str, told: str, words: str) -> str:
    """The language to answer in: that of the words; English for one that letters are not written in.

    `found` is the code that triage found, `told` what somebody wrote down. Chinese is written in the signs that the
    constituent used, or that were asked for; traditional ones where nothing tells. Source: domain section 7.
    """
    if found != "zh":
        return found if found in LETTER_LANGUAGES else ENGLISH
    asked = told.strip().casefold().replace("_", "-")
    if asked.startswith(_TAIWAN):
        return "zh-Hant"
    simple = sum(_has(sign, "gb2312") and not _has(sign, "big5") for sign in words)
    full = sum(_has(sign, "big5") and not _has(sign, "gb2312") for sign in words)
    return "zh-Hans" if simple > full or (simple == full and asked.startswith(_MAINLAND)) else "zh-Hant"


def _has(sign: str, codec: str) -> bool:
    try:
        return len(sign.encode(codec)) == 2
    except UnicodeEncodeError:
        return False
