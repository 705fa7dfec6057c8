"""Takes an act on a case: what needs more than the case's own facts is looked up here first."""

from datetime import datetime

from sqlmodel import Session

from models.registration.moves import Move, Refusal
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.taken import Taken
from models.registration.taking import take
from models.shared.signing import Item
from tasks.adapters.registration.cases import LoadedCase


def take_item(
    session: Session, packet: RegistrationPacket, policy: Policy, item: Item, at: datetime
) -> Taken | Refusal:
    """The act on the packet, or why it cannot be taken."""
    return take(packet, policy, item)


def other_acts(session: Session, taken: Taken, at: datetime) -> tuple[tuple[LoadedCase, Move], ...]:
    """Events that an act makes on other cases."""
    return ()
