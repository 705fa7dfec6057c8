"""Reads financial reports from a workbook or a CSV table: the whole form, or every mistake that is in the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.fiscal.forms import FinancialReportForm, ReportLine
from models.fiscal.misplaced import AMOUNTS, CALLED, misplaced
from models.shared.budgets import Category
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import CellReader, Slot, quoted, squash, words
from models.shared.sheet_layouts import (
    Cells,
    Marks,
    Names,
    Page,
    Values,
    check_number,
    check_shown,
    find_page,
    find_table,
    labelled,
    plain,
    repeated,
    unlike,
)

HEAD_SHEET, LINES_SHEET, TOTAL = "Report", "Lines", "Total"
# Labels of the sheet “Report” and columns of “Lines” that tell the provider something and are not read.
PROVIDER, FISCAL_YEAR, DUE = "Provider", "Fiscal year", "Due"
YTD_CHECK, BALANCE_CHECK = "Year to date as worked out", "Balance as worked out"

HEAD = Names(
    {
        "contract_no": ("Contract number", "contract", "contract id"),
        "month": ("Month", "report month"),
        "revision": ("Revision", "revision number"),
        "certified_by": ("Certified by",),
        "paid_fte": ("Paid FTE", "full-time equivalents paid"),
        "reason": ("Reason for the variance", "variance reason"),
    },
    frozenset({PROVIDER, FISCAL_YEAR, DUE}),
)
LINE = Names(
    {
        "no": ("Line", "line no", "line number", "budget line"),
        "category": ("Category",),
        "title": ("Title", "line title"),
        "budget": ("Budget",),
        "prior": ("Earlier months", "prior months"),
        "current": ("This month", "current month"),
        "ytd": ("Year to date",),
        "balance": ("Balance",),
        "reason": ("Reason", "line reason"),
    },
    frozenset({YTD_CHECK, BALANCE_CHECK}),
)
_NEEDED = ("no", "category", "title", *AMOUNTS)
# A flat table has the titles that a program would give its columns; its reason is that of the whole report.
_FLAT_LINE = {**{field: LINE.wordings[field] for field in _NEEDED}, "line_reason": ("line reason",)}
_FLAT = Names({field: (field, *titles) for field, titles in {**HEAD.wordings, **_FLAT_LINE}.items()}, LINE.passed_over)
_KEY = ("contract_no", "month", "revision")
_TOTALS = ("total", "subtotal", "grandtotal")


class BudgetLine(Protocol):
    """What a report's line must agree with: a line of the budget in force."""

    @property
    def no(self) -> int: ...
    @property
    def category(self) -> Category: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True)
class FiledReport:
    """A report that was read, and where its lines stand in the file."""

    form: FinancialReportForm
    places: tuple[Values, ...]
    sheet: str


def report_from_workbook(sheets: Sequence[tuple[str, Sequence[Cells]]], mark: Marks = plain) -> FiledReport:
    """The report of a workbook with the sheets “Report” and “Lines”. Raises FormError."""
    mistakes: list[Mistake] = []
    page = find_page(sheets, HEAD_SHEET, mark)
    head = labelled(page, HEAD, mistakes)
    table = find_table(find_page(sheets, LINES_SHEET, mark), LINE, _NEEDED, mistakes)
    labels = {field: LINE.label(field) for field in LINE.wordings}
    return _filed(head, table.rows(), (page.name, table.page.name), labels, mistakes)


