"""Writes what a signature records of budgets: events, the version that takes effect, notices, packets."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session

from models.payments.budget_acts import LANDING
from models.payments.budget_documents import budget_message
from models.payments.records import BudgetChange, FiscalYearBudget
from models.shared.documents import sha256
from models.shared.people import Capacity
from tasks.adapters.case_findings import keep_packets
from tasks.adapters.ledger import CaseChange, Happening, commit_changes
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.payments.budget_cases import PROCESS
from tasks.adapters.payments.budget_deciding import PreparedBudget
from tasks.adapters.payments.budget_standing import count_change
from tasks.adapters.policy import policy_sha256
from tasks.adapters.signed_fields import signed_part


def record(session: Session, ready: Sequence[PreparedBudget], stamp: Any) -> None:
    """Write the events of a signature and all that its acts bring; the caller commits. Raises StaleCase."""
    judged_by = policy_sha256()
    changes = [CaseChange(p.head, [_happening(p, number, stamp, judged_by)], None) for number, p in enumerate(ready)]
    commit_changes(session, PROCESS, BudgetChange, changes, stamp.at)
    for prepared in ready:
        if prepared.item.act in LANDING:
            _land(session, prepared, stamp)
    keep_packets(session, [_packet_row(p, judged_by) for p in ready])
    due = [p.letter for p in ready if p.letter]
    keep_orders(session, PROCESS, [(d, budget_message(d.letter)) for d in due], stamp.at)


def _happening(prepared: PreparedBudget, number: int, stamp: Any, judged_by: str) -> Happening:
    acting: Capacity = stamp.capacities[number]
    item, packet = prepared.item, prepared.packet
    told: dict[str, Any] = {
        "packet": prepared.shown.packet, "policy": judged_by, "signed": signed_part(acting, stamp),
        "amount_cents": packet.total_cents,
    }  # fmt: skip
    told |= {"reason": item.reason} if item.reason else {}
    told |= {"letter": prepared.letter.document_id} if prepared.letter else {}
    if item.act in LANDING:
        told |= {"budget_version": _version(prepared), "body": sha256(prepared.loaded.row.body)}
    return Happening(item.act, acting.signer.name, prepared.target, stamp.at, told)


def _version(prepared: PreparedBudget) -> int:
    """The number of the version that it becomes: the checks let only what rests on the one in force come so far."""
    return prepared.packet.based_on + 1


def _land(session: Session, prepared: PreparedBudget, stamp: Any) -> None:
    """Make it the year's budget. What was approved meanwhile reckoned with the old one, so it must be as it was read.

    The key of the version keeps a second one of that number out.
    """
    case, version = prepared.loaded, _version(prepared)
    count_change(session, case.row.contract_id, case.approvals)
    row = {
        "contract_id": case.row.contract_id, "fiscal_year": case.row.fiscal_year, "version": version,
        "body": case.row.body, "total_cents": case.row.total_cents, "file_id": case.row.file_id,
        "recorded_at": stamp.at,
    }  # fmt: skip
    session.connection().execute(insert(FiscalYearBudget), [row])
    table = BudgetChange.__table__  # type: ignore[attr-defined]
    mine = table.c.case_id == case.row.case_id
    session.connection().execute(update(table).where(mine).values(budget_version=version))


def _packet_row(prepared: PreparedBudget, judged_by: str) -> dict[str, Any]:
    body = prepared.packet.canonical()
    return {
        "sha256": sha256(body), "process": PROCESS, "case_id": prepared.item.case_id, "policy_sha256": judged_by,
        "body": body,
    }  # fmt: skip
