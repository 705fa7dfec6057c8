"""The flows of the hotline, run for real and killed: decisions and the report are as if nothing had happened."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.migrate import migrate
from flows.hotline import MOST_PARTS, SMALLEST_PART
from tasks.adapters.home import Home, create_home
from tasks.adapters.settings import ROOT
from tasks.adapters.signing import public_key
from tests.flows.conftest import FlowProcess
from tests.flows.killing import Stage, inside, kill_everywhere, undisturbed
from tests.hotline_office import bring
from tests.office import sign_policy

SAMPLE = ROOT / "deployments" / "samples" / "hotline" / "inquiries.csv"
EVERY = {
    "decided a chunk of contacts", "raised alerts", "sent a message", "stored a document", "rendered documents",
    "registered hotline papers",
}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on the day after the sample's busiest one, with the sample imported and nothing decided."""
    folder = tmp_path_factory.mktemp("base")
    with inside(folder / "home"):
        create_home(Home(demo=True, clock="fixed", moment=datetime(2025, 11, 4, 14, tzinfo=UTC)))
        migrate()
        sign_policy()
        public_key()
        text = SAMPLE.read_text(encoding="utf-8").splitlines()
        rows = [
            text[0],
            *(f"{row.partition(',')[0]},2025-11-03T10:00:00-05:00,{row.split(',', 2)[2]}" for row in text[1:]),
        ]
        bring(folder, "\n".join(rows) + "\n")
    return folder / "home"


@pytest.fixture(scope="module")
def stages(base: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """An undisturbed run, flow by flow."""
    return undisturbed(
        base, tmp_path_factory.mktemp("undisturbed"), ["triage-inquiries", "escalate-inquiries", "triage-report"], {}
    )


def test_a_kill_at_every_step_boundary_decides_no_contact_twice(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    reached = {step.partition("#")[0] for stage in stages for step in stage.steps}
    assert reached >= EVERY, reached
    kill_everywhere(stages, flow_process, tmp_path)


def test_the_whole_path_decides_about_every_contact_and_prints_one_report(stages: list[Stage], tmp_path: Path) -> None:
    expected = stages[-1].expected
    assert len(expected["hotline_decision"]) == len(expected["hotline_contact"]) == 48  # type: ignore[arg-type]
    assert len(expected["stored_document"]) == 1  # type: ignore[arg-type]
    home = tmp_path / "home"
    shutil.copytree(stages[-1].before, home)
    connection = sqlite3.connect(home / "steward.db")
    events = connection.execute("select count(*) from case_event where event = 'contacts_decided'").fetchone()
    connection.close()
    assert events == (1,)


def test_a_flow_has_few_task_runs_however_many_contacts_wait() -> None:
    for waits in (1, SMALLEST_PART, 100_000, 1_000_000, 1_000_001):
        size = max(SMALLEST_PART, -(-waits // MOST_PARTS))
        assert len(range(0, waits, size)) <= MOST_PARTS
