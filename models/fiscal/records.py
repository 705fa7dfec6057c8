"""What the fiscal review keeps: contracts and months as cases, reports with their revisions, ledgers, told facts."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from models.shared.records import CaseRow, UtcDateTime, cents_column


class FiscalMonth(CaseRow, table=True):
    """A contract's month, `R27-971010012-2026-10`, as its last review found it. Amounts in cents.

    `month` is its first day; `revision` that of its latest report, 0 where none is in. `codes` are those of the last
    review's findings, joined by blanks; `facts_sha256` stands for all that it looked at, but for the day,
    `packet_sha256` for the packet that was kept.
    """

    __tablename__ = "fiscal_month"

    contract_id: str = Field(index=True)
    month: date = Field(index=True)
    fiscal_year: int = Field(index=True)
    vendor_ein: str = Field(index=True, max_length=9)
    vendor_name: str
    revision: int = 0
    codes: str = ""
    worst: str = ""
    budget_cents: int = Field(default=0, sa_column=cents_column("budget_cents"))
    current_cents: int = Field(default=0, sa_column=cents_column("current_cents"))
    spent_cents: int = Field(default=0, sa_column=cents_column("spent_cents"))
    projected_cents: int = Field(default=0, sa_column=cents_column("projected_cents"))
    facts_sha256: str = ""
    packet_sha256: str = ""


class FinancialReport(SQLModel, table=True):
    """One revision of a month's report as it came in, whole: a later one supersedes it, nothing is overwritten.

    `body` is the form as canonical JSON; `file_id` the archived file that it came in.
    """

    __tablename__ = "financial_report"

    contract_id: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    file_id: str
    received_on: date
    submitted_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class LedgerMonth(SQLModel, table=True):
    """A month of a provider's general ledger, summed; the extract that came last counts. Amount in cents."""

    __tablename__ = "ledger_month"

    contract_id: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    no: int = Field(primary_key=True)
    total_cents: int = Field(sa_column=cents_column("total_cents"))
    entries: int
    file_id: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class FiscalFact(SQLModel, table=True):
    """What a tracker said about a contract; of one kind and month the one that came last counts.

    `month` is `2026-10`, empty where the kind has none; `body` the form as canonical JSON.
    """

    __tablename__ = "fiscal_fact"

    contract_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    file_id: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class FundedContract(SQLModel, table=True):
    """A contract with its budget in force and its invoices as payments told of them last, as canonical JSON."""

    __tablename__ = "funded_contract"

    contract_id: str = Field(primary_key=True)
    contract_no: str = Field(index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    told_at: datetime = Field(sa_type=UtcDateTime)
