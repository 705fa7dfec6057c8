"""The blind sample at the desk: for how long the code of the sign-in counts, and what a fresh one does."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.adapters.sessions import RECENT
from tests.casework import CASEWORKER, FIRE, RENT, STAMPS, open_office
from tests.desk.conftest import COOKIE, hidden, read_page, visit, words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import opened_by
from tests.hotline_sample_desk import FIRST, HOME, SECOND, answer, draw, go_on, readings, wait
from tests.signers import code_of


@pytest.fixture
def office(hotline_key: None, tmp_path: Path) -> Callable[..., None]:
    """Opens the office with contacts of these words, all in the week's sample."""

    def opened(*texts: str) -> None:
        open_office(tmp_path, *texts)
        draw()

    return opened


def test_a_sitting_takes_no_code_besides_that_of_the_sign_in(office: Callable[..., None]) -> None:
    office(RENT, STAMPS, FIRE)
    browser = at_desk(CASEWORKER)
    wait(browser, RECENT - timedelta(minutes=1))
    assert "code" not in hidden(browser, HOME) and "authenticator" not in words(browser.get(HOME))
    assert answer(browser, go_on(browser).headers["location"]).status_code == 303


def test_an_old_sign_in_opens_and_keeps_nothing_without_a_fresh_code(office: Callable[..., None]) -> None:
    office(RENT)
    browser = at_desk(CASEWORKER)
    fields = {**hidden(browser, FIRST), "unit": "FIA", "priority": "3"}
    wait(browser, RECENT)
    before = opened_by()
    closed = browser.get(FIRST)
    assert "back rent" not in closed.text and "more than 2 hours ago" in words(closed)
    assert go_on(browser).status_code == 403 and go_on(browser, code="000001").status_code == 401
    unkept = post(browser, FIRST, fields)
    assert unkept.status_code == 403 and "back rent" not in unkept.text
    assert opened_by() == before and readings() == {}


def test_a_fresh_code_keeps_what_was_chosen_and_the_sitting_goes_on(office: Callable[..., None]) -> None:
    office(RENT, STAMPS)
    browser = at_desk(CASEWORKER)
    fields = {**hidden(browser, FIRST), "unit": "HOMEBASE", "priority": "2"}
    wait(browser, RECENT)
    page = read_page(post(browser, FIRST, fields).text)
    assert {"value": "HOMEBASE", "selected": ""} in page.all("option")
    assert [a["value"] for a in page.all("input") if "checked" in a] == ["2"]
    kept = post(browser, FIRST, {**fields, "code": code_of(CASEWORKER)})
    assert kept.headers["location"] == f"{SECOND}?kept=INQ-0001" and "set-cookie" in kept.headers
    assert readings() == {"INQ-0001": (CASEWORKER, "HOMEBASE", 2)}
    assert "food stamps" in words(browser.get(SECOND))
    assert answer(browser, SECOND).status_code == 303


def test_a_fresh_code_counts_once_and_ends_the_earlier_sign_in(office: Callable[..., None]) -> None:
    office(RENT)
    browser, other = at_desk(CASEWORKER), at_desk(CASEWORKER)
    wait(browser, RECENT, other)
    earlier, code = browser.cookies[COOKIE], code_of(CASEWORKER)
    assert go_on(browser, code=code).headers["location"] == FIRST
    assert go_on(other, code=code).status_code == 401
    stranger = visit()
    assert stranger.get(HOME, headers={"Cookie": f"{COOKIE}={earlier}"}, follow_redirects=False).status_code == 303
