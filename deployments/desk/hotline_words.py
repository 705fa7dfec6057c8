"""Why a decision is as it is, in words: the rule that set its priority, and what the signs stand for."""

from typing import Any

from models.hotline.forms import CHILD_HARM, INTERPRETER, UNSAFE_NOW
from models.hotline.triage import BY_ELECTED, NOTHING_SAID, WINTER, Reader

# Signs that no word stands for.
_FACTS = {
    UNSAFE_NOW: "they said that they are not safe now",
    INTERPRETER: "they speak another language or need an interpreter",
    CHILD_HARM: "it is reported as harm to a child", WINTER: "it came in winter",
    BY_ELECTED: "it came by an elected official’s office", NOTHING_SAID: "it says nothing",
}  # fmt: skip


def reason_of(row: Any, reader: Reader) -> str:
    """Why the priority is what it is; empty where no rule set it."""
    return reader.reasons.get(row.rule, "")


def facts_of_row(row: Any) -> list[str]:
    """The signs of a decision that are no words."""
    return [words for name, words in _FACTS.items() if name in row.signals.split("|")]
