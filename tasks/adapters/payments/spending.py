"""What the City paid, kept row by row: a list that comes again changes nothing."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.payments.matches import contract_key
from models.payments.records import SpendingRow
from models.payments.spending import SpendingList, SpentRow
from models.payments.vouchers import is_voucher_number
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import words
from tasks.adapters import clock
from tasks.adapters.database import batches, writing
from tasks.adapters.incoming import finish, incoming
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.matching import match_and_record
from tasks.adapters.payments.spending_files import read_spending
from tasks.adapters.tracker_rows import rejects_file

ACTOR = "import spending"


def record_spending(file_id: str) -> dict[str, Any] | str:
    """Keep a list of what the City paid and match it with our vouchers; its JSON line, or why it cannot be used."""
    row, _, path = incoming(file_id)
    at = clock.now()
    try:
        found = read_spending(path, name=row.name, today=new_york_date(at))
    except FormError as error:
        return str(error) if str(error).startswith(row.name) else f"{row.name}: {error}"
    if _totals_differ(found):
        return f"{row.name}: {found.sentence} Nothing of it was kept."
    with writing() as session:
        fresh = _keep(session, found.rows, file_id, at)
        rejected = [(bad.row, bad.reason, bad.cells) for bad in found.rejected]
        told = {
            "rows_read": found.rows_read, "imported": fresh, "unchanged": len(found.rows) - fresh,
            "passed_on": len(found.subvendor_rows), "rejected": len(rejected), "amount": plain(found.amount_cents),
            "listed_amount": plain(found.listed_cents), "reconciles": found.reconciles, "sentence": found.sentence,
            "rejects_file": rejects_file(file_id, row.name, rejected, found.header),
            **match_and_record(session, at),
        }  # fmt: skip
        finish(session, file_id, told)
    return told


def _totals_differ(found: SpendingList) -> bool:
    """Whether the rows do not come to the printed total although each of their amounts can be told."""
    whole = all(bad.amount_cents is not None for bad in found.rejected)
    return whole and bool(found.totals) and found.totals[-1] != found.listed_cents


def _keep(session: Session, paid: Sequence[SpentRow], file_id: str, at: datetime) -> int:
    """Insert the rows that no list brought before; returns how many."""
    table, known = SpendingRow.__table__.c, set[str]()  # type: ignore[attr-defined]
    for some in batches([row.raw_key for row in paid]):
        known |= set(session.execute(select(table.raw_key).where(table.raw_key.in_(some))).scalars())
    fresh = [_columns(row, file_id, at) for row in paid if row.raw_key not in known]
    if fresh:
        session.connection().execute(insert(SpendingRow), fresh)
        keys = sha256(canonical([row["raw_key"] for row in fresh]))
        told = {"rows": keys, "count": len(fresh), "amount": plain(sum(row["amount_cents"] for row in fresh))}
        append_batch(session, PROCESS, f"import:{file_id}", [Happening("spending_kept", ACTOR, "", at, told)], at)
    return len(fresh)


def _columns(row: SpentRow, file_id: str, at: datetime) -> dict[str, Any]:
    named = next((text for text in (row.voucher_no, row.document_id) if is_voucher_number(words(text))), "")
    return {
        **asdict(row), "contract_key": contract_key(row.contract_id), "names_voucher": words(named).upper(),
        "file_id": file_id, "recorded_at": at,
    }  # fmt: skip
