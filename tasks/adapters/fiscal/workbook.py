"""The fiscal workbook from the database: all contracts that were reviewed for a month, as their reviews were kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import Session
from xlsxwriter import Workbook

from models.fiscal.packet import FiscalPacket
from models.fiscal.policy import Policy
from models.fiscal.records import FiscalMonth
from models.fiscal.rules import review
from models.fiscal.states import ALL_STATES
from models.fiscal.workbook import sheets
from models.fiscal.workbook_facts import ContractYear, KeptMonth, YearBook
from models.fiscal.workbook_policy import names
from models.shared.calendar import fiscal_year
from models.shared.money import plain
from models.shared.records import StoredPacket
from tasks.adapters.auditing.workbook import Exported, file_sha256
from tasks.adapters.export import check_target, written_whole
from tasks.adapters.fiscal.paper import reviewed_month
from tasks.adapters.fiscal.workbook_sheets import Looks, write_sheet
from tasks.adapters.rows import all_rows

# The packets of so many contracts are read at once: a year of one has a dozen.
_AT_ONCE = 50


def write_fiscal_workbook(session: Session, path: Path, month: str, policy: Policy, at: datetime) -> Exported:
    """Write the workbook of a month (`2026-10`; empty: the last one that was reviewed); counts what is in it.

    Raises LookupError where nothing was reviewed or the month is none, ExportRefused where it cannot be written.
    """
    check_target(path, (".xlsx",))
    book = load_year(session, reviewed_month(session, month), policy)
    write_book(path, book, at)
    return Exported({str(path): file_sha256(path)}, _counts(book))


def write_book(path: Path, book: YearBook, at: datetime) -> None:
    """Write a year that is loaded; the file appears whole or not at all. Raises ExportRefused."""
    title = f"Fiscal review, {book.month:%B %Y}"
    with written_whole(path) as part:
        # Rows go to the disk one after the other, so that the memory does not grow with their number.
        written = Workbook(part, {"constant_memory": True})
        try:
            written.set_properties({"title": title, "created": at.astimezone(UTC).replace(tzinfo=None)})
            looks = Looks(written)
            for sheet in sheets(book, at):
                write_sheet(written, sheet, looks, title)
            for name, cell in names().items():
                written.define_name(name, cell)
        finally:
            written.close()


def _counts(book: YearBook) -> dict[str, Any]:
    contracts = book.contracts
    return {
        "month": f"{book.month:%Y-%m}", "contracts": len(contracts),
        "reported": sum(contract.reported for contract in contracts),
        "findings": sum(contract.standing.findings for contract in contracts),
        "budget": plain(sum(contract.standing.budget_cents for contract in contracts)),
        "spent": plain(sum(contract.standing.spent_cents for contract in contracts)),
        "lapse": plain(sum(contract.standing.lapse_cents or 0 for contract in contracts)),
    }  # fmt: skip


def load_year(session: Session, month: date, policy: Policy) -> YearBook:
    """All contracts of a month with their year so far. Raises LookupError where none was reviewed."""
    table = FiscalMonth.__table__.c  # type: ignore[attr-defined]
    rows = session.execute(
        select(table.contract_id, table.packet_sha256, table.state).where(table.month == month).order_by(table.case_id)
    ).all()
    if not rows:
        raise LookupError(f"No contract was reviewed for {month:%B %Y} yet.")
    return YearBook.of(month, policy, _contracts(session, rows, month, policy))


def _contracts(session: Session, rows: Sequence[Any], month: date, policy: Policy) -> Iterator[ContractYear]:
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        bodies = _bodies(session, [row.packet_sha256 for row in some])
        earlier = _earlier(session, [row.contract_id for row in some], month)
        for row in some:
            packet, state = FiscalPacket.model_validate_json(bodies[row.packet_sha256]), ALL_STATES[row.state]
            yield ContractYear(
                packet, review(packet, policy), earlier.get(row.contract_id, {}), state.label, str(state.holder)
            )


def _bodies(session: Session, hashes: Sequence[str]) -> dict[str, str]:
    return {row.sha256: row.body for row in all_rows(session, StoredPacket, "sha256", sorted(set(hashes)))}


def _earlier(session: Session, contracts: Sequence[str], month: date) -> dict[str, dict[date, KeptMonth]]:
    """The months of the fiscal year before one, by contract."""
    rows = [
        row for row in all_rows(session, FiscalMonth, "contract_id", contracts)
        if row.month < month and row.fiscal_year == fiscal_year(month)
    ]  # fmt: skip
    bodies = _bodies(session, [row.packet_sha256 for row in rows])
    found: dict[str, dict[date, KeptMonth]] = {contract: {} for contract in contracts}
    for row in rows:
        found[row.contract_id][row.month] = _kept(bodies[row.packet_sha256])
    return found


def _kept(body: str) -> KeptMonth:
    """A packet is ten times as costly to check as to read, and this one was checked when it was kept."""
    told = orjson.loads(body)
    if told["report"] is None:
        return KeptMonth()
    return KeptMonth(
        {line["no"]: line["current_cents"] for line in told["lines"]}, told["report"]["gl_total_cents"]
    )  # fmt: skip
