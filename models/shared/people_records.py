"""Tables of people and of what they sign."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.shared.records import UtcDateTime


class Staff(SQLModel, table=True):
    """A member of staff. `roles` is a JSON list; `identity` the City's own number of the person, one account each.

    `secret` is the TOTP secret, encrypted with a key outside the database, empty before enrolment; `last_counter` the
    30-second step of the last code that was used: none is used twice.
    """

    staff_id: str = Field(primary_key=True)
    name: str
    email: str
    identity: str = Field(unique=True)
    unit: str
    roles: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    enrolled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    enrolled_by: str = "[]"
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret: str = ""
    last_counter: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class StaffDelegation(SQLModel, table=True):
    """Somebody is out: from the first to the last day another person acts for them."""

    __tablename__ = "staff_delegation"

    delegation_id: str = Field(primary_key=True)
    from_id: str = Field(index=True)
    to_id: str = Field(index=True)
    first_day: date
    last_day: date
    reason: str
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EnrolmentTicket(SQLModel, table=True):
    """Lets one person take up a TOTP secret once; only the ticket's hash is kept."""

    __tablename__ = "enrolment_ticket"

    ticket_sha256: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    issued_by: str
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    secret: str = ""
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OfficeAct(SQLModel, table=True):
    """Something about the office itself that two administrators sign: staff, enrolment, delegation, policy."""

    __tablename__ = "office_act"

    act_id: str = Field(primary_key=True)
    kind: str
    subject: str = Field(index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    reason: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    status: str = Field(index=True)
    closed_by: str = ""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_why: str = ""


class DeskSession(SQLModel, table=True):
    """Somebody is signed in at the desk; only the hash of the cookie's token is kept."""

    __tablename__ = "desk_session"

    token_sha256: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(SQLModel, table=True):
    """A signature or sign-in that was refused: who, through which door, what, and the kind of refusal."""

    __table_args__ = (Index("ix_attempt_staff_at", "staff_id", "at"),)

    attempt_id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    staff_id: str
    door: str
    what: str
    refusal: str
    sentence: str


class Signature(SQLModel, table=True):
    """One signature over one shown list: who, as what, for whom, what was shown (hash and text), under which policy.

    `followed_at` is when the sitting that follows it was through.
    """

    signature_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    process: str
    door: str
    staff_id: str = Field(index=True)
    behalf_id: str
    counter: int = Field(sa_column=Column(BigInteger, nullable=False))
    shown_sha256: str
    shown: str = Field(sa_column=Column(Text, nullable=False))
    policy_sha256: str
    followed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class Proposal(SQLModel, table=True):
    """Something that waits for a signature: from a form, a row of a spreadsheet, or the first of two signatures.

    `source` names where it came from (`run …`, `file …`, `desk`, `cli`); `fields` is canonical JSON of the act's own
    fields; `signature_id` is the first signature of an act that takes two. `status` is open, done, refused or void.
    """

    __table_args__ = (Index("ix_proposal_list", "list_id", "position"),)

    proposal_id: str = Field(primary_key=True)
    list_id: str
    position: int
    process: str
    case_id: str = Field(index=True)
    case_version: int
    act: str
    fields: str = Field(sa_column=Column(Text, nullable=False))
    reason: str
    source: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    proposed_by: str = ""
    behalf_id: str = ""
    signature_id: str = ""
    packet_sha256: str = ""
    status: str = Field(index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = ""
    closed_why: str = ""


class LetterOrder(SQLModel, table=True):
    """A letter that a signature ordered, exactly as it was shown; the sitting that follows prints and sends it."""

    __tablename__ = "letter_order"

    document_id: str = Field(primary_key=True)
    process: str
    case_id: str = Field(index=True)
    document: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    recipient: str
    message: str = Field(sa_column=Column(Text, nullable=False))
    replaces: str = ""
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    printed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class Assignment(SQLModel, table=True):
    """Who looks after a case or all cases of a provider, in which role, from when to when."""

    assignment_id: str = Field(primary_key=True)
    process: str
    subject: str = Field(index=True)
    role: str
    staff_id: str = Field(index=True)
    handover: str
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CaseNote(SQLModel, table=True):
    """A note or a telephone call about a case, written by a person; it is never changed."""

    __tablename__ = "case_note"

    note_id: str = Field(primary_key=True)
    process: str
    case_id: str = Field(index=True)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    staff_id: str
    spoke_with: str = ""
    text: str = Field(sa_column=Column(Text, nullable=False))
