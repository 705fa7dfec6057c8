"""Writes the workbook that a vendor fills in to claim money: its lines are the lines of the year's budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.payments.forms import Basis
from models.payments.requisition_file import (
    FISCAL_YEAR,
    HEAD,
    HEAD_SHEET,
    LINE,
    LINES_SHEET,
    LINES_SUM,
    PROVIDER,
    SHOWN,
)
from models.shared.budgets import MOST_LINES, Category
from models.shared.money import LARGEST, to_decimal
from tasks.adapters.export import ExportRefused, check_target, written_whole
from tasks.adapters.filled_templates import TemplateLooks, arrange, write_advice
from tasks.adapters.payments.template_words import EVIDENCE, FILL_IN, FILL_IN_SHEET, HEAD_HINTS, LINE_HINTS

# For credits, and for a second supplier on one budget line.
_FREE_LINES = 20
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_INPUTS = (
    "amount",
    "sales_tax",
    "description",
    *EVIDENCE,
    "supplier",
    "units",
    "service_from",
    "service_to",
    "credit_of",
)
# Two numbers, what is shown, what is filled in.
_COLUMNS = ("no", "budget_line", *SHOWN, *_INPUTS)
_WIDTHS = {"no": 6, "budget_line": 8, "Title": 26, "description": 34, "supplier": 28, "credit_of": 16, "amount": 14}
_HEAD_DAYS, _LINE_DAYS = ("invoice_date", "service_from", "service_to"), ("service_from", "service_to")


@dataclass(frozen=True)
class TemplateContract:
    """What the template says of the contract. `made_at` is the one date in the file's properties."""

    contract_no: str
    number: str
    provider: str
    fiscal_year: int
    made_at: datetime
    revision: int = 1
    payee_address: str = ""


@dataclass(frozen=True)
class TemplateLine:
    """One budget line and what was approved on it so far. Amounts in cents."""

    no: int
    title: str
    category: Category
    amount_cents: int
    approved_cents: int = 0
    basis: Basis = Basis.LINE_ITEM


def requisition_template(contract: TemplateContract, lines: Sequence[TemplateLine], path: Path) -> None:
    """Write the template of one requisition; the file appears whole or not at all. Raises ExportRefused."""
    check_target(path, (".xlsx",))
    if not 0 < len(lines) <= MOST_LINES:
        raise ExportRefused(f"A template has 1 to {MOST_LINES} budget lines and this budget has {len(lines)}.")
    with written_whole(path) as part:
        book = Workbook(part)
        try:
            created = contract.made_at.astimezone(UTC).replace(tzinfo=None)
            book.set_properties({"title": f"Requisition {contract.number}", "created": created})
            pages = [book.add_worksheet(name) for name in (HEAD_SHEET, LINES_SHEET, FILL_IN_SHEET)]
            looks = TemplateLooks(book)
            rows = min(len(lines) + _FREE_LINES, MOST_LINES)
            _write_head(pages[0], looks, contract, rows)
            _write_lines(pages[1], looks, lines, rows)
            write_advice(pages[2], looks, FILL_IN_SHEET, FILL_IN)
            for page in pages:
                arrange(page, contract.number)
        finally:
            book.close()


def _input(looks: TemplateLooks, field: str) -> Format:
    """The look of a cell that the vendor fills in."""
    if field in ("amount", "sales_tax", "total"):
        return looks.amount
    if field in (*_HEAD_DAYS, *_LINE_DAYS):
        return looks.day
    return looks.whole if field in ("units", "budget_line") else looks.text


def _write_head(page: Worksheet, looks: TemplateLooks, contract: TemplateContract, rows: int) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 44)
    page.set_column(2, 2, 60)
    page.write_string(0, 0, f"Requisition {contract.number}", looks.title)
    page.write_string(2, 0, PROVIDER, looks.label)
    page.write_string(2, 1, contract.provider, looks.given)
    page.write_string(3, 0, FISCAL_YEAR, looks.label)
    page.write_number(3, 1, contract.fiscal_year, looks.number)
    for row, field in enumerate(HEAD.wordings, 4):
        page.write_string(row, 0, HEAD.label(field), looks.label)
        page.write_string(row, 2, HEAD_HINTS[field], looks.hint)
        _write_box(page, looks, contract, row, field)
    last, amounts = 4 + len(HEAD.wordings), xl_col_to_name(_column("amount"))
    page.write_string(last, 0, LINES_SUM, looks.label)
    page.write_formula(last, 1, f"=SUM({LINES_SHEET}!{amounts}2:{amounts}{rows + 1})", looks.money, 0)
    page.write_string(last, 2, HEAD_HINTS["sum"], looks.hint)
    page.freeze_panes(2, 0)


