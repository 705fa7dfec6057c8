"""Vouchers and payments as a table: every voucher with its standing, and the payments that belong to none."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.payments.match_lists import MatchLists
from models.shared.calendar import new_york_date
from tasks.adapters.auditing.workbook import Exported, Sheet, write_sheets
from tasks.adapters.export import Column, Shape, TableHead
from tasks.adapters.payments.matching import load_lists

_VOUCHERS = (
    Column("Standing", width=24), Column("Voucher", width=24), Column("Requisition", width=20),
    Column("Contract", width=20), Column("Provider", width=30), Column("Batch of", Shape.DAY, 11),
    Column("To be paid by", Shape.DAY, 11), Column("Asked", Shape.MONEY, 13), Column("Paid", Shape.MONEY, 13),
    Column("Open", Shape.MONEY, 13), Column("Paid on", Shape.DAY, 11), Column("Days since the batch", Shape.WHOLE, 8),
    Column("Late", width=6), Column("Documents", width=24), Column("Found by", width=10), Column("Why", width=60),
)  # fmt: skip
_PAYMENTS = (
    Column("Document", width=24), Column("Issued on", Shape.DAY, 11), Column("Contract", width=20),
    Column("Payee", width=30), Column("Amount", Shape.MONEY, 13), Column("Why", width=60),
)  # fmt: skip


def export_matching(session: Session, path: Path, now: datetime) -> Exported:
    """Write both lists, those that need somebody first. Raises ExportRefused."""
    lists = load_lists(session, new_york_date(now))
    sheets = [
        Sheet(TableHead("Vouchers", _VOUCHERS, now), _voucher_rows(lists)),
        Sheet(TableHead("Payments without a voucher", _PAYMENTS, now), _payment_rows(lists)),
    ]
    files, rows = write_sheets(path, sheets)
    return Exported(files, {"vouchers": rows[0], "payments_without_voucher": rows[1]})


def _voucher_rows(lists: MatchLists) -> Iterator[list[Any]]:
    for line in lists.vouchers:
        yield [
            line.standing.value, line.number, line.case_id, line.contract_id, line.provider, line.made_on,
            line.required_on, line.asked_cents, line.paid_cents, line.open_cents, line.paid_on,
            None if line.paid_on else line.days, "yes" if line.is_late else "", ", ".join(line.documents),
            line.found_by, line.why,
        ]  # fmt: skip


def _payment_rows(lists: MatchLists) -> Iterator[list[Any]]:
    for line in lists.payments:
        yield [line.document_id, line.issued_on, line.contract_id, line.payee, line.amount_cents, line.why]
