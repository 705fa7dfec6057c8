"""Signed events of cases as they were recorded, a page of cases at a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.records import CaseEvent
from tasks.adapters.auditing.processes import Audited

PAGE = 500
PROPOSED = "act_proposed"
# Canonical JSON has no blanks, so this finds every event with a signature; words that people wrote have their quotes
# escaped. It only saves reading the others: what counts is read from the JSON.
_SIGNED = '"signed":{'


@dataclass(frozen=True)
class SignedEvent:
    """One event that people answer for. `signed` is what its payload says of the signature, None where it has none."""

    case_id: str
    seq: int
    at: datetime
    occurred_at: datetime
    event: str
    actor: str
    state_to: str
    payload: dict[str, Any]

    @property
    def signed(self) -> dict[str, str] | None:
        return self.payload.get("signed")

    @property
    def act(self) -> str:
        """The act that was signed: of a first of two signatures, the act that it proposes."""
        return str(self.payload.get("value", "")) if self.event == PROPOSED else self.event

    @property
    def signers(self) -> tuple[str, ...]:
        """Ids of the signer and of whom they acted for."""
        return tuple(v for key in ("by", "for") if (v := (self.signed or {}).get(key, "")))

    @property
    def signed_on(self) -> date:
        return new_york_date(self.at)


def case_pages(session: Session, audited: Audited) -> Iterator[list[str]]:
    """Ids of all cases of a process, in order, a page at a time."""
    table, after = audited.cases.__table__.c, ""  # type: ignore[attr-defined]
    while True:
        query = select(table.case_id).where(table.case_id > after).order_by(table.case_id).limit(PAGE)
        page = list(session.execute(query).scalars())
        if not page:
            return
        yield page
        after = page[-1]


def events_of(session: Session, audited: Audited, ids: Sequence[str]) -> dict[str, list[SignedEvent]]:
    """Every event of some cases that a duty names, signed or not, and every first of two signatures; oldest first."""
    table = _columns()
    query = select(*_selected()).where(
        table.process == audited.name, table.case_id.in_(ids), table.event.in_([*audited.duties, PROPOSED])
    )
    rows = session.execute(query.order_by(table.case_id, table.seq))
    return {case_id: [_read(row) for row in found] for case_id, found in groupby(rows, key=lambda r: r.case_id)}


def signed_cases(session: Session, audited: Audited) -> Iterator[list[SignedEvent]]:
    """The signed events of each case that has any, oldest first."""
    table = _columns()
    for ids in case_pages(session, audited):
        query = select(*_selected()).where(
            table.process == audited.name, table.case_id.in_(ids), table.payload.contains(_SIGNED, autoescape=True)
        )
        rows = session.execute(query.order_by(table.case_id, table.seq))
        for _, found in groupby(rows, key=lambda r: r.case_id):
            events = [event for event in map(_read, found) if event.signed]
            if events:
                yield events


def named_events(session: Session, audited: Audited, names: Sequence[str]) -> Iterator[SignedEvent]:
    """Events of these names, of all cases, in the order in which they were recorded."""
    table = _columns()
    query = select(*_selected()).where(table.process == audited.name, table.event.in_(names))
    rows = session.execute(query.order_by(table.at, table.case_id, table.seq).execution_options(yield_per=PAGE))
    yield from map(_read, rows)


def _columns() -> Any:
    return CaseEvent.__table__.c  # type: ignore[attr-defined]


def _selected() -> tuple[Any, ...]:
    table = _columns()
    return (table.case_id, table.seq, table.at, table.occurred_at, table.event, table.actor, table.state_to,
            table.payload)  # fmt: skip


def _read(row: Row[Any]) -> SignedEvent:
    return SignedEvent(
        row.case_id, row.seq, row.at, row.occurred_at, row.event, row.actor, row.state_to, json.loads(row.payload)
    )
