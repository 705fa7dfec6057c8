"""Vouchers in the database: put together as a batch, told to the finance system, matched with what was paid."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from models.payments.clock import interest
from models.payments.payment_tracker import PAYMENT_TRACKER, PaymentRow, payment_row
from models.payments.policy import Policy
from models.payments.records import ApprovedLine, Requisition, Voucher
from models.payments.states import LIFECYCLE
from models.payments.voucher_file import control_file, voucher_file
from models.payments.vouchers import Voucherable, VoucherBatch, batch, made_on
from models.shared.calendar import new_york_date
from models.shared.money import dollars, plain
from models.shared.tracker_cells import RowError
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.home import write_atomically
from tasks.adapters.incoming import finish, incoming
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.policy import payments_policy
from tasks.adapters.settings import settings
from tasks.adapters.spreadsheets import read_sheets
from tasks.adapters.tracker_rows import TrackerResult, read_tracker, rejects_file

ACTOR = "voucher batch"
NOTHING_TO_PAY = "nothing to pay"


def record_batch(session: Session, at: datetime) -> dict[str, Any]:
    """Put what is approved and on no voucher yet onto the day's next batch, and close what leaves nothing to pay.

    A voucher's number is in one batch for good before any file is written, so that none is ever told twice.
    """
    table, today = Voucher.__table__, new_york_date(at)  # type: ignore[attr-defined]
    waiting = session.execute(select(table.c.case_id, table.c.body, table.c.net_cents).where(table.c.batch_no == ""))
    rows = list(waiting)
    items = [Voucherable.model_validate_json(row.body) for row in rows if row.net_cents > 0]
    made = batch(items, today, _next_sequence(session, today)) if items else None
    if made:
        numbers = sorted(item.case_id for item in items)
        _move(session, numbers, "vouchered", at, {case_id: {"value": made.number} for case_id in numbers})
        mine = table.c.case_id.in_(numbers) & (table.c.batch_no == "")
        session.execute(update(table).where(mine).values(batch_no=made.number))
    empty = sorted(row.case_id for row in rows if row.net_cents <= 0)
    if empty:
        session.execute(update(table).where(table.c.case_id.in_(empty)).values(batch_no=NOTHING_TO_PAY))
        _close(session, {case_id: (0, today, 0) for case_id in empty}, at)
    total = plain(made.total_cents if made else 0)
    return {"batch": made.number if made else "", "vouchers": len(items), "amount": total, "empty": len(empty)}


def _next_sequence(session: Session, on: date) -> int:
    column: Any = Voucher.batch_no
    made = select(func.count(func.distinct(column))).where(column.like(f"VB-{on:%Y%m%d}-%"))
    return int(session.execute(made).scalar_one()) + 1


def store_batches(session: Session) -> list[str]:
    """Write the files of batches into the folder `vouchers` that are not there yet; returns their names.

    They follow from what the database holds: the same bytes however often.
    """
    folder, written = settings().folder("vouchers"), []
    column: Any = Voucher.batch_no
    for number in session.execute(select(column).where(column.like("VB-%")).distinct().order_by(column)).scalars():
        names = {f"{number}.csv": voucher_file, f"{number}.control.csv": control_file}
        if all((folder / name).exists() for name in names):
            continue
        made = _recorded(session, number)
        for name, write in names.items():
            write_atomically(folder / name, write(made).encode())
            written.append(name)
    return sorted(written)


def _recorded(session: Session, number: str) -> VoucherBatch:
    table = Voucher.__table__.c  # type: ignore[attr-defined]
    bodies = session.execute(select(table.body).where(table.batch_no == number)).scalars()
    made = batch([Voucherable.model_validate_json(body) for body in bodies], made_on(number), int(number.split("-")[2]))
    if made.number != number:
        raise ValueError(f"Batch {number} does not hold what it was made of; run “steward audit verify”.")
    return made


def record_payments(file_id: str) -> dict[str, Any] | str:
    """Keep a list of payments; returns its JSON line, or the sentence that says why it cannot be used."""
    row, _, path = incoming(file_id)
    try:
        rows = read_sheets(path, name=row.name)[0].rows
        result, paid = TrackerResult(), list[PaymentRow]()
        with writing() as session:
            at = clock.now()
            for number, cells, payment in read_tracker(PAYMENT_TRACKER, payment_row, rows, result):
                wrong = problem_of(session, payment, new_york_date(at))
                if wrong:
                    result.reject(number, wrong, cells)
                elif payment not in paid:
                    paid.append(payment)
            counts = keep_payments(session, paid, payments_policy(), at)
            rejects = rejects_file(file_id, row.name, result.rejected, rows[0])
            told = {"rows_read": result.rows_read, **counts, "rejected": len(result.rejected), "rejects_file": rejects}
            finish(session, file_id, told)
    except (UnreadableFile, RowError) as error:
        return str(error) if str(error).startswith(row.name) else f"{row.name}: {error}"
    return told


def problem_of(session: Session, payment: PaymentRow, today: date) -> str:
    """Why a payment cannot be noted on its voucher, as a sentence; empty where it can."""
    table = Voucher.__table__.c  # type: ignore[attr-defined]
    columns = (table.net_cents, table.paid_on, table.batch_no)
    voucher = session.execute(select(*columns).where(table.voucher_no == payment.voucher_no)).first()
    if voucher is None:
        return f"There is no voucher {payment.voucher_no}."
    if payment.on > today:
        return f"The payment is dated {payment.on.isoformat()}, which lies in the future."
    if not voucher.batch_no:
        return f"Voucher {payment.voucher_no} is in no batch yet: nobody was asked to pay it."
    if payment.cents != voucher.net_cents:
        asked = dollars(voucher.net_cents)
        return f"{dollars(payment.cents)} was paid, but voucher {payment.voucher_no} is over {asked}."
    return ""


def keep_payments(
    session: Session, paid: Sequence[PaymentRow], policy: Policy, at: datetime, actor: str = ACTOR
) -> dict[str, Any]:
    """Note payments on their vouchers, with the interest that a late one owes; one that is known is unchanged.

    `actor` is who told of them, where no list did.
    """
    numbers = [payment.voucher_no for payment in paid]
    column: Any = Voucher.voucher_no
    there = {row.voucher_no: row for row in session.execute(select(Voucher).where(column.in_(numbers))).scalars()}
    closing: dict[str, tuple[int, date, int]] = {}
    told: dict[str, dict[str, Any]] = {}
    for payment in sorted(paid, key=lambda p: (p.on, p.voucher_no)):
        voucher = there[payment.voucher_no]
        if voucher.paid_on is not None or voucher.case_id in closing:
            continue
        due = Voucherable.model_validate_json(voucher.body).required_on
        owed = interest(payment.cents, due, payment.on, policy)
        closing[voucher.case_id] = (payment.cents, payment.on, owed)
        told[voucher.case_id] = {"value": payment.reference, "amount": plain(payment.cents), "interest": plain(owed)}
    _close(session, closing, at, told, actor)
    return {"paid": len(closing), "unchanged": len(paid) - len(closing)}


def _close(
    session: Session, closing: Mapping[str, tuple[int, date, int]], at: datetime,
    told: Mapping[str, dict[str, Any]] | None = None, actor: str = ACTOR,
) -> None:  # fmt: skip
    if not closing:
        return
    _move(session, sorted(closing), "paid", at, told or {}, actor)
    vouchers, lines = Voucher.__table__, ApprovedLine.__table__  # type: ignore[attr-defined]
    rows = [
        {"b_case": case_id, "paid_cents": cents, "paid_on": on, "interest_cents": owed}
        for case_id, (cents, on, owed) in sorted(closing.items())
    ]
    session.connection().execute(update(vouchers).where(vouchers.c.case_id == bindparam("b_case")), rows)
    mine = lines.c.case_id.in_(sorted(closing)) & (lines.c.status == "approved")
    session.execute(update(lines).where(mine).values(status="disbursed"))


def _move(
    session: Session, case_ids: Sequence[str], event: str, at: datetime, told: Mapping[str, dict[str, Any]],
    actor: str = ACTOR,
) -> int:  # fmt: skip
    column: Any = Requisition.case_id
    rows = session.execute(select(Requisition).where(column.in_(case_ids)).order_by(column)).scalars().all()
    changes = [
        CaseChange(
            head_of(row),
            [Happening(event, actor, LIFECYCLE.table[row.state, event], at, told.get(row.case_id, {}))],
            None if event == "paid" else row.due_on,
        )
        for row in rows
    ]
    commit_changes(session, PROCESS, Requisition, changes, at)
    return len(changes)
