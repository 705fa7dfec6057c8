"""What the desk and the command line show of requisitions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.acts import ACTS, label, misfit
from models.payments.advances import Installment
from models.payments.forms import RequisitionForm
from models.payments.policy import Policy
from models.payments.records import Requisition, RequisitionRevision, Voucher
from models.payments.resubmission import changes
from models.payments.rules import review
from models.payments.states import ALL_STATES, BACKGROUND, FINAL, LIFECYCLE
from models.payments.verdicts import Verdict
from models.shared.calendar import new_york_date
from models.shared.lifecycle import ledger
from models.shared.records import CaseEvent, StoredDocument
from tasks.adapters.payments.advance_schedule import open_schedule
from tasks.adapters.payments.cases import PROCESS, LoadedRequisition, load_requisitions


@dataclass(frozen=True)
class TimelineLine:
    """One event as a person reads it."""

    at: datetime
    what: str
    by: str
    state: str
    signature_id: str
    reason: str


@dataclass(frozen=True)
class RequisitionPage:
    """Everything that is shown of one requisition. `held` pairs holders with the time that each had it.

    `changed` is what its latest revision changed: field, before, after. `advance` are the months in which an advance
    that is still out comes back.
    """

    row: Any
    loaded: LoadedRequisition
    verdict: Verdict
    timeline: tuple[TimelineLine, ...]
    held: tuple[tuple[str, timedelta], ...]
    papers: tuple[Any, ...]
    voucher: Any
    changed: tuple[tuple[str, str, str], ...]
    advance: tuple[Installment, ...] = ()

    @property
    def state(self) -> str:
        return ALL_STATES[self.row.state].label

    @property
    def holder(self) -> str:
        return str(ALL_STATES[self.row.state].holder)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Name and label of each act that fits where it stands and what the review comes to."""
        fitting = [name for name in next_steps(self.row.state) if not misfit(name, self.verdict.outcome)]
        return [(name, ACTS[name].label) for name in fitting]


def next_steps(state: str) -> list[str]:
    """The acts that can be signed where a requisition stands, in the procedure's order."""
    return [event for event in LIFECYCLE.events_from(state) if event not in BACKGROUND and event in ACTS]


def case_page(session: Session, case_id: str, policy: Policy, at: datetime) -> RequisitionPage | None:
    """One requisition as of now; None where there is none such."""
    found = load_requisitions(session, [case_id], policy, new_york_date(at))
    if not found:
        return None
    table, papers = Requisition.__table__, StoredDocument.__table__.c  # type: ignore[attr-defined]
    row = session.execute(select(table).where(table.c.case_id == case_id)).one()
    events = _events(session, case_id)
    moves = [(event.occurred_at, event.state_to) for event in events if event.state_from != event.state_to]
    kept = select(papers.document_id, papers.title, papers.made_at, papers.pages)
    mine = (papers.process == PROCESS) & (papers.case_id == case_id)
    return RequisitionPage(
        row, found[0], review(found[0].packet, policy), tuple(map(_line, events)),
        tuple(ledger(LIFECYCLE, moves).by_holder(at).items()),
        tuple(session.execute(kept.where(mine).order_by(papers.made_at.desc()))), _voucher(session, case_id),
        _changed(session, case_id, row.revision), open_schedule(session, row.contract_id),
    )  # fmt: skip


def _events(session: Session, case_id: str) -> Sequence[Any]:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == case_id)
    return session.execute(select(*table).where(mine).order_by(table.seq)).all()


def _line(event: Any) -> TimelineLine:
    told = json.loads(event.payload)
    signed = told.get("signed") or {}
    detail = told.get("value", "") if event.event in ("vouchered", "paid") else ""
    what = f"{label(event.event)}: {detail}" if detail else label(event.event)
    state = ALL_STATES[event.state_to].label
    return TimelineLine(
        event.occurred_at, what, event.actor, state, str(signed.get("signature", "")), str(told.get("reason", ""))
    )


def _voucher(session: Session, case_id: str) -> Any:
    table = Voucher.__table__  # type: ignore[attr-defined]
    return session.execute(select(table).where(table.c.case_id == case_id)).first()


def _changed(session: Session, case_id: str, revision: int) -> tuple[tuple[str, str, str], ...]:
    """What the latest revision changed of the one before it."""
    if revision == 1:
        return ()
    bodies = [
        RequisitionForm.model_validate_json(session.get_one(RequisitionRevision, (case_id, number)).body)
        for number in (revision - 1, revision)
    ]
    return changes(*bodies)


def open_requisitions(session: Session, holder: str = "", late_on: date | None = None) -> list[Any]:
    """Rows of requisitions that are not closed, those to be paid first in front.

    With a holder only theirs, with a day only those that should have been paid before it.
    """
    table = Requisition.__table__  # type: ignore[attr-defined]
    query = select(table).where(table.c.state.not_in(FINAL)).order_by(table.c.required_on, table.c.case_id)
    if holder:
        held = [s.name for s in ALL_STATES.values() if s.holder.lower() == holder.lower()]
        query = query.where(table.c.state.in_(held))
    if late_on:
        query = query.where(table.c.required_on < late_on)
    return list(session.execute(query))
