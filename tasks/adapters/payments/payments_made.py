"""What was paid on vouchers, in part or in full, and what came back: kept row by row, each counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.payments.clock import Remitted, interest_on
from models.payments.payment_tracker import PAYMENT_TRACKER, PaymentRow, payment_row
from models.payments.policy import Policy
from models.payments.records import ApprovedLine, Voucher, VoucherPayment
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.money import dollars, plain
from models.shared.tracker_cells import RowError
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.incoming import finish, incoming
from tasks.adapters.payments.standing import Noted, settle
from tasks.adapters.policy import payments_policy
from tasks.adapters.rows import all_rows, grouped
from tasks.adapters.spreadsheets import read_sheets
from tasks.adapters.tracker_rows import TrackerResult, read_tracker, rejects_file

ACTOR = "list of payments"


def record_payments(file_id: str) -> dict[str, Any] | str:
    """Keep a list of payments; returns its JSON line, or the sentence that says why it cannot be used."""
    row, _, path = incoming(file_id)
    try:
        rows = read_sheets(path, name=row.name)[0].rows
        result = TrackerResult()
        with writing() as session:
            at, read = clock.now(), list(read_tracker(PAYMENT_TRACKER, payment_row, rows, result))
            kept = keep_payments(session, [payment for _, _, payment in read], payments_policy(), at)
            for number, cells, payment in read:
                if payment in kept.refused:
                    result.reject(number, kept.refused[payment], cells)
            rejects = rejects_file(file_id, row.name, result.rejected, rows[0])
            told = {
                "rows_read": result.rows_read, "paid": kept.paid, "returned": kept.returned,
                "unchanged": kept.unchanged, "rejected": len(result.rejected), "rejects_file": rejects,
            }  # fmt: skip
            finish(session, file_id, told)
    except (UnreadableFile, RowError) as error:
        return str(error) if str(error).startswith(row.name) else f"{row.name}: {error}"
    return told


@dataclass
class Kept:
    """What became of payments: how many were new, how many of them came back, how many were known, why not the rest."""

    paid: int
    returned: int
    unchanged: int
    refused: dict[PaymentRow, str]


def payment_id(payment: PaymentRow) -> str:
    """The natural key of a payment."""
    return sha256(canonical(payment.model_dump(mode="json")))[:24]


def keep_payments(
    session: Session, told: Sequence[PaymentRow], policy: Policy, at: datetime, actor: str = ACTOR
) -> Kept:
    """Note payments on their vouchers, by their days, with the interest that late ones owe; known ones stay."""
    kept, today = Kept(0, 0, 0, {}), new_york_date(at)
    ids = {payment: payment_id(payment) for payment in told}
    known = {row.payment_id for row in all_rows(session, VoucherPayment, "payment_id", sorted(ids.values()))}
    vouchers = {
        row.voucher_no: _Account(row, row.paid_cents)
        for row in all_rows(session, Voucher, "voucher_no", sorted({payment.voucher_no for payment in told}))
    }
    fresh: list[PaymentRow] = []
    # What came back on a day was paid before it.
    for payment in sorted(ids, key=lambda p: (p.on, p.cents < 0, p.voucher_no, ids[p])):
        if ids[payment] in known:
            kept.unchanged += 1
        elif wrong := _problem(vouchers.get(payment.voucher_no), payment, today):
            kept.refused[payment] = wrong
        else:
            vouchers[payment.voucher_no].paid_cents += payment.cents
            fresh.append(payment)
    kept.unchanged += len(told) - len(ids)
    kept.paid = sum(payment.cents > 0 for payment in fresh)
    kept.returned = len(fresh) - kept.paid
    if fresh:
        _keep(session, fresh, ids, policy, at, actor)
    return kept


@dataclass
class _Account:
    """A voucher, and what was paid on it counting what is being read."""

    row: Any
    paid_cents: int


def _problem(account: _Account | None, payment: PaymentRow, today: date) -> str:
    """Why a payment cannot be noted, as a sentence; empty where it can."""
    number, amount = payment.voucher_no, dollars(abs(payment.cents))
    if account is None:
        return f"There is no voucher {number}. Look up its number in the batch file."
    voucher, paid = account.row, account.paid_cents
    if payment.on > today:
        return f"The payment is dated {payment.on.isoformat()}, which lies in the future. Correct the date."
    if not voucher.batch_no:
        return f"Voucher {number} is in no batch yet: nobody was asked to pay it. Ask the finance office what this is."
    if voucher.reissued_as or voucher.voided_on:
        now = f" and is asked for by {voucher.reissued_as}" if voucher.reissued_as else ""
        return f"Voucher {number} is void{now}. If {amount} was really paid on it, tell the head of Fiscal today."
    if payment.cents < 0 and -payment.cents > paid:
        return (
            f"{amount} came back on voucher {number}, but {dollars(paid)} was paid on it. Bring the payment in first."
        )
    if paid + payment.cents > voucher.net_cents:
        left = dollars(voucher.net_cents - paid)
        asked = dollars(voucher.net_cents)
        return (
            f"{amount} was paid, but voucher {number} is over {asked}, of which {left} is left to pay. Tell the head "
            "of Fiscal: what is too much must come back."
        )
    return ""


def _keep(
    session: Session, fresh: Sequence[PaymentRow], ids: dict[PaymentRow, str], policy: Policy, at: datetime, actor: str
) -> None:
    rows = [
        {
            "payment_id": ids[payment], "voucher_no": payment.voucher_no, "cents": payment.cents, "on": payment.on,
            "reference": payment.reference, "recorded_at": at,
        }
        for payment in fresh
    ]  # fmt: skip
    session.connection().execute(insert(VoucherPayment), rows)
    numbers = sorted({payment.voucher_no for payment in fresh})
    _reckon(session, numbers, policy)
    of = {row.voucher_no: row.case_id for row in session.execute(_cases_of(numbers))}
    noted: dict[str, dict[str, Any]] = {}
    for payment in fresh:
        told = noted.setdefault(of[payment.voucher_no], {"value": payment.reference, "amount": 0, "vouchers": []})
        told["amount"] += payment.cents
        told["vouchers"] = sorted({*told["vouchers"], payment.voucher_no})
    settle(session, {key: Noted({**told, "amount": plain(told["amount"])}) for key, told in noted.items()}, actor, at)
    _mark_lines(session, sorted(noted))


def _cases_of(numbers: Sequence[str]) -> Any:
    table = Voucher.__table__.c  # type: ignore[attr-defined]
    return select(table.voucher_no, table.case_id).where(table.voucher_no.in_(numbers))


def _reckon(session: Session, numbers: Sequence[str], policy: Policy) -> None:
    """Write onto vouchers what was paid of them, when, and the interest that it owes."""
    table = Voucher.__table__  # type: ignore[attr-defined]
    paid = grouped(all_rows(session, VoucherPayment, "voucher_no", numbers), "voucher_no")
    rows = []
    for voucher in all_rows(session, Voucher, "voucher_no", numbers):
        mine = sorted(paid[voucher.voucher_no], key=lambda row: (row.on, row.cents < 0, row.payment_id))
        remitted = [Remitted(row.cents, row.on) for row in mine]
        total = sum(row.cents for row in mine)
        came_back = [row.on for row in mine if row.cents < 0]
        rows.append(
            {
                "b_no": voucher.voucher_no, "paid_cents": total,
                "paid_on": max((row.on for row in mine if row.cents > 0), default=None) if total else None,
                "returned_on": max(came_back) if came_back and total < voucher.net_cents else None,
                "interest_cents": interest_on(remitted, voucher.required_on, policy),
            }
        )  # fmt: skip
    session.connection().execute(update(table).where(table.c.voucher_no == bindparam("b_no")), rows)


def _mark_lines(session: Session, case_ids: Sequence[str]) -> None:
    """A line counts as disbursed once its part is paid in full, and as approved again when the payment comes back."""
    lines, vouchers = ApprovedLine.__table__, grouped(all_rows(session, Voucher, "case_id", case_ids), "case_id")  # type: ignore[attr-defined]
    for case_id, rows in sorted(vouchers.items()):
        for part in sorted({row.part for row in rows}):
            mine = [row for row in rows if row.part == part]
            owed = sum(row.net_cents - row.paid_cents - row.voided_cents for row in mine)
            wants = any((row.returned_on or row.voided_on) and not row.reissued_as for row in mine)
            done, before = ("approved", "disbursed") if owed or wants else ("disbursed", "approved")
            where = (lines.c.case_id == case_id) & (lines.c.part == part) & (lines.c.status == before)
            session.execute(update(lines).where(where).values(status=done))
