"""Contacts that wait are told of: at once where they are urgent, climbing until somebody acknowledges."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.shared.records import OutgoingMessage
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline import alerts as hotline_alerts
from tasks.adapters.hotline.alerts import escalate
from tasks.adapters.hotline.cases import clocks
from tasks.adapters.refusals import NotSigned
from tests.casework import (
    BEATEN,
    CASEWORKER,
    FIRE,
    STAMPS,
    SUPERVISOR,
    TAKER,
    alerts,
    answered,
    do,
    facts,
    opened_cases,
    sign,
)
from tests.office import stop_clock

pytestmark = pytest.mark.usefixtures("hotline_key")

# When triage decides, see `open_office`.
JUST_NOW = "2026-11-20T09:00:00-05:00"


def escalated() -> int:
    """What the flow does each minute; returns how many alerts it raised."""
    with writing() as session:
        return escalate(session, clocks(), clock.now())


def wait(minutes: int) -> None:
    """Let time pass since ten in the morning."""
    hours, rest = divmod(minutes, 60)
    days, hour = divmod(14 + hours, 24)
    stop_clock(2026, 11, 20 + days, hour, rest)


def levels(case_id: str = "INQ-0001") -> list[int]:
    return [alert.level for alert in alerts(case_id)]


def messages() -> Iterator[OutgoingMessage]:
    with reading() as session:
        yield from session.execute(select(OutgoingMessage)).scalars()


def test_the_on_call_person_is_told_of_priority_1_in_the_moment_of_the_decision(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(FIRE, STAMPS)
    (alert,) = alerts()
    assert (alert.level, alert.trigger, alert.raised_at) == (0, "priority 1", clock.now())
    assert alerts("INQ-0002") == []
    (message,) = messages()
    assert (message.recipient, message.message_id) == ("on-call@agency.example", alert.message_id)


def test_an_alert_names_a_contact_by_its_number_alone(hotline_office: Callable[..., None]) -> None:
    hotline_office(f"{BEATEN} He is at the door right now with a knife.")
    (message,) = messages()
    told = f"{message.subject} {message.body}"
    assert "INQ-0001" in told
    assert not any(word in told for word in ("DV", "knife", "violence", "domestic", "husband", "restricted"))


def test_alerts_open_no_case(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE)
    wait(200)
    escalated()
    assert opened_cases() == []


def test_it_climbs_by_the_minutes_of_the_policy_until_the_top(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE, received=JUST_NOW)
    seen = []
    for minutes in (14, 15, 29, 30, 60, 90, 119, 120, 500):
        wait(minutes)
        escalated()
        seen.append(levels()[-1])
    assert seen == [0, 1, 1, 2, 3, 4, 4, 5, 5]


def test_after_an_outage_each_level_is_told_that_was_slept_through(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE, received=JUST_NOW)
    wait(95)
    assert escalated() == 4
    assert levels() == [0, 1, 2, 3, 4]


def test_once_acknowledged_it_climbs_no_further(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE)
    do(TAKER, "acknowledged")
    wait(20)
    escalated()
    assert (levels(), alerts()[0].acknowledged_by) == ([0], TAKER)


def test_a_restricted_alert_can_be_acknowledged_by_whoever_is_on_call(hotline_office: Callable[..., None]) -> None:
    hotline_office(f"{BEATEN} He is at the door right now with a knife.")
    assert facts("INQ-0001").restricted
    do(SUPERVISOR, "alert_acknowledged")
    assert alerts()[0].acknowledged_by == SUPERVISOR


def test_an_alert_that_is_not_open_is_not_acknowledged(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    with pytest.raises(NotSigned, match="no alert about it is open"):
        do(SUPERVISOR, "alert_acknowledged")
    assert opened_cases() == []


def test_half_of_the_clock_most_of_it_and_its_end_go_up_the_ladder(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    start, due = facts("INQ-0001").started_at, facts("INQ-0001").due_at
    seen = []
    for share in (0.49, 0.51, 0.79, 0.81, 1.0):
        at = start + share * (due - start) + timedelta(seconds=share == 1.0)
        stop_clock(at.year, at.month, at.day, at.hour, at.minute, at.second)
        escalated()
        do(SUPERVISOR, "alert_acknowledged") if levels() and not alerts()[-1].acknowledged_at else None
        seen.append(levels())
    assert seen == [[], [1], [1], [1, 2], [1, 2, 3]]


def test_half_of_the_clock_tells_nobody_of_what_somebody_works_on(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    do(CASEWORKER, "claimed")
    stop_clock(2026, 11, 28, 20)
    escalated()
    assert levels() == []


def test_what_is_answered_alerts_nobody(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    answered()
    stop_clock(2026, 12, 20, 20)
    assert escalated() == 0


def test_a_second_rejection_tells_the_manager(hotline_office: Callable[..., None]) -> None:
    hotline_office(STAMPS)
    do(CASEWORKER, "rejected", why="wrong_unit")
    assert escalated() == 0
    sign(SUPERVISOR, "routed", unit="MEDICAID", reason="Perhaps here")
    do(CASEWORKER, "rejected", why="wrong_unit")
    escalated()
    assert [(alert.level, alert.trigger) for alert in alerts()] == [(2, "it was rejected again")]


def test_what_an_archive_brings_in_alerts_nobody(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE, STAMPS, received="2026-09-01T08:00:00-05:00")
    assert (escalated(), list(messages())) == (0, [])


def test_after_hours_the_night_s_address_is_told(hotline_office: Callable[..., None], tmp_path: Path) -> None:
    hotline_office(FIRE)
    stop_clock(2026, 11, 21, 3)
    escalated()
    assert {alert.recipient for alert in alerts()[1:3]} == {
        "on-call-night@agency.example",
        "manager-night@agency.example",
    }


def test_a_run_again_at_the_same_moment_raises_nothing(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE, STAMPS)
    wait(45)
    assert (escalated(), escalated()) == (2, 0)


def test_who_fears_reprisals_is_told_to_the_director_however_much_time_is_left(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office("Since I filed a grievance about the director in May they retaliate: my laundry day was taken away.")
    escalated()
    assert [(alert.level, alert.trigger) for alert in alerts()] == [(3, "somebody fears reprisals")]


def test_more_contacts_than_one_run_looks_at_are_told_of_in_the_next(
    hotline_office: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline_office(STAMPS, FIRE, f"{STAMPS} Again.", f"{STAMPS} And again.")
    do(CASEWORKER, "claimed")
    stop_clock(2026, 12, 6, 14)
    monkeypatch.setattr(hotline_alerts, "MOST", 2)
    while escalated():
        pass
    assert [levels(f"INQ-000{number}")[-1] for number in (1, 3, 4)] == [3, 3, 3]
