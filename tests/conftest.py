"""Fixtures that most tests share: a fresh home, on SQLite and, where it answers, on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from deployments.migrate import migrate
from tasks.adapters.database import engine
from tasks.adapters.settings import settings
from tests.office import sign_policy

POSTGRES_URL = os.environ.get("STEWARD_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SERVICES_REQUIRED = os.environ.get("STEWARD_REQUIRE_SERVICES") == "1"
_CACHED = (settings, engine)


def forget() -> None:
    """Let settings and engine be made anew: another home, another database."""
    if engine.cache_info().currsize:
        engine().dispose()
    for cached in _CACHED:
        cached.cache_clear()


def run_sql(statement: str) -> None:
    """Run one statement on the PostgreSQL server outside any transaction."""
    admin = create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A migrated PostgreSQL database that each test's own is copied from."""
    name = f"steward_template_{uuid4().hex[:8]}"
    try:
        run_sql(f"CREATE DATABASE {name}")
    except OperationalError as error:
        if SERVICES_REQUIRED:
            raise
        pytest.skip(f"PostgreSQL does not answer on loopback: {str(error.orig).splitlines()[0]}")
    url = make_url(POSTGRES_URL).set(database=name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(tmp_path_factory.mktemp("template")))
        patch.setenv("STEWARD_DATABASE_URL", url.render_as_string(hide_password=False))
        forget()
        migrate()
        sign_policy()
        forget()
    yield url
    run_sql(f"DROP DATABASE {name}")


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


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home with migrated tables and a signed policy."""
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
    name = f"steward_{uuid4().hex[:12]}"
    if request.param == "postgresql":
        template: URL = request.getfixturevalue("postgres_template")
        run_sql(f"CREATE DATABASE {name} TEMPLATE {template.database}")
        url = template.set(database=name).render_as_string(hide_password=False)
        monkeypatch.setenv("STEWARD_DATABASE_URL", url)
    else:
        (tmp_path / "home").mkdir()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "home" / "steward.db")
    forget()
    yield tmp_path / "home"
    forget()
    if request.param == "postgresql":
        run_sql(f"DROP DATABASE {name} WITH (FORCE)")
