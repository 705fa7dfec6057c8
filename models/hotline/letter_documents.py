"""A letter to a constituent as it is printed: whole sentences of one language, and nothing that is not printed."""

from typing import ClassVar

from models.shared.documents import Document, Line


class Fact(Line):
    """One row of the box: what it is, and how it stands."""

    label: str
    value: str


class Passage(Line):
    """A heading and what stands below it. `items` are a list, set apart."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Notice(Line):
    """The statement that prohibits redisclosure: in English, and translated where the letter is not."""

    heading: str
    english: str
    translated_heading: str = ""
    translated: str = ""
    translated_note: str = ""


class ConstituentLetter(Document):
    """A letter to a constituent. `to` are the lines of the address window, none where a place is secret.

    `keep` is what the number is good for. `draft` is the mark in English and in the language, `draft_note` what it
    means, both empty once somebody has reviewed the texts. `english` is what the office wrote before a person
    translated it.
    """

    process: ClassVar[str] = "hotline"
    draft: tuple[str, ...] = ()
    draft_note: tuple[str, ...] = ()
    confidential: str
    dated: str
    to: tuple[str, ...] = ()
    greeting: str
    lead: str
    facts: tuple[Fact, ...]
    keep: str
    passages: tuple[Passage, ...]
    closing: str
    sender: str
    english: tuple[Passage, ...] = ()
    notice: Notice | None = None
