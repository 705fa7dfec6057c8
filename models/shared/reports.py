"""What the fiscal review tells those who pay: which month's financial report and ledger are in, and their totals."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from models.shared.documents import canonical_facts


class ReportReferral(BaseModel):
    """A contract's month, by its first day, of which a report or a ledger is in. Amounts in cents.

    `report_cents` is the month's total by the latest `revision` of its report, which came on `report_on`; None, and
    revision 0, where no report is in. `ledger_cents` is the month in the general ledger, likewise.
    """

    model_config = ConfigDict(frozen=True)

    contract_id: str
    month: date
    revision: int = 0
    report_cents: int | None = None
    report_on: date | None = None
    ledger_cents: int | None = None
    ledger_on: date | None = None

    def canonical(self) -> str:
        return canonical_facts(self)


@dataclass(frozen=True)
class ToldReports:
    """What the fiscal review tells of all months, and the mark of what it was read from: the same mark, the same."""

    mark: str
    referrals: tuple[ReportReferral, ...]
