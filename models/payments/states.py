"""Where a requisition can stand, who holds it there, and every legal move.

A requisition is decided in parts: what is clean is approved and paid at once, what is held is reviewed again when it
comes. Money moves on while the rest is reviewed, so in those states its events move nothing; once nothing is under
review, a requisition stands where its money does (`models/payments/standing.py`).
"""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a requisition in hand. Source: domain section 2 (actors)."""

    PROGRAM = "Program"
    FISCAL = "Fiscal"
    PROVIDER = "Provider"
    AGENCY_HEAD = "Agency head"
    NOBODY = "nobody"


_STATES = (
    State("received", "Received, to be reviewed", Holder.PROGRAM, "S12"),
    State("with_program", "Program review", Holder.PROGRAM, "S12"),
    State("with_fiscal", "Fiscal review", Holder.FISCAL, "S12"),
    State("returned", "Returned to the provider", Holder.PROVIDER, "S12"),
    State("approved", "Approved, to be vouchered", Holder.FISCAL, "S12"),
    State("vouchered", "Vouchered, to be paid", Holder.FISCAL, "S12"),
    State("partly_paid", "Paid in part, the rest is open", Holder.PROVIDER, "S12"),
    State("partly_remitted", "Vouchered, paid in part", Holder.FISCAL, "S12"),
    State("payment_returned", "Payment returned or voided, to be reissued", Holder.FISCAL, "S12"),
    State("disputed", "Disputed by the provider", Holder.AGENCY_HEAD, "S12"),
    State("paid", "Paid", Holder.NOBODY, "S12", final=True),
    State("offset", "Approved and set off; nothing is left to pay", Holder.NOBODY, "S12", final=True),
    State("disallowed", "Disallowed", Holder.NOBODY, "S12", final=True),
    State("lapsed", "Closed: what was missing did not come", Holder.NOBODY, "S12", final=True),
    State("upheld", "Closed: the dispute was denied", Holder.NOBODY, "S12", final=True),
    State("withdrawn", "Withdrawn", Holder.NOBODY, "Sx", final=True),
)
# Where people look at it, and a review may change what is paid.
_REVIEWED = ("received", "with_program", "with_fiscal", "returned")
# Where it stands by what became of its money; the last two once all of it is paid, or nothing is left to pay.
_OWED = ("approved", "vouchered", "partly_remitted", "partly_paid", "payment_returned")
_MONEY = (*_OWED, "paid", "offset")

_REVIEW = (
    Transition("received", "reviewed", "with_program"),
    Transition("with_program", "program_approved", "with_fiscal"),
    *(Transition(state, "requisition_returned", "returned") for state in ("with_program", "with_fiscal")),
    *(Transition(state, "determination_sent", state) for state in ("with_program", "with_fiscal")),
    *(Transition(state, "offset_ordered", state) for state in ("with_program", "with_fiscal")),
    Transition("with_fiscal", "sent_back", "with_program"),
    Transition("with_fiscal", "fiscal_approved", "approved"),
    Transition("with_fiscal", "rest_disallowed", "approved"),
    Transition("with_fiscal", "disallowed", "disallowed"),
    *(Transition(state, "withdrawn", "withdrawn") for state in _REVIEWED),
)
# A new revision asks again only those whose facts it changed.
_AGAIN = (
    *(Transition(state, "resubmitted", "received") for state in (*_REVIEWED, *_OWED)),
    *(Transition(state, "resubmitted_to_fiscal", "with_fiscal") for state in _REVIEWED),
    *(Transition(state, "rest_taken_up", "with_program") for state in _OWED),
)
# Exactly one of two things ends a request for what is missing: it comes (above), or its day passes.
_LAPSES = (
    *(Transition(state, "hold_lapsed", "lapsed") for state in ("with_program", "with_fiscal")),
    *(Transition(state, "rest_lapsed", "approved") for state in ("with_program", "with_fiscal")),
    *(Transition(state, "rest_lapsed", state) for state in _OWED),
)
_PAYMENT = (
    *(Transition(state, target, target) for state in _MONEY for target in _MONEY[1:] if target != state),
    Transition("upheld", "payment_returned", "payment_returned"),
    *(Transition(state, "voucher_voided", "payment_returned") for state in ("approved", "vouchered")),
    Transition("partly_remitted", "voucher_voided", "payment_returned"),
    Transition("payment_returned", "reissued", "approved"),
    *(Transition(state, "payment_noted", state) for state in (*_REVIEWED, *_MONEY, "disputed", "upheld")),
    *(
        Transition(state, event, state)
        for state in (*_REVIEWED, "disputed")
        for event in ("voucher_voided", "reissued")
    ),
)
# What was refused, or closed for want of papers, is decided once more by the agency head. Source: PPB 4-09 (K18).
_DISPUTE = (
    *(Transition(state, "disputed", "disputed") for state in ("paid", "offset", "disallowed", "lapsed")),
    Transition("disputed", "dispute_granted", "with_program"),
    Transition("disputed", "dispute_denied", "upheld"),
)
_NOTES = tuple(Transition(state, "findings_changed", state) for state in _REVIEWED)
# What imports, reviews, clocks and the voucher run record; the rest is signed.
BACKGROUND = frozenset(
    {"reviewed", "resubmitted", "resubmitted_to_fiscal", "rest_taken_up", "hold_lapsed", "rest_lapsed",
     "findings_changed", "payment_noted", *_MONEY[1:]}
)  # fmt: skip
_MOVES = (*_REVIEW, *_AGAIN, *_LAPSES, *_PAYMENT, *_DISPUTE, *_NOTES)
LIFECYCLE = Lifecycle("payments", "received", _STATES, _MOVES, BACKGROUND)
ALL_STATES: dict[str, State] = {state.name: state for state in _STATES}
FINAL = frozenset(state.name for state in _STATES if state.final)
# Where a review may still change what is paid.
UNDECIDED = frozenset(_REVIEWED)
# Where lines may be open that nobody reviews: they wait for what is missing.
RESTING = frozenset(_OWED)
MONEY = frozenset(_MONEY)
