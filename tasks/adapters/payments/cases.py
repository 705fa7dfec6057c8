"""Requisitions in the database: packets out."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.acts import standing_signer
from models.payments.assembly import Filed, Known, assemble
from models.payments.facts import FactRow, Facts
from models.payments.forms import BudgetForm, RequisitionForm
from models.payments.packet import EarlierLine, RequisitionPacket
from models.payments.policy import Policy
from models.payments.records import (
    ApprovedLine,
    FiscalYearBudget,
    PaymentFact,
    ReferredContract,
    Requisition,
    RequisitionRevision,
    Voucher,
)
from models.payments.states import FINAL, UNDECIDED
from models.shared.calendar import new_york_date
from models.shared.records import CaseEvent
from models.shared.referrals import ContractReferral
from models.shared.signing import SignedEvent, signers
from tasks.adapters.ledger import CaseHead, head_of

PROCESS = "payments"


@dataclass(frozen=True)
class LoadedRequisition:
    """A packet, the head of the case that it was taken from, and its history as far as signatures go.

    `approvals` counts what was approved on the contract so far: who approves must find it so.
    """

    packet: RequisitionPacket
    head: CaseHead
    contract_id: str
    vendor_ein: str
    history: tuple[SignedEvent, ...]
    approvals: int


def open_case_ids(session: Session) -> list[str]:
    """Ids of all requisitions that are not closed, in order."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return list(
        session.execute(select(table.case_id).where(table.state.not_in(FINAL)).order_by(table.case_id)).scalars()
    )


def undecided_case_ids(session: Session) -> list[str]:
    """Ids of the requisitions that a review may still change, in order."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return list(
        session.execute(select(table.case_id).where(table.state.in_(UNDECIDED)).order_by(table.case_id)).scalars()
    )


def contract_ids(session: Session, case_ids: Sequence[str]) -> list[str]:
    """The contracts of some requisitions, in order."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    query = select(table.contract_id).where(table.case_id.in_(case_ids)).distinct().order_by(table.contract_id)
    return list(session.execute(query).scalars())


def load_requisitions(
    session: Session, case_ids: Sequence[str], policy: Policy, as_of: date
) -> list[LoadedRequisition]:
    """The packets of some requisitions as of a day, in the order of the ids; an unknown id is left out."""
    rows = {row.case_id: row for row in _all(session, Requisition, "case_id", case_ids)}
    contracts = sorted({row.contract_id for row in rows.values()})
    about = _About.load(session, contracts, rows)
    told = histories(session, list(rows))
    return [
        _loaded(rows[case_id], about, told[case_id], policy, as_of) for case_id in filter(rows.__contains__, case_ids)
    ]


@dataclass(frozen=True)
class _Other:
    """A line of another requisition; `opened_at` is None where it was decided."""

    case_id: str
    opened_at: datetime | None
    line: EarlierLine


@dataclass(frozen=True)
class _About:
    """All rows about some contracts and requisitions, by what they are about."""

    referred: Mapping[str, Any]
    budgets: Mapping[tuple[str, int], BudgetForm]
    facts: Mapping[str, Facts]
    revisions: Mapping[str, Any]
    earlier: Mapping[str, Sequence[_Other]]
    vouchers: Mapping[str, Sequence[Any]]

    @classmethod
    def load(cls, session: Session, contracts: Sequence[str], rows: Mapping[str, Any]) -> "_About":
        budgets: dict[tuple[str, int], BudgetForm] = {}
        for row in sorted(_all(session, FiscalYearBudget, "contract_id", contracts), key=lambda r: r.version):
            budgets[row.contract_id, row.fiscal_year] = BudgetForm.model_validate_json(row.body)
        return cls(
            {row.contract_id: row for row in _all(session, ReferredContract, "contract_id", contracts)},
            budgets,
            facts_of(session, [*contracts, *rows]),
            _revisions(session, list(rows)),
            _earlier(session, contracts),
            _grouped(_all(session, Voucher, "contract_id", contracts), "contract_id"),
        )


