"""Fills the weekly registration report from the reviews and histories of a fiscal year's contracts."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from models.registration.documents import (
    AgeBand,
    CheckpointLine,
    HolderTime,
    Lateness,
    LatenessBand,
    RegistrationReport,
    RiskLine,
    RiskList,
    StateCount,
)
from models.registration.policy import Policy
from models.registration.rules import Review
from models.registration.sheets import HistoryLine, case_ledger
from models.registration.states import ALL_STATES, UNREGISTERED
from models.shared.calendar import fiscal_year_bounds, new_york_date
from models.shared.documents import Office
from models.shared.findings import RANK, Severity
from models.shared.money import dollars

LISTED = 10
_REGISTERED = ("registered", "deemed_registered", "agreement_signed", "outyear_budget_agreed")


@dataclass(frozen=True)
class ReportedCase:
    """One contract of the year: its review and its history."""

    review: Review
    history: Sequence[HistoryLine]

    def first(self, *events: str) -> date | None:
        """Day of the first of the named events."""
        return next((new_york_date(line.at) for line in self.history if line.event in events), None)

    @property
    def amount(self) -> int:
        return self.review.packet.amount_cents

    @property
    def is_unregistered(self) -> bool:
        return self.review.packet.state in UNREGISTERED


def registration_report(
    cases: Sequence[ReportedCase], policy: Policy, office: Office, year: int, now: datetime, checkpoint: CheckpointLine
) -> RegistrationReport:
    """The report of one fiscal year's contracts as of now."""
    today = new_york_date(now)
    _, end = fiscal_year_bounds(year)
    registered = [case for case in cases if case.first(*_REGISTERED)]
    week = sum(1 for case in registered if (day := case.first(*_REGISTERED)) and day > today - timedelta(days=7))
    risk = _risk_list(_at_risk(cases), _worst_reason, "cases.xlsx (steward export cases)")
    year_end = _risk_list(_year_end(cases, end), _year_end_reason(end), "cases.xlsx (steward export cases)")
    return RegistrationReport(
        document_id=f"REG-FY{year % 100:02d}-{now:%Y%m%d-%H%M}",
        title=f"Registration report, fiscal year {year}",
        made_at=now,
        office=office,
        as_of=now,
        fiscal_year=year,
        year_end_on=end,
        days_to_year_end=(end - today).days,
        headlines=tuple(_headlines(cases, registered, risk, year_end, year)),
        contracts=len(cases),
        amount_cents=sum(case.amount for case in cases),
        registered=len(registered),
        registered_cents=sum(case.amount for case in registered),
        registered_this_week=week,
        by_state=tuple(_by_state(cases, policy)),
        open_ages=tuple(_ages(cases, policy, today)),
        days_by_holder=tuple(_holders(cases, now)),
        lateness=_lateness(cases, policy),
        at_risk=risk,
        year_end=year_end,
        checkpoint=checkpoint,
    )


def _headlines(
    cases: Sequence[ReportedCase], registered: Sequence[ReportedCase], risk: RiskList, year_end: RiskList, year: int
) -> list[str]:
    waiting = [case for case in cases if case.is_unregistered]
    lines = [
        f"{len(registered)} of {len(cases)} contracts of fiscal year {year} are registered or under agreement; "
        f"{len(waiting)} worth {dollars(sum(c.amount for c in waiting))} are not."
    ]
    if waiting:
        holder, count = Counter(ALL_STATES[c.review.packet.state].holder for c in waiting).most_common(1)[0]
        lines.append(f"Most of those wait with {holder}: {count} contracts.")
    if risk.contracts:
        critical = [c for c in cases if c.review.findings and c.review.findings[0].severity is Severity.CRITICAL]
        lines.append(
            f"{len(critical)} contracts worth {dollars(sum(c.amount for c in critical))} have a critical finding, "
            f"{risk.contracts - len(critical)} more a high one."
        )
    if year_end.contracts:
        lines.append(
            f"At the stage limits, {year_end.contracts} contracts worth {dollars(year_end.amount_cents)} would not be "
            f"registered before the fiscal year ends."
        )
    return lines


def _by_state(cases: Sequence[ReportedCase], policy: Policy) -> list[StateCount]:
    groups: dict[str, list[ReportedCase]] = defaultdict(list)
    for case in cases:
        groups[case.review.packet.state].append(case)
    return [
        StateCount(
            stage=state.stage,
            state=state.label,
            holder=state.holder,
            contracts=len(groups[name]),
            amount_cents=sum(case.amount for case in groups[name]),
            overdue=sum(_is_overdue(case, policy) for case in groups[name]),
        )
        for name, state in ALL_STATES.items()
        if name in groups
    ]


def _is_overdue(case: ReportedCase, policy: Policy) -> bool:
    packet = case.review.packet
    due = policy.stage_due(packet.state, packet.state_since)
    return due is not None and packet.as_of > due


