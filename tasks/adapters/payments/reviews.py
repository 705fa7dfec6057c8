"""Records what reviews of requisitions found: findings, outcomes and dates, in one transaction a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session

from models.payments.packet import RequisitionPacket
from models.payments.records import Requisition
from models.payments.verdicts import Verdict
from models.shared.documents import sha256
from tasks.adapters.case_findings import differ, keep_findings, keep_packets, known_findings
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.policy import policy_sha256

ACTOR = "review requisitions"


@dataclass(frozen=True)
class ReviewedRequisition:
    """A requisition as it was read, and what its review came to."""

    head: CaseHead
    packet: RequisitionPacket
    verdict: Verdict


def record(session: Session, reviewed: Sequence[ReviewedRequisition], at: datetime) -> dict[str, int]:
    """Keep everything that a chunk of reviews changed; counts of requisitions by outcome, and of those that changed."""
    there = known_findings(session, PROCESS, [case.head.case_id for case in reviewed])
    found = {case.head.case_id: differ(there.get(case.head.case_id, {}), case.verdict.findings) for case in reviewed}
    judged_by = policy_sha256()
    changes, packets, counts = [], [], {"changed": 0}
    for case in reviewed:
        outcome = case.verdict.outcome.value
        counts[outcome] = counts.get(outcome, 0) + 1
        told = found[case.head.case_id].told
        if told:
            packets.append(packet_row(case.head.case_id, case.packet, judged_by))
            judged = {"packet": packets[-1]["sha256"], "policy": judged_by, "value": outcome}
            happening = Happening("findings_changed", ACTOR, case.head.state, at, {**judged, **told})
            changes.append(CaseChange(case.head, [happening], case.verdict.required_on))
    counts["changed"] = len(changes)
    # First, so that a case which somebody else changed meanwhile is told as such.
    commit_changes(session, PROCESS, Requisition, changes, at)
    keep_findings(session, PROCESS, found, at)
    keep_packets(session, packets)
    keep_figures(session, [(case.head.case_id, case.verdict) for case in reviewed])
    return counts


def packet_row(case_id: str, packet: RequisitionPacket, judged_by: str) -> dict[str, Any]:
    """A packet as it is stored, with the policy that it was judged by."""
    body = packet.canonical()
    return {"sha256": sha256(body), "process": PROCESS, "case_id": case_id, "policy_sha256": judged_by, "body": body}


def keep_figures(session: Session, reviewed: Sequence[tuple[str, Verdict]]) -> None:
    """Write what each review comes to onto its requisition, for lists and registers."""
    table = Requisition.__table__  # type: ignore[attr-defined]
    rows = [
        {
            "b_case": case_id, "outcome": verdict.outcome.value, "approved_cents": verdict.approved_cents,
            "net_cents": verdict.net_cents, "ira_on": verdict.ira_on, "required_on": verdict.required_on,
        }
        for case_id, verdict in reviewed
    ]  # fmt: skip
    if rows:
        session.connection().execute(update(table).where(table.c.case_id == bindparam("b_case")), rows)
