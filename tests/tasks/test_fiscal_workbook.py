"""The fiscal workbook: every formula, worked out anew, comes to what stands beside it and to what the review says."""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from models.fiscal.packet import FiscalPacket
from models.fiscal.policy import Policy
from models.fiscal.review_documents import standing_of
from models.fiscal.rules import review
from models.fiscal.workbook_cells import FIRST_ROW, SUMS_ROW, Layout
from models.fiscal.workbook_facts import ContractYear, KeptMonth, YearBook
from models.fiscal.workbook_layouts import CLAIMS, FINDINGS, MEASURES, MONTHS, POLICY, PROJECTION, SUMMARY, lines_layout
from models.fiscal.workbook_policy import names
from tasks.adapters.export import ExportRefused
from tasks.adapters.fiscal.workbook import write_book
from tests.fiscal_packets import OCTOBER, make_packet, make_policy, split
from tests.formulas import Sheets, differing
from tests.models.test_fiscal_golden import CASES

AT = datetime(2026, 11, 19, 15, tzinfo=UTC)


def contract_year(packet: FiscalPacket, policy: Policy, number: int = 1) -> ContractYear:
    """A packet as a contract of its own; its earlier months by line as the invented months are split."""
    own = packet.contract.model_copy(update={"id": f"R27-97{number:07d}", "provider": f"Provider {number}"})
    packet = packet.model_copy(update={"contract": own})
    kept = {
        month.month: KeptMonth(split(month.total_cents), month.total_cents)
        for month in packet.earlier if month.received_on is not None
    }  # fmt: skip
    return ContractYear(packet, review(packet, policy), kept, "Fiscal review", "Fiscal")


def year_book(packets: Iterable[FiscalPacket], policy: Policy | None = None) -> YearBook:
    policy, found = policy or make_policy(), list(packets)
    return YearBook.of(found[0].month, policy, [contract_year(one, policy, n) for n, one in enumerate(found, 1)])


def written(book: YearBook, path: Path) -> Sheets:
    write_book(path, book, AT)
    return Sheets(path)


def golden_books() -> Mapping[date, YearBook]:
    """The months that were worked out by hand, each a contract of the workbook of its month."""
    by_month: dict[date, list[FiscalPacket]] = defaultdict(list)
    for case in CASES:
        by_month[case.packet.month].append(case.packet)
    return {month: year_book(packets) for month, packets in sorted(by_month.items())}


GOLDEN = golden_books()
# Some of each kind: enough for what is asked of every number of the policy.
SOME = year_book([case.packet for case in CASES if case.packet.month == OCTOBER][::4])


