"""What can be done about a case, by whom; what waits in it for a signature; who signed its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sqlmodel import Session

from deployments.desk.act_forms import bulk_acts
from deployments.desk.wishes import PROCESS, proposer_words
from models.registration.acts import ACTS, Act, is_next_step, possible
from models.registration.duties import signed_history
from models.registration.packet import RegistrationPacket
from models.shared.people import Person
from models.shared.people_records import Proposal
from tasks.adapters.proposals import open_proposals
from tasks.adapters.signatures import SignedBy, signed_by_event
from tasks.adapters.standing import Standing, standing


@dataclass(frozen=True)
class Offer:
    """An act that the case allows now, its page, and why this person may not sign it; empty when they may."""

    act: Act
    address: str
    why_not: str


@dataclass(frozen=True)
class WaitsHere:
    """A proposal about the case: what it asks for, from whom, its page."""

    label: str
    proposer: str
    row: Proposal
    address: str


@dataclass(frozen=True)
class CaseActs:
    """What a case page says of deciding. `signed` has who signed each event of the timeline, in its order."""

    steps: tuple[Offer, ...]
    others: tuple[Offer, ...]
    waiting: tuple[WaitsHere, ...]
    signed: Sequence[SignedBy | None]

    @property
    def mine(self) -> tuple[Offer, ...]:
        """The next steps that this person may sign."""
        return tuple(offer for offer in self.steps if not offer.why_not)


def case_acts(session: Session, packet: RegistrationPacket, person: Person, today: date, lines: int) -> CaseActs:
    """What can be done about a case today; `lines` is how many of its last events the page shows."""
    here = standing(session, person.staff_id, today)
    history = list(signed_history(packet))
    offers = [
        Offer(act, address_of(packet.case_id, act.name), here.why_not(act.duty, history)) for act in possible(packet)
    ]
    others = sorted((o for o in offers if not is_next_step(o.act)), key=lambda o: (o.why_not != "", o.act.label))
    signed = signed_by_event(session, PROCESS, packet.case_id)
    return CaseActs(
        steps=tuple(offer for offer in offers if is_next_step(offer.act)),
        others=tuple(others),
        waiting=tuple(_waits(row, here) for row in open_proposals(session, PROCESS, case_id=packet.case_id)),
        signed=signed[len(signed) - lines :],
    )  # fmt: skip


def address_of(case_id: str, act: str) -> str:
    """The page on which an act on a case is decided."""
    return f"/cases/{PROCESS}/{quote(case_id, safe='')}/decide/{act}"


def _waits(row: Proposal, here: Standing) -> WaitsHere:
    label = ACTS[row.act].label if row.act in ACTS else row.act.replace("_", " ").capitalize()
    address = f"{address_of(row.case_id, row.act)}?proposal={quote(row.proposal_id, safe='')}"
    return WaitsHere(label, proposer_words(row, here), row, address)


def acts_for_many(session: Session, person: Person, today: date) -> list[Act]:
    """The acts that this person may sign for many contracts of a worklist at once."""
    return bulk_acts(standing(session, person.staff_id, today))
