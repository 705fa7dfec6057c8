"""Twenty thousand steps over all doors: no decision without a valid signer, none by a maker, and planted holes show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from tasks.adapters.database import engine
from tests.conftest import forget
from tests.deciding_machine import Deciding, machine, make_template, run_steps


@pytest.fixture
def here(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Deciding]]:
    """The machine on a home of its own, whose database is not forced to the disk."""
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path
    home = folder / f"steward-{tmp_path.name}-{id(tmp_path)}"
    import shutil

    home.mkdir()
    monkeypatch.setenv("STEWARD_HOME", str(home))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    shutil.copyfile(sqlite_template, home / "steward.db")
    forget()
    event.listen(engine(), "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    make_template(tmp_path)
    engine().dispose()
    shutil.copyfile(home / "steward.db", tmp_path / "template.db")
    with machine(home, tmp_path / "template.db") as made:
        yield made
    forget()
    shutil.rmtree(home)


def test_quick(here: type[Deciding]) -> None:
    import os
    import time

    here.acts = tuple(a for a in here.acts if a[0] not in os.environ.get("JWITHOUT", "").split(","))
    t = time.process_time()
    counts = run_steps(here, int(os.environ.get("JSTEPS", "500")))
    print(time.process_time() - t)
    for k, v in sorted(counts.items()):
        print(f"{k}: {v}")
