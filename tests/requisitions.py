"""Requisitions as vendors write them: the cells of a good one, and invented ones to be written and read back."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import strategies as st

from models.payments.forms import Evidence, RequisitionForm, RequisitionLine
from models.payments.requisition_file import HEAD, LINE, requisition_from_workbook
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.sheet_cells import words

HEAD_ROWS: list[list[Any]] = [
    ["Requisition for payment"],
    [],
    ["Contract number", "CT180120279700001"],
    ["Requisition number", "R27-970000001-03"],
    ["Revision", 1.0],
    ["Invoice number", "BCE-2026-09"],
    ["Invoice date", date(2026, 10, 5)],
    ["Services from", date(2026, 9, 1)],
    ["Services to", date(2026, 9, 30)],
    ["Place of service", "Bramblewick Cooperative Exchange, Queens"],
    ["Description of services", "Help for worker cooperatives, September 2026"],
    ["Payee address", "14 Quayside Mews, Queens"],
    ["Total claimed", 5900.0],
    ["Contract change", "no"],
]
LINE_ROWS: list[list[Any]] = [
    ["Line", "Budget line", "Description", "Amount", "Sales tax", "Evidence", "Supplier", "Credit of invoice"],
    [1.0, 1.0, "Program manager", 5000.0, "", "payroll_register, time_records", "", ""],
    [2.0, 3.0, "Rent and paper", 1000.0, 0.0, "vendor_bill; proof of payment", "", ""],
    [3.0, 3.0, "Paper sent back in July", -100.0, "", "", "", "BCE-2026-07"],
]
GOOD = RequisitionForm(
    number="R27-970000001-03",
    contract_no="CT180120279700001",
    invoice_no="BCE-2026-09",
    invoice_date=date(2026, 10, 5),
    service_from=date(2026, 9, 1),
    service_to=date(2026, 9, 30),
    place="Bramblewick Cooperative Exchange, Queens",
    description="Help for worker cooperatives, September 2026",
    payee_address="14 Quayside Mews, Queens",
    total_cents=590_000,
    lines=(
        RequisitionLine(
            no=1, budget_line=1, description="Program manager", amount_cents=500_000,
            evidence=(Evidence.PAYROLL_REGISTER, Evidence.TIME_RECORDS),
        ),
        RequisitionLine(
            no=2, budget_line=3, description="Rent and paper", amount_cents=100_000,
            evidence=(Evidence.VENDOR_BILL, Evidence.PROOF_OF_PAYMENT),
        ),
        RequisitionLine(
            no=3, budget_line=3, description="Paper sent back in July", amount_cents=-10_000, credit_of="BCE-2026-07",
        ),
    ),
)  # fmt: skip

CENTS = st.integers(-(10**12), 10**12)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=60).map(words)


@st.composite
def requisition_lines(draw: st.DrawFn, no: int) -> RequisitionLine:
    """A line without days of its own."""
    amount = draw(CENTS)
    return RequisitionLine(
        no=no,
        budget_line=draw(st.integers(1, 7)),
        description=draw(TEXTS),
        amount_cents=amount,
        sales_tax_cents=draw(st.integers(0, 10**9) if amount >= 0 else CENTS),
        evidence=tuple(word for word in Evidence if draw(st.booleans())),
        supplier=draw(TEXTS),
        units=draw(st.none() | st.integers(0, 1_000)),
        credit_of=draw(TEXTS),
    )


@st.composite
def requisitions(draw: st.DrawFn) -> RequisitionForm:
    """A requisition that a file can say, good or not in the eyes of the review."""
    start, end = sorted((draw(DAYS), draw(DAYS)))
    return RequisitionForm(
        number="R27-970000001-03",
        revision=draw(st.integers(1, 9)),
        contract_no="CT180120279700001",
        invoice_no=draw(TEXTS),
        invoice_date=draw(st.none() | DAYS),
        service_from=start,
        service_to=end,
        place=draw(TEXTS),
        description=draw(TEXTS),
        payee_address=draw(TEXTS),
        total_cents=draw(CENTS),
        is_contract_change=draw(st.booleans()),
        lines=tuple(draw(requisition_lines(no)) for no in range(1, draw(st.integers(1, 6)) + 1)),
    )


def head_values(form: RequisitionForm) -> dict[str, Any]:
    """What stands beside each label."""
    said = form.model_dump(exclude={"lines", "total_cents", "is_contract_change"})
    change = "yes" if form.is_contract_change else "no"
    return {**said, "total": plain(form.total_cents), "is_contract_change": change}


def line_values(line: RequisitionLine) -> dict[str, Any]:
    """What stands in each column of a line."""
    said = line.model_dump(exclude={"amount_cents", "sales_tax_cents", "evidence"})
    money = {"amount": plain(line.amount_cents), "sales_tax": plain(line.sales_tax_cents)}
    return {**said, **money, "evidence": ", ".join(line.evidence)}


def sheets_of(form: RequisitionForm) -> list[tuple[str, list[list[Any]]]]:
    """The two sheets of a workbook that says what the form says."""
    head = [[HEAD.label(field), value] for field, value in head_values(form).items()]
    lines = [line_values(line) for line in form.lines]
    return [
        ("Requisition", head),
        ("Lines", [[LINE.label(f) for f in lines[0]], *(list(line.values()) for line in lines)]),
    ]


def table_of(form: RequisitionForm) -> list[list[Any]]:
    """One table that says what the form says: the head stands on each line."""
    head, own = head_values(form), {"description": "line description", "service_from": "line service from",
                                    "service_to": "line service to"}  # fmt: skip
    lines = [line_values(line) for line in form.lines]
    header = [*(HEAD.label(field) for field in head), *(own.get(field, LINE.label(field)) for field in lines[0])]
    return [header, *([*head.values(), *line.values()] for line in lines)]


def object_of(form: RequisitionForm) -> dict[str, Any]:
    """What a program would send as JSON."""
    lines = [{**line_values(line), "evidence": list(line.evidence)} for line in form.lines]
    return {**head_values(form), "lines": lines}


def read(head: list[list[Any]] = HEAD_ROWS, lines: list[list[Any]] = LINE_ROWS, **more: Any) -> RequisitionForm:
    """The form that a workbook of these rows gives."""
    return requisition_from_workbook([("Requisition", head), ("Lines", lines)], **more)


def sentences(head: list[list[Any]] = HEAD_ROWS, lines: list[list[Any]] = LINE_ROWS, **more: Any) -> tuple[str, ...]:
    """What is said of a workbook of these rows that is refused."""
    with pytest.raises(FormError) as error:
        read(head, lines, **more)
    return error.value.sentences


def lines_with(column: int, value: Any, row: int = 1) -> list[list[Any]]:
    """The lines of the good workbook with another value in one cell."""
    rows = deepcopy(LINE_ROWS)
    rows[row][column] = value
    return rows


def head_with(label: str, *value: Any) -> list[list[Any]]:
    """The head of the good workbook with another value beside one label."""
    return [[label, *value] if row[:1] == [label] else row for row in HEAD_ROWS]
