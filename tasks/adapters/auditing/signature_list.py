"""Every signature, one row for each thing that it signed, and the list of staff: the sheets behind the matrix."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.people_records import Signature, Staff
from models.shared.records import CaseEvent
from tasks.adapters.auditing.accounts import Accounts
from tasks.adapters.auditing.signed_events import PROPOSED
from tasks.adapters.auditing.workbook import Sheet
from tasks.adapters.database import batches
from tasks.adapters.export import Column, Shape, TableHead
from tasks.adapters.office_chain import office_events

_PAGE = 200
_SIGNATURE = re.compile(r'"signature":"([^"]+)"')
_SIGNATURES = (
    Column("When (New York)", Shape.MOMENT, 17), Column("Signature", width=26), Column("Signed by", width=24),
    Column("Account", width=14), Column("For", width=24), Column("Role", width=18), Column("Door", width=14),
    Column("Process", width=14), Column("Act", width=34), Column("Case", width=24),
    Column("What was shown (SHA-256)", width=66), Column("Policy (SHA-256)", width=66),
    Column("Code step", width=12), Column("Remark", width=50),
)  # fmt: skip
_STAFF = (
    Column("Account", width=14), Column("Name", width=24), Column("Unit", width=16), Column("Roles", width=30),
    Column("Added", Shape.MOMENT, 17), Column("Enrolled", Shape.MOMENT, 17), Column("Enrolled by", width=30),
    Column("Revoked", Shape.MOMENT, 17),
)  # fmt: skip


def signature_sheet(session: Session, accounts: Accounts, now: datetime, wrong: dict[str, int]) -> Sheet:
    """Signatures about cases in the order of their moments, then those about the office; counts what is wrong."""

    def rows() -> Iterator[list[Any]]:
        for made in (_of_cases(session, accounts), _of_office(session, accounts)):
            for row in made:
                wrong["signatures_wrong"] += bool(row[-1])
                yield row

    return Sheet(TableHead("Signatures", _SIGNATURES, now), rows())


def staff_sheet(session: Session, accounts: Accounts, now: datetime) -> Sheet:
    """Everybody, the revoked too."""
    table = Staff.__table__  # type: ignore[attr-defined]
    rows = (
        [
            r.staff_id, r.name, r.unit, ", ".join(json.loads(r.roles)), r.added_at, r.enrolled_at,
            ", ".join(map(accounts.name, json.loads(r.enrolled_by))), r.revoked_at,
        ]
        for r in session.execute(select(table).order_by(table.c.staff_id))
    )  # fmt: skip
    return Sheet(TableHead("Staff", _STAFF, now), rows)


def _of_cases(session: Session, accounts: Accounts) -> Iterator[list[Any]]:
    for page in _pages(session):
        events = _events(session, page)
        for row in page:
            said = "" if sha256(row.shown) == row.shown_sha256 else "The text that was shown does not give this hash."
            shown = json.loads(row.shown)
            for item in shown["items"]:
                signed = next(iter(events[row.signature_id, item["case_id"], item["act"]]), None)
                yield [
                    row.at, row.signature_id, accounts.name(row.staff_id), row.staff_id,
                    accounts.name(signed["for"]) if signed and signed["for"] else "", signed["role"] if signed else "",
                    row.door, row.process, f"{item['label']} (proposed)" if item["first"] else item["label"],
                    item["case_id"], row.shown_sha256, row.policy_sha256, str(row.counter),
                    said or ("" if signed else "No event of this case names this signature."),
                ]  # fmt: skip


def _pages(session: Session) -> Iterator[Sequence[Row[Any]]]:
    table, last = Signature.__table__, None  # type: ignore[attr-defined]
    while True:
        query = select(table).order_by(table.c.at, table.c.signature_id).limit(_PAGE)
        if last is not None:
            query = query.where(tuple_(table.c.at, table.c.signature_id) > tuple_(last.at, last.signature_id))
        page = session.execute(query).all()
        if not page:
            return
        yield page
        last = page[-1]


def _events(session: Session, page: Sequence[Row[Any]]) -> dict[tuple[str, str, str], list[dict[str, str]]]:
    """What the events of the cases of a page say of signatures, by signature, case and act."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    # By case alone: asked for the moments too, SQLite reads every event of these moments.
    query = select(table.case_id, table.event, table.payload).where(table.process.in_({row.process for row in page}))
    cases = sorted({item["case_id"] for row in page for item in json.loads(row.shown)["items"]})
    wanted = {row.signature_id for row in page}
    found = defaultdict(list)
    for row in (row for some in batches(cases) for row in session.execute(query.where(table.case_id.in_(some)))):
        # A case comes up with each of its signatures: only the events of these are read as JSON.
        if not wanted.intersection(_SIGNATURE.findall(row.payload)):
            continue
        payload = json.loads(row.payload)
        if signed := payload.get("signed"):
            act = payload["value"] if row.event == PROPOSED else row.event
            found[signed["signature"], row.case_id, act].append(signed)
    return found


def _of_office(session: Session, accounts: Accounts) -> Iterator[list[Any]]:
    """Acts about the office, each with two signatures; of these the events hold the steps of the codes."""
    seen = set()
    for event in office_events(session):
        told = event.payload
        who = next((told[key] for key in ("signed_by", "refused_by", "proposed_by") if key in told), "")
        # An act about two people stands in the histories of both.
        if "act" not in told or (told["act"], event.event) in seen:
            continue
        seen.add((told["act"], event.event))
        yield [
            event.at, told["act"], accounts.name(who), who, "", "administrator", "", "office",
            f"{event.event.replace('_', ' ').capitalize()}: {told['kind'].replace('_', ' ')}", event.chain,
            told.get("shown", ""), "", str(told.get("counters", {}).get(who, "")), "",
        ]  # fmt: skip
