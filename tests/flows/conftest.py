"""Fixtures of flow tests: a real Prefect server while they need it, and flows in processes of their own."""

import contextlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from deployments.server import serving
from tests.conftest import forget
from tests.prefect_homes import ONLY_ANSWERING, give_prefect
from tests.together import KILLED, until_last

_FORK: ForkServerContext = multiprocessing.get_context("forkserver")

# The processes of flows are forked from one that has imported everything already; this, Prefect imports in a flow only.
_IMPORTED_LATE = (
    "anyio._backends._asyncio", "fastapi", "prefect.engine", "prefect.flow_engine", "prefect.task_engine",
    "prefect.utilities.visualization",
)  # fmt: skip

_DRAWN = tempfile.TemporaryDirectory(prefix="steward-drawn-")


@pytest.fixture(scope="session")
def prefect_server(migrated_prefect: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real Prefect server on a free port, with a home of its own; its API address."""
    home = give_prefect(migrated_prefect, tmp_path_factory.mktemp("prefect"))
    return until_last(KILLED).enter_context(_served(home))


@contextlib.contextmanager
def _served(home: Path) -> Iterator[str]:
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(home))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        for name, value in ONLY_ANSWERING.items():
            patch.setenv(name, value)
        forget()
        with serving() as server:
            # One that a test of drawing started earlier knows neither this server nor these imports.
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
            _FORK.set_forkserver_preload([*_IMPORTED_LATE, __name__, "tests.flows.played"])
            yield server.api_url
            # It was told this server's address; another server would have another.
            forkserver._forkserver._stop()  # type: ignore[attr-defined]
    os.environ.clear()
    os.environ.update(before)
    forget()


class FlowProcess:
    """Runs named flows in a process of their own, so that it can be killed.

    A `sparing` one draws what another has drawn no second time, and tells Prefect's server no events.
    """

    def __init__(self, folder: Path, *, sparing: bool = True) -> None:
        self._drawn = _DRAWN.name if sparing else ""
        self._log, self._temporary = folder / "flows.log", folder / "temporary"
        self._temporary.mkdir(exist_ok=True)

    def run(self, home: Path, flows: list[str], *, stop_at: str = "", log: Path | None = None, after: float = 0) -> int:
        """Exit code of the process: 0, or -9 when it was killed, at a boundary or after some seconds."""
        told = {"STEWARD_HOME": str(home), "STEWARD_STOP_AT": stop_at, "STEWARD_STEP_LOG": str(log or "")}
        told["TMPDIR"] = str(self._temporary)
        process = _FORK.Process(target=_play, args=(flows, told, str(self._log), self._drawn))
        process.start()
        if after:
            process.join(after)
            if process.is_alive():
                process.kill()
        process.join(120)
        assert process.exitcode is not None, "the flows did not end within two minutes"
        return process.exitcode

    def said(self) -> str:
        """What the processes wrote."""
        return self._log.read_text() if self._log.exists() else ""


def _play(flows: list[str], told: dict[str, str], log: str, drawn: str) -> None:
    os.environ.update(told)
    tempfile.tempdir = None
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    forget()
    from tests.flows.played import play, spare

    if drawn:
        spare(Path(drawn))
    with contextlib.suppress(KeyboardInterrupt):
        play(flows)
    sys.stdout.flush()
    # What Prefect still tells its server is read by nobody here, and under load it waits for long to be heard.
    os._exit(0)


@pytest.fixture
def flow_process(prefect_server: str, tmp_path: Path) -> FlowProcess:
    """Flows in processes of their own, against that server."""
    return FlowProcess(tmp_path)
