"""Loads what the payment register and the prompt-payment report print, and enters printed papers in the register."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.payments.clock import days_late, forecast
from models.payments.match_lists import voucher_position
from models.payments.policy import Policy
from models.payments.records import Requisition, RequisitionRevision, Voucher
from models.payments.registers import RegisterRow, payment_register, prompt_payment_report
from models.payments.states import ALL_STATES
from models.payments.verdicts import RELEASING, Outcome
from models.shared.calendar import new_york_date
from models.shared.documents import Document, Office
from models.shared.findings import RANK, Severity
from models.shared.records import CaseFinding, StoredDocument
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.matching import load_lists
from tasks.adapters.policy import payments_policy
from tasks.adapters.rendering import StoredPdf


def unprinted(session: Session, office: Office, at: datetime) -> Iterator[Document]:
    """The register of this month and the prompt-payment report, where none of its number was printed yet."""
    today, policy = new_york_date(at), payments_policy()
    rows = register_rows(session, policy, today)
    if not rows:
        return
    month = today.replace(day=1)
    of_month = [row for row in rows if row.received_on >= month or (row.paid_on or date.min) >= month]
    vouchers = voucher_position(load_lists(session, today))
    report = prompt_payment_report(rows, today, office, at, policy).model_copy(update={"vouchers": vouchers})
    papers: list[Document] = [report]
    papers += [payment_register(of_month, month, office, at)] if of_month else []
    for paper in papers:
        if session.get(StoredDocument, paper.document_id) is None:
            yield paper


def register_rows(session: Session, policy: Policy, today: date) -> list[RegisterRow]:
    """Every requisition that a review has looked at, as the registers see it, by its number."""
    requisitions, vouchers = Requisition.__table__, Voucher.__table__  # type: ignore[attr-defined]
    received = RequisitionRevision.__table__.c  # type: ignore[attr-defined]
    query = select(received.case_id, received.received_on).order_by(received.revision)
    days: dict[str, date] = {case_id: day for case_id, day in session.execute(query)}
    paid = {row.case_id: row for row in session.execute(select(vouchers))}
    causes = _causes(session)
    looked_at = select(requisitions).where(requisitions.c.outcome != "").order_by(requisitions.c.case_id)
    return [
        _row(row, days[row.case_id], paid.get(row.case_id), causes.get(row.case_id, ""), policy, today)
        for row in session.execute(looked_at)
    ]


def _row(row: Any, received_on: date, voucher: Any, cause: str, policy: Policy, today: date) -> RegisterRow:
    outcome, paid_on = Outcome(row.outcome), voucher.paid_on if voucher else None
    net = voucher.net_cents if voucher else row.net_cents
    owed = net if outcome in RELEASING else row.approved_cents
    runs = row.required_on is not None and paid_on is None and outcome is not Outcome.RETURNED
    return RegisterRow(
        case_id=row.case_id, contract_id=row.contract_id, provider=row.vendor_name, ein=row.vendor_ein,
        received_on=received_on, ira_on=row.ira_on, required_on=row.required_on, outcome=outcome,
        claimed_cents=row.total_cents, approved_cents=row.approved_cents, net_cents=net,
        voucher_no=voucher.voucher_no if voucher else "", paid_on=paid_on,
        days_late=days_late(row.required_on, paid_on) if row.required_on and paid_on else 0,
        interest_cents=voucher.interest_cents if voucher else 0, holder=str(ALL_STATES[row.state].holder),
        forecast_cents=forecast(owed, row.required_on, today, policy).interest_cents if runs else 0, cause=cause,
    )  # fmt: skip


def _causes(session: Session) -> dict[str, str]:
    """Why a requisition waits: the words of its most serious open finding."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.code, table.subject, table.severity)
    rows = session.execute(query.where(table.process == PROCESS, table.closed_at.is_(None)))
    found = sorted(rows, key=lambda row: (RANK[Severity(row.severity)], row.code, row.subject))
    return {row.case_id: f"{row.code} {row.subject}".strip() for row in found}


def register(session: Session, pdfs: Sequence[StoredPdf]) -> list[str]:
    """Enter papers in the register; one that was printed before with the same number stays as it is."""
    column: Any = StoredDocument.document_id
    numbers = [pdf.document.document_id for pdf in pdfs]
    known = set(session.execute(select(column).where(column.in_(numbers))).scalars())
    rows = [pdf.row(PROCESS, "", "report") for pdf in pdfs if pdf.document.document_id not in known]
    if rows:
        session.connection().execute(insert(StoredDocument), rows)
    return numbers
