"""Lists of requisitions, bounded: some rows, how many match and what they come to, and what each holder has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session

from models.payments.records import Requisition, Voucher
from models.payments.states import ALL_STATES, FINAL, Holder
from tasks.adapters.database import batches

# A search looks at this many words at most.
MOST_WORDS = 5
# The outcome of what no review has looked at yet.
UNREVIEWED = "unreviewed"


@dataclass(frozen=True)
class RequisitionFilter:
    """Which requisitions a list shows; empty means all. `late_on` keeps those that were to be paid before that day.

    `search` keeps those of which every word stands in the provider's name or the invoice number, or begins the
    requisition's number. `only_open` leaves closed ones out.
    """

    holder: str = ""
    outcome: str = ""
    state: str = ""
    search: str = ""
    late_on: date | None = None
    only_open: bool = False
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True)
class Totals:
    """How many requisitions, what they claim, and what their last reviews would release. Amounts in cents."""

    count: int = 0
    claimed_cents: int = 0
    net_cents: int = 0


@dataclass(frozen=True)
class HolderTotals:
    """What one holder has in hand, and how many of it should have been paid before today."""

    holder: str
    totals: Totals
    late: int


def requisition_rows(session: Session, wanted: RequisitionFilter) -> tuple[list[Any], Totals]:
    """Some rows, those to be paid first in front and those without a clock last, and the totals of all that match."""
    table = Requisition.__table__  # type: ignore[attr-defined]
    conditions = _conditions(wanted)
    totals = session.execute(select(*_sums()).where(*conditions)).one()
    query = (
        select(table)
        .where(*conditions)
        .order_by(table.c.required_on.is_(None), table.c.required_on, table.c.case_id)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )
    return list(session.execute(query)), Totals(*map(int, totals))


def holder_totals(session: Session, today: date) -> list[HolderTotals]:
    """What of the open requisitions each holder has, in the order of the procedure; none with zero."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    late = func.count().filter(table.required_on < today)
    query = select(table.state, *_sums(), late).where(table.state.not_in(FINAL)).group_by(table.state)
    found = {str(holder): [0, 0, 0, 0] for holder in Holder if holder is not Holder.NOBODY}
    for state, *counts in session.execute(query):
        held = found[str(ALL_STATES[state].holder)]
        held[:] = [had + int(more) for had, more in zip(held, counts, strict=True)]
    return [HolderTotals(holder, Totals(*counts[:3]), counts[3]) for holder, counts in found.items()]


def to_voucher(session: Session) -> tuple[int, int]:
    """How many approved requisitions are on no batch of vouchers yet, and what they come to in cents."""
    table = Voucher.__table__.c  # type: ignore[attr-defined]
    query = select(func.count(), func.coalesce(func.sum(table.net_cents), 0)).where(table.batch_no == "")
    number, cents = session.execute(query).one()
    return int(number), int(cents)


def requisition_names(session: Session, case_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Provider and claim of some requisitions, by number; numbers that are not known are left out."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.vendor_name, table.total_cents)
    return {
        row.case_id: (row.vendor_name, row.total_cents)
        for some in batches(case_ids)
        for row in session.execute(query.where(table.case_id.in_(some)))
    }


def _sums() -> tuple[ColumnElement[Any], ...]:
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return (
        func.count(), func.coalesce(func.sum(table.total_cents), 0), func.coalesce(func.sum(table.net_cents), 0),
    )  # fmt: skip


def _conditions(wanted: RequisitionFilter) -> list[ColumnElement[bool]]:
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    conditions: list[ColumnElement[bool]] = []
    if wanted.holder:
        held = [state.name for state in ALL_STATES.values() if state.holder.lower() == wanted.holder.lower()]
        conditions.append(table.state.in_(held))
    if wanted.outcome:
        conditions.append(table.outcome == ("" if wanted.outcome == UNREVIEWED else wanted.outcome))
    if wanted.state:
        conditions.append(table.state == wanted.state)
    if wanted.only_open:
        conditions.append(table.state.not_in(FINAL))
    if wanted.late_on:
        conditions += [table.required_on < wanted.late_on, table.state.not_in(FINAL)]
    if words := wanted.search.split()[:MOST_WORDS]:
        conditions.append(and_(*map(_mentions, words)))
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return or_(
        table.vendor_name.icontains(word, autoescape=True),
        table.invoice_no.icontains(word, autoescape=True),
        table.case_id.istartswith(word, autoescape=True),
    )
