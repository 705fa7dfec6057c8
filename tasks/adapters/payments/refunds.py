"""What vendors owe the City: kept when a requisition is settled, set off by order of Fiscal."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.payments.facts import Fact, FactRow, Facts
from models.payments.records import RefundDue, Requisition, Voucher
from models.payments.states import UNDECIDED
from tasks.adapters.database import batches
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments.case_rows import load_facts, owed_of, refunds_owed
from tasks.adapters.rows import all_rows

ADVANCE = "advance"
_CASES = Requisition.__table__  # type: ignore[attr-defined]


def refund_open(session: Session, vendor_ein: str) -> int:
    """What a vendor owes the City now. In cents."""
    return refunds_owed(session, [vendor_ein]).get(vendor_ein, 0)


def keep_refund(session: Session, case_id: str, on: date) -> None:
    """Keep what is left of a contract's advance once its last requisition is settled and nothing of it is open.

    What is kept already stays, and grows where more was advanced. Source: P19.
    """
    case = session.execute(select(_CASES).where(_CASES.c.case_id == case_id)).one()
    told = load_facts(session, [case_id, case.contract_id])
    is_last = told.get(case_id, Facts(())).last(Fact.LAST_REQUISITION) is not None
    if not is_last or case.state in UNDECIDED or case.open_lines:
        return
    kept = {(row.case_id, row.reason): row for row in all_rows(session, RefundDue, "contract_id", [case.contract_id])}
    mine = kept.pop((case_id, ADVANCE), None)
    cents = sum(fact.amount_cents or 0 for fact in told.get(case.contract_id, Facts(())).every(Fact.ADVANCE))
    cents -= sum(row.recouped_cents for row in all_rows(session, Voucher, "contract_id", [case.contract_id]))
    cents -= sum(row.amount_cents for row in kept.values())
    table = RefundDue.__table__  # type: ignore[attr-defined]
    if mine is None and cents > 0:
        row = {
            "case_id": case_id, "reason": ADVANCE, "contract_id": case.contract_id, "vendor_ein": case.vendor_ein,
            "amount_cents": cents, "offset_cents": 0, "due_since": on,
        }  # fmt: skip
        session.connection().execute(insert(table), [row])
    elif mine is not None and cents > mine.amount_cents:
        same = (table.c.case_id == case_id) & (table.c.reason == ADVANCE)
        session.connection().execute(update(table).where(same).values(amount_cents=cents))


def keep_refunds_told(session: Session, told: Iterable[FactRow], on: date) -> None:
    """Keep what is due where a requisition is told to be the last one, or more was advanced, after it was settled.

    Who settles one of them at this moment waits, or is waited for: one of both sees that it is the last.
    """
    rows = [row for row in told if row.kind in (Fact.LAST_REQUISITION, Fact.ADVANCE)]
    for some in batches(sorted({row.subject for row in rows})):
        mine = _CASES.c.case_id.in_(some) | _CASES.c.contract_id.in_(some)
        query = select(_CASES.c.case_id).where(mine).order_by(_CASES.c.case_id).with_for_update()
        for case_id in session.execute(query).scalars().all():
            keep_refund(session, case_id, on)


def set_off(session: Session, vendor_ein: str, cents: int) -> None:
    """Take an amount off what a vendor owes, the oldest first. Raises StaleCase where somebody else did meanwhile."""
    left = cents
    for row, owed in _owing(session, vendor_ein):
        taken = min(left, owed)
        if taken <= 0:
            continue
        table = RefundDue.__table__  # type: ignore[attr-defined]
        same = (table.c.case_id == row.case_id) & (table.c.reason == row.reason)
        same &= table.c.offset_cents == row.offset_cents
        done = session.connection().execute(update(table).where(same).values(offset_cents=row.offset_cents + taken))
        if done.rowcount != 1:
            break
        left -= taken
    if left:
        raise StaleCase("The refund was set off or received meanwhile. Look at it again.")


def _owing(session: Session, vendor_ein: str) -> Sequence[tuple[Any, int]]:
    rows = sorted(
        all_rows(session, RefundDue, "vendor_ein", [vendor_ein]), key=lambda row: (row.due_since, row.case_id)
    )
    facts = load_facts(session, sorted({row.contract_id for row in rows}))
    return [(row, owed_of(row, facts.get(row.contract_id, Facts(())))) for row in rows]
