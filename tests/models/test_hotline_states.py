"""The lifecycle of a contact: every move is named, every state can be reached and left, and acts can be taken back."""

from models.hotline.acts import ACTS, CLOSE_CODES, CODES_WITH_REASON, EVENTS, SIGNED, UNDOABLE, WORK
from models.hotline.states import ALL_STATES, BACKGROUND, DECIDED, LIFECYCLE, back_to, state_after


def reachable() -> set[str]:
    found, new = set[str](), {LIFECYCLE.initial}
    while new:
        found |= new
        new = {t.target for t in LIFECYCLE.transitions if t.state in found} - found
    return found


def test_every_state_is_reached_and_has_a_holder() -> None:
    assert reachable() == set(ALL_STATES)
    assert all(state.holder for state in ALL_STATES.values())


def test_every_open_state_can_be_left_and_closed_can_be_reopened() -> None:
    for state in DECIDED:
        assert LIFECYCLE.table[state, "closed"] == "closed"
    assert LIFECYCLE.table["closed", "reopened"] == "queued"


def test_every_move_is_something_that_triage_or_a_person_does_and_has_words() -> None:
    events = {transition.event for transition in LIFECYCLE.transitions}
    assert events - BACKGROUND - {"act_proposed"} == set(ACTS)
    assert events <= set(EVENTS)


def test_a_state_has_one_target_for_an_event() -> None:
    assert len(LIFECYCLE.table) == len(LIFECYCLE.transitions)


def test_what_can_be_taken_back_leads_back_from_where_it_led() -> None:
    for event in UNDOABLE:
        for transition in LIFECYCLE.transitions:
            if transition.event == event and transition.state in (*DECIDED, "closed"):
                assert LIFECYCLE.table[transition.target, back_to(transition.state)] == transition.state


def test_taking_back_a_decision_needs_a_code_like_the_decision_itself() -> None:
    assert {name for name in ACTS if name.startswith("back_to_")} <= set(SIGNED)
    assert set(UNDOABLE) <= set(SIGNED)
    assert not set(SIGNED) & set(WORK)


def test_triage_puts_a_contact_into_a_queue_or_before_a_person() -> None:
    assert (state_after(()), state_after(("unsure",))) == ("queued", "to_person")


def test_codes_that_need_a_reason_are_close_codes() -> None:
    assert set(CLOSE_CODES) >= CODES_WITH_REASON
