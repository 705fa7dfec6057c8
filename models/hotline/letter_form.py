"""What a caseworker types to write a letter, and what it makes: words in English, the same in the letter's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.hotline.letter_rules import LetterKind
from models.hotline.letter_texts import ENGLISH
from models.hotline.letters import Answer, AnswerWords, LetterRefused

LONGEST_WORDS, LONGEST_LINE = 6_000, 200
ABOUT: Mapping[str, str] = {
    "other": "Neither of these", "benefit": "A benefit, but neither cash nor Medicaid",
    "cash_or_medicaid": "Cash assistance or Medicaid",
}  # fmt: skip
# The parts that a kind of letter has, with their labels.
PARTS: Mapping[LetterKind, Mapping[str, str]] = {
    LetterKind.ACKNOWLEDGEMENT: {}, LetterKind.UNABLE_TO_REACH: {},
    LetterKind.INTERIM: {"why": "Why it takes longer"},
    LetterKind.RESPONSE: {
        "found": "What was found", "done": "What was done", "elsewhere": "Who else may help",
    },
}  # fmt: skip
TRANSLATED = "translated_"
FIELDS = (
    "language", "by", "about", "no_power", "translated_by", "address_confidential", "substitute",
    *(f"{how}{name}" for parts in PARTS.values() for name in parts for how in ("", TRANSLATED)),
)  # fmt: skip


@dataclass(frozen=True)
class LetterAsked:
    """A letter as its form asks for it."""

    answer: Answer | None
    by: date | None
    address_confidential: bool
    substitute: tuple[str, ...]


def asked_of(kind: LetterKind, told: Mapping[str, str]) -> LetterAsked:
    """What the fields of the form ask for. Raises LetterRefused with the sentence for who typed them."""
    names = PARTS[kind]
    english = {name: told.get(name, "") for name in names}
    translated = {name: told.get(TRANSLATED + name, "") for name in names}
    if any(len(words) > LONGEST_WORDS for words in (*english.values(), *translated.values())):
        raise LetterRefused(f"A part of the letter is longer than {LONGEST_WORDS:,} characters. Shorten it.")
    is_english = told.get("language") == ENGLISH
    if is_english and (any(translated.values()) or (names and told.get("translated_by"))):
        raise LetterRefused(
            "The letter is in English, and there is a translation. Choose its language, or empty the translation."
        )
    answer = None
    if kind is LetterKind.RESPONSE or any(english.values()) or any(translated.values()):
        answer = _answer(told, english, english if is_english else translated) if names else None
    lines = tuple(line.strip() for line in told.get("substitute", "").splitlines() if line.strip())
    return LetterAsked(answer, _day(told.get("by", "")), bool(told.get("address_confidential")), lines)


def _answer(told: Mapping[str, str], english: Mapping[str, str], words: Mapping[str, str]) -> Answer:
    about = told.get("about") or "other"
    if about not in ABOUT:
        raise LetterRefused("Choose what the letter is about.")
    return Answer.model_validate(
        {
            "about": about, "no_power": bool(told.get("no_power")), "translated_by": told.get("translated_by", ""),
            "words": AnswerWords(**words), "english": AnswerWords() if words is english else AnswerWords(**english),
        }
    )  # fmt: skip


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise LetterRefused("Write the day of the next letter as 2026-12-31.") from None
