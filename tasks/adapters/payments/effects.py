"""What acts about requisitions bring besides their event, in the signature's transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session

from models.payments.evidence_requests import wanted
from models.payments.parts import refused
from models.payments.records import ApprovedLine, Dispute, Requisition, Voucher
from models.payments.verdicts import Outcome
from models.payments.vouchers import Voucherable
from models.shared.calendar import new_york_date
from models.shared.documents import canonical
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments.case_rows import decided_line, load_revisions
from tasks.adapters.payments.refunds import keep_refund
from tasks.adapters.payments.requests import WITHDRAWN, ask, close, count_open
from tasks.adapters.policy import payments_policy
from tasks.adapters.rows import all_rows

# A voucher that nobody was asked to pay yet.
UNPAID: Mapping[str, Any] = {
    "batch_no": "", "paid_cents": 0, "paid_on": None, "interest_cents": 0, "voided_cents": 0, "returned_on": None,
    "voided_on": None, "reissued_as": "",
}  # fmt: skip


def ask_for_the_rest(session: Session, prepared: Any, for_part: int, at: datetime) -> None:
    """Keep what the letter asks the vendor for, where something is open that the vendor can send."""
    today = new_york_date(at)
    found = wanted(prepared.taken, prepared.packet.requisition.part, today, payments_policy())
    if found:
        ask(session, prepared.item.case_id, for_part, found, today)


def _told(session: Session, prepared: Any, at: datetime) -> None:
    """Where something can be approved, the approval's letter asks for the rest: two requests would be one too many."""
    if prepared.taken.outcome is Outcome.HELD:
        ask_for_the_rest(session, prepared, prepared.packet.requisition.part, at)


def _withdrawn(session: Session, prepared: Any, at: datetime) -> None:
    close(session, prepared.item.case_id, WITHDRAWN, new_york_date(at))
    keep_refund(session, prepared.item.case_id, new_york_date(at))


def _disallowed(session: Session, prepared: Any, at: datetime) -> None:
    keep_refund(session, prepared.item.case_id, new_york_date(at))


def _voided(session: Session, prepared: Any, at: datetime) -> None:
    table, (voucher,) = Voucher.__table__, prepared.later.vouchers  # type: ignore[attr-defined]
    same = (table.c.voucher_no == voucher.voucher_no) & table.c.voided_on.is_(None) & (table.c.paid_cents == 0)
    values = {"voided_on": new_york_date(at), "voided_cents": voucher.net_cents}
    if session.connection().execute(update(table).where(same).values(**values)).rowcount != 1:
        raise StaleCase(f"Voucher {voucher.voucher_no} was paid or voided meanwhile. Look at it again.")


def _reissued(session: Session, prepared: Any, at: datetime) -> None:
    """The next issue asks for what is owed; the one before never is again. Its key lets nobody issue it twice."""
    table, rows = Voucher.__table__, list[dict[str, Any]]()  # type: ignore[attr-defined]
    for voucher in prepared.later.vouchers:
        owed = voucher.net_cents - voucher.paid_cents
        item = Voucherable.model_validate_json(voucher.body).reissued(owed)
        rows.append(
            {
                "case_id": item.case_id, "part": item.part, "issue": item.issue, "revision": item.revision,
                "contract_id": item.contract_id, "voucher_no": item.number, "required_on": item.required_on,
                "body": canonical(item.model_dump(mode="json")), "net_cents": owed, "recouped_cents": 0, "fee_cents": 0,
                "offset_cents": 0, "approved_at": at, **UNPAID,
            }
        )  # fmt: skip
        same = (table.c.voucher_no == voucher.voucher_no) & (table.c.reissued_as == "")
        same &= table.c.paid_cents == voucher.paid_cents
        values = {"reissued_as": item.number, "voided_cents": owed}
        if session.connection().execute(update(table).where(same).values(**values)).rowcount != 1:
            raise StaleCase(f"Voucher {voucher.voucher_no} was paid or reissued meanwhile. Look at it again.")
    session.connection().execute(insert(Voucher), rows)


def _disputed(session: Session, prepared: Any, at: datetime) -> None:
    about = prepared.later
    row = {
        "case_id": prepared.item.case_id, "no": about.dispute_no, "filed_on": about.filed_on,
        "decision_due_on": about.due_on, "refused_cents": about.refused_cents, "decided_as": "", "decided_on": None,
        "for_part": 0,
    }  # fmt: skip
    session.connection().execute(insert(Dispute), [row])


def _dispute_decided(session: Session, prepared: Any, at: datetime) -> None:
    table, case_id = Dispute.__table__, prepared.item.case_id  # type: ignore[attr-defined]
    granted = prepared.item.act == "dispute_granted"
    part = _open_again(session, case_id) if granted else 0
    mine = (table.c.case_id == case_id) & (table.c.no == prepared.later.dispute_no) & (table.c.decided_as == "")
    values = {"decided_as": "granted" if granted else "denied", "decided_on": new_york_date(at), "for_part": part}
    if session.connection().execute(update(table).where(mine).values(**values)).rowcount != 1:
        raise StaleCase(f"The dispute over {case_id} was decided meanwhile. Look at it again.")


def _open_again(session: Session, case_id: str) -> int:
    """What was refused is open for the next part, where no part was ever decided for the first; returns the part."""
    rows = all_rows(session, ApprovedLine, "case_id", [case_id])
    lines, cases = ApprovedLine.__table__, Requisition.__table__  # type: ignore[attr-defined]
    latest = {row.no: row for row in sorted(rows, key=lambda row: row.part)}
    form = load_revisions(session, [case_id])[case_id].form
    for no, cents in refused(form, [decided_line(row) for row in rows]).items():
        row = latest[no]
        mine = (lines.c.case_id == case_id) & (lines.c.part == row.part) & (lines.c.no == no)
        session.execute(update(lines).where(mine).values(open_cents=cents, granted=True))
    part = max((row.part for row in rows), default=0) + 1
    session.execute(update(cases).where(cases.c.case_id == case_id).values(part=part))
    count_open(session, case_id)
    return part


EFFECTS: Mapping[str, Callable[[Session, Any, datetime], None]] = {
    "determination_sent": _told, "withdrawn": _withdrawn, "disallowed": _disallowed,
    "voucher_voided": _voided, "reissued": _reissued,
    "disputed": _disputed, "dispute_granted": _dispute_decided, "dispute_denied": _dispute_decided,
}  # fmt: skip
