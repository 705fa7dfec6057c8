"""How a case moves: what clocks and facts bring by themselves, and what a step of the tracker brings."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.registration.clocks import registration_clock
from models.registration.forms import StepRow
from models.registration.packet import EventFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.rules import Review, review
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import fiscal_year_bounds, long_date
from models.shared.lifecycle import IllegalTransition, advance


@dataclass(frozen=True)
class Move:
    """One legal event of a case: the day on which it happened and the state after it."""

    event: str
    on: date
    target: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """Why a step cannot be taken, as a sentence for whoever sent it."""

    sentence: str


def settle(packet: RegistrationPacket, policy: Policy) -> tuple[tuple[Move, ...], Review]:
    """Make every move that clocks and facts bring, one after the other, and review the case where it comes to rest."""
    moves: list[Move] = []
    found = review(packet, policy)
    while found.move is not None:
        packet, move = _by_itself(found, policy, found.move)
        moves.append(move)
        found = review(packet, policy)
    return tuple(moves), found


def take_step(
    packet: RegistrationPacket, policy: Policy, row: StepRow
) -> tuple[RegistrationPacket, tuple[Move, ...]] | Refusal:
    """The packet after a step of the tracker and the moves that led there, or why it cannot be taken.

    What clocks and facts had brought by the day of the step comes first, so that a tracker that is read a week late
    gives the same history as one that is read each day.
    """
    if row.step == "registered" and packet.state == "deemed_registered" and row.on < packet.state_since:
        return _registered_after_all(packet, row)
    if row.on < packet.state_since:
        return Refusal(
            f"{_words(row.step)} is dated {long_date(row.on)}, before the case came to where it stands on "
            f"{long_date(packet.state_since)}. Correct the date, or record the earlier step first."
        )
    then = tuple(fact for fact in packet.documents if fact.reported_on <= row.on)
    settled, review_ = settle(packet.model_copy(update={"as_of": row.on, "documents": then}), policy)
    here = review_.packet.model_copy(update={"as_of": packet.as_of, "documents": packet.documents})
    target = advance(LIFECYCLES[here.kind], here.state, row.step)
    if isinstance(target, IllegalTransition):
        return Refusal(target.sentence)
    details = {k: v for k, v in (("value", row.value), ("reason", row.reason), ("reference", row.reference)) if v}
    move = Move(row.step, row.on, target.name, details)
    return moved(here, move), (*settled, move)


def _registered_after_all(packet: RegistrationPacket, row: StepRow) -> tuple[RegistrationPacket, tuple[Move, ...]]:
    """News of a registration in time that comes after the case was deemed registered: kept with its own date."""
    details = {"value": row.on.isoformat(), **({"reference": row.reference} if row.reference else {})}
    move = Move(row.step, packet.state_since, "registered", details)
    return moved(packet, move), (move,)


def is_empty(amount_cents: int) -> bool:
    """True when the awards behind a contract leave nothing to contract for. Source: convention (Sx)."""
    return amount_cents <= 0


def is_recorded(packet: RegistrationPacket, row: StepRow) -> bool:
    """True when the history already holds this step: trackers are sent again with all their old rows."""
    return any(
        e.event == row.step and ((e.on == row.on and e.value == row.value) or e.value == row.on.isoformat())
        for e in packet.history
    )


def _by_itself(found: Review, policy: Policy, event: str) -> tuple[RegistrationPacket, Move]:
    packet = found.packet
    target = advance(LIFECYCLES[packet.kind], packet.state, event)
    if isinstance(target, IllegalTransition):
        raise ValueError(target.sentence)
    move = Move(event, max(packet.state_since, _day_of(found, policy, event)), target.name)
    return moved(packet, move), move


def _day_of(found: Review, policy: Policy, event: str) -> date:
    """The first day on which a move that comes by itself was true."""
    packet = found.packet
    match event:
        case "deemed_registered":
            running = [clock for clock in registration_clock(packet, policy) if clock.ended_on is None]
            return max(clock.due_on for clock in running) + timedelta(days=1)
        case "lapsed":
            return fiscal_year_bounds(packet.fiscal_year)[1] + timedelta(days=1)
        case "notice_not_required":
            return packet.state_since
        case "package_complete":
            last = max((item.fact.reported_on for item in found.items if item.fact), default=packet.as_of)
            return min(last, packet.as_of)
    return packet.as_of


def moved(packet: RegistrationPacket, move: Move) -> RegistrationPacket:
    """The packet after a move."""
    event = EventFacts(
        event=move.event,
        on=move.on,
        state=move.target,
        value=move.details.get("value", ""),
        reason=move.details.get("reason", ""),
    )
    changed: dict[str, object] = {"history": (*packet.history, event)}
    if move.target != packet.state:
        changed |= {"state": move.target, "state_since": move.on}
    if move.event == "kind_set":
        changed["kind"] = Kind(move.details["value"])
    return packet.model_copy(update=changed)


def _words(step: str) -> str:
    return f"“{step.replace('_', ' ')}”"
