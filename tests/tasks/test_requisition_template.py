"""The template that vendors fill: filled in and sent back it gives the form; only its inputs can be changed."""

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from models.payments.forms import Basis, Category, Evidence, RequisitionForm, RequisitionLine
from models.payments.requisition_file import HEAD, LINE
from models.shared.file_mistakes import FormError
from tasks.adapters.export import ExportRefused
from tasks.adapters.payments.reading import read_requisitions
from tasks.adapters.payments.template_file import TemplateContract, TemplateLine, requisition_template
from tests.requisitions import requisitions
from tests.workbooks import Cells, fill, open_cells, rows, sheet_xml

CONTRACT = TemplateContract(
    contract_no="CT180120279700001",
    number="R27-970000001-03",
    provider="Bramblewick Cooperative Exchange",
    fiscal_year=2027,
    made_at=datetime(2026, 10, 1, 14, tzinfo=UTC),
)
TITLES = ("Program manager", "Fringe benefits", "Supplies and rent", "Legal clinic", "Equipment", "Indirect")
LINES = [
    *(TemplateLine(no, title, Category.OTHER, 1_200_000, 100_000) for no, title in enumerate(TITLES, 1)),
    TemplateLine(7, "Workshops", Category.OTHER, 120_000, 10_000, Basis.DELIVERABLE),
]
# A requisition of the strategy claims on any of seven budget lines, so each of its lines goes into a free row.
FIRST_FREE = len(LINES) + 1


def written(folder: Path, lines: list[TemplateLine] | None = None) -> Path:
    path = folder / "requisition.xlsx"
    requisition_template(CONTRACT, LINES if lines is None else lines, path)
    return path


def column(path: Path, title: str) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rows(path, "Lines")[0].index(title)]


def filled_in(path: Path, form: RequisitionForm) -> Path:
    """The template as a vendor who wants to say this would fill it in."""
    said = form.model_dump(exclude={"contract_no", "number", "revision", "lines", "total_cents"})
    said |= {"total": form.total_cents / 100, "is_contract_change": "yes" if form.is_contract_change else "no"}
    labels = [row[0] for row in rows(path, "Requisition")]
    fill(path, 1, {f"B{labels.index(HEAD.label(f)) + 1}": v for f, v in said.items() if v not in ("", None)})
    cells: Cells = {}
    for row, line in enumerate(form.lines, FIRST_FREE + 1):
        own = line.model_dump(exclude={"no", "amount_cents", "sales_tax_cents", "evidence"})
        own |= {"amount": line.amount_cents / 100, "sales_tax": line.sales_tax_cents / 100}
        own |= dict.fromkeys(map(str, line.evidence), "yes")
        cells |= {f"{column(path, LINE.label(f))}{row}": v for f, v in own.items() if v not in ("", None)}
    fill(path, 2, cells)
    return path


@settings(max_examples=30, deadline=None)
@given(requisitions())
def test_a_template_that_is_filled_in_and_read_back_gives_the_form(form: RequisitionForm) -> None:
    with TemporaryDirectory() as folder:
        (read,) = read_requisitions(filled_in(written(Path(folder)), form))
    lines = tuple(line.model_copy(update={"no": no}) for no, line in enumerate(form.lines, FIRST_FREE))
    assert read == form.model_copy(update={"lines": lines, "revision": 1})


def test_amounts_beside_the_budget_lines_claim_on_those_lines(tmp_path: Path) -> None:
    path = written(tmp_path)
    amount, bill, units = column(path, "Amount"), column(path, "Vendor bill"), column(path, "Units")
    fill(path, 1, {"B15": 1_100.5})
    fill(path, 2, {f"{amount}4": 1_000.5, f"{bill}4": "yes", f"{amount}8": 100, f"{units}8": 1})
    assert read_requisitions(path)[0].lines == (
        RequisitionLine(no=3, budget_line=3, amount_cents=100_050, evidence=(Evidence.VENDOR_BILL,)),
        RequisitionLine(no=7, budget_line=7, amount_cents=10_000, units=1),
    )


def test_a_template_in_which_nothing_was_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="has no line with an amount"):
        read_requisitions(written(tmp_path))