def _loaded(row: Any, about: _About, history: Sequence[SignedEvent], policy: Policy, as_of: date) -> LoadedRequisition:
    revision, referred = about.revisions[row.case_id], about.referred[row.contract_id]
    others = [v for v in about.vouchers.get(row.contract_id, ()) if v.case_id != row.case_id]
    mine = next((v for v in about.vouchers.get(row.contract_id, ()) if v.case_id == row.case_id), None)
    known = Known(
        referral=ContractReferral.model_validate_json(referred.body),
        budget=about.budgets[row.contract_id, row.fiscal_year],
        of_contract=about.facts.get(row.contract_id, Facts(())),
        of_requisition=about.facts.get(row.case_id, Facts(())),
        earlier=_before(row, about.earlier.get(row.contract_id, ())),
        recouped_cents=sum(v.recouped_cents for v in others),
        fee_cents=sum(v.fee_cents for v in others),
        paid_on=mine.paid_on if mine else None,
    )
    filed = Filed(
        RequisitionForm.model_validate_json(revision.body), revision.received_on, revision.submitted_by,
        standing_signer(history, "program_approved"), standing_signer(history, "fiscal_approved"),
    )  # fmt: skip
    packet = assemble(filed, known, policy, as_of)
    return LoadedRequisition(packet, head_of(row), row.contract_id, row.vendor_ein, tuple(history), referred.approvals)


def _before(row: Any, others: Sequence[_Other]) -> tuple[EarlierLine, ...]:
    """Lines of other requisitions that this one must not repeat: decided ones, and those that came before it."""
    mine = (row.opened_at, row.case_id)
    return tuple(
        other.line
        for other in others
        if other.case_id != row.case_id and (other.opened_at is None or (other.opened_at, other.case_id) < mine)
    )


def _revisions(session: Session, case_ids: Sequence[str]) -> dict[str, Any]:
    rows = sorted(_all(session, RequisitionRevision, "case_id", case_ids), key=lambda row: row.revision)
    return {row.case_id: row for row in rows}


def facts_about(session: Session, subject: str) -> Facts:
    """What is known of one contract or requisition."""
    return facts_of(session, [subject]).get(subject, Facts(()))


def facts_of(session: Session, subjects: Sequence[str]) -> dict[str, Facts]:
    """What is known of some contracts and requisitions, by their ids."""
    rows = sorted(_all(session, PaymentFact, "subject", subjects), key=lambda r: (r.recorded_at, r.position))
    found = _grouped(rows, "subject")
    return {key: Facts(FactRow.model_validate_json(row.body) for row in mine) for key, mine in found.items()}


def _earlier(session: Session, contracts: Sequence[str]) -> dict[str, list[_Other]]:
    """What was approved of other requisitions, and what others that are not decided claim: nobody claims it twice."""
    found: dict[str, list[_Other]] = defaultdict(list)
    for row in sorted(_all(session, ApprovedLine, "contract_id", contracts), key=lambda r: (r.case_id, r.no)):
        found[row.contract_id].append(_Other(row.case_id, None, _approved(row)))
    waiting = [row for row in _all(session, Requisition, "contract_id", contracts) if row.state in UNDECIDED]
    revisions = _revisions(session, [row.case_id for row in waiting])
    for row in sorted(waiting, key=lambda r: r.case_id):
        form = RequisitionForm.model_validate_json(revisions[row.case_id].body)
        status = "returned" if row.state == "returned" else "held"
        found[row.contract_id] += [_Other(row.case_id, row.opened_at, line) for line in _claimed(form, status)]
    return found


def _approved(row: Any) -> EarlierLine:
    return EarlierLine(
        invoice_no=row.invoice_no, budget_line=row.budget_line, service_from=row.service_from,
        service_to=row.service_to, claimed_cents=row.claimed_cents, approved_cents=row.approved_cents,
        status=row.status, credit_of=row.credit_of,
    )  # fmt: skip


def _claimed(form: RequisitionForm, status: Any) -> Iterable[EarlierLine]:
    for line in form.lines:
        start, end = line.service_from or form.service_from, line.service_to or form.service_to
        if start and end:
            yield EarlierLine(
                invoice_no=form.invoice_no, budget_line=line.budget_line, service_from=start, service_to=end,
                claimed_cents=line.amount_cents, approved_cents=0, status=status, credit_of=line.credit_of,
            )  # fmt: skip


def histories(session: Session, case_ids: Sequence[str]) -> dict[str, list[SignedEvent]]:
    """What happened to some requisitions, as far as signatures go, oldest first."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    columns = (table.case_id, table.event, table.occurred_at, table.payload)
    query = select(*columns).where(table.process == PROCESS, table.case_id.in_(case_ids))
    found: dict[str, list[SignedEvent]] = defaultdict(list)
    for case_id, event, at, payload in session.execute(query.order_by(table.case_id, table.seq)):
        found[case_id].append(SignedEvent(event, new_york_date(at), signers(json.loads(payload))))
    return found


def _all(session: Session, table: Any, column: str, values: Sequence[str]) -> list[Any]:
    columns = table.__table__
    return list(session.connection().execute(select(columns).where(columns.c[column].in_(list(values)))))


def _grouped(rows: Iterable[Any], key: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
