"""What payments keeps of budgets on their way: each one that came in is a case that people sign."""

from datetime import date
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field

from models.shared.records import CaseRow


class BudgetChange(CaseRow, table=True):
    """A year's budget as it came in, by contract, year and running number. Total in cents; `body` is the form.

    `lines` are the numbers of the lines that it changes, `based_on` the version that it was compared with (0 for
    none), `budget_version` the version that it became (0 until then). Never overwritten: a newer file is a newer case.
    """

    __tablename__ = "budget_change"
    process: ClassVar[str] = "budgets"

    contract_id: str = Field(index=True)
    fiscal_year: int
    vendor_ein: str = Field(max_length=9)
    vendor_name: str
    kind: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    total_cents: int = Field(sa_column=Column(BigInteger, nullable=False, default=0))
    lines: str = Field(sa_column=Column(Text, nullable=False))
    based_on: int
    budget_version: int = 0
    file_id: str
    received_on: date
    submitted_by: str
