"""Fixtures that most tests share: a fresh home, on SQLite and, where it answers, on PostgreSQL."""

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling

from deployments.migrate import migrate
from tasks.adapters import sealing
from tasks.adapters.database import _ENGINES, engine, let_go
from tasks.adapters.settings import settings
from tests.hotline_office import KEY
from tests.office import sign_policy
from tests.prefect_homes import migrated_prefect as migrated_prefect
from tests.remembered import POSTGRES, Tables
from tests.together import KILLED, end, group_of

POSTGRES_URL = os.environ.get("STEWARD_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SERVICES_REQUIRED = os.environ.get("STEWARD_REQUIRE_SERVICES") == "1"
# The longest files, then tests that mostly wait, for servers, browsers and processes: nothing is left to wait for
# alone.
_LONGEST_FIRST = (
    "test_kills", "test_season", "test_deciding_machine", "test_payment_histories_kept", "flows", "deployments", "desk",
    "test_import_contracts", "templates",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by file and folder, the longest first; files that share something follow each other."""

    def place(item: pytest.Item) -> int:
        names = (item.path.stem, item.path.parent.name)
        return next((n for n, name in enumerate(_LONGEST_FIRST) if name in names), len(_LONGEST_FIRST))

    for item in items:
        # Its server would be ended before the file's first test, and Prefect would start one of its own for each run.
        if "prefect_server" in getattr(item, "fixturenames", ()) and _group(item) != KILLED:
            raise pytest.UsageError(f"{item.path.name} asks for a Prefect server: name it in tests/together.py.")
    first: dict[str, tuple[int, int]] = {}
    for number, item in enumerate(items):
        place_of = place(item), number
        first[_group(item)] = min(first.get(_group(item), place_of), place_of)
    items.sort(key=lambda item: first[_group(item)])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[object]:
    """What is imported and collected stays: a search for cycles among it is an eighth of all work, then and later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 20, 50)
        gc.enable()


def _group(item: pytest.Item) -> str:
    return group_of(str(item.path))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End what a group of files shares after its last test."""
    if nextitem is None or _group(nextitem) != _group(item):
        end(_group(item))


class ByFile(LoadFileScheduling):
    """A file's tests share one process, and so do those of files that share something."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Who gives out the tests."""
    return ByFile(config, log)


def forget() -> None:
    """Let settings, keys and connections be made anew: another home, another database."""
    let_go()
    settings.cache_clear()
    sealing._read_key.cache_clear()


def _move() -> None:
    """The same for a home at the same address: a PostgreSQL database stays where it is, and its connections open."""
    for there in _ENGINES.values():
        if there.dialect.name == "sqlite":
            there.dispose()
    settings.cache_clear()
    sealing._read_key.cache_clear()


def run_sql(statement: str) -> None:
    """Run one statement on the PostgreSQL server outside any transaction."""
    admin = create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@dataclass
class SharedDatabase:
    """A PostgreSQL database that the tests of this process use one after the other: making one each takes longer."""

    folder: Path
    name: str = ""
    reset: str = ""
    tables: list[str] = field(default_factory=list)
    sequences: list[str] = field(default_factory=list)
    # One that stays open: a new one knows none of the tables yet, which takes longer than putting their rows back.
    kept: Connection | None = None

    @property
    def url(self) -> URL:
        """Its address."""
        return make_url(POSTGRES_URL).set(database=self.name)

    @property
    def address(self) -> str:
        """The same as the settings tell it."""
        return self.url.render_as_string(hide_password=False)

    def as_new(self) -> None:
        """Make it, or put its rows back to what they were then: migrated, with a signed policy."""
        if self.kept is None:
            self._make()
            self.kept = create_engine(self.url, isolation_level="AUTOCOMMIT").connect()
            POSTGRES[self.address] = Tables(self.kept, self.tables, self.sequences)
        for statement in (_END_OTHERS, self.reset):
            self.kept.exec_driver_sql(statement)

    def drop(self) -> None:
        """End it; the next test gets another."""
        if self.kept is not None:
            forget()
            del POSTGRES[self.address]
            self.kept.close()
            self.kept.engine.dispose()
            run_sql(f"DROP DATABASE {self.name} WITH (FORCE)")
        self.kept = None

    def _make(self) -> None:
        name = f"steward_{uuid4().hex[:12]}"
        try:
            run_sql(f"CREATE DATABASE {name}")
            # What a crash of the server would lose is not asked here: nobody waits for the disk at each commit.
            run_sql(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        except OperationalError as error:
            if SERVICES_REQUIRED:
                raise
            pytest.skip(f"PostgreSQL does not answer on loopback: {str(error.orig).splitlines()[0]}")
        self.name = name
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STEWARD_HOME", str(self.folder / name))
            patch.setenv("STEWARD_DATABASE_URL", self.address)
            forget()
            migrate()
            sign_policy()
            found = inspect(engine())
            self.tables, self.sequences = found.get_table_names(), found.get_sequence_names()
            forget()
        made = create_engine(self.url)
        with made.begin() as connection:
            for statement in ("CREATE SCHEMA kept", *(f'CREATE TABLE kept."{t}" AS TABLE "{t}"' for t in self.tables)):
                connection.exec_driver_sql(statement)
            held = [t for t in self.tables if connection.exec_driver_sql(f'SELECT FROM kept."{t}" LIMIT 1').rowcount]
        made.dispose()
        gone = (f'DELETE FROM "{t}"' for t in self.tables)
        back = (f'INSERT INTO "{t}" SELECT * FROM kept."{t}"' for t in held)
        self.reset = ";".join([*gone, *back, *(f'ALTER SEQUENCE "{s}" RESTART' for s in self.sequences)])


# What a test left in the middle of something would be waited for; who is idle is used by the next test.
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'"
)


@pytest.fixture(scope="session")
def postgres_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedDatabase]:
    """The PostgreSQL database of this process."""
    shared = SharedDatabase(tmp_path_factory.mktemp("template"))
    yield shared
    shared.drop()


@pytest.fixture
def tables_change(home: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """For a test that changes the tables themselves: no other one uses its database, nor it their connections."""
    forget()
    yield
    if engine().dialect.name == "postgresql":
        request.getfixturevalue("postgres_database").drop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database that each test's own is copied from."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(folder))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        forget()
        migrate()
        sign_policy()
        with engine().connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        forget()
    return folder / "steward.db"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of the test that runs is found: always the same, so that an engine keeps what it worked out."""
    return tmp_path_factory.mktemp("address") / "home"


@pytest.fixture(params=["sqlite", "postgresql"])
def home(
    request: pytest.FixtureRequest, tmp_path: Path, address: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A fresh home with migrated tables and a signed policy."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("STEWARD_HOME", str(address))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        database: SharedDatabase = request.getfixturevalue("postgres_database")
        database.as_new()
        monkeypatch.setenv("STEWARD_DATABASE_URL", database.address)
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "home" / "steward.db")
    _move()
    # Last: a thread that the test before left behind would else make an empty database there, and its log.
    address.symlink_to(tmp_path / "home")
    yield address
    _move()
    address.unlink()


@pytest.fixture
def hotline_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home with the key that contacts of constituents are sealed with."""
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    settings.cache_clear()