def reports_from_table(sheet: tuple[str, Sequence[Cells]]) -> tuple[FiledReport, ...]:
    """The reports of one flat table, many contracts and months, each ended by its totals. Raises FormError.

    On later rows of a report its head may be left empty, but it may not say anything else than the first.
    """
    mistakes: list[Mistake] = []
    page = Page(sheet[0], sheet[1], plain)
    table = find_table(page, _FLAT, (*_KEY[:2], *_NEEDED), mistakes)
    found: list[FiledReport] = []
    for rows in _reports(table.rows()):
        own: list[Mistake] = []
        try:
            head = repeated(rows, {field: _FLAT.label(field) for field in HEAD.wordings}, own)
            lines = [{LINE.field(field) or field: slot for field, slot in _line_of(row)} for row in rows]
            found.append(_filed(head, lines, (page.name, page.name), {field: field for field in LINE.wordings}, own))
        except FormError as error:
            mistakes += error.mistakes
    if not found and not mistakes:
        check_number(0, page.name, "report")
    mistakes += _twice(found)
    if mistakes:
        raise FormError(mistakes)
    return tuple(found)


def _line_of(row: Values) -> Iterator[tuple[str, Slot]]:
    return ((field, slot) for field, slot in row.items() if field in _FLAT_LINE)


def _reports(rows: Iterable[Values]) -> Iterator[list[Values]]:
    """The rows of each report: those that follow one another with the same contract, month and revision."""
    current: list[Values] = []
    key: dict[str, str] = {}
    for row in rows:
        own = {field: words(row[field].value) for field in _KEY if field in row and not row[field].is_empty}
        if current and any(key.get(field, text) != text for field, text in own.items()):
            yield current
            current, key = [], {}
        current.append(row)
        key |= own
    if current:
        yield current


def _twice(found: Sequence[FiledReport]) -> Iterator[Mistake]:
    seen: set[tuple[object, ...]] = set()
    for report in found:
        form, first = report.form, report.places[0]["no"]
        key = (form.contract_no.casefold(), form.month, form.revision)
        if key in seen:
            text = f"The report of {form.contract_no} for {form.month:%Y-%m} begins here for the second time."
            yield Mistake(first.sheet, first.cell, f"{text} Put its lines together, with one row of totals at the end.")
        seen.add(key)


def _filed(
    head: Values, rows: Sequence[Values], sheets: tuple[str, str], labels: Mapping[str, str], mistakes: list[Mistake]
) -> FiledReport:
    lines = [row for row in rows if not _is_total(row)]
    check_number(len(lines), sheets[1], "report")
    check_shown([head, *rows], mistakes)
    reader = CellReader(mistakes)
    facts = _head(head, sheets[0], reader)
    _check_filled(lines, labels, mistakes)
    total = _totals(rows, sheets[1], mistakes)
    found = [_line(line, reader) for line in lines]
    unlike([line["no"] for line in found], [line["no"] for line in lines], reader)
    facts["totals"] = _amounts(total, "total of the ", reader) if total else {}
    if mistakes:
        raise FormError(mistakes)
    return FiledReport(FinancialReportForm.model_validate(facts | {"lines": found}), tuple(lines), sheets[1])


def _is_total(row: Values) -> bool:
    """Whether a row says that it is a sum of others: in place of its number or category, or as its whole title."""
    no, category, title = (squash(row[field].value) for field in ("no", "category", "title"))
    return (
        no.startswith(_TOTALS) or category.startswith(_TOTALS) or (not no and title.startswith(_TOTALS))
        or title in (*_TOTALS, "totals", "subtotals", "grandtotals")
    )  # fmt: skip


def _totals(rows: Sequence[Values], sheet: str, mistakes: list[Mistake]) -> Values | None:
    """The last row, which must be the one of the totals; a sum above it would be read as spending."""
    for row in rows[:-1]:
        if _is_total(row):
            text = "A row of totals stands in the middle of the lines. Remove it; one row of totals ends the report."
            mistakes.append(Mistake(sheet, row["no"].cell, text))
    if _is_total(rows[-1]):
        return rows[-1]
    text = f"The row of totals is missing below this one. Write “{TOTAL}” in place of the line's number, and the sums."
    mistakes.append(Mistake(sheet, rows[-1]["no"].cell, text))
    return None