def bands(policy: Policy) -> list[tuple[str, Callable[[int], bool]]]:
    """Label and test of each ageing band. Source: domain section 16 (bands: convention)."""
    edges = policy.ageing_bands
    made: list[tuple[str, Callable[[int], bool]]] = [(f"up to {edges[0]} days", lambda d: d <= edges[0])]
    for low, high in pairwise(edges):
        made.append((f"{low + 1} to {high} days", lambda d, low=low, high=high: low < d <= high))  # type: ignore[misc]
    made.append((f"over {edges[-1]} days", lambda d: d > edges[-1]))
    return made


def _ages(cases: Sequence[ReportedCase], policy: Policy, today: date) -> list[AgeBand]:
    waiting = [(max(0, (today - c.review.packet.term_start).days), c.amount) for c in cases if c.is_unregistered]
    return [
        AgeBand(
            label=name,
            contracts=sum(1 for days, _ in waiting if fits(days)),
            amount_cents=sum(amount for days, amount in waiting if fits(days)),
        )
        for name, fits in bands(policy)
    ]


def _holders(cases: Sequence[ReportedCase], now: datetime) -> list[HolderTime]:
    seconds: Counter[str] = Counter()
    contracts: Counter[str] = Counter()
    for case in cases:
        if not case.is_unregistered:
            continue
        for holder, time in case_ledger(case.review.packet.kind, case.history).by_holder(now).items():
            seconds[holder] += int(time.total_seconds())
            contracts[holder] += 1
    return [HolderTime(holder=h, seconds=s, contracts=contracts[h]) for h, s in seconds.most_common()]


def _lateness(cases: Sequence[ReportedCase], policy: Policy) -> Lateness:
    """Days from term start to registration, and from clearance to filing. Source: CRET; controllable days (KPI)."""
    from_start, from_clearance = [], []
    for case in cases:
        registered, cleared, filed = case.first(*_REGISTERED), case.first("cleared"), case.first("filed")
        if registered:
            from_start.append(max(0, (registered - case.review.packet.term_start).days))
        if cleared and filed:
            from_clearance.append((filed - cleared).days)
    return Lateness(
        bands=tuple(
            LatenessBand(
                label=name,
                from_start=sum(1 for days in from_start if fits(days)),
                from_clearance=sum(1 for days in from_clearance if fits(days)),
            )
            for name, fits in bands(policy)
        ),
        counted_from_start=len(from_start),
        counted_from_clearance=len(from_clearance),
        median_from_start=int(median(from_start)) if from_start else None,
        median_from_clearance=int(median(from_clearance)) if from_clearance else None,
    )


def _at_risk(cases: Sequence[ReportedCase]) -> list[ReportedCase]:
    """Contracts with a high or critical finding, most serious and largest first."""
    serious = [c for c in cases if c.review.findings and RANK[c.review.findings[0].severity] >= RANK[Severity.HIGH]]
    return sorted(
        serious,
        key=lambda c: (-RANK[c.review.findings[0].severity], -c.amount, c.review.packet.case_id),
    )


def _year_end(cases: Sequence[ReportedCase], end: date) -> list[ReportedCase]:
    """Contracts whose registration, at the stage limits, comes after the year's end; largest first."""
    late = [c for c in cases if c.is_unregistered and c.review.forecast.registration_on > end]
    return sorted(late, key=lambda c: (-c.amount, c.review.packet.case_id))


def _risk_list(
    cases: Sequence[ReportedCase], reason: Callable[[ReportedCase], tuple[str, str]], annex: str
) -> RiskList:
    rows = []
    for case in cases[:LISTED]:
        packet, (why, step) = case.review.packet, reason(case)
        state = ALL_STATES[packet.state]
        rows.append(
            RiskLine(
                contract_id=packet.case_id,
                provider=packet.vendor_name,
                amount_cents=packet.amount_cents,
                state=state.label,
                holder=state.holder,
                days=(packet.as_of - packet.state_since).days,
                reason=why,
                next_step=step,
            )
        )
    return RiskList(
        rows=tuple(rows),
        contracts=len(cases),
        amount_cents=sum(case.amount for case in cases),
        annex=annex if len(cases) > LISTED else "",
    )


def _worst_reason(case: ReportedCase) -> tuple[str, str]:
    worst = case.review.findings[0]
    return worst.message, worst.remedy


def _year_end_reason(end: date) -> Callable[[ReportedCase], tuple[str, str]]:
    def reason(case: ReportedCase) -> tuple[str, str]:
        expected = case.review.forecast.registration_on
        holder = ALL_STATES[case.review.packet.state].holder
        return (
            f"Expected {expected:%b} {expected.day}, {expected.year}: {(expected - end).days} days after year end.",
            f"{holder} shortens its stage, or Budget plans for the lapse.",
        )

    return reason
