"""Where a contact can stand, who holds it there, and every legal move."""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a contact in hand. Source: domain sections 1, 2 and 4."""

    TRIAGE = "Triage"
    UNIT = "Unit"
    CASEWORKER = "Caseworker"
    CONSTITUENT = "Constituent"
    AGENCY = "Another agency"
    NOBODY = "nobody"


_STATES = (
    State("received", "Received", Holder.TRIAGE, "T1"),
    State("to_person", "A person decides", Holder.TRIAGE, "T2"),
    State("queued", "In a unit's queue", Holder.UNIT, "T3"),
    State("claimed", "Being worked on", Holder.CASEWORKER, "T4"),
    State("awaiting_constituent", "The constituent was asked", Holder.CONSTITUENT, "T4"),
    State("awaiting_agency", "Another agency was asked", Holder.AGENCY, "T4"),
    State("responded", "Answered", Holder.CASEWORKER, "T5"),
    State("closed", "Closed", Holder.NOBODY, "T6", final=True),
)
ALL_STATES: dict[str, State] = {state.name: state for state in _STATES}
DECIDED = ("to_person", "queued", "claimed", "awaiting_constituent", "awaiting_agency", "responded")
_UNANSWERED = DECIDED[:-1]
_IN_HAND = ("claimed", "awaiting_constituent", "awaiting_agency")
# What a person records that moves nothing; a link and its end may come even after a case was closed.
_MILESTONES = (
    "acknowledged", "alert_acknowledged", "contact_attempted", "priority_set", "marked_confidential",
    "confidentiality_lifted", "noted", "letter_sent", "act_proposed", "proposal_closed",
)  # fmt: skip
# What is still recorded of a closed contact; a proposal that nobody signed in time must not wait for ever.
_AFTER = ("noted", "marked_confidential", "confidentiality_lifted", "proposal_closed")
_LINKS = ("linked", "unlinked", "grouped")


def back_to(state: str) -> str:
    """The event that takes the last act back: the case stands where it stood before."""
    return f"back_to_{state}"


_MOVES = (
    Transition("received", "held_for_person", "to_person"),
    Transition("received", "routed", "queued"),
    *(Transition(state, "routed", "queued") for state in _UNANSWERED),
    Transition("queued", "claimed", "claimed"),
    Transition("claimed", "accepted", "claimed"),
    *(Transition(state, "released", "queued") for state in _IN_HAND),
    *(Transition(state, "rejected", "to_person") for state in ("queued", "claimed")),
    Transition("claimed", "constituent_asked", "awaiting_constituent"),
    Transition("claimed", "agency_asked", "awaiting_agency"),
    *(Transition(state, "resumed", "claimed") for state in ("awaiting_constituent", "awaiting_agency")),
    *(Transition(state, "interim_sent", state) for state in _IN_HAND),
    *(Transition(state, "response_sent", "responded") for state in (*_IN_HAND, "responded")),
    *(Transition(state, "resolved", state) for state in (*_IN_HAND, "responded")),
    *(Transition(state, "closed", "closed") for state in DECIDED),
    Transition("closed", "reopened", "queued"),
    *(Transition(state, event, state) for state in DECIDED for event in _MILESTONES),
    *(Transition("closed", event, "closed") for event in _AFTER),
    *(Transition(state, event, state) for state in (*DECIDED, "closed") for event in _LINKS),
    # A routing, a closing and a reopening can be taken back.
    *(Transition("queued", back_to(state), state) for state in (*_UNANSWERED, "closed")),
    *(Transition("closed", back_to(state), state) for state in DECIDED),
)  # fmt: skip
# What triage records by itself, what a link makes of the contact at its other end, the first of two signatures, and
# taking an act back, which is offered only where it fits.
BACKGROUND = frozenset({"held_for_person", "grouped", "act_proposed", *(back_to(state) for state in ALL_STATES)})
LIFECYCLE = Lifecycle("hotline", "received", _STATES, _MOVES, BACKGROUND)


def state_after(review: tuple[str, ...]) -> str:
    """Where a contact stands after triage: nobody's queue but a person's, where the rules are unsure."""
    return LIFECYCLE.table["received", "held_for_person" if review else "routed"]
