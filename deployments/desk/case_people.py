"""What a case's page shows of people: who looks after it, what they noted, what they uploaded."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from deployments.desk.guard import Visitor
from models.registration.duties import DUTIES
from models.registration.requirements import LABELS
from models.shared.records import Provider
from tasks.adapters.assignments import LooksAfter, looked_after, looked_after_before
from tasks.adapters.notes import LONGEST_TEXT, Note, case_notes, may_write
from tasks.adapters.uploads import LARGEST_SCAN, SCAN_KINDS, Uploaded, recorded_on, uploaded_files

PROCESS = "registration"
# What is uploaded and is none of the documents of the checklist.
OTHER = "other"


@dataclass(frozen=True)
class Refused:
    """A form of the page that was not taken: which, which field, why, and what was typed."""

    form: str
    field: str
    sentence: str
    kind: str = ""
    spoke_with: str = ""
    text: str = ""
    document: str = ""


@dataclass(frozen=True)
class CasePeople:
    """People around a case. `once` makes one form of this page count once; `total` counts all notes.

    `recorded` is when each uploaded file was first recorded as a document, by its name; `contact` the provider's
    person to talk to, empty where nobody is known.
    """

    now: Sequence[LooksAfter]
    before: Sequence[LooksAfter]
    notes: Sequence[Note]
    total: int
    uploads: Sequence[Uploaded]
    recorded: Mapping[str, date]
    contact: str
    may_write: bool
    may_assign: bool
    once: str
    refused: Refused | None = None
    longest: int = LONGEST_TEXT
    largest: int = LARGEST_SCAN
    accepts: str = ",".join(SCAN_KINDS)

    @property
    def documents(self) -> dict[str, str]:
        """What an uploaded file can be, by code."""
        return {**LABELS, OTHER: "Something else"}

    def wrong(self, form: str, field: str) -> str:
        """What is wrong with a field of a form, as a sentence; empty when nothing is."""
        found = self.refused
        return found.sentence if found and (found.form, found.field) == (form, field) else ""


def case_people(
    session: Session, case_id: str, ein: str, visitor: Visitor, refused: Refused | None = None
) -> CasePeople:
    """The people around a case, for the person who reads its page."""
    notes, total = case_notes(session, PROCESS, case_id)
    uploads, provider = uploaded_files(session, PROCESS, case_id), session.get(Provider, ein)
    return CasePeople(
        now=looked_after(session, PROCESS, {case_id: ein})[case_id],
        before=looked_after_before(session, PROCESS, case_id, ein),
        notes=notes, total=total, uploads=uploads,
        recorded=recorded_on(session, (case_id, ein), [one.name for one in uploads]),
        contact=provider.contact_name if provider else "",
        may_write=may_write(visitor.person), may_assign=bool(visitor.person.roles & DUTIES["assigned"].roles),
        once=secrets.token_hex(8), refused=refused,
    )  # fmt: skip
