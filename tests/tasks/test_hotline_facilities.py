"""Complaints about one facility: counted by its hashed name or address, each caller's once, and told once a week."""

from pathlib import Path

import pytest

from tests.casework import STAMPS, triage
from tests.hotline_ladder import NO_HEAT, NYC311, call, calls, escalated, message_to, raised, who_heard
from tests.hotline_office import bring, csv_text, everything_on_disk
from tests.office import stop_clock

pytestmark = pytest.mark.usefixtures("hotline_key")

CROWDED = (3, "many complained about the same facility")


def test_the_fifth_complaint_about_a_facility_within_a_week_tells_the_director_once() -> None:
    calls("The Auburn House", "auburn house", "AUBURN HOUSE", "Auburn House.", "Auburn  House", "Auburn House")
    assert (escalated(), escalated()) == (1, 0)
    assert raised("CALL-5") == [CROWDED] and who_heard("CALL-1", "CALL-4", "CALL-6") == []
    assert "facility" not in message_to("director@agency.example")


def test_four_or_five_about_several_facilities_tell_nobody() -> None:
    calls("Auburn House", "Auburn House", "Auburn House", "Auburn House", "Borden House")
    assert escalated() == 0


def test_one_caller_who_complains_five_times_is_one_complaint_about_a_facility() -> None:
    calls(*["Auburn House"] * 5, phone="718-555-0139")
    escalated()
    assert [one for one in range(1, 6) if CROWDED in raised(f"CALL-{one}")] == []


def test_what_is_no_complaint_about_a_place_does_not_count() -> None:
    calls(*["Auburn House"] * 6, text=STAMPS)
    assert escalated() == 0


def test_complaints_of_more_than_a_week_ago_do_not_count() -> None:
    calls(*["Auburn House"] * 4)
    stop_clock(2026, 11, 27, 15)
    call(5, "Auburn House")
    escalated()
    assert CROWDED not in raised("CALL-5")


@pytest.mark.parametrize(("agency", "told"), [("DHS", ["9004"]), ("HPD", [])])
def test_nyc_311_s_requests_to_these_agencies_count_by_address_and_those_about_any_house_do_not(
    tmp_path: Path, agency: str, told: list[str]
) -> None:
    stop_clock(2026, 11, 20, 14)
    rows = [
        [f"90{n:02}", f"11/20/2026 08:0{n}:00 AM", "", agency, "DHS Shelter", f"{NO_HEAT} {n}", "1 Main Street"]
        for n in range(5)
    ]
    bring(tmp_path, csv_text(rows, NYC311))
    triage()
    escalated()
    assert [one for one in (f"90{n:02}" for n in range(5)) if CROWDED in raised(one)] == told


def test_a_facility_s_name_stands_nowhere_in_clear(home: Path) -> None:
    calls(*["Quicksand House"] * 5)
    escalated()
    assert not any(b"quicksand" in content.lower() for _, content in everything_on_disk(home))
