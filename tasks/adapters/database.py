"""Our own tables: one engine per process, short transactions, SQLite (WAL) or PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlmodel import Session

from tasks.adapters.settings import settings

# Pages of 4,096 bytes. Source: convention.
LONG_LOG = 20_000
_WRITERS: AbstractContextManager[Any] = RLock()
# By address.
_ENGINES: dict[str, Engine] = {}


def engine() -> Engine:
    """The engine of this process; parameters never show in a traceback."""
    address = settings().database
    return _ENGINES.get(address) or _ENGINES.setdefault(address, _make(address))


def let_go() -> None:
    """Close every connection of this process; the engines stay, with the statements that they have worked out."""
    for made in _ENGINES.values():
        made.dispose()


def _make(address: str) -> Engine:
    settings().folder()
    made = create_engine(address, hide_parameters=True, pool_pre_ping=True)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes too late for a read that leads to a write; we send it ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=20000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading() -> Iterator[Session]:
    """A session that only reads."""
    with Session(engine(), autoflush=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A session in one transaction: all of it is kept, or nothing."""
    # SQLite lets one write at a time, and who waits for it sleeps longer and longer: threads queue up before it.
    turn = _WRITERS if engine().dialect.name == "sqlite" else nullcontext()
    with (
        turn,
        engine().connect().execution_options(writes=True) as connection,
        connection.begin(),
        Session(connection, autoflush=False) as session,
    ):
        yield session
        session.flush()


def with_long_log(session: Session) -> None:
    """Let SQLite's log grow longer before this connection brings it into the file; for many small writes in a row.

    By itself each thousandth page is followed by all of them into the file, before the commit comes back: of many
    small ones every tenth would take ten times as long as the others. Call `shorten_log` now and then.
    """
    if engine().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA wal_autocheckpoint={LONG_LOG}")


def shorten_log() -> None:
    """Bring SQLite's log into the file while others write; only for its last pages do this process's writers wait.

    So the log begins anew even where somebody always writes, and no commit stands for the whole of it.
    """
    if engine().dialect.name != "sqlite":
        return
    _bring_over()
    with _WRITERS:
        _bring_over()


def _bring_over() -> None:
    # Outside of a transaction, which SQLite refuses. Pages that somebody still reads from the log stay there.
    connection = engine().raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()


def batches(values: Sequence[str], size: int = 10_000) -> Iterator[Sequence[str]]:
    """The values in slices that fit into one statement: databases limit how many parameters it may have."""
    return (values[start : start + size] for start in range(0, len(values), size))
