"""Records what reviews of months found: cases opened and moved, findings, figures and packets, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.fiscal.assembly import ReviewedMonth
from models.fiscal.codes import Code
from models.fiscal.policy import Policy
from models.fiscal.records import FiscalMonth
from models.fiscal.states import LIFECYCLE
from models.shared.documents import Office, sha256
from tasks.adapters.case_findings import Difference, differ, keep_findings, keep_packets, known_findings
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.reminders import keep_reminders
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of, open_cases
from tasks.adapters.policy import policy_sha256
from tasks.adapters.rows import all_rows

ACTOR = "review financial reports"


@dataclass(frozen=True)
class Recorded:
    """Ids of the months that are new or changed, and how many were looked at."""

    reviewed: int
    changed: tuple[str, ...]


def case_id_of(done: ReviewedMonth) -> str:
    """`R27-971010012-2026-10`."""
    return f"{done.packet.contract.id}-{done.packet.month:%Y-%m}"


def record(
    session: Session, reviewed: Sequence[ReviewedMonth], policy: Policy, office: Office, at: datetime
) -> Recorded:
    """Keep everything that reviews of months changed; a month that is as it was is left alone.

    Providers of months that are without a report for longer than before are reminded.
    """
    by_id = {case_id_of(done): done for done in reviewed}
    rows = {row.case_id: row for row in all_rows(session, FiscalMonth, "case_id", list(by_id))}
    there = known_findings(session, PROCESS, list(rows))
    found = {key: differ(there.get(key, {}), done.review.findings) for key, done in by_id.items()}
    judged_by = policy_sha256()
    fresh = [(_columns(done), _opening(done, at, judged_by)) for key, done in by_id.items() if key not in rows]
    changes = [
        CaseChange(head_of(rows[key]), [happening], _due(done, happening.state_to), columns=_figures(done))
        for key, done in by_id.items()
        if key in rows and (happening := _change(rows[key], done, found[key], at, judged_by))
    ]
    open_cases(session, PROCESS, FiscalMonth, fresh, at)
    commit_changes(session, PROCESS, FiscalMonth, changes, at)
    moved = [str(columns["case_id"]) for columns, _ in fresh] + [change.head.case_id for change in changes]
    keep_findings(session, PROCESS, found, at)
    keep_packets(session, [_packet_row(key, by_id[key], judged_by) for key in moved])
    later = {key: by_id[key] for key in moved if Code.REPORT_MISSING in by_id[key].review.codes}
    keep_reminders(session, later, policy, office, at)
    return Recorded(len(by_id), tuple(sorted(moved)))


def _opening(done: ReviewedMonth, at: datetime, judged_by: str) -> list[Happening]:
    told = _told(done, judged_by)
    opened = [Happening("opened", ACTOR, LIFECYCLE.initial, at, told)]
    if done.packet.report:
        opened.append(Happening("report_came", ACTOR, LIFECYCLE.table[LIFECYCLE.initial, "report_came"], at, told))
    return opened


def _change(row: Any, done: ReviewedMonth, found: Difference, at: datetime, judged_by: str) -> Happening | None:
    """What happened to a month since its last review; None where nothing did."""
    if row.facts_sha256 == done.packet.facts_sha256() and not found.told:
        return None
    if row.state == LIFECYCLE.initial:
        event = "report_came" if done.packet.report else "findings_changed"
    else:
        event = "figures_changed"
    if event == "findings_changed" and not found.told:
        return None
    target = LIFECYCLE.table[row.state, event]
    return Happening(event, ACTOR, target, at, {**_told(done, judged_by), **found.told})


def _told(done: ReviewedMonth, judged_by: str) -> dict[str, Any]:
    report = done.packet.report
    return {
        "packet": done.packet.sha256(), "policy": judged_by, "value": " ".join(done.review.codes),
        "revision": report.revision if report else 0,
    }  # fmt: skip


def _columns(done: ReviewedMonth) -> dict[str, Any]:
    packet = done.packet
    return {
        "case_id": case_id_of(done), "contract_id": packet.contract.id, "month": packet.month,
        "fiscal_year": packet.contract.fiscal_year, "vendor_ein": packet.contract.ein,
        "vendor_name": packet.contract.provider, "due_on": None if packet.report else packet.due_on, **_figures(done),
    }  # fmt: skip


def _figures(done: ReviewedMonth) -> dict[str, Any]:
    packet, review = done.packet, done.review
    return {
        "revision": packet.report.revision if packet.report else 0, "codes": " ".join(review.codes),
        "worst": str(review.worst or ""), "budget_cents": packet.budget_cents, "current_cents": packet.current_cents,
        "spent_cents": packet.spent_cents if packet.report else 0,
        "projected_cents": review.projection.cents if review.projection else 0,
        "facts_sha256": packet.facts_sha256(), "packet_sha256": packet.sha256(),
    }  # fmt: skip


def _due(done: ReviewedMonth, state: str) -> Any:
    return done.packet.due_on if state == LIFECYCLE.initial else None


def _packet_row(case_id: str, done: ReviewedMonth, judged_by: str) -> dict[str, Any]:
    body = done.packet.canonical()
    return {"sha256": sha256(body), "process": PROCESS, "case_id": case_id, "policy_sha256": judged_by, "body": body}
