"""The flows of the fiscal review, run for real and killed: rows, reviews and letters are as if nothing had happened."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.migrate import migrate
from tasks.adapters.home import Home, create_home
from tasks.adapters.signing import public_key
from tests import payments_office as office
from tests.fiscal_office import FACTS, JULY, MONTHS, SEPTEMBER, ledger_csv, report_csv, sign
from tests.flows.conftest import FlowProcess
from tests.flows.killing import Stage, inside, kill_everywhere, undisturbed
from tests.office import sign_policy

# The others are those of every process, at which test_kills kills.
EVERY = {
    "recorded fiscal-facts", "recorded ledgers", "recorded financial-reports", "kept funding",
    "recorded fiscal reviews", "registered fiscal papers",
}  # fmt: skip
FOLLOW_UP = "follow-up-fiscal-reviews"
FOLLOWED = {
    "stored a document", "registered letters", "marked a message as sent", "registered fiscal papers",
    "marked signatures as followed",
}  # fmt: skip
FLOWS = [
    "import-fiscal-files", "review-financial-reports", "portfolio-report", FOLLOW_UP,
    "import-fiscal-files", "review-financial-reports",
]  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a contract and its signed budget on November 18; the inbox holds its facts, ledgers and reports.

    What was due of October is not in; a file that cannot be read lies beside the others.
    """
    folder = tmp_path_factory.mktemp("base")
    with inside(folder / "home"):
        create_home(Home(clock="fixed", moment=datetime(2026, 11, 18, 14, tzinfo=UTC)))
        migrate()
        sign_policy()
        office.hire()
        public_key()
        office.refer()
        office.bring(folder, "budgets", "signed.csv", office.budget_csv())
        office.sign_budget(f"{office.CONTRACT}-FY27-B01")
    put(folder / "home", "fiscal-facts", "facts.csv", FACTS)
    put(folder / "home", "ledgers", "ledgers.csv", ledger_csv())
    put(folder / "home", "financial-reports", "bad.csv", report_csv().replace(",5000.00,", ",five thousand,", 1))
    put(folder / "home", "financial-reports", "reports.csv", report_csv())
    return folder / "home"


def put(home: Path, kind: str, name: str, text: str) -> None:
    """Lay a file into the inbox."""
    (home / "inbox" / kind).mkdir(parents=True, exist_ok=True)
    (home / "inbox" / kind / name).write_text(text)


@pytest.fixture(scope="module")
def stages(base: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """An undisturbed run, flow by flow: July is signed off and September asked about, then July comes restated.

    Only the fiscal review's own boundaries are kept, and of what follows signatures the first of each kind.
    """
    people = {"import-fiscal-files": _restate, FOLLOW_UP: _decide}
    found = undisturbed(base, tmp_path_factory.mktemp("undisturbed"), FLOWS, people)
    return [replace(stage, steps=[step for step in stage.steps if _is_kept(stage, step)]) for stage in found]


def _is_kept(stage: Stage, step: str) -> bool:
    name, _, number = step.partition("#")
    return name in EVERY if stage.flow != FOLLOW_UP else name in FOLLOWED and number == "1"


def _decide(home: Path) -> None:
    with inside(home):
        sign("f.ana", "signed_off", JULY, reason="Seen on paper.")
        sign("f.ana", "question_asked", SEPTEMBER, report="Who is Finance?")


def _restate(home: Path) -> None:
    if list((home / "documents").rglob("*.pdf")):
        put(home, "financial-reports", "again.csv", report_csv(MONTHS[:1], revision=2, more=300))
        put(home, "ledgers", "again.csv", ledger_csv("8275.00", MONTHS[:1]))


def test_a_kill_at_every_step_boundary_leaves_no_trace_and_no_second_review(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    reached = [step.partition("#")[0] for stage in stages for step in stage.steps]
    assert set(reached) == EVERY | FOLLOWED and len(reached) == 17, [stage.steps for stage in stages]
    kill_everywhere(stages, flow_process, tmp_path)


def test_the_whole_path_leaves_reviews_a_portfolio_report_a_reminder_and_a_question(
    stages: list[Stage], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(stages[-1].before, home)
    connection = sqlite3.connect(home / "steward.db")
    kinds = dict(
        connection.execute("select kind, count(*) from stored_document where process = 'fiscal' group by kind")
    )
    months = connection.execute("select substr(month, 1, 7), codes from fiscal_month order by month").fetchall()
    refused = connection.execute("select name from incoming_file where status = 'refused'").fetchall()
    connection.close()
    assert kinds == {"review": 6, "report": 1, "letter": 2} and refused == [("bad.csv",)]
    assert [month for month, codes in months if "F01" in codes.split()] == ["2026-10"]
    stands = stages[-1].expected
    restated = [row for row in stands["stored_document"] if "-FR03'" in row]  # type: ignore[attr-defined]
    assert len(restated) == 3, restated
