"""What payments keeps: requisitions with their revisions, budgets, facts, what was approved, vouchers, spending."""

from datetime import date, datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from models.payments.budget_records import BudgetChange as BudgetChange
from models.shared.records import CaseRow, UtcDateTime, cents_column


class Requisition(CaseRow, table=True):
    """One requisition, by its number. Amounts in cents, as of the last review of the part that it is at.

    `outcome` is what that review comes to; `net_cents` what it would release. `open_lines` counts the lines that the
    parts decided so far left open.
    """

    contract_id: str = Field(index=True)
    fiscal_year: int = Field(index=True)
    vendor_ein: str = Field(index=True, max_length=9)
    vendor_name: str
    revision: int
    invoice_no: str
    total_cents: int = Field(sa_column=cents_column("total_cents"))
    approved_cents: int = Field(default=0, sa_column=cents_column("approved_cents"))
    net_cents: int = Field(default=0, sa_column=cents_column("net_cents"))
    outcome: str = ""
    ira_on: date | None = None
    required_on: date | None = None
    part: int = 1
    open_lines: int = 0


class RequisitionRevision(SQLModel, table=True):
    """One revision as it came in, whole: a later one supersedes it, nothing is overwritten.

    `body` is the form as canonical JSON; `file_id` the archived file that it came in.
    """

    __tablename__ = "requisition_revision"

    case_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    file_id: str
    received_on: date
    submitted_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class FiscalYearBudget(SQLModel, table=True):
    """One version of a contract's budget for a year; the latest counts. `body` is the form as canonical JSON."""

    __tablename__ = "fiscal_year_budget"

    contract_id: str = Field(primary_key=True)
    fiscal_year: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    total_cents: int = Field(sa_column=cents_column("total_cents"))
    file_id: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class PaymentFact(SQLModel, table=True):
    """What a tracker said about a contract or a requisition; of one kind, line, name and month the latest counts.

    `position` is its place among all, in the order of telling. What was told, taken back and told again is there twice.
    """

    __tablename__ = "payment_fact"

    fact_id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    position: int
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class ReferredContract(SQLModel, table=True):
    """A contract as registration told of it last; `body` is the referral as canonical JSON.

    `approvals` counts what was approved on it, and budgets of it that came in or took effect: of two who sign at once,
    one finds it changed.
    """

    __tablename__ = "referred_contract"

    contract_id: str = Field(primary_key=True)
    contract_no: str = Field(index=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    told_at: datetime = Field(sa_type=UtcDateTime)
    approvals: int = 0


class ReportedMonth(SQLModel, table=True):
    """A contract's month, by its first day, as the fiscal review told of its report and ledger last.

    `body` is the referral as canonical JSON.
    """

    __tablename__ = "reported_month"

    contract_id: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    told_at: datetime = Field(sa_type=UtcDateTime)


class ApprovedLine(SQLModel, table=True):
    """What a signed approval decided of one line, in one part. Amounts in cents.

    `open_cents` is what a later part may still pay of it; 0 once that part is decided, or what was asked for lapsed.
    `granted`: a dispute over what was refused of it was decided for the vendor. `signature` names the signature and its
    item.
    """

    __tablename__ = "approved_line"

    case_id: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    no: int = Field(primary_key=True)
    revision: int
    contract_id: str = Field(index=True)
    fiscal_year: int
    invoice_no: str
    budget_line: int
    service_from: date
    service_to: date
    claimed_cents: int = Field(sa_column=cents_column("claimed_cents"))
    approved_cents: int = Field(sa_column=cents_column("approved_cents"))
    status: str
    open_cents: int = Field(default=0, sa_column=cents_column("open_cents"))
    granted: bool = False
    credit_of: str = ""
    signature: str


class Voucher(SQLModel, table=True):
    """The order to pay one approved part: there is never a second one for it. Amounts in cents.

    `body` is what the finance system is asked for, as canonical JSON. `recouped_cents`, `fee_cents` and `offset_cents`
    were taken off; `paid_cents` is what was paid so far, less what came back, and `paid_on` the last day of it. What
    came back or was voided is asked for by the next `issue` alone, named in `reissued_as`.
    """

    case_id: str = Field(primary_key=True)
    part: int = Field(primary_key=True)
    issue: int = Field(default=0, primary_key=True)
    revision: int
    voucher_no: str = Field(unique=True)
    body: str = Field(sa_column=Column(Text, nullable=False))
    contract_id: str = Field(index=True)
    net_cents: int = Field(sa_column=cents_column("net_cents"))
    recouped_cents: int = Field(sa_column=cents_column("recouped_cents"))
    fee_cents: int = Field(sa_column=cents_column("fee_cents"))
    offset_cents: int = Field(default=0, sa_column=cents_column("offset_cents"))
    required_on: date
    approved_at: datetime = Field(sa_type=UtcDateTime)
    batch_no: str = Field(default="", index=True)
    paid_cents: int = Field(default=0, sa_column=cents_column("paid_cents"))
    paid_on: date | None = None
    interest_cents: int = Field(default=0, sa_column=cents_column("interest_cents"))
    voided_cents: int = Field(default=0, sa_column=cents_column("voided_cents"))
    returned_on: date | None = None
    voided_on: date | None = None
    reissued_as: str = ""


class VoucherPayment(SQLModel, table=True):
    """One payment on a voucher, or with a negative amount one that came back. Amount in cents.

    `payment_id` follows from what the finance office says of it, so that its list may come again.
    """

    __tablename__ = "voucher_payment"

    payment_id: str = Field(primary_key=True)
    voucher_no: str = Field(index=True)
    cents: int = Field(sa_column=cents_column("cents"))
    on: date
    reference: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class EvidenceRequest(SQLModel, table=True):
    """What the office asked a vendor for. Exactly one thing ends it: what was asked for comes, or its day passes.

    `for_part` is the part that looks at what comes; `lines` (JSON) are closed if it does not. `closed_as` is empty,
    `evidence_received`, `hold_lapsed` or, where the requisition was withdrawn meanwhile, `withdrawn`.
    """

    __tablename__ = "evidence_request"

    case_id: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    for_part: int
    asked_on: date
    due_on: date | None = Field(default=None, index=True)
    lines: str
    codes: str
    closed_as: str = Field(default="", index=True)
    closed_on: date | None = None


class RefundDue(SQLModel, table=True):
    """What a vendor owes the City, such as an advance that could not be taken back. Amounts in cents.

    `offset_cents` was set off against later payments. Source: Z4 (SBSF 5.4-5.5).
    """

    __tablename__ = "refund_due"

    case_id: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    contract_id: str = Field(index=True)
    vendor_ein: str = Field(index=True, max_length=9)
    amount_cents: int = Field(sa_column=cents_column("amount_cents"))
    offset_cents: int = Field(default=0, sa_column=cents_column("offset_cents"))
    due_since: date


class Dispute(SQLModel, table=True):
    """A vendor's dispute over what was refused; `decided_as` is empty, `granted` or `denied`. Source: PPB 4-09.

    `for_part` is the part that looks at what was granted, 0 until then.
    """

    __tablename__ = "dispute"

    case_id: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    filed_on: date
    decision_due_on: date
    refused_cents: int = Field(sa_column=cents_column("refused_cents"))
    decided_as: str = ""
    decided_on: date | None = None
    for_part: int = 0


class SpendingRow(SQLModel, table=True):
    """One row of what the City paid, as a list of payments said it; no list brings it twice. Amounts in cents.

    `contract_key` is what all sources call its contract by, `names_voucher` the voucher of ours that it names.
    `counted_for` is the voucher that it was recorded to pay, and `counted_by` how it was found then.
    """

    __tablename__ = "spending_row"

    raw_key: str = Field(primary_key=True)
    document_id: str
    issued_on: date
    agency: str
    payee: str
    contract_id: str
    contract_key: str = Field(index=True)
    amount_cents: int = Field(sa_column=cents_column("amount_cents"))
    category: str
    voucher_no: str
    names_voucher: str = Field(index=True)
    counted_for: str = Field(default="", index=True)
    counted_by: str = ""
    file_id: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
