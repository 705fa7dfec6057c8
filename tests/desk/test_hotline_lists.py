"""Contacts at the desk: who sees which list and page, and what is masked for whom."""

from typing import Any

import pytest

from tasks.adapters.settings import settings
from tests.casework import (
    BEATEN,
    CASEWORKER,
    CLEARED,
    FIRE,
    RENT,
    STAMPS,
    SUPERVISOR,
    TAKER,
    do,
    facts,
    sign,
)
from tests.desk.conftest import issue, read_page, words
from tests.desk.deciding import at_desk, post
from tests.hotline_desk import HOSTILE, PAGE, UNSURE, done, fields_of, listed, opened_by, shown

pytestmark = pytest.mark.usefixtures("hotline_key")

# What would tell what a restricted contact is about.
TELLING = ("hit me", "husband", "Domestic violence services", "HASA")


# --- who comes in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("staff_id", "sentence"), [
    ("m.ortiz", "read by the people of constituent services"), ("a.admin", "Administrators let people in"),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/hotline", PAGE, f"{PAGE}/decide/closed"])
def test_who_reads_contracts_or_lets_people_in_reads_no_contact(
    hotline_office: Any, staff_id: str, sentence: str, path: str
):
    hotline_office(RENT)
    answer = at_desk(staff_id).get(path)
    assert answer.status_code == 403 and sentence in words(answer) and "back rent" not in answer.text


@pytest.mark.parametrize("staff_id", [TAKER, CASEWORKER, SUPERVISOR, CLEARED])
def test_my_work_of_constituent_services_is_the_hotline(hotline_office: Any, staff_id: str):
    hotline_office(RENT)
    answer = at_desk(staff_id).get("/")
    assert answer.url.path == "/hotline" and "My work" in words(answer)


def test_an_auditor_reads_contacts_and_changes_none(hotline_office: Any):
    hotline_office(RENT)
    browser = at_desk("u.audit")
    page = read_page(browser.get(PAGE).text)
    assert "back rent" in page.text and "What can be done now" not in page.text
    answer = done(browser, "claimed", {"csrf": fields_of(browser, "/hotline")["csrf"], "version": "0"})
    assert answer.status_code == 403 and "is done by" in words(answer) and facts("INQ-0001").state == "queued"


# --- lists -----------------------------------------------------------------------------------------------------


def test_the_first_list_of_a_supervisor_is_what_a_person_must_decide(hotline_office: Any):
    hotline_office(RENT, UNSURE)
    assert listed(at_desk(SUPERVISOR), "/") == ["INQ-0002"]
    assert listed(at_desk(CASEWORKER), "/") == ["INQ-0001", "INQ-0002"]


def test_lists_filter_by_unit_priority_and_clock(hotline_office: Any):
    hotline_office(RENT, STAMPS, FIRE)
    browser = at_desk(CASEWORKER)
    assert listed(browser)[0] == "INQ-0003"
    assert listed(browser, "/hotline?unit=FIA") == ["INQ-0002"]
    assert listed(browser, "/hotline?scope=open&priority=1") == ["INQ-0003"]
    assert listed(browser, "/hotline?scope=open&overdue=yes") == ["INQ-0003"]


def test_what_somebody_claimed_is_their_first_list(hotline_office: Any):
    hotline_office(RENT, STAMPS)
    do(CASEWORKER, "claimed", "INQ-0002")
    assert listed(at_desk(CASEWORKER), "/") == ["INQ-0002"]


@pytest.mark.parametrize("asked", ["scope=none", "unit=NASA", "unit=DV", "priority=9", "language=tlh", "page=x"])
def test_a_list_that_there_is_not_is_told_in_a_sentence(hotline_office: Any, asked: str):
    hotline_office(RENT)
    answer = at_desk(SUPERVISOR).get(f"/hotline?{asked}")
    assert answer.status_code == 400 and "Not understood" in words(answer)


