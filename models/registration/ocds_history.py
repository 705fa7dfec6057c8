"""What the public may know of a contract, event by event: the facts that releases are made of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from models.registration.amendment_rules import counts, is_registered
from models.registration.awards import is_live
from models.registration.corrections import CORRECTED
from models.registration.ocds_awards import REGROUPINGS
from models.registration.ocds_facts import PublicAward, PublicEvent, as_known
from models.registration.packet import AmendmentFacts
from models.registration.placement import Worth
from models.registration.states import Kind
from models.shared.calendar import new_york_date
from models.shared.money import to_cents

# Events that change nothing public: findings, documents, letters, name checks and training, who looks after a contract,
# what is only proposed, and legal holds stay in the house.
NOT_PUBLIC = frozenset(
    {
        "act_proposed", "assigned", "document_corrected", "document_recorded", "document_rejected",
        "documents_requested", "findings_changed", "hold_placed", "hold_released", "name_check_answered",
        "name_check_requested", "orientation_attended", "proposal_closed",
    }
)  # fmt: skip
Told = Mapping[int, Mapping[str, PublicAward]]


@dataclass(slots=True)
class AwardStanding:
    """How an award stands: since when its status is known, when it was cleared, whether its contract still has it.

    `moved_to` is the contract into which a signed regrouping moved it.
    """

    award: PublicAward
    noted_at: datetime
    cleared: bool = False
    cleared_at: datetime | None = None
    vanished_at: datetime | None = None
    left: bool = False
    moved_to: str = ""

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
class Amended:
    """A change of the contract as approved; `in_force` is the number of the event from which it counts, or zero."""

    facts: AmendmentFacts
    approved_at: datetime
    in_force: int = 0


@dataclass(slots=True)
class Standing:
    """Everything public about a contract after an event. Amounts in cents.

    `tender_cents` is its amount without amendments, `reduced_cents` what signed reductions add to the awards.
    """

    first_term_end: date
    term_end: date
    state: str = ""
    kind: Kind = Kind.STANDARD
    amount_cents: int = 0
    tender_cents: int = 0
    reduced_cents: int = 0
    awards: dict[str, AwardStanding] = field(default_factory=dict)
    awarded_at: datetime | None = None
    first_award: str = ""
    folded_into: str = ""
    notices: list[Notice] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    amendments: dict[int, Amended] = field(default_factory=dict)

    @property
    def awards_cents(self) -> int:
        """What the Council's awards come to."""
        return sum(a.award.amount_cents for a in self.awards.values() if a.counts)

    def be_worth(self, cents: int) -> None:
        """Take another amount before registration; after it only amendments change the amount."""
        self.amount_cents = self.tender_cents = cents


def standings(events: Sequence[PublicEvent], told: Told, kind: Kind, term_end: date) -> Iterator[Standing]:
    """How a contract stood after each event, as it was known then.

    A correction changes what is known of earlier events, so from the first one on all is told anew each time.
    """
    standing, is_corrected = Standing(term_end, term_end, kind=kind), False
    for count, event in enumerate(events, 1):
        is_corrected = is_corrected or event.event == CORRECTED
        if is_corrected:
            standing = Standing(term_end, term_end, kind=kind)
        for one in as_known(events[:count]) if is_corrected else (event,):
            apply(standing, one, told.get(one.seq, {}))
        yield standing


def apply(standing: Standing, event: PublicEvent, named: Mapping[str, PublicAward]) -> None:
    """Bring a contract's standing forward by one event; `named` are the awards that it is about, as they are after."""
    if event.event in REGROUPINGS:
        _regrouped(standing, event, named)
    elif event.event in _STEPS:
        _STEPS[event.event](standing, event)
    elif named:
        for award in named.values():
            _award_news(standing, event, award)
        if not is_registered(standing.kind, event.state_to):
            standing.be_worth(Worth(standing.awards_cents, standing.reduced_cents).amount_cents)
    standing.state = event.state_to


def _award_news(standing: Standing, event: PublicEvent, award: PublicAward) -> None:
    known = standing.awards.get(award.mocs_id)
    if known is None:
        # When an award that its first list shows as cleared was cleared, nobody told us: no date is published.
        standing.awards[award.mocs_id] = AwardStanding(award, event.occurred_at, cleared=award.is_cleared)
        return
    vanished = event.event == "award_vanished"
    if vanished != (known.vanished_at is not None):
        known.noted_at = event.occurred_at
    known.vanished_at = event.occurred_at if vanished else None
    known.left, known.moved_to = "moved_to" in event.payload, ""
    _note(known, award, event.occurred_at)


def _note(known: AwardStanding, award: PublicAward, at: datetime) -> None:
    if award.status != known.award.status:
        known.noted_at = at
        was_cleared, known.cleared = known.cleared, award.is_cleared
        if known.cleared != was_cleared:
            known.cleared_at = at if known.cleared else None
    known.award = award


def _regrouped(standing: Standing, event: PublicEvent, named: Mapping[str, PublicAward]) -> None:
    """Awards went out of this contract or came into it by a signed decision; a reduction may have gone along."""
    told, is_out = event.payload, event.payload["moved"] == "out"
    for key, award in named.items():
        known = standing.awards.setdefault(key, AwardStanding(award, event.occurred_at, cleared=award.is_cleared))
        _note(known, award, event.occurred_at)
        known.noted_at = event.occurred_at
        known.left, known.moved_to = is_out, told["to"] if is_out else ""
    adjustment = to_cents(told.get("adjustment", "0"))
    standing.reduced_cents += -adjustment if is_out else adjustment
    standing.be_worth(to_cents(told["amount"]))
    standing.folded_into = told["to"] if is_out and told.get("folded") else ""
    counting = sorted(key for key, award in standing.awards.items() if award.counts)
    if standing.first_award and counting and standing.first_award not in counting:
        standing.first_award = counting[0]


def _reduced(standing: Standing, event: PublicEvent) -> None:
    amount = to_cents(event.payload["amount"])
    standing.reduced_cents += amount - to_cents(event.payload["amount_before"])
    standing.be_worth(amount)


def _amendment_approved(standing: Standing, event: PublicEvent) -> None:
    told = event.payload
    facts = AmendmentFacts(
        seq_no=int(told["seq_no"]), type=told["type"], delta_cents=to_cents(told.get("delta", "0")),
        approved_on=new_york_date(event.occurred_at), needs_registration=told["needs_registration"] == "yes",
        status="approved", term_end=date.fromisoformat(told["term_end"]) if told.get("term_end") else None,
    )  # fmt: skip
    standing.amendments[facts.seq_no] = Amended(facts, event.occurred_at)
    _take_force(standing, event, facts.seq_no)


def _amendment(status: str) -> Callable[[Standing, PublicEvent], None]:
    def note(standing: Standing, event: PublicEvent) -> None:
        number = int(event.payload["seq_no"])
        change = standing.amendments[number]
        change.facts = change.facts.model_copy(update={"status": status})
        _take_force(standing, event, number)

    return note


def _take_force(standing: Standing, event: PublicEvent, number: int) -> None:
    change = standing.amendments[number]
    if change.in_force or not counts(change.facts):
        return
    change.in_force = event.seq
    standing.amount_cents += change.facts.delta_cents
    standing.term_end = change.facts.term_end or standing.term_end


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
    "reduced": _reduced,
    "amendment_approved": _amendment_approved,
    "amendment_filed": _amendment("filed"),
    "amendment_returned": _amendment("returned"),
    "amendment_registered": _amendment("registered"),
}
