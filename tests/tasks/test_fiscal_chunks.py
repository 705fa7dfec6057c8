"""Reviews of many contracts: a few books at a time, each few kept for themselves."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from deployments.bench.synthetic_months import MONTHS, fill_months
from models.fiscal.records import FiscalMonth
from tasks.adapters.database import reading
from tasks.adapters.fiscal.books import funded_contracts
from tasks.adapters.fiscal.reviews import BOOKS_AT_ONCE, review_due
from tasks.adapters.policy import fiscal_policy, office
from tasks.adapters.settings import settings
from tests.fiscal_season import hear_of_budgets
from tests.office import stop_clock

AT = datetime(2027, 2, 1, 15, tzinfo=UTC)


@pytest.fixture
def contracts(home: Path) -> list[str]:
    """One contract more than are looked at together, each with two months to be reviewed."""
    stop_clock(2027, 2, 1, 15)
    fill_months(BOOKS_AT_ONCE + 1, 2, 0)
    hear_of_budgets()
    with reading() as session:
        return funded_contracts(session)


def test_contracts_are_reviewed_a_few_at_a_time_and_all_of_them(
    contracts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_STEP_LOG", str(tmp_path / "steps"))
    settings.cache_clear()
    recorded = review_due(contracts, fiscal_policy(), office(), AT)
    assert len((tmp_path / "steps").read_text().splitlines()) == 2
    assert recorded.reviewed == len(recorded.changed) == len(MONTHS) * (BOOKS_AT_ONCE + 1)
    with reading() as session:
        kept = session.execute(select(func.count()).select_from(FiscalMonth)).scalar()
    assert kept == recorded.reviewed


def test_months_to_which_nothing_came_are_not_looked_at_again(contracts: list[str]) -> None:
    review_due(contracts, fiscal_policy(), office(), AT)
    again = review_due(contracts, fiscal_policy(), office(), AT)
    assert (again.reviewed, again.changed) == (0, ())
