"""Who is said to speak another language needs language service, however a call-taker writes it."""

from datetime import date

import pytest

from models.hotline.rules import needs_language_service
from models.hotline.triage import Message, Reader
from tasks.adapters.hotline.phrase_files import tables_as_needed

READER = Reader(tables_as_needed())
# Source: the ten designated citywide languages, domain section 7, as they are called in English.
LANGUAGES = (
    "Spanish", "Chinese", "Mandarin", "Cantonese", "Russian", "Bengali", "Bangla", "Creole", "Haitian Creole", "Kreyol",
    "Korean", "Arabic", "Urdu", "French", "Polish",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "said", ["speaks {} only", "{} speaker", "{} speaking", "who speaks {}", "speaks {} and asks the nurse to call"]
)
def test_who_speaks_one_of_the_ten_languages_needs_language_service(language: str, said: str) -> None:
    text = f"The nurse is calling about her patient, a woman of 34, {said.format(language)}. She was given a room."
    assert needs_language_service(READER.read(Message(text, "hotline", date(2026, 7, 1))))


@pytest.mark.parametrize("text", [
    "The French door in the hall of my building does not close and nobody has fixed it.",
    "I am a teacher of Spanish and I want to know how to get a card for my students.",
])  # fmt: skip
def test_a_language_that_is_named_is_not_always_one_that_is_needed(text: str) -> None:
    assert not needs_language_service(READER.read(Message(text, "email", date(2026, 7, 1))))
