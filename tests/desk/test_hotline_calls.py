"""The page of a call: who may open it, what it keeps, what it says at once, and what it never says to whom."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.hotline.records import HotlineContact
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, RENT, STAMPS, TAKER, triage
from tests.desk.conftest import read_page, set_clock, words
from tests.desk.deciding import at_desk
from tests.hotline_desk import HOSTILE, NOW, accesses, call, contacts, decision, let_in, loaded
from tests.hotline_office import bring, csv_text, everything_on_disk
from tests.office import sign_policy


@pytest.fixture(autouse=True)
def opened(hotline_key: None) -> None:
    set_clock(NOW)
    let_in()


def kept(contact_id: str) -> dict[str, str]:
    (found,) = open_contacts([contact_id], who="a test", purpose="to compare", at=clock.now())
    return {name: str(value) for name, value in found.form.model_dump(exclude_unset=True).items()}


def csrf_of(browser: TestClient) -> str:
    return next(a["value"] for a in read_page(browser.get("/policy").text).all("input") if a.get("name") == "csrf")


def test_a_call_is_kept_and_decided_about_in_the_request():
    answer = call(at_desk(TAKER), RENT, caller="Juno Wrenfield", phone="718-555-0139", facility="Harbor Inn")
    (number,) = contacts()
    assert answer.status_code == 200 and number in answer.text
    assert (decision(number).unit, decision(number).received_at) == ("HOMEBASE", NOW)
    told = kept(number)
    assert (told["text"], told["caller"], told["facility"]) == (RENT, "Juno Wrenfield", "Harbor Inn")
    assert told["source"] == f"desk: {TAKER}"


def test_what_was_decided_is_told_at_once_with_the_words_that_decided_marked():
    page = read_page(call(at_desk(TAKER), RENT).text)
    for said in ("Homebase", "Priority", "Clock", "by Dec", "Your number is CALL-20261120-", "Could also be for"):
        assert said in page.text
    assert len(page.all("mark")) > 1


def test_a_form_that_is_sent_twice_is_one_contact():
    browser = at_desk(TAKER)
    form = loaded(browser)
    first, second = call(browser, RENT, form), call(browser, RENT, form)
    assert len(contacts()) == 1 and second.status_code == 200
    assert "This form was kept before" in words(second) and "kept before" not in words(first)


def test_a_form_that_is_sent_again_with_other_words_is_refused_and_can_be_kept_as_a_contact_of_its_own():
    browser = at_desk(TAKER)
    form = loaded(browser)
    call(browser, RENT, form)
    again = call(browser, STAMPS, form)
    assert again.status_code == 409 and "was kept before, with other words" in words(again)
    assert len(contacts()) == 1 and STAMPS in again.text
    fields = {a["name"]: a["value"] for a in read_page(again.text).all("input") if a.get("type") == "hidden"}
    assert call(browser, STAMPS, fields).status_code == 200 and len(contacts()) == 2


def test_safe_contact_and_the_answers_of_the_script_are_sealed_with_the_words(home: Path):
    told = {"safe_times": "when quokka sleeps", "safe_channel": "third_party", "do_not_mail": "yes"}
    call(at_desk(TAKER), "Zanzibar rent, I owe back rent", leave_message="no", **told)
    (number,) = contacts()
    assert {name: kept(number)[name] for name in (*told, "leave_message")} == told | {"leave_message": "no"}
    found = [name for name, data in everything_on_disk(home) if b"quokka" in data or b"Zanzibar" in data]
    assert not found


def test_whoever_is_not_safe_now_has_priority_1_and_the_call_taker_is_told_what_to_say():
    answer = call(at_desk(TAKER), "Please hurry.", safe_now="no")
    (number,) = contacts()
    assert decision(number).priority == 1
    assert "Please call 911 right away" in words(answer) and "they are not safe right now" in words(answer)


def test_a_child_that_may_be_harmed_is_confidential_whatever_the_words():
    call(at_desk(TAKER), "The boy upstairs is quiet lately.", child_report="caller_reports")
    assert decision(contacts()[0]).confidential


@pytest.mark.parametrize(("language", "ticked"), [("es", ""), ("en", "yes"), ("other", "")])
def test_who_speaks_another_language_or_needs_an_interpreter_needs_language_service(language: str, ticked: str):
    call(at_desk(TAKER), RENT, language=language, interpreter=ticked, other_language="Twi")
    assert decision(contacts()[0]).needs_language_service


def test_a_letter_counts_from_the_day_of_its_stamp():
    call(at_desk(TAKER), RENT, channel="letter", safe_now="", received_on="2026-11-16")
    with reading() as session:
        row = session.execute(select(HotlineContact)).scalar_one()
    assert (row.channel, f"{row.received_at:%Y-%m-%d %H:%M}") == ("letter", "2026-11-16 14:00")


def test_a_restricted_call_names_neither_unit_nor_reason_but_shows_its_words_to_who_took_it_once():
    answer = call(at_desk(TAKER), BEATEN)
    page = read_page(answer.text)
    assert decision(contacts()[0]).unit == "DV"
    assert "hit me last night" in page.text and not page.all("mark")
    for telling in ("Domestic violence", "HASA", "dv_"):
        assert telling not in answer.text
    assert "Do not name a unit" in page.text


def test_who_is_cleared_sees_the_unit_of_a_restricted_call():
    page = read_page(call(at_desk(CLEARED), BEATEN).text)
    assert "Domestic violence services" in page.text and page.all("mark")


def test_hostile_words_are_only_words():
    answer = call(at_desk(TAKER), HOSTILE, caller="<b>{{ x }}</b>", summary="<img src=x onerror=alert(1)>")
    assert answer.status_code == 200
    page = read_page(answer.text)
    assert not page.all("script") and not page.all("img") and "{{ 7 * 7 }}" in page.text
    assert kept(contacts()[0])["text"] == HOSTILE


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"text": "", "summary": ""}, "Write down what they say, in their words."),
        ({"safe_now": ""}, "Ask first whether they are safe right now"),
        ({"safe_now": "maybe"}, "Choose one of the answers."),
        ({"language": "tlh"}, "Choose the language, or “another language”."),
        ({"language": "other"}, "Write which language they speak."),
        ({"channel": "pigeon"}, "Choose how it came in."),
        ({"channel": "letter", "received_on": "2027-01-01"}, "It was received today or on a day of the past year"),
        ({"channel": "letter", "received_on": "soon"}, "Write the day on which it was received"),
        ({"borough": "JERSEY"}, "Choose one of the five boroughs"),
        ({"caller": "x" * 201}, "The name is longer than 200 characters."),
        ({"text": "x" * 20_001}, "These are 20,001 characters, and 20,000 fit."),
        ({"began": "2026-11-18T00:00:00+00:00"}, "This page is older than a shift."),
        ({"began": "never"}, "This page is older than a shift."),
        ({"once": ""}, "This page is older than a shift."),
    ],
)
def test_an_answer_that_cannot_be_kept_is_told_in_a_sentence_and_the_others_stay(told: dict[str, str], sentence: str):
    answer = call(at_desk(TAKER), **{"summary": "for the next try", "phone": "718-555-0111", **told})  # type: ignore[arg-type]
    page = read_page(answer.text)
    assert answer.status_code == 422 and sentence in page.text and contacts() == []
    assert [a["value"] for a in page.all("input") if a.get("name") == "phone"] == ["718-555-0111"]
    assert [tag for tag, attributes in page.tags if attributes.get("role") == "alert"] == ["div"]


def test_without_a_key_nothing_is_kept_and_the_page_says_what_to_set(monkeypatch: pytest.MonkeyPatch):
    browser = at_desk(TAKER)
    monkeypatch.delenv("STEWARD_HOTLINE_KEY")
    settings.cache_clear()
    answer = call(browser)
    assert answer.status_code == 503 and "Set STEWARD_HOTLINE_KEY" in words(answer) and contacts() == []


@pytest.mark.parametrize("staff_id", ["m.ortiz", "u.audit", "a.admin"])
def test_nobody_else_takes_calls(staff_id: str):
    browser = at_desk(staff_id)
    assert browser.get("/calls/new").status_code == 403
    assert call(browser, RENT, {"csrf": csrf_of(browser)}).status_code == 403 and contacts() == []


@pytest.mark.parametrize("path", ["/worklist", "/requisitions", "/budgets", "/fiscal", "/proposals", "/inbox"])
def test_who_works_for_constituents_reads_no_contract(path: str):
    answer = at_desk(CASEWORKER).get(path)
    assert answer.status_code == 403 and "read no contract" in words(answer)


def test_every_field_has_a_label_and_nothing_telling_stands_in_the_page():
    page = read_page(at_desk(TAKER).get("/calls/new").text)
    labelled = {a.get("for") for a in page.all("label")}
    shown = [a for tag in ("input", "select", "textarea") for a in page.all(tag) if a.get("type") != "hidden"]
    assert all(a["id"] in labelled for a in shown)
    assert not any(telling in page.text for telling in ("HASA", "Domestic violence services"))


def test_taking_a_call_opens_no_sealed_contact():
    call(at_desk(TAKER))
    assert accesses() == 0


def test_the_script_of_an_event_that_runs_and_is_signed_is_said_in_every_language_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "surges"
    folder.mkdir()
    (folder / "storm.toml").write_text(
        'event = "storm"\nname = "The storm"\nfrom = 2026-11-19\nunits = ["FIA"]\n'
        '[scripts]\nen = "Centers are open until nine."\nes = "Los centros abren hasta las nueve."\n'
    )
    monkeypatch.setenv("STEWARD_SURGE_FOLDER", str(folder))
    settings.cache_clear()
    assert "until nine" not in words(at_desk(TAKER).get("/calls/new"))
    sign_policy()
    page = words(at_desk(TAKER).get("/calls/new"))
    assert "The storm." in page and "until nine" in page and "hasta las nueve" in page


def test_a_call_with_the_telephone_of_somebody_restricted_is_answered_as_with_any_other(tmp_path: Path):
    bring(tmp_path, csv_text([["INQ-0001", "2026-11-19T08:00:00-05:00", "hotline", "en", f"I have HIV. {RENT}"]]))
    triage()
    said = RENT.replace("718-555-0139", "")
    theirs = call(at_desk(TAKER), said, phone="718-555-0139")
    (first,) = {*contacts()} - {"INQ-0001"}
    other = call(at_desk(TAKER), said, phone="718-555-0140")
    (second,) = {*contacts()} - {"INQ-0001", first}
    assert (decision(first).confidential, decision(second).confidential) == (True, False)
    assert words(theirs).replace(first, second) == words(other)
