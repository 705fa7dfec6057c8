"""Where a budget that came in can stand, who holds it there, and every legal move, by its kind."""

from collections.abc import Mapping
from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Kind(StrEnum):
    """A year's first budget, one of the same total as that in force, one of another total. Source: S4, S13."""

    BUDGET = "budget"
    MODIFICATION = "modification"
    AMENDED = "amended"

    @property
    def words(self) -> str:
        """As people call it."""
        return {"budget": "first budget", "modification": "modification", "amended": "amended budget"}[self.value]


class Holder(StrEnum):
    """Who has a budget in hand. Source: domain section 2 (actors)."""

    PROGRAM = "Program"
    BUDGET = "Budget"
    FISCAL = "Fiscal"
    NOBODY = "nobody"


def _lifecycle(kind: Kind, stage: str, second: State, approval: str) -> Lifecycle:
    """Program approves, then the second unit; what is not decided yet may be returned, withdrawn, or superseded."""
    states = (
        State("proposed", "Proposed, with Program", Holder.PROGRAM, stage),
        second,
        State("active", "Active", Holder.NOBODY, stage, final=True),
        State("returned", "Returned to the provider", Holder.NOBODY, stage, final=True),
        State("withdrawn", "Withdrawn", Holder.NOBODY, "Sx", final=True),
        State("superseded", "Superseded by a newer file", Holder.NOBODY, stage, final=True),
    )
    moves = (
        Transition("proposed", "program_approved", second.name),
        Transition(second.name, approval, "active"),
        *(
            Transition(state, event, target)
            for state in ("proposed", second.name)
            for event, target in (
                ("budget_returned", "returned"), ("withdrawn", "withdrawn"), ("superseded", "superseded")
            )
        ),
    )  # fmt: skip
    return Lifecycle(f"budgets: {kind}", "proposed", states, moves, BACKGROUND)


# What an import records; the rest is signed.
BACKGROUND = frozenset({"superseded"})
# Money that is new to a line of the agency's budget is Budget's, money that moves between lines Fiscal's.
# Source: S4, S10 (Budget); S13 (Fiscal; convention).
LIFECYCLES: Mapping[Kind, Lifecycle] = {
    Kind.BUDGET: _lifecycle(Kind.BUDGET, "S4", State("with_budget", "With Budget", Holder.BUDGET, "S4"),
                            "budget_approved"),
    Kind.MODIFICATION: _lifecycle(Kind.MODIFICATION, "S13", State("with_fiscal", "With Fiscal", Holder.FISCAL, "S13"),
                                  "fiscal_approved"),
    Kind.AMENDED: _lifecycle(Kind.AMENDED, "S13", State("with_budget", "With Budget", Holder.BUDGET, "S13"),
                             "budget_approved"),
}  # fmt: skip
ALL_STATES: dict[str, State] = {
    state.name: state for kind in (Kind.BUDGET, Kind.MODIFICATION) for state in LIFECYCLES[kind].states
}
FINAL = frozenset(name for name, state in ALL_STATES.items() if state.final)
# While it stands here, a change of a budget is the pending change of rule P2.
OPEN = frozenset(ALL_STATES) - FINAL
