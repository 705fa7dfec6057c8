"""Sample, handover sheets and monthly summary, run for real and killed: nothing is drawn or printed twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.migrate import migrate
from tasks.adapters import clock
from tasks.adapters.home import Home, create_home
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.signing import public_key
from tests.flows.conftest import FlowProcess
from tests.flows.killing import Stage, inside, kill_everywhere, undisturbed
from tests.hotline_office import bring
from tests.office import sign_policy

FLOWS = ["draw-weekly-sample", "handover-sheets", "monthly-hotline-summary"]
EVERY = {"drew a sample", "stored a document", "registered handover sheets", "registered hotline papers"}
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."
CONTACTS = f"""id,received_at,channel,language,text
A1,2025-10-28T10:00:00-04:00,hotline,en,"{STAMPS}"
A2,2025-11-04T10:00:00-05:00,letter,en,"{STAMPS}"
"""


@pytest.fixture(scope="module")
def stages(prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """An undisturbed run, flow by flow, on a home with a contact of last week and one of last month."""
    folder = tmp_path_factory.mktemp("base")
    with inside(folder / "home"):
        create_home(Home(demo=True, clock="fixed", moment=datetime(2025, 11, 10, 14, tzinfo=UTC)))
        migrate()
        sign_policy()
        public_key()
        bring(folder, CONTACTS)
        decide_waiting(judge(hotline_policy()), clock.now(), 10, lambda count: None)
    return undisturbed(folder / "home", tmp_path_factory.mktemp("undisturbed"), FLOWS, {})


def test_a_kill_at_every_step_boundary_changes_nothing(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    reached = {step.partition("#")[0] for stage in stages for step in stage.steps}
    assert reached >= EVERY, reached
    kill_everywhere(stages, flow_process, tmp_path)


def test_the_papers_of_a_week_are_a_sample_a_sheet_and_a_summary(stages: list[Stage]) -> None:
    expected = stages[-1].expected
    assert len(expected["hotline_sample"]) == 1  # type: ignore[arg-type]
    assert len(expected["stored_document"]) == 2  # type: ignore[arg-type]