@pytest.fixture(scope="module", params=GOLDEN, ids=str)
def golden(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[YearBook, Sheets]:
    """A month's workbook of the cases worked out by hand, read only."""
    book = GOLDEN[request.param]
    return book, written(book, tmp_path_factory.mktemp("golden") / "w.xlsx")


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    """Some cases of October; whoever changes a cell puts it back."""
    return written(SOME, tmp_path_factory.mktemp("some") / "w.xlsx")


def cell(sheets: Sheets, layout: Layout, key: str, row: int) -> Any:
    return sheets.worked_out((layout.name, layout.letter(key), row))


def table(sheets: Sheets, layout: Layout, *keys: str) -> list[tuple[Any, ...]]:
    """Some columns of a sheet, worked out, row by row."""
    rows = sheets.column(layout.name, layout.letter(keys[0]), FIRST_ROW)
    return [tuple(cell(sheets, layout, key, row) for key in keys) for row in rows]


def test_every_formula_over_every_case_worked_out_by_hand_comes_to_the_models_figure(golden: tuple[YearBook, Sheets]):
    _, sheets = golden
    assert len(sheets.formulas) > 100
    assert differing(sheets) == {}


def test_the_measures_stand_as_the_reviews_say(golden: tuple[YearBook, Sheets]):
    book, sheets = golden
    found = table(sheets, MEASURES, "contract", "measure", "standing")
    assert found == standings(book, book.policy)


def test_the_years_end_is_the_one_of_the_review_with_its_range_and_method(golden: tuple[YearBook, Sheets]):
    book, sheets = golden
    told = [
        (found.method, Fraction(found.cents, 100), Fraction(found.least_cents, 100), Fraction(found.most_cents, 100))
        if (found := contract.review.projection) else ("", "", "", "") for contract in book.contracts
    ]  # fmt: skip
    assert table(sheets, PROJECTION, "method", "projected", "least", "most") == told


def standings(book: YearBook, policy: Policy) -> list[tuple[str, str, str]]:
    """How each measure of each contract stands by the review under a policy."""
    return [
        (contract.id, measure.title, standing_of(measure).replace("none", "no limit"))
        for contract in book.contracts
        for measure in review(due(contract.packet, policy), policy).measures.values()
    ]


def due(packet: FiscalPacket, policy: Policy) -> FiscalPacket:
    return packet.model_copy(update={"due_on": packet.due_on.replace(day=policy.due_day)})


def changed_policies() -> dict[str, Policy]:
    """The shipped policy with one other number each."""
    told: dict[str, Any] = {
        "burn_gap_low": "-0.01", "burn_gap_high": "0.01", "burn_gap_after_months": 6, "planned_gap": "0.01",
        "line_utilisation": "0.3", "line_ahead": "0.01", "projected_low": "0.99", "lapse_cents": 100, "lapse_share":
        "0.9", "unbilled_months": 0, "exposure_months": 0, "claim_variance_cents": 10_000, "fringe_points": "0",
        "default_indirect_rate": "0.3", "subcontract_share": "0.05", "disallowance_share": "0.5",
        "disallowance_months": 1, "vacancy_fte": "0.2", "vacancy_months": 1, "outcome_cost_times": "0.5",
        "outcome_gap": "-0.01", "severe_times": 1, "due_day": 5,
    }  # fmt: skip
    return {key: Policy.model_validate({**make_policy().model_dump(), key: value}) for key, value in told.items()}


@pytest.mark.parametrize("field", changed_policies())
def test_another_number_in_a_cell_of_the_policy_gives_the_standings_that_the_review_gives_by_it(
    field: str, some: Sheets
):
    policy, name = changed_policies()[field], field.replace("_cents", "_dollars")
    place = some.names[name]
    before = some.held[place]
    some.change(place, Fraction(getattr(policy, field)) / (100 if name != field else 1))
    try:
        assert table(some, MEASURES, "contract", "measure", "standing") == standings(SOME, policy)
    finally:
        some.change(place, before)


def test_a_corrected_month_of_a_line_moves_everything_that_follows_from_it(tmp_path: Path):
    lines = lines_layout(year_book([make_packet()]).months)
    sheets = written(year_book([make_packet()]), tmp_path / "w.xlsx")
    place = (lines.name, lines.letter("2026-10"), FIRST_ROW)
    assert sheets.held[place] == 4_000
    sheets.change(place, Fraction(4_500))
    moved = year_book([make_packet(lines={"1": {"current": "4500.00"}})])
    again = written(moved, tmp_path / "again.xlsx")
    for layout, keys in (
        (SUMMARY, ("spent", "remaining", "burn", "ratio", "projected", "least", "most", "lapse")),
        (MONTHS, ("total", "unclaimed")), (PROJECTION, ("pace", "by_recent", "by_plan")),
    ):  # fmt: skip
        assert table(sheets, layout, *keys) == table(again, layout, *keys)


def test_a_report_that_comes_to_a_month_without_one_lets_its_figures_be_known(tmp_path: Path):
    sheets = written(year_book([make_packet(absent=("report",))]), tmp_path / "w.xlsx")
    assert cell(sheets, SUMMARY, "projected", FIRST_ROW) == ""
    october = FIRST_ROW + 3
    sheets.change(
        (MONTHS.name, MONTHS.letter("received"), october), Fraction((date(2026, 11, 12) - date(1899, 12, 30)).days)
    )
    assert cell(sheets, MONTHS, "report", october) == "in"
    # Thirty thousand dollars in three months, nothing in October.
    assert cell(sheets, SUMMARY, "projected", FIRST_ROW) != ""
    assert cell(sheets, SUMMARY, "burn", FIRST_ROW) == Fraction(1, 4)


def test_the_sums_of_the_summary_are_those_of_the_portfolio(some: Sheets):
    told = [contract.standing for contract in SOME.contracts]
    sums = {key: cell(some, SUMMARY, key, SUMS_ROW) for key in SUMMARY.sums}
    assert sums == {
        "budget": Fraction(sum(row.budget_cents for row in told), 100),
        "spent": Fraction(sum(row.spent_cents for row in told), 100),
        "remaining": Fraction(sum(row.budget_cents - row.spent_cents for row in told), 100),
        "projected": Fraction(sum(row.projected_cents or 0 for row in told), 100),
        "least": Fraction(sum(row.least_cents or 0 for row in told), 100),
        "most": Fraction(sum(row.most_cents or 0 for row in told), 100),
        "lapse": Fraction(sum(row.lapse_cents or 0 for row in told), 100),
        "found": sum(row.findings for row in told),
    }


def test_what_was_spent_on_a_line_that_is_no_longer_in_the_budget_has_a_row_that_the_review_does_not_count(
    tmp_path: Path,
):
    contract = contract_year(make_packet(), make_policy())
    kept = {month: KeptMonth({**known.lines, 3: 0}) for month, known in contract.earlier.items()}
    sheets = written(YearBook.of(OCTOBER, make_policy(), [replace(contract, earlier=kept)]), tmp_path / "w.xlsx")
    assert differing(sheets) == {}
    lines = lines_layout(year_book([make_packet()]).months)
    *_, last = table(sheets, lines, "title", "2026-07", "elsewhere", "spent")
    assert last == ("Lines that are no longer in the budget", 2_000, -6_000, 0)


def test_findings_stand_with_their_source_and_what_to_do(tmp_path: Path):
    packet = make_packet(report={"received_on": date(2026, 11, 20)})
    sheets = written(year_book([packet]), tmp_path / "w.xlsx")
    (found,) = review(packet, make_policy()).findings
    assert table(sheets, FINDINGS, "code", "severity", "message", "citation", "remedy") == [
        (found.code, found.severity, found.message, found.citation, found.remedy)
    ]


def test_every_number_of_the_policy_that_formulas_use_is_a_named_cell_with_its_source(tmp_path: Path):
    sheets = written(year_book([make_packet()]), tmp_path / "w.xlsx")
    assert set(sheets.names) == set(names())
    for name, value, source in table(sheets, POLICY, "name", "value", "source"):
        assert sheets.worked_out(sheets.names[name]) == value and source
    assert sheets.worked_out(sheets.names["lapse_dollars"]) == 5_000


@pytest.mark.parametrize("name", ["=1+1", "+1", "-Acme", "@SUM(A1)", '=HYPERLINK("http://x.example")'])
def test_a_provider_whose_name_is_a_formula_stays_text_on_every_sheet(name: str, tmp_path: Path):
    contract = contract_year(make_packet(), make_policy())
    facts = contract.packet.contract.model_copy(update={"provider": name})
    packet = contract.packet.model_copy(update={"contract": facts})
    write_book(tmp_path / "w.xlsx", YearBook.of(OCTOBER, make_policy(), [replace(contract, packet=packet)]), AT)
    sheets = Sheets(tmp_path / "w.xlsx")
    for layout in (SUMMARY, PROJECTION, MONTHS, MEASURES, CLAIMS):
        assert (layout.name, layout.letter("provider"), FIRST_ROW) not in sheets.formulas
        assert cell(sheets, layout, "provider", FIRST_ROW) == f"'{name}"


def test_the_same_year_gives_the_same_bytes_dated_by_the_clock(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write_book(tmp_path / name, SOME, AT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert "2026-11-19T15:00:00Z" in book.read("docProps/core.xml").decode()


def test_a_viewer_that_works_nothing_out_shows_the_figures(tmp_path: Path):
    write_book(tmp_path / "w.xlsx", year_book([make_packet()]), AT)
    seen = CalamineWorkbook.from_path(tmp_path / "w.xlsx").get_sheet_by_name("Summary").to_python()
    row = dict(zip((column.key for column in SUMMARY.columns), seen[FIRST_ROW - 1], strict=True))
    assert (row["budget"], row["spent"], row["remaining"]) == (120_000, 40_000, 80_000)
    assert row["pace"] == "on pace" and row["worst"] == "nothing"


def test_an_amount_is_kept_exact_to_the_cent(tmp_path: Path):
    write_book(tmp_path / "w.xlsx", year_book([make_packet(budget="120000.10", lines={"1": {"current": "0.07"}})]), AT)
    with zipfile.ZipFile(tmp_path / "w.xlsx") as book:
        xml = book.read("xl/worksheets/sheet2.xml").decode()
    amounts = re.findall(r"<v>(-?\d+\.\d+)</v>", xml)
    assert "0.07" in amounts and all(Decimal(text) == round(Decimal(text), 2) or len(text) > 12 for text in amounts)


def test_a_file_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path):
    with pytest.raises(ExportRefused):
        write_book(tmp_path / "none" / "w.xlsx", year_book([make_packet()]), AT)
    assert list(tmp_path.iterdir()) == []
