"""Inserts very many plain rows: past the statement's own work for each value, which takes longer than the database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        given = _with_texts(given)
    connection.exec_driver_sql(_statement(table, names, connection.dialect.paramstyle), list(given))


@lru_cache(maxsize=100)
def _statement(table: Table, names: tuple[str, ...], style: str) -> str:
    columns = ", ".join(f'"{table.c[name].name}"' for name in names)
    marks = ", ".join(["?" if style == "qmark" else "%s"] * len(names))
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'


def _with_texts(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """The same rows with moments as SQLite keeps them: `2026-11-20 14:00:00.000000`, always in UTC."""
    columns = list(zip(*rows, strict=True))
    for place, column in enumerate(columns):
        if column[0] is None or isinstance(column[0], datetime):
            columns[place] = tuple(_texts(column))
    return zip(*columns, strict=True)


def _texts(column: Sequence[Any]) -> Iterator[Any]:
    # Most rows of a batch have the very same moment.
    last, text = None, ""
    for value in column:
        if not isinstance(value, datetime):
            yield value
            continue
        if value is not last:
            last, text = value, value.isoformat(" ", "microseconds")[:26]
        yield text
