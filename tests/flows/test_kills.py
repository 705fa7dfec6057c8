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
from tests.flows.small_season import fill_inbox
from tests.flows.snapshot import snapshot

FLOWS = ["import-awards", "import-trackers", "review-registrations", "registration-report"]
AT_ONCE = 3
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
        public_key()
        fill_inbox(home)
        forget()
    return home


@pytest.fixture(scope="module")
def undisturbed(base: Path, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The home after an undisturbed run and the boundaries that it passed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    home, log = folder / "home", folder / "steps"
    shutil.copytree(base, home)
    process = FlowProcess(folder)
    code = process.run(home, [*FLOWS, "sweep"], log=log)
    assert code == 0, process.said()
    return home, log.read_text().splitlines()


def _recover(process: FlowProcess, home: Path) -> None:
    """What happens after a crash: the sweep, and later whatever the schedules start again."""
    code = process.run(home, ["sweep", "review-registrations", "registration-report", "sweep"])
    assert code == 0, process.said()


def test_a_kill_at_every_step_boundary_leaves_no_trace_after_the_sweep(
    base: Path, undisturbed: tuple[Path, list[str]], flow_process: FlowProcess, tmp_path: Path
) -> None:
    expected, steps = snapshot(undisturbed[0]), undisturbed[1]
    assert len(steps) > 20

    def kill(number: int) -> None:
        home, step = tmp_path / f"home{number}", steps[number]
        shutil.copytree(base, home)
        assert flow_process.run(home, [*FLOWS, "sweep"], stop_at=step) == -9, step
        assert f"killed at {step}\n" in flow_process.said()
        _recover(flow_process, home)
        assert snapshot(home) == expected, f"killed at {step}"
        shutil.rmtree(home)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(kill, range(len(steps))))
    print(f"killed at {len(steps)} boundaries: {', '.join(steps)}")  # noqa: T201


def test_a_kill_at_ten_random_moments_leaves_no_trace_after_the_sweep(
    base: Path, undisturbed: tuple[Path, list[str]], flow_process: FlowProcess, tmp_path: Path
) -> None:
    expected = snapshot(undisturbed[0])
    chance = random.Random(20261001)

    def kill(number: int, after: float) -> None:
        home = tmp_path / f"home{number}"
        shutil.copytree(base, home)
        flow_process.run(home, [*FLOWS, "sweep"], after=after)
        _recover(flow_process, home)
        assert snapshot(home) == expected, f"killed after {after:.2f} s"
        shutil.rmtree(home)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(kill, range(10), [chance.uniform(0.2, 4.0) for _ in range(10)]))
