"""The packet: a frozen snapshot of all facts about one case that the rules may look at."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from models.registration.awards import is_live
from models.registration.states import Kind
from models.shared.documents import canonical_facts, sha256


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class AwardFacts(_Facts):
    """One award of the contract. Amount in cents."""

    mocs_id: str
    legal_name: str
    source: str
    council_member: str
    purpose: str
    amount_cents: int
    status: str
    vanished: bool = False

    @property
    def is_cleared(self) -> bool:
        return self.status.casefold() == "cleared"

    @property
    def needs_clearance(self) -> bool:
        """False for a row that only takes money back."""
        return self.amount_cents > 0

    @property
    def is_live(self) -> bool:
        """False for an award that the Council took back."""
        return is_live(self.status)


class DocumentFacts(_Facts):
    """The latest report of one document; `has_file` says whether its scan is in our store.

    `rejected` says why a person found it unusable.
    """

    document: str
    reported_on: date
    has_file: bool
    file_name: str = ""
    file_sha256: str = ""
    signed_on: date | None = None
    expires_on: date | None = None
    period_end: date | None = None
    fiscal_year: int | None = None
    amount_cents: int | None = None
    detail: str = ""
    rejected: str = ""


class EventFacts(_Facts):
    """One event of the case's history; `value` and `reason` as they were given, `by` the ids of those who signed it."""

    event: str
    on: date
    state: str
    value: str = ""
    reason: str = ""
    by: tuple[str, ...] = ()


class AmendmentFacts(_Facts):
    """One change of the contract after registration. Amounts in cents; `status` as in the table of amendments."""

    seq_no: int
    type: str
    delta_cents: int
    approved_on: date
    needs_registration: bool
    status: str
    term_end: date | None = None
    ccpo_reference: str = ""


class RequestFacts(_Facts):
    """The last letter that asked the provider for documents.

    `owed_since` is, for each document that letter after letter asks for, the date that the first of them gave.
    """

    on: date
    due_on: date
    round: int
    items: tuple[str, ...]
    owed_since: dict[str, date] = {}


class ProviderFacts(_Facts):
    """What is known of the vendor; None where nobody has told us. Amounts in cents.

    `council_total_cents` sums this year's Council awards to the EIN over all agencies of the list (T1, T2).
    """

    ein: str
    legal_name: str
    names: tuple[str, ...] = ()
    email: str = ""
    council_total_cents: int = 0
    annual_revenue_cents: int | None = None
    has_employees: bool | None = None
    uses_subcontractors: bool | None = None
    first_contract: bool | None = None
    new_to_council: bool | None = None
    city_business_cents: int | None = None


class RegistrationPacket(_Facts):
    """All facts of one registration case as of a day."""

    case_id: str
    kind: Kind
    fiscal_year: int
    state: str
    state_since: date
    opened_on: date
    as_of: date
    vendor_ein: str
    vendor_name: str
    beneficiary_ein: str
    beneficiary_name: str
    amount_cents: int
    original_amount_cents: int = 0
    adjustment_cents: int = 0
    term_start: date
    term_end: date
    provider: ProviderFacts
    awards: tuple[AwardFacts, ...]
    documents: tuple[DocumentFacts, ...] = ()
    history: tuple[EventFacts, ...] = ()
    request: RequestFacts | None = None
    amendments: tuple[AmendmentFacts, ...] = ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other facts; what was derived from the old ones is not carried over."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("live_awards", "documents_by_type"):
            copy.__dict__.pop(name, None)
        return copy

    @property
    def has_conduit(self) -> bool:
        return self.vendor_ein != self.beneficiary_ein

    @property
    def council_total_cents(self) -> int:
        """This year's Council awards to the vendor over all agencies; at least what this contract carries."""
        return max(self.provider.council_total_cents, self.amount_cents)

    @cached_property
    def live_awards(self) -> tuple[AwardFacts, ...]:
        """The awards that the newest list still shows and the Council has not taken back."""
        return tuple(award for award in self.awards if award.is_live and not award.vanished)

    @cached_property
    def documents_by_type(self) -> dict[str, DocumentFacts]:
        return {fact.document: fact for fact in self.documents}

    def happened(self, event: str) -> Iterator[EventFacts]:
        """Events of one name, oldest first."""
        return (e for e in self.history if e.event == event)

    def last(self, *events: str) -> EventFacts | None:
        """The latest of the named events, or None."""
        for event in reversed(self.history):
            if event.event in events:
                return event
        return None

    def canonical(self) -> str:
        return canonical_facts(self)

    def sha256(self) -> str:
        return sha256(self.canonical())