def _write_box(page: Worksheet, looks: TemplateLooks, contract: TemplateContract, row: int, field: str) -> None:
    """The value beside a label: given by the office, or a box to fill in."""
    given = {"contract_no": contract.contract_no, "number": contract.number, "revision": str(contract.revision)}
    if field in given:
        page.write_string(row, 1, given[field], looks.given)
        return
    page.write_blank(row, 1, None, _input(looks, field))
    if field == "payee_address" and contract.payee_address:
        page.write_string(row, 1, contract.payee_address, looks.text)
    _restrict(page, field, (row, 1, row, 1))


def _column(field: str) -> int:
    """Where a field stands on the sheet of lines."""
    return _COLUMNS.index(field)


def _write_heading(page: Worksheet, looks: TemplateLooks) -> None:
    page.set_row(0, 48)
    for column, field in enumerate(_COLUMNS):
        page.write_string(0, column, field if field in SHOWN else LINE.label(field), looks.heading)
        page.set_column(column, column, _WIDTHS.get(field, 12))
        if field in LINE_HINTS:
            page.data_validation(0, column, 0, column, {"validate": "any", "input_message": LINE_HINTS[field]})
    page.freeze_panes(1, 3)
    page.repeat_rows(0)


def _write_lines(page: Worksheet, looks: TemplateLooks, lines: Sequence[TemplateLine], rows: int) -> None:
    _write_heading(page, looks)
    for row in range(1, rows + 1):
        page.write_number(row, 0, row, looks.number)
        if row <= len(lines):
            _write_budget_line(page, looks, row, lines[row - 1])
        else:
            page.write_blank(row, 1, None, _input(looks, "budget_line"))
        for field in _INPUTS:
            page.write_blank(row, _column(field), None, _input(looks, field))
    for field in _INPUTS:
        _restrict(page, field, (1, _column(field), rows, _column(field)))
    if rows > len(lines):
        known = f"=$B$2:$B${len(lines) + 1}"
        words = {"error_title": "Budget line", "error_message": "Choose the number of a budget line of this contract."}
        page.data_validation(len(lines) + 1, 1, rows, 1, {"validate": "list", "source": known, **words})


def _write_budget_line(page: Worksheet, looks: TemplateLooks, row: int, line: TemplateLine) -> None:
    page.write_number(row, 1, line.no, looks.number)
    page.write_string(row, 2, line.title, looks.given)
    page.write_string(row, 3, line.category, looks.given)
    left = line.amount_cents - line.approved_cents
    for column, cents in enumerate((line.amount_cents, line.approved_cents, left), 4):
        page.write_number(row, column, to_decimal(cents), looks.money)


def _restrict(page: Worksheet, field: str, area: tuple[int, int, int, int]) -> None:
    """What Excel lets a person write into an input, and its words where it does not."""
    rule: dict[str, object] = {}
    if field in ("amount", "sales_tax", "total"):
        rule = {"validate": "decimal", "minimum": -LARGEST, "maximum": LARGEST,
                "error_message": "Write dollars and cents, for example 1234.50."}  # fmt: skip
    elif field in (*_HEAD_DAYS, *_LINE_DAYS):
        rule = {"validate": "date", "minimum": _FIRST_DAY, "maximum": _LAST_DAY,
                "error_message": "Write a date, for example 10/05/2026."}  # fmt: skip
    elif field in EVIDENCE:
        rule = {"validate": "list", "source": ["yes"], "error_message": "Choose yes, or leave the cell empty."}
    elif field == "is_contract_change":
        rule = {"validate": "list", "source": ["no", "yes"], "error_message": "Choose yes or no."}
    elif field == "units":
        rule = {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "Write a whole number."}
    if rule:
        page.data_validation(*area, {"criteria": "between", "error_title": "Please check", **rule})
