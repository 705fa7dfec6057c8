"""The flows of registration, run for real: what one bad file or one bad name may not spoil."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.flows import Flow

from deployments.migrate import migrate
from flows import fiscal, hotline, payments, registration, sweep
from tasks.adapters.home import Home, create_home
from tests.conftest import forget
from tests.flows.conftest import FlowProcess
from tests.flows.small_season import LIST, fill_inbox
from tests.office import sign_policy


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose clock stands still, with files in its inbox."""
    home = tmp_path / "home"
    monkeypatch.setenv("STEWARD_HOME", str(home))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    forget()
    create_home(Home(clock="fixed", moment=datetime(2026, 10, 1, 14, tzinfo=UTC)))
    migrate()
    sign_policy()
    fill_inbox(home)
    forget()
    return home


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the home's database."""
    connection = sqlite3.connect(home / "steward.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_the_sweep_can_take_up_every_flow_of_every_process() -> None:
    flows = {
        made
        for process in (registration, payments, fiscal, hotline)
        for made in vars(process).values()
        if isinstance(made, Flow)
    }
    # A proposal is kept in one step, and only a person can say whether it is still meant.
    assert set(sweep.FLOWS.values()) == flows - {registration.propose_decision}


def test_a_list_that_cannot_be_read_is_refused_and_the_one_beside_it_comes_in(
    office: Path, flow_process: FlowProcess
) -> None:
    (office / "inbox" / "awards" / "a page.csv").write_text("<html><body>Session expired</body></html>")
    assert flow_process.run(office, ["import-awards"]) == 0, flow_process.said()
    assert rows(office, "select name, status from incoming_file where kind = 'awards' order by name") == [
        ("a page.csv", "refused"),
        ("list.csv", "done"),
    ]
    assert rows(office, "select count(*) from award") == [(LIST.count("FY27"),)]


def test_a_name_that_cannot_be_printed_costs_one_letter_and_is_told(office: Path, flow_process: FlowProcess) -> None:
    unprintable = LIST.replace("Alder Works", "Alder \U000e0041\u2fe0 Works")
    (office / "inbox" / "awards" / "list.csv").write_text(unprintable)
    assert flow_process.run(office, ["import-awards", "review-registrations"]) == 0, flow_process.said()
    letters = rows(office, "select case_id from stored_document where kind = 'letter' order by 1")
    assert letters == [("R27-971000003",), ("R27-971000005",)]
    assert rows(office, "select case_id from case_finding where code = 'letter_not_printed'") == [("R27-971000001",)]


def test_the_inbox_is_empty_after_the_sweep_and_everything_in_it_was_read(
    office: Path, flow_process: FlowProcess
) -> None:
    assert flow_process.run(office, ["sweep"]) == 0, flow_process.said()
    assert [path for path in (office / "inbox").rglob("*") if path.is_file()] == []
    assert rows(office, "select distinct status from incoming_file") == [("done",)]
    assert (office / "checkpoints.jsonl").read_text().count("\n") == 1
