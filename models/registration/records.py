"""What registration keeps: awards, cases, and the facts that staff's trackers report about documents."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.shared.records import CaseRow, UtcDateTime


class Award(SQLModel, table=True):
    """One award of the Council's list, by its MOCS ID or a derived key. Amount in cents, may be negative.

    Source of the fields: Council discretionary data set (domain section 17.2).
    """

    mocs_id: str = Field(primary_key=True)
    base_key: str = Field(index=True)
    fiscal_year: int = Field(index=True)
    agency: str = Field(index=True)
    source: str
    council_member: str
    legal_name: str
    ein: str = Field(index=True, max_length=9)
    status: str
    amount_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    program_name: str
    street: str
    street_2: str
    city: str
    state: str
    postcode: str
    purpose: str
    conduit_name: str
    conduit_ein: str = Field(max_length=9)
    row_hash: str
    contract_id: str | None = Field(default=None, index=True)
    held_out: str = ""
    vanished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RegistrationCase(CaseRow, table=True):
    """One contract on its way to registration."""

    __tablename__ = "registration_case"

    kind: str
    fiscal_year: int = Field(index=True)


class DocumentReport(SQLModel, table=True):
    """What a tracker said about one document of a provider or of a contract; a later report replaces an earlier.

    `owner` is an EIN or a contract id. `file_name` names the scan; without the scan itself the document stays
    reported, never received. Source of the document types: domain section 6.
    """

    __tablename__ = "document_report"

    report_id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    document: str
    position: int
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    reported_on: date
    signed_on: date | None = None
    expires_on: date | None = None
    period_end: date | None = None
    fiscal_year: int | None = None
    amount_cents: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    file_name: str = ""
    detail: str = ""
