"""Months as lists show them: the most serious first, by holder and month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.fiscal.records import FiscalMonth
from models.fiscal.states import ALL_STATES, Holder
from models.shared.findings import RANK, Severity

HOLDERS = tuple(str(holder) for holder in Holder if holder is not Holder.NOBODY)


@dataclass(frozen=True)
class MonthFilter:
    """Which months are wanted; each empty field asks for all. `overdue` asks for those whose day is before it."""

    holder: str = ""
    state: str = ""
    month: date | None = None
    contract: str = ""
    only_open: bool = True
    overdue: date | None = None


def month_rows(session: Session, wanted: MonthFilter) -> list[Any]:
    """Rows of months, the most serious first, then the oldest."""
    table = FiscalMonth.__table__  # type: ignore[attr-defined]
    query = select(table)
    if wanted.state:
        query = query.where(table.c.state == wanted.state)
    elif wanted.only_open:
        query = query.where(table.c.state.in_([state.name for state in ALL_STATES.values() if not state.final]))
    if wanted.holder:
        held = [state.name for state in ALL_STATES.values() if state.holder.lower() == wanted.holder.lower()]
        query = query.where(table.c.state.in_(held))
    if wanted.month:
        query = query.where(table.c.month == wanted.month)
    if wanted.contract:
        query = query.where(table.c.contract_id == wanted.contract)
    if wanted.overdue:
        query = query.where(table.c.due_on < wanted.overdue)
    return sorted(session.execute(query), key=by_weight)


def by_weight(row: Any) -> tuple[Any, ...]:
    """Sorts months: the most serious first, then the oldest."""
    return -(RANK[Severity(row.worst)] if row.worst else -1), row.month, row.case_id


def months_known(session: Session) -> list[date]:
    """The months that were reviewed, the latest first."""
    column: Any = FiscalMonth.month
    return list(session.execute(select(column).distinct().order_by(column.desc())).scalars())


def month_names(session: Session, case_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Provider and spending so far, in cents, of some months."""
    table = FiscalMonth.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.vendor_name, table.spent_cents).where(table.case_id.in_(case_ids))
    return {row.case_id: (row.vendor_name, row.spent_cents) for row in session.execute(query)}


def held_now(session: Session) -> dict[str, int]:
    """How many months each holder has."""
    table = FiscalMonth.__table__.c  # type: ignore[attr-defined]
    found = dict.fromkeys(HOLDERS, 0)
    for state, count in session.execute(select(table.state, func.count()).group_by(table.state)):
        if (holder := str(ALL_STATES[state].holder)) in found:
            found[holder] += int(count)
    return found