def test_the_sum_that_the_template_works_out_is_no_formula_in_an_amount(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert "=SUM(" not in sheet_xml(path, 1) and "<f>SUM(Lines!" in sheet_xml(path, 1)
    fill(path, 1, {"B15": 5})
    fill(path, 2, {f"{column(path, 'Amount')}2": 5})
    assert read_requisitions(path)[0].total_cents == 500


def test_each_budget_line_shows_its_budget_what_was_approved_and_what_is_left(tmp_path: Path) -> None:
    shown = rows(written(tmp_path), "Lines")
    assert shown[0][:7] == ["Line", "Budget line", "Title", "Category", "Budget", "Approved so far", "Left"]
    assert shown[7][:7] == [7.0, 7.0, "Workshops", "other", 1200.0, 100.0, 1100.0]


def test_the_contract_and_the_requisition_number_are_filled_in(tmp_path: Path) -> None:
    head = {row[0]: row[1] for row in rows(written(tmp_path), "Requisition")}
    assert (head["Contract number"], head["Requisition number"], head["Revision"], head["Provider"]) == (
        "CT180120279700001", "R27-970000001-03", "1", "Bramblewick Cooperative Exchange",
    )  # fmt: skip


def test_the_payee_address_is_filled_in_where_it_is_known(tmp_path: Path) -> None:
    path = tmp_path / "requisition.xlsx"
    requisition_template(replace(CONTRACT, payee_address="14 Quayside Mews, Queens"), LINES, path)
    head = {row[0]: row[1] for row in rows(path, "Requisition")}
    assert head["Payee address"] == "14 Quayside Mews, Queens" and "B14" in open_cells(path, 1)


def test_only_inputs_can_be_changed_and_there_is_no_password(tmp_path: Path) -> None:
    path = written(tmp_path)
    for sheet in (1, 2, 3):
        (protection,) = re.findall("<sheetProtection[^>]*>", sheet_xml(path, sheet))
        assert 'sheet="1"' in protection and "password" not in protection and "hash" not in protection
    assert open_cells(path, 3) == set()
    assert {cell[0] for cell in open_cells(path, 1)} == {"B"}
    on_budget_lines = {cell[0] for cell in open_cells(path, 2) if int(cell[1:]) <= len(LINES) + 1}
    assert on_budget_lines == set("HIJKLMNOPQRST")
    assert {f"B{FIRST_FREE + 1}", "B28"} <= open_cells(path, 2)


def test_dates_amounts_and_choices_are_checked_by_excel(tmp_path: Path) -> None:
    path = written(tmp_path)
    head = re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="B\d+"', sheet_xml(path, 1))
    assert sorted(head) == ["date", "date", "date", "decimal", "list"]
    lines = dict(re.findall(r'<dataValidation type="(\w+)"[^>]*sqref="([A-Z]+)2:', sheet_xml(path, 2)))
    assert set(lines) == {"decimal", "list", "whole", "date"}
    assert "<formula1>$B$2:$B$8</formula1>" in sheet_xml(path, 2)


def test_the_header_stays_in_view_and_pages_fit_the_paper(tmp_path: Path) -> None:
    lines = sheet_xml(written(tmp_path), 2)
    assert 'state="frozen"' in lines and 'fitToHeight="0"' in lines and 'orientation="landscape"' in lines
    with zipfile.ZipFile(tmp_path / "requisition.xlsx") as book:
        assert "_xlnm.Print_Titles" in book.read("xl/workbook.xml").decode()


def test_how_to_fill_it_in_is_said_in_plain_words(tmp_path: Path) -> None:
    said = " ".join(str(row[0]) for row in rows(written(tmp_path), "How to fill this in"))
    for word in (*(LINE.label(word).lower() for word in Evidence), "minus sign", "formula", "without a password"):
        assert word in said


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert written(tmp_path).read_bytes() == written(tmp_path / "again").read_bytes()


def test_a_title_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path, [TemplateLine(1, '=HYPERLINK("x")', Category.OTPS, 100)])
    assert "<f>" not in sheet_xml(path, 2) and rows(path, "Lines")[1][2] == '=HYPERLINK("x")'


@pytest.mark.parametrize("count", [480, 481, 500])
def test_a_long_budget_leaves_only_the_rows_that_can_be_read_back(tmp_path: Path, count: int) -> None:
    path = written(tmp_path, [TemplateLine(no, "Rent", Category.OTPS, 100) for no in range(1, count + 1)])
    assert rows(path, "Lines")[-1][0] == 500.0


@pytest.mark.parametrize("count", [0, 501])
def test_a_budget_without_lines_or_with_too_many_gives_no_template(tmp_path: Path, count: int) -> None:
    with pytest.raises(ExportRefused, match=f"1 to 500 budget lines and this budget has {count}"):
        written(tmp_path, [TemplateLine(no, "Rent", Category.OTPS, 100) for no in range(1, count + 1)])
    assert list(tmp_path.iterdir()) == []
