"""The report of a day counts what came in, and what is open when it is made, whoever has it by then."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.hotline.documents import TriageReport
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.paper import unprinted_report
from tasks.adapters.policy import hotline_policy, office
from tests.hotline_decided import RECEIVED, decided, worked
from tests.office import stop_clock

DAY = date(2026, 11, 19)


@pytest.fixture(autouse=True)
def now(home: Path) -> None:
    stop_clock(2026, 11, 20, 14)


def report() -> TriageReport:
    with reading() as session:
        (made,) = unprinted_report(session, DAY, hotline_policy(), office(), clock.now())
    return made


def open_now() -> dict[str, tuple[int, int, int, int]]:
    return {
        row.unit: (row.contacts, row.urgent, row.waiting, row.overdue) for row in report().open_by_unit if row.contacts
    }


def test_what_is_open_is_counted_as_people_made_it_and_not_as_triage_saw_it() -> None:
    for number in range(4):
        decided(f"A{number}")
    worked("A1", unit="HOMEBASE", priority=1, due_at=RECEIVED)
    worked("A2", state="closed", closed_at=RECEIVED)
    assert open_now() == {"Cash assistance and SNAP": (2, 0, 0, 0), "Homebase": (1, 1, 0, 1)}
    assert report().contacts == 4


def test_what_came_on_other_days_is_open_but_not_among_the_day_s_contacts() -> None:
    decided("A1")
    decided("A2", received_at=RECEIVED - timedelta(days=40), due_at=RECEIVED - timedelta(days=26), state="to_person")
    made = report()
    assert (made.contacts, open_now()) == (1, {"Cash assistance and SNAP": (2, 0, 1, 1)})
    (line,) = [row for row in made.open_by_unit if row.contacts]
    assert line.oldest == datetime(2026, 10, 10, 15, tzinfo=UTC)


def test_an_event_s_contacts_of_the_day_are_told_apart() -> None:
    for number in range(15):
        decided(f"A{number}", events=("storm",))
    decided("B1", events=("storm",), received_at=RECEIVED - timedelta(days=3))
    for number in range(12):
        decided(f"C{number}")
    made = report()
    assert [(row.event, row.contacts) for row in made.surge] == [("storm", 15)] and made.contacts == 27