def _check_filled(lines: Sequence[Values], labels: Mapping[str, str], mistakes: list[Mistake]) -> None:
    """Raises FormError where one sentence says what is wrong with all lines."""
    moved = misplaced(lines, labels)
    if moved:
        raise FormError([*mistakes, moved])
    if all(line["current"].is_empty for line in lines):
        slot = lines[0]["current"]
        text = (
            f"Nothing is filled in under “{labels['current']}”. Write what was spent on each line this month, 0.00 "
            "where nothing was, and its year to date and balance."
        )
        raise FormError([*mistakes, Mistake(slot.sheet, slot.cell, text)])


def _head(head: Values, sheet: str, reader: CellReader) -> dict[str, object]:
    at = {field: Slot("", sheet, "") for field in HEAD.wordings} | dict(head)
    return {
        "contract_no": reader.needed_text(at["contract_no"], "contract number"),
        "month": reader.month(at["month"], "month"),
        "revision": 1 if at["revision"].is_empty else reader.counting(at["revision"], "revision"),
        "certified_by": reader.needed_text(at["certified_by"], "name of the person who certifies the report"),
        "paid_fte": None if at["paid_fte"].is_empty else reader.number(at["paid_fte"], "paid FTE"),
        "reason": reader.text(at["reason"], "reason"),
    }


def _line(line: Values, reader: CellReader) -> dict[str, object]:
    reason = line.get("reason", Slot("", "", ""))
    return {
        "no": reader.counting(line["no"], "line number"),
        "category": reader.word(line["category"], Category, "category"),
        "title": reader.needed_text(line["title"], "title"),
        **_amounts(line, "", reader),
        "reason": reader.text(reason, "reason"),
    }


def _amounts(row: Values, what: str, reader: CellReader) -> dict[str, int]:
    """The five amounts of a row. No budget is negative; anything else can be, by a credit or an overspent line."""
    return {
        f"{field}_cents": (reader.not_negative if field == "budget" else reader.amount)(row[field], what + called)
        for field, called in CALLED.items()
    }


def budget_mistakes(report: FiledReport, budget: Sequence[BudgetLine]) -> tuple[Mistake, ...]:
    """Where the report's lines are not those of the budget in force: number, category and title, each at its cell.

    Amounts that differ are no mistake of the file but a finding of the review.
    """
    known = {line.no: line for line in budget}
    found = [
        mistake
        for line, at in zip(report.form.lines, report.places, strict=True)
        for mistake in _differences(line, at, known.get(line.no), budget)
    ]
    there = {line.no for line in report.form.lines}
    missing = (line for line in budget if line.no not in there)
    text = "of the budget in force is missing. Add it, with 0.00 under this month where nothing was spent."
    found += [Mistake(report.sheet, "", f"Line {line.no} {quoted(line.title)} {text}") for line in missing]
    return tuple(found)


def _differences(
    line: ReportLine, at: Values, known: BudgetLine | None, budget: Sequence[BudgetLine]
) -> Iterator[Mistake]:
    if known is None:
        same = next((other for other in budget if squash(other.title) == squash(line.title)), None)
        remedy = f"{quoted(line.title)} is line {same.no} there. Write {same.no}." if same else (
            "Remove it; a line is added by a budget change alone.")  # fmt: skip
        yield Mistake(at["no"].sheet, at["no"].cell, f"Line {line.no} is not in the budget in force. {remedy}")
        return
    if known.category != line.category:
        text = f"Line {line.no} has the category {known.category} in the budget in force, not {line.category}."
        yield Mistake(at["category"].sheet, at["category"].cell, f"{text} Write {known.category}.")
    if squash(known.title) != squash(line.title):
        text = f"Line {line.no} is {quoted(known.title)} in the budget in force, and here {quoted(line.title)}."
        remedy = "Write the budget's title; a line is renamed by a budget change alone."
        yield Mistake(at["title"].sheet, at["title"].cell, f"{text} {remedy}")
