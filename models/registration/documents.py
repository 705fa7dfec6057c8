"""What registration prints: the letter to a provider, the sheet of one contract, the weekly report.

Fields are plain: amounts in cents, time in whole seconds, aware moments. Sums are checked. A `tone` is a colour.
"""

from datetime import date, datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from models.shared.documents import Document, Line, Recipient, Replaced, Term, Tone
from models.shared.findings import Finding


class AwardLine(Line):
    """One award of the Council. `status` is the list's own word (Cleared, Pending); `source` who gave it."""

    award_id: str
    source: str
    program: str
    amount_cents: int
    status: str
    cleared: bool
    cleared_on: date | None = None


class ContractLine(Line):
    """One contract; awards and `adjustment_cents` (reductions, changes) make its amount; `beneficiary`: a conduit's."""

    contract_id: str
    kind: str
    term: Term
    amount_cents: int
    adjustment_cents: int = 0
    beneficiary: str = ""
    awards: tuple[AwardLine, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def awards_sum_to_the_contract(self) -> Self:
        if sum(award.amount_cents for award in self.awards) + self.adjustment_cents != self.amount_cents:
            raise ValueError(f"the awards of contract {self.contract_id} do not sum to its amount")
        return self


class DocumentRequest(Line):
    """One document that the provider must send: `state` is the short reason (Never received, Expired, ...).

    `problem`: what is wrong with what we have; `send`: what to send, and how it must be made out; `why`,
    `citation`: why it is needed; `contract_ids`: only where some of the provider's contracts do not need it.
    """

    name: str
    state: str
    problem: str
    send: str
    why: str
    citation: str
    contract_ids: tuple[str, ...] = ()


class MissingDocumentsLetter(Document):
    """Tells one provider what to send, by when, to whom; and why, contract by contract.

    `how_to_send`: the channels, before the address `send_to`; `in_order`: what we hold and need no more; `clearance`:
    which awards are cleared; `review_days`: business days in which we check what comes in; `registration_days`:
    calendar days of the Comptroller; `registers`: False for a grant agreement, which is paid without registration.
    """

    process: ClassVar[str] = "registration"
    dated: date
    fiscal_year: int
    recipient: Recipient
    ein: str
    send_by: date
    send_to: str
    how_to_send: str
    requests: tuple[DocumentRequest, ...] = Field(min_length=1)
    in_order: tuple[str, ...] = ()
    contracts: tuple[ContractLine, ...] = Field(min_length=1)
    clearance: Literal["all", "some", "none"]
    review_days: int
    registration_days: int
    registers: bool = True
    replaces: Replaced | None = None

    @model_validator(mode="after")
    def clearance_agrees_with_the_awards(self) -> Self:
        cleared = [award.cleared for contract in self.contracts for award in contract.awards]
        if self.clearance != ("all" if all(cleared) else "some" if any(cleared) else "none"):
            raise ValueError(f"clearance is “{self.clearance}”, but the awards listed say otherwise")
        return self


class HolderTime(Line):
    """How long one holder had it: `seconds` exactly; `contracts` how many (1 on a contract sheet)."""

    holder: str
    seconds: int = Field(ge=0)
    contracts: int = 1


class TimelineEntry(Line):
    """One event. `state`, `holder`: those after it; `held_seconds`: until the next move, None if it moved nothing."""

    at: datetime
    what: str
    by: str
    state: str
    holder: str
    held_seconds: int | None = None


class ChecklistLine(Line):
    """One document of the package. `state` is the word shown; `note` what is wrong or until when it is good."""

    name: str
    state: str
    tone: Tone
    received_on: date | None = None
    valid_until: date | None = None
    note: str = ""
    citation: str = ""


class ClockLine(Line):
    """One clock, in calendar or business days; `state` is the word shown (Running, Met, Overdue)."""

    clock_id: str
    name: str
    length: int
    kind: Literal["calendar", "business"]
    started_on: date
    due_on: date
    state: str
    tone: Tone
    source: str


class ContractSheet(Document):
    """Everything about one contract. `summary` is one sentence: where it stands, what it waits for.

    `ledger` is the time by holder from `opened_at` to `as_of` or the end of the case: it sums to `elapsed_seconds`.
    """

    process: ClassVar[str] = "registration"
    contract: ContractLine
    fiscal_year: int
    provider: str
    ein: str
    original_amount_cents: int
    as_of: datetime
    opened_at: datetime
    state: str
    stage: str
    holder: str
    in_state_seconds: int
    elapsed_seconds: int
    summary: str
    tone: Tone
    ledger: tuple[HolderTime, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    checklist: tuple[ChecklistLine, ...] = ()
    clocks: tuple[ClockLine, ...] = ()
    findings: tuple[Finding, ...] = ()

    @model_validator(mode="after")
    def ledger_sums_to_the_elapsed_time(self) -> Self:
        if self.ledger and sum(row.seconds for row in self.ledger) != self.elapsed_seconds:
            raise ValueError(f"the time by holder of contract {self.contract.contract_id} does not add up")
        return self


class StateCount(Line):
    """Contracts in one state, their amount, and how many of them are past their own limit."""

    stage: str
    state: str
    holder: str
    contracts: int
    amount_cents: int
    overdue: int


class AgeBand(Line):
    """Contracts not yet registered by days since they could start: `label` as in policy (up to 30 days, ...)."""

    label: str
    contracts: int
    amount_cents: int


class LatenessBand(Line):
    """Contracts by days of lateness, counted from the start of the term and from clearance."""

    label: str
    from_start: int
    from_clearance: int


class Lateness(Line):
    """Both measures side by side: contracts counted and median days. Source: start-based lateness is structural."""

    bands: tuple[LatenessBand, ...]
    counted_from_start: int
    counted_from_clearance: int
    median_from_start: int | None
    median_from_clearance: int | None


class RiskLine(Line):
    """One contract at risk: the reason, what to do next, and who does it, each in a few words."""

    contract_id: str
    provider: str
    amount_cents: int
    state: str
    holder: str
    days: int
    reason: str
    next_step: str


class RiskList(Line):
    """The first rows of a list: `contracts` and `amount_cents` count all of it, `annex` names the file of the rest."""

    rows: tuple[RiskLine, ...]
    contracts: int
    amount_cents: int
    annex: str = ""

    @property
    def more(self) -> int:
        """Contracts that are not printed."""
        return self.contracts - len(self.rows)


class CheckpointLine(Line):
    """The signed checkpoint: its moment, how many cases it covers, its hash in hexadecimal."""

    made_at: datetime
    cases: int
    sha256: str


class RegistrationReport(Document):
    """The week in registration: `headlines` can be read alone.

    `by_state` covers every contract of the fiscal year; `open_ages` and `days_by_holder` those not yet registered or
    closed; `at_risk` needs a decision now; `year_end` is not likely to be registered by `year_end_on`.
    """

    process: ClassVar[str] = "registration"
    as_of: datetime
    fiscal_year: int
    year_end_on: date
    days_to_year_end: int
    headlines: tuple[str, ...]
    contracts: int
    amount_cents: int
    registered: int
    registered_cents: int
    registered_this_week: int
    by_state: tuple[StateCount, ...]
    open_ages: tuple[AgeBand, ...]
    days_by_holder: tuple[HolderTime, ...]
    lateness: Lateness
    at_risk: RiskList
    year_end: RiskList
    checkpoint: CheckpointLine | None = None

    @model_validator(mode="after")
    def states_sum_to_the_whole(self) -> Self:
        whole = (self.contracts, self.amount_cents)
        if (sum(row.contracts for row in self.by_state), sum(row.amount_cents for row in self.by_state)) != whole:
            raise ValueError("the contracts by state do not sum to all contracts")
        return self
