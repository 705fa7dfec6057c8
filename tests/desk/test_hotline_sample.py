"""The blind sample at the desk: who opens which contact, that nothing of triage is shown, and what is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from models.hotline.records import HotlineDecision
from tasks.adapters.database import writing
from tasks.adapters.hotline.sample_reading import PURPOSE
from tests.casework import BEATEN, CASEWORKER, CLEARED, OTHER, RENT, STAMPS, SUPERVISOR, do, open_office
from tests.desk.conftest import attempts, hidden, read_page, words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import OTHERS, PAGE, call, contacts, opened_by
from tests.hotline_sample_desk import FIRST, HOME, SECOND, answer, draw, go_on, readings
from tests.signers import hire

pytestmark = pytest.mark.usefixtures("hotline_key")


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., None]:
    """Opens the office with contacts of these words, all in the week's sample."""

    def opened(*texts: str) -> None:
        open_office(tmp_path, *texts)
        hire(*OTHERS)
        draw()

    return opened


# --- a sitting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff_id", [CASEWORKER, SUPERVISOR])
def test_my_work_says_how_many_contacts_of_the_sample_wait_for_me(office: Callable[..., None], staff_id: str) -> None:
    office(RENT, STAMPS, BEATEN)
    page = read_page(at_desk(staff_id).get("/hotline").text)
    assert "Blind sample (2)" in page.text and HOME in page.links
    assert "2 contacts wait for you" in words(at_desk(OTHER).get(HOME))


def test_one_contact_follows_the_other_until_none_waits(office: Callable[..., None]) -> None:
    office(RENT, STAMPS)
    browser = at_desk(CASEWORKER)
    assert go_on(browser).headers["location"] == FIRST
    assert "back rent" in words(browser.get(FIRST))
    assert answer(browser).headers["location"] == f"{SECOND}?kept=INQ-0001"
    assert "Kept: INQ-0001" in words(browser.get(f"{SECOND}?kept=INQ-0001"))
    assert answer(browser, SECOND, "FIA", "2").headers["location"] == f"{HOME}?kept=INQ-0002"
    assert "No contact of the sample waits for you." in words(browser.get(HOME))
    assert readings() == {"INQ-0001": (CASEWORKER, "HOMEBASE", 3), "INQ-0002": (CASEWORKER, "FIA", 2)}


def test_each_opening_is_kept_in_the_access_log_and_looking_at_the_numbers_opens_nothing(
    office: Callable[..., None],
) -> None:
    office(RENT)
    browser = at_desk(CASEWORKER)
    browser.get(HOME)
    go_on(browser)
    assert opened_by() == []
    browser.get(FIRST)
    assert opened_by() == [("INQ-0001", CASEWORKER, PURPOSE)]


def test_a_contact_is_answered_about_once(office: Callable[..., None]) -> None:
    office(RENT)
    first, second = at_desk(CASEWORKER), at_desk(OTHER)
    fields = {**hidden(first, FIRST), "unit": "FIA", "priority": "3"}
    late = {**hidden(second, FIRST), "unit": "HEAP", "priority": "4"}
    assert post(first, FIRST, fields).status_code == 303
    again, other = post(first, FIRST, fields), post(second, FIRST, late)
    assert again.status_code == 409 and "You have read this contact already" in words(again)
    assert other.status_code == 409 and "Somebody has read this contact already" in words(other)
    assert readings() == {"INQ-0001": (CASEWORKER, "FIA", 3)}


@pytest.mark.parametrize(("unit", "priority"), [
    ("", "3"), ("HOMEBASE", ""), ("NASA", "3"), ("DV", "3"), ("FIA", "5"), ("FIA", "٣"), ("FIA", "1e0"),
])  # fmt: skip
def test_a_form_without_a_choice_keeps_nothing_and_still_shows_the_words(
    office: Callable[..., None], unit: str, priority: str
) -> None:
    office(RENT)
    found = answer(at_desk(CASEWORKER), FIRST, unit, priority)
    assert found.status_code == 422 and "Choose the unit and the priority." in words(found)
    assert "back rent" in words(found) and readings() == {}


@pytest.mark.parametrize("name", ["%00", "INQ-0001%00", "%ED%A0%80", "%E2%80%AE", "x" * 5_000, "%0A", "'--", "INQ-9"])
def test_a_contact_that_is_not_in_the_sample_is_not_opened(office: Callable[..., None], name: str) -> None:
    office(RENT)
    browser = at_desk(CASEWORKER)
    found = browser.get(f"{HOME}/contacts/{name}")
    assert found.status_code == 422 and "is not in the sample" in words(found)
    told = {**hidden(browser, HOME), "unit": "FIA", "priority": "3"}
    assert post(browser, f"{HOME}/contacts/{name}", told).status_code == 422
    assert opened_by() == [] and readings() == {}


# --- blind -----------------------------------------------------------------------------------------------------


