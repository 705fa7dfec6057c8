"""An office in memory: contracts and awards as the tables have them, with the histories that publishing reads."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from models.registration.amendment_rules import counts, is_registered
from models.registration.awards import is_live
from models.registration.moves import is_empty
from models.registration.ocds import Published, publish
from models.registration.ocds_awards import first_kind, recall
from models.registration.ocds_facts import PublicAward, PublicEvent
from models.registration.packet import AmendmentFacts, RegistrationPacket
from models.registration.placement import ContractFacts, PlacedAward, Worth
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import new_york_date
from models.shared.money import plain
from models.shared.records import Contract
from tests.factories import make_packet
from tests.models.test_ocds import AGENCY, CONTRACT, START


@dataclass
class Held:
    """One contract as the tables have it, and its history."""

    row: Contract
    state: str = "designated"
    folded_into: str = ""
    amendments: tuple[AmendmentFacts, ...] = ()
    events: list[PublicEvent] = field(default_factory=list)


@dataclass
class Office:
    """Contracts and awards of one provider's year, and the moment."""

    held: dict[str, Held] = field(default_factory=dict)
    awards: dict[str, PublicAward] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    placed_in: dict[str, str] = field(default_factory=dict)
    now: datetime = START

    def record(self, contract_id: str, event: str, payload: dict[str, Any], state: str = "", days_ago: int = 0) -> None:
        held = self.held[contract_id]
        held.state = state or held.state
        at = self.now - timedelta(days=days_ago)
        held.events.append(PublicEvent(len(held.events) + 1, at, event, held.state, payload))

    def opened(self, contract_id: str, keys: list[str], **fields: Any) -> None:
        row = CONTRACT.model_copy(update={"contract_id": contract_id, **fields})
        self.held[contract_id] = Held(row)
        self.record(contract_id, "opened", {"awards": keys, "amount": plain(row.amount_cents)})

    def worth(self, contract_id: str) -> Worth:
        cents = (self.counted(key) for key, place in self.place.items() if place == contract_id)
        return Worth(sum(cents), self.held[contract_id].row.adjustment_cents)

    def counted(self, key: str) -> int:
        return self.awards[key].amount_cents if is_live(self.awards[key].status) else 0

    def listed(self, contract_id: str) -> None:
        """What a list's import does once it has told a contract its news."""
        held, worth = self.held[contract_id], self.worth(contract_id)
        if not is_registered(Kind(held.row.kind), held.state):
            held.row.amount_cents = worth.amount_cents
        if is_empty(worth.awards_cents) and not held.folded_into:
            leaves = (held.state, "withdrawn") in LIFECYCLES[Kind(held.row.kind)].table
            self.record(contract_id, "withdrawn", {}, "withdrawn") if leaves else None

    def facts(self, contract_id: str) -> ContractFacts:
        held = self.held[contract_id]
        placed = tuple(
            PlacedAward(key, self.own[key], self.place[key], self.placed_in.get(key, ""), self.counted(key))
            for key in sorted(self.awards)
            if contract_id in (self.place[key], self.placed_in.get(key))
        )
        return ContractFacts(
            contract_id, 2027, held.row.vendor_ein, Kind(held.row.kind), held.state, placed,
            held.row.adjustment_cents, held.folded_into,
        )  # fmt: skip

    def packet(self, contract_id: str) -> RegistrationPacket:
        held = self.held[contract_id]
        in_force = sum(a.delta_cents for a in held.amendments if counts(a))
        return make_packet(
            case_id=contract_id, kind=Kind(held.row.kind), state=held.state, amount_cents=held.row.amount_cents,
            adjustment_cents=held.row.adjustment_cents, original_amount_cents=held.row.amount_cents - in_force,
            amendments=held.amendments, as_of=new_york_date(self.now), term_end=held.row.term_end,
        )  # fmt: skip

    def published(self) -> dict[str, Published]:
        histories = {key: held.events for key, held in self.held.items()}
        told = recall(self.awards, {k: v for k, v in self.place.items() if v}, histories)
        return {
            key: publish(held.row, held.events, told[key], AGENCY, first_kind(key, histories))
            for key, held in self.held.items()
        }
