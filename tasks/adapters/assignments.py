"""Who looks after a case, now and before: assigned for the one case, or for all cases of its provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, exists, select, union_all
from sqlmodel import Session

from models.shared.people_records import Assignment, Staff
from tasks.adapters.database import batches

# A page shows this many earlier assignments at most, the latest ones.
MOST_EARLIER = 50


@dataclass(frozen=True)
class LooksAfter:
    """One person who looks after a case in a role. `is_wide` says that it holds for all cases of the provider.

    `until` is None while it holds; `handover` is what the one before wanted the next one to know.
    """

    staff_id: str
    name: str
    role: str
    is_wide: bool
    handover: str
    since: datetime
    until: datetime | None = None


def looked_after(session: Session, process: str, providers: Mapping[str, str]) -> dict[str, list[LooksAfter]]:
    """Who looks after each of some cases now, by role; `providers` are their EINs by case.

    For one role an assignment of the case itself counts before that of its provider. Two queries for many cases.
    """
    table = Assignment.__table__.c  # type: ignore[attr-defined]
    standing: dict[str, list[Any]] = {}
    for some in batches(sorted({*providers, *providers.values()})):
        for row in session.execute(_rows(process).where(table.until.is_(None), table.subject.in_(some))):
            standing.setdefault(row.subject, []).append(row)
    found = {}
    for case_id, ein in providers.items():
        by_role = {row.role: row for row in (*standing.get(ein, ()), *standing.get(case_id, ()))}
        found[case_id] = [_looks_after(row, case_id) for _, row in sorted(by_role.items(), reverse=True)]
    return found


def looked_after_before(session: Session, process: str, case_id: str, ein: str) -> list[LooksAfter]:
    """Who looked after a case before, the latest first."""
    table = Assignment.__table__.c  # type: ignore[attr-defined]
    ended = _rows(process).where(table.until.is_not(None), table.subject.in_((case_id, ein)))
    rows = session.execute(ended.order_by(None).order_by(table.until.desc(), table.assignment_id).limit(MOST_EARLIER))
    return [_looks_after(row, case_id) for row in rows]


def looked_after_by(
    process: str, staff_ids: Sequence[str], case_id: ColumnElement[Any], ein: ColumnElement[Any]
) -> CompoundSelect[Any]:
    """The ids of the cases that these people look after now, found from their assignments; `ein` is the provider's.

    An assignment for the provider does not count for a role that the case itself has given to somebody.
    """
    table = Assignment.__table__  # type: ignore[attr-defined]
    own, wide, nearer = (table.alias(name) for name in ("own", "wide", "nearer"))
    of_case = (nearer.c.subject == case_id) & (nearer.c.role == wide.c.role)
    given = exists().where(of_case, *_stands(nearer, process)).correlate(wide, case_id.table)
    return union_all(
        select(own.c.subject).where(own.c.staff_id.in_(staff_ids), *_stands(own, process)),
        select(case_id)
        .join(wide, wide.c.subject == ein)
        .where(wide.c.staff_id.in_(staff_ids), *_stands(wide, process), ~given),
    )


def _stands(table: Any, process: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.process == process, table.c.until.is_(None)


def _rows(process: str) -> Any:
    table, staff = Assignment.__table__, Staff.__table__.c  # type: ignore[attr-defined]
    return (
        select(*table.c, staff.name)
        .outerjoin(Staff, staff.staff_id == table.c.staff_id)
        .where(table.c.process == process)
        .order_by(table.c.since, table.c.assignment_id)
    )


def _looks_after(row: Any, case_id: str) -> LooksAfter:
    return LooksAfter(
        row.staff_id, row.name or row.staff_id, row.role, row.subject != case_id, row.handover, row.since, row.until
    )
