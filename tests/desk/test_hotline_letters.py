"""Letters at the desk: chosen, written, read before they are made, opened by who may, signed to go out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, FIRE, OTHER, RENT, TAKER, do, events, facts, open_office
from tests.desk.conftest import hidden, read_page, words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import OTHERS, PAGE, answers, loaded, opened_by
from tests.hotline_letter_office import review, rows
from tests.hotline_office import KEY
from tests.office import stop_clock
from tests.signers import code_of, hire

NEW = f"{PAGE}/letters/new"
FOUND, DONE = "Your rent was paid to the wrong account.", "We paid it again on the same day."
ES = {"language": "es", "translated_found": "El pago fue a otra cuenta.", "translated_done": "Ya se pagó de nuevo."}


@pytest.fixture(autouse=True)
def key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    settings.cache_clear()


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., None]:
    """Opens the office with contacts of these words."""

    def opened(*texts: str) -> None:
        open_office(tmp_path, *texts)
        hire(*OTHERS)

    return opened


@pytest.fixture
def reviewed(office: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with one contact, whose texts of letters somebody has reviewed."""
    office(RENT)
    review(tmp_path, monkeypatch)


def asked(browser: TestClient, kind: str, page: str = PAGE, **told: str) -> Response:
    """The form of a letter, filled in and looked at."""
    form = hidden(browser, f"{page}/letters/new?kind={kind}")
    return post(browser, f"{page}/letters/new", {"language": "en", **form, "kind": kind, **told, "show": "yes"})


def made(browser: TestClient, kind: str, page: str = PAGE, **told: str) -> str:
    """Look at a letter and make it; its page."""
    seen = {a["name"]: a["value"] for a in read_page(asked(browser, kind, page, **told).text).all("input")
            if a.get("name") in ("seen", "csrf", "kind")}  # fmt: skip
    answer = post(browser, f"{page}/letters/new", {"language": "en", **seen, **told})
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["location"])


def sent(browser: TestClient, staff_id: str, path: str, **told: str) -> Response:
    """Sign on a letter's page that it goes out."""
    return post(browser, f"{path}/send", {**hidden(browser, path), "code": code_of(staff_id), **told})


def alerts(answer: Response) -> list[str]:
    return [tag for tag, attributes in read_page(answer.text).tags if attributes.get("role") == "alert"]


# --- writing ---------------------------------------------------------------------------------------------------


def test_an_acknowledgement_takes_one_click_more_than_choosing_it(office: Any):
    office(RENT)
    browser = at_desk(TAKER)
    assert NEW in read_page(browser.get(PAGE).text).links
    assert f"{NEW}?kind=acknowledgement" in read_page(browser.get(NEW).text).links
    chosen = browser.get(f"{NEW}?kind=acknowledgement")
    assert "We will answer you by" in words(chosen) and "Make the letter" in words(chosen)
    answer = post(browser, NEW, {**hidden(browser, f"{NEW}?kind=acknowledgement"), "language": "en"})
    assert answer.status_code == 303 and answer.headers["location"] == f"{PAGE}/letters/INQ-0001-AK01"
    assert "INQ-0001-AK01 (PDF) : Acknowledgement in English; made Nov 20, 2026" in words(browser.get(PAGE))
    assert "by Tia Call; draft" in words(browser.get(PAGE))


def test_a_call_taker_is_offered_the_acknowledgement_alone(office: Any):
    office(RENT)
    links = read_page(at_desk(TAKER).get(NEW).text).links
    assert [link for link in links if "?kind=" in link] == [f"{NEW}?kind=acknowledgement"]
    answer = asked(at_desk(TAKER), "interim")
    assert answer.status_code == 403 and "are made by a caseworker" in words(answer)


def test_all_twelve_texts_can_be_chosen(office: Any):
    office(RENT)
    page = read_page(at_desk(CASEWORKER).get(f"{NEW}?kind=response").text)
    assert len([a for a in page.all("option") if a["value"] in ("zh-Hant", "zh-Hans")]) == 2
    assert len({a["value"] for a in page.all("option")} & set(letter_tags())) == 12


def letter_tags() -> list[str]:
    return [path.stem for path in settings().letters_folder.glob("*.toml")]


def test_a_response_is_read_with_both_texts_before_it_is_made(office: Any):
    office(RENT)
    browser = at_desk(CASEWORKER)
    told = {**ES, "found": FOUND, "done": DONE, "translated_by": "T. Lator", "about": "cash_or_medicaid"}
    page = words(asked(browser, "response", **told))
    assert all(said in page for said in (FOUND, DONE, ES["translated_found"], "60")) and rows(StoredDocument) == []
    path = made(browser, "response", **told)
    data = browser.get(f"{path}/file").content
    printed = " ".join(" ".join(open_pdf(data).texts).split())
    assert ES["translated_found"] in printed and FOUND in printed


