"""Where a budget can stand, by its kind."""

import pytest

from models.payments.budget_acts import ACTS, APPROVALS, LANDING
from models.payments.budget_states import ALL_STATES, BACKGROUND, FINAL, LIFECYCLES, OPEN, Kind
from models.shared.lifecycle import IllegalTransition, advance


@pytest.mark.parametrize("kind", Kind)
def test_a_budget_takes_effect_by_two_approvals_and_by_nothing_else(kind: Kind) -> None:
    lifecycle = LIFECYCLES[kind]
    ways = [t for t in lifecycle.transitions if t.target == "active"]
    assert [t.event in LANDING for t in ways] == [True]
    assert lifecycle.table[lifecycle.initial, "program_approved"] == ways[0].state


@pytest.mark.parametrize(
    ("kind", "holder"), [(Kind.BUDGET, "Budget"), (Kind.MODIFICATION, "Fiscal"), (Kind.AMENDED, "Budget")]
)
def test_new_money_is_approved_by_budget_and_moved_money_by_fiscal(kind: Kind, holder: str) -> None:
    lifecycle = LIFECYCLES[kind]
    assert lifecycle.holder(lifecycle.table["proposed", "program_approved"]) == holder


@pytest.mark.parametrize("kind", Kind)
def test_whatever_waits_can_be_returned_withdrawn_or_superseded_and_what_is_decided_stays_so(kind: Kind) -> None:
    lifecycle = LIFECYCLES[kind]
    for state in lifecycle.states:
        for event in ("budget_returned", "withdrawn", "superseded"):
            moved = advance(lifecycle, state.name, event)
            assert isinstance(moved, IllegalTransition) is state.final
    assert all(lifecycle.events_from(name) == () for name in FINAL)


def test_every_move_is_signed_by_somebody_or_recorded_by_an_import() -> None:
    events = {t.event for lifecycle in LIFECYCLES.values() for t in lifecycle.transitions}
    assert events == set(ACTS) | BACKGROUND and set(ALL_STATES) == OPEN | FINAL


def test_approvals_ask_for_other_people_and_what_ends_a_budget_for_a_reason() -> None:
    assert {name for name, act in ACTS.items() if act.duty.approves} == APPROVALS
    assert {name for name, act in ACTS.items() if act.duty.needs_reason} == {"budget_returned", "withdrawn"}
    assert len({ACTS[name].duty.name for name in APPROVALS}) == 3
