"""What the fiscal import keeps of a file: all of it or none. However much it brings, the database is asked once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, select

from models.fiscal.records import FinancialReport, FiscalFact, LedgerMonth
from tasks.adapters.database import engine, reading
from tasks.adapters.fiscal import intake
from tasks.adapters.incoming import receive
from tests.monthly_reports import ledger_csv, report_csv

READERS = {
    "financial-reports": intake.record_reports, "ledgers": intake.record_ledgers, "fiscal-facts": intake.record_facts,
}  # fmt: skip


def bring(folder: Path, kind: str, *texts: str) -> object:
    """Import one file that says what these say; their first lines are the same."""
    head, *_ = texts[0].splitlines()
    rows = [line for text in texts for line in text.splitlines()[1:]]
    path = folder / f"{kind}-{len(list(folder.iterdir()))}.csv"
    path.write_text("\n".join([head, *rows]))
    return READERS[kind](receive(path, kind))


def contract(number: int) -> str:
    return f"R27-97{number:07d}"


def fact_csv(number: int, amount: int = 8000) -> str:
    return f"contract_no,fact,month,amount,value\n{contract(number)},planned_month,2026-09,{amount}.00,"


def texts(kind: str, count: int) -> list[str]:
    """What a file of this kind says of some contracts."""
    made = {
        "financial-reports": lambda n: report_csv("2026-09", 725_000, contract=contract(n)),
        "ledgers": lambda n: ledger_csv("2026-09", 725_000, contract(n)),
        "fiscal-facts": fact_csv,
    }[kind]
    return [made(number) for number in range(1, count + 1)]


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    said: list[str] = []

    def note(*told: object) -> None:
        said.append(str(told[2]))

    event.listen(engine(), "before_cursor_execute", note)
    yield said
    event.remove(engine(), "before_cursor_execute", note)


@pytest.mark.parametrize("kind", list(READERS))
def test_a_file_of_forty_asks_the_database_as_often_as_a_file_of_two(home: Path, tmp_path: Path, kind: str) -> None:
    asked = []
    for count in (2, 40):
        with counting() as said:
            assert isinstance(bring(tmp_path, kind, *texts(kind, count)), dict)
        asked.append(len(said))
    assert asked[0] == asked[1], asked


@pytest.mark.parametrize("kind", list(READERS))
def test_a_file_that_comes_again_changes_nothing(home: Path, tmp_path: Path, kind: str) -> None:
    bring(tmp_path, kind, *texts(kind, 3))
    again = bring(tmp_path, kind, *texts(kind, 3))
    assert isinstance(again, dict) and (again["new"], again["unchanged"]) == (0, 3)


def test_two_revisions_of_a_month_may_come_in_one_file(home: Path, tmp_path: Path) -> None:
    bring(tmp_path, "financial-reports", report_csv("2026-09", 725_000), report_csv("2026-09", 700_000, revision=2))
    with reading() as session:
        revisions = session.execute(select(FinancialReport.__table__.c.revision)).scalars()  # type: ignore[attr-defined]
        assert sorted(revisions) == [1, 2]


def test_a_revision_that_follows_nothing_refuses_the_whole_file(home: Path, tmp_path: Path) -> None:
    refused = bring(
        tmp_path, "financial-reports", report_csv("2026-08", 725_000), report_csv("2026-09", 700_000, revision=3)
    )
    assert isinstance(refused, str) and "revision 3 cannot follow nothing. Send revision 1." in refused
    with reading() as session:
        assert session.execute(select(FinancialReport)).first() is None


def test_of_one_month_the_ledger_and_the_fact_that_came_last_count(home: Path, tmp_path: Path) -> None:
    bring(tmp_path, "ledgers", ledger_csv("2026-09", 1))
    bring(tmp_path, "ledgers", ledger_csv("2026-09", 2))
    bring(
        tmp_path,
        "fiscal-facts",
        fact_csv(1),
    )
    bring(tmp_path, "fiscal-facts", fact_csv(1, 9000))
    with reading() as session:
        ledgers = session.execute(select(LedgerMonth.__table__.c.no, LedgerMonth.__table__.c.total_cents)).all()  # type: ignore[attr-defined]
        facts = session.execute(select(FiscalFact.__table__.c.no)).scalars().all()  # type: ignore[attr-defined]
    assert sorted(map(tuple, ledgers)) == [(1, 1), (2, 2)] and sorted(facts) == [1, 2]
