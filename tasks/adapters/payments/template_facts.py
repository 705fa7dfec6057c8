"""Writes the template of a contract's next requisition from what is known of the contract."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session

from models.payments.facts import Fact
from models.payments.forms import Basis, BudgetForm
from models.payments.records import FiscalYearBudget, ReferredContract, Requisition
from models.shared.referrals import ContractReferral
from tasks.adapters.payments.budget_standing import approved_by_line
from tasks.adapters.payments.cases import facts_about
from tasks.adapters.payments.template_file import TemplateContract, TemplateLine, requisition_template


class TemplateUnknown(LookupError):
    """There is no such contract, or it has no budget yet; the message says what to do."""


def write_template(session: Session, contract_id: str, path: Path, at: datetime) -> str:
    """Write the template and return the number of the requisition. Raises TemplateUnknown and ExportRefused."""
    row = session.get(ReferredContract, contract_id)
    if row is None:
        raise TemplateUnknown(f"Contract {contract_id[:40]} is not known to payments: it must be registered first.")
    referral = ContractReferral.model_validate_json(row.body)
    budget = _budget(session, contract_id)
    approved, address = approved_by_line(session, contract_id, budget.fy), facts_about(session, contract_id)
    told = address.last(Fact.PAYEE_ADDRESS)
    number = f"{contract_id}-{_next(session, contract_id):02d}"
    lines = [
        TemplateLine(line.no, line.title, line.category, line.amount_cents, approved.get(line.no, 0), Basis(line.basis))
        for line in budget.lines
    ]
    contract = TemplateContract(
        referral.contract_no, number, referral.vendor_name, budget.fy, at,
        payee_address=told.name if told else referral.payee_address,
    )  # fmt: skip
    requisition_template(contract, lines, path)
    return number


def _budget(session: Session, contract_id: str) -> BudgetForm:
    table = FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
    query = select(table.body).where(table.contract_id == contract_id)
    body = session.execute(query.order_by(table.fiscal_year.desc(), table.version.desc()).limit(1)).scalar()
    if body is None:
        raise TemplateUnknown(f"Contract {contract_id} has no budget in force yet. It needs one that is signed.")
    return BudgetForm.model_validate_json(body)


def _next(session: Session, contract_id: str) -> int:
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return 1 + int(session.execute(select(func.count()).where(table.contract_id == contract_id)).scalar_one())
