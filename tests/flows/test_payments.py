"""The flows of payments, run for real and killed: a voucher is never issued twice.

The report of the month that is billed comes by the fiscal import, and payments hear of it from there.
"""

import json
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
from tests.flows.conftest import FlowProcess
from tests.flows.killing import Stage, inside, kill_everywhere, undisturbed
from tests.monthly_reports import ledger_csv, report_csv
from tests.office import sign_policy

# The others are those of every process, at which test_kills kills.
EVERY = {
    "kept referrals", "kept reports", "recorded budgets", "recorded payment-facts", "recorded requisitions",
    "recorded reviews of requisitions", "recorded a voucher batch", "stored voucher batches", "recorded spending",
    "recorded matches",
}  # fmt: skip
FLOWS = [
    "import-fiscal-files", "import-payment-files", "review-requisitions", "voucher-batch", "import-payment-files",
    "match-payments",
]  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a registered contract and its signed budget.

    The inbox holds next year's budget, facts, two requisitions, and the month's report with its ledger.
    """
    folder = tmp_path_factory.mktemp("base")
    with inside(folder / "home"):
        create_home(Home(clock="fixed", moment=datetime(2026, 10, 9, 14, tzinfo=UTC)))
        migrate()
        sign_policy()
        office.hire()
        public_key()
        # Enough for two years.
        office.refer(max_cents=20_000_000)
        office.bring(folder, "budgets", "signed.csv", office.budget_csv())
        office.sign_budget(f"{office.CONTRACT}-FY27-B01")
    inbox = folder / "home" / "inbox"
    for kind, name, text in (
        ("budgets", "budget.csv", office.budget_csv(fy=2028)),
        (
            "payment-facts",
            "facts.csv",
            office.facts_csv(*office.FACTS, f"{office.CONTRACT},outcome_report,2026-09-30,,,,,"),
        ),
        ("financial-reports", "report.csv", report_csv("2026-09", 725_000)),
        ("ledgers", "ledger.csv", ledger_csv("2026-09", 725_000)),
        ("requisitions", "sent.json", json.dumps([office.requisition(), office.requisition(2, invoice_no="")])),
        ("requisitions", "bad.json", "{"),
    ):
        (inbox / kind).mkdir(parents=True, exist_ok=True)
        (inbox / kind / name).write_text(text)
    return folder / "home"


@pytest.fixture(scope="module")
def stages(base: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """An undisturbed run, flow by flow: people sign before the vouchers, and Checkbook lists what was paid after them.

    Only payments' own boundaries are kept.
    """
    people = {"voucher-batch": _sign, "import-payment-files": _spend}
    found = undisturbed(base, tmp_path_factory.mktemp("undisturbed"), FLOWS, people)
    return [replace(stage, steps=[step for step in stage.steps if step.partition("#")[0] in EVERY]) for stage in found]


def _sign(home: Path) -> None:
    with inside(home):
        office.approve(f"{office.CONTRACT}-01")
        office.sign("m.ortiz", "requisition_returned", f"{office.CONTRACT}-02")
        returned = f"{office.CONTRACT}-FY28-B01"
        office.sign("m.ortiz", "budget_returned", returned, reason="Outside the term.", process="budgets")


def _spend(home: Path) -> None:
    if list((home / "vouchers").glob("*.csv")):
        inbox = home / "inbox" / "spending"
        inbox.mkdir(parents=True, exist_ok=True)
        (inbox / "spending.csv").write_text(office.spent_csv(f"20271-1-EFT,2026-10-09,7075.00,{office.NUMBER}"))


def test_a_kill_at_every_step_boundary_leaves_no_trace_and_no_second_voucher(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    reached = [step for stage in stages for step in stage.steps]
    assert len(reached) == 12 and {step.partition("#")[0] for step in reached} == EVERY
    kill_everywhere(stages, flow_process, tmp_path)
    for stage in stages:
        numbers = [row for row in stage.expected["voucher"]]  # type: ignore[attr-defined]
        assert len(numbers) == len(set(numbers)) <= 1
    assert f"'{office.CONTRACT}-01-V01', 'amount'" in str(stages[-1].expected["spending_row"])


def test_the_whole_path_leaves_letters_a_batch_and_a_report(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(stages[-1].before, home)
    rest = ["follow-up-payments", "voucher-batch", "payment-report", "year-end-position", "sweep"]
    assert flow_process.run(home, rest) == 0
    connection = sqlite3.connect(home / "steward.db")
    kinds = dict(connection.execute("select kind, count(*) from stored_document group by kind").fetchall())
    refused = connection.execute("select name from incoming_file where status = 'refused'").fetchall()
    connection.close()
    assert kinds == {"letter": 3, "report": 3} and refused == [("bad.json",)]
    assert len(list((home / "vouchers").iterdir())) == 2
