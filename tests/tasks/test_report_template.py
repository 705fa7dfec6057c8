"""The template of a financial report: filled in and sent back it gives the form; only its inputs can be changed."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from models.fiscal.forms import FinancialReportForm, ReportLine, ReportSums
from models.fiscal.report_file import HEAD, budget_mistakes
from models.shared.budgets import Category
from models.shared.file_mistakes import FormError
from tasks.adapters.export import ExportRefused
from tasks.adapters.fiscal.reading import read_reports
from tasks.adapters.fiscal.template_file import ReportedLine, ReportedMonth, report_template
from tests.financial_reports import reports, sums
from tests.workbooks import Cells, fill, open_cells, rows, sheet_xml

MONTH = ReportedMonth(
    contract_no="CT180120279700001",
    provider="Bramblewick Cooperative Exchange",
    fiscal_year=2027,
    month=date(2026, 10, 1),
    due_on=date(2026, 11, 15),
    made_at=datetime(2026, 11, 1, 14, tzinfo=UTC),
)
LINES = [
    ReportedLine(1, Category.PS, "Program manager", 6_000_000, 1_500_000),
    ReportedLine(2, Category.OTPS, "Rent", 1_200_000, 300_000),
]
FILLED: Cells = {"F3": 5000, "G3": 20000, "H3": 40000, "F4": 0, "G4": 3000, "H4": 9000,
                 "F5": 5000, "G5": 23000, "H5": 49000}  # fmt: skip


def written(folder: Path, lines: list[ReportedLine] | None = None, month: ReportedMonth = MONTH) -> Path:
    path = folder / "october.xlsx"
    report_template(month, LINES if lines is None else lines, path)
    return path


def signed(path: Path, **said: Any) -> Path:
    """The first sheet of the template filled in."""
    labels = [row[0] for row in rows(path, "Report")]
    values = {"certified_by": "Tamsin Orrery, finance director", **said}
    fill(path, 1, {f"B{labels.index(HEAD.label(field)) + 1}": value for field, value in values.items()})
    return path


def filled_in(folder: Path, form: FinancialReportForm) -> Path:
    """The template that the office makes for this report, as a provider who wants to say this would fill it in."""
    lines = [ReportedLine(line.no, line.category, line.title, line.budget_cents, None) for line in form.lines]
    path = written(folder, lines, replace(MONTH, month=form.month, revision=form.revision))
    said: dict[str, Any] = {"certified_by": form.certified_by, "reason": form.reason}
    if form.paid_fte is not None:
        said["paid_fte"] = float(form.paid_fte)
    signed(path, **{field: value for field, value in said.items() if value != ""})
    cells: Cells = {}
    for row, line in enumerate((*form.lines, form.totals), 3):
        amounts = (line.prior_cents, line.current_cents, line.ytd_cents, line.balance_cents)
        cells |= {f"{column}{row}": cents / 100 for column, cents in zip("EFGH", amounts, strict=True)}
    cells |= {f"I{row}": line.reason for row, line in enumerate(form.lines, 3) if line.reason}
    fill(path, 2, cells)
    return path


@settings(max_examples=30, deadline=None)
@given(reports())
def test_a_template_that_is_filled_in_and_read_back_gives_the_form(form: FinancialReportForm) -> None:
    with TemporaryDirectory() as folder:
        (read,) = read_reports(filled_in(Path(folder), form))
    budget = sum(line.budget_cents for line in form.lines)
    assert read.form == form.model_copy(update={"totals": form.totals.model_copy(update={"budget_cents": budget})})


def test_what_was_known_is_filled_in_and_the_rest_is_read_back(tmp_path: Path) -> None:
    path = signed(written(tmp_path), paid_fte=2.5)
    fill(path, 2, FILLED)
    (read,) = read_reports(path)
    assert (read.form.contract_no, read.form.month, read.form.revision) == ("CT180120279700001", date(2026, 10, 1), 1)
    assert read.form.lines == (
        ReportLine(no=1, category=Category.PS, title="Program manager",
                   **sums(6_000_000, 1_500_000, 500_000, 2_000_000, 4_000_000)),
        ReportLine(no=2, category=Category.OTPS, title="Rent", **sums(1_200_000, 300_000, 0, 300_000, 900_000)),
    )  # fmt: skip
    assert read.form.totals == ReportSums(**sums(7_200_000, 1_800_000, 500_000, 2_300_000, 4_900_000))


def test_the_lines_of_the_template_are_those_of_the_budget(tmp_path: Path) -> None:
    path = signed(written(tmp_path))
    fill(path, 2, FILLED)
    assert budget_mistakes(read_reports(path)[0], LINES) == ()


def test_a_template_in_which_no_amount_was_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(FormError) as error:
        read_reports(signed(written(tmp_path)))
    assert error.value.sentences == (
        "Lines!F3: Nothing is filled in under “This month”. Write what was spent on each line this month, 0.00 where "
        "nothing was, and its year to date and balance.",
    )


def test_a_box_that_was_left_empty_is_told_with_its_cell(tmp_path: Path) -> None:
    path = signed(written(tmp_path))
    fill(path, 2, {cell: value for cell, value in FILLED.items() if cell not in ("F4", "H5")})
    with pytest.raises(FormError) as error:
        read_reports(path)
    assert [found.split(".")[0] for found in error.value.sentences] == [
        "Lines!F4: The amount of this month is missing", "Lines!H5: The total of the balance is missing",
    ]  # fmt: skip


def test_the_sums_that_excel_works_out_are_live_and_are_not_read(tmp_path: Path) -> None:
    path = signed(written(tmp_path))
    fill(path, 2, FILLED)
    formulas = set(re.findall("<f>([^<]*)</f>", sheet_xml(path, 2)))
    assert {"SUM(F3:F4)", 'IF(F3="","",E3+F3)', 'IF(G5="","",D5-G5)'} <= formulas
    assert read_reports(path)[0].form.totals.current_cents == 500_000


def test_earlier_months_that_are_not_known_are_boxes_to_fill_in(tmp_path: Path) -> None:
    path = written(tmp_path, [LINES[0], replace(LINES[1], prior_cents=None)])
    boxes = open_cells(path, 2)
    assert {"E4", "E5"} <= boxes and "E3" not in boxes


def test_only_inputs_can_be_changed_and_there_is_no_password(tmp_path: Path) -> None:
    path = written(tmp_path)
    for sheet in (1, 2, 3):
        (protection,) = re.findall("<sheetProtection[^>]*>", sheet_xml(path, sheet))
        assert 'sheet="1"' in protection and "password" not in protection and "hash" not in protection
    assert open_cells(path, 1) == {"B9", "B10", "B11"}
    assert open_cells(path, 2) == {*FILLED, "I3", "I4"}
    assert open_cells(path, 3) == set()


def test_amounts_and_full_time_equivalents_are_checked_by_excel(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="(\w+)"', sheet_xml(path, 1)) == [("decimal", "B10")]
    assert ("decimal", "E3:H5") in re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="([\w:]+)"', sheet_xml(path, 2))


def test_an_amount_that_differs_from_what_is_worked_out_turns_red(tmp_path: Path) -> None:
    marked = re.findall(r'<conditionalFormatting sqref="([\w:]+)">', sheet_xml(written(tmp_path), 2))
    assert marked == ["G3:G5", "H3:H5", "D5", "E5", "F5", "G5", "H5"]


def test_the_headings_stay_in_view_and_pages_fit_the_paper(tmp_path: Path) -> None:
    lines = sheet_xml(written(tmp_path), 2)
    assert 'state="frozen"' in lines and 'fitToHeight="0"' in lines and 'orientation="landscape"' in lines
    with zipfile.ZipFile(tmp_path / "october.xlsx") as book:
        assert "_xlnm.Print_Titles" in book.read("xl/workbook.xml").decode()


def test_the_provider_and_the_day_it_is_due_are_shown(tmp_path: Path) -> None:
    head = {row[0]: row[1] for row in rows(written(tmp_path), "Report")}
    assert (head["Provider"], head["Fiscal year"], head["Due"]) == (
        "Bramblewick Cooperative Exchange", "2027", "November 15, 2026",
    )  # fmt: skip


def test_how_to_fill_it_in_is_said_in_plain_words(tmp_path: Path) -> None:
    said = " ".join(str(row[0]) for row in rows(written(tmp_path), "How to fill this in"))
    for word in ("0.00 where nothing was", "formula", "hide rows", "general ledger", "without a password"):
        assert word in said


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert written(tmp_path).read_bytes() == written(tmp_path / "again").read_bytes()


def test_a_title_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path, [replace(LINES[0], title='=HYPERLINK("x")')])
    assert "HYPERLINK" not in sheet_xml(path, 2) and rows(path, "Lines")[2][2] == '=HYPERLINK("x")'


def test_five_hundred_lines_can_be_read_back(tmp_path: Path) -> None:
    path = signed(written(tmp_path, [ReportedLine(no, Category.OTPS, "Rent", 100) for no in range(1, 501)]))
    fill(path, 2, {f"{column}{row}": 1 if column == "H" else 0 for row in range(3, 504) for column in "FGH"})
    assert len(read_reports(path)[0].form.lines) == 500


@pytest.mark.parametrize("count", [0, 501])
def test_a_budget_without_lines_or_with_too_many_gives_no_template(tmp_path: Path, count: int) -> None:
    with pytest.raises(ExportRefused, match=f"1 to 500 budget lines and this budget has {count}"):
        written(tmp_path, [ReportedLine(no, Category.OTPS, "Rent", 100) for no in range(1, count + 1)])
    assert list(tmp_path.iterdir()) == []
