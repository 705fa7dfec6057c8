"""What the public may know of a contract, event by event: the facts that releases are made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from models.registration.awards import is_live
from models.registration.states import Kind
from models.shared.money import to_cents

# Events that change nothing public: findings, letters, name checks and training stay in the house.
NOT_PUBLIC = frozenset(
    {"documents_requested", "findings_changed", "name_check_answered", "name_check_requested", "orientation_attended"}
)
_TEXTS = ("status", "source", "program_name", "purpose")


class PublishedContract(Protocol):
    """What is published of a contract's row."""

    @property
    def contract_id(self) -> str: ...
    @property
    def fiscal_year(self) -> int: ...
    @property
    def vendor_ein(self) -> str: ...
    @property
    def vendor_name(self) -> str: ...
    @property
    def beneficiary_ein(self) -> str: ...
    @property
    def beneficiary_name(self) -> str: ...
    @property
    def term_start(self) -> date: ...
    @property
    def term_end(self) -> date: ...


@dataclass(frozen=True, slots=True)
class PublicAward:
    """One award of the Council as its list shows it. Amount in cents."""

    mocs_id: str
    amount_cents: int
    status: str
    source: str
    program_name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One event of a case. `payload` is what was recorded with it; only named public parts of it are ever read."""

    seq: int
    occurred_at: datetime
    event: str
    state_to: str
    payload: Mapping[str, Any]


@dataclass(slots=True)
class AwardStanding:
    """How an award stands: since when its status is known, when it was cleared, whether its contract still has it."""

    award: PublicAward
    noted_at: datetime
    cleared: bool = False
    cleared_at: datetime | None = None
    vanished_at: datetime | None = None
    left: bool = False

    @property
    def counts(self) -> bool:
        """True while the contract's amount contains it."""
        return not self.left and is_live(self.award.status)


@dataclass(slots=True)
class Filing:
    """One filing with the Comptroller; `status` in the words of the milestoneStatus codelist."""

    filed_at: datetime
    changed_at: datetime
    status: str = "scheduled"
    outcome: str = ""


@dataclass(slots=True)
class Notice:
    """The public notice: a hearing or a comment period."""

    published_at: datetime
    form: str
    completed_at: datetime | None = None


@dataclass(slots=True)
class Standing:
    """Everything public about a contract after an event."""

    state: str = ""
    kind: Kind = Kind.STANDARD
    awards: dict[str, AwardStanding] = field(default_factory=dict)
    awarded_at: datetime | None = None
    first_award: str = ""
    notices: list[Notice] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)

    @property
    def amount_cents(self) -> int:
        return sum(a.award.amount_cents for a in self.awards.values() if a.counts)


def rewound(
    awards: Mapping[str, PublicAward], events: Sequence[PublicEvent]
) -> tuple[dict[str, PublicAward], dict[int, PublicAward]]:
    """The awards as they were when the case opened, and each award event's award after it, by sequence number.

    Rows hold only what is true today; each change recorded what was before, so going back gives every state between.
    What an event itself says counts more than today's row.
    """
    now, after = dict(awards), {}
    for event in reversed(events):
        key = event.payload.get("award")
        if key in now:
            after[event.seq] = _said(now[key], event.payload, "")
            now[key] = _said(after[event.seq], event.payload, "_before")
    return now, after


def _said(award: PublicAward, payload: Mapping[str, Any], suffix: str) -> PublicAward:
    """The award with what a payload says of it after (no suffix) or before an event."""
    changed: dict[str, Any] = {key: payload[key + suffix] for key in _TEXTS if key + suffix in payload}
    if "amount" + suffix in payload:
        changed["amount_cents"] = to_cents(payload["amount" + suffix])
    return replace(award, **changed) if changed else award


def apply(standing: Standing, event: PublicEvent, award: PublicAward | None, opening: Iterable[PublicAward]) -> None:
    """Bring a contract's standing forward by one event; `award` is the event's award after it."""
    if event.event == "opened":
        for one in opening:
            standing.awards[one.mocs_id] = _listed(one, event.occurred_at)
    elif award is not None:
        _award_news(standing, event, award)
    elif event.event in _STEPS:
        _STEPS[event.event](standing, event)
    standing.state = event.state_to


def _listed(award: PublicAward, at: datetime) -> AwardStanding:
    # When an award that its first list shows as cleared was cleared, nobody told us: no date is published.
    return AwardStanding(award, at, cleared=_is_cleared(award))


def _is_cleared(award: PublicAward) -> bool:
    return award.status.casefold() == "cleared"


def _award_news(standing: Standing, event: PublicEvent, award: PublicAward) -> None:
    known = standing.awards.get(award.mocs_id)
    if known is None:
        standing.awards[award.mocs_id] = _listed(award, event.occurred_at)
        return
    vanished = event.event == "award_vanished"
    if award.status != known.award.status:
        was_cleared, known.cleared = known.cleared, _is_cleared(award)
        if known.cleared != was_cleared:
            known.cleared_at = event.occurred_at if known.cleared else None
    if award.status != known.award.status or vanished != (known.vanished_at is not None):
        known.noted_at = event.occurred_at
    known.vanished_at = event.occurred_at if vanished else None
    known.left = "moved_to" in event.payload
    known.award = award


def _cleared(standing: Standing, event: PublicEvent) -> None:
    for award in standing.awards.values():
        if award.counts and not award.cleared:
            award.cleared, award.cleared_at, award.noted_at = True, event.occurred_at, event.occurred_at


def _kind_set(standing: Standing, event: PublicEvent) -> None:
    standing.kind = Kind(event.payload["value"])


def _notice_published(standing: Standing, event: PublicEvent) -> None:
    form = "hearing" if str(event.payload.get("value", "")).casefold() == "hearing" else "comment period"
    standing.notices.append(Notice(event.occurred_at, form))


def _notice_completed(standing: Standing, event: PublicEvent) -> None:
    if standing.notices:
        standing.notices[-1].completed_at = event.occurred_at


def _awarded(standing: Standing, event: PublicEvent) -> None:
    standing.awarded_at = event.occurred_at
    live = sorted(key for key, award in standing.awards.items() if award.counts)
    standing.first_award = standing.first_award or (live or sorted(standing.awards))[0]


def _filed(standing: Standing, event: PublicEvent) -> None:
    standing.filings.append(Filing(event.occurred_at, event.occurred_at))


def _answer(status: str, outcome: str) -> Callable[[Standing, PublicEvent], None]:
    def note(standing: Standing, event: PublicEvent) -> None:
        if standing.filings:
            filing = standing.filings[-1]
            filing.status, filing.outcome, filing.changed_at = status, outcome, event.occurred_at

    return note


_STEPS: dict[str, Callable[[Standing, PublicEvent], None]] = {
    "cleared": _cleared,
    "kind_set": _kind_set,
    "notice_published": _notice_published,
    "notice_completed": _notice_completed,
    "award_made": _awarded,
    "agreement_signed": _awarded,
    "outyear_budget_agreed": _awarded,
    "filed": _filed,
    "returned": _answer("notMet", "Returned by the Comptroller."),
    "objected": _answer("notMet", "The Comptroller objected."),
    "objection_answered": _answer("scheduled", "The Mayor answered the Comptroller's objection."),
    "registered": _answer("met", "Registered by the Comptroller."),
    "deemed_registered": _answer("met", "No objection in time: the contract may go ahead (City Charter 328)."),
}
