"""Where a registration can stand, who holds it, and which moves the procedure knows."""

from itertools import pairwise

import pytest

from models.registration.policy import PATHS
from models.registration.states import (
    ALL_STATES,
    ASKING,
    LIFECYCLES,
    MILESTONES,
    STEPS,
    UNREGISTERED,
    Holder,
    Kind,
    states_held_by,
)
from models.shared.lifecycle import IllegalTransition, State, advance
from tests.factories import POLICY

KINDS = list(Kind)


def run(kind: Kind, state: str, *events: str) -> str:
    """The state after some events, each of which must be legal."""
    for event in events:
        target = advance(LIFECYCLES[kind], state, event)
        assert isinstance(target, State), target.sentence
        state = target.name
    return state


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_has_one_target_in_its_lifecycle(kind: Kind) -> None:
    lifecycle = LIFECYCLES[kind]
    own = {state.name for state in lifecycle.states}
    pairs = [(t.state, t.event) for t in lifecycle.transitions]
    assert len(pairs) == len(set(pairs))
    assert {t.state for t in lifecycle.transitions} | {t.target for t in lifecycle.transitions} == own


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_can_be_reached_and_every_open_one_left(kind: Kind) -> None:
    lifecycle, seen, todo = LIFECYCLES[kind], set(), ["designated"]
    while todo:
        state = todo.pop()
        seen.add(state)
        targets = {t.target for t in lifecycle.transitions if t.state == state} - {state}
        assert bool(targets) != lifecycle.by_name[state].final
        todo += targets - seen
    assert seen == {state.name for state in lifecycle.states}


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_closed_case_is_held_by_nobody(kind: Kind) -> None:
    for state in LIFECYCLES[kind].states:
        assert (state.holder == Holder.NOBODY) == state.final


@pytest.mark.parametrize("kind", KINDS)
def test_every_path_of_the_forecast_is_a_walk_through_the_lifecycle(kind: Kind) -> None:
    lifecycle = LIFECYCLES[kind]
    for here, there in pairwise(PATHS[kind]):
        assert there in {t.target for t in lifecycle.transitions if t.state == here}


def test_a_standard_contract_goes_from_award_to_close_out() -> None:
    events = (
        "cleared", "scope_and_budget_agreed", "package_complete", "name_check_requested", "name_check_answered",
        "found_responsible", "notice_published", "notice_completed", "award_made", "filed", "registered", "activated",
        "term_ended", "closed_out",
    )  # fmt: skip
    assert run(Kind.STANDARD, "designated", *events) == "closed"


def test_an_outyear_award_needs_a_budget_and_no_new_contract() -> None:
    # MDF (T11)
    assert run(Kind.MULTI_YEAR, "designated", "cleared", "outyear_budget_agreed") == "registered"
    assert isinstance(advance(LIFECYCLES[Kind.STANDARD], "scope", "outyear_budget_agreed"), IllegalTransition)


def test_a_grant_pilot_has_an_agreement_and_no_contract_steps() -> None:
    # GRANT (T12)
    events = ("cleared", "scope_and_budget_agreed", "package_complete", "agreement_signed")
    assert run(Kind.GRANT_PILOT, "designated", *events) == "active"
    assert isinstance(advance(LIFECYCLES[Kind.GRANT_PILOT], "agreement", "filed"), IllegalTransition)


@pytest.mark.parametrize(
    ("event", "stage"),
    [
        ("documents_reopened", "S5"),
        ("responsibility_reopened", "S6"),
        ("notice_reopened", "S7"),
        ("legal_reopened", "S8"),
        ("package_corrected", "S8"),
    ],
)
def test_a_returned_package_goes_back_to_any_stage_of_the_package(event: str, stage: str) -> None:
    # Domain section 4: back to S5-S8, and a new filing starts a new clock (PPB 2-12(d),(f)).
    assert ALL_STATES[run(Kind.STANDARD, "filed", "returned", event)].stage == stage


@pytest.mark.parametrize("answer", ["registered", "returned", "objected", "deemed_registered"])
def test_a_filing_ends_one_way_and_the_others_are_then_refused(answer: str) -> None:
    # PPB 2-12(d): registered, returned or objected; CH 328(a): or nothing within thirty days.
    state = run(Kind.STANDARD, "filed", answer)
    for other in {"registered", "returned", "objected", "deemed_registered"} - {answer}:
        refused = isinstance(advance(LIFECYCLES[Kind.STANDARD], state, other), IllegalTransition)
        # The Comptroller's own number may still come after thirty days without an answer.
        assert refused or (answer, other) == ("deemed_registered", "registered")


def test_the_appeal_names_who_has_it_in_hand() -> None:
    # PPB 2-08(h),(k): the agency mails the denial, the vendor appeals, the agency head decides (K19).
    holders = [ALL_STATES["not_responsible"].holder]
    state = "not_responsible"
    for event in ("denial_mailed", "appeal_filed", "appeal_denied"):
        state = run(Kind.STANDARD, state, event)
        holders.append(ALL_STATES[state].holder)
    assert holders == ["Procurement", "Provider", "Agency head", "nobody"]
    assert run(Kind.STANDARD, "appealed", "appeal_granted") == "public_notice"
    assert run(Kind.STANDARD, "appeal_open", "denial_received", "appeal_period_ended") == "denied"


@pytest.mark.parametrize("state", ["designated", "scope", "documents"])
def test_the_kind_is_set_only_where_all_kinds_can_stand(state: str) -> None:
    for kind in Kind:
        assert run(kind, state, "kind_set") == state
    assert isinstance(advance(LIFECYCLES[Kind.STANDARD], "responsibility", "kind_set"), IllegalTransition)


def test_a_grant_above_its_limit_can_become_a_contract() -> None:
    assert run(Kind.GRANT_PILOT, "agreement", "documents_reopened", "kind_set") == "documents"


def test_a_case_keeps_states_of_the_kind_that_it_was() -> None:
    for lifecycle in LIFECYCLES.values():
        assert lifecycle.by_name.keys() == ALL_STATES.keys()


def test_a_case_can_be_withdrawn_until_it_is_registered() -> None:
    for kind in Kind:
        for state in LIFECYCLES[kind].states:
            legal = not isinstance(advance(LIFECYCLES[kind], state.name, "withdrawn"), IllegalTransition)
            assert legal == (state.name in UNREGISTERED)


def test_what_clocks_and_imports_record_is_no_step_of_the_office() -> None:
    assert not STEPS & {"deemed_registered", "findings_changed", "documents_requested", "award_vanished"}
    assert "orientation_attended" in STEPS
    assert set(MILESTONES) - STEPS == set(MILESTONES) - {"orientation_attended"}


def test_a_refused_step_names_only_what_the_office_can_record() -> None:
    refused = advance(LIFECYCLES[Kind.STANDARD], "filed", "activated")
    assert isinstance(refused, IllegalTransition)
    assert set(refused.possible) == {"registered", "returned", "objected", "withdrawn", "orientation_attended"}


def test_documents_are_asked_for_before_the_package_is_built() -> None:
    assert {"designated", "scope", "documents"} == ASKING


def test_the_states_of_a_unit_are_found_in_any_case() -> None:
    assert states_held_by("comptroller") == ("filed", "answered")
    assert states_held_by("Agency head") == ("appealed",)


def test_every_open_stage_before_registration_has_a_limit() -> None:
    assert POLICY.stages.keys() >= UNREGISTERED
