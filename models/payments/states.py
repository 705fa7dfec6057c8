"""Where a requisition can stand, who holds it there, and every legal move."""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a requisition in hand. Source: domain section 2 (actors)."""

    PROGRAM = "Program"
    FISCAL = "Fiscal"
    PROVIDER = "Provider"
    NOBODY = "nobody"


_STATES = (
    State("with_program", "Program review", Holder.PROGRAM, "S12"),
    State("with_fiscal", "Fiscal review", Holder.FISCAL, "S12"),
    State("returned", "Returned to the provider", Holder.PROVIDER, "S12"),
    State("approved", "Approved, to be vouchered", Holder.FISCAL, "S12"),
    State("vouchered", "Vouchered, to be paid", Holder.FISCAL, "S12"),
    State("paid", "Paid", Holder.NOBODY, "S12", final=True),
    State("disallowed", "Disallowed", Holder.NOBODY, "S12", final=True),
    State("withdrawn", "Withdrawn", Holder.NOBODY, "Sx", final=True),
)
_OPEN = tuple(state.name for state in _STATES if not state.final)
_UNDECIDED = ("with_program", "with_fiscal", "returned")

_MOVES = (
    Transition("with_program", "program_approved", "with_fiscal"),
    Transition("with_program", "requisition_returned", "returned"),
    Transition("with_fiscal", "requisition_returned", "returned"),
    Transition("with_fiscal", "sent_back", "with_program"),
    Transition("with_fiscal", "fiscal_approved", "approved"),
    Transition("with_fiscal", "disallowed", "disallowed"),
    # A new revision asks again only those whose facts it changed.
    *(Transition(state, "resubmitted", "with_program") for state in _UNDECIDED),
    *(Transition(state, "resubmitted_to_fiscal", "with_fiscal") for state in _UNDECIDED),
    Transition("approved", "vouchered", "vouchered"),
    # Where the advance takes all of it, nothing is left to pay.
    Transition("approved", "paid", "paid"),
    Transition("vouchered", "paid", "paid"),
    *(Transition(state, "withdrawn", "withdrawn") for state in _UNDECIDED),
    *(Transition(state, event, state) for state in _OPEN for event in ("findings_changed", "determination_sent")),
)
# What imports, reviews and the voucher run record; the rest is signed.
BACKGROUND = frozenset(
    {"resubmitted", "resubmitted_to_fiscal", "findings_changed", "vouchered", "paid"}
)  # fmt: skip
LIFECYCLE = Lifecycle("payments", "with_program", _STATES, _MOVES, BACKGROUND)
ALL_STATES: dict[str, State] = {state.name: state for state in _STATES}
FINAL = frozenset(state.name for state in _STATES if state.final)
# Where a review may still change what is paid.
UNDECIDED = frozenset(_UNDECIDED)
