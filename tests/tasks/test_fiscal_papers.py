"""Which months are printed after a review: those that say something new, and not that a report is still missing."""

from pathlib import Path

import pytest

from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal.paper import month_papers, register, unprinted_months
from tasks.adapters.policy import fiscal_policy, office
from tests.drawn import drawn
from tests.fiscal_season import review_financial_reports
from tests.monthly_reports import import_report
from tests.office import stop_clock
from tests.payments_office import CONTRACT, open_office


@pytest.fixture(autouse=True)
def contract(home: Path, tmp_path: Path) -> None:
    """A contract with a budget in force, none of whose reports came."""
    open_office(tmp_path)


def printed(year: int, month: int, day: int) -> list[str]:
    """What is printed after the review of a day, without the contract."""
    stop_clock(year, month, day, 14)
    review_financial_reports()
    with reading() as session:
        papers = list(month_papers(session, unprinted_months(session), fiscal_policy(), office()))
    pdfs = drawn(papers)
    with writing() as session:
        numbers = register(session, list(pdfs))
    return sorted(number.removeprefix(f"{CONTRACT}-") for number in numbers)


def test_a_missing_report_is_printed_when_it_is_missed_and_when_it_is_a_red_flag_and_not_between() -> None:
    assert printed(2026, 10, 20) == ["2026-07-FR01", "2026-08-FR01", "2026-09-FR01"]
    # July's is missing for three months; August's for two, which is the second version of its case.
    assert printed(2026, 11, 18) == ["2026-07-FR02", "2026-10-FR01"]
    assert printed(2026, 12, 18) == ["2026-08-FR03", "2026-11-FR01"]
    assert printed(2027, 1, 21) == ["2026-09-FR03", "2026-12-FR01"]


def test_a_report_that_comes_after_such_a_step_is_printed_with_what_it_says(tmp_path: Path) -> None:
    printed(2026, 10, 20)
    printed(2026, 11, 18)
    import_report(tmp_path, "2026-08", 800_000)
    assert "2026-08-FR03" in printed(2026, 11, 19)


def test_a_review_that_is_not_printed_anew_stands_in_the_months_history() -> None:
    printed(2026, 10, 20)
    printed(2026, 11, 18)
    with reading() as session:
        assert unprinted_months(session) == []
        assert list(audit(session).problems) == []
