"""What the hotline keeps: contacts, sealed, the keys by which repeats are found, the vault's keys, who read what."""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.shared.records import CaseRow, UtcDateTime


class HotlineContact(SQLModel, table=True):
    """A contact as it came in. Nothing of it changes but the key that it is sealed with.

    `sealed` is the whole form as JSON, encrypted with the key `key_id` for this contact id alone; `content_mac` tells
    whether a contact that comes again says the same. In clear stand words of closed lists only: `told_language` is a
    language's code or empty, `borough` one of the five or empty. What NYC 311 publishes is sealed too: a file with its
    headings may hold anybody's words. `row` is the contact's row in the file `file_id`.
    """

    __tablename__ = "hotline_contact"

    contact_id: str = Field(primary_key=True)
    channel: str
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    told_language: str
    layout: str
    file_id: str
    row: int
    imported_at: datetime = Field(sa_type=UtcDateTime)
    borough: str
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    key_id: str
    content_mac: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HotlineKey(SQLModel, table=True):
    """Something by which a caller is known again, as a keyed hash: from the table alone nothing can be guessed.

    Who reads it and hands in contacts besides could find out by trying who else has a telephone or uses a rare word.
    `kind` is one of `KeyKind`; a facility is known again by it, too.
    """

    __tablename__ = "hotline_key"
    # The primary key is the table itself there: one tree less to fill.
    __table_args__ = (Index("ix_hotline_key_contact_id", "contact_id"), {"sqlite_with_rowid": False})

    kind: str = Field(primary_key=True)
    hmac: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)


class HotlineVaultKey(SQLModel, table=True):
    """A key that something was sealed with, by its id; the key itself is never in the database."""

    __tablename__ = "hotline_vault_key"

    key_id: str = Field(primary_key=True)
    first_used_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HotlineAccess(SQLModel, table=True):
    """Somebody opened a sealed contact: who (a staff id or a program), when, which, and what for.

    Source: domain section 8 (18 NYCRR 357.5; AccessLog of section 2).
    """

    __tablename__ = "hotline_access"

    access_id: int | None = Field(default=None, primary_key=True)
    contact_id: str = Field(index=True)
    who: str
    purpose: str
    at: datetime = Field(sa_type=UtcDateTime)


class HotlineEventTag(SQLModel, table=True):
    """A contact belongs to an event of surge mode; `raised_from` is its priority before an event raised it, else 0."""

    __tablename__ = "hotline_event_tag"
    # The primary key is the table itself there: one tree less to fill.
    __table_args__ = (Index("ix_hotline_event_tag_contact_id", "contact_id"), {"sqlite_with_rowid": False})

    event: str = Field(primary_key=True)
    contact_id: str = Field(primary_key=True)
    raised_from: int


class HotlineSample(SQLModel, table=True):
    """A contact that a second person reads without seeing what triage said, and what that person says.

    `week` is the Monday of the week in which it was received; `why` is `drawn` or `priority 1`. Until somebody read it
    `read_at` is missing, `unit` is empty and `priority` 0.
    """

    __tablename__ = "hotline_sample"

    contact_id: str = Field(primary_key=True)
    week: date = Field(index=True)
    why: str
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    read_by: str = ""
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unit: str = ""
    priority: int = 0


