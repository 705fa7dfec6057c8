"""Plain rows of a table: an instance of the table's class costs ten times as much."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from tasks.adapters.database import batches


def all_rows(session: Session, table: Any, column: str, values: Sequence[str]) -> list[Any]:
    """The rows of a table whose column has one of some values."""
    query, connection = _among(table, column), session.connection()
    return [row for some in batches(values) for row in connection.execute(query, {"some": list(some)}).all()]


@cache
def _among(table: Any, column: str) -> Any:
    """Built once, since building takes longer than running."""
    columns = table.__table__
    return select(columns).where(columns.c[column].in_(bindparam("some", expanding=True)))


def grouped(rows: Iterable[Any], key: str) -> dict[str, list[Any]]:
    """Rows by one of their columns."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
