"""Many reviews printed by the flow with two workers: who watches sees how far it is, and a kill leaves no worker."""

import json
import os
import shutil
import signal
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import func, select

from deployments.bench.synthetic_months import fill_months
from deployments.migrate import migrate
from models.shared.records import StoredDocument
from tasks.adapters.database import reading
from tasks.adapters.home import Home, create_home
from tasks.adapters.render_workers import FEW
from tests.flows.conftest import FlowProcess
from tests.flows.killing import inside

FLOW, REVIEWS = "review-financial-reports", FEW + 2


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on February 1 in which more reviews are to be printed than one process draws alone."""
    home = tmp_path_factory.mktemp("base") / "home"
    with inside(home):
        create_home(Home(clock="fixed", moment=datetime(2027, 2, 1, 15, tzinfo=UTC)))
        migrate()
        fill_months(REVIEWS, 2, REVIEWS)
    return home


def started_by(home: Path) -> dict[int, str]:
    """Processes that a flow of this home started, which wait or work, by their ids: each has its environment."""
    told, found = f"STEWARD_HOME={home}".encode(), {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and told in (folder / "environ").read_bytes().split(b"\0"):
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if state not in "ZX":
                    found[int(folder.name)] = (folder / "cmdline").read_text()
        except OSError:
            continue
    return found


def bar(server: str, key: str) -> dict[str, Any]:
    """The progress bar of this key as the Prefect UI shows it."""
    auth = b64encode(os.environ.get("PREFECT_API_AUTH_STRING", "").encode()).decode()
    with urlopen(Request(f"{server}/artifacts/{key}/latest", headers={"Authorization": f"Basic {auth}"})) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_no_process_outlives_a_flow_that_is_killed_while_its_workers_draw(
    base: Path, flow_process: FlowProcess, tmp_path: Path
) -> None:
    home, seen = tmp_path / "home", dict[int, str]()
    shutil.copytree(base, home)
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(flow_process.run, home, [FLOW], stop_at="stored a document#4")
        while not killed.done():
            seen |= started_by(home)
            time.sleep(0.02)
    assert killed.result() == -signal.SIGKILL, flow_process.said()
    # Two workers, and the process that they were forked from, which for a moment also looks like what it starts.
    assert sum("forkserver" in command for command in seen.values()) >= 3, seen
    deadline = time.monotonic() + 10
    while (left := started_by(home)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


def test_the_bars_of_a_flow_stand_at_the_end_when_every_review_is_printed(
    base: Path, flow_process: FlowProcess, prefect_server: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(base, home)
    assert flow_process.run(home, [FLOW]) == 0, flow_process.said()
    for key, words in (("contracts-reviewed", "Contracts reviewed"), ("reviews-printed", "Reviews printed")):
        found = bar(prefect_server, key)
        assert (found["type"], found["data"], found["description"]) == ("progress", 100.0, f"{words}, of {REVIEWS}")
    with inside(home), reading() as session:
        drawn = session.execute(select(func.count()).where(StoredDocument.pages > 0, StoredDocument.bytes > 0)).scalar()  # type: ignore[arg-type]
    assert drawn == REVIEWS
