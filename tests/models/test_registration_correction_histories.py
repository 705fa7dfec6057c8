"""Whatever happened to a contract and whatever is corrected: days, ledger and clocks fit, and everything goes back."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.registration.clocks import clocks
from models.registration.corrections import Recorded, as_corrected, correct, state_since, with_correction
from models.registration.moves import Refusal
from models.registration.states import STEPS
from models.shared.calendar import new_york_date, start_of_day
from tests.factories import POLICY
from tests.models.test_registration_corrections import (
    NOW,
    OPENED,
    STANDARD,
    TODAY,
    accepted,
    ledger_of,
    packet_of,
    record,
)

_WORD = st.sampled_from(["", "A-17", "wrong stamp", "O'Hara & Sons"])


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Random lives: moves in order, milestones and machine events anywhere after the move before them."""
    history: list[Recorded] = []
    record(history, "opened", OPENED)
    for _ in range(draw(st.integers(1, 16))):
        here = history[-1].state_to
        events = [e for e in STANDARD.events_from(here) if e != "kind_set" and e != "corrected"]
        moving = [e for e in events if STANDARD.table[here, e] not in (here, "withdrawn", "lapsed")]
        if not events:
            break
        onward = bool(moving) and draw(st.integers(0, 3)) > 0
        event = draw(st.sampled_from(moving if onward else events))
        since = state_since(history)
        day = new_york_date(since) + timedelta(days=draw(st.integers(0, 9)))
        words = {key: draw(_WORD) for key in ("reason", "reference") if event in STEPS}
        if event in ("notice_published", "notice_completed"):
            words["value"] = draw(st.sampled_from(["", "hearing", "comment"] if "published" in event else ["", "held"]))
        if event == "registered" and here == "deemed_registered" and draw(st.booleans()):
            words["value"], day = (day - timedelta(days=5)).isoformat(), new_york_date(since)
        at = start_of_day(day) + timedelta(hours=draw(st.sampled_from([0, 0, 15, 22])))
        kept = {key: word for key, word in words.items() if word or draw(st.booleans())}
        record(history, event, max(since, at), **kept)
    return history


@st.composite
def corrections(draw: st.DrawFn, history: Sequence[Recorded]) -> tuple[int, dict[str, str]]:
    """Any correction of any event, legal or not."""
    event = draw(st.sampled_from(history))
    after: dict[str, str] = {}
    if draw(st.integers(0, 3)):
        after["on"] = (event.on + timedelta(days=draw(st.integers(-6, 6)))).isoformat()
    for key in ("value", "reason", "reference"):
        if draw(st.integers(0, 3)) == 0:
            after[key] = draw(st.sampled_from(["", "hearing", "comment", "held", "B-18", "2026-09-01"]))
    return event.seq, after


def read(known: Sequence[Recorded]) -> list[tuple[datetime, str]]:
    """Moment and payload of each event, the corrections themselves left out."""
    return [(e.occurred_at, e.payload) for e in known if e.event != "corrected"]


def tried(history: Sequence[Recorded], seq: int, after: dict[str, str]) -> list[Recorded] | None:
    """The history after a correction; None when it is refused."""
    found = correct(history, seq, after, TODAY)
    return None if isinstance(found, Refusal) else with_correction(history, found, "why", "Ada Invented", NOW)


def corrected_at_will(data: st.DataObject, history: list[Recorded]) -> list[Recorded]:
    """Some corrections one after the other; the refused ones are left out."""
    for _ in range(data.draw(st.integers(1, 4))):
        history = tried(history, *data.draw(corrections(history))) or history
    return history


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_a_correction_changes_its_own_step_to_what_it_says_and_no_other(
    history: list[Recorded], data: st.DataObject
) -> None:
    history = corrected_at_will(data, history)
    seq, after = data.draw(corrections(history))
    known = tried(history, seq, after)
    if known is None:
        return
    event, told = known[seq - 1], json.loads(known[seq - 1].payload)
    assert {"on": event.on.isoformat(), **told}.items() >= {k: w for k, w in after.items() if w}.items()
    assert not {k for k, w in after.items() if not w and told.get(k)}
    others = [[(e.on, e.payload) for e in some if e.seq not in (seq, len(known))] for some in (history, known)]
    assert others[0] == others[1]


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_to_correct_and_to_correct_back_is_as_if_nothing_had_been(history: list[Recorded], data: st.DataObject) -> None:
    found = correct(history, *(asked := data.draw(corrections(history))), TODAY)
    if isinstance(found, Refusal):
        return
    there = with_correction(history, found, "why", "Ada Invented", NOW)
    back = accepted(there, asked[0], **found.before)
    assert read(back) == read(history)
    assert packet_of(back) == packet_of(history)
    assert clocks(packet_of(back), POLICY) == clocks(packet_of(history), POLICY)
    assert ledger_of(back) == ledger_of(history)
    assert state_since(back) == state_since(history)


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_the_time_of_all_holders_of_a_corrected_case_is_its_whole_time(
    history: list[Recorded], data: st.DataObject
) -> None:
    known = corrected_at_will(data, history)
    made = ledger_of(known)
    until = made.stays[-1].until or NOW
    assert sum(made.by_holder(NOW).values(), timedelta()) == until - OPENED
    assert all(stay.lasted(NOW) >= timedelta() for stay in made.stays)


@settings(max_examples=200, deadline=None)
@given(histories(), st.data())
def test_a_history_that_reads_as_corrected_is_corrected_like_the_recorded_one(
    history: list[Recorded], data: st.DataObject
) -> None:
    known = corrected_at_will(data, history)
    raw = [*history, *(event for event in known if event.event == "corrected")]
    assert as_corrected(raw) == known
    assert as_corrected(known) == known


@settings(max_examples=300, deadline=None)
@given(histories(), st.data())
def test_two_corrections_of_different_steps_come_to_the_same_in_either_order(
    history: list[Recorded], data: st.DataObject
) -> None:
    one, other = data.draw(corrections(history)), data.draw(corrections(history))
    first, second = tried(history, *one), tried(history, *other)
    if one[0] == other[0] or first is None or second is None:
        return
    both = tried(first, *other), tried(second, *one)
    if both[0] is not None and both[1] is not None:
        assert read(both[0]) == read(both[1])
