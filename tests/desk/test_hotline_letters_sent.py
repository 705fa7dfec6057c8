"""Letters that go out from the desk: by a code, in a safe way, to whom they may; what that records."""

from pathlib import Path
from typing import Any

import pytest

from models.shared.records import OutgoingMessage
from tests.casework import CASEWORKER, CLEARED, OTHER, RENT, TAKER, do, events, facts
from tests.desk.conftest import hidden, read_page, words
from tests.desk.deciding import at_desk, post, sign_form
from tests.hotline_desk import PAGE, answers, loaded
from tests.hotline_letter_desk import DONE, FOUND, ILL, alerts, made, sent
from tests.hotline_letter_office import review, rows
from tests.signers import code_of

pytestmark = pytest.mark.usefixtures("hotline_key")


@pytest.fixture
def reviewed(hotline_office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with one contact, whose texts of letters somebody has reviewed."""
    hotline_office(RENT)
    review(tmp_path, monkeypatch)


def test_a_draft_says_what_is_to_be_done_and_has_no_code_field(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    page = browser.get(made(browser, "acknowledgement"))
    assert "nobody has reviewed the texts" in words(page) and "two administrators sign the policy" in words(page)
    assert "code" not in {a.get("name") for a in read_page(page.text).all("input")}


def test_a_letter_is_sent_with_a_code_and_recorded_once(reviewed: None):
    browser = at_desk(CASEWORKER)
    path = made(browser, "acknowledgement")
    assert "It goes by post" in words(browser.get(path))
    answer = sent(browser, CASEWORKER, path)
    assert answer.status_code == 303, words(answer)
    page = words(browser.get(answer.headers["location"]))
    assert "Recorded." in page and "by post" in page
    assert events()[-2:] == ["letter_sent", "acknowledged"] and len(rows(OutgoingMessage)) == 1
    assert "Letter sent; letter INQ-0001-AK01" in words(browser.get(PAGE))
    assert "code" not in {a.get("name") for a in read_page(browser.get(path).text).all("input")}


def test_a_response_that_was_sent_answers_the_contact(reviewed: None):
    do(CASEWORKER, "claimed")
    browser = at_desk(CASEWORKER)
    path = made(browser, "response", found=FOUND, done=DONE)
    assert "Then the contact stands at answered" in words(browser.get(path))
    assert sent(browser, CASEWORKER, path).status_code == 303
    assert facts("INQ-0001").state == "responded"
    assert "Answered; Letter; letter INQ-0001-RE01" in words(browser.get(PAGE))


def test_a_response_to_a_contact_that_nobody_claimed_says_so(reviewed: None):
    browser = at_desk(CASEWORKER)
    page = words(browser.get(made(browser, "response", found=FOUND, done=DONE)))
    assert "You cannot send this." in page and "is not possible while" in page


def test_a_wrong_code_sends_nothing(reviewed: None):
    browser = at_desk(CASEWORKER)
    path = made(browser, "acknowledgement")
    answer = sent(browser, CASEWORKER, path, code="000000")
    assert answer.status_code == 401 and alerts(answer) == ["div"]
    assert rows(OutgoingMessage) == [] and facts("INQ-0001").acknowledged_at is None


def test_what_was_recorded_after_the_page_was_made_is_not_signed_over(reviewed: None):
    browser = at_desk(CASEWORKER)
    path = made(browser, "acknowledgement")
    form = hidden(browser, path)
    do(OTHER, "claimed")
    answer = post(browser, f"{path}/send", {**form, "code": code_of(CASEWORKER)})
    assert answer.status_code == 409 and "Will Two recorded “Claimed”" in words(answer)
    assert rows(OutgoingMessage) == []


def test_nothing_is_sent_by_the_page_of_other_decisions(reviewed: None):
    browser = at_desk(CASEWORKER)
    made(browser, "acknowledgement")
    assert browser.get(f"{PAGE}/decide/letter_sent").status_code == 404


def test_a_letter_about_hiv_asks_first_to_whom_it_goes_and_the_signature_tells_nobody(
    hotline_office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    hotline_office(ILL)
    review(tmp_path, monkeypatch)
    browser = at_desk(CLEARED)
    path = made(browser, "acknowledgement")
    page = browser.get(path)
    assert "A general release is not enough" in words(page) and "Sign and send" not in words(page)
    (box,) = [a for a in read_page(page.text).all("input") if a.get("id") == "to-self"]
    to = {"to": box["value"], "show": "yes"}
    looked = post(browser, f"{path}/send", {**hidden(browser, path), **to})
    assert "Sign and send" in words(looked), words(looked)
    form = sign_form(looked)
    assert form["to"] == ["self"]
    answer = post(browser, f"{path}/send", {**form, "code": code_of(CLEARED)})
    assert answer.status_code == 303, words(answer)
    signature = answer.headers["location"].partition("signed=")[2]
    assert len([message for message in rows(OutgoingMessage) if "Priority 1" not in message.subject]) == 1
    told = words(at_desk("u.audit").get(f"/signed/{signature}"))
    assert "Send a letter" in told and "themself" not in told and "English" not in told


def test_a_letter_goes_no_way_that_was_not_named_as_safe(reviewed: None):
    taker = at_desk(TAKER)
    post(taker, "/calls/new", {**loaded(taker), **answers(safe_channel="phone")})
    page = next(link for link in read_page(taker.get("/hotline?scope=open").text).links if "CALL-" in link)
    answer = taker.get(made(taker, "acknowledgement", page))
    assert "You cannot send this." in words(answer) and "another safe way" in words(answer)
    assert "code" not in {a.get("name") for a in read_page(answer.text).all("input")}
