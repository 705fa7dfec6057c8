"""Fills the position at the end of a fiscal year from what is owed, refunds and unclear lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from models.payments.accruals import ContractAccrual, Refund, UnclearLine, YearEnd
from models.payments.year_end_documents import ContractPosition, OwedLine, RefundLine, UnclearItem, YearEndPosition
from models.shared.calendar import fiscal_year
from models.shared.documents import Office


@dataclass(frozen=True, slots=True)
class NamedContract:
    """What a contract is called in print."""

    contract_no: str
    provider: str


def last_ended_year(today: date) -> int:
    """The fiscal year that ended last before a day."""
    return fiscal_year(today) - 1


def positions(found: YearEnd, names: Mapping[str, NamedContract]) -> tuple[ContractPosition, ...]:
    """One position for each contract on which something is owed, due back or unclear, by provider."""
    owed: dict[str, list[ContractAccrual]] = {}
    refunds: dict[str, list[Refund]] = {}
    unclear: dict[str, list[UnclearLine]] = {}
    for accrual in found.contracts:
        owed.setdefault(accrual.contract_id, []).append(accrual)
    for refund in found.refunds:
        refunds.setdefault(refund.contract_id, []).append(refund)
    for line in found.unclear:
        unclear.setdefault(line.contract_id, []).append(line)
    made = [
        ContractPosition(
            contract_id=key, contract_no=names[key].contract_no, provider=names[key].provider,
            owed=tuple(line for accrual in owed.get(key, ()) for line in _owed(accrual)),
            refunds=tuple(_refund(refund) for refund in refunds.get(key, ())),
            unclear=tuple(_unclear(line) for line in unclear.get(key, ())),
        )
        for key in sorted({*owed, *refunds, *unclear})
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda position: (position.provider.casefold(), position.contract_id)))


def _owed(accrual: ContractAccrual) -> list[OwedLine]:
    return [
        OwedLine(
            case_id=item.case_id, invoice_no=item.invoice_no, fiscal_year=item.fiscal_year,
            approved_cents=item.approved_cents, deducted_cents=item.deducted_cents,
            undecided_cents=item.undecided_cents,
        )
        for item in accrual.requisitions
    ]  # fmt: skip


def _refund(refund: Refund) -> RefundLine:
    return RefundLine(
        case_id=refund.case_id, reason=refund.reason, due_since=refund.due_since, amount_cents=refund.amount_cents
    )


def _unclear(line: UnclearLine) -> UnclearItem:
    return UnclearItem(case_id=line.case_id, line=line.line, reason=line.reason, claimed_cents=line.claimed_cents)


def year_end_position(
    found: YearEnd, names: Mapping[str, NamedContract], as_of: date, office: Office, made_at: datetime
) -> YearEndPosition:
    """The paper of the position at 30 June, as it was known on a day. Source: P5, Z1 (CLO); Z4 (SBSF 5.4)."""
    contracts, year = positions(found, names), found.closed_on.year
    return YearEndPosition(
        document_id=f"PAY-YE-{year}-{made_at:%Y%m%d-%H%M}", title=f"Year-end position, fiscal year {year}",
        made_at=made_at, office=office, fiscal_year=year, closed_on=found.closed_on, as_of=as_of, contracts=contracts,
        accrued_cents=found.accrued_cents, payable_cents=sum(accrual.payable_cents for accrual in found.contracts),
        undecided_cents=sum(accrual.undecided_cents for accrual in found.contracts), refund_cents=found.refund_cents,
        unclear=len(found.unclear),
    )  # fmt: skip
