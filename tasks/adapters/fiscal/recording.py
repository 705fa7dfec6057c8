"""Writes what a signature records of months: their events and the letters that it orders."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.fiscal.letter_messages import letter_message
from models.fiscal.records import FiscalMonth
from models.shared.documents import sha256
from models.shared.people import Capacity
from tasks.adapters.case_findings import keep_packets
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.deciding import PreparedMonth
from tasks.adapters.ledger import CaseChange, Happening, commit_changes
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.policy import policy_sha256
from tasks.adapters.signed_fields import signed_part


def record(session: Session, ready: Sequence[PreparedMonth], stamp: Any) -> None:
    """Write the events of a signature and its letters; the caller commits. Raises StaleCase."""
    judged_by = policy_sha256()
    changes = [CaseChange(p.head, [_happening(p, number, stamp, judged_by)], _due(p)) for number, p in enumerate(ready)]
    commit_changes(session, PROCESS, FiscalMonth, changes, stamp.at)
    keep_packets(session, [_packet_row(p, judged_by) for p in ready])
    due = [p.letter for p in ready if p.letter]
    keep_orders(session, PROCESS, [(d, letter_message(d.letter)) for d in due], stamp.at)


def _due(prepared: PreparedMonth) -> Any:
    """The day by which the provider must answer; what moves nothing leaves it."""
    return prepared.head.due_on if prepared.target == prepared.head.state else prepared.due_on


def _happening(prepared: PreparedMonth, number: int, stamp: Any, judged_by: str) -> Happening:
    acting: Capacity = stamp.capacities[number]
    item = prepared.item
    told: dict[str, Any] = {
        "packet": prepared.shown.packet, "policy": judged_by, "signed": signed_part(acting, stamp),
        "codes": " ".join(prepared.taken.codes), **prepared.told,
    }  # fmt: skip
    told |= {"reason": item.reason} if item.reason else {}
    told |= {"letter": prepared.letter.document_id} if prepared.letter else {}
    return Happening(item.act, acting.signer.name, prepared.target, stamp.at, told)


def _packet_row(prepared: PreparedMonth, judged_by: str) -> dict[str, Any]:
    body = prepared.loaded.packet.canonical()
    return {
        "sha256": sha256(body), "process": PROCESS, "case_id": prepared.item.case_id, "policy_sha256": judged_by,
        "body": body,
    }  # fmt: skip
