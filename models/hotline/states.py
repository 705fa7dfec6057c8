"""Where a contact can stand, who holds it there, and every legal move."""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a contact in hand. Source: domain sections 1 and 4."""

    TRIAGE = "Triage"
    UNIT = "Unit"


_STATES = (
    State("received", "Received", Holder.TRIAGE, "T1"),
    State("to_person", "A person decides", Holder.TRIAGE, "T2"),
    State("queued", "In a unit's queue", Holder.UNIT, "T3"),
)
_MOVES = (
    Transition("received", "held_for_person", "to_person"),
    Transition("received", "routed", "queued"),
)
# What triage records by itself.
BACKGROUND = frozenset({"held_for_person", "routed"})
LIFECYCLE = Lifecycle("hotline", "received", _STATES, _MOVES, BACKGROUND)
ALL_STATES: dict[str, State] = {state.name: state for state in _STATES}


def state_after(review: tuple[str, ...]) -> str:
    """Where a contact stands after triage: nobody's queue but a person's, where the rules are unsure."""
    return LIFECYCLE.table["received", "held_for_person" if review else "routed"]
