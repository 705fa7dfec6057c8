"""Typed contexts of everything that leaves the building: a document knows its template, a message its subject."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Literal

import orjson
from pydantic import BaseModel, ConfigDict

_WORD = re.compile(r"(?<!^)(?=[A-Z])")
# The colour of a word that says how something stands.
Tone = Literal["ok", "due", "bad", "plain"]


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, UTF-8. The form that every hash is taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_facts(facts: BaseModel | Mapping[str, str] | Sequence[Sequence[str | int]]) -> str:
    """`canonical` of a model's facts, of named texts, or of rows, in a fraction of the time.

    Not for floats and numbers beyond 64 bits, which the quicker encoder writes otherwise or refuses.
    """
    said = facts.model_dump(mode="json") if isinstance(facts, BaseModel) else facts
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def sha256(data: str | bytes) -> str:
    """SHA-256 in hexadecimal; text is hashed as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


class Office(BaseModel):
    """Whose letterhead it is and whom to ask. From policy."""

    model_config = ConfigDict(frozen=True)

    agency: str
    unit: str
    street: str
    city: str
    contact: str
    phone: str
    email: str


class Document(BaseModel):
    """Base of every PDF: a frozen packet of what is printed. Its template is its class name in snake case.

    `process` is the folder of its template. `title` is the PDF's title. `made_at` is the one date in the file.
    """

    model_config = ConfigDict(frozen=True)

    process: ClassVar[str]
    document_id: str
    title: str
    language: str = "en"
    made_at: datetime
    office: Office

    @classmethod
    def template(cls) -> str:
        return f"{cls.process}/{_WORD.sub('_', cls.__name__).lower()}.html.j2"

    def packet(self) -> str:
        """The facts that are printed, as canonical JSON: embedded in the file, hashed on the page."""
        return canonical({"document": type(self).__name__, **self.model_dump(mode="json")})

    def packet_sha256(self) -> str:
        return sha256(self.packet())


class Message(BaseModel):
    """Base of every e-mail: plain text, with at most one stored document attached."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    recipient: str
    subject: str
    body: str
    document_id: str | None = None


class Term(BaseModel):
    """A stretch of dates, both ends included."""

    model_config = ConfigDict(frozen=True)

    start: date
    end: date


class Line(BaseModel):
    """Base of the rows of a document: frozen, and no field goes astray."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recipient(Line):
    """The address block: `lines` are street, then city, state and postcode; `attention` may be empty."""

    name: str
    attention: str = ""
    lines: tuple[str, ...] = ()


class Replaced(Line):
    """The earlier letter that this one replaces, and why, as a sentence."""

    document_id: str
    sent_on: date
    reason: str