@pytest.mark.parametrize(("kind", "told", "sentence"), [
    ("response", {}, "A response says what was found"),
    ("response", {"found": FOUND}, "A response says what was found"),
    ("response", {**ES, "found": FOUND, "done": DONE}, "needs the person who translated it"),
    ("response", {"found": FOUND, "done": DONE, "translated_found": "x"}, "in English, and there is a translation"),
    ("response", {"found": FOUND, "done": DONE, "about": "heat"}, "Choose what the letter is about."),
    ("response", {"found": "x" * 6_001, "done": DONE}, "longer than 6,000 characters"),
    ("interim", {"why": "We wait for the bank.", "by": "2026-11-20"}, "must lie ahead"),
    ("interim", {"why": "We wait for the bank.", "by": "soon"}, "Write the day of the next letter as"),
    ("acknowledgement", {"language": "th"}, "Letters are not written in “th”"),
    ("unable_to_reach", {}, "after 3 attempts on different days"),
])  # fmt: skip
def test_what_cannot_be_written_is_told_and_nothing_that_was_typed_is_lost(
    office: Any, kind: str, told: dict[str, str], sentence: str
):
    office(RENT)
    answer = asked(at_desk(CASEWORKER), kind, **told)
    assert answer.status_code == 422 and sentence in words(answer) and alerts(answer) == ["div"]
    kept = [value for name, value in told.items() if name not in ("language", "about")]
    assert all(value in answer.text for value in kept) and rows(StoredDocument) == []


def test_what_was_changed_since_it_was_shown_is_shown_again_before_it_is_made(office: Any):
    office(RENT)
    browser = at_desk(CASEWORKER)
    form = hidden(browser, f"{NEW}?kind=acknowledgement")
    answer = post(browser, NEW, {**form, "language": "fr"})
    assert answer.status_code == 200 and "Read it, then make it." in words(answer) and rows(StoredDocument) == []


def test_the_words_of_a_letter_stand_in_no_address_and_are_no_markup(office: Any):
    office(RENT)
    answer = asked(at_desk(CASEWORKER), "response", found="<script>alert(1)</script>", done=DONE)
    assert answer.status_code == 200 and "<script>" not in answer.text


def test_who_asked_for_no_mail_is_written_to_by_nobody(office: Any):
    office(RENT)
    taker = at_desk(TAKER)
    told = answers(do_not_mail="yes", caller="Juno Wrenfield")
    post(taker, "/calls/new", {**loaded(taker), **told})
    number = next(row for row in read_page(taker.get("/hotline?scope=open").text).links if "CALL-" in row)
    page = taker.get(f"{number}/letters/new?kind=acknowledgement")
    assert "asked us to send no mail" in words(page) and "Make the letter" not in words(page)
    assert asked(taker, "acknowledgement", number).status_code == 422


def test_attempts_come_from_the_contact_and_are_not_typed(office: Any):
    office(RENT)
    for day in (20, 23, 24):
        stop_clock(2026, 11, day, 15)
        do(CASEWORKER, "contact_attempted", means="call", outcome="no_answer")
    page = words(at_desk(CASEWORKER).get(f"{NEW}?kind=unable_to_reach"))
    assert "Recorded attempts: November 20, 2026; November 23, 2026; November 24, 2026" in page
    assert "Make the letter" in page


# --- reading ---------------------------------------------------------------------------------------------------


def test_a_letter_is_opened_inline_kept_nowhere_and_the_access_is_kept(office: Any):
    office(RENT)
    browser = at_desk(CASEWORKER)
    path = made(browser, "acknowledgement")
    answer = browser.get(f"{path}/file")
    assert answer.content.startswith(b"%PDF") and answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline") and "no-store" in answer.headers["cache-control"]
    assert ("INQ-0001", CASEWORKER, "letter INQ-0001-AK01") in opened_by()
    assert browser.get("/documents/INQ-0001-AK01").status_code == 403


def test_letters_about_what_the_law_protects_are_for_the_cleared_alone(office: Any):
    office(BEATEN)
    cleared, other = at_desk(CLEARED), at_desk(CASEWORKER)
    path = made(cleared, "acknowledgement")
    assert cleared.get(f"{path}/file").status_code == 200
    for where in (path, f"{path}/file", NEW, f"{NEW}?kind=acknowledgement"):
        answer = other.get(where)
        assert answer.status_code == 403 and "cleared for restricted cases" in words(answer), where
    assert sent(other, CASEWORKER, PAGE, code="000000").status_code in (403, 404)
    assert "INQ-0001-AK01" not in words(other.get(PAGE))


def test_an_auditor_neither_writes_nor_reads_letters(office: Any):
    office(RENT)
    path, auditor = made(at_desk(CASEWORKER), "acknowledgement"), at_desk("u.audit")
    assert auditor.get(f"{path}/file").status_code == auditor.get(NEW).status_code == 403
    assert f"{path}/file" not in read_page(auditor.get(PAGE).text).links


def test_a_letter_of_another_contact_and_one_that_is_none_are_not_found(office: Any):
    office(RENT, FIRE)
    browser = at_desk(CASEWORKER)
    made(browser, "acknowledgement")
    other = "/cases/hotline/INQ-0002/letters"
    for where in (f"{other}/INQ-0001-AK01", f"{other}/INQ-0001-AK01/file", f"{PAGE}/letters/INQ-0001-XX01"):
        assert browser.get(where).status_code == 404, where


# --- sending ---------------------------------------------------------------------------------------------------


def test_a_draft_says_what_is_to_be_done_and_has_no_code_field(office: Any):
    office(RENT)
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
