"""Corrections: the history reads as corrected, what was recorded stays, and correcting back restores it exactly."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.registration.clocks import Clock, clocks
from models.registration.corrections import (
    Correction,
    Recorded,
    correct,
    state_since,
    superseded,
    with_correction,
)
from models.registration.moves import Refusal
from models.registration.packet import EventFacts, RegistrationPacket
from models.registration.states import LIFECYCLES, STEPS, Kind
from models.shared.calendar import new_york_date, start_of_day
from models.shared.documents import canonical
from models.shared.lifecycle import Ledger, State, advance, ledger
from tests.factories import POLICY, make_packet

CASE = "R27-971010012"
OPENED = datetime(2026, 7, 1, 13, tzinfo=UTC)
TODAY = date(2027, 12, 1)
NOW = datetime(2027, 12, 1, 15, tzinfo=UTC)
STANDARD = LIFECYCLES[Kind.STANDARD]


def record(history: list[Recorded], event: str, at: datetime, **words: Any) -> None:
    """Append an event as the ledger does; one that is not legal fails the test."""
    state = history[-1].state_to if history else ""
    target = advance(STANDARD, state, event) if state else STANDARD.by_name["designated"]
    assert isinstance(target, State), target.sentence
    payload = canonical({"file": "f1", **words})
    history.append(
        Recorded(CASE, len(history) + 1, at, event, "import registration steps", state, target.name, payload)
    )


def recorded(*steps: tuple[str, str] | tuple[str, str, dict[str, str]]) -> list[Recorded]:
    """A history of steps (event, month and day of 2026, words), each at the start of its day."""
    history: list[Recorded] = []
    record(history, "opened", OPENED)
    for event, day, *words in steps:
        record(history, event, start_of_day(date.fromisoformat(f"2026-{day}")), **(words[0] if words else {}))
    return history


FILED = (
    ("cleared", "07-06"), ("scope_and_budget_agreed", "07-20"), ("package_complete", "08-03"),
    ("name_check_requested", "08-05"), ("found_responsible", "08-17"),
    ("notice_published", "08-18", {"value": "comment"}), ("notice_completed", "08-31"), ("award_made", "09-07"),
    ("filed", "09-14", {"reference": "A-17"}),
)  # fmt: skip
SEQ = {step[0]: number for number, step in enumerate(FILED, 2)}


def accepted(history: Sequence[Recorded], seq: int, **after: str) -> list[Recorded]:
    """The history after a correction that must be possible."""
    found = correct(history, seq, after, TODAY)
    assert isinstance(found, Correction), found
    return with_correction(history, found, "The stamp was misread.", "Ada Invented", NOW)


def refused(history: Sequence[Recorded], seq: int, **after: str) -> str:
    """The sentence of a correction that must not be possible."""
    found = correct(history, seq, after, TODAY)
    assert isinstance(found, Refusal), found
    return found.sentence


def packet_of(known: Sequence[Recorded]) -> RegistrationPacket:
    """The packet of a history, the corrections themselves left out."""
    facts = []
    for event in known:
        told = json.loads(event.payload)
        if event.event != "corrected":
            words = {key: told.get(key, "") for key in ("value", "reason")}
            facts.append(EventFacts(event=event.event, on=event.on, state=event.state_to, **words))
    return make_packet(
        state=known[-1].state_to, state_since=new_york_date(state_since(known)), as_of=TODAY, history=tuple(facts)
    )


def ledger_of(known: Sequence[Recorded]) -> Ledger:
    return ledger(STANDARD, [(e.occurred_at, e.state_to) for e in known if e.moves])


def clock(known: Sequence[Recorded], label: str) -> Clock:
    return next(c for c in clocks(packet_of(known), POLICY) if c.label == label)


# --- what a correction brings ------------------------------------------------------------------------------------


def test_a_corrected_filing_moves_the_comptrollers_last_day() -> None:
    before = recorded(*FILED)
    after = accepted(before, SEQ["filed"], on="2026-09-21")
    assert clock(before, "Comptroller's registration").due_on == date(2026, 10, 14)
    assert clock(after, "Comptroller's registration").due_on == date(2026, 10, 21)


def test_a_corrected_last_move_says_since_when_the_case_stands_there() -> None:
    after = accepted(recorded(*FILED), SEQ["filed"], on="2026-09-21")
    assert state_since(after) == datetime(2026, 9, 21, 4, tzinfo=UTC)


def test_a_corrected_day_moves_time_from_one_holder_to_the_other() -> None:
    before = recorded(*FILED)
    after = accepted(before, SEQ["package_complete"], on="2026-08-01")
    held, now = ledger_of(before).by_holder(NOW), ledger_of(after).by_holder(NOW)
    assert now["Provider"] == held["Provider"] - timedelta(days=2)
    assert now["Procurement"] == held["Procurement"] + timedelta(days=2)


def test_a_hearing_that_was_recorded_as_a_comment_period_gets_the_clock_of_a_hearing() -> None:
    before = recorded(*FILED)
    after = accepted(before, SEQ["notice_published"], value="Hearing")
    assert {c.code for c in clocks(packet_of(before), POLICY)} & {"K6", "K8"} == {"K8"}
    assert {c.code for c in clocks(packet_of(after), POLICY)} & {"K6", "K8"} == {"K6"}


def test_a_correction_holds_only_what_changes() -> None:
    found = correct(
        recorded(*FILED), SEQ["filed"], {"on": "09/21/2026", "reference": " A-17 ", "reason": "Stamped"}, TODAY
    )
    assert found == Correction(
        SEQ["filed"], "filed", {"on": "2026-09-14", "reason": ""}, {"on": "2026-09-21", "reason": "Stamped"}
    )


def test_a_correction_reads_as_a_sentence() -> None:
    found = correct(recorded(*FILED), SEQ["filed"], {"on": "2026-09-21", "reference": ""}, TODAY)
    assert isinstance(found, Correction)
    assert found.sentence == (
        "Filed. Date: September 21, 2026, instead of September 14, 2026; reference: nothing, instead of “A-17”"
    )


def test_the_correction_stays_in_the_history_at_its_own_moment() -> None:
    before = recorded(*FILED)
    last = accepted(before, SEQ["filed"], on="2026-09-21")[-1]
    assert (last.seq, last.event, last.occurred_at) == (len(before) + 1, "corrected", NOW)
    assert (last.state_from, last.state_to) == ("filed", "filed")


def test_later_corrections_of_the_same_step_win() -> None:
    once = accepted(recorded(*FILED), SEQ["filed"], on="2026-09-21", reason="Stamped")
    twice = accepted(once, SEQ["filed"], on="2026-09-17")
    event = twice[SEQ["filed"] - 1]
    assert (event.on, json.loads(event.payload)["reason"]) == (date(2026, 9, 17), "Stamped")


def test_a_step_corrected_to_the_day_of_the_move_before_it_follows_that_move() -> None:
    history = recorded(*FILED[:2])
    record(history, "package_complete", datetime(2026, 8, 3, 15, tzinfo=UTC))
    record(history, "found_responsible", datetime(2026, 8, 5, 15, tzinfo=UTC))
    event = accepted(history, 5, on="2026-08-03")[4]
    assert (event.on, event.occurred_at) == (date(2026, 8, 3), history[3].occurred_at)


def test_a_letter_keeps_the_day_on_which_it_went_out() -> None:
    history = recorded(*FILED[:2])
    record(history, "documents_requested", datetime(2026, 7, 21, 15, tzinfo=UTC))
    after = accepted(history, SEQ["scope_and_budget_agreed"], on="2026-07-23")
    assert after[3] == history[3]


def test_a_corrected_step_is_marked_until_it_is_corrected_back() -> None:
    history = recorded(*FILED)
    there = accepted(history, SEQ["filed"], on="2026-09-21")
    back = accepted(there, SEQ["filed"], on="2026-09-14")
    marked = [[event.seq for event in known if event.is_corrected] for known in (history, there, back)]
    assert marked == [[], [SEQ["filed"]], []]


def test_what_was_said_before_each_correction_is_still_known() -> None:
    once = accepted(recorded(*FILED), SEQ["notice_published"], value="hearing")
    twice = accepted(once, SEQ["notice_published"], on="2026-08-19")
    assert superseded(twice) == [
        ("notice_published", date(2026, 8, 18), "hearing"),
        ("notice_published", date(2026, 8, 18), "comment"),
    ]


# --- what cannot be corrected ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "after", "sentence"),
    [
        ("filed", {"on": "2026-09-14"}, "“filed” of September 14, 2026 says just that already; nothing was changed."),
        ("filed", {}, "says just that already"),
        ("filed", {"on": "2028-01-01"}, "cannot be dated January 1, 2028: that day lies in the future."),
        ("filed", {"on": "someday"}, "“someday” is not a date; write it as 2026-09-30."),
        ("filed", {"on": ""}, "the date is missing"),
        ("filed", {"amount": "5"}, "“amount” cannot be corrected. A correction changes a date, detail, reason or"),
        ("filed", {"on": "2026-09-06"},
         "“filed” cannot be dated September 6, 2026: “award made” came before it on September 7, 2026. Correct that"),
        ("award_made", {"on": "2026-09-15"},
         "cannot be dated September 15, 2026: “filed” followed on September 14, 2026. Correct that date first"),
        ("cleared", {"on": "2026-06-30"}, "“opened” came before it on July 1, 2026. Choose a day that is not earlier."),
        ("package_complete", {"on": "2026-08-06"}, "“name check requested” followed on August 5, 2026."),
        ("name_check_requested", {"on": "2026-08-18"}, "“found responsible” followed on August 17, 2026."),
        ("notice_published", {"value": "parade"}, "“parade” is not a kind of notice. Known: hearing, comment."),
    ],
)  # fmt: skip
def test_a_wrong_correction_is_refused_with_its_own_sentence(event: str, after: dict[str, str], sentence: str) -> None:
    assert sentence in refused(recorded(*FILED), SEQ[event], **after)


def test_an_event_that_is_not_there_cannot_be_corrected() -> None:
    assert "no event number 99" in refused(recorded(*FILED), 99, on="2026-09-15")


@pytest.mark.parametrize("event", sorted({t.event for t in STANDARD.transitions} - STEPS - {"corrected"}))
def test_what_nobody_recorded_by_hand_cannot_be_corrected(event: str) -> None:
    state = next(t.state for t in STANDARD.transitions if t.event == event)
    there = Recorded(CASE, 1, OPENED, event, "review", state, STANDARD.table[state, event], "{}")
    sentence = refused([there], 1, on="2026-07-02", reason="x")
    assert sentence.startswith("Only a step that the office recorded can be corrected.")


def test_a_correction_is_not_corrected_itself() -> None:
    history = accepted(recorded(*FILED), SEQ["filed"], on="2026-09-21")
    assert "correct the step once more" in refused(history, history[-1].seq, reason="Another")


def test_a_kind_is_set_again_instead() -> None:
    history = recorded(("kind_set", "07-03", {"value": "multi_year"}))
    assert "record “kind set” once more" in refused(history, 2, on="2026-07-04")


def test_a_filing_cannot_be_dated_later_once_the_contract_was_deemed_registered() -> None:
    history = recorded(*FILED, ("deemed_registered", "10-15"))
    sentence = refused(history, SEQ["filed"], on="2026-09-15")
    assert "deemed registered on October 15, 2026, counted from September 14, 2026" in sentence


def test_a_filing_dated_earlier_can_go_back_after_the_contract_was_deemed_registered() -> None:
    history = recorded(*FILED, ("deemed_registered", "10-15"))
    there = accepted(history, SEQ["filed"], on="2026-09-10")
    assert accepted(there, SEQ["filed"], on="2026-09-14")[SEQ["filed"] - 1] == history[SEQ["filed"] - 1]


LATE_NEWS = recorded(*FILED, ("deemed_registered", "10-15"), ("registered", "10-15", {"value": "2026-10-09"}))


def test_the_true_day_of_a_registration_that_was_heard_of_late_can_be_corrected() -> None:
    event = accepted(LATE_NEWS, len(LATE_NEWS), value="10/08/2026")[len(LATE_NEWS) - 1]
    assert (json.loads(event.payload)["value"], event.on) == ("2026-10-08", date(2026, 10, 15))


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        ({"on": "2026-10-20"}, "its detail: correct that"),
        ({"value": "early"}, "detail: “early” is not a date"),
        ({"value": "2026-10-16"}, "lies after October 15, 2026"),
    ],
)
def test_a_registration_that_was_heard_of_late_keeps_a_sensible_day(after: dict[str, str], sentence: str) -> None:
    assert sentence in refused(LATE_NEWS, len(LATE_NEWS), **after)
