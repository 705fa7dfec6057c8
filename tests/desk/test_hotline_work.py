"""Contacts at the desk: what is done about them, what is signed with a code, and every refusal in its sentence."""

from typing import Any

import pytest

from tests.casework import (
    CASEWORKER,
    FIRE,
    OTHER,
    RENT,
    SECOND,
    STAMPS,
    SUPERVISOR,
    TAKER,
    answered,
    do,
    facts,
)
from tests.desk.conftest import read_page, words
from tests.desk.deciding import at_desk, post, sign_form
from tests.hotline_desk import PAGE, UNSURE, done, fields_of, listed, shown, signed
from tests.office import stop_clock
from tests.signers import code_of

pytestmark = pytest.mark.usefixtures("hotline_key")


# --- what is done ----------------------------------------------------------------------------------------------


def test_a_contact_is_claimed_accepted_waited_on_and_released_by_one_button_each(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    for act, state in (("claimed", "claimed"), ("accepted", "claimed"), ("constituent_asked", "awaiting_constituent"),
                       ("resumed", "claimed"), ("released", "queued")):  # fmt: skip
        assert f"{PAGE}/do/{act}" in [a.get("action") for a in read_page(browser.get(PAGE).text).all("form")]
        assert done(browser, act).status_code == 303 and facts("INQ-0001").state == state


def test_two_people_never_work_on_one_contact(hotline_office: Any):
    hotline_office(RENT)
    first, second = at_desk(CASEWORKER), at_desk(OTHER)
    stale = fields_of(second)
    assert done(first, "claimed").status_code == 303
    answer = done(second, "claimed", stale)
    assert answer.status_code == 409 and "Wanda One recorded “Claimed”" in words(answer)
    assert facts("INQ-0001").owner == CASEWORKER


def test_a_form_that_is_sent_twice_records_once(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    form = fields_of(browser)
    told = {"means": "call", "outcome": "no_answer"}
    assert done(browser, "contact_attempted", form, **told).status_code == 303
    again = done(browser, "contact_attempted", form, **told)
    assert again.status_code == 409 and "Nothing of yours was recorded" in words(again)
    assert facts("INQ-0001").attempts == 1


def test_a_rejection_says_why_and_where_it_belongs_in_the_history(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    assert done(browser, "rejected", why="wrong_unit", suggested="FIA").status_code == 303
    page = words(browser.get(PAGE))
    assert "Rejected, back to triage; Belongs to another unit; Cash assistance and SNAP" in page
    assert facts("INQ-0001").state == "to_person"


def test_a_link_names_the_other_contact_on_both_pages_and_is_ended_again(hotline_office: Any):
    hotline_office(RENT, STAMPS)
    browser = at_desk(CASEWORKER)
    second = "/cases/hotline/INQ-0002"
    assert done(browser, "linked", path=second, **{"with": "INQ-0001"}).status_code == 303
    assert "/cases/hotline/INQ-0002" in read_page(browser.get(PAGE).text).links
    assert done(browser, "unlinked", path=second).status_code == 303
    assert not facts("INQ-0002").merged


@pytest.mark.parametrize(("act", "told", "status", "sentence"), [
    ("rejected", {}, 422, "“Reject, back to triage” needs why, one of:"),
    ("contact_attempted", {"means": "pigeon", "outcome": "reached"}, 422, "“pigeon” is none."),
    ("linked", {"with": "INQ-9999"}, 422, "There is no contact “INQ-9999” that was triaged."),
    ("linked", {"with": "INQ-0001"}, 422, "A contact is not linked with itself."),
    ("noted", {"text": " "}, 422, "Write what others must know"),
    ("noted", {"text": "x" * 2_001}, 422, "The note has 2,001 characters"),
    ("accepted", {}, 422, "is not possible while the case is"),
    ("unlinked", {}, 422, "It is linked with no other contact."),
])  # fmt: skip
def test_what_cannot_be_recorded_is_told_in_its_sentence(
    hotline_office: Any, act: str, told: dict[str, str], status: int, sentence: str
):
    hotline_office(RENT)
    answer = done(at_desk(CASEWORKER), act, **told)
    assert answer.status_code == status and sentence in words(answer), words(answer)
    assert facts("INQ-0001").state == "queued"
    alerts = [tag for tag, attributes in read_page(answer.text).tags if attributes.get("role") == "alert"]
    assert alerts == ["div"]


def test_a_call_taker_acknowledges_and_notes_but_does_not_work_on_it(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(TAKER)
    assert done(browser, "acknowledged").status_code == 303
    answer = done(browser, "claimed")
    assert answer.status_code == 403 and "“Claim” is done by: caseworker or triage supervisor." in words(answer)


def test_the_page_names_who_took_notice_of_an_alert(hotline_office: Any):
    hotline_office(FIRE)
    browser = at_desk(TAKER)
    assert done(browser, "acknowledged").status_code == 303
    page = words(browser.get(PAGE))
    assert "9:00 AM, Tia Call" in page.split("Who was told")[1] and TAKER not in page


def test_nothing_that_needs_a_code_is_done_without_one(hotline_office: Any):
    hotline_office(RENT)
    assert done(at_desk(CASEWORKER), "closed").status_code == 404


# --- what is signed --------------------------------------------------------------------------------------------


def test_a_routing_is_shown_signed_and_taken_back(hotline_office: Any):
    hotline_office(UNSURE)
    browser = at_desk(SUPERVISOR)
    page = shown(browser, "routed", unit="FIA")
    assert "Cash assistance and SNAP" in words(page) and "In a unit's queue" in words(page)
    answer = signed(browser, SUPERVISOR, "routed", unit="FIA", reason="it is about SNAP")
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"{PAGE}?signed=")
    assert (facts("INQ-0001").state, facts("INQ-0001").unit) == ("queued", "FIA")
    assert "Recorded." in words(browser.get(answer.headers["location"]))
    assert signed(browser, SUPERVISOR, "back_to_to_person").status_code == 303
    assert facts("INQ-0001").state == "to_person"


def test_another_unit_than_triage_said_needs_a_reason(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    answer = signed(browser, CASEWORKER, "routed", unit="FIA")
    assert answer.status_code == 422 and "reason" in words(answer).lower() and facts("INQ-0001").unit == "HOMEBASE"


@pytest.mark.parametrize(("act", "told", "sentence"), [
    ("closed", {"code": "answered"}, "needs an answer that was recorded first"),
    ("closed", {"code": "unable_to_reach"}, "Try on 3 different days first"),
    ("closed", {"code": "none"}, "“none” is none."),
    ("priority_set", {"priority": "3"}, "It is of priority 3 already."),
    ("routed", {"unit": "HOMEBASE"}, "It is with this unit already."),
    ("reopened", {}, "is not possible while the case is"),
])  # fmt: skip
def test_what_cannot_be_signed_says_why_and_has_no_code_field(
    hotline_office: Any, act: str, told: dict[str, str], sentence: str
):
    hotline_office(RENT)
    answer = shown(at_desk(CASEWORKER), act, **told)
    assert "You cannot sign this." in words(answer) and sentence in words(answer), words(answer)
    assert sign_form(answer) == {}


def test_a_wrong_code_signs_nothing(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    form = sign_form(shown(browser, "closed", code="withdrawn"))
    answer = post(browser, f"{PAGE}/decide/closed", {**form, "reason": "as asked", "code": "000000"})
    assert answer.status_code == 401 and facts("INQ-0001").state == "queued"


def test_an_answer_a_close_and_a_reopening_are_signed(hotline_office: Any):
    hotline_office(RENT)
    answered()
    stop_clock(2026, 11, 20, 15)
    browser = at_desk(CASEWORKER)
    assert signed(browser, CASEWORKER, "closed", code="answered").status_code == 303
    assert facts("INQ-0001").close_code == "answered" and "answered" in words(browser.get(PAGE))
    assert listed(browser, "/hotline?scope=closed") == ["INQ-0001"]
    assert signed(browser, CASEWORKER, "reopened", reason="it was not settled").status_code == 303
    assert facts("INQ-0001").reopened_count == 1


def test_lowering_priority_1_takes_two_people(hotline_office: Any):
    hotline_office(FIRE)
    first = signed(at_desk(SUPERVISOR), SUPERVISOR, "priority_set", priority="3", reason="It was a drill.")
    assert first.status_code == 303 and facts("INQ-0001").priority == 1
    browser = at_desk(SECOND)
    link = next(link for link in read_page(browser.get("/").text).links if "proposal=" in link)
    assert link in read_page(browser.get(PAGE).text).links
    form = sign_form(browser.get(link))
    answer = post(browser, link.split("?")[0], {**form, "code": code_of(SECOND)})
    assert answer.status_code == 303 and facts("INQ-0001").priority == 3
    own = at_desk(SUPERVISOR)
    assert "proposal=" not in own.get(PAGE).text


def test_what_was_recorded_after_the_page_was_made_is_not_signed_over(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    form = sign_form(shown(browser, "closed", code="withdrawn"))
    do(OTHER, "claimed")
    answer = post(browser, f"{PAGE}/decide/closed", {**form, "reason": "as asked", "code": code_of(CASEWORKER)})
    assert answer.status_code in (403, 409) and facts("INQ-0001").state == "claimed"


def test_every_field_of_a_contacts_page_has_a_label(hotline_office: Any):
    hotline_office(RENT)
    do(CASEWORKER, "claimed")
    page = read_page(at_desk(CASEWORKER).get(PAGE).text)
    labelled = {a.get("for") for a in page.all("label")}
    fields = [a for tag in ("input", "select", "textarea") for a in page.all(tag) if a.get("type") != "hidden"]
    assert fields and all(a["id"] in labelled for a in fields)
