"""What the City owes at 30 June for services that it has received, by contract and fiscal year. Amounts in cents.

Only services for which a requisition came are known here; what a vendor has not billed shows in its monthly reports.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from models.shared.calendar import fiscal_year, fiscal_year_bounds


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ServiceLine(_Facts):
    """One line of a requisition and its days of service.

    `approved_cents` is None while nobody has decided the line, as when it is held or disputed; 0 where it was refused.
    """

    no: int = Field(ge=1)
    service_from: date | None
    service_to: date | None
    claimed_cents: int
    approved_cents: int | None = None


class BilledService(_Facts):
    """One revision of a requisition as it stands. `deducted_cents` (advance, fee) comes off the approved lines.

    `paid_on` is when its approved lines were paid; None while they are not. `is_returned` while it is with the vendor,
    who may send it again, or not: it may claim what was paid already.
    """

    case_id: str
    revision: int = Field(ge=1)
    contract_id: str
    invoice_no: str
    lines: tuple[ServiceLine, ...]
    deducted_cents: int = Field(default=0, ge=0)
    paid_on: date | None = None
    is_returned: bool = False


class Refund(_Facts):
    """What a vendor owes the City: an advance that could not be taken back, or too much paid. Source: Z4 (SBSF 5.4)."""

    contract_id: str
    case_id: str
    reason: str
    amount_cents: int = Field(gt=0)
    due_since: date
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class RequisitionAccrual:
    """What one requisition adds to what is owed for one fiscal year."""

    contract_id: str
    fiscal_year: int
    case_id: str
    revision: int
    invoice_no: str
    approved_cents: int
    undecided_cents: int
    deducted_cents: int

    @property
    def payable_cents(self) -> int:
        """What is still to be paid of what was approved."""
        return self.approved_cents - self.deducted_cents


@dataclass(frozen=True, slots=True)
class ContractAccrual:
    """What is owed on one contract for the services of one fiscal year."""

    contract_id: str
    fiscal_year: int
    requisitions: tuple[RequisitionAccrual, ...]

    @property
    def approved_cents(self) -> int:
        """Services approved and unpaid."""
        return sum(item.approved_cents for item in self.requisitions)

    @property
    def undecided_cents(self) -> int:
        """Services billed and not decided, as claimed."""
        return sum(item.undecided_cents for item in self.requisitions)

    @property
    def payable_cents(self) -> int:
        """What is still to be paid of what was approved, once the advance and fees are off."""
        return sum(item.payable_cents for item in self.requisitions)

    @property
    def accrued_cents(self) -> int:
        """The cost of the services that are not paid: approved, and claimed where nothing is decided."""
        return self.approved_cents + self.undecided_cents


@dataclass(frozen=True, slots=True)
class UnclearLine:
    """A line that can be in no sum as it stands: a person splits it, gives it its days, or asks whether it is owed."""

    contract_id: str
    case_id: str
    line: int
    reason: str
    claimed_cents: int


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The position at the end of a fiscal year. Refunds are listed, not taken off what is owed."""

    closed_on: date
    contracts: tuple[ContractAccrual, ...]
    refunds: tuple[Refund, ...]
    unclear: tuple[UnclearLine, ...]

    @property
    def accrued_cents(self) -> int:
        """The cost of all services received by the day and not paid on it."""
        return sum(contract.accrued_cents for contract in self.contracts)

    @property
    def refund_cents(self) -> int:
        """What vendors owe the City on the day."""
        return sum(refund.amount_cents for refund in self.refunds)


def accruals(services: Iterable[BilledService], refunds: Iterable[Refund], year: int) -> YearEnd:
    """The position at 30 June of a fiscal year, however late its facts are known: a bill may come in August.

    Of each requisition the latest revision counts. What was paid after the day was still owed on it. A service of an
    earlier year that is still unpaid stands under its own year. Source: P5, Z1 (CLO); rest: convention.
    """
    closed_on = fiscal_year_bounds(year)[1]
    latest = _latest(services)
    groups: dict[tuple[str, int], list[RequisitionAccrual]] = {}
    for service in (service for service in latest if not service.is_returned):
        for item in _of_years(service, closed_on):
            groups.setdefault((item.contract_id, item.fiscal_year), []).append(item)
    return YearEnd(
        closed_on=closed_on,
        contracts=tuple(ContractAccrual(*key, tuple(items)) for key, items in sorted(groups.items())),
        refunds=tuple(
            sorted(
                (refund for refund in refunds if _is_open(refund, closed_on)),
                key=lambda refund: (refund.contract_id, refund.due_since, refund.case_id),
            )
        ),
        unclear=tuple(line for service in latest for line in _unclear(service, closed_on)),
    )


def _latest(services: Iterable[BilledService]) -> list[BilledService]:
    by_case: dict[str, BilledService] = {}
    for service in sorted(services, key=lambda service: (service.case_id, service.revision)):
        by_case[service.case_id] = service
    return list(by_case.values())


def _is_open(refund: Refund, on: date) -> bool:
    return refund.due_since <= on and (refund.received_on is None or refund.received_on > on)


def _is_unpaid(service: BilledService, on: date) -> bool:
    return service.paid_on is None or service.paid_on > on


def _of_years(service: BilledService, closed_on: date) -> list[RequisitionAccrual]:
    """What a requisition adds, by the fiscal years of its services; its deductions are those of the latest year."""
    years: dict[int, list[ServiceLine]] = {}
    for line in service.lines:
        year = _year_of(line)
        if year and year <= closed_on.year:
            years.setdefault(year, []).append(line)
    found = []
    for year in sorted(years):
        unpaid = _is_unpaid(service, closed_on)
        approved = sum(line.approved_cents or 0 for line in years[year]) if unpaid else 0
        undecided = sum(line.claimed_cents for line in years[year] if line.approved_cents is None)
        deducted = service.deducted_cents if unpaid and year == max(years) else 0
        if approved or undecided or deducted:
            found.append(
                RequisitionAccrual(
                    service.contract_id, year, service.case_id, service.revision, service.invoice_no, approved,
                    undecided, deducted,
                )
            )  # fmt: skip
    return found


def _year_of(line: ServiceLine) -> int | None:
    """The fiscal year of a service; None where it has no days or runs over a 30 June."""
    if line.service_from is None or line.service_to is None:
        return None
    year = fiscal_year(line.service_to)
    return year if fiscal_year(line.service_from) == year else None


def _unclear(service: BilledService, closed_on: date) -> Sequence[UnclearLine]:
    """Lines neither refused nor paid that may hold services of the year, but do not say how much. Source: P5 (CLO)."""
    found = []
    for line in service.lines:
        settled = line.approved_cents is not None and not _is_unpaid(service, closed_on)
        if service.is_returned and (line.service_from is None or line.service_from <= closed_on):
            reason = "It was returned. Ask the vendor whether it comes again; if it does, it is owed as it then claims."
        elif service.is_returned or _year_of(line) is not None or line.approved_cents == 0 or settled:
            continue
        elif line.service_from is None or line.service_to is None:
            reason = "It has no days of service. Ask the vendor for them."
        elif line.service_from <= closed_on:
            reason = "Its services run past 30 June. Ask the vendor to split it at the end of the fiscal year."
        else:
            continue
        found.append(UnclearLine(service.contract_id, service.case_id, line.no, reason, line.claimed_cents))
    return found
