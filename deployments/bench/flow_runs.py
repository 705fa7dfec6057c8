"""Runs a flow for a measurement: in a fresh process, on a database put back as it was, its task runs counted."""

import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from deployments.bench.measure import BenchError
from deployments.bench.place import use
from tasks.adapters.database import let_go
from tasks.adapters.settings import settings

Ran = TypeVar("Ran")
# A flow has no more task runs than this whatever it works on, but for the chunks that are printed.
MOST_TASK_RUNS = 25
_PATIENCE_SECONDS = 15


def keep(path: Path) -> None:
    """Keep the home's database as it is now."""
    with closing(sqlite3.connect(settings().home / "steward.db")) as source:
        source.execute("VACUUM INTO ?", (str(path),))


def put_back(path: Path) -> None:
    """Let the home's database be as it was kept."""
    let_go()
    home = settings().home
    for old in home.glob("steward.db*"):
        old.unlink()
    shutil.copyfile(path, home / "steward.db")


def alone(work: Callable[..., Ran], *args: object) -> Ran:
    """Do it in a fresh process; what that imports first is not counted. Raises BenchError."""
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_send, args=(work, args, settings().home, theirs))
    process.start()
    theirs.close()
    try:
        found: Ran = ours.recv()
    except EOFError:
        raise BenchError("A run of the review failed; the lines above say why.") from None
    finally:
        process.join()
    return found


def _send(work: Callable[..., object], args: tuple[object, ...], home: Path, pipe: Connection) -> None:
    use(home)
    pipe.send(work(*args))


def task_runs() -> Counter[str]:
    """Task runs of the last run of a flow, by task; the server enters them a little later than they are told."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.client.schemas.sorting import FlowRunSort

    found, known = Counter[str](), Counter[str]()
    with get_client(sync_client=True) as client:
        last = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
        only = FlowRunFilter.model_validate({"id": {"any_": [last.id]}})
        for _ in range(_PATIENCE_SECONDS):
            found = Counter(run.name.rpartition("-")[0] for run in client.read_task_runs(flow_run_filter=only))
            if found and found == known:
                break
            known = found
            time.sleep(1)
    return found
