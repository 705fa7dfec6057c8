"""The sentences of letters to constituents, by key, in one language: who translated them, who has read them since.

A value that is put into a sentence stands between two signs of Unicode that keep its direction apart from that of the
sentence around it (UAX 9: first strong isolate, pop directional isolate).
"""

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# English and the ten designated languages, Chinese in both scripts. Source: Local Law 30 of 2017, domain section 7.
LETTER_LANGUAGES = ("en", "es", "zh-Hant", "zh-Hans", "ru", "bn", "ht", "ko", "ar", "ur", "fr", "pl")
LETTER_LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English", "es": "Spanish", "zh-Hant": "Chinese, traditional", "zh-Hans": "Chinese, simplified",
    "ru": "Russian", "bn": "Bengali", "ht": "Haitian Creole", "ko": "Korean", "ar": "Arabic", "ur": "Urdu",
    "fr": "French", "pl": "Polish",
}  # fmt: skip
ENGLISH = "en"
ISOLATED, END = "\u2068", "\u2069"
# Every key, and the values that its sentence must name.
KEYS: Mapping[str, frozenset[str]] = {
    key: frozenset(names.split())
    for key, names in {
        "draft": "", "draft_note": "", "confidential": "", "title": "", "greeting": "name", "greeting_unnamed": "",
        "number_label": "", "received_label": "", "answer_by_label": "", "number_use": "",
        "acknowledged": "", "next_heading": "", "next_read": "", "next_ask": "", "next_answer": "date",
        "next_late": "phone",
        "interim": "", "interim_heading": "", "interim_by": "date", "interim_nothing": "",
        "answer": "date", "found_heading": "", "done_heading": "", "no_power_heading": "", "no_power": "",
        "elsewhere_heading": "", "translated": "",
        "disagree_heading": "", "disagree": "phone", "conference": "", "fair_hearing": "days",
        "unreached": "", "tried_heading": "", "call_heading": "", "unreached_call": "phone date",
        "unreached_close": "",
        "danger_heading": "", "danger": "emergency", "help_heading": "", "language_help": "phone",
        "deaf_help": "tty", "disability_help": "", "questions": "phone email number", "closing": "", "sender": "",
        "notice_heading": "", "notice": "", "notice_translated": "",
    }.items()
}  # fmt: skip


class LetterTextError(ValueError):
    """A file of texts cannot be used; the message names the file, the key and what is wrong."""


class Dates(BaseModel):
    """How a language writes a date: `pattern` of `{day}`, `{month}` and `{year}`.

    `months` as they stand in a date, `first` the first day of a month where it is written otherwise, `digits` the ten
    figures where they are others than those of English.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str = Field(pattern=r"\{day\}.*\{year\}|\{year\}.*\{day\}")
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    first: str = ""
    digits: str = Field(default="0123456789", min_length=10, max_length=10)

    def written(self, day: date) -> str:
        """A date in words of the language."""
        number = self.first if day.day == 1 and self.first else self.number(day.day)
        return self.pattern.format(day=number, month=self.months[day.month - 1], year=self.number(day.year))

    def number(self, value: int) -> str:
        """A whole number in the figures of the language."""
        return str(value).translate(str.maketrans("0123456789", self.digits))


class LetterTexts(BaseModel):
    """All sentences of one language. Nobody has read them where `reviewer` is empty: such letters are drafts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    translator: str = Field(min_length=1)
    reviewer: str = ""
    reviewed_on: date | None = None
    dates: Dates
    words: dict[str, str]

    @property
    def is_reviewed(self) -> bool:
        """True where somebody has read them, and since when is written down."""
        return bool(self.reviewer.strip()) and self.reviewed_on is not None

    def say(self, key: str, **values: str) -> str:
        """A sentence with its values, each isolated from the direction of the sentence."""
        return self.words[key].format(**{name: isolated(value) for name, value in values.items()})


def isolated(value: str) -> str:
    """A value that keeps its own direction, whatever stands around it."""
    return f"{ISOLATED}{value}{END}"


def parse_texts(language: str, document: Mapping[str, Any]) -> LetterTexts:
    """The texts of one language from its file. Raises LetterTextError."""
    try:
        found = LetterTexts.model_validate({"language": language, **_flat(document)})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LetterTextError(f"{language}.toml, {where}: {first['msg']}.") from None
    if bool(found.reviewer.strip()) != (found.reviewed_on is not None):
        raise LetterTextError(f"{language}.toml: reviewer and reviewed_on stand together, or neither does.")
    _check_keys(language, found.words)
    for key, names in KEYS.items():
        _check_sentence(language, key, found.words[key], names)
    return found


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    """The file's three tables: `text` (translator, reviewer, reviewed_on; of them, no date is written as empty)."""
    unknown = sorted(set(document) - {"text", "dates", "words"})
    if unknown:
        return dict.fromkeys(unknown)
    told = {key: value for key, value in document.get("text", {}).items() if value != ""}
    return {**told, "dates": document.get("dates"), "words": document.get("words")}


def _check_keys(language: str, words: Mapping[str, str]) -> None:
    missing, unknown = sorted(set(KEYS) - set(words)), sorted(set(words) - set(KEYS))
    if missing:
        raise LetterTextError(f"{language}.toml lacks the text “{missing[0]}”: every language has every text.")
    if unknown:
        raise LetterTextError(f"{language}.toml has a text “{unknown[0]}”, which no letter uses.")


def _check_sentence(language: str, key: str, sentence: str, names: frozenset[str]) -> None:
    place = f"{language}.toml, “{key}”"
    if not sentence.strip() or sentence != " ".join(sentence.split()):
        raise LetterTextError(f"{place} is empty, or has blanks or line ends that are too many.")
    try:
        found = [name for _, name, *_ in Formatter().parse(sentence) if name is not None]
    except ValueError:
        raise LetterTextError(f"{place} has a brace without its other one.") from None
    if set(found) != names or len(found) != len(names):
        wanted = ", ".join(f"{{{name}}}" for name in sorted(names)) or "no value"
        raise LetterTextError(f"{place} must name {wanted}, each once.")


_LATIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z@._+/:#&'’()\- ]*[0-9A-Za-z)])?")


def apart(words: str, rtl: bool) -> str:
    """Words that somebody wrote; in a line from right to left, Latin words and numbers are isolated."""
    clean = words.replace(ISOLATED, "").replace(END, "")
    return _LATIN.sub(lambda found: isolated(found[0]), clean) if rtl else clean
