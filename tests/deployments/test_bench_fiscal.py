"""What the measurement of the monthly review rests on: invented months that all wait, reviews said to be printed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from deployments.bench.synthetic_months import MONTHS, fill_months
from models.fiscal.records import FiscalMonth
from tasks.adapters.database import reading
from tasks.adapters.fiscal.books import funded_contracts
from tasks.adapters.fiscal.paper import month_papers, unprinted_months
from tasks.adapters.fiscal.reviews import review_due
from tasks.adapters.policy import fiscal_policy, office
from tests.fiscal_season import hear_of_budgets
from tests.office import stop_clock

PROVIDERS, LINES, PRINTED = 8, 4, 3


@pytest.fixture(autouse=True)
def reviewed(home: Path) -> None:
    """Invented months, reviewed."""
    stop_clock(2027, 2, 1, 15)
    fill_months(PROVIDERS, LINES, PRINTED)
    hear_of_budgets()
    with reading() as session:
        contracts = funded_contracts(session)
    review_due(contracts, fiscal_policy(), office(), datetime(2027, 2, 1, 15, tzinfo=UTC))


def test_every_invented_month_is_reported_and_one_ledger_in_four_is_another() -> None:
    table = FiscalMonth.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        rows = session.execute(select(table.month, table.codes, table.revision)).all()
    assert sorted(row.month for row in rows) == sorted(MONTHS * PROVIDERS)
    assert {row.revision for row in rows} == {1}
    assert sum("F08" in row.codes.split() for row in rows) == len(rows) // 4, {row.codes for row in rows}


def test_only_so_many_reviews_as_asked_wait_to_be_printed() -> None:
    with reading() as session:
        papers = list(month_papers(session, unprinted_months(session), fiscal_policy(), office()))
    assert len(papers) == PRINTED
    assert {paper.document_id[-12:] for paper in papers} == {"2026-12-FR02"}
