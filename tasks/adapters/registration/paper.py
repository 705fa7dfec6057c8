"""Loads what the contract sheet and the weekly report print, and enters printed papers in the register."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.registration.documents import CheckpointLine, ContractSheet, RegistrationReport
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.reports import ReportedCase, registration_report
from models.registration.rules import review
from models.registration.sheets import contract_sheet
from models.shared.calendar import fiscal_year, new_york_date
from models.shared.documents import Office
from models.shared.records import Contract, StoredDocument
from tasks.adapters.checkpoints import checkpoint_file, read_register
from tasks.adapters.register import enter_papers
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.history import PROCESS, history_lines, load_history
from tasks.adapters.rendering import StoredPdf


def sheets(
    session: Session, case_ids: Sequence[str], policy: Policy, office: Office, at: datetime
) -> Iterator[ContractSheet]:
    """The sheets of some cases as of now."""
    column: Any = Contract.contract_id
    originals = {
        c.contract_id: c.original_amount_cents
        for c in session.execute(select(Contract).where(column.in_(case_ids))).scalars()
    }
    histories = load_history(session, case_ids)
    for loaded in load_cases(session, case_ids, new_york_date(at)):
        case_id = loaded.packet.case_id
        lines = history_lines(histories[case_id])
        yield contract_sheet(review(loaded.packet, policy), lines, policy, office, originals[case_id], at)


def report(session: Session, policy: Policy, office: Office, at: datetime) -> RegistrationReport:
    """The weekly report of the current fiscal year, or of the latest that has contracts."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    years = sorted(session.execute(select(table.fiscal_year).distinct()).scalars())
    if not years:
        raise LookupError("There is no contract to report on yet. Import an award list first.")
    current = fiscal_year(new_york_date(at))
    year = current if current in years else years[-1]
    query = select(table.case_id).where(table.fiscal_year == year, table.folded_into == "").order_by(table.case_id)
    case_ids = list(session.execute(query).scalars())
    histories = load_history(session, case_ids)
    cases = [
        ReportedCase(review(loaded.packet, policy), history_lines(histories[loaded.packet.case_id]))
        for loaded in load_cases(session, case_ids, new_york_date(at))
    ]
    return registration_report(cases, policy, office, year, at, _checkpoint(at))


def unprinted_report(session: Session, policy: Policy, office: Office, at: datetime) -> Iterator[RegistrationReport]:
    """The report of now, unless one of its number stands in the register: what was issued is not printed anew."""
    made = report(session, policy, office, at)
    if session.get(StoredDocument, made.document_id) is None:
        yield made


def _checkpoint(at: datetime) -> CheckpointLine:
    register = read_register(checkpoint_file())
    made_at = datetime.fromisoformat(register.at) if register.at else at
    return CheckpointLine(made_at=made_at, cases=register.cases, sha256=register.state_hash())


def register(session: Session, pdfs: Sequence[StoredPdf], kind: str) -> list[str]:
    """Enter papers in the register; one that was printed before with the same number stays as it is."""
    return enter_papers(session, pdfs, lambda pdf: pdf.row(PROCESS, _case_of(pdf), kind))


def _case_of(pdf: StoredPdf) -> str:
    document = pdf.document
    return document.contract.contract_id if isinstance(document, ContractSheet) else ""
