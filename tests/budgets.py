"""Budgets that tests bring in: the one that the office opens with, moved, and with more money."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.payments.records import BudgetChange, FiscalYearBudget
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.payments_office import BUDGET, CONTRACT, bring, budget_csv

FIRST, SECOND, THIRD = (f"{CONTRACT}-FY27-B{number:02d}" for number in (1, 2, 3))
# $2,000.00 from salaries to supplies.
MOVED = ((1, "PS", "Program manager", "58000.00"), BUDGET[1], (3, "OTPS", "Supplies and rent", "14000.00"), BUDGET[3])
# $2,200.00 more for supplies: $100,000.00 in all.
MORE = (*BUDGET[:2], (3, "OTPS", "Supplies and rent", "14200.00"), BUDGET[3])


def bring_budget(folder: Path, *lines: tuple[int, str, str, str], submitted_by: str = "", fy: int = 2027) -> Any:
    """Import a budget of these lines under a name of its own; the result, or what it was refused for."""
    name = f"budget-{len(list(folder.iterdir()))}.csv"
    return bring(folder, "budgets", name, budget_csv(*lines, fy=fy), submitted_by)


def versions(contract: str = CONTRACT) -> list[tuple[int, int]]:
    """Number and total of each version of the contract's budgets, in order."""
    table = FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
    query = select(table.version, table.total_cents).where(table.contract_id == contract).order_by(table.version)
    with reading() as session:
        return [tuple(row) for row in session.execute(query)]


def states(contract: str = CONTRACT) -> dict[str, str]:
    """Where each budget of the contract stands."""
    table = BudgetChange.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.state).where(table.contract_id == contract).order_by(table.case_id)
    with reading() as session:
        return {case_id: state for case_id, state in session.execute(query)}


def told(case_id: str) -> list[str]:
    """The events of a budget, in order."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == "budgets") & (table.case_id == case_id)
    with reading() as session:
        return list(session.execute(select(table.event).where(mine).order_by(table.seq)).scalars())
