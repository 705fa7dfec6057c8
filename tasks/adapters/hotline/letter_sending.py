"""Letters to constituents are read and sent here: each reading is kept, and a letter leaves by a signature alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from models.hotline.letter_rules import LetterKind, Matter, kind_of, may_read
from models.hotline.records import HotlineAccess
from models.shared.people import Person
from models.shared.records import OutgoingMessage, StoredDocument
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import decisions
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.letter_going import SELF, letter_of, opened_letter, way_of
from tasks.adapters.hotline.letters import check_person, load_matter
from tasks.adapters.papers import Paper

__all__ = ["SELF", "SENDING", "LetterFound", "find_letter", "order_of", "read_letter", "send_letter"]
SENDING = "letter_sent"


@dataclass(frozen=True)
class LetterFound:
    """A letter in the register, what it has to respect, and by which way it went (empty: it did not)."""

    row: StoredDocument
    kind: LetterKind
    matter: Matter
    way: str


def find_letter(document_id: str, person: Person) -> LetterFound:
    """A letter for somebody who may read it; nothing is opened. Raises LookupError, NotSigned."""
    with reading() as session:
        row = letter_of(session, document_id)
        way = way_of(session, row) if session.get(OutgoingMessage, document_id) else ""
        session.expunge(row)
    matter, kind = load_matter(row.case_id), kind_of(row.case_id, document_id)
    check_person(may_read(person.roles, matter))
    assert kind is not None  # the register has no letter of another number
    return LetterFound(row, kind, matter, way)


def read_letter(document_id: str, person: Person, at: datetime) -> Paper:
    """A letter as it was made, for somebody who may read it; that they did is kept first.

    Raises LookupError, NotSigned, PaperError for a changed file, SealError.
    """
    row = find_letter(document_id, person).row
    access = {"contact_id": row.case_id, "who": person.staff_id, "purpose": f"letter {document_id}", "at": at}
    with writing() as session:
        session.connection().execute(insert(HotlineAccess), [access])
    return opened_letter(row)


def order_of(document_id: str, release: str = "") -> Asked:
    """What is signed to send a letter. `release`, about HIV: to the person themself, or the day of their own release.

    Raises LookupError.
    """
    with reading() as session:
        row = letter_of(session, document_id)
        fields = {"letter": document_id, "language": row.language, "release": release}
        return Asked(PROCESS, (Item(row.case_id, SENDING, {name: told for name, told in fields.items() if told}),))


def send_letter(document_id: str, who: Credential, door: str, release: str = "") -> str:
    """Sign that a letter goes out; returns how it goes (post, e-mail).

    Raises LookupError, and NotSigned with a sentence; then nothing is sent.
    """
    asked = order_of(document_id, release)
    decisions.decide(asked, decisions.show(asked).sha256(), who, door)
    with reading() as session:
        return way_of(session, letter_of(session, document_id))