def test_the_page_is_the_same_whatever_triage_said(office: Callable[..., None]) -> None:
    office(RENT)
    browser = at_desk(CLEARED)
    before = browser.get(FIRST)
    with writing() as session:
        row = session.get_one(HotlineDecision, "INQ-0001")
        row.unit, row.alternatives, row.priority, row.confidential = "DV", "HASA|FIA", 1, True
        row.rule, row.signals, row.evidence, row.review, row.language = "told not safe", "dv_now", "1-5", "unsure", "es"
        row.duplicate_of, row.clock, row.needs_language_service = "INQ-0009", "life_safety", True
    assert browser.get(FIRST).text == before.text
    assert read_page(before.text).all("mark") == []


def test_nothing_leads_from_an_unread_contact_to_its_page(office: Callable[..., None]) -> None:
    office(RENT, STAMPS)
    links = read_page(at_desk(CASEWORKER).get(FIRST).text).links
    assert not [link for link in links if "/cases/" in link]


def test_what_was_told_besides_the_words_is_shown_and_no_name_or_telephone(office: Callable[..., None]) -> None:
    office(RENT)
    call(at_desk(OTHER), STAMPS, safe_now="no", caller="Mina Invented", phone="718-555-0139")
    draw()
    (called,) = (one for one in contacts() if one.startswith("CALL-"))
    found = words(at_desk(CASEWORKER).get(f"{HOME}/contacts/{called}"))
    assert "They said that they are not safe right now." in found
    assert "Mina" not in found and "555-0139" not in found


# --- whose it is not -------------------------------------------------------------------------------------------


def test_who_is_not_cleared_never_meets_a_restricted_contact(office: Callable[..., None]) -> None:
    office(BEATEN)
    browser = at_desk(SUPERVISOR)
    assert "Blind sample (0)" in words(browser.get("/hotline"))
    assert go_on_anyway(browser).headers["location"] == HOME
    found, sent = browser.get(FIRST), answer_anyway(browser, FIRST)
    assert [one.status_code for one in (found, sent)] == [403, 403]
    assert all("husband" not in one.text and "somebody who is cleared reads it" in one.text for one in (found, sent))
    assert opened_by() == [] and readings() == {}
    assert "husband" in words(at_desk(CLEARED).get(FIRST))


def test_what_is_marked_as_confidential_after_it_was_drawn_is_hidden_from_that_moment(
    office: Callable[..., None],
) -> None:
    office(STAMPS)
    browser = at_desk(CASEWORKER)
    fields = {**hidden(browser, FIRST), "unit": "FIA", "priority": "3"}
    do(SUPERVISOR, "marked_confidential")
    assert post(browser, FIRST, fields).status_code == 403 and readings() == {}
    assert "food stamps" not in browser.get(FIRST).text


def test_units_that_the_law_protects_are_named_to_cleared_staff_alone(office: Callable[..., None]) -> None:
    office(RENT)
    hidden_names = ("Domestic violence services", "HASA")
    assert not any(name in at_desk(CASEWORKER).get(FIRST).text for name in hidden_names)
    assert all(name in at_desk(CLEARED).get(FIRST).text for name in hidden_names)
    assert answer(at_desk(CASEWORKER), FIRST, "RESTRICTED", "2").status_code == 303
    assert readings() == {"INQ-0001": (CASEWORKER, "RESTRICTED", 2)}


def test_who_opened_a_contact_by_another_page_does_not_read_it(office: Callable[..., None]) -> None:
    office(RENT)
    browser = at_desk(CASEWORKER)
    fields = {**hidden(browser, FIRST), "unit": "FIA", "priority": "3"}
    browser.get(PAGE)
    assert browser.get(FIRST).status_code == 403
    found = post(browser, FIRST, fields)
    assert found.status_code == 403 and "You worked on this contact" in words(found) and readings() == {}
    assert ("desk", "role") in [(door, kind) for _, door, kind in attempts()]


@pytest.mark.parametrize(("unit", "priority", "sentence"), [
    ("HOMEBASE", "1", "See that somebody acts on it now."),
    ("RESTRICTED", "3", "See that it is marked as confidential."),
])  # fmt: skip
def test_an_answer_that_asks_for_something_at_once_leads_to_the_contact_when_it_is_kept(
    office: Callable[..., None], unit: str, priority: str, sentence: str
) -> None:
    office(RENT)
    browser = at_desk(CASEWORKER)
    page = read_page(browser.get(answer(browser, FIRST, unit, priority).headers["location"]).text)
    assert sentence in page.text and PAGE in page.links
    assert sentence not in words(at_desk(OTHER).get(f"{HOME}?kept=INQ-0001"))


def go_on_anyway(browser: TestClient) -> Response:
    """Send the form that opens the next contact, which a page without any does not have."""
    return post(browser, f"{HOME}/next", hidden(browser, "/hotline"))


def answer_anyway(browser: TestClient, path: str) -> Response:
    """Answer about a contact whose page cannot be opened."""
    return post(browser, path, {**hidden(browser, "/hotline"), "unit": "FIA", "priority": "3"})
