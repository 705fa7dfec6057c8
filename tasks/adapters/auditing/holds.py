"""Cases under a legal hold: since when, by whom, and why. Nothing of such a case may be disposed of."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from tasks.adapters.auditing.accounts import Accounts, load_accounts
from tasks.adapters.auditing.processes import AUDITED, Audited
from tasks.adapters.auditing.signed_events import SignedEvent, named_events
from tasks.adapters.auditing.workbook import Exported, Sheet, write_sheets
from tasks.adapters.export import Column, Shape, TableHead
from tasks.adapters.registration.exports import steady

HOLDS = ("hold_placed", "hold_released")
_COLUMNS = (
    Column("Case", width=24), Column("Process", width=14), Column("Under hold since (New York)", Shape.MOMENT, 17),
    Column("Placed by", width=24), Column("For", width=24), Column("Why", width=60),
    Column("Stands at", width=18), Column("Earlier holds", Shape.WHOLE, 9),
)  # fmt: skip


def held(session: Session, audited: Audited) -> dict[str, SignedEvent]:
    """The event that placed the hold of each case that is under one."""
    found: dict[str, SignedEvent] = {}
    for event in named_events(session, audited, HOLDS):
        if event.event == "hold_placed":
            found[event.case_id] = event
        else:
            found.pop(event.case_id, None)
    return found


def export_holds(session: Session, path: Path, now: datetime) -> Exported:
    """Write the cases of all processes that are under a legal hold, the oldest hold first. Raises ExportRefused."""
    steady(session)
    head = TableHead("Legal holds", _COLUMNS, now)
    files, rows = write_sheets(path, [Sheet(head, _rows(session, load_accounts(session)))])
    return Exported(files, {"holds": rows[0]})


def _rows(session: Session, accounts: Accounts) -> Iterator[list[Any]]:
    for audited in AUDITED.values():
        earlier: dict[str, int] = {}
        for event in named_events(session, audited, HOLDS[1:]):
            earlier[event.case_id] = earlier.get(event.case_id, 0) + 1
        for event in sorted(held(session, audited).values(), key=lambda e: (e.at, e.case_id)):
            signed = event.signed or {}
            yield [
                event.case_id, audited.name, event.at, accounts.name(signed.get("by", "") or event.actor),
                accounts.name(signed["for"]) if signed.get("for") else "", event.payload.get("reason", ""),
                event.state_to, earlier.get(event.case_id, 0),
            ]  # fmt: skip
