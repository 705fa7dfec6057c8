"""What each unit has open when a shift ends, from the database: ids and neutral words, no contact is opened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from models.hotline.handover import (
    RESTRICTED_DESK,
    TRIAGE_DESK,
    HandoverSheet,
    OpenContact,
    desk_of,
    handover_sheet,
    sheet_number,
)
from models.hotline.policy import Policy
from models.hotline.records import HotlineDecision
from models.hotline.rules import RESTRICTED_UNITS
from models.shared.documents import Office
from models.shared.people import Person
from models.shared.records import StoredDocument
from tasks.adapters.hotline.paper import PROCESS
from tasks.adapters.hotline.standing import (
    CLOCK_NOW,
    DUE_NOW,
    IS_OPEN,
    IS_SETTLED,
    OWNER,
    PRIORITY,
    RESTRICTED,
    STANDS_STILL,
    STATE,
    UNIT,
    contacts_now,
    is_late,
)
from tasks.adapters.people import load_people
from tasks.adapters.register import enter_papers
from tasks.adapters.rendering import StoredPdf

_DECISION = HotlineDecision.__table__.c  # type: ignore[attr-defined]
Counts = Mapping[int, tuple[int, int]]


def unprinted_sheets(session: Session, policy: Policy, office: Office, at: datetime) -> list[HandoverSheet]:
    """The sheet of each desk that has something open, unless it was printed in this hour."""
    people, sheets = load_people(session), []
    for desk, counts in sorted(_counts(session, at).items()):
        if session.get(StoredDocument, sheet_number(desk, at)) is None:
            first = [
                row for priority in counts for row in _first(session, desk, priority, policy.handover_rows, people, at)
            ]
            sheets.append(handover_sheet(desk, counts, first, office=office, at=at))
    return sheets


def register_sheets(session: Session, pdfs: Sequence[StoredPdf]) -> list[str]:
    """Enter sheets in the register, each as the kind that says who reads it."""
    return enter_papers(session, pdfs, lambda pdf: pdf.row(PROCESS, "", _kind(pdf)))


def _kind(pdf: StoredPdf) -> str:
    assert isinstance(pdf.document, HandoverSheet)
    return pdf.document.kind


def _counts(session: Session, at: datetime) -> dict[str, Counts]:
    """Open and overdue contacts of each desk, by priority."""
    open_now = contacts_now(
        UNIT.label("unit"), RESTRICTED.label("restricted"), STATE.label("state"), PRIORITY.label("priority"),
        is_late(at).label("overdue"),
    ).where(IS_OPEN).subquery().c  # fmt: skip
    alike = (open_now.unit, open_now.restricted, open_now.state, open_now.priority, open_now.overdue)
    found = defaultdict[str, dict[int, tuple[int, int]]](dict)
    for unit, restricted, state, priority, overdue, count in session.execute(
        select(*alike, func.count()).group_by(*alike)
    ):
        mine = found[desk_of(unit, bool(restricted), state)]
        whole, late = mine.get(priority, (0, 0))
        mine[priority] = (whole + count, late + (count if overdue else 0))
    return dict(found)


def _first(
    session: Session, desk: str, priority: int, most: int, people: Mapping[str, Person], at: datetime
) -> list[OpenContact]:
    """The contacts of a desk and a priority that are due first."""
    query = contacts_now(
        _DECISION.contact_id, PRIORITY, STATE, CLOCK_NOW, _DECISION.received_at, DUE_NOW, OWNER, is_late(at),
        or_(IS_SETTLED, STANDS_STILL),
    ).where(IS_OPEN, priority == PRIORITY, _of_desk(desk))  # fmt: skip
    ordered = query.order_by(DUE_NOW, _DECISION.received_at, _DECISION.contact_id).limit(most)
    return [
        OpenContact(
            contact_id=row[0], priority=row[1], state=row[2], clock=row[3] or "", received_at=row[4], due_at=row[5],
            owner=_name(people, row[6] or ""), is_overdue=bool(row[7]), stands_still=bool(row[8]),
        )
        for row in session.execute(ordered)
    ]  # fmt: skip


def _of_desk(desk: str) -> Any:
    restricted = or_(RESTRICTED, UNIT.in_(sorted(RESTRICTED_UNITS)))
    if desk == RESTRICTED_DESK:
        return restricted
    waits = STATE == "to_person"
    return and_(~restricted, waits) if desk == TRIAGE_DESK else and_(~restricted, ~waits, desk == UNIT)


def _name(people: Mapping[str, Person], staff_id: str) -> str:
    return people[staff_id].name if staff_id in people else staff_id
