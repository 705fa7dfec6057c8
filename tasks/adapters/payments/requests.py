"""Requests for what is missing: opened with a determination, ended by what comes or by their last day."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from models.payments.evidence_requests import Wanted
from models.payments.letter_messages import letter_message
from models.payments.records import ApprovedLine, EvidenceRequest, Requisition
from models.payments.states import RESTING
from models.shared.calendar import new_york_date
from tasks.adapters.ledger import StaleCase
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.payments.case_rows import PROCESS
from tasks.adapters.payments.cases import load_requisitions
from tasks.adapters.payments.letters_due import LetterDue, lapse_due
from tasks.adapters.payments.refunds import keep_refund
from tasks.adapters.payments.standing import Noted, settle
from tasks.adapters.policy import payments_policy

ACTOR = "request for what is missing"
RECEIVED, LAPSED, WITHDRAWN = "evidence_received", "hold_lapsed", "withdrawn"
# Where the day of a request can pass: not while a new revision is looked at.
_LAPSING = (*RESTING, "with_program", "with_fiscal")


def open_request(session: Session, case_id: str) -> Any:
    """What a vendor was asked for and has not sent; None where nothing is."""
    table = EvidenceRequest.__table__  # type: ignore[attr-defined]
    return session.execute(select(table).where((table.c.case_id == case_id) & (table.c.closed_as == ""))).first()


def still_asked(session: Session, case_ids: Sequence[str]) -> dict[str, set[int]]:
    """The requisitions among some whose vendor was asked for something that has not come, with the lines of it."""
    table = EvidenceRequest.__table__.c  # type: ignore[attr-defined]
    mine = table.case_id.in_(list(case_ids)) & (table.closed_as == "")
    rows = session.execute(select(table.case_id, table.lines).where(mine))
    return {row.case_id: set(json.loads(row.lines)) for row in rows}


def ask(session: Session, case_id: str, for_part: int, wanted: Wanted, on: date) -> None:
    """Keep a request; the one before it must be over."""
    table = EvidenceRequest.__table__.c  # type: ignore[attr-defined]
    count = session.execute(select(func.count()).where(table.case_id == case_id)).scalar_one()
    row = {
        "case_id": case_id, "no": count + 1, "for_part": for_part, "asked_on": on, "due_on": wanted.due_on,
        "lines": json.dumps(wanted.lines), "codes": json.dumps(wanted.codes), "closed_as": "", "closed_on": None,
    }  # fmt: skip
    session.connection().execute(insert(EvidenceRequest), [row])


def close(session: Session, case_id: str, closed_as: str, on: date) -> bool:
    """End the request that is open; False where none is, so that of two ends only the first counts."""
    table = EvidenceRequest.__table__  # type: ignore[attr-defined]
    mine = (table.c.case_id == case_id) & (table.c.closed_as == "")
    ended = update(table).where(mine).values(closed_as=closed_as, closed_on=on)
    return bool(session.connection().execute(ended).rowcount)


def lapse(session: Session, at: datetime) -> list[str]:
    """End every request whose last day is over, and close the lines that it was about; returns the requisitions."""
    today = new_york_date(at)
    table = EvidenceRequest.__table__  # type: ignore[attr-defined]
    cases = Requisition.__table__  # type: ignore[attr-defined]
    over = (table.c.closed_as == "") & (table.c.due_on < today) & cases.c.state.in_(_LAPSING)
    both = table.join(cases, table.c.case_id == cases.c.case_id)
    query = select(table, cases.c.state, cases.c.part).select_from(both).where(over).order_by(table.c.case_id)
    rows = session.execute(query).all()
    letters = _letters(session, rows, at)
    noted: dict[str, Noted] = {}
    for row in rows:
        if not close(session, row.case_id, LAPSED, today):
            raise StaleCase(f"What was missing of {row.case_id} came at this moment. Run it again.")
        close_lines(session, row.case_id, json.loads(row.lines))
        resting = row.state in RESTING or row.part > 1
        event = "rest_lapsed" if resting else "hold_lapsed"
        told = {"value": f"asked on {row.asked_on.isoformat()}, due {row.due_on.isoformat()}", "lines": row.lines}
        # The letter rests on this event as others rest on a signature.
        due = letters.get(row.case_id)
        told |= {"letter": due.document_id, "says": due.content_sha256} if due else {}
        noted[row.case_id] = Noted({}, ((event, told),))
    settle(session, noted, ACTOR, at)
    for case_id in noted:
        keep_refund(session, case_id, today)
    keep_orders(session, PROCESS, [(due, letter_message(due.letter)) for due in letters.values()], at)
    return [row.case_id for row in rows]


def _letters(session: Session, rows: Sequence[Any], at: datetime) -> dict[str, LetterDue]:
    """What the vendors are told of lines that are closed, while they are still open."""
    ids = [row.case_id for row in rows]
    loaded = load_requisitions(session, ids, payments_policy(), new_york_date(at), rest=True)
    cases = {case.head.case_id: case for case in loaded}
    found = {}
    for row in rows:
        due = lapse_due(session, cases[row.case_id], json.loads(row.lines), row.asked_on, row.due_on, at)
        if due:
            found[row.case_id] = due
    return found


def close_lines(session: Session, case_id: str, lines: Sequence[int]) -> None:
    """Nothing is open any more of some lines; what was never paid of them counts as lapsed."""
    table = ApprovedLine.__table__  # type: ignore[attr-defined]
    mine = (table.c.case_id == case_id) & table.c.no.in_(list(lines)) & (table.c.open_cents != 0)
    session.execute(update(table).where(mine & (table.c.status == "held")).values(status="lapsed"))
    session.execute(update(table).where(mine).values(open_cents=0))
    count_open(session, case_id)


def count_open(session: Session, case_id: str) -> None:
    """Write onto a requisition how many lines its parts left open."""
    lines, cases = ApprovedLine.__table__, Requisition.__table__  # type: ignore[attr-defined]
    still = select(func.count()).where(lines.c.case_id == case_id, lines.c.open_cents != 0).scalar_subquery()
    session.execute(update(cases).where(cases.c.case_id == case_id).values(open_lines=still))
