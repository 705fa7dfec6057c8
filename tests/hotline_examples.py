"""Invented contacts with the answers of people, for tests of what is learned from them and judged by them."""

from datetime import date
from pathlib import Path

from deployments.learning.examples import Example
from models.hotline.phrases import Unit
from models.hotline.triage import Message

# Contacts with answers, by people who had not seen the phrase tables.
WORDING = Path(__file__).with_name("wording")


def example(text: str, unit: Unit, *, priority: int = 3, confidential: bool = False) -> Example:
    message = Message(text, "email", date(2026, 7, 1))
    return Example(text[:20], message, "en", unit, (unit,), priority, confidential, False, "")
