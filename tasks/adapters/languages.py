"""Which fonts print which language, and how it is written. What only spells words need not import a printer."""

from collections.abc import Mapping

# Letters, figures and punctuation of every document: names of agencies, amounts, dates and hashes are Latin.
BASE = "Noto Sans"
# English and the ten designated languages, Chinese in both scripts. Source: NYC Admin. Code 23-1101 (LL 30/2017).
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "en": (BASE,),
    "es": (BASE,),
    "zh": (BASE, "Noto Sans CJK SC"),
    "zh-hant": (BASE, "Noto Sans CJK TC"),
    "ru": (BASE,),
    "bn": (BASE, "Noto Sans Bengali"),
    "ht": (BASE,),
    "ko": (BASE, "Noto Sans CJK KR"),
    "ar": (BASE, "Noto Sans Arabic"),
    "ur": (BASE, "Noto Nastaliq Urdu"),
    "fr": (BASE,),
    "pl": (BASE,),
}
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
RIGHT_TO_LEFT = ("ar", "ur")


class FontError(Exception):
    """A document cannot be printed with the fonts of its language; the message names the characters."""


def language_key(language: str) -> str:
    """The entry of FAMILIES for a BCP 47 tag: `es-US` is `es`, `zh-TW` is `zh-hant`. Raises FontError."""
    tag = language.lower().replace("_", "-")
    key = "zh-hant" if tag.startswith(TRADITIONAL) else tag.split("-")[0]
    if key not in FAMILIES:
        raise FontError(
            f"No fonts are named for the language “{language}”. Documents can be printed in {', '.join(FAMILIES)}; "
            f"name the fonts of another language in tasks/adapters/languages.py."
        )
    return key


def families(language: str) -> tuple[str, ...]:
    """Font families of a language, the Latin one first. Raises FontError for a language without fonts."""
    return FAMILIES[language_key(language)]


def direction(language: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if language_key(language) in RIGHT_TO_LEFT else "ltr"
