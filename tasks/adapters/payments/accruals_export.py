"""What is owed at 30 June as a workbook whose sums are formulas: who corrects a row sees every sum follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from models.payments.year_end import last_ended_year, positions
from models.payments.year_end_documents import ContractPosition
from models.shared.calendar import new_york_date
from models.shared.money import plain, to_decimal
from tasks.adapters.auditing.workbook import Exported, file_sha256
from tasks.adapters.export import (
    Column,
    Shape,
    _arrange,
    _write_heading,
    _writer,
    check_target,
    written_whole,
)
from tasks.adapters.payments.year_end import load_year_end

_POSITION, _OWED, _REFUNDS, _UNCLEAR = "Position", "Requisitions", "Refunds due", "Unclear lines"


def _money(heading: str) -> Column:
    return Column(heading, Shape.MONEY, 15)


_WHO = (Column("Our number", width=18), Column("Contract", width=20), Column("Provider", width=32))
_WHY = Column("Why, and what to do", width=60)
_COLUMNS = {
    _POSITION: (
        *_WHO, _money("Approved, unpaid"), _money("Comes off (advance, fee)"), _money("Still to be paid"),
        _money("Billed, not decided"), _money("Owed in all"), _money("Due back to the City"),
        Column("Unclear lines", Shape.WHOLE, 9),
    ),
    _OWED: (
        *_WHO, Column("Fiscal year", width=7), Column("Requisition", width=22), Column("Invoice", width=16),
        _money("Approved, unpaid"), _money("Comes off (advance, fee)"), _money("Still to be paid"),
        _money("Billed, not decided"), _money("Owed in all"),
    ),
    _REFUNDS: (
        *_WHO, Column("Requisition", width=22), Column("Due since", Shape.DAY, 11), _money("Amount"), _WHY,
    ),
    _UNCLEAR: (
        *_WHO, Column("Requisition", width=22), Column("Line", Shape.WHOLE, 6), _money("Claimed"), _WHY,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class _Formula:
    """A cell that is worked out: the formula as Excel writes it, and what it comes to. Money in cents."""

    text: str
    value: int
    is_money: bool = True


@dataclass
class _Table:
    """One sheet: its rows without the heading, and, from a column on, the columns that are summed below them."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    sum_from: int = 0

    def span(self, column: str) -> str:
        """The cells of a column as another sheet names them."""
        return f"'{self.name}'!${column}$2:${column}${max(2, len(self.rows) + 1)}"


def export_accruals(session: Session, path: Path, year: int, now: datetime) -> Exported:
    """Write the position of a fiscal year (0: the one that ended last). Raises ExportRefused and LookupError."""
    check_target(path, (".xlsx",))
    found, names = load_year_end(session, year or last_ended_year(new_york_date(now)))
    contracts = positions(found, names)
    tables = _tables(contracts)
    with written_whole(path) as part:
        book = Workbook(part)
        try:
            title = f"Owed at June 30, {found.closed_on.year}"
            book.set_properties({"title": title, "created": now.astimezone(UTC).replace(tzinfo=None)})
            for table in tables:
                _write(book, table)
        finally:
            book.close()
    counts = {
        "fiscal_year": found.closed_on.year, "contracts": len(contracts), "accrued": plain(found.accrued_cents),
        "refunds": plain(found.refund_cents), "unclear": len(found.unclear),
    }  # fmt: skip
    return Exported({str(path): file_sha256(path)}, counts)


def _tables(contracts: Sequence[ContractPosition]) -> list[_Table]:
    owed, refunds, unclear = _Table(_OWED, sum_from=6), _Table(_REFUNDS), _Table(_UNCLEAR)
    for contract in contracts:
        who = [contract.contract_id, contract.contract_no, contract.provider]
        for line in contract.owed:
            n = len(owed.rows) + 2
            owed.rows.append([
                *who, str(line.fiscal_year), line.case_id, line.invoice_no, line.approved_cents, line.deducted_cents,
                _Formula(f"=G{n}-H{n}", line.payable_cents), line.undecided_cents,
                _Formula(f"=G{n}+J{n}", line.approved_cents + line.undecided_cents),
            ])  # fmt: skip
        refunds.rows += [[*who, r.case_id, r.due_since, r.amount_cents, r.reason] for r in contract.refunds]
        unclear.rows += [[*who, u.case_id, u.line, u.claimed_cents, u.reason] for u in contract.unclear]
    position = _Table(_POSITION, sum_from=3)
    for n, contract in enumerate(contracts, 2):
        who = [contract.contract_id, contract.contract_no, contract.provider]
        position.rows.append([*who, *_summed(contract, n, owed, refunds, unclear)])
    return [position, owed, refunds, unclear]


def _summed(contract: ContractPosition, n: int, owed: _Table, refunds: _Table, unclear: _Table) -> list[_Formula]:
    def of(table: _Table, column: str, cents: int) -> _Formula:
        return _Formula(f"=SUMIFS({table.span(column)},{table.span('A')},$A{n})", cents)

    return [
        of(owed, "G", contract.approved_cents), of(owed, "H", contract.deducted_cents),
        _Formula(f"=D{n}-E{n}", contract.payable_cents), of(owed, "J", contract.undecided_cents),
        _Formula(f"=D{n}+G{n}", contract.accrued_cents), of(refunds, "F", contract.refund_cents),
        _Formula(f"=COUNTIFS({unclear.span('A')},$A{n})", len(contract.unclear), is_money=False),
    ]  # fmt: skip


def _write(book: Workbook, table: _Table) -> None:
    sheet, columns = book.add_worksheet(table.name), _COLUMNS[table.name]
    writers = [_writer(sheet, column, book) for column in columns]
    money, whole = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "#,##0"})
    _write_heading(book, sheet, columns)
    for row, cells in enumerate(table.rows, 1):
        for at, value in enumerate(cells):
            if isinstance(value, _Formula):
                _write_formula(sheet, row, at, value, money if value.is_money else whole)
            else:
                writers[at](row, at, value)
    _arrange(sheet, columns, len(table.rows))
    if table.sum_from and table.rows:
        _write_sums(book, sheet, table)


def _write_sums(book: Workbook, sheet: Worksheet, table: _Table) -> None:
    """A last row that adds up the columns from the first summed one on, outside what can be filtered."""
    look = {"bold": True, "top": 1}
    row = len(table.rows) + 1
    sheet.write_string(row, 0, "All", book.add_format(look))
    for at in range(table.sum_from, len(table.rows[0])):
        values = [cells[at] for cells in table.rows]
        total = sum(value.value if isinstance(value, _Formula) else value for value in values)
        is_money = not isinstance(values[0], _Formula) or values[0].is_money
        style = book.add_format({**look, "num_format": "#,##0.00" if is_money else "#,##0"})
        cells = f"{xl_rowcol_to_cell(1, at)}:{xl_rowcol_to_cell(row - 1, at)}"
        _write_formula(sheet, row, at, _Formula(f"=SUM({cells})", total, is_money), style)


def _write_formula(sheet: Worksheet, row: int, at: int, formula: _Formula, style: Format) -> None:
    value: Decimal | int = to_decimal(formula.value) if formula.is_money else formula.value
    sheet.write_formula(row, at, formula.text, style, value)
