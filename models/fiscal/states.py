"""Where a contract's month can stand, who holds it there, and every legal move."""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a month in hand. Source: domain section 2 (actors)."""

    FISCAL = "Fiscal"
    PROVIDER = "Provider"
    NOBODY = "nobody"


_STATES = (
    State("expected", "Report not in", Holder.PROVIDER, "S11"),
    State("with_fiscal", "Fiscal review", Holder.FISCAL, "S11"),
    State("questioned", "Asked of the provider", Holder.PROVIDER, "S11"),
    State("plan_wanted", "Corrective action plan asked for", Holder.PROVIDER, "S11"),
    State("signed_off", "Signed off", Holder.NOBODY, "S11", final=True),
)
_REVIEWED = ("with_fiscal", "questioned", "plan_wanted")

_MOVES = (
    Transition("expected", "report_came", "with_fiscal"),
    Transition("expected", "findings_changed", "expected"),
    # What a signature stood on has changed: it is looked at again.
    *(Transition(state, "figures_changed", "with_fiscal") for state in (*_REVIEWED, "signed_off")),
    Transition("with_fiscal", "signed_off", "signed_off"),
    Transition("with_fiscal", "question_asked", "questioned"),
    Transition("with_fiscal", "plan_asked", "plan_wanted"),
    # An answer, or a plan, comes late too: after the figures changed and the month went back to Fiscal.
    *(Transition(state, "answer_recorded", "with_fiscal") for state in ("questioned", "with_fiscal")),
    *(
        Transition(state, event, "with_fiscal")
        for state in ("plan_wanted", "with_fiscal")
        for event in ("plan_recorded", "plan_not_received")
    ),
    *(Transition(state, "flag_referred", state) for state in ("expected", *_REVIEWED)),
    Transition("signed_off", "reopened", "with_fiscal"),
)
# What imports, reviews and clocks record; the rest is signed.
BACKGROUND = frozenset({"report_came", "findings_changed", "figures_changed"})
LIFECYCLE = Lifecycle("fiscal", "expected", _STATES, _MOVES, BACKGROUND)
ALL_STATES: dict[str, State] = {state.name: state for state in _STATES}
