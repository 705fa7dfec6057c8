"""What the desk and the command line show of requisitions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.acts import ACTS, APPROVALS, label, misfit
from models.payments.advances import Installment
from models.payments.forms import RequisitionForm
from models.payments.packet import RequisitionPacket
from models.payments.parts import DecidedLine
from models.payments.policy import Policy
from models.payments.records import ApprovedLine, Dispute, Requisition, RequisitionRevision
from models.payments.resubmission import changes
from models.payments.rules import review
from models.payments.states import ALL_STATES, BACKGROUND, FINAL, LIFECYCLE, UNDECIDED
from models.payments.verdicts import Verdict
from models.shared.calendar import new_york_date
from models.shared.lifecycle import ledger
from models.shared.records import StoredPacket
from tasks.adapters.case_history import TimelineLine, events_of, papers_of, timeline_line
from tasks.adapters.payments.advance_schedule import open_schedule
from tasks.adapters.payments.case_rows import decided_line
from tasks.adapters.payments.cases import PROCESS, LoadedRequisition, load_requisitions
from tasks.adapters.payments.refunds import refund_open
from tasks.adapters.payments.requests import open_request
from tasks.adapters.payments.standing import standing_of, vouchers_of
from tasks.adapters.rows import all_rows

# Events whose value says which batch or payment it was, or what was asked for.
_DETAILED = frozenset(
    {"vouchered", "paid", "partly_paid", "partly_remitted", "payment_returned", "payment_noted", "hold_lapsed",
     "rest_lapsed"}
)  # fmt: skip


@dataclass(frozen=True)
class RequisitionPage:
    """Everything that is shown of one requisition. `held` pairs holders with the time that each had it.

    `packet` and `verdict` are of the part under review, or as the last decision saw them. `decided` are the lines of
    earlier parts, `request` what the provider was asked for and has not sent, `dispute` the latest one. `changed` is
    what its latest revision changed: field, before, after.
    `advance` are the months in which an advance that is still out comes back.
    """

    row: Any
    loaded: LoadedRequisition
    packet: RequisitionPacket
    verdict: Verdict
    timeline: tuple[TimelineLine, ...]
    held: tuple[tuple[str, timedelta], ...]
    papers: tuple[Any, ...]
    vouchers: tuple[Any, ...]
    decided: tuple[DecidedLine, ...]
    request: Any
    dispute: Any
    refund_cents: int
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
        part, outcome = self.packet.requisition.part, self.verdict.outcome
        fitting = [name for name in next_steps(self.row.state) if not misfit(name, outcome, part)]
        fitting = [name for name in fitting if not self._is_idle(name)]
        return [(name, ACTS[name].label) for name in fitting]

    def _is_idle(self, act: str) -> bool:
        """True for an act that there is nothing to do with."""
        standings = [standing_of(row) for row in self.vouchers]
        return {
            "determination_sent": self.request is not None,
            "offset_ordered": not self.refund_cents,
            "voucher_voided": not any(row.may_be_voided for row in standings),
            "reissued": not any(row.wants_reissue for row in standings),
        }.get(act, False)


def next_steps(state: str) -> list[str]:
    """The acts that can be signed where a requisition stands, in the procedure's order."""
    return [event for event in LIFECYCLE.events_from(state) if event not in BACKGROUND and event in ACTS]


def case_page(session: Session, case_id: str, policy: Policy, at: datetime) -> RequisitionPage | None:
    """One requisition as of now; None where there is none such."""
    found = load_requisitions(session, [case_id], policy, new_york_date(at))
    if not found:
        return None
    table = Requisition.__table__  # type: ignore[attr-defined]
    row = session.execute(select(table).where(table.c.case_id == case_id)).one()
    events = events_of(session, PROCESS, case_id)
    moves = [(event.occurred_at, event.state_to) for event in events if event.state_from != event.state_to]
    packet = _as_decided(session, row.state, events) or found[0].packet
    decided = [decided_line(line) for line in all_rows(session, ApprovedLine, "case_id", [case_id])]
    disputes = sorted(all_rows(session, Dispute, "case_id", [case_id]), key=lambda dispute: dispute.no)
    return RequisitionPage(
        row, found[0], packet, review(packet, policy), tuple(map(_line, events)),
        tuple(ledger(LIFECYCLE, moves).by_holder(at).items()),
        papers_of(session, PROCESS, case_id),
        tuple(vouchers_of(session, case_id)),
        tuple(sorted((line for line in decided if line.part < packet.requisition.part), key=lambda d: (d.part, d.no))),
        open_request(session, case_id), disputes[-1] if disputes else None, refund_open(session, row.vendor_ein),
        _changed(session, case_id, row.revision), open_schedule(session, row.contract_id),
    )  # fmt: skip


def _as_decided(session: Session, state: str, events: Sequence[Any]) -> RequisitionPacket | None:
    """The facts that the last decision saw, while nobody reviews it: what changed since changes nothing of it."""
    if state in UNDECIDED:
        return None
    decided = [event for event in events if event.event in (*APPROVALS, "disallowed", "withdrawn")]
    kept = session.get(StoredPacket, json.loads(decided[-1].payload)["packet"]) if decided else None
    return RequisitionPacket.model_validate_json(kept.body) if kept else None


def _line(event: Any) -> TimelineLine:
    told = json.loads(event.payload)
    detail = told.get("value", "") if event.event in _DETAILED else ""
    what = f"{label(event.event)}: {detail}" if detail else label(event.event)
    return timeline_line(event, what, ALL_STATES[event.state_to].label, told)


def _changed(session: Session, case_id: str, revision: int) -> tuple[tuple[str, str, str], ...]:
    """What the latest revision changed of the one before it."""
    if revision == 1:
        return ()
    bodies = [
        RequisitionForm.model_validate_json(session.get_one(RequisitionRevision, (case_id, number)).body)
        for number in (revision - 1, revision)
    ]
    return changes(*bodies)


def open_requisitions(session: Session) -> list[Any]:
    """Rows of requisitions that are not closed, those to be paid first in front, those without a clock last."""
    table = Requisition.__table__  # type: ignore[attr-defined]
    first = (table.c.required_on.is_(None), table.c.required_on, table.c.case_id)
    return list(session.execute(select(table).where(table.c.state.not_in(FINAL)).order_by(*first)))
