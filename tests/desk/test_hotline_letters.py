"""Letters at the desk: chosen, written, read before they are made, opened by who may, signed to go out."""

from typing import Any

import pytest

from models.shared.records import StoredDocument
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, FIRE, RENT, TAKER, do
from tests.desk.conftest import hidden, read_page, words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import PAGE, answers, loaded, opened_by
from tests.hotline_letter_desk import DONE, ES, FOUND, NEW, alerts, asked, made, sent
from tests.hotline_letter_office import rows
from tests.office import stop_clock

pytestmark = pytest.mark.usefixtures("hotline_key")


# --- writing ---------------------------------------------------------------------------------------------------


def test_an_acknowledgement_takes_one_click_more_than_choosing_it(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(TAKER)
    assert NEW in read_page(browser.get(PAGE).text).links
    assert f"{NEW}?kind=acknowledgement" in read_page(browser.get(NEW).text).links
    chosen = browser.get(f"{NEW}?kind=acknowledgement")
    assert "We will answer you by" in words(chosen) and "Make the letter" in words(chosen)
    answer = post(browser, NEW, {**hidden(browser, f"{NEW}?kind=acknowledgement"), "language": "en"})
    assert answer.status_code == 303 and answer.headers["location"] == f"{PAGE}/letters/INQ-0001-AK01"
    assert "INQ-0001-AK01 (PDF) : Acknowledgement in English; made Nov 20, 2026" in words(browser.get(PAGE))
    assert "by Tia Call; draft" in words(browser.get(PAGE))


def test_a_call_taker_is_offered_the_acknowledgement_alone(hotline_office: Any):
    hotline_office(RENT)
    links = read_page(at_desk(TAKER).get(NEW).text).links
    assert [link for link in links if "?kind=" in link] == [f"{NEW}?kind=acknowledgement"]
    answer = asked(at_desk(TAKER), "interim")
    assert answer.status_code == 403 and "are made by a caseworker" in words(answer)


def test_all_twelve_texts_can_be_chosen(hotline_office: Any):
    hotline_office(RENT)
    page = read_page(at_desk(CASEWORKER).get(f"{NEW}?kind=response").text)
    assert len([a for a in page.all("option") if a["value"] in ("zh-Hant", "zh-Hans")]) == 2
    assert len({a["value"] for a in page.all("option")} & set(letter_tags())) == 12


def letter_tags() -> list[str]:
    return [path.stem for path in settings().letters_folder.glob("*.toml")]


def test_a_response_is_read_with_both_texts_before_it_is_made(hotline_office: Any):
    hotline_office(RENT)
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
    hotline_office: Any, kind: str, told: dict[str, str], sentence: str
):
    hotline_office(RENT)
    answer = asked(at_desk(CASEWORKER), kind, **told)
    assert answer.status_code == 422 and sentence in words(answer) and alerts(answer) == ["div"]
    kept = [value for name, value in told.items() if name not in ("language", "about")]
    assert all(value in answer.text for value in kept) and rows(StoredDocument) == []


def test_what_was_changed_since_it_was_shown_is_shown_again_before_it_is_made(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    form = hidden(browser, f"{NEW}?kind=acknowledgement")
    answer = post(browser, NEW, {**form, "language": "fr"})
    assert answer.status_code == 200 and "Read it, then make it." in words(answer) and rows(StoredDocument) == []


def test_the_words_of_a_letter_stand_in_no_address_and_are_no_markup(hotline_office: Any):
    hotline_office(RENT)
    answer = asked(at_desk(CASEWORKER), "response", found="<script>alert(1)</script>", done=DONE)
    assert answer.status_code == 200 and "<script>" not in answer.text


def test_who_asked_for_no_mail_is_written_to_by_nobody(hotline_office: Any):
    hotline_office(RENT)
    taker = at_desk(TAKER)
    told = answers(do_not_mail="yes", caller="Juno Wrenfield")
    post(taker, "/calls/new", {**loaded(taker), **told})
    number = next(row for row in read_page(taker.get("/hotline?scope=open").text).links if "CALL-" in row)
    page = taker.get(f"{number}/letters/new?kind=acknowledgement")
    assert "asked us to send no mail" in words(page) and "Make the letter" not in words(page)
    assert asked(taker, "acknowledgement", number).status_code == 422


def test_attempts_come_from_the_contact_and_are_not_typed(hotline_office: Any):
    hotline_office(RENT)
    for day in (20, 23, 24):
        stop_clock(2026, 11, day, 15)
        do(CASEWORKER, "contact_attempted", means="call", outcome="no_answer")
    page = words(at_desk(CASEWORKER).get(f"{NEW}?kind=unable_to_reach"))
    assert "Recorded attempts: November 20, 2026; November 23, 2026; November 24, 2026" in page
    assert "Make the letter" in page


# --- reading ---------------------------------------------------------------------------------------------------


def test_a_letter_is_opened_inline_kept_nowhere_and_the_access_is_kept(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    path = made(browser, "acknowledgement")
    answer = browser.get(f"{path}/file")
    assert answer.content.startswith(b"%PDF") and answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline") and "no-store" in answer.headers["cache-control"]
    assert ("INQ-0001", CASEWORKER, "letter INQ-0001-AK01") in opened_by()
    assert browser.get("/documents/INQ-0001-AK01").status_code == 403


def test_letters_about_what_the_law_protects_are_for_the_cleared_alone(hotline_office: Any):
    hotline_office(BEATEN)
    cleared, other = at_desk(CLEARED), at_desk(CASEWORKER)
    path = made(cleared, "acknowledgement")
    assert cleared.get(f"{path}/file").status_code == 200
    for where in (path, f"{path}/file", NEW, f"{NEW}?kind=acknowledgement"):
        answer = other.get(where)
        assert answer.status_code == 403 and "cleared for restricted cases" in words(answer), where
    assert sent(other, CASEWORKER, PAGE, code="000000").status_code in (403, 404)
    assert "INQ-0001-AK01" not in words(other.get(PAGE))


def test_an_auditor_neither_writes_nor_reads_letters(hotline_office: Any):
    hotline_office(RENT)
    path, auditor = made(at_desk(CASEWORKER), "acknowledgement"), at_desk("u.audit")
    assert auditor.get(f"{path}/file").status_code == auditor.get(NEW).status_code == 403
    assert f"{path}/file" not in read_page(auditor.get(PAGE).text).links


def test_a_letter_of_another_contact_and_one_that_is_none_are_not_found(hotline_office: Any):
    hotline_office(RENT, FIRE)
    browser = at_desk(CASEWORKER)
    made(browser, "acknowledgement")
    other = "/cases/hotline/INQ-0002/letters"
    for where in (f"{other}/INQ-0001-AK01", f"{other}/INQ-0001-AK01/file", f"{PAGE}/letters/INQ-0001-XX01"):
        assert browser.get(where).status_code == 404, where
