"""Inserts very many plain rows: past the statement's own work for each value, which takes longer than the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that have all columns of a table (text, numbers, bytes, aware moments in UTC), in one statement.

    As `insert(table)` with a list does, in a third of the time.
    """
    if not rows:
        return
    names = tuple(rows[0])
    given: Iterable[tuple[Any, ...]] = map(itemgetter(*names), rows)
    if connection.dialect.name == "sqlite":
        moments = [place for place, name in enumerate(names) if isinstance(rows[0][name], datetime)]
        moments += [place for place, name in enumerate(names) if rows[0][name] is None]
        given = (_with_texts(values, moments) for values in given) if moments else given
    connection.exec_driver_sql(_statement(table, names, connection.dialect.paramstyle), list(given))


@lru_cache(maxsize=100)
def _statement(table: Table, names: tuple[str, ...], style: str) -> str:
    columns = ", ".join(f'"{table.c[name].name}"' for name in names)
    marks = ", ".join(["?" if style == "qmark" else "%s"] * len(names))
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'


def _with_texts(values: tuple[Any, ...], moments: Sequence[int]) -> tuple[Any, ...]:
    """The same row with moments as SQLite keeps them: `2026-11-20 14:00:00.000000`, always in UTC."""
    found = list(values)
    for place in moments:
        value = found[place]
        if isinstance(value, datetime):
            found[place] = value.isoformat(" ", "microseconds")[:26]
    return tuple(found)
