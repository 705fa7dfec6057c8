"""How the budgets of contracts stand: which version is in force, and what came in and is not decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from models.payments.budget_changes import PendingChange
from models.payments.budget_states import ALL_STATES, FINAL, Kind
from models.payments.forms import BudgetForm
from models.payments.records import ApprovedLine, BudgetChange, FiscalYearBudget, ReferredContract
from models.shared.calendar import long_date, new_york_date
from tasks.adapters.ledger import StaleCase

Of = tuple[str, int]


@dataclass(frozen=True)
class Changes:
    """By contract and year: the change that is not decided, and the day on which the last one took effect."""

    pending: Mapping[Of, PendingChange]
    landed_on: Mapping[Of, date]


def load_changes(session: Session, contracts: Sequence[str]) -> Changes:
    """What rule P2 must know of the budgets of some contracts. A year's first budget changes none."""
    table, kept = BudgetChange.__table__.c, FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
    query = select(table.contract_id, table.fiscal_year, table.case_id, table.kind, table.lines, table.state)
    waits = table.contract_id.in_(contracts) & table.state.not_in(FINAL) & (table.kind != Kind.BUDGET.value)
    pending = {
        (row.contract_id, row.fiscal_year): PendingChange(
            f"{Kind(row.kind).words} {row.case_id}", numbers(row.lines), str(ALL_STATES[row.state].holder)
        )
        for row in session.execute(query.where(waits))
    }
    versions = select(kept.contract_id, kept.fiscal_year, kept.recorded_at)
    versions = versions.where(kept.contract_id.in_(contracts), kept.version > 1).order_by(kept.version)
    landed = {(row.contract_id, row.fiscal_year): new_york_date(row.recorded_at) for row in session.execute(versions)}
    return Changes(pending, landed)


def numbers(lines: str) -> tuple[int, ...]:
    """The numbers of lines as a row keeps them: `1,3`."""
    return tuple(int(number) for number in lines.split(",") if number)


def in_force(session: Session, contract_id: str, year: int) -> tuple[int, BudgetForm] | None:
    """The version of a year's budget that counts, and what it says; None where there is none."""
    table = FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract_id) & (table.fiscal_year == year)
    query = select(table.version, table.body).where(mine).order_by(table.version.desc()).limit(1)
    row = session.execute(query).first()
    return (row.version, BudgetForm.model_validate_json(row.body)) if row else None


def other_years(session: Session, contract_id: str, year: int) -> int:
    """What the budgets of a contract's other years come to, in cents."""
    table = FiscalYearBudget.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract_id) & (table.fiscal_year != year)
    rows = session.execute(select(table.fiscal_year, table.total_cents).where(mine).order_by(table.version))
    return sum({row.fiscal_year: row.total_cents for row in rows}.values())


def last_change(session: Session, contract_id: str, year: int) -> Any:
    """The row of the last budget that came in for a contract and year; None where none did."""
    table = BudgetChange.__table__  # type: ignore[attr-defined]
    mine = (table.c.contract_id == contract_id) & (table.c.fiscal_year == year)
    # Two digits at first, more once they are used up: the longer number is the later one.
    order = (func.length(table.c.case_id).desc(), table.c.case_id.desc())
    return session.execute(select(table).where(mine).order_by(*order).limit(1)).first()


def why_no_budget(session: Session, contract_id: str, year: int) -> str:
    """Why no requisition can be taken for a contract's year, and who has its budget; empty where one is in force."""
    if in_force(session, contract_id, year):
        return ""
    lacks = f"Contract {contract_id} has no budget for FY{year % 100:02d} that is in force."
    row = last_change(session, contract_id, year)
    if row is None:
        return f"{lacks} Import the budget; once it is signed, send the requisition again."
    since = long_date(new_york_date(row.state_since))
    if row.state not in FINAL:
        holder = ALL_STATES[row.state].holder
        return f"{lacks} {row.case_id} is with {holder} since {since}. Once it is signed, send the requisition again."
    ended = ALL_STATES[row.state].label.lower()
    return f"{lacks} {row.case_id} was {ended} on {since}: import a corrected budget first."


def approved_by_line(session: Session, contract_id: str, year: int) -> dict[int, int]:
    """What requisitions of a year were approved for, by budget line, in cents."""
    table = ApprovedLine.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract_id) & (table.fiscal_year == year)
    query = select(table.budget_line, func.sum(table.approved_cents)).where(mine).group_by(table.budget_line)
    return {no: int(cents) for no, cents in session.execute(query.order_by(table.budget_line))}


def count_change(session: Session, contract_id: str, read: int | None = None) -> None:
    """Let whoever signs on the contract at this moment find it changed. Raises StaleCase where it is not as read."""
    table = ReferredContract.__table__  # type: ignore[attr-defined]
    mine = table.c.contract_id == contract_id
    mine = mine if read is None else mine & (table.c.approvals == read)
    done = session.connection().execute(update(table).where(mine).values(approvals=table.c.approvals + 1))
    if done.rowcount != 1:
        raise StaleCase(f"Something else was signed on contract {contract_id} meanwhile. Look at it again.")
