"""Fills the contract sheet: everything about one contract on a few pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.registration.checklist import ChecklistItem
from models.registration.clocks import Clock, ClockState
from models.registration.document_rules import describe
from models.registration.documents import (
    ChecklistLine,
    ClockLine,
    ContractSheet,
    HolderTime,
    TimelineEntry,
)
from models.registration.letters import FAULT_LABELS, contract_line
from models.registration.policy import Policy
from models.registration.rules import Review
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import CityCalendar, long_date
from models.shared.documents import Office, Tone
from models.shared.findings import RANK, Severity
from models.shared.lifecycle import Ledger, Lifecycle, ledger

_EVENTS = {
    "opened": "Award on the Council's list",
    "findings_changed": "Reviewed: findings changed",
    "documents_requested": "Letter to the provider: documents needed",
    "filed": "Filed with the Comptroller",
    "award_added": "Award added",
    "award_changed": "Award changed",
    "award_vanished": "Award no longer on the list",
    "kind_set": "Kind of contract set",
    "act_proposed": "Proposed, first signature",
    "proposal_closed": "Proposal closed without being done",
    "corrected": "Corrected",
    "assigned": "Assigned",
    "hold_placed": "Legal hold placed",
    "hold_released": "Legal hold released",
}
_TONES: dict[ClockState, Tone] = {
    ClockState.RUNNING: "plain",
    ClockState.MET: "ok",
    ClockState.MET_LATE: "due",
    ClockState.OVERDUE: "bad",
}


@dataclass(frozen=True)
class HistoryLine:
    """One event of a case as recorded: when it happened, who recorded it, the state before and after, its details."""

    at: datetime
    event: str
    by: str
    state_from: str
    state_to: str
    detail: str


def label(event: str) -> str:
    """An event in the office's words."""
    return _EVENTS.get(event, event.replace("_", " ").capitalize())


def case_ledger(kind: Kind, history: Sequence[HistoryLine]) -> Ledger:
    """Who held the case from when to when, from the moves of its history."""
    moves = [(line.at, line.state_to) for line in history if line.state_from != line.state_to]
    return ledger(LIFECYCLES[kind], moves)


def elapsed_until(kind: Kind, history: Sequence[HistoryLine], now: datetime) -> datetime:
    """The end of the case's time: now, or the moment of its last move when it is closed."""
    last = next(line for line in reversed(history) if line.state_from != line.state_to)
    return last.at if LIFECYCLES[kind].by_name[last.state_to].final else now


def holder_times(kind: Kind, history: Sequence[HistoryLine], now: datetime) -> tuple[HolderTime, ...]:
    """Whole seconds by holder, longest first."""
    times = case_ledger(kind, history).by_holder(now)
    rows = [HolderTime(holder=holder, seconds=int(time.total_seconds())) for holder, time in times.items()]
    return tuple(sorted(rows, key=lambda row: (-row.seconds, row.holder)))


def contract_sheet(
    review: Review, history: Sequence[HistoryLine], policy: Policy, office: Office, original_cents: int, now: datetime
) -> ContractSheet:
    """The sheet of one contract as of now."""
    packet = review.packet
    lifecycle = LIFECYCLES[packet.kind]
    state = lifecycle.by_name[packet.state]
    until = elapsed_until(packet.kind, history, now)
    moved = next(line.at for line in reversed(history) if line.state_from != line.state_to)
    return ContractSheet(
        document_id=f"{packet.case_id}-CS-{now:%Y%m%d-%H%M}",
        title=f"Contract sheet {packet.case_id}",
        made_at=now,
        office=office,
        contract=contract_line(packet),
        fiscal_year=packet.fiscal_year,
        provider=packet.vendor_name,
        ein=packet.vendor_ein,
        original_amount_cents=original_cents,
        as_of=now,
        opened_at=history[0].at,
        state=state.label,
        stage=state.stage,
        holder=state.holder,
        in_state_seconds=int((until - moved).total_seconds()),
        elapsed_seconds=int((until - history[0].at).total_seconds()),
        summary=summary(review, lifecycle),
        tone=_tone(review),
        ledger=holder_times(packet.kind, history, now),
        timeline=tuple(_timeline(history, lifecycle, now)),
        checklist=tuple(map(_checklist_line, review.items)),
        clocks=tuple(_clock_line(clock, policy.calendar) for clock in review.clocks),
        findings=review.findings,
    )


def summary(review: Review, lifecycle: Lifecycle) -> str:
    """One sentence: where the contract stands and what it waits for."""
    packet = review.packet
    state = lifecycle.by_name[packet.state]
    if state.final:
        return f"{state.label} on {long_date(packet.state_since)}."
    first = review.findings[0].message if review.findings else "Nothing is open."
    return f"{state.holder} has held it since {long_date(packet.state_since)}. {first}"


def _tone(review: Review) -> Tone:
    worst = max((RANK[f.severity] for f in review.findings), default=0)
    return "bad" if worst >= RANK[Severity.HIGH] else "due" if worst >= RANK[Severity.MEDIUM] else "ok"


def _timeline(history: Sequence[HistoryLine], lifecycle: Lifecycle, now: datetime) -> list[TimelineEntry]:
    moves = [line for line in history if line.state_from != line.state_to]
    ends = dict(zip(map(id, moves), [line.at for line in moves[1:]] + [now], strict=True))
    entries = []
    for line in history:
        state = lifecycle.by_name[line.state_to]
        held = int((ends[id(line)] - line.at).total_seconds()) if id(line) in ends and not state.final else None
        what = f"{label(line.event)}: {line.detail}" if line.detail else label(line.event)
        entries.append(
            TimelineEntry(at=line.at, what=what, by=line.by, state=state.label, holder=state.holder, held_seconds=held)
        )
    return entries


def _days(start: date, end: date) -> int:
    return (end - start).days


def _checklist_line(item: ChecklistItem) -> ChecklistLine:
    return ChecklistLine(
        name=item.requirement.label,
        state=FAULT_LABELS[item.fault] if item.fault else "In order",
        tone="bad" if item.fault else "ok",
        received_on=item.fact.reported_on if item.fact else None,
        valid_until=item.valid_until,
        note=describe(item) if item.fault else "",
        citation=item.requirement.citation,
    )


def _clock_line(clock: Clock, calendar: CityCalendar) -> ClockLine:
    business = clock.kind == "business"
    days = calendar.business_days_between if business else _days
    return ClockLine(
        clock_id=clock.code,
        name=clock.label,
        length=days(clock.started_on, clock.due_on),
        kind="business" if business else "calendar",
        started_on=clock.started_on,
        due_on=clock.due_on,
        state=(clock.word or clock.state).capitalize(),
        tone=_TONES[clock.state],
        source=clock.source,
    )
