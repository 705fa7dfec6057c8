"""What a restricted contact must not tell through another one: repeats, links, calls, alerts; and odd forms."""

from pathlib import Path
from typing import Any

import pytest

from tests.casework import BEATEN, CASEWORKER, CLEARED, RENT, STAMPS, SUPERVISOR, TAKER, do, facts, triage
from tests.desk.conftest import words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import PAGE, call, contacts, decision, done, fields_of
from tests.hotline_office import bring, csv_text

pytestmark = pytest.mark.usefixtures("hotline_key")

PHONE = "718-555-0177"
SECOND_PAGE = "/cases/hotline/INQ-0002"


@pytest.mark.parametrize(("staff_id", "is_told"), [(TAKER, False), (SUPERVISOR, False), (CLEARED, True)])
def test_a_call_that_repeats_a_restricted_contact_names_it_to_cleared_staff_alone(
    hotline_office: Any, staff_id: str, is_told: bool
):
    hotline_office(f"{STAMPS} {PHONE}")
    do(TAKER, "marked_confidential")
    answer = call(at_desk(staff_id), f"{STAMPS} Again. {PHONE}")
    (called,) = {*contacts()} - {"INQ-0001"}
    assert decision(called).duplicate_of == "INQ-0001"
    assert ("INQ-0001" in answer.text) is is_told


@pytest.mark.parametrize("is_marked", [False, True])
def test_who_calls_again_about_something_else_is_not_linked_with_what_a_person_marked(
    hotline_office: Any, is_marked: bool
):
    hotline_office("I owe three months of back rent and the landlord took me to housing court. Mrs. Wrenfield")
    if is_marked:
        do(TAKER, "marked_confidential")
    call(at_desk(TAKER), f"Calling again, this is Mrs. Wrenfield. {STAMPS}")
    (called,) = {*contacts()} - {"INQ-0001"}
    assert decision(called).duplicate_of == ("" if is_marked else "INQ-0001")


def test_a_restricted_call_does_not_name_the_open_contact_that_it_repeats(hotline_office: Any):
    hotline_office(f"{STAMPS} {PHONE}")
    answer = call(at_desk(TAKER), f"{STAMPS} {PHONE}", child_report="caller_reports")
    (called,) = {*contacts()} - {"INQ-0001"}
    assert decision(called).duplicate_of == "INQ-0001"
    assert "INQ-0001" not in answer.text


def test_an_open_contact_offers_no_end_of_a_link_with_a_restricted_one(hotline_office: Any):
    hotline_office(f"{STAMPS} {PHONE}", f"{STAMPS} Once more. {PHONE}")
    do(TAKER, "marked_confidential")
    assert decision("INQ-0002").duplicate_of == "INQ-0001"
    unseen = at_desk(CASEWORKER).get(SECOND_PAGE)
    assert "INQ-0001" not in unseen.text and "/do/unlinked" not in unseen.text
    answer = done(at_desk(CASEWORKER), "unlinked", path=SECOND_PAGE)
    assert answer.status_code == 422 and "linked with no other contact" in words(answer)
    assert "/do/unlinked" in at_desk(CLEARED).get(SECOND_PAGE).text


def test_a_refused_link_does_not_tell_with_what_a_restricted_contact_is_linked(hotline_office: Any):
    hotline_office(BEATEN, BEATEN, RENT)
    do(CLEARED, "linked", "INQ-0002", **{"with": "INQ-0001"})
    answer = done(at_desk(CASEWORKER), "linked", path="/cases/hotline/INQ-0003", **{"with": "INQ-0002"})
    assert answer.status_code == 422 and "never linked" in words(answer) and "INQ-0001" not in answer.text


def test_a_contact_is_found_by_its_number_as_it_was_written(hotline_office: Any, tmp_path: Path):
    hotline_office(STAMPS)
    bring(tmp_path, csv_text([["req-a1", "2026-11-20T08:00:00-05:00", "hotline", "en", RENT]]))
    triage()
    browser = at_desk(CASEWORKER)
    answer = post(browser, "/hotline/find", {**fields_of(browser, "/hotline"), "said": "req-a1"})
    assert "1 contact found" in words(answer)


@pytest.mark.parametrize("version", ["9" * 18, "9" * 30, "9" * 5_000, "-1", "1e9", "٣", "²", "", "0\u202e"])
def test_a_number_that_no_case_has_is_a_stale_page(hotline_office: Any, version: str):
    hotline_office(STAMPS)
    browser = at_desk(CASEWORKER)
    answer = done(browser, "claimed", {**fields_of(browser), "version": version})
    assert answer.status_code == 409, words(answer)
    assert facts("INQ-0001").state == "queued"


@pytest.mark.parametrize("name", ["%00", "INQ-0001%00", "%ED%A0%80", "%E2%80%AE", "x" * 5_000, "%0A", "'--"])
@pytest.mark.parametrize("where", ["", "/do/claimed", "/do/linked", "/decide/routed"])
def test_a_contact_of_an_odd_number_is_none(hotline_office: Any, name: str, where: str):
    hotline_office(STAMPS)
    browser = at_desk(CASEWORKER)
    key = fields_of(browser)
    path = f"/cases/hotline/{name}{where}"
    answers = [browser.post(path, data={**key, "with": "INQ-0001"}, follow_redirects=False)] if where else []
    answers += [browser.get(path)] if "/do/" not in where else []
    assert [answer.status_code for answer in answers] == [404] * len(answers)


@pytest.mark.parametrize("told", ["\x01\x02", "\u202eabc", "=cmd|' /C calc'!A0", "x" * 5_000, "\ufffe", "<b>{{ 7*7 }}"])
def test_whatever_stands_in_a_form_is_refused_or_kept_as_text(hotline_office: Any, told: str):
    hotline_office(STAMPS)
    browser = at_desk(CASEWORKER)
    statuses = [
        done(browser, name, **fields).status_code
        for name, fields in (
            ("linked", {"with": told}), ("rejected", {"why": told, "suggested": told}),
            ("contact_attempted", {"means": told, "outcome": told}), ("interim_sent", {"means": told}),
        )
    ]  # fmt: skip
    assert set(statuses) == {422}
    assert done(browser, "noted", text=told).status_code in (303, 422)
    assert "<b>{{ 7*7 }}" not in browser.get(PAGE).text and facts("INQ-0001").state == "queued"
