"""What is owed at the end of a fiscal year, read from the tables, and its paper where it was not printed yet."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.accruals import BilledService, Refund, ServiceLine, YearEnd, accruals
from models.payments.facts import Facts
from models.payments.forms import RequisitionForm
from models.payments.matches import Standing
from models.payments.records import (
    ApprovedLine,
    ReferredContract,
    RefundDue,
    Requisition,
    RequisitionRevision,
    Voucher,
)
from models.payments.refunds import advance_refund, overpaid_refunds
from models.payments.states import UNDECIDED
from models.payments.year_end import NamedContract, last_ended_year, year_end_position
from models.shared.calendar import fiscal_year_bounds, new_york_date
from models.shared.documents import Document, Office
from models.shared.records import StoredDocument
from models.shared.referrals import ContractReferral
from tasks.adapters.payments.case_rows import load_facts
from tasks.adapters.payments.matching import load_matching
from tasks.adapters.policy import payments_policy
from tasks.adapters.rows import grouped

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
    told = load_facts(session, sorted({*rows.names, *rows.requisitions}))
    refunds = [*_advances(rows, told, on), *_overpaid(session, told, on)]
    return accruals(rows.services(), refunds, year), rows.names


def _advances(rows: "_Rows", told: Mapping[str, Facts], on: date) -> Iterator[Refund]:
    for kept in sorted(rows.refunds, key=lambda row: row.case_id):
        offset = sum(v.offset_cents for v in rows.vouchers_of(kept.vendor_ein) if new_york_date(v.approved_at) <= on)
        refund = advance_refund(
            kept.contract_id, kept.case_id, told.get(kept.contract_id, Facts(())), on, since=kept.due_since,
            left_cents=kept.amount_cents - min(kept.offset_cents, offset),
        )  # fmt: skip
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
    vouchers: Mapping[str, Sequence[Any]]
    refunds: Sequence[Any]

    @classmethod
    def load(cls, session: Session) -> "_Rows":
        """Everything, in as many queries as there are tables."""
        requisitions = {row.case_id: row for row in _all(session, Requisition) if row.state != "withdrawn"}
        kept = sorted(_all(session, ApprovedLine), key=lambda row: (row.case_id, row.part, row.no))
        latest = {(row.case_id, row.revision) for row in requisitions.values()}
        forms = {
            row.case_id: RequisitionForm.model_validate_json(row.body)
            for row in _all(session, RequisitionRevision)
            if (row.case_id, row.revision) in latest
        }
        decided = grouped((row for row in kept if row.case_id in requisitions), "case_id")
        vouchers = grouped(sorted(_all(session, Voucher), key=lambda row: (row.part, row.issue)), "case_id")
        return cls(_names(session), requisitions, forms, decided, vouchers, _all(session, RefundDue))

    def vouchers_of(self, vendor_ein: str) -> Iterator[Any]:
        """All vouchers of one vendor."""
        for case_id, rows in self.vouchers.items():
            if case_id in self.requisitions and self.requisitions[case_id].vendor_ein == vendor_ein:
                yield from rows

    def services(self) -> Iterator[BilledService]:
        """Each part of each requisition as it stands; what was disallowed or withdrawn whole is owed by nobody."""
        again = self._claims()
        for case_id, row in sorted(self.requisitions.items()):
            parts = grouped(self.decided.get(case_id, ()), "part")
            for part, kept in sorted(parts.items()):
                lines = [line for one in kept for line in _decided(one, again)]
                yield self._service(row, int(part), lines)
            if not parts and row.state in UNDECIDED:
                yield self._service(row, 1, list(_claimed(self.forms[case_id])))

    def _service(self, row: Any, part: int, lines: Sequence[ServiceLine]) -> BilledService:
        mine = [voucher for voucher in self.vouchers.get(row.case_id, ()) if voucher.part == part]
        owed = sum(voucher.net_cents - voucher.paid_cents - voucher.voided_cents for voucher in mine)
        paid = sum(voucher.paid_cents for voucher in mine)
        off = sum(voucher.recouped_cents + voucher.fee_cents + voucher.offset_cents for voucher in mine)
        days = [voucher.paid_on for voucher in mine if voucher.paid_on]
        return BilledService(
            case_id=row.case_id if part == 1 else f"{row.case_id}, part {part}", revision=row.revision,
            contract_id=row.contract_id, invoice_no=row.invoice_no, lines=tuple(lines),
            # What was paid of a part that is not paid in full is owed no more.
            deducted_cents=off + (paid if owed else 0), paid_on=max(days) if days and not owed else None,
            is_returned=row.state == "returned" and row.part == part,
        )  # fmt: skip

    def _claims(self) -> Mapping[_Claim, set[str]]:
        """Which requisitions claim a service, of those that are not decided, or were decided and not held."""
        found: dict[_Claim, set[str]] = defaultdict(set)
        for case_id, row in self.requisitions.items():
            if row.state in UNDECIDED:
                lines = zip(self.forms[case_id].lines, _claimed(self.forms[case_id]), strict=True)
                for line, dated in lines:
                    found[_claim(row.contract_id, line.budget_line, dated)].add(case_id)
        for kept in (kept for rows in self.decided.values() for kept in rows if kept.status != "held"):
            found[_claim(kept.contract_id, kept.budget_line, _dated(kept))].add(kept.case_id)
        return found


def _decided(kept: Any, again: Mapping[_Claim, set[str]]) -> Iterator[ServiceLine]:
    """A line as a part left it: what was decided, and what is open unless another requisition claims it since."""
    line = _dated(kept)
    if kept.status != "held":
        yield line.model_copy(
            update={"claimed_cents": kept.claimed_cents - kept.open_cents, "approved_cents": kept.approved_cents}
        )
    elsewhere = again.get(_claim(kept.contract_id, kept.budget_line, line), set()) - {kept.case_id}
    if kept.open_cents and not elsewhere:
        yield line.model_copy(update={"claimed_cents": kept.open_cents})


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
