"""Records what reviews of requisitions found: findings, outcomes and dates, in one transaction a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.payments.packet import RequisitionPacket
from models.payments.records import Requisition
from models.payments.states import LIFECYCLE, RESTING
from models.payments.verdicts import Outcome, Verdict
from models.shared.calendar import new_york_date
from models.shared.documents import sha256
from tasks.adapters.case_findings import differ, keep_findings, keep_packets, known_findings
from tasks.adapters.database import batches
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.requests import RECEIVED, close, still_asked
from tasks.adapters.policy import policy_sha256

ACTOR = "review requisitions"


@dataclass(frozen=True)
class ReviewedRequisition:
    """A requisition as it was read, and what its review came to."""

    head: CaseHead
    packet: RequisitionPacket
    verdict: Verdict


def record(session: Session, reviewed: Sequence[ReviewedRequisition], at: datetime) -> dict[str, int]:
    """Keep everything that a chunk of reviews changed; counts of requisitions by outcome, and of those that changed.

    A review that changes nothing leaves alone what somebody changed since it was read: the next one looks at that.
    """
    counts = {"changed": 0}
    for case in reviewed:
        outcome = case.verdict.outcome.value
        counts[outcome] = counts.get(outcome, 0) + 1
    # Open lines that nobody reviews are taken up once something of them can be decided; until then nothing changes.
    reviewed = [case for case in reviewed if case.head.state not in RESTING or _can_be_paid(case.verdict)]
    there = known_findings(session, PROCESS, [case.head.case_id for case in reviewed])
    found = {case.head.case_id: differ(there.get(case.head.case_id, {}), case.verdict.findings) for case in reviewed}
    judged_by = policy_sha256()
    changes, packets, unchanged = [], [], []
    for case in reviewed:
        told, event = found[case.head.case_id].told, _event(case.head.state)
        if told or event != "findings_changed":
            packets.append(packet_row(case.head.case_id, case.packet, judged_by))
            judged = {"packet": packets[-1]["sha256"], "policy": judged_by, "value": case.verdict.outcome.value}
            target = LIFECYCLE.table[case.head.state, event]
            happening = Happening(event, ACTOR, target, at, {**judged, **told})
            figures = _figures(case.verdict)
            changes.append(CaseChange(case.head, [happening], case.verdict.required_on, columns=figures))
        else:
            unchanged.append(case)
    counts["changed"] = len(changes)
    # First, so that a case which somebody else changed meanwhile is told as such.
    commit_changes(session, PROCESS, Requisition, changes, at)
    over = _overtaken(session, unchanged)
    keep_findings(session, PROCESS, {key: told for key, told in found.items() if key not in over}, at)
    keep_packets(session, packets)
    keep_figures(session, [(c.head.case_id, c.verdict) for c in unchanged if c.head.case_id not in over])
    _evidence_came(session, [case for case in reviewed if case.head.case_id not in over], at)
    return counts


def _overtaken(session: Session, reviewed: Sequence[ReviewedRequisition]) -> set[str]:
    """Those that somebody changed since they were read; nobody can change the others before this is kept."""
    table, there = Requisition.__table__.c, dict[str, int]()  # type: ignore[attr-defined]
    for some in batches([case.head.case_id for case in reviewed]):
        query = select(table.case_id, table.version).where(table.case_id.in_(some)).order_by(table.case_id)
        there |= {row.case_id: row.version for row in session.execute(query.with_for_update())}
    return {case.head.case_id for case in reviewed if there.get(case.head.case_id) != case.head.version}


def _can_be_paid(verdict: Verdict) -> bool:
    """Whether something of it can be paid now; what was used up meanwhile is not what was asked for."""
    return verdict.outcome in (Outcome.APPROVED, Outcome.SPLIT)


def _event(state: str) -> str:
    if state in RESTING:
        return "rest_taken_up"
    return "reviewed" if state == "received" else "findings_changed"


def _evidence_came(session: Session, reviewed: Sequence[ReviewedRequisition], at: datetime) -> None:
    """End the requests whose lines can now be decided, and let a rest that is taken up be the next part."""
    can = [case for case in reviewed if _can_be_paid(case.verdict)]
    asked = still_asked(session, [case.head.case_id for case in can])
    for case in can:
        lines = asked.get(case.head.case_id, set())
        # While what was asked about waits or is refused, what else can be paid ends nothing.
        if lines and (case.head.state in RESTING or lines & _payable(case.verdict)):
            close(session, case.head.case_id, RECEIVED, new_york_date(at))
    table = Requisition.__table__  # type: ignore[attr-defined]
    rows = [
        {"b_case": case.head.case_id, "part": case.packet.requisition.part}
        for case in reviewed if case.head.state in RESTING
    ]  # fmt: skip
    if rows:
        session.connection().execute(update(table).where(table.c.case_id == bindparam("b_case")), rows)


def _payable(verdict: Verdict) -> set[int]:
    return {line.no for line in verdict.lines if line.amount_cents and not line.open_cents}


def packet_row(case_id: str, packet: RequisitionPacket, judged_by: str) -> dict[str, Any]:
    """A packet as it is stored, with the policy that it was judged by."""
    body = packet.canonical()
    return {"sha256": sha256(body), "process": PROCESS, "case_id": case_id, "policy_sha256": judged_by, "body": body}


def keep_figures(session: Session, reviewed: Sequence[tuple[str, Verdict]]) -> None:
    """Write what each review comes to onto its requisition, for lists and registers."""
    table = Requisition.__table__  # type: ignore[attr-defined]
    rows = [{"b_case": case_id, **_figures(verdict)} for case_id, verdict in reviewed]
    if rows:
        session.connection().execute(update(table).where(table.c.case_id == bindparam("b_case")), rows)


def _figures(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value, "approved_cents": verdict.approved_cents, "net_cents": verdict.net_cents,
        "ira_on": verdict.ira_on, "required_on": verdict.required_on,
    }  # fmt: skip
