"""The legal moves of a case as data, and who held it how long."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.shared.lifecycle import IllegalTransition, Lifecycle, State, Transition, advance, diagram, ledger

DOOR = Lifecycle(
    "door",
    "shut",
    (
        State("shut", "Shut", "Porter", "D1"),
        State("open", "Open", "Visitor", "D2"),
        State("gone", "Taken out", "nobody", "D3", final=True),
    ),
    (
        Transition("shut", "knocked", "shut"),
        Transition("shut", "opened_wide", "open"),
        Transition("open", "shut_again", "shut"),
        Transition("shut", "rusted", "shut"),
        Transition("open", "taken_out", "gone"),
    ),
    background=frozenset({"rusted"}),
    elsewhere=(State("ajar", "Ajar", "Wind", "D2"),),
)
START = datetime(2026, 9, 1, 13, tzinfo=UTC)


def test_a_known_event_leads_to_its_state() -> None:
    target = advance(DOOR, "shut", "opened_wide")
    assert isinstance(target, State)
    assert target.name == "open"


def test_a_milestone_moves_nothing() -> None:
    assert advance(DOOR, "shut", "knocked") == DOOR.by_name["shut"]


def test_an_illegal_move_says_what_a_person_can_do_instead() -> None:
    refused = advance(DOOR, "shut", "taken_out")
    assert isinstance(refused, IllegalTransition)
    assert refused.sentence == (
        "“taken out” is not possible while the case is “shut”. Possible now: knocked, opened wide."
    )


def test_a_closed_case_takes_nothing_more() -> None:
    refused = advance(DOOR, "gone", "knocked")
    assert isinstance(refused, IllegalTransition)
    assert refused.sentence.endswith("Possible now: nothing more: the case is closed.")


def test_an_unknown_state_or_event_is_refused_as_a_value() -> None:
    assert isinstance(advance(DOOR, "nowhere", "knocked"), IllegalTransition)
    assert isinstance(advance(DOOR, "shut", "painted"), IllegalTransition)


def test_time_is_counted_for_each_holder_and_milestones_do_not_split_a_stay() -> None:
    moves = [(START, "shut"), (START + timedelta(hours=1), "shut"), (START + timedelta(hours=3), "open")]
    found = ledger(DOOR, moves)
    assert [stay.state for stay in found.stays] == ["shut", "open"]
    assert found.by_holder(START + timedelta(hours=4)) == {
        "Porter": timedelta(hours=3),
        "Visitor": timedelta(hours=1),
    }


def test_nobody_holds_a_closed_case() -> None:
    moves = [(START, "shut"), (START + timedelta(days=1), "open"), (START + timedelta(days=3), "gone")]
    found = ledger(DOOR, moves)
    assert found.by_holder(START + timedelta(days=90)) == {"Porter": timedelta(days=1), "Visitor": timedelta(days=2)}


def test_a_stay_in_a_state_of_another_kind_is_counted() -> None:
    found = ledger(DOOR, [(START, "ajar"), (START + timedelta(hours=2), "shut")])
    assert found.by_holder(START + timedelta(hours=5)) == {"Wind": timedelta(hours=2), "Porter": timedelta(hours=3)}


def test_a_case_without_moves_has_an_empty_ledger() -> None:
    assert ledger(DOOR, []).by_holder(START) == {}


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=40)), st.sampled_from(["shut", "open"])), min_size=1),
    st.timedeltas(timedelta(), timedelta(days=40)),
)
def test_the_stays_always_sum_to_the_elapsed_time(waits: list[tuple[timedelta, str]], last: timedelta) -> None:
    moment, moves = START, []
    for wait, state in waits:
        moment += wait
        moves.append((moment, state))
    found = ledger(DOOR, moves)
    assert sum(found.by_holder(moment + last).values(), timedelta()) == moment + last - moves[0][0]


def test_the_diagram_shows_moves_and_holders_but_no_milestones() -> None:
    drawn = diagram(DOOR)
    assert "open: Open (D2, Visitor)" in drawn
    assert "open --> gone: taken out" in drawn
    assert "knocked" not in drawn
    assert "gone --> [*]" in drawn
