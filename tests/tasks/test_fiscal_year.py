"""The sample year, played through intake, reviews and signatures: what the reviews of its months leave behind."""

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.fiscal.documents import FiscalReview
from models.fiscal.letter_documents import ReportReminder
from models.fiscal.records import FiscalMonth
from models.fiscal.workbook_cells import SUMS_ROW
from models.fiscal.workbook_layouts import SUMMARY
from models.shared.calendar import new_york_date
from models.shared.people_records import LetterOrder
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.fiscal.months import desk_sides
from tasks.adapters.fiscal.paper import month_papers, unprinted_portfolio
from tasks.adapters.fiscal.workbook import write_fiscal_workbook
from tasks.adapters.fiscal.worklists import worklists
from tasks.adapters.home import Home, create_home
from tasks.adapters.policy import fiscal_policy, office
from tests.conftest import SharedDatabase, forget
from tests.fiscal_season import Year, first_moment, review_financial_reports
from tests.formulas import Sheets, differing

EXPECTED = Path(__file__).parents[1] / "flows" / "fiscal_expected.csv"
KESTREL_10, KESTREL_11 = "R27-971020048-2026-10", "R27-971020048-2026-11"
LANTERNWORKS, PAPER_BOAT, POCKET_GARDEN = "R27-971010045", "R27-971020060", "R27-090020015"
RESTATED_ON, LAST_DAY = date(2027, 4, 20), date(2027, 7, 20)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The year, played once for all these tests: none of them leaves anything behind."""
    home = tmp_path_factory.mktemp("year") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(home))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        if request.param == "postgresql":
            database: SharedDatabase = request.getfixturevalue("postgres_database")
            database.as_new()
            patch.setenv("STEWARD_DATABASE_URL", database.url.render_as_string(hide_password=False))
        forget()
        create_home(Home(demo=True, clock="demo", moment=first_moment()))
        if request.param == "sqlite":
            shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "steward.db")
        yield Year().play()
    forget()


def rows(table: Any) -> list[Any]:
    """All rows of a table, in order."""
    with reading() as session:
        return sorted(map(tuple, session.execute(select(table.__table__))))


def reviewed_on(case_id: str) -> list[date]:
    """The days on which a review of a month found something new."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(table.at).where(table.process == "fiscal", table.case_id == case_id).order_by(table.seq)
    with reading() as session:
        return sorted({new_york_date(at) for at in session.execute(query).scalars()})


def reminders(contract: str) -> list[tuple[str, date]]:
    """The months that reminders to a provider were written about, and their days, in order."""
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.ordered_at).where(
        table.process == "fiscal", table.document == "ReportReminder", table.case_id.startswith(contract)
    )
    with reading() as session:
        found = [(case_id.removeprefix(f"{contract}-"), new_york_date(at)) for case_id, at in session.execute(query)]
    return sorted(found, key=lambda told: told[1])


def test_every_month_of_every_contract_has_exactly_the_codes_that_were_reckoned_by_hand(year: Year) -> None:
    with EXPECTED.open(newline="") as source:
        expected = {(row["contract"], row["month"]): row["codes"] for row in csv.DictReader(source)}
    with reading() as session:
        months = session.execute(select(FiscalMonth)).scalars().all()
    assert {(row.contract_id, f"{row.month:%Y-%m}"): row.codes for row in months} == expected


def test_no_file_of_the_year_is_refused(year: Year) -> None:
    assert year.refused == []


def test_reviewing_once_more_on_the_last_day_changes_nothing(year: Year) -> None:
    before = rows(CaseEvent), rows(FiscalMonth), rows(LetterOrder)
    assert review_financial_reports().changed == ()
    assert (rows(CaseEvent), rows(FiscalMonth), rows(LetterOrder)) == before


