"""When award and registration may be expected if every stage takes just its limit."""

from dataclasses import dataclass
from datetime import date

from models.registration.packet import RegistrationPacket
from models.registration.policy import PATHS, Policy
from models.shared.findings import once_a_review

# Where a case stands off the path: the stages until it is back on it, and the one where it comes back (none: the end).
# A return may reopen anything from the documents on; the longest way round is expected. Source: PPB 2-12(d),(f).
_OFF_PATH = {
    "not_responsible": (("not_responsible", "appeal_open", "appealed"), "public_notice"),
    "appeal_open": (("appeal_open", "appealed"), "public_notice"),
    "appealed": (("appealed",), "public_notice"),
    "returned": (("returned",), "documents"),
    "objected": (("objected", "answered"), ""),
    "answered": (("answered",), ""),
}


_REGISTERED = frozenset({"registered", "deemed_registered", "agreement_signed", "outyear_budget_agreed"})


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
    path = PATHS[packet.kind]
    before, here = _OFF_PATH.get(packet.state, ((), packet.state))
    rest = path[path.index(here) :] if here in path else ()
    return [s for s in (*before, *rest) if s != "public_notice" or needs_notice(packet, policy)]


@once_a_review
def forecast(packet: RegistrationPacket, policy: Policy) -> Forecast:
    """Walk the rest of the path from today; what has happened keeps its day.

    Source: stage limits of the policy (convention), K2 for the Comptroller.
    """
    made = packet.last("award_made", "agreement_signed", "outyear_budget_agreed")
    # The first counts: a number that comes after the contract was deemed registered changes no date.
    done = next((event for event in packet.history if event.event in _REGISTERED), None)
    day = packet.as_of
    award_on = made.on if made else None
    for stage in _remaining(packet, policy):
        since = packet.state_since if stage == packet.state else day
        day = max(day, policy.stage_due(stage, since) or day)
        if stage in ("legal", "agreement"):
            award_on = day
    return Forecast(award_on=award_on or day, registration_on=done.on if done else day)
