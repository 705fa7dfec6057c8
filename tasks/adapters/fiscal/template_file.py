"""Writes the workbook in which a provider reports a month: its lines are the lines of the year's budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from models.fiscal.misplaced import AMOUNTS
from models.fiscal.report_file import (
    BALANCE_CHECK,
    DUE,
    FISCAL_YEAR,
    HEAD,
    HEAD_SHEET,
    LINE,
    LINES_SHEET,
    PROVIDER,
    TOTAL,
    YTD_CHECK,
)
from models.shared.budgets import MOST_LINES, Category
from models.shared.calendar import long_date
from models.shared.money import LARGEST, to_decimal
from tasks.adapters.export import ExportRefused, check_target, written_whole
from tasks.adapters.filled_templates import TemplateLooks, arrange, write_advice
from tasks.adapters.fiscal.template_words import FILL_IN, FILL_IN_SHEET, HEAD_HINTS, LINE_HINTS, SUMS

_CHECKS = (YTD_CHECK, BALANCE_CHECK)
_COLUMNS = (*LINE.wordings, *_CHECKS)
_AT = {field: xl_col_to_name(column) for column, field in enumerate(_COLUMNS)}
_WIDTHS = {"no": 7, "category": 12, "title": 30, "reason": 40}
# Rows from 0: the sums that Excel works out, the headings, then the lines.
_HEADING, _FIRST = 1, 2
_MONEY = {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST,
          "error_title": "Please check", "error_message": "Write dollars and cents, for example 1234.50."}  # fmt: skip
_FTE = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100_000,
        "error_title": "Please check", "error_message": "Write a number, for example 2.5."}  # fmt: skip


@dataclass(frozen=True)
class ReportedMonth:
    """What the template says of the contract and the month, by its first day. `made_at` dates the file's properties."""

    contract_no: str
    provider: str
    fiscal_year: int
    month: date
    due_on: date
    made_at: datetime
    revision: int = 1


@dataclass(frozen=True)
class ReportedLine:
    """One budget line, and what was reported on it in the earlier months; None where that is not known. In cents."""

    no: int
    category: Category
    title: str
    budget_cents: int
    prior_cents: int | None = 0


def report_template(month: ReportedMonth, lines: Sequence[ReportedLine], path: Path) -> None:
    """Write the template of one month's report; the file appears whole or not at all. Raises ExportRefused."""
    check_target(path, (".xlsx",))
    if not 0 < len(lines) <= MOST_LINES:
        raise ExportRefused(f"A template has 1 to {MOST_LINES} budget lines and this budget has {len(lines)}.")
    title = f"Financial report {month.contract_no}, {month.month:%B %Y}"
    with written_whole(path) as part:
        book = Workbook(part)
        try:
            book.set_properties({"title": title, "created": month.made_at.astimezone(UTC).replace(tzinfo=None)})
            pages = [book.add_worksheet(name) for name in (HEAD_SHEET, LINES_SHEET, FILL_IN_SHEET)]
            looks = TemplateLooks(book)
            differs = book.add_format({"bg_color": "#F8C9C4", "font_color": "#7A0C00"})
            _write_head(pages[0], looks, month, title)
            _write_lines(pages[1], looks, lines, differs)
            write_advice(pages[2], looks, FILL_IN_SHEET, FILL_IN)
            for page in pages:
                arrange(page, title)
        finally:
            book.close()


def _write_head(page: Worksheet, looks: TemplateLooks, month: ReportedMonth, title: str) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 44)
    page.set_column(2, 2, 60)
    page.write_string(0, 0, title, looks.title)
    shown = {PROVIDER: month.provider, FISCAL_YEAR: str(month.fiscal_year), DUE: long_date(month.due_on)}
    given = {"contract_no": month.contract_no, "month": f"{month.month:%Y-%m}", "revision": str(month.revision)}
    for row, (label, value) in enumerate(shown.items(), 2):
        page.write_string(row, 0, label, looks.label)
        page.write_string(row, 1, value, looks.given)
    for row, field in enumerate(HEAD.wordings, 2 + len(shown)):
        page.write_string(row, 0, HEAD.label(field), looks.label)
        page.write_string(row, 2, HEAD_HINTS[field], looks.hint)
        if field in given:
            page.write_string(row, 1, given[field], looks.given)
            continue
        page.write_blank(row, 1, None, looks.decimal if field == "paid_fte" else looks.text)
        if field == "paid_fte":
            page.data_validation(row, 1, row, 1, _FTE)
    page.freeze_panes(2, 0)