def test_a_restated_january_lets_it_and_the_months_after_it_be_reviewed_anew_and_none_before(year: Year) -> None:
    months = ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04"]
    found = {month: RESTATED_ON in reviewed_on(f"{LANTERNWORKS}-{month}") for month in months}
    assert found == dict.fromkeys(months, False) | dict.fromkeys(["2027-01", "2027-02", "2027-03"], True)


@pytest.mark.parametrize("month", ["2027-01", "2027-02", "2027-03"])
def test_the_reviews_that_a_restated_month_reaches_say_by_how_much_it_moved_and_why(year: Year, month: str) -> None:
    # Line 3 of January: 450.00 more.
    with reading() as session:
        (paper,) = month_papers(session, [f"{LANTERNWORKS}-{month}"], fiscal_policy(), office())
    assert isinstance(paper, FiscalReview)
    (moved,) = paper.restated
    assert (moved.month, moved.revision, moved.moved_cents) == (date(2027, 1, 1), 2, 450_00)
    assert moved.why == "A filing fee of January was booked late"


def test_the_review_of_a_month_whose_report_came_after_the_restated_one_says_nothing_of_it(year: Year) -> None:
    with reading() as session:
        (paper,) = month_papers(session, [f"{LANTERNWORKS}-2027-04"], fiscal_policy(), office())
    assert isinstance(paper, FiscalReview) and paper.restated == ()


def test_a_provider_without_a_report_is_reminded_once_each_time_that_it_is_later_than_was_said(year: Year) -> None:
    # January to March never come: each review finds one of them later than the last reminder said, and names it all.
    assert reminders(PAPER_BOAT) == [
        ("2027-01", date(2027, 2, 18)), ("2027-02", date(2027, 3, 18)), ("2027-03", date(2027, 4, 20)),
        ("2027-02", date(2027, 5, 19)), ("2027-03", date(2027, 6, 21)), ("2027-03", date(2027, 7, 20)),
    ]  # fmt: skip


def test_each_reminder_names_all_that_is_missing_and_counts_those_that_named_the_first_of_it(year: Year) -> None:
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    query = select(table.body).where(table.document == "ReportReminder", table.case_id.startswith(PAPER_BOAT))
    with reading() as session:
        letters = [ReportReminder.model_validate_json(body) for body in session.execute(query).scalars()]
    letters.sort(key=lambda letter: letter.dated)
    assert [letter.reminder for letter in letters] == [1, 2, 3, 4, 5, 6]
    months = [sorted({f"{item.month:%Y-%m}" for item in letter.items}) for letter in letters]
    three = ["2027-01", "2027-02", "2027-03"]
    assert months == [three[:1], three[:2], three, three, three, three]
    assert [letter.months_in_a_row for letter in letters] == [1, 2, 3, 3, 3, 3]


def test_a_provider_whose_report_has_come_is_reminded_no_more(year: Year) -> None:
    # April's report came on May 20, the day after the reminder; November's before its review.
    assert reminders(POCKET_GARDEN) == [("2027-04", date(2027, 5, 19))]


def test_nobody_else_is_reminded(year: Year) -> None:
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        told = session.execute(select(table.case_id).where(table.document == "ReportReminder")).scalars().all()
    assert {case_id[: -len("-2027-01")] for case_id in told} == {PAPER_BOAT, POCKET_GARDEN}


def test_the_worklist_names_what_was_found_in_words_and_knows_no_spending_without_a_report(year: Year) -> None:
    with reading() as session:
        lists = worklists(session, LAST_DAY)
    kestrel = next(
        line
        for line in lists["Fiscal"].splitlines()
        if line.startswith("| [December 2026](") and "<br>R27-971020048 |" in line
    )
    assert "| F13 Projected year end<br>F14 Projected lapse<br>*high* | $27,450.00<br>of $75,000.00 |" in kestrel
    assert "/cases/fiscal/R27-971020048-2026-12/decide/signed_off) |" in kestrel
    missing = next(line for line in lists["Provider"].splitlines() if "[March 2027](" in line and PAPER_BOAT in line)
    assert "| F01 Report not in<br>F03 Three months missing<br>*high* | not known<br>of $18,000.00 |" in missing


