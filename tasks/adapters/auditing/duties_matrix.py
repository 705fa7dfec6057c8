"""The separation-of-duties matrix: who signed which duty of which case, and what is wrong with it, checked anew."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.shared.people_records import Signature
from tasks.adapters.auditing.accounts import Accounts, load_accounts
from tasks.adapters.auditing.conflicts import conflicts
from tasks.adapters.auditing.processes import AUDITED, Audited
from tasks.adapters.auditing.signature_list import signature_sheet, staff_sheet
from tasks.adapters.auditing.signed_events import PROPOSED, SignedEvent, case_pages, events_of
from tasks.adapters.auditing.workbook import Exported, Sheet, write_sheets
from tasks.adapters.export import Column, Shape, TableHead
from tasks.adapters.registration.exports import steady


def export_duties(session: Session, path: Path, now: datetime, process: str = "registration") -> Exported:
    """Write the matrix, every signature, and the staff; counts cases, conflicts and signatures. Raises ExportRefused.

    A CSV file holds the matrix; the two other tables stand beside it.
    """
    steady(session)
    audited, accounts = AUDITED[process], load_accounts(session)
    counts = {"cases": 0, "conflicts": 0, "steps_without_signature": 0}
    wrong: dict[str, int] = {"signatures_wrong": 0}
    matrix = Sheet(TableHead("Duties", _columns(audited), now), _rows(session, audited, accounts, counts))
    sheets = [matrix, signature_sheet(session, accounts, now, wrong), staff_sheet(session, accounts, now)]
    files, rows = write_sheets(path, sheets)
    return Exported(files, {**counts, "signatures": rows[1], **wrong, "staff": rows[2]})


def _columns(audited: Audited) -> tuple[Column, ...]:
    duties = (Column(name.capitalize(), width=24) for name in audited.columns)
    return (
        Column("Case", width=24), *duties, Column("People", Shape.WHOLE, 8), Column("Conflicts", width=60),
        Column("Steps without a signature", width=40),
    )  # fmt: skip


def _rows(session: Session, audited: Audited, accounts: Accounts, counts: dict[str, int]) -> Iterator[list[Any]]:
    for ids in case_pages(session, audited):
        events = events_of(session, audited, ids)
        register = _register(session, [e for found in events.values() for e in found])
        for case_id in ids:
            case = events.get(case_id, [])
            wrong = conflicts(case, audited, accounts, register)
            unsigned = _unsigned(case, audited)
            counts["cases"] += 1
            counts["conflicts"] += len(wrong)
            counts["steps_without_signature"] += len(unsigned)
            people = {event.signed["by"] for event in case if event.signed}
            cells = _cells(case, audited, accounts)
            yield [case_id, *cells, len(people), " ".join(wrong), ", ".join(unsigned)]


def _register(session: Session, events: Sequence[SignedEvent]) -> dict[str, Any]:
    """The signatures that some events name."""
    named = sorted({event.signed.get("signature", "") for event in events if event.signed})
    table, found = Signature.__table__.c, {}  # type: ignore[attr-defined]
    for start in range(0, len(named), 5_000):
        query = select(table.signature_id, table.staff_id, table.shown_sha256)
        for row in session.execute(query.where(table.signature_id.in_(named[start : start + 5_000]))):
            found[row.signature_id] = row
    return found


def _cells(events: Sequence[SignedEvent], audited: Audited, accounts: Accounts) -> list[str]:
    """Who signed each duty, the newest last; each person stands once in a cell, where they signed last."""
    signers: dict[str, dict[tuple[str, ...], str]] = {name: {} for name in audited.columns}
    for event in events:
        duty = audited.duties.get(event.act)
        if not event.signed or duty is None:
            continue
        is_first = event.event == PROPOSED
        key = (*event.signers, "proposed" if is_first else "")
        signers[duty.name].pop(key, None)
        signers[duty.name][key] = _words(event, accounts, is_first=is_first)
    return [", ".join(signers[name].values()) for name in audited.columns]


def _words(event: SignedEvent, accounts: Accounts, *, is_first: bool) -> str:
    signed = event.signed or {}
    said = accounts.name(signed["by"])
    if signed.get("for"):
        said += f" for {accounts.name(signed['for'])}"
    return f"{said} (proposed)" if is_first else said


def _unsigned(events: Sequence[SignedEvent], audited: Audited) -> list[str]:
    """Steps that no signature stands behind, with what recorded them: clocks, facts, an award list."""
    return [f"{audited.label(event.event)} ({event.actor})" for event in events if not event.signed]
