"""Financial reports as providers write them: the cells of a good one, and invented ones to be written and read back."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from models.fiscal.forms import FinancialReportForm, ReportLine, ReportSums
from models.fiscal.report_file import HEAD, LINE, FiledReport, report_from_workbook
from models.shared.budgets import Category
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import words

HEAD_ROWS: list[list[Any]] = [
    ["Financial report"],
    [],
    ["Contract number", "CT180120279700001"],
    ["Month", "2026-10"],
    ["Revision", 1.0],
    ["Certified by", "Tamsin Orrery, finance director"],
    ["Paid FTE", 2.5],
    ["Reason for the variance", "Two months of rent were paid at once."],
]
LINE_ROWS: list[list[Any]] = [
    ["Line", "Category", "Title", "Budget", "Earlier months", "This month", "Year to date", "Balance", "Reason"],
    [1.0, "PS", "Program manager", 60000.0, 15000.0, 5000.0, 20000.0, 40000.0, ""],
    [2.0, "fringe", "Fringe benefits", 15000.0, 3750.0, 1250.0, 5000.0, 10000.0, ""],
    [3.0, "OTPS", "Rent", 12000.0, 3000.0, 2000.0, 5000.0, 7000.0, "October and November paid at once"],
    [4.0, "consultant", "Legal clinic", 1000.0, 0.0, 1234.5, 1234.5, -234.5, ""],
    ["Total", "", "", 88000.0, 21750.0, 9484.5, 31234.5, 56765.5, ""],
]


def sums(*amounts: int) -> dict[str, int]:
    """The five amounts of a line or of the totals, in cents."""
    return dict(zip(ReportSums.model_fields, amounts, strict=True))


GOOD = FinancialReportForm(
    contract_no="CT180120279700001",
    month=date(2026, 10, 1),
    certified_by="Tamsin Orrery, finance director",
    paid_fte=Decimal("2.5"),
    reason="Two months of rent were paid at once.",
    lines=(
        ReportLine(no=1, category=Category.PS, title="Program manager",
                   **sums(6_000_000, 1_500_000, 500_000, 2_000_000, 4_000_000)),
        ReportLine(no=2, category=Category.FRINGE, title="Fringe benefits",
                   **sums(1_500_000, 375_000, 125_000, 500_000, 1_000_000)),
        ReportLine(no=3, category=Category.OTPS, title="Rent", reason="October and November paid at once",
                   **sums(1_200_000, 300_000, 200_000, 500_000, 700_000)),
        ReportLine(no=4, category=Category.CONSULTANT, title="Legal clinic",
                   **sums(100_000, 0, 123_450, 123_450, -23_450)),
    ),
    totals=ReportSums(**sums(8_800_000, 2_175_000, 948_450, 3_123_450, 5_676_550)),
)  # fmt: skip

CENTS = st.integers(-(10**12), 10**12)
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=40).map(words)
TITLES = TEXTS.map(lambda text: f"Costs {text}".strip())
NAMES = TEXTS.map(lambda text: f"T. Orrery {text}".strip())


@st.composite
def amounts(draw: st.DrawFn) -> dict[str, int]:
    """Five amounts that need not add up."""
    return sums(draw(st.integers(0, 10**12)), *(draw(CENTS) for _ in range(4)))


@st.composite
def reports(draw: st.DrawFn, contract_no: str = "CT180120279700001") -> FinancialReportForm:
    """A report that a file can say, good or not in the eyes of the review; one line adds up where it stands only."""
    drawn = [*(draw(amounts()) for _ in range(draw(st.integers(0, 4)))), sums(100_000, 10_000, 5_000, 15_000, 85_000)]
    lines = (
        ReportLine(no=no, category=draw(st.sampled_from(Category)), title=draw(TITLES), reason=draw(TEXTS), **said)
        for no, said in enumerate(drawn, 1)
    )
    return FinancialReportForm(
        contract_no=contract_no,
        month=draw(st.dates(date(2000, 1, 1), date(2099, 12, 31))).replace(day=1),
        revision=draw(st.integers(1, 9)),
        certified_by=draw(NAMES),
        paid_fte=draw(st.none() | st.decimals(0, 1000, places=2)),
        reason=draw(TEXTS),
        lines=tuple(lines),
        totals=ReportSums(**draw(amounts())),
    )


def head_values(form: FinancialReportForm) -> dict[str, Any]:
    """What stands beside each label."""
    said = form.model_dump(exclude={"lines", "totals"})
    return {**said, "month": f"{form.month:%Y-%m}", "paid_fte": "" if form.paid_fte is None else form.paid_fte}


def money_of(said: ReportSums) -> dict[str, str]:
    """What stands in the columns of amounts."""
    return {field.removesuffix("_cents"): plain(getattr(said, field)) for field in ReportSums.model_fields}


def line_values(form: FinancialReportForm) -> list[dict[str, Any]]:
    """What stands in each column of each row below the header, the totals last."""
    lines = [
        {"no": line.no, "category": line.category, "title": line.title, **money_of(line), "reason": line.reason}
        for line in form.lines
    ]
    return [*lines, {"no": "Total", "category": "", "title": "", **money_of(form.totals), "reason": ""}]


def sheets_of(form: FinancialReportForm) -> list[tuple[str, list[list[Any]]]]:
    """The two sheets of a workbook that says what the form says."""
    head = [[HEAD.label(field), value] for field, value in head_values(form).items()]
    lines = [list(line.values()) for line in line_values(form)]
    return [("Report", head), ("Lines", [[LINE.label(field) for field in LINE.wordings], *lines])]


FLAT_COLUMNS = [
    *HEAD.wordings, "no", "category", "title", "budget", "prior", "current", "ytd", "balance", "line_reason",
]  # fmt: skip


def table_of(*forms: FinancialReportForm) -> list[list[Any]]:
    """One table that says what the forms say: the head of each stands on all of its rows."""
    rows = ([*head_values(form).values(), *line.values()] for form in forms for line in line_values(form))
    return [FLAT_COLUMNS, *rows]


def filed(head: list[list[Any]] = HEAD_ROWS, lines: list[list[Any]] = LINE_ROWS, **more: Any) -> FiledReport:
    """The report that a workbook of these rows gives."""
    return report_from_workbook([("Report", head), ("Lines", lines)], **more)


def sentences(head: list[list[Any]] = HEAD_ROWS, lines: list[list[Any]] = LINE_ROWS, **more: Any) -> tuple[str, ...]:
    """What is said of a workbook of these rows that is refused."""
    with pytest.raises(FormError) as error:
        filed(head, lines, **more)
    return error.value.sentences


def lines_with(column: int, value: Any, row: int = 1) -> list[list[Any]]:
    """The lines of the good workbook with another value in one cell."""
    rows = deepcopy(LINE_ROWS)
    rows[row][column] = value
    return rows


def head_with(label: str, *value: Any) -> list[list[Any]]:
    """The head of the good workbook with another value beside one label."""
    return [[label, *value] if row[:1] == [label] else row for row in HEAD_ROWS]


def moved(*columns: int) -> list[list[Any]]:
    """The lines of the good workbook, the values under each heading taken from the column that is given for it."""
    return [LINE_ROWS[0], *([row[column] if column >= 0 else "" for column in columns] for row in LINE_ROWS[1:])]