def test_what_was_reviewed_in_order_first_was_signed_off_by_one_code(year: Year) -> None:
    table = FiscalMonth.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.case_id).where(table.month <= date(2026, 8, 1), table.state == "signed_off")
        signed = session.execute(query).scalars().all()
    signatures = {json.loads(told_by(case_id, "signed_off")[0])["signed"]["signature"] for case_id in signed}
    assert len(signed) == 4 and len(signatures) == 1


def test_a_question_a_plan_and_a_red_flag_stand_in_their_months(year: Year) -> None:
    with reading() as session:
        rows = {row.case_id: row for row in session.execute(select(FiscalMonth)).scalars()}
        october, november, march = (rows[case] for case in (KESTREL_10, KESTREL_11, f"{PAPER_BOAT}-2027-03"))
        desks = desk_sides(session, [october, november, march])
    (question,) = desks[KESTREL_10].questions
    plan, (flag,) = desks[KESTREL_11].plan, desks[march.case_id].flags
    assert (october.state, november.state, march.state) == ("signed_off", "signed_off", "expected")
    assert question.answered_on == date(2026, 11, 27) and plan is not None and plan.received_on == date(2026, 12, 31)
    assert flag.codes == "F03"


def test_the_restated_january_was_signed_off_twice_once_for_each_revision(year: Year) -> None:
    assert len(told_by(f"{LANTERNWORKS}-2027-01", "signed_off")) == 2
    with reading() as session:
        assert session.get_one(FiscalMonth, f"{LANTERNWORKS}-2027-01").state == "signed_off"


def told_by(case_id: str, event: str) -> list[str]:
    """What the events of a name in a month told, the oldest first."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(table.payload).where(table.case_id == case_id, table.event == event).order_by(table.seq)
    with reading() as session:
        return list(session.execute(query).scalars())


def test_the_years_evidence_stands_with_the_reminders_that_nobody_signed(year: Year) -> None:
    with reading() as session:
        assert list(audit(session).problems) == []


@pytest.mark.parametrize("month", ["2026-07", "2026-10", "2027-03", "2027-06"])
def test_every_formula_of_a_months_workbook_comes_to_the_figure_beside_it(
    year: Year, month: str, tmp_path: Path
) -> None:
    with reading() as session:
        write_fiscal_workbook(session, tmp_path / "w.xlsx", month, fiscal_policy(), clock.now())
    assert differing(Sheets(tmp_path / "w.xlsx")) == {}


@pytest.mark.parametrize("month", ["2026-10", "2027-03"])
def test_the_workbook_sums_to_the_portfolio_report_of_the_month(year: Year, month: str, tmp_path: Path) -> None:
    with reading() as session:
        done = write_fiscal_workbook(session, tmp_path / "w.xlsx", month, fiscal_policy(), clock.now())
        (paper,) = unprinted_portfolio(session, month, fiscal_policy(), office(), clock.now())
    sheets = Sheets(tmp_path / "w.xlsx")
    sums = {key: sheets.worked_out((SUMMARY.name, SUMMARY.letter(key), SUMS_ROW)) for key in SUMMARY.sums}
    assert {key: sums[key] * 100 for key in ("budget", "spent", "projected", "least", "most", "lapse")} == {
        "budget": paper.budget_cents, "spent": paper.spent_cents, "projected": paper.projected_cents,
        "least": paper.least_cents, "most": paper.most_cents, "lapse": paper.lapse_cents,
    }  # fmt: skip
    assert (done.counts["contracts"], done.counts["reported"]) == (len(paper.contracts), paper.reported)


def test_a_workbook_without_a_month_named_is_of_the_last_reviewed_one_and_the_same_bytes_each_time(
    year: Year, tmp_path: Path
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        with reading() as session:
            done = write_fiscal_workbook(session, tmp_path / name, "", fiscal_policy(), clock.now())
    assert done.counts["month"] == "2027-06"
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
