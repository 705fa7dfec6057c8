"""Vouchers in the database: put together as a batch, told to the finance system."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from models.payments.records import Voucher
from models.payments.voucher_file import control_file, voucher_file
from models.payments.vouchers import Voucherable, VoucherBatch, batch, made_on
from models.shared.calendar import new_york_date
from models.shared.money import plain
from tasks.adapters.home import write_atomically
from tasks.adapters.payments.standing import Noted, settle
from tasks.adapters.settings import settings

ACTOR = "voucher batch"
NOTHING_TO_PAY = "nothing to pay"


def record_batch(session: Session, at: datetime) -> dict[str, Any]:
    """Put what is approved and on no voucher yet onto the day's next batch, and close what leaves nothing to pay.

    A voucher's number is in one batch for good before any file is written, so that none is ever told twice.
    """
    table, today = Voucher.__table__, new_york_date(at)  # type: ignore[attr-defined]
    columns = (table.c.case_id, table.c.voucher_no, table.c.body, table.c.net_cents)
    rows = list(session.execute(select(*columns).where(table.c.batch_no == "").order_by(table.c.voucher_no)))
    items = [Voucherable.model_validate_json(row.body) for row in rows if row.net_cents > 0]
    made = batch(items, today, _next_sequence(session, today)) if items else None
    if made:
        mine = table.c.voucher_no.in_([item.number for item in items]) & (table.c.batch_no == "")
        session.execute(update(table).where(mine).values(batch_no=made.number))
    empty = [row.voucher_no for row in rows if row.net_cents <= 0]
    session.execute(update(table).where(table.c.voucher_no.in_(empty)).values(batch_no=NOTHING_TO_PAY))
    told = made.number if made else NOTHING_TO_PAY
    settle(session, {row.case_id: Noted({"value": told}) for row in rows}, ACTOR, at)
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
