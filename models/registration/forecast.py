"""When award and registration may be expected if every stage takes just its limit."""

from dataclasses import dataclass
from datetime import date

from models.registration.packet import RegistrationPacket
from models.registration.policy import PATHS, Policy

# Where a case stands off the path, the stage that it has to go through again.
_REJOINS = {"not_responsible": "public_notice", "returned": "documents", "objected": "filed", "answered": "filed"}


@dataclass(frozen=True)
class Forecast:
    """Expected days of award and registration; the validity of documents is tested at them, not only today."""

    award_on: date
    registration_on: date


def needs_notice(packet: RegistrationPacket, policy: Policy) -> bool:
    """True when the contract's value asks for a hearing or comment period. Source: PPB 2-11, L483 (T5)."""
    return packet.amount_cents > policy.threshold("T5", packet.as_of).value


def _remaining(packet: RegistrationPacket, policy: Policy) -> list[str]:
    """Stages that the case has still to pass, the one it stands in first."""
    path = [s for s in PATHS[packet.kind] if s != "public_notice" or needs_notice(packet, policy)]
    here = _REJOINS.get(packet.state, packet.state)
    if here == "public_notice" and here not in path:
        here = "legal"
    return path[path.index(here) :] if here in path else []


def forecast(packet: RegistrationPacket, policy: Policy) -> Forecast:
    """Walk the rest of the path from today; what has happened keeps its day.

    Source: stage limits of the policy (convention), K2 for the Comptroller.
    """
    made = packet.last("award_made", "agreement_signed")
    done = packet.last("registered", "deemed_registered", "agreement_signed")
    day = packet.as_of
    award_on = made.on if made else None
    rest = _remaining(packet, policy)
    for stage in rest:
        since = packet.state_since if stage == packet.state else day
        day = max(day, policy.stage_due(stage, since) or day)
        if stage in ("legal", "agreement"):
            award_on = day
    return Forecast(award_on=award_on or day, registration_on=done.on if done and not rest else day)
