"""Kills flows at every boundary that they pass, lets the sweep recover, and compares with an undisturbed run."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import forget
from tests.flows.conftest import FlowProcess
from tests.flows.snapshot import snapshot

AT_ONCE = 3
# Under load Prefect's server may not answer a process in time, which then ends before it comes to be killed.
_NOT_ANSWERED = ("httpx.ReadTimeout", "httpx.ConnectTimeout", "httpx.PoolTimeout", "httpx.RemoteProtocolError")


@dataclass(frozen=True)
class Stage:
    """One flow of an undisturbed run: the home before it, the boundaries that it passes, the home after the sweep."""

    flow: str
    before: Path
    steps: list[str]
    expected: dict[str, object]


@contextmanager
def inside(home: Path) -> Iterator[None]:
    """Let this process work in a home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(home))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        forget()
        yield
    forget()


def undisturbed(
    base: Path, folder: Path, flows: Sequence[str], before: Mapping[str, Callable[[Path], None]]
) -> list[Stage]:
    """Run flows one after the other on a copy of a home; `before` is what people do before some of them."""
    home, process, found = folder / "home", FlowProcess(folder), []
    shutil.copytree(base, home)
    for number, flow in enumerate(flows):
        if flow in before:
            before[flow](home)
        ready, swept, log = folder / f"before{number}", folder / f"swept{number}", folder / f"steps{number}"
        shutil.copytree(home, ready)
        assert process.run(home, [flow], log=log) == 0, process.said()
        shutil.copytree(home, swept)
        assert process.run(swept, ["sweep"]) == 0, process.said()
        found.append(Stage(flow, ready, log.read_text().splitlines(), snapshot(swept)))
    return found


def kill_everywhere(stages: Sequence[Stage], flow_process: FlowProcess, tmp_path: Path) -> None:
    """Kill each flow at each of its boundaries; the sweep must lead to the same home."""
    every = [(stage, step) for stage in stages for step in stage.steps]

    def kill(number: int) -> None:
        home, (stage, step) = tmp_path / f"home{number}", every[number]
        shutil.copytree(stage.before, home)
        ended = flow_process.run(home, [stage.flow], stop_at=step)
        if ended == 1 and any(sign in flow_process.said() for sign in _NOT_ANSWERED):
            shutil.rmtree(home)
            shutil.copytree(stage.before, home)
            ended = flow_process.run(home, [stage.flow], stop_at=step)
        assert ended == -9, f"{step}: {ended}, {flow_process.said()[-3_000:]}"
        assert f"killed at {step}\n" in flow_process.said()
        assert flow_process.run(home, ["sweep"]) == 0, flow_process.said()
        assert snapshot(home) == stage.expected, f"{stage.flow} killed at {step}"
        shutil.rmtree(home)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(kill, range(len(every))))
    for stage in stages:
        print(f"{stage.flow} was killed at {', '.join(stage.steps)}")  # noqa: T201
