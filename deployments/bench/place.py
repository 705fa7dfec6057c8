"""Where a measurement happens: homes of its own, and a database of its own where PostgreSQL answers."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from deployments.bench.measure import BenchError
from deployments.bench.synthetic import fill, sign_policy
from deployments.migrate import migrate
from tasks.adapters.database import let_go, writing
from tasks.adapters.home import Home, create_home
from tasks.adapters.settings import settings

NOW = datetime(2027, 2, 1, 15, 0, tzinfo=UTC)
_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
# What would change what is measured, or send it elsewhere.
_FOREIGN = (
    "STEWARD_DATABASE_URL", "STEWARD_STOP_AT", "STEWARD_STEP_LOG", "STEWARD_SMTP_HOST", "STEWARD_POLICY_FILE",
    "STEWARD_HOLIDAYS_FILE", "PREFECT_API_URL", "PREFECT_HOME",
)  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """How much work is measured: rows of the invented list, contracts with their papers and events, letters, runs."""

    rows: int = 10_040
    contracts: int = 10_000
    letters: int = 50
    runs: int = 5


SMALL = Sizes(rows=84, contracts=24, letters=2, runs=1)


@dataclass(frozen=True)
class Place:
    """A folder for homes, one that all measurements share, and the sizes."""

    folder: Path
    shared: Path
    sizes: Sizes

    def home(self, name: str, database_url: str = "") -> Path:
        """A fresh home with tables and a signed policy, whose clock stands still; this process works in it now."""
        use(self.folder / name, database_url)
        create_home(Home(clock="fixed", moment=NOW))
        migrate()
        with writing() as session:
            sign_policy(session, NOW)
        return self.folder / name

    def copied_home(self, name: str, copy: str) -> Path:
        """A copy of a home as it is now; this process works in the copy from now on."""
        use(self.folder / copy)
        shutil.copytree(self.folder / name, self.folder / copy)
        return self.folder / copy

    def filled_home(self, name: str) -> Path:
        """A home with the invented contracts. They are made once, in another process: its memory is not counted."""
        made = self.shared / "contracts.db"
        if not made.exists():
            in_process(_make, self.shared / "making", made, self.sizes.contracts)
        use(self.folder / name)
        create_home(Home(clock="fixed", moment=NOW))
        shutil.copyfile(made, settings().home / "steward.db")
        return self.folder / name


def use(home: Path, database_url: str = "") -> None:
    """Let this process, and every command that it starts, work in a home."""
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ["STEWARD_HOME"] = str(home)
    if database_url:
        os.environ["STEWARD_DATABASE_URL"] = database_url
    let_go()
    settings.cache_clear()


def in_process(work: object, *args: object) -> None:
    """Run a function in a fresh process of its own. Raises BenchError."""
    process = get_context("spawn").Process(target=work, args=args)  # type: ignore[arg-type]
    process.start()
    process.join()
    if process.exitcode:
        raise BenchError("A part of the measurement failed; the lines above say why.")


def _make(home: Path, target: Path, contracts: int) -> None:
    use(home)
    migrate()
    fill(contracts, NOW)
    let_go()
    with closing(sqlite3.connect(settings().home / "steward.db")) as source:
        source.execute("VACUUM INTO ?", (str(target),))


@contextmanager
def postgres_database() -> Iterator[str | None]:
    """The address of an empty PostgreSQL database, dropped afterwards; None where no server answers."""
    url, name = make_url(os.environ.get("STEWARD_TEST_POSTGRES_URL", _POSTGRES)), f"steward_bench_{uuid4().hex[:8]}"
    try:
        _admin(url, f"CREATE DATABASE {name}")
    except OperationalError:
        yield None
        return
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        let_go()
        _admin(url, f"DROP DATABASE {name} WITH (FORCE)")


def _admin(url: URL, statement: str) -> None:
    admin = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()
