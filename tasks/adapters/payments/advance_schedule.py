"""The months in which the advance of a contract comes back, with what came back so far."""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.payments.advances import Installment, schedule
from models.payments.facts import scheduled_advance
from models.payments.records import Voucher
from tasks.adapters.payments.cases import facts_about


def open_schedule(session: Session, contract_id: str) -> tuple[Installment, ...]:
    """The schedule of an advance that is still out; empty where none is, or where no schedule was told."""
    column: Any = Voucher.contract_id
    taken = session.execute(select(func.sum(Voucher.recouped_cents)).where(column == contract_id)).scalar()
    advance = scheduled_advance(facts_about(session, contract_id), int(taken or 0))
    return schedule(advance) if advance and advance.left_cents else ()