class HotlineDecision(SQLModel, table=True):
    """What triage decided about a contact, once; `evidence` are places in its words, never the words themselves.

    `alternatives`, `review` and `signals` are names joined by `|`; `confidence` is in thousandths; `evidence` are pairs
    `start-end` of characters in the plain words. `judged_by` is the hash of the phrase tables, the policy and the surge
    files that counted. `clock` is the one that runs by the subject, due at `due_at`.
    """

    __tablename__ = "hotline_decision"
    __table_args__ = (Index("ix_hotline_decision_unit_received_at", "unit", "received_at"),)

    contact_id: str = Field(primary_key=True)
    state: str = Field(index=True)
    unit: str
    alternatives: str
    priority: int
    confidential: bool
    needs_language_service: bool
    language: str
    channel: str
    confidence: int
    review: str
    rule: str
    signals: str
    evidence: str
    duplicate_of: str
    judged_by: str
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    clock: str = ""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class HotlineCase(CaseRow, table=True):
    """The work on a contact, by the contact's id; opened by the first act on it, until when its decision says all.

    `unit`, `priority`, `restricted` and `language` are what counts now; `own_priority` and `started_at` leave out those
    that a merge brought: merged with earlier ones a contact keeps the earliest start and the highest priority. `clock`
    and `due_at` run now, `first_clock` and `first_due_at` ran when it was decided. `resolve_by` is the office's own
    clock, which pauses (`paused_since`, `paused_seconds`) while the constituent is asked. `duplicate_of` is a link,
    `merged` that a person confirmed it. `attempts` to reach somebody were made on `attempt_days` different days.
    """

    __tablename__ = "hotline_case"

    unit: str = Field(index=True)
    priority: int = Field(index=True)
    own_priority: int
    restricted: bool
    language: str
    needs_language_service: bool
    channel: str
    owner: str = Field(index=True)
    received_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime = Field(sa_type=UtcDateTime)
    first_clock: str
    first_due_at: datetime = Field(sa_type=UtcDateTime)
    clock: str
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    resolve_by: datetime = Field(sa_type=UtcDateTime)
    paused_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_seconds: int
    duplicate_of: str = Field(index=True)
    merged: bool
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_response_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    responded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    close_code: str
    attempts: int
    attempt_days: int
    last_attempt_on: date | None = None
    misroutes: int
    reopened_count: int


class HotlineOverride(SQLModel, table=True):
    """A person decided otherwise than triage: what it said, what they said, why. Source: Local Law 35 of 2022.

    `what` is unit, priority, confidential or duplicate_of; `seq` the case's event. `judged_by` is what triage had
    judged by. `taken_back_at` is set where the act was taken back.
    """

    __tablename__ = "hotline_override"

    contact_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    what: str = Field(primary_key=True)
    said: str
    chosen: str
    why: str
    staff_id: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    judged_by: str
    restricted: bool
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HotlineAlert(SQLModel, table=True):
    """Somebody was told that a contact waits: level 0 is the on-call person, 1 to 5 the ladder. Source: section 5.

    It is acknowledged by a person, or climbs. `climbs_at` is when, None at the top.
    """

    __tablename__ = "hotline_alert"

    contact_id: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    trigger: str
    role: str
    recipient: str
    raised_at: datetime = Field(sa_type=UtcDateTime)
    climbs_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    acknowledged_by: str
    message_id: str


class HotlineNote(SQLModel, table=True):
    """What a person wrote about the work on a contact, sealed like the contact itself; it is never changed."""

    __tablename__ = "hotline_note"

    note_id: str = Field(primary_key=True)
    contact_id: str = Field(index=True)
    staff_id: str
    at: datetime = Field(sa_type=UtcDateTime)
    key_id: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HotlineApiKey(SQLModel, table=True):
    """A key with which a program of somebody else sends requests; of the key itself a hash is kept alone.

    `key_id` are the first 12 hexadecimal digits of `key_sha256`; `name` says whose it is.
    """

    __tablename__ = "hotline_api_key"

    key_id: str = Field(primary_key=True)
    name: str = Field(index=True)
    key_sha256: str = Field(unique=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HotlineRequest(SQLModel, table=True):
    """A service request that came through Open311: what of it may be told to anybody, and nothing that was said.

    `service_request_id` is the id of its contact too. `said_once` is the client's own token for the request, hashed
    with the API key (which is kept nowhere): the same token of the same key is the same request. `token` stands where
    the answer to the client was a token. Of a service that shows nothing (`is_public` false) no answer ever tells that
    the request is there. Source: domain section 12.
    """

    __tablename__ = "hotline_request"

    service_request_id: str = Field(primary_key=True)
    service_code: str
    is_public: bool
    token: str | None = Field(default=None, unique=True)
    key_id: str
    said_once: str | None = Field(default=None, unique=True)
    requested_at: datetime = Field(sa_type=UtcDateTime, index=True)
    expected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
