"""A kill -9 anywhere in an import or a review loses nothing and does nothing twice."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deployments.migrate import migrate
from tasks.adapters.home import Home, create_home
from tasks.adapters.signing import public_key
from tests.conftest import forget
from tests.flows.conftest import FlowProcess
from tests.flows.killing import AT_ONCE, Stage, inside, kill_everywhere, undisturbed
from tests.flows.small_season import fill_inbox
from tests.flows.snapshot import snapshot
from tests.office import sign_policy
from tests.signers import hire, sign_everything

FLOWS = ["import-awards", "import-trackers", "follow-up-decisions", "review-registrations", "registration-report"]
# Before this one people sign what the trackers brought.
SIGNED_BEFORE = "follow-up-decisions"
NOW = datetime(2026, 10, 1, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose clock stands still and whose inbox is full."""
    home = tmp_path_factory.mktemp("base") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(home))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        forget()
        create_home(Home(clock="fixed", moment=NOW))
        migrate()
        sign_policy()
        hire()
        public_key()
        fill_inbox(home)
        forget()
    return home


@pytest.fixture(scope="module")
def stages(base: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """An undisturbed run, flow by flow."""
    return undisturbed(base, tmp_path_factory.mktemp("undisturbed"), [*FLOWS, "sweep"], {SIGNED_BEFORE: _sign_in})


def _sign_in(home: Path) -> None:
    with inside(home):
        assert sign_everything() == 3


def test_a_kill_at_every_step_boundary_leaves_no_trace_after_the_sweep(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    assert sum(len(stage.steps) for stage in stages) > 40
    kill_everywhere(stages, flow_process, tmp_path)


def test_a_kill_at_ten_random_moments_leaves_no_trace_after_the_sweep(
    stages: list[Stage], flow_process: FlowProcess, tmp_path: Path
) -> None:
    chance = random.Random(20261001)
    signed = FLOWS.index(SIGNED_BEFORE)

    def kill(number: int, after: float) -> None:
        home = tmp_path / f"home{number}"
        shutil.copytree(stages[signed].before, home)
        flow_process.run(home, [*FLOWS[signed:], "sweep"], after=after)
        # Then the sweep, and later what the schedules start again.
        recovered = flow_process.run(home, ["sweep", "review-registrations", "registration-report", "sweep"])
        assert recovered == 0, flow_process.said()
        assert snapshot(home) == stages[-1].expected, f"killed after {after:.2f} s"
        shutil.rmtree(home)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(kill, range(10), [chance.uniform(0.2, 4.0) for _ in range(10)]))