@pytest.mark.parametrize("said", ["inq-0001", "718 555 0139", "(718) 555-0139"])
def test_a_contact_is_found_by_its_number_or_telephone_without_either_in_an_address(hotline_office: Any, said: str):
    hotline_office(RENT, STAMPS)
    browser = at_desk(CASEWORKER)
    answer = post(browser, "/hotline/find", {**fields_of(browser, "/hotline"), "said": said})
    assert answer.status_code == 200 and "1 contact found" in words(answer) and answer.url.query == b""


def test_a_restricted_contact_is_found_by_telephone_by_cleared_staff_alone(hotline_office: Any):
    hotline_office(f"{BEATEN} 718-555-0177")
    found = {}
    for staff_id in (SUPERVISOR, CLEARED):
        browser = at_desk(staff_id)
        answer = post(browser, "/hotline/find", {**fields_of(browser, "/hotline"), "said": "718-555-0177"})
        found[staff_id] = "INQ-0001" in answer.text
    assert found == {SUPERVISOR: False, CLEARED: True}


# --- what the law protects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff_id", [TAKER, CASEWORKER, SUPERVISOR, "u.audit"])
def test_a_restricted_contact_reads_restricted_everywhere(hotline_office: Any, staff_id: str):
    hotline_office(BEATEN)
    sign(CLEARED, "routed", reason="The hit me house at Grove Street", unit="HASA")
    browser = at_desk(staff_id)
    pages = [
        browser.get(path)
        for path in ("/hotline?scope=restricted", "/hotline?scope=open", PAGE, f"{PAGE}/decide/closed")
    ]
    for answer in pages:
        page = read_page(answer.text)
        visible = page.text.replace("domestic violence, HIV", "")
        assert "restricted" in page.text and not [telling for telling in TELLING if telling in visible]
        assert "Grove Street" not in answer.text
        assert 'value="DV"' not in answer.text and 'value="HASA"' not in answer.text
        assert all("DV" not in link and "HASA" not in link for link in page.links)
    assert opened_by() == []


def test_who_is_cleared_sees_unit_words_and_history_and_the_log_names_them(hotline_office: Any):
    hotline_office(BEATEN)
    page = read_page(at_desk(CLEARED).get(PAGE).text)
    assert "Domestic violence services" in page.text and "hit me last night" in page.text and page.all("mark")
    assert opened_by() == [("INQ-0001", CLEARED, "case page")]


def test_the_page_of_a_signature_hides_where_a_restricted_contact_went(hotline_office: Any):
    hotline_office(BEATEN)
    where = f"/signed/{sign(CLEARED, 'routed', reason='as she asked', unit='HASA').signature_id}"
    masked, full = at_desk(SUPERVISOR).get(where), at_desk(CLEARED).get(where)
    assert "HASA" not in masked.text and "as she asked" not in masked.text and "restricted" in masked.text
    assert "HASA" in full.text and "as she asked" in full.text
    assert at_desk("m.ortiz").get(where).status_code == 403


def test_who_is_not_cleared_may_not_choose_a_unit_that_tells(hotline_office: Any):
    hotline_office(UNSURE)
    options = [a["value"] for a in read_page(at_desk(SUPERVISOR).get(f"{PAGE}/decide/routed").text).all("option")]
    assert "FIA" in options and not {"DV", "HASA"} & set(options)


def test_an_alert_about_a_restricted_contact_is_acknowledged_without_seeing_it(hotline_office: Any):
    hotline_office(BEATEN)
    browser = at_desk(SUPERVISOR)
    assert done(browser, "acknowledged").status_code == 303
    assert facts("INQ-0001").acknowledged_at and opened_by() == []
    refused = done(browser, "noted", text="what I heard")
    assert refused.status_code == 403 and "only staff who are cleared" in words(refused)


# --- words -----------------------------------------------------------------------------------------------------


