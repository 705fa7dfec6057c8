"""The access review: who can do what here, who let them in, whether they use it, and what to ask about."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.people import Role
from models.shared.people_records import Attempt, DeskSession, OfficeAct, Signature, Staff, StaffDelegation
from tasks.adapters.auditing.accounts import load_accounts
from tasks.adapters.auditing.workbook import Exported, Sheet, write_sheets
from tasks.adapters.export import Column, Shape, TableHead
from tasks.adapters.office_chain import office_events
from tasks.adapters.refusals import Refusal
from tasks.adapters.registration.exports import steady

# After so many days without a signature a review asks whether the account is still needed (convention).
UNUSED = timedelta(days=90)
_SHOWN = 3
_COLUMNS = (
    Column("Account", width=14), Column("Name", width=24), Column("Unit", width=16), Column("Roles", width=30),
    Column("E-mail", width=28), Column("Employee number (last digits)", width=14), Column("Added", Shape.MOMENT, 17),
    Column("Enrolled", Shape.MOMENT, 17), Column("Enrolled by", width=30), Column("Revoked", Shape.MOMENT, 17),
    Column("Last sign-in", Shape.MOMENT, 17), Column("Last signature", Shape.MOMENT, 17),
    Column("Signatures in 90 days", Shape.WHOLE, 11), Column("Delegations that run or are to come", width=40),
    Column("Past delegations", width=40), Column("Wrong codes", Shape.WHOLE, 8), Column("Remarks", width=60),
)  # fmt: skip


@dataclass(frozen=True)
class _Use:
    """What accounts were used for, by id: sign-ins, signatures, wrong codes, delegations open and past."""

    signed_in: dict[str, datetime]
    signed: dict[str, datetime]
    lately: Counter[str]
    wrong_codes: dict[str, int]
    open_: dict[str, list[str]]
    past: dict[str, list[str]]


def export_access(session: Session, path: Path, now: datetime) -> Exported:
    """Write one row an account, the revoked too; counts accounts, active ones and remarks. Raises ExportRefused."""
    steady(session)
    counts = {"accounts": 0, "active": 0, "remarks": 0}
    head = TableHead("Access review", _COLUMNS, now)
    files, _ = write_sheets(path, [Sheet(head, _rows(session, now, counts))])
    return Exported(files, counts)


def masked(identity: str) -> str:
    """An employee number with only its last three digits: enough to tell people apart, too few to use."""
    kept = identity[-_SHOWN:] if len(identity) > _SHOWN else ""
    return "•" * (len(identity) - len(kept)) + kept


def _rows(session: Session, now: datetime, counts: dict[str, int]) -> Iterator[list[Any]]:
    table = Staff.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table).order_by(table.c.staff_id)).all()
    accounts, use = load_accounts(session), _use(session, now)
    remarks = _Remarks(rows, _first_two(session), use, now)
    for row in rows:
        is_active = row.revoked_at is None and row.enrolled_at is not None
        found = list(remarks.of(row, is_active=is_active))
        counts["accounts"] += 1
        counts["active"] += is_active
        counts["remarks"] += len(found)
        yield [
            row.staff_id, row.name, row.unit, ", ".join(json.loads(row.roles)), row.email, masked(row.identity),
            row.added_at, row.enrolled_at, ", ".join(map(accounts.name, json.loads(row.enrolled_by))), row.revoked_at,
            use.signed_in.get(row.staff_id), use.signed.get(row.staff_id), use.lately[row.staff_id],
            "; ".join(use.open_[row.staff_id]), "; ".join(use.past[row.staff_id]),
            use.wrong_codes.get(row.staff_id, 0), " ".join(found),
        ]  # fmt: skip


class _Remarks:
    """What a reviewer should ask about an account, a sentence each."""

    def __init__(self, rows: Iterable[Row[Any]], first_two: frozenset[str], use: _Use, now: datetime) -> None:
        self.rows = {row.staff_id: row for row in rows}
        self.first_two, self.use, self.now = first_two, use, now
        self.same = {
            word: Counter(getattr(row, name).strip().casefold() for row in self.rows.values())
            for name, word in (("email", "e-mail address"), ("name", "name"))
        }

    def of(self, row: Row[Any], *, is_active: bool) -> Iterator[str]:
        if row.staff_id in self.first_two:
            yield "One of the first two administrators, made without two signatures."
        for word, name in (("e-mail address", "email"), ("name", "name")):
            if self.same[word][getattr(row, name).strip().casefold()] > 1:
                yield f"Another account has the same {word}."
        if is_active:
            yield from self._in_use(row)

    def _in_use(self, row: Row[Any]) -> Iterator[str]:
        if row.staff_id not in self.use.signed_in:
            yield "Never signed in at the desk."
        is_new = self.now - row.enrolled_at < UNUSED
        if not self.use.lately[row.staff_id] and not is_new and Role.AUDITOR not in json.loads(row.roles):
            yield f"No signature in {UNUSED.days} days."
        for staff_id in json.loads(row.enrolled_by):
            by = self.rows.get(staff_id)
            if by is None:
                yield f"Enrolled by {staff_id}, who has no account."
            elif by.revoked_at is not None:
                yield f"Enrolled by {by.name} ({staff_id}), whose account was revoked."


def _first_two(session: Session) -> frozenset[str]:
    found = [e.chain.partition(":")[2] for e in office_events(session) if e.event == "bootstrapped"]
    return frozenset(staff_id for staff_id in found if staff_id)


def _use(session: Session, now: datetime) -> _Use:
    desk, attempt = DeskSession.__table__.c, Attempt.__table__.c  # type: ignore[attr-defined]
    signed_in = select(desk.staff_id, func.max(desk.began_at)).group_by(desk.staff_id)
    wrong = select(attempt.staff_id, func.count()).where(attempt.refusal == Refusal.WRONG_CODE.value)
    open_, past = _delegations(session, now)
    return _Use(
        _dated(session, signed_in), *_signatures(session, now),
        {row[0]: row[1] for row in session.execute(wrong.group_by(attempt.staff_id))}, open_, past,
    )  # fmt: skip


def _signatures(session: Session, now: datetime) -> tuple[dict[str, datetime], Counter[str]]:
    """The last signature of each account, and how many there were lately; those about the office count too."""
    table, act = Signature.__table__.c, OfficeAct.__table__.c  # type: ignore[attr-defined]
    last: dict[str, datetime] = {}
    lately: Counter[str] = Counter()
    for staff_id, at in (
        (table.staff_id, table.at),
        (act.proposed_by, act.proposed_at),
        (act.closed_by, act.closed_at),
    ):
        for person, when in _dated(
            session, select(staff_id, func.max(at)).where(at.is_not(None)).group_by(staff_id)
        ).items():
            last[person] = max(when, last.get(person, when))
        counted = select(staff_id, func.count()).where(at > now - UNUSED).group_by(staff_id)
        lately.update({row[0]: row[1] for row in session.execute(counted)})
    return last, lately


def _dated(session: Session, query: Any) -> dict[str, datetime]:
    return {row[0]: row[1] for row in session.execute(query)}


def _delegations(session: Session, now: datetime) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Delegations in words, by each of the two people: those that run or are to come, and those that are over."""
    table = StaffDelegation.__table__.c  # type: ignore[attr-defined]
    open_: dict[str, list[str]] = defaultdict(list)
    past: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(select(*table).order_by(table.first_day, table.delegation_id)):
        days = f"{row.first_day.isoformat()} to {row.last_day.isoformat()}"
        is_over = row.ended_at is not None or row.last_day < new_york_date(now)
        ended = f", ended {new_york_date(row.ended_at).isoformat()}" if row.ended_at else ""
        there = past if is_over else open_
        there[row.from_id].append(f"lent to {row.to_id}, {days}{ended}")
        there[row.to_id].append(f"acts for {row.from_id}, {days}{ended}")
    return open_, past
