"""What fits a month, who may sign it, and what its history says that people did."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fiscal.acts import ACTS, EVENTS, duty_of, grave, key_of, label, misfit, to_correct
from models.fiscal.desk_side import DeskSide, Happened, desk_side
from models.fiscal.documents import FlagLine, PlanLine, Question
from models.fiscal.states import ALL_STATES, BACKGROUND, LIFECYCLE
from models.shared.findings import Finding, Severity

DAY = date(2026, 11, 18)
AT = datetime(2026, 11, 18, 14, tzinfo=UTC)


def finding(severity: Severity, code: str = "F12", subject: str = "line 3") -> Finding:
    return Finding(
        code=code, subject=subject, severity=severity, message="More was spent.", citation="convention",
        remedy="Say why.",
    )  # fmt: skip


def question(no: int) -> dict[str, Any]:
    asked = Question(no=no, about="line 3", ask="Why?", why="", asked_on=DAY, answer_by=DAY + timedelta(days=10))
    return asked.model_dump(mode="json")


PLAN = PlanLine(asked_on=DAY, last_day=date(2026, 12, 3), why="It grows.")
FLAG = FlagLine(on=DAY, by="Fay Anand", codes="F12", why="It is more than twice.")


def test_every_act_is_a_legal_move_and_every_event_has_words_of_its_own():
    events = {move.event for move in LIFECYCLE.transitions}
    assert events - BACKGROUND == set(ACTS)
    assert {label(event) for event in (*events, "opened")} == set(EVENTS.values())


def test_a_month_is_left_by_nobody_but_who_signs_it_off():
    assert {move.state for move in LIFECYCLE.transitions if move.target == "signed_off"} == {"with_fiscal"}


@pytest.mark.parametrize("desk", [DeskSide(plan=PLAN), DeskSide(flags=(FLAG,))])
def test_a_red_flag_needs_a_reason_until_somebody_followed_it_up(desk: DeskSide):
    found = [finding(Severity.HIGH)]
    assert duty_of(ACTS["signed_off"], found, DeskSide()).needs_reason
    assert not duty_of(ACTS["signed_off"], found, desk).needs_reason
    assert not duty_of(ACTS["signed_off"], [finding(Severity.MEDIUM)], DeskSide()).needs_reason


@pytest.mark.parametrize(
    ("severity", "is_grave", "is_corrected"),
    [
        (Severity.INFO, False, False), (Severity.LOW, False, False), (Severity.MEDIUM, False, True),
        (Severity.HIGH, True, True), (Severity.CRITICAL, True, True),
    ],
)  # fmt: skip
def test_a_plan_is_about_what_is_medium_or_worse_a_red_flag_about_what_is_high(
    severity: Severity, is_grave: bool, is_corrected: bool
):
    assert (bool(grave([finding(severity)])), bool(to_correct([finding(severity)]))) == (is_grave, is_corrected)


def test_the_request_for_a_plan_can_be_closed_from_the_day_after_its_last():
    desk = DeskSide(plan=PLAN)
    assert "has until December 3, 2026" in misfit("plan_not_received", [], desk, PLAN.last_day)
    assert misfit("plan_not_received", [], desk, PLAN.last_day + timedelta(days=1)) == ""


def test_a_finding_is_named_by_its_code_and_subject():
    assert [key_of(finding(Severity.LOW)), key_of(finding(Severity.LOW, "F15", ""))] == ["F12 line 3", "F15"]


def told(event: str, number: int) -> dict[str, Any]:
    """What an event tells, as a signature writes it."""
    signed = {"signed": {"role": "fiscal analyst"}}
    return signed | {
        "question_asked": {"questions": [question(number)]}, "answer_recorded": {"on": "2026-11-20", "answers": {}},
        "plan_asked": {"last_day": "2026-12-03", "reason": "It grows."},
        "plan_recorded": {"on": "2026-11-30", "reason": "Invoices each month."},
        "flag_referred": {"value": "F12", "reason": "Twice its limit."}, "reopened": {"reason": "Paid twice."},
    }.get(event, {})  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Happened]]:
    """A month's events by legal moves, answers to some of the questions that are open, and where they lead."""
    state, found, open_ = LIFECYCLE.initial, list[Happened](), list[int]()
    for step in range(draw(st.integers(0, 25))):
        event = draw(st.sampled_from(LIFECYCLE.events_from(state)))
        body = told(event, step)
        if event == "question_asked":
            open_.append(step)
        if event == "answer_recorded":
            answered = draw(st.lists(st.sampled_from(open_), unique=True)) if open_ else []
            body["answers"] = {str(no): "So." for no in answered}
            open_ = [no for no in open_ if no not in answered]
        at = AT + timedelta(days=step)
        found.append(Happened(event, at, at.date(), "Fay Anand", body))
        state = LIFECYCLE.table[state, event]
    return state, found


@given(histories())
def test_a_sign_off_stands_exactly_while_the_month_stands_signed_off(history: tuple[str, list[Happened]]):
    state, events = history
    assert (desk_side(events).signed is not None) == (state == "signed_off")


@given(histories())
def test_every_question_that_was_asked_is_there_and_open_until_its_own_answer(history: tuple[str, list[Happened]]):
    _, events = history
    desk = desk_side(events)
    asked = {row["no"] for event in events if event.event == "question_asked" for row in event.told["questions"]}
    answered = {int(no) for event in events if event.event == "answer_recorded" for no in event.told["answers"]}
    assert {question.no for question in desk.questions} == asked
    assert {question.no for question in desk.open_questions} == asked - answered


@given(histories())
def test_the_plan_is_the_last_one_asked_for_and_every_red_flag_stays(history: tuple[str, list[Happened]]):
    _, events = history
    desk, names = desk_side(events), [event.event for event in events]
    assert len(desk.flags) == names.count("flag_referred")
    if "plan_asked" not in names:
        assert desk.plan is None
        return
    last = len(names) - 1 - names[::-1].index("plan_asked")
    ended = {"plan_recorded", "plan_not_received"} & set(names[last:])
    assert desk.plan is not None and desk.plan.asked_on == events[last].on and desk.plan.is_open == (not ended)


@given(histories())
def test_nobody_holds_a_month_that_is_signed_off_and_somebody_every_other(history: tuple[str, list[Happened]]):
    state, _ = history
    assert (str(ALL_STATES[state].holder) == "nobody") == (state == "signed_off")
