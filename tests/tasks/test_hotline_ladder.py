"""What climbs the ladder by its subject, by a danger that nobody ended, and by what other contacts say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.casework import (
    BEATEN,
    CASEWORKER,
    CLEARED,
    FIRE,
    RENT,
    STAFF,
    STAMPS,
    SUPERVISOR,
    TAKER,
    do,
    facts,
    sign,
    triage,
)
from tests.hotline_ladder import NO_HEAT, NYC311, escalated, message_to, raised, who_heard
from tests.hotline_office import bring, csv_text
from tests.office import stop_clock
from tests.signers import hire

pytestmark = pytest.mark.usefixtures("hotline_key")

REPEATED = (2, "the same caller came back again about the same matter")
UNRESOLVED = (5, "a danger to life is not resolved")


def come(folder: Path, *days_and_words: tuple[int, str]) -> None:
    """Contacts `INQ-0001` and so on of days before November 20, received at eight; triaged at nine of that day."""
    stop_clock(2026, 11, 20, 14)
    hire(*STAFF)
    noon = datetime(2026, 11, 20, 13, tzinfo=UTC)
    rows = [
        [f"INQ-{number:04}", (noon - timedelta(days=days)).isoformat(), "hotline", "en", words]
        for number, (days, words) in enumerate(days_and_words, 1)
    ]
    bring(folder, csv_text(rows))
    triage()


# --- a danger to life ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["acknowledged", "alert_acknowledged"])
def test_a_danger_to_life_goes_to_the_top_after_two_hours_though_somebody_took_notice(
    hotline_office: Callable[..., None], act: str
) -> None:
    hotline_office(FIRE)
    do(TAKER, act)
    stop_clock(2026, 11, 20, 14, 59)
    assert escalated() == 0
    stop_clock(2026, 11, 20, 15)
    assert escalated() == 1
    assert raised() == [(0, "priority 1"), UNRESOLVED]
    mail = message_to("commissioner@agency.example")
    assert "INQ-0001" in mail and "it is of priority 1 and was not resolved in time" in mail and "life" not in mail


def test_an_interim_answer_resolves_no_danger(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE)
    sign(SUPERVISOR, "routed", unit="FACILITIES", reason="Our building")
    do(CASEWORKER, "claimed")
    do(CASEWORKER, "interim_sent", means="call", language="en")
    stop_clock(2026, 11, 20, 16)
    escalated()
    assert raised()[-1] == UNRESOLVED


def test_a_danger_that_is_resolved_or_answered_does_not_go_to_the_top(hotline_office: Callable[..., None]) -> None:
    hotline_office(FIRE, f"{FIRE} It is on the third floor.")
    for case_id in ("INQ-0001", "INQ-0002"):
        sign(SUPERVISOR, "routed", case_id, unit="OMBUDSMAN", reason="They know the building")
        do(CASEWORKER, "claimed", case_id)
        do(CASEWORKER, "acknowledged", case_id)
    do(CASEWORKER, "resolved")
    sign(CASEWORKER, "response_sent", "INQ-0002", means="call", language="en")
    stop_clock(2026, 11, 20, 20)
    escalated()
    assert (raised(), raised("INQ-0002")) == ([(0, "priority 1")], [(0, "priority 1")])


def test_who_was_told_at_the_top_at_once_silences_nobody_below(hotline_office: Callable[..., None]) -> None:
    hotline_office(f"{FIRE} I am calling from the Mayor's Office.")
    for hour, minute in ((14, 1), (14, 15), (14, 30)):
        stop_clock(2026, 11, 20, hour, minute)
        escalated()
    assert [level for level, _ in raised()] == [0, 1, 2, 5]


def test_what_an_export_says_is_closed_alerts_nobody(tmp_path: Path) -> None:
    stop_clock(2026, 11, 20, 14)
    row = ["9001", "11/19/2026 08:00:00 AM", "11/19/2026 11:00:00 AM", "DHS", "Fire in shelter", FIRE, "1 Main Street"]
    bring(tmp_path, csv_text([row, ["9002", row[1], "", *row[3:]]], NYC311))
    triage()
    escalated()
    assert who_heard("9001", "9002") == ["9002"]


# --- by its subject ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "expected", "recipient"), [
    ("I am a news reporter with a story about SNAP.", (3, "the press asks, or somebody goes to it"), "director"),
    ("A man died in the shelter last week, nobody told us.", (4, "somebody died in the agency's care"), "deputy"),
    ("I am suing the city because my SNAP case was closed.", (4, "a lawsuit or a class action is spoken of"), "deputy"),
    ("I'm calling from the Mayor's Office about a SNAP case.", (5, "the Mayor's Office asks"), "commissioner"),
])  # fmt: skip
def test_a_subject_is_told_to_its_level_at_once_in_a_mail_that_does_not_name_it(
    hotline_office: Callable[..., None], words: str, expected: tuple[int, str], recipient: str
) -> None:
    hotline_office(words, STAMPS)
    escalated()
    assert (raised(), raised("INQ-0002")) == ([expected], [])
    mail = message_to(f"{recipient}@agency.example")
    assert "INQ-0001" in mail and "it is for your level by its kind" in mail
    assert not any(word in mail for word in ("press", "died", "lawsuit", "Mayor", "SNAP"))


# --- the same caller -----------------------------------------------------------------------------------------------


def test_the_third_contact_of_a_caller_about_a_matter_tells_the_manager_once(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(RENT, f"{RENT} Again.", f"{RENT} And again.", f"{RENT} Nobody calls.", STAMPS)
    assert (escalated(), escalated()) == (1, 0)
    assert raised("INQ-0003") == [REPEATED]
    assert who_heard("INQ-0001", "INQ-0002", "INQ-0004", "INQ-0005") == []
    assert "same caller" not in message_to("manager@agency.example")


@pytest.mark.parametrize(("days", "told"), [((30, 9, 0), ["INQ-0003"]), ((31, 9, 0), []), ((40, 29, 20), [])])
def test_three_count_within_thirty_days(tmp_path: Path, days: tuple[int, ...], told: list[str]) -> None:
    come(tmp_path, *((day, f"{RENT} Day {day}.") for day in days))
    escalated()
    repeated = [one for one in ("INQ-0001", "INQ-0002", "INQ-0003") if REPEATED in raised(one)]
    assert repeated == told


def test_a_link_that_a_person_ended_does_not_count_and_one_that_a_person_made_does(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(RENT, f"{RENT} Again.", f"{RENT} And again.", STAMPS)
    do(CASEWORKER, "unlinked", "INQ-0002")
    assert escalated() == 0
    do(CASEWORKER, "linked", "INQ-0004", **{"with": "INQ-0001"})
    escalated()
    assert raised("INQ-0004") == [REPEATED]


def test_restricted_contacts_are_counted_with_no_others(hotline_office: Callable[..., None]) -> None:
    hotline_office(RENT, f"{RENT} Again.", f"{RENT} And again.")
    do(CASEWORKER, "marked_confidential", "INQ-0002")
    assert facts("INQ-0002").restricted and escalated() == 0


def test_restricted_contacts_of_one_caller_are_counted_and_their_page_says_why_to_the_cleared_only(
    hotline_office: Callable[..., None],
) -> None:
    beaten = f"{BEATEN} 718-555-0139"
    hotline_office(beaten, f"{beaten} Again.", f"{beaten} And again.")
    do(CLEARED, "acknowledged", "INQ-0003")
    escalated()
    assert REPEATED in raised("INQ-0003")


def test_an_answered_contact_is_counted_but_not_told(hotline_office: Callable[..., None]) -> None:
    hotline_office(RENT, f"{RENT} Again.", f"{RENT} And again.", f"{RENT} Nobody calls.")
    for number in (1, 3):
        do(CASEWORKER, "claimed", f"INQ-000{number}")
        sign(CASEWORKER, "response_sent", f"INQ-000{number}", means="letter", language="en")
    escalated()
    assert (raised("INQ-0003"), raised("INQ-0004")) == ([], [REPEATED])


def test_requests_of_nyc_311_about_one_address_are_nobody_s_repeats(tmp_path: Path) -> None:
    stop_clock(2026, 11, 20, 14)
    rows = [
        [f"90{number:02}", "11/20/2026 08:00:00 AM", "", "DHS", "Shelter Complaint", f"{NO_HEAT} {number}", "1 Main St"]
        for number in range(4)
    ]
    bring(tmp_path, csv_text(rows, NYC311))
    triage()
    escalated()
    assert facts("9003").duplicate_of == "9000"
    assert REPEATED not in [one for n in range(4) for one in raised(f"90{n:02}")]


def test_a_supervisor_who_acknowledges_stops_the_climb_of_such_an_alert(hotline_office: Callable[..., None]) -> None:
    hotline_office(RENT, f"{RENT} Again.", f"{RENT} And again.")
    escalated()
    do(SUPERVISOR, "alert_acknowledged", "INQ-0003")
    stop_clock(2026, 11, 21, 15)
    escalated()
    assert raised("INQ-0003") == [REPEATED]
