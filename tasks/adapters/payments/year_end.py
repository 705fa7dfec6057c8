"""What is owed at the end of a fiscal year, read from the tables, and its paper where it was not printed yet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.accruals import BilledService, Refund, ServiceLine, YearEnd, accruals
from models.payments.facts import Fact, Facts
from models.payments.forms import RequisitionForm
from models.payments.matches import Standing
from models.payments.records import ApprovedLine, ReferredContract, Requisition, RequisitionRevision, Voucher
from models.payments.refunds import advance_refund, overpaid_refunds
from models.payments.states import UNDECIDED
from models.payments.year_end import NamedContract, last_ended_year, year_end_position
from models.shared.calendar import fiscal_year_bounds, new_york_date
from models.shared.documents import Document, Office
from models.shared.records import StoredDocument
from models.shared.referrals import ContractReferral
from tasks.adapters.payments.cases import facts_of
from tasks.adapters.payments.matching import load_matching
from tasks.adapters.policy import payments_policy

_YEARS = range(2000, 2100)
# What a line asks for: contract, budget line, days of service, amount. A held line that is claimed again counts once.
_Claim = tuple[Any, ...]


def unprinted(session: Session, year: int, office: Office, at: datetime) -> Iterator[Document]:
    """The position of a fiscal year (0: the one that ended last), where none of its number was printed yet."""
    today = new_york_date(at)
    found, names = load_year_end(session, year or last_ended_year(today))
    paper = year_end_position(found, names, today, office, at)
    if session.get(StoredDocument, paper.document_id) is None:
        yield paper


def load_year_end(session: Session, year: int) -> tuple[YearEnd, dict[str, NamedContract]]:
    """The position at 30 June of a fiscal year as it is known now, and what the contracts are called.

    Raises LookupError for what is no fiscal year.
    """
    if year not in _YEARS:
        raise LookupError(f"{year} is no fiscal year. Name it by the year in which it ends, for example 2027.")
    rows = _Rows.load(session)
    on = fiscal_year_bounds(year)[1]
    told = facts_of(session, sorted({*rows.names, *rows.requisitions}))
    refunds = [*_advances(rows, told, on), *_overpaid(session, told, on)]
    return accruals(rows.services(), refunds, year), rows.names


def _advances(rows: "_Rows", told: Mapping[str, Facts], on: date) -> Iterator[Refund]:
    taken: dict[str, int] = defaultdict(int)
    last: dict[str, tuple[str, date]] = {}
    for voucher in rows.vouchers.values():
        taken[voucher.contract_id] += voucher.recouped_cents
        if voucher.case_id in told and told[voucher.case_id].last(Fact.LAST_REQUISITION):
            last[voucher.contract_id] = (voucher.case_id, new_york_date(voucher.approved_at))
    for contract_id, ended in sorted(last.items()):
        refund = advance_refund(contract_id, told.get(contract_id, Facts(())), taken[contract_id], ended, on)
        if refund:
            yield refund


def _overpaid(session: Session, told: Mapping[str, Facts], on: date) -> Iterator[Refund]:
    overpaid = load_matching(session, payments_policy()).standing(Standing.OVERPAID)
    return overpaid_refunds(overpaid, told, on)


@dataclass(frozen=True)
class _Rows:
    """All rows that say what was claimed, approved and paid, by requisition; `names` are the contracts'."""

    names: dict[str, NamedContract]
    requisitions: Mapping[str, Any]
    forms: Mapping[str, RequisitionForm]
    decided: Mapping[str, Sequence[Any]]
    vouchers: Mapping[str, Any]

    @classmethod
    def load(cls, session: Session) -> "_Rows":
        """Everything, in as many queries as there are tables."""
        requisitions = {row.case_id: row for row in _all(session, Requisition) if row.state != "withdrawn"}
        decided: dict[str, list[Any]] = defaultdict(list)
        for row in sorted(_all(session, ApprovedLine), key=lambda row: (row.case_id, row.no)):
            if row.case_id in requisitions and row.revision == requisitions[row.case_id].revision:
                decided[row.case_id].append(row)
        latest = {(row.case_id, row.revision) for row in requisitions.values()}
        forms = {
            row.case_id: RequisitionForm.model_validate_json(row.body)
            for row in _all(session, RequisitionRevision)
            if (row.case_id, row.revision) in latest
        }
        vouchers = {row.case_id: row for row in sorted(_all(session, Voucher), key=lambda row: row.revision)}
        return cls(_names(session), requisitions, forms, decided, vouchers)

    def services(self) -> Iterator[BilledService]:
        """Each requisition as it stands; what was disallowed or withdrawn whole is owed by nobody."""
        again = self._claimed_again()
        for case_id, row in sorted(self.requisitions.items()):
            if case_id in self.decided:
                lines = [line for kept in self.decided[case_id] if (line := _decided(kept, again))]
            elif row.state in UNDECIDED:
                lines = list(_claimed(self.forms[case_id]))
            else:
                continue
            voucher = self.vouchers.get(case_id)
            off = voucher.recouped_cents + voucher.fee_cents if voucher else 0
            yield BilledService(
                case_id=case_id, revision=row.revision, contract_id=row.contract_id, invoice_no=row.invoice_no,
                lines=tuple(lines), deducted_cents=off, paid_on=voucher.paid_on if voucher else None,
                is_returned=row.state == "returned",
            )  # fmt: skip

    def _claimed_again(self) -> set[_Claim]:
        """What is claimed by a requisition that is not decided, or was decided and not held."""
        found: set[_Claim] = set()
        for case_id, row in self.requisitions.items():
            if row.state in UNDECIDED:
                lines = zip(self.forms[case_id].lines, _claimed(self.forms[case_id]), strict=True)
                found |= {_claim(row.contract_id, line.budget_line, dated) for line, dated in lines}
        for kept in (kept for rows in self.decided.values() for kept in rows if kept.status != "held"):
            found.add(_claim(kept.contract_id, kept.budget_line, _dated(kept)))
        return found


def _decided(kept: Any, again: set[_Claim]) -> ServiceLine | None:
    """A line that was decided; None for one that was held and is claimed by another requisition since."""
    line = _dated(kept)
    if kept.status != "held":
        return line.model_copy(update={"approved_cents": kept.approved_cents})
    return None if _claim(kept.contract_id, kept.budget_line, line) in again else line


def _dated(kept: Any) -> ServiceLine:
    return ServiceLine(
        no=kept.no, service_from=kept.service_from, service_to=kept.service_to, claimed_cents=kept.claimed_cents
    )


def _claimed(form: RequisitionForm) -> Iterator[ServiceLine]:
    for line in form.lines:
        yield ServiceLine(
            no=line.no, service_from=line.service_from or form.service_from,
            service_to=line.service_to or form.service_to, claimed_cents=line.amount_cents,
        )  # fmt: skip


def _claim(contract_id: str, budget_line: int, line: ServiceLine) -> _Claim:
    return contract_id, budget_line, line.service_from, line.service_to, line.claimed_cents


def _names(session: Session) -> dict[str, NamedContract]:
    told = (ContractReferral.model_validate_json(row.body) for row in _all(session, ReferredContract))
    return {one.contract_id: NamedContract(one.contract_no, one.vendor_name) for one in told}


def _all(session: Session, table: Any) -> list[Any]:
    return list(session.connection().execute(select(table.__table__)))
