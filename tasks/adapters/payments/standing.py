"""Moves requisitions to where their money stands, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.records import Requisition, Voucher
from models.payments.standing import VoucherStanding, money_event, money_state
from models.payments.states import FINAL, LIFECYCLE, MONEY
from tasks.adapters.case_findings import close_findings
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of
from tasks.adapters.payments.case_rows import PROCESS
from tasks.adapters.rows import all_rows, grouped


@dataclass(frozen=True)
class Noted:
    """What happened to a requisition's money, and when; `before` are events that come first."""

    told: Mapping[str, Any]
    before: Sequence[tuple[str, Mapping[str, Any]]] = field(default_factory=tuple)


def vouchers_of(session: Session, case_id: str) -> list[Any]:
    """All vouchers of a requisition, by part and issue."""
    return sorted(all_rows(session, Voucher, "case_id", [case_id]), key=lambda row: (row.part, row.issue))


def standing_of(row: Any) -> VoucherStanding:
    """A voucher as far as it says where its requisition stands."""
    return VoucherStanding(
        voucher_no=row.voucher_no, net_cents=row.net_cents, batch_no=row.batch_no, paid_cents=row.paid_cents,
        voided_cents=row.voided_cents, returned_on=row.returned_on, voided_on=row.voided_on,
        reissued_as=row.reissued_as,
    )  # fmt: skip


def settle(session: Session, noted: Mapping[str, Noted], actor: str, at: datetime) -> None:
    """Record what happened to the money of requisitions, and move each to where it then stands."""
    if not noted:
        return
    column: Any = Requisition.case_id
    case_ids = sorted(noted)
    rows = session.execute(select(Requisition.__table__).where(column.in_(case_ids)).order_by(column)).all()  # type: ignore[attr-defined]
    vouchers = grouped(all_rows(session, Voucher, "case_id", case_ids), "case_id")
    made = (_change(row, noted[row.case_id], vouchers.get(row.case_id, ()), actor, at) for row in rows)
    changes = [change for change in made if change.happenings]
    commit_changes(session, PROCESS, Requisition, changes, at)
    ended = [change.head.case_id for change in changes if change.happenings[-1].state_to in FINAL]
    close_findings(session, PROCESS, ended, at)


def _change(row: Any, noted: Noted, vouchers: Sequence[Any], actor: str, at: datetime) -> CaseChange:
    state, happenings = row.state, list[Happening]()
    for event, told in noted.before:
        state = LIFECYCLE.table[state, event]
        happenings.append(Happening(event, actor, state, at, dict(told)))
    if state in MONEY or state == "upheld":
        event = money_event(state, money_state([standing_of(v) for v in vouchers], row.open_lines))
    else:
        event = "payment_noted"
    if event != "payment_noted" or noted.told:
        state = LIFECYCLE.table[state, event]
        happenings.append(Happening(event, actor, state, at, dict(noted.told)))
    return CaseChange(head_of(row), happenings, None if state in FINAL else row.due_on)
