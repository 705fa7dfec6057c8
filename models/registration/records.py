"""What registration keeps: awards, cases, and the facts that staff's trackers report about documents."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.shared.records import CaseRow, UtcDateTime


class Award(SQLModel, table=True):
    """One award of the Council's list, by its MOCS ID or a derived key. Amount in cents, may be negative.

    `placed_in` is the contract that a signed regrouping put it into, empty where the list's own grouping counts.

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
    placed_in: str = ""
    held_out: str = ""
    vanished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RegistrationCase(CaseRow, table=True):
    """One contract on its way to registration.

    `folded_into` is the contract that took over all its awards by a signed regrouping: it is in no list until that is
    undone, and then stands where it stood.
    """

    __tablename__ = "registration_case"

    kind: str
    fiscal_year: int = Field(index=True)
    folded_into: str = Field(default="", index=True)


class DocumentReport(SQLModel, table=True):
    """What a tracker said about one document of a provider or of a contract; a later report replaces an earlier.

    `owner` is an EIN or a contract id. `file_name` names the scan; without the scan itself the document stays
    reported, never received. `rejected` says why a person found it unusable; `signature_id` is set where somebody
    signed for it. Source of the document types: domain section 6.
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
    rejected: str = ""
    signature_id: str = ""


class Amendment(SQLModel, table=True):
    """One change of a registered contract. Amounts in cents; `running_cents` sums all changes with this one.

    `status` is approved, filed, returned or registered. Source of the fields: PPB 4-02(d), domain section 3.
    """

    contract_id: str = Field(primary_key=True)
    seq_no: int = Field(primary_key=True)
    type: str
    reason: str
    delta_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    running_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    revised_cents: int = Field(sa_column=Column(BigInteger, nullable=False))
    term_end: date | None = None
    approved_on: date
    ccpo_reference: str = ""
    ccpo_approved_on: date | None = None
    needs_registration: bool
    status: str
    filed_on: date | None = None
    registered_on: date | None = None
