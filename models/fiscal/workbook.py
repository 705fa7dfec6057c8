"""The fiscal workbook as a whole: its sheets in their order, each with the rows that it is filled with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.fiscal.workbook_cells import Cell, Layout
from models.fiscal.workbook_claims import claim_rows
from models.fiscal.workbook_contracts import contract_rows, projection_rows
from models.fiscal.workbook_facts import YearBook
from models.fiscal.workbook_layouts import (
    ABOUT,
    CLAIMS,
    CONTRACT,
    FINDINGS,
    MEASURES,
    MONTHS,
    POLICY,
    PROJECTION,
    SUMMARY,
    lines_layout,
)
from models.fiscal.workbook_lines import line_rows, month_rows
from models.fiscal.workbook_measures import measure_rows
from models.fiscal.workbook_policy import NUMBERS, about_rows, policy_rows
from models.fiscal.workbook_summary import finding_rows, summary_rows


@dataclass(frozen=True)
class SheetRows:
    """One sheet: its layout, how many rows it has, and the rows, asked for one after the other."""

    layout: Layout
    count: int
    rows: Iterable[Sequence[Cell]]


def sheets(book: YearBook, made_at: datetime) -> list[SheetRows]:
    """All sheets in their order."""
    contracts = book.contracts
    many = len(contracts)
    about = list(about_rows(book, made_at))
    return [
        SheetRows(SUMMARY, many, summary_rows(book)),
        SheetRows(lines_layout(book.months), book.line_count, line_rows(book)),
        SheetRows(PROJECTION, many, projection_rows(book)),
        SheetRows(MONTHS, book.month_count, month_rows(book)),
        SheetRows(MEASURES, sum(len(one.review.measures) for one in contracts), measure_rows(book)),
        SheetRows(FINDINGS, sum(len(one.review.findings) for one in contracts), finding_rows(book)),
        SheetRows(CLAIMS, book.invoice_count, claim_rows(book)),
        SheetRows(CONTRACT, many, contract_rows(book)),
        SheetRows(POLICY, len(NUMBERS) + 1, policy_rows(book)),
        SheetRows(ABOUT, len(about), about),
    ]
