"""Writes what a signature records of requisitions: events, approved lines, vouchers to come, letters, packets."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session

from models.payments.acts import APPROVALS
from models.payments.letter_messages import letter_message
from models.payments.records import ApprovedLine, ReferredContract, Requisition, Voucher
from models.payments.states import FINAL
from models.payments.vouchers import Voucherable, voucher_lines
from models.shared.calendar import new_york_date
from models.shared.documents import canonical
from models.shared.people import Capacity
from tasks.adapters.case_findings import close_findings, keep_packets
from tasks.adapters.ledger import CaseChange, Happening, StaleCase, commit_changes
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.deciding import STATUS, Prepared
from tasks.adapters.payments.effects import EFFECTS, UNPAID, ask_for_the_rest
from tasks.adapters.payments.refunds import keep_refund, set_off
from tasks.adapters.payments.requests import RECEIVED, close, count_open
from tasks.adapters.payments.reviews import keep_figures, packet_row
from tasks.adapters.policy import policy_sha256
from tasks.adapters.signed_fields import signed_part


def record(session: Session, ready: Sequence[Prepared], stamp: Any) -> None:
    """Write the events of a signature and all that its acts bring; the caller commits. Raises StaleCase."""
    judged_by = policy_sha256()
    changes = [CaseChange(p.head, [_happening(p, number, stamp, judged_by)], _due(p)) for number, p in enumerate(ready)]
    commit_changes(session, PROCESS, Requisition, changes, stamp.at)
    keep_figures(session, [(p.item.case_id, p.taken) for p in ready if p.later is None])
    _count_approvals(session, [p for p in ready if p.item.act in APPROVALS])
    for number, prepared in enumerate(ready):
        if prepared.item.act in (*APPROVALS, "disallowed"):
            _keep_lines(session, prepared, f"{stamp.signature_id}/{number}", stamp.at)
        if prepared.item.act in APPROVALS:
            _keep_approval(session, prepared, stamp.at)
    for prepared in ready:
        if prepared.item.act in EFFECTS:
            EFFECTS[prepared.item.act](session, prepared, stamp.at)
    close_findings(session, PROCESS, [p.item.case_id for p in ready if p.target in FINAL], stamp.at)
    keep_packets(session, [packet_row(p.item.case_id, p.packet, judged_by) for p in ready])
    due = [p.letter for p in ready if p.letter]
    keep_orders(session, PROCESS, [(d, letter_message(d.letter)) for d in due], stamp.at)


def _due(prepared: Prepared) -> date | None:
    if prepared.target in FINAL:
        return None
    return prepared.later.due_on if prepared.later and prepared.later.due_on else prepared.taken.required_on


def _happening(prepared: Prepared, number: int, stamp: Any, judged_by: str) -> Happening:
    acting: Capacity = stamp.capacities[number]
    verdict, item = prepared.taken, prepared.item
    told: dict[str, Any] = {
        "packet": prepared.shown.packet, "policy": judged_by, "signed": signed_part(acting, stamp),
        "value": verdict.outcome.value,
        "approved_cents": verdict.approved_cents, "net_cents": verdict.net_cents,
        "revision": prepared.packet.requisition.revision,
    }  # fmt: skip
    told |= {"reason": item.reason} if item.reason else {}
    told |= {"letter": prepared.letter.document_id} if prepared.letter else {}
    return Happening(item.act, acting.signer.name, prepared.target, stamp.at, told)


def _count_approvals(session: Session, approved: Sequence[Prepared]) -> None:
    """Of two who approve on one contract at once, one finds it changed: each reckoned with what was left alone."""
    table = ReferredContract.__table__  # type: ignore[attr-defined]
    for contract_id in sorted({p.loaded.contract_id for p in approved}):
        mine = [p for p in approved if p.loaded.contract_id == contract_id]
        read = mine[0].loaded.approvals
        same = (table.c.contract_id == contract_id) & (table.c.approvals == read)
        done = session.connection().execute(update(table).where(same).values(approvals=read + len(mine)))
        if done.rowcount != 1:
            raise StaleCase(f"Something else was approved on contract {contract_id} meanwhile. Look at it again.")


def _keep_lines(session: Session, prepared: Prepared, signature: str, at: datetime) -> None:
    """What a part comes to, line by line; nothing is asked for any more that it decided without."""
    case, packet, verdict, lines = prepared.loaded, prepared.packet, prepared.taken, ApprovedLine.__table__  # type: ignore[attr-defined]
    asked, case_id = packet.requisition, prepared.item.case_id
    rows = [
        {
            "case_id": case_id, "part": asked.part, "revision": asked.revision, "no": line.no,
            "contract_id": case.contract_id, "fiscal_year": packet.budget.fiscal_year, "invoice_no": asked.invoice_no,
            "budget_line": claim.line.budget_line, "service_from": claim.service_from,
            "service_to": claim.service_to, "claimed_cents": line.claimed_cents, "approved_cents": line.amount_cents,
            "open_cents": line.open_cents, "granted": False, "status": STATUS[line.outcome],
            "credit_of": claim.line.credit_of, "signature": signature,
        }
        for claim, line in zip(packet.claims, verdict.lines, strict=True)
    ]  # fmt: skip
    session.execute(update(lines).where(lines.c.case_id == case_id).values(open_cents=0))
    session.connection().execute(insert(ApprovedLine), rows)
    count_open(session, case_id)
    close(session, case_id, RECEIVED, new_york_date(at))


def _keep_approval(session: Session, prepared: Prepared, at: datetime) -> None:
    """The voucher of a part, what is set off, and what is asked for to get the rest."""
    case_id, asked = prepared.item.case_id, prepared.packet.requisition
    session.connection().execute(insert(Voucher), [_voucher(prepared, at)])
    set_off(session, prepared.loaded.vendor_ein, prepared.taken.deductions.offset_cents)
    keep_refund(session, case_id, new_york_date(at))
    ask_for_the_rest(session, prepared, asked.part + 1, at)


def _voucher(prepared: Prepared, at: datetime) -> dict[str, Any]:
    case, packet, verdict = prepared.loaded, prepared.packet, prepared.taken
    asked, off = packet.requisition, verdict.deductions
    assert verdict.required_on is not None
    item = Voucherable(
        case_id=prepared.item.case_id, part=asked.part, revision=asked.revision, contract_id=case.contract_id,
        fms_contract_id=packet.contract.id, vendor_ein=case.vendor_ein, vendor_name=packet.contract.provider,
        invoice_no=asked.invoice_no, net_cents=verdict.net_cents, required_on=verdict.required_on,
        lines=voucher_lines(packet, verdict),
    )  # fmt: skip
    return {
        "case_id": item.case_id, "part": asked.part, "issue": 0, "revision": asked.revision,
        "contract_id": case.contract_id, "voucher_no": item.number, "body": canonical(item.model_dump(mode="json")),
        "net_cents": verdict.net_cents, "recouped_cents": off.recouped_cents, "fee_cents": off.fee_cents,
        "offset_cents": off.offset_cents, "required_on": verdict.required_on, "approved_at": at, **UNPAID,
    }  # fmt: skip
