"""Budgets that came in, in the database: packets out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.assembly import rates
from models.payments.budget_packet import BudgetInForce, BudgetPacket
from models.payments.budget_states import ALL_STATES, FINAL, Kind
from models.payments.forms import BudgetForm
from models.payments.packet import BudgetLineFacts
from models.payments.records import BudgetChange, ReferredContract
from models.shared.referrals import ContractReferral
from models.shared.signing import SignedEvent
from tasks.adapters.case_history import histories
from tasks.adapters.ledger import CaseHead, head_of
from tasks.adapters.payments.budget_standing import approved_by_line, in_force, other_years
from tasks.adapters.payments.cases import facts_about

PROCESS = "budgets"


@dataclass(frozen=True)
class LoadedBudget:
    """A packet, the row that it was taken from, and the case's history as far as signatures go.

    `approvals` counts what was signed on the contract so far: whoever lets it take effect must find it so.
    """

    packet: BudgetPacket
    row: Any
    head: CaseHead
    history: tuple[SignedEvent, ...]
    approvals: int


def budget_lines(form: BudgetForm) -> tuple[BudgetLineFacts, ...]:
    """The lines of a budget as the rules see them."""
    return tuple(BudgetLineFacts(**line.model_dump()) for line in form.lines)


def load_budgets(session: Session, case_ids: Sequence[str], as_of: date) -> list[LoadedBudget]:
    """The packets of some budgets as of a day, in the order of the ids; an unknown id is left out."""
    table = BudgetChange.__table__  # type: ignore[attr-defined]
    query = select(table).where(table.c.case_id.in_(list(case_ids)))
    rows = {row.case_id: row for row in session.execute(query)}
    told = histories(session, PROCESS, list(rows))
    return [
        _loaded(session, rows[case_id], tuple(told[case_id]), as_of)
        for case_id in dict.fromkeys(case_ids)
        if case_id in rows
    ]


def _loaded(session: Session, row: Any, history: tuple[SignedEvent, ...], as_of: date) -> LoadedBudget:
    referred = session.get_one(ReferredContract, row.contract_id)
    referral = ContractReferral.model_validate_json(referred.body)
    counts = in_force(session, row.contract_id, row.fiscal_year)
    packet = BudgetPacket(
        case_id=row.case_id, kind=Kind(row.kind), contract_id=row.contract_id, contract_no=referral.contract_no,
        provider=row.vendor_name, fiscal_year=row.fiscal_year,
        lines=budget_lines(BudgetForm.model_validate_json(row.body)), based_on=row.based_on,
        in_force=BudgetInForce(version=counts[0], lines=budget_lines(counts[1])) if counts else BudgetInForce(),
        max_cents=referral.max_cents, other_years_cents=other_years(session, row.contract_id, row.fiscal_year),
        amendment=referral.pending, term_start=referral.term_start, term_end=referral.term_end,
        rates=rates(facts_about(session, row.contract_id)),
        approved=tuple(approved_by_line(session, row.contract_id, row.fiscal_year).items()),
        received_on=row.received_on, submitted_by=row.submitted_by, as_of=as_of,
    )  # fmt: skip
    return LoadedBudget(packet, row, head_of(row), history, referred.approvals)


def open_budgets(session: Session, holder: str = "") -> list[Any]:
    """Rows of budgets that are not decided, the longest waiting first; with a holder only theirs."""
    table = BudgetChange.__table__  # type: ignore[attr-defined]
    query = select(table).where(table.c.state.not_in(FINAL)).order_by(table.c.opened_at, table.c.case_id)
    if holder:
        held = [s.name for s in ALL_STATES.values() if s.holder.lower() == holder.lower()]
        query = query.where(table.c.state.in_(held))
    return list(session.execute(query))


def decided_budgets(session: Session, limit: int) -> list[Any]:
    """Rows of budgets that came to their end, the latest first."""
    table = BudgetChange.__table__  # type: ignore[attr-defined]
    query = select(table).where(table.c.state.in_(FINAL)).order_by(table.c.state_since.desc(), table.c.case_id)
    return list(session.execute(query.limit(limit)))