def test_the_words_are_opened_by_the_one_door_and_the_words_that_decided_are_marked(hotline_office: Any):
    hotline_office(RENT)
    page = read_page(at_desk(CASEWORKER).get(PAGE).text)
    assert "three months of back rent" in page.text and page.all("mark") and "Triage said Homebase" in page.text
    assert opened_by() == [("INQ-0001", CASEWORKER, "case page")]


def test_each_page_names_the_office_of_whoever_is_signed_in(hotline_office: Any):
    hotline_office(RENT)
    assert "Office of Constituent Services" in words(at_desk(CASEWORKER).get("/hotline"))
    assert "Office of Constituent Services" not in words(at_desk("m.ortiz").get("/"))


def test_hostile_words_are_only_words(hotline_office: Any):
    hotline_office(HOSTILE)
    browser = at_desk(CASEWORKER)
    for answer in (browser.get(PAGE), shown(browser, "closed", code="withdrawn")):
        page = read_page(answer.text)
        assert answer.status_code == 200 and not page.all("script") and not page.all("img") and not page.all("b")
        assert "{{ 7 * 7 }}" in page.text and " 49 " not in page.text
    done(browser, "noted", text="<i>{{ 7 * 7 }}</i>")
    assert "<i>{{ 7 * 7 }}</i>" in words(browser.get(PAGE))


def test_a_contact_that_there_is_not_says_so(hotline_office: Any):
    hotline_office(RENT)
    for path in ("/cases/hotline/INQ-9999", "/cases/hotline/INQ-9999/decide/closed"):
        answer = at_desk(CASEWORKER).get(path)
        assert answer.status_code == 404 and "There is no contact INQ-9999" in words(answer)


def test_papers_are_listed_for_those_who_read_their_kind(hotline_office: Any):
    hotline_office(RENT)
    issue("TR-2026-11-19", kind="report", process="hotline")
    issue("HS-2026-11-20-10-RESTRICTED", b"%PDF restricted", kind="handover restricted", process="hotline")
    issue("R27-1-MD01", b"%PDF letter", kind="letter")
    kinds = {
        staff_id: [kind for kind in ("report", "letter", "handover", "handover restricted") if _lists(staff_id, kind)]
        for staff_id in (SUPERVISOR, CLEARED, "m.ortiz")
    }
    assert kinds == {
        SUPERVISOR: ["report", "handover"], CLEARED: ["report", "handover", "handover restricted"],
        "m.ortiz": ["report", "letter"],
    }  # fmt: skip


def _lists(staff_id: str, kind: str) -> bool:
    return bool(at_desk(staff_id).get("/reports", params={"kind": kind}).status_code == 200)


def test_without_the_key_a_contact_is_not_opened_and_the_page_says_what_to_set(
    hotline_office: Any, monkeypatch: pytest.MonkeyPatch
):
    hotline_office(RENT)
    browser = at_desk(CASEWORKER)
    monkeypatch.delenv("STEWARD_HOTLINE_KEY")
    settings.cache_clear()
    answer = browser.get(PAGE)
    assert answer.status_code == 503 and "Set STEWARD_HOTLINE_KEY" in words(answer)
    found = post(browser, "/hotline/find", {**fields_of(browser, "/hotline"), "said": "718-555-0139"})
    assert found.status_code == 503 and "Set STEWARD_HOTLINE_KEY" in words(found)


def test_earlier_contacts_of_the_same_caller_are_named_but_a_restricted_one_only_to_cleared_staff(hotline_office: Any):
    hotline_office(RENT, f"{BEATEN} 718-555-0139", f"{STAMPS} 718-555-0139")
    path = "/cases/hotline/INQ-0003"
    assert "INQ-0001 : shares phone" in words(at_desk(CASEWORKER).get(path))
    assert "INQ-0002" not in at_desk(CASEWORKER).get(path).text
    assert "INQ-0002" in at_desk(CLEARED).get(path).text
