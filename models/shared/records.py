"""Tables that every process needs: providers, contracts, events, packets, documents, outbox, incoming files."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, DateTime, Index, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on every database; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp must carry its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def cents_column(name: str) -> Column[int]:
    """A column of an amount in whole cents: 32 bits end at twenty million dollars."""
    return Column(name, BigInteger, nullable=False, default=0)


class CaseRow(SQLModel):
    """What every case has, whatever its process. `version` is the number of its events, `head_hash` the last's hash.

    `due_on` is the last day of the stage that it stands in (None where no clock runs), kept for the lists. `process`
    is given where it is not that of the folder: what is signed on its own is a process to those who sign.
    """

    process: ClassVar[str] = ""

    case_id: str = Field(primary_key=True)
    state: str = Field(index=True)
    state_since: datetime = Field(sa_type=UtcDateTime)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date | None = Field(default=None, index=True)
    version: int
    head_hash: str


class Provider(SQLModel, table=True):
    """A body that the City contracts with, by its nine-digit EIN. None where nobody has told us yet.

    `fiscal_year_end` is `MM-DD`; `city_business_cents` the City business of the prior twelve months.
    """

    ein: str = Field(primary_key=True, max_length=9)
    legal_name: str
    street: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    email: str = ""
    contact_name: str = ""
    annual_revenue_cents: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    fiscal_year_end: str | None = None
    has_employees: bool | None = None
    uses_subcontractors: bool | None = None
    first_contract: bool | None = None
    new_to_council: bool | None = None
    city_business_cents: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class ProviderName(SQLModel, table=True):
    """Each spelling of a provider's name that a list used; names are trimmed, variants kept."""

    __tablename__ = "provider_name"

    ein: str = Field(primary_key=True, max_length=9)
    name: str = Field(primary_key=True)
    source: str


class Contract(SQLModel, table=True):
    """One fiscal year's awards to one vendor for one beneficiary, to be registered. Amounts in cents.

    `adjustment_cents` is what signed reductions and amendments add to the awards; the amount has it in.
    """

    contract_id: str = Field(primary_key=True)
    fiscal_year: int = Field(index=True)
    agency: str
    kind: str
    vendor_ein: str = Field(index=True, max_length=9)
    vendor_name: str
    beneficiary_ein: str = Field(max_length=9)
    beneficiary_name: str
    amount_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    original_amount_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    adjustment_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    term_start: date
    term_end: date


class CaseEvent(SQLModel, table=True):
    """Append-only, hash-chained per case with a gapless sequence.

    `at` is when it was recorded, `occurred_at` when it happened; the delay ledger runs on the second.
    """

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_process_at", "process", "at"),)

    process: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    event: str
    actor: str
    state_from: str
    state_to: str
    payload: str = Field(sa_column=Column(Text, nullable=False))
    prev_hash: str
    hash: str


class CaseFinding(SQLModel, table=True):
    """A finding about a case: one row per (code, subject), open until a review no longer finds it."""

    __tablename__ = "case_finding"

    process: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    severity: str
    message: str
    citation: str
    evidence: str = Field(sa_column=Column(Text, nullable=False))
    remedy: str
    tell: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StoredPacket(SQLModel, table=True):
    """What the rules saw, exactly, with the hash of the policy they judged it by."""

    __tablename__ = "stored_packet"

    sha256: str = Field(primary_key=True)
    process: str
    case_id: str = Field(index=True)
    policy_sha256: str
    body: str = Field(sa_column=Column(Text, nullable=False))


class PolicyVersion(SQLModel, table=True):
    """The text of each policy that was proposed, by its hash; it decides something only once two people signed it."""

    __tablename__ = "policy_version"

    sha256: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    proposed_by: str
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_by: str = ""


class StoredDocument(SQLModel, table=True):
    """The register of documents: the file by its hash, the printed packet by its own."""

    __tablename__ = "stored_document"
    __table_args__ = (Index("ix_stored_document_kind_made_at", "kind", "made_at"),)

    document_id: str = Field(primary_key=True)
    process: str
    case_id: str = Field(index=True)
    kind: str
    title: str
    sha256: str = Field(index=True)
    packet_sha256: str
    template_sha256: str
    language: str
    pages: int
    bytes: int
    made_at: datetime = Field(sa_type=UtcDateTime)
    superseded_by: str | None = None


class OutgoingMessage(SQLModel, table=True):
    """The outbox: written in the transaction that decides, sent after it, marked when it is gone."""

    __tablename__ = "outgoing_message"

    message_id: str = Field(primary_key=True)
    process: str
    case_id: str = Field(index=True)
    recipient: str
    subject: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    document_id: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class IncomingFile(SQLModel, table=True):
    """A file that came in, archived by its hash before anything is read from it.

    `status` is waiting, done or refused; `result` is the import's JSON line, `reason` why it was refused.
    """

    __tablename__ = "incoming_file"

    file_id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    name: str = Field(index=True)
    sha256: str = Field(index=True)
    options: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    status: str = Field(index=True)
    reason: str = ""
    result: str = Field(default="", sa_column=Column(Text, nullable=False))


class Sitting(SQLModel, table=True):
    """One run of a flow that has begun and not ended: what the sweep looks for after a crash.

    `host`, `pid` and `pid_since` name the process; the last tells it from a later one with the same number.
    """

    sitting_id: str = Field(primary_key=True)
    flow: str
    options: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    host: str
    pid: int
    pid_since: str
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