def _write_lines(page: Worksheet, looks: TemplateLooks, lines: Sequence[ReportedLine], differs: Format) -> None:
    total = _FIRST + len(lines)
    _write_heading(page, looks, total)
    for row, line in enumerate(lines, _FIRST):
        page.write_number(row, 0, line.no, looks.number)
        page.write_string(row, 1, line.category, looks.given)
        page.write_string(row, 2, line.title, looks.given)
        _write_amounts(page, looks, row, (line.budget_cents, line.prior_cents))
        page.write_blank(row, _column("reason"), None, looks.text)
    page.write_string(total, 0, TOTAL, looks.label)
    priors = [line.prior_cents for line in lines]
    prior = None if None in priors else sum(cents for cents in priors if cents)
    _write_amounts(page, looks, total, (sum(line.budget_cents for line in lines), prior))
    page.data_validation(_FIRST, _column("prior"), total, _column("balance"), _MONEY)
    for field, check in (("ytd", YTD_CHECK), ("balance", BALANCE_CHECK)):
        _mark(page, differs, field, (_FIRST, total), f"${_AT[check]}{_FIRST + 1}")
    for field in AMOUNTS:
        _mark(page, differs, field, (total, total), f"{_AT[field]}$1")


def _write_heading(page: Worksheet, looks: TemplateLooks, total: int) -> None:
    """The sums above the headings, where they stay in view and no reader takes them for a line; then the headings."""
    page.write_string(0, _column("title"), SUMS, looks.label)
    for field in AMOUNTS:
        area = f"{_AT[field]}{_FIRST + 1}:{_AT[field]}{total}"
        page.write_formula(0, _column(field), f"=SUM({area})", looks.money, 0)
    page.set_row(_HEADING, 48)
    for column, field in enumerate(_COLUMNS):
        page.write_string(_HEADING, column, field if field in _CHECKS else LINE.label(field), looks.heading)
        page.set_column(column, column, _WIDTHS.get(field, 15))
        if field in LINE_HINTS:
            hint = {"validate": "any", "input_message": LINE_HINTS[field]}
            page.data_validation(_HEADING, column, _HEADING, column, hint)
    page.freeze_panes(_FIRST, 3)
    page.repeat_rows(0, _HEADING)


def _write_amounts(page: Worksheet, looks: TemplateLooks, row: int, known: tuple[int, int | None]) -> None:
    """The five amounts of a row, the known ones given, and beside them what the others should come to."""
    for field, cents in zip(AMOUNTS, (*known, None, None, None), strict=True):
        if cents is None:
            page.write_blank(row, _column(field), None, looks.amount)
        else:
            page.write_number(row, _column(field), to_decimal(cents), looks.money)
    budget, prior, current, ytd, _ = (f"{_AT[field]}{row + 1}" for field in AMOUNTS)
    for check, needed, sum_of in ((YTD_CHECK, current, f"{prior}+{current}"), (BALANCE_CHECK, ytd, f"{budget}-{ytd}")):
        page.write_formula(row, _column(check), f'=IF({needed}="","",{sum_of})', looks.money, "")


def _mark(page: Worksheet, differs: Format, field: str, rows: tuple[int, int], other: str) -> None:
    """Show an amount in red where it is not the one in the other cell."""
    cell, column = f"{_AT[field]}{rows[0] + 1}", _column(field)
    rule = f'=AND({cell}<>"",{other}<>"",ROUND({cell}-N({other}),2)<>0)'
    page.conditional_format(rows[0], column, rows[1], column, {"type": "formula", "criteria": rule, "format": differs})


def _column(field: str) -> int:
    """Where a column stands on the sheet of lines."""
    return _COLUMNS.index(field)
