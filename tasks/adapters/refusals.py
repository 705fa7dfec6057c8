"""Why a signature or a sign-in was not taken: a kind for those who count them, and a sentence for who reads it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert

from models.shared.people_records import Attempt
from tasks.adapters.database import writing


class Refusal(StrEnum):
    """Kinds of refusal."""

    WRONG_CODE = "wrong code"
    USED_CODE = "used code"
    LOCKED = "locked"
    REVOKED = "revoked"
    NOT_ENROLLED = "not enrolled"
    ROLE = "role"
    SEPARATION = "separation of duties"
    STALE = "stale page"
    CHANGED = "changed after it was shown"
    ILLEGAL = "illegal step"
    FORM = "form"
    REASON = "no reason"
    POLICY = "unsigned policy"
    PROPOSAL = "proposal closed"
    SESSION = "session"


class NotSigned(Exception):
    """Nothing was signed and nothing was changed; the message is the sentence for the person."""

    def __init__(self, kind: Refusal, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind

    @property
    def sentence(self) -> str:
        return str(self)


def note_attempt(staff_id: str, door: str, what: str, refused: NotSigned, at: datetime) -> None:
    """Keep that something was refused, for the auditor and for the count of wrong codes."""
    row = {
        "at": at, "staff_id": _legible(staff_id[:80]), "door": door, "what": _legible(what[:400]),
        "refusal": refused.kind.value, "sentence": _legible(refused.sentence[:1000]),
    }  # fmt: skip
    with writing() as session:
        session.connection().execute(insert(Attempt), [row])


def _legible(text: str) -> str:
    """The text without what no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
