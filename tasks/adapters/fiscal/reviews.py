"""Records what reviews of months found: cases opened and moved, findings, figures and packets, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.fiscal.assembly import ReviewedMonth, last_month_to_review, review_months
from models.fiscal.codes import Code
from models.fiscal.policy import Policy
from models.fiscal.records import FiscalMonth
from models.fiscal.states import LIFECYCLE
from models.shared.calendar import new_york_date
from models.shared.documents import Office, sha256
from tasks.adapters.case_findings import Difference, differ, keep_findings, keep_packets, known_findings
from tasks.adapters.collecting import uncollected
from tasks.adapters.database import batches, reading, writing
from tasks.adapters.fiscal.books import PROCESS, load_books
from tasks.adapters.fiscal.reminders import keep_reminders, reminders_due
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of, open_cases
from tasks.adapters.policy import policy_sha256
from tasks.adapters.rows import all_rows
from tasks.adapters.steps import boundary

ACTOR = "review financial reports"
# A contract's year of forty lines is a megabyte of facts.
BOOKS_AT_ONCE = 50


@dataclass(frozen=True)
class Recorded:
    """Ids of the months that are new or changed, and how many were looked at."""

    reviewed: int
    changed: tuple[str, ...]

    def __add__(self, more: "Recorded") -> "Recorded":
        return Recorded(self.reviewed + more.reviewed, self.changed + more.changed)


def case_id_of(done: ReviewedMonth) -> str:
    """`R27-971010012-2026-10`."""
    return f"{done.packet.contract.id}-{done.packet.month:%Y-%m}"


def review_due(contracts: Sequence[str], policy: Policy, office: Office, at: datetime) -> Recorded:
    """Review the months of some contracts that are due, and keep what was found.

    A few contracts at a time, each few in one transaction: however many there are, the books of no more are held.
    """
    recorded = Recorded(0, ())
    for few in batches(contracts, BOOKS_AT_ONCE):
        recorded += _review_few(few, policy, office, at)
        boundary("recorded fiscal reviews")
    return recorded


@uncollected()
def _review_few(contracts: Sequence[str], policy: Policy, office: Office, at: datetime) -> Recorded:
    today = new_york_date(at)
    until = last_month_to_review(today, policy)
    with reading() as session:
        loaded = load_books(session, contracts)
    reviewed = [month for one in loaded for month in review_months(one, until, policy, today)]
    with writing() as session:
        return record(session, reviewed, policy, office, at)


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
    happened = {key: _happened(rows.get(key), done, found[key], at, judged_by) for key, done in by_id.items()}
    moved = {key: happenings for key, happenings in happened.items() if happenings}
    due = reminders_due(session, by_id, [key for key in moved if _is_missing(by_id[key])], policy, office, at)
    for reminder in due:
        *others, last = moved[reminder.case_id]
        moved[reminder.case_id] = [*others, replace(last, payload={**last.payload, **reminder.told})]
    fresh = [(_columns(by_id[key]), told) for key, told in moved.items() if key not in rows]
    changes = [
        CaseChange(head_of(rows[key]), told, _due(by_id[key], told[-1].state_to), columns=_figures(by_id[key]))
        for key, told in moved.items()
        if key in rows
    ]
    open_cases(session, PROCESS, FiscalMonth, fresh, at)
    commit_changes(session, PROCESS, FiscalMonth, changes, at)
    keep_findings(session, PROCESS, found, at)
    keep_packets(session, [_packet_row(key, by_id[key], judged_by) for key in moved])
    keep_reminders(session, due, at)
    return Recorded(len(by_id), tuple(sorted(moved)))


def _happened(row: Any, done: ReviewedMonth, found: Difference, at: datetime, judged_by: str) -> list[Happening]:
    """What a review brings about in a month: nothing where it is as it was."""
    if row is None:
        return _opening(done, at, judged_by)
    change = _change(row, done, found, at, judged_by)
    return [change] if change else []


def _is_missing(done: ReviewedMonth) -> bool:
    return Code.REPORT_MISSING in done.review.codes


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
