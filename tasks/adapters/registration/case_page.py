"""Everything that the desk shows of one registration case: what is recorded, and how it looks today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.registration.packet import DocumentFacts
from models.registration.policy import Policy
from models.registration.rules import Review, review
from models.registration.sheets import HistoryLine, case_ledger, label, summary
from models.registration.states import ALL_STATES, LIFECYCLES
from models.shared.calendar import new_york_date
from models.shared.findings import Finding
from models.shared.lifecycle import Stay
from models.shared.money import to_cents
from models.shared.records import CaseFinding
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.history import PROCESS, history_lines, load_history
from tasks.adapters.registration.queries import findings, show_case

# A page shows this many events at most, the latest ones; the case's sheet has them all.
MOST_EVENTS = 200


@dataclass(frozen=True)
class SeenFinding:
    """A finding of today; `since` is when a review first recorded it, None when none has yet."""

    finding: Finding
    since: datetime | None


@dataclass(frozen=True)
class TimelineLine:
    """One event as read: `state` and `holder` after it, `seconds` until the next move, None where it moved nothing."""

    at: datetime
    what: str
    detail: str
    by: str
    state: str
    holder: str
    seconds: int | None


@dataclass(frozen=True)
class CasePage:
    """One case. `shown` is what `steward show` prints, `review` how the rules judge it today.

    `stale` are recorded findings that today's look does not share; the next review settles them. `held` sums to
    `elapsed` to the second. `others` are documents on file that no rule asks for. `earlier` events are not shown.
    A closed case is judged as of `closed_on`, the day on which it closed: what expires later wrongs nobody.
    """

    shown: dict[str, Any]
    review: Review
    summary: str
    original_cents: int
    closed_on: date | None
    findings: tuple[SeenFinding, ...]
    stale: tuple[Finding, ...]
    timeline: tuple[TimelineLine, ...]
    earlier: int
    began: datetime
    held: tuple[tuple[str, int], ...]
    elapsed: int
    others: tuple[DocumentFacts, ...]
    papers: tuple[dict[str, Any], ...]
    messages: tuple[dict[str, Any], ...]


def case_page(session: Session, case_id: str, policy: Policy, now: datetime) -> CasePage | None:
    """The page of a case as of now; None when there is no such case."""
    shown = show_case(session, case_id, now)
    if shown is None:
        return None
    loaded = load_cases(session, [case_id], new_york_date(now))[0].packet
    closed_on = loaded.state_since if ALL_STATES[loaded.state].final else None
    packet = loaded.model_copy(update={"as_of": closed_on}) if closed_on else loaded
    today = review(packet, policy)
    lines = history_lines(load_history(session, [case_id])[case_id])
    recorded = _recorded(session, case_id)
    needed = {item.requirement.document for item in today.items}
    return CasePage(
        shown=shown,
        review=today,
        summary=summary(today, LIFECYCLES[packet.kind]),
        original_cents=to_cents(shown["original_amount"]),
        closed_on=closed_on,
        findings=tuple(SeenFinding(f, recorded.get(f.key)) for f in today.findings),
        stale=tuple(f for f in findings(session, case_id) if f.key not in {found.key for found in today.findings}),
        timeline=tuple(_timeline(lines, case_ledger(packet.kind, lines).stays, now))[-MOST_EVENTS:],
        earlier=max(0, len(lines) - MOST_EVENTS),
        began=lines[0].at,
        held=tuple(shown["held"].items()),
        elapsed=shown["elapsed"],
        others=tuple(fact for fact in packet.documents if fact.document not in needed),
        papers=tuple(_dated(row, "made") for row in reversed(shown["documents"])),
        messages=tuple(_dated(row, "created", "sent") for row in reversed(shown["messages"])),
    )


def _dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """A row whose moments are moments again."""
    return {**row, **{name: datetime.fromisoformat(row[name]) if row[name] else None for name in names}}


def _recorded(session: Session, case_id: str) -> dict[tuple[str, str], datetime]:
    """When each open finding of the case was first recorded."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(table.code, table.subject, table.opened_at).where(
        table.process == PROCESS, table.case_id == case_id, table.closed_at.is_(None)
    )
    return {(row.code, row.subject): row.opened_at for row in session.execute(query)}


def _timeline(lines: Sequence[HistoryLine], stays: Sequence[Stay], now: datetime) -> Iterator[TimelineLine]:
    """Events oldest first; each that moved the case begins the next stay, but one that closed it begins none."""
    following = iter(stays)
    for line in lines:
        stay = next(following, None) if line.state_from != line.state_to else None
        yield TimelineLine(
            at=line.at, what=label(line.event), detail=line.detail, by=line.by,
            state=ALL_STATES[line.state_to].label, holder=str(ALL_STATES[line.state_to].holder),
            seconds=int(stay.lasted(now).total_seconds()) if stay else None,
        )  # fmt: skip
