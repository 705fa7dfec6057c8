"""Prefect's own database, migrated once for all tests: its migrations take longer than most of what they look at."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

PREFECT = str(Path(sys.executable).with_name("prefect"))
# What a Prefect server does beside answering, half of its work or more: off where nobody looks at its lists, events and
# schedules.
_BESIDE = (
    "CANCELLATION_CLEANUP", "CLEANUP_RECONCILER", "EVENT_PERSISTER", "FOREMAN", "LATE_RUNS", "PAUSE_EXPIRATIONS",
    "REPOSSESSOR", "SCHEDULER", "TASK_RUN_RECORDER", "TRIGGERS",
)  # fmt: skip
ONLY_ANSWERING = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _BESIDE}


@pytest.fixture(scope="session")
def migrated_prefect(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and empty Prefect database; whichever process needs it first makes it for the others."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "migrated-prefect"
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        if not (folder / "prefect.db").exists():
            _migrate(folder)
    return folder / "prefect.db"


def give_prefect(migrated: Path, home: Path) -> Path:
    """Lay the migrated Prefect database into a home where no server has run yet; returns the home."""
    folder = home / "prefect"
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(migrated)) as here, closing(sqlite3.connect(folder / "prefect.db")) as there:
        here.backup(there)
    return home


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(folder: Path) -> None:
    told = {k: v for k, v in os.environ.items() if not k.startswith(("STEWARD_", "PREFECT_"))}
    told |= {"PREFECT_HOME": str(folder / "making"), "PREFECT_LOGGING_LEVEL": "WARNING"}
    done = subprocess.run([PREFECT, "server", "database", "upgrade", "-y"], env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (folder / "making" / "prefect.db").rename(folder / "prefect.db")
