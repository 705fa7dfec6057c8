"""The blind sample at the desk: a week drawn, the next contact opened, an answer sent, what was kept."""

from datetime import date, timedelta

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.hotline.records import HotlineSample
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.sampling import draw_week
from tasks.adapters.policy import hotline_policy
from tests.desk.conftest import hidden, set_clock
from tests.desk.deciding import post

HOME = "/hotline/sample"
FIRST, SECOND = f"{HOME}/contacts/INQ-0001", f"{HOME}/contacts/INQ-0002"
WEEK = date(2026, 11, 16)


def draw() -> None:
    """Draw the sample of the week in which the office's contacts were received."""
    with writing() as session:
        draw_week(session, WEEK, hotline_policy(), clock.now())


def go_on(browser: TestClient, **typed: str) -> Response:
    """Press the button that opens the next contact; the answer is not followed."""
    return post(browser, f"{HOME}/next", {**hidden(browser, HOME), **typed})


def answer(
    browser: TestClient, path: str = FIRST, unit: str = "HOMEBASE", priority: str = "3", **typed: str
) -> Response:
    """Open a contact of the sample, fill in its form and send it; the answer is not followed."""
    return post(browser, path, {**hidden(browser, path), "unit": unit, "priority": priority, **typed})


def readings() -> dict[str, tuple[str, str, int]]:
    """What was kept: who said which unit and priority, by contact."""
    with reading() as session:
        rows = session.execute(select(HotlineSample)).scalars()
        return {row.contact_id: (row.read_by, row.unit, row.priority) for row in rows if row.read_at}


def wait(browser: TestClient, time: timedelta, *others: TestClient) -> None:
    """Let time pass with a click every 25 minutes, so that no sign-in ends."""
    end = clock.now() + time
    while clock.now() < end:
        set_clock(min(end, clock.now() + timedelta(minutes=25)))
        for one in (browser, *others):
            assert one.get(HOME, follow_redirects=False).status_code == 200
