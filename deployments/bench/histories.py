"""Plays histories of payments on each database, many at once, and looks after each round for what must not be."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path

from deployments.bench.measure import BenchError, Spent, measured
from deployments.bench.place import SMALL, Place, postgres_database
from deployments.bench.table import Row
from tasks.adapters.settings import ROOT

HISTORIES, SMALL_HISTORIES = 10_000, 20
# Contracts that share a home: a round does a step for all of them.
AT_ONCE = 250


def histories(place: Place) -> Iterator[Row]:
    """Ten thousand histories on SQLite, and where it answers on PostgreSQL; the rows say that no bound was broken."""
    yield _played(place, "SQLite")
    with postgres_database() as url:
        answers = url is not None
    if answers:
        yield _played(place, "PostgreSQL")
    else:
        sys.stderr.write("PostgreSQL does not answer, so the histories were played on SQLite alone.\n")


def _played(place: Place, database: str) -> Row:
    small, spent, played = place.sizes == SMALL, Spent(), 0
    most = SMALL_HISTORIES if small else HISTORIES
    while played < most:
        count = min(AT_ONCE, most - played)
        with _database(database) as url, measured() as some:
            folder = place.home(f"histories-{database}-{played}", url or "")
            _season(folder, played, count)
        shutil.rmtree(folder)
        played += count
        spent = Spent(spent.cpu_s + some.cpu_s, spent.wall_s + some.wall_s)
    return Row(f"histories of payments, {database}, violations: 0", spent, 1, played, "histories")


def _database(name: str) -> AbstractContextManager[str | None]:
    return postgres_database() if name == "PostgreSQL" else nullcontext()


def _season(home: Path, first: int, count: int) -> None:
    sys.path.insert(0, str(ROOT))
    try:
        # By name: what is only there for development is no part of what is checked and shipped.
        machine, oracle = import_module("tests.payment_machine"), import_module("tests.deciding_oracle")
    except ImportError as missing:
        raise BenchError(f"The histories need the tools of development (“make setup”): {missing}.") from missing
    (home / "files").mkdir()
    season = machine.Season(home / "files", first, count)
    season.open()
    try:
        season.play()
    except oracle.Violation as broken:
        raise BenchError(f"Of histories {first} to {first + count - 1} one broke a bound: {broken}.") from broken
