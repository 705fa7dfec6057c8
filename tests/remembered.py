"""A set-up of a fresh home is done twice in a process; from then on its tests get a copy of what it left.

The copy holds the home's files, those laid beside it, and all rows: a test cannot tell it from the set-up itself.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from sqlalchemy import Connection

from tasks.adapters.database import engine
from tasks.adapters.settings import settings

P = ParamSpec("P")
_DATABASE = "steward.db"
_SEEN: Counter[object] = Counter()
_LEFT: dict[object, "_Left"] = {}
_KEPT_IN = tempfile.TemporaryDirectory(prefix="steward-remembered-")


@dataclass(frozen=True)
class Tables:
    """The tests' PostgreSQL database of this process: a connection that stays open, and what the database holds."""

    connection: Connection
    tables: Sequence[str]
    sequences: Sequence[str]


# By address.
POSTGRES: dict[str, Tables] = {}


@dataclass(frozen=True)
class _Left:
    """What a set-up left: a copy of the files, and the statements that bring the rows back."""

    files: Path
    rows: str


def remembered(set_up: Callable[P, None]) -> Callable[P, None]:
    """Let a set-up of a home be done twice at most; its first argument may be the folder that the home lies in.

    What it leaves may depend on its arguments, the settings and the code alone. In a home where something was done
    before, or with settings of the test's own, it is simply called.
    """

    @wraps(set_up)
    def once(*given: P.args, **named: P.kwargs) -> None:
        there = settings().home.resolve().parent
        if not _is_fresh(there):
            set_up(*given, **named)
            return
        told = tuple("the folder" if one == there else one for one in given)
        key = (set_up, told, tuple(sorted(named.items())), _settings())
        if key in _LEFT:
            _put_back(_LEFT[key], there)
            return
        set_up(*given, **named)
        _SEEN[key] += 1
        if _SEEN[key] > 1:
            _LEFT[key] = _keep(there)

    return once


def _is_fresh(there: Path) -> bool:
    """Nothing was done in the home: it holds its database at most; and nothing lies beside it."""
    if [path.name for path in there.iterdir()] != ["home"]:
        return False
    if any(not path.name.startswith(_DATABASE) for path in (there / "home").iterdir()):
        return False
    return str(there) not in _settings() and (not settings().database_url or settings().database_url in POSTGRES)


def _settings() -> str:
    """All settings but the home's place; a database on PostgreSQL by its address."""
    told = {name: str(value) for name, value in settings().model_dump(exclude={"home"}).items()}
    told["hotline_key"] = settings().hotline_key.get_secret_value()
    return str(told)


def _keep(there: Path) -> _Left:
    number = len(_LEFT)
    _settle()
    files = Path(_KEPT_IN.name) / str(number)
    shutil.copytree(there, files, symlinks=True)
    shared = POSTGRES.get(settings().database_url)
    return _Left(files, _keep_rows(shared, f"kept_{number}") if shared else "")


def _put_back(left: _Left, there: Path) -> None:
    _settle()
    shutil.copytree(left.files, there, symlinks=True, dirs_exist_ok=True)
    if left.rows:
        POSTGRES[settings().database_url].connection.exec_driver_sql(left.rows)


def _settle() -> None:
    """Bring all of a SQLite database into its one file, and let go of it."""
    if not settings().database_url:
        with engine().connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine().dispose()


def _keep_rows(shared: Tables, schema: str) -> str:
    """Keep the rows in a schema of their own; the statements that bring them back into a database that is as new."""
    run = shared.connection.exec_driver_sql
    run(f"CREATE SCHEMA {schema}")
    held = [table for table in shared.tables if run(f'SELECT FROM "{table}" LIMIT 1').rowcount]
    back = []
    for table in held:
        run(f'CREATE TABLE {schema}."{table}" AS TABLE "{table}"')
        back += [f'DELETE FROM "{table}"', f'INSERT INTO "{table}" SELECT * FROM {schema}."{table}"']
    for name in shared.sequences:
        last, called = run(f'SELECT last_value, is_called FROM "{name}"').one()
        back.append(f"SELECT setval('\"{name}\"', {last}, {called})")
    return ";".join(back)
