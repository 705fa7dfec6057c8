"""Deciding at the desk: what the page shows is what is signed, by whoever may, with one code."""

import json
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from models.shared.calendar import new_york_date
from models.shared.people_records import LetterOrder, Signature
from tasks.adapters.database import reading
from tests.attacks import kept, lend, open_desk, prepare, run, stand_at, withdraw
from tests.desk.conftest import read_page, words
from tests.desk.deciding import (
    PAGE,
    STEP,
    WITHDRAWN,
    assert_refused,
    at_desk,
    csrf,
    forms,
    last_event,
    post,
    second,
    send,
    sign_form,
)
from tests.office import award, import_list, stop_clock


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> Path:
    """Two contracts that came in two days ago, and everybody who signs."""
    open_desk(tmp_path)
    stop_clock(2026, 8, 5, 14)
    return tmp_path


@pytest.fixture
def maria() -> TestClient:
    """A program manager at the desk."""
    return at_desk("m.ortiz")


# --- the page and the signature --------------------------------------------------------------------------------


def test_the_page_says_what_will_be_decided_and_one_code_signs_exactly_that(maria: TestClient) -> None:
    shown = maria.get(STEP)
    text = words(shown)
    assert "Scope and budget agreed: R27-971010012 Harbor Loom, Inc." in text
    assert "From Scope and budget to Document package , held by Provider" in text
    assert "Date on which it happened August 5, 2026" in text
    answer = send(maria, STEP, "m.ortiz")
    assert answer.status_code == 303
    event = last_event()
    signed = json.loads(event.payload)["signed"]
    assert (event.event, event.actor, event.state_to) == ("scope_and_budget_agreed", "Maria Ortiz", "documents")
    assert answer.headers["location"] == f"/signed/{signed['signature']}"
    assert sign_form(shown)["shown"] == [signed["shown"]]


def test_the_page_of_the_signature_says_who_signed_what_and_leads_on(maria: TestClient) -> None:
    address = send(maria, STEP, "m.ortiz").headers["location"]
    page = read_page(maria.get(address).text)
    with reading() as session:
        kept_row = session.get_one(Signature, address.rsplit("/", 1)[1])
    assert "Recorded. Maria Ortiz signed as program manager, Aug 5, 2026, 10:00 AM." in page.text
    assert kept_row.shown_sha256 in page.text and kept_row.policy_sha256 in page.text
    assert {PAGE, "/", "/proposals"} <= set(page.links)


def test_a_stored_list_that_was_changed_afterwards_is_pointed_out(maria: TestClient) -> None:
    address = send(maria, STEP, "m.ortiz").headers["location"]
    assert "does not match" not in words(maria.get(address))
    run("update signature set shown = replace(shown, 'Document package', 'Registered')")
    assert "The stored text does not match it" in words(maria.get(address))


def test_the_case_says_who_signed_and_what_they_saw(maria: TestClient) -> None:
    address = send(maria, STEP, "m.ortiz").headers["location"]
    page = read_page(maria.get(PAGE).text)
    shown = json.loads(last_event().payload)["signed"]["shown"]
    assert f"Maria Ortiz, program manager saw {shown[:12]} , policy" in page.text
    assert address in page.links


def test_the_day_can_be_changed_before_it_is_signed(maria: TestClient) -> None:
    assert "Date on which it happened August 4, 2026" in words(maria.get(f"{STEP}?on=2026-08-04"))
    assert send(maria, f"{STEP}?on=2026-08-04", "m.ortiz").status_code == 303
    assert new_york_date(last_event().occurred_at) == date(2026, 8, 4)
    assert json.loads(select_shown())["items"][0]["says"] == [["Date on which it happened", "August 4, 2026"]]


def select_shown() -> str:
    with reading() as session:
        return session.execute(select(Signature.shown)).scalars().one()


def test_a_needed_field_is_asked_for_before_there_is_anything_to_sign() -> None:
    omar = at_desk("o.file")
    page = omar.get(f"{PAGE}/decide/kind_set")
    assert sign_form(page) == {} and "Kind of contract (needed)" in words(page)
    assert "Show what this comes to" in words(page)
    assert sign_form(omar.get(f"{PAGE}/decide/kind_set?value=multi_year"))["value"] == ["multi_year"]
    assert send(omar, f"{PAGE}/decide/kind_set?value=multi_year", "o.file").status_code == 303
    assert json.loads(last_event().payload)["value"] == "multi_year"


def test_the_code_is_where_typing_begins_when_nothing_else_is_needed(maria: TestClient) -> None:
    def focused(path: str) -> list[str]:
        return [a["id"] for _, a in read_page(maria.get(path).text).tags if "autofocus" in a]

    assert focused(STEP) == ["code"]
    assert focused(WITHDRAWN) == []


def test_the_letter_of_a_denial_quotes_the_reason_before_it_is_signed() -> None:
    stand_at("responsibility")
    anna, path = at_desk("a.cco"), f"{PAGE}/decide/found_not_responsible"
    asked = anna.get(path)
    assert sign_form(asked) == {} and "The provider will get this letter" not in words(asked)
    fields = next(fields for form, fields in forms(read_page(asked.text)) if form["action"] == path)
    before = kept()
    shown = post(anna, path, fields | {"reason": "Taxes are owed & not denied"})
    assert shown.status_code == 200 and kept() == before
    assert "We found your organization not responsible" in words(shown) and "Taxes are owed & not denied." in words(
        shown
    )
    assert send(anna, path, "a.cco", sign_form(shown)).status_code == 303
    with reading() as session:
        assert "Taxes are owed & not denied" in session.execute(select(LetterOrder.body)).scalars().one()


# --- two signatures --------------------------------------------------------------------------------------------


def test_a_first_signature_hands_on_and_the_second_sees_who_why_and_the_letter(maria: TestClient) -> None:
    first = maria.get(WITHDRAWN)
    assert "Sign and hand on for the second signature" in words(first)
    answer = send(maria, WITHDRAWN, "m.ortiz", reason="the provider declines")
    assert "it waits for a second signature" in words(maria.get(answer.headers["location"]))
    paula = at_desk("p.lead")
    text = words(paula.get(second()))
    assert "Proposed by Maria Ortiz, who signed first, Aug 5, 2026, 10:00 AM: “the provider declines”" in text
    assert "No fact of the contract has changed since the first signature." in text
    assert "The provider will get this letter" in text and "will not be registered" in text
    assert "Approve and sign: withdraw" in text
    assert send(paula, second(), "p.lead").status_code == 303
    assert (last_event().event, last_event().state_to) == ("withdrawn", "withdrawn")


def test_the_second_signer_sees_what_changed_since_the_first_signature(office: Path) -> None:
    withdraw()
    lines = (award(1, "Harbor Loom, Inc.", "971010012", "40000"), award(2, "Harbor Loom, Inc.", "971010012", "30000"))
    import_list(office, *lines, award(3, "Rooftop Radio, Inc.", "971010023", "25000"), name="later.csv")
    text = words(at_desk("p.lead").get(second()))
    assert "have changed since the first signature" in text
    assert "Award FY27 00001: amount $50,000.00 $40,000.00" in text and "Amount $80,000.00 $70,000.00" in text


def test_what_waits_in_a_case_is_shown_there_with_its_page(maria: TestClient) -> None:
    withdraw()
    page = read_page(maria.get(PAGE).text)
    assert "Withdraw waits for the second signature: proposed by Maria Ortiz, who signed first" in page.text
    assert second() in page.links


def test_a_proposal_can_be_closed_with_a_reason_instead_of_done() -> None:
    withdraw()
    paula = at_desk("p.lead")
    path = second("proposal_closed")
    before = kept()
    assert_refused(send(paula, path, "p.lead", reason=" "), 422, "Say why the proposal is closed", before)
    assert send(paula, path, "p.lead", reason="asked by mistake").status_code == 303
    assert (last_event().event, last_event().state_to) == ("proposal_closed", "scope")
    gone = paula.get(path)
    assert "was closed by Paula Lind" in words(gone) and sign_form(gone) == {}


def test_who_signs_first_reads_the_letter_that_the_second_signature_sends(maria: TestClient) -> None:
    shown = maria.get(WITHDRAWN)
    text = words(shown)
    assert "After both signatures the provider will get this letter" in text and "will not be registered" in text
    assert "The provider reads it, word for word." in text
    looked = post(maria, WITHDRAWN, sign_form(shown) | {"show": "yes", "reason": "The provider merged"})
    assert "The provider merged." in words(looked) and sign_form(looked)["reason"] == ["The provider merged"]
    assert sign_form(looked)["shown"] == sign_form(shown)["shown"]


def test_who_signed_first_reads_who_signs_second(maria: TestClient) -> None:
    withdraw()
    text = words(maria.get(second()))
    assert "You signed first. A program lead signs second." in text and "You cannot sign this" not in text


def test_the_page_of_a_signature_gives_the_reason_and_folds_its_hashes(maria: TestClient) -> None:
    page = maria.get(send(maria, WITHDRAWN, "m.ortiz", reason="the provider declines").headers["location"])
    assert "Reason" in words(page) and "the provider declines" in words(page)
    assert page.text.index("<details>") < page.text.index("What was shown (hash)") < page.text.index("</details>")
    send(at_desk("p.lead"), second(), "p.lead")
    signature = json.loads(last_event().payload)["signed"]["signature"]
    assert "the provider declines" in words(maria.get(f"/signed/{signature}"))


# --- who may -----------------------------------------------------------------------------------------------------


def test_the_case_offers_the_next_steps_and_says_who_signs_the_others(maria: TestClient) -> None:
    stand_at("responsibility")
    text = words(maria.get(PAGE))
    assert "None of the next steps is yours to sign." in text
    assert "Found responsible Signed by: ACCO." in text
    assert f"{PAGE}/decide/found_responsible" in read_page(at_desk("a.cco").get(PAGE).text).links


def test_who_has_not_the_role_reads_why_and_gets_no_form(maria: TestClient) -> None:
    stand_at("responsibility")
    path = f"{PAGE}/decide/found_responsible"
    page = maria.get(path)
    assert sign_form(page) == {} and "“Found responsible” is signed by: ACCO." in words(page)
    fields = {**sign_form(at_desk("a.cco").get(path)), "csrf": csrf(maria)}
    assert_refused(send(maria, path, "m.ortiz", fields), 403, "is signed by: ACCO", kept())


def test_who_has_not_the_role_is_told_so_before_filling_in_anything(maria: TestClient) -> None:
    page = maria.get(f"{PAGE}/decide/kind_set")
    assert "You cannot sign this. Signed by: contract officer." in words(page)
    assert not read_page(page.text).all("select")


def test_who_prepared_a_case_reads_why_somebody_else_must_approve_it() -> None:
    prepare()
    both, path = at_desk("o.both"), f"{PAGE}/decide/found_responsible"
    page = both.get(path)
    assert sign_form(page) == {} and "You signed “Name check requested” of August 5, 2026" in words(page)
    assert "Found responsible You signed “Name check requested”" in words(both.get(PAGE))
    fields = {**sign_form(at_desk("a.cco").get(path)), "csrf": csrf(both)}
    assert_refused(send(both, path, "o.both", fields), 403, "somebody else must sign this", kept())


def test_whom_to_sign_for_is_asked_only_where_there_is_a_choice(maria: TestClient) -> None:
    assert "Sign for" not in words(maria.get(STEP))
    lend("n.reyes", "m.ortiz")
    assert "Sign for myself, program manager Nora Reyes, program manager" in words(maria.get(STEP))
    assert send(maria, STEP, "m.ortiz", behalf="n.reyes").status_code == 303
    signed = json.loads(last_event().payload)["signed"]
    assert (signed["by"], signed["for"]) == ("m.ortiz", "n.reyes")
    assert "Maria Ortiz for Nora Reyes, program manager" in words(maria.get(PAGE))


def test_an_auditor_reads_the_page_and_signs_nothing() -> None:
    uma = at_desk("u.audit")
    assert "You act as auditor" in words(uma.get(STEP)) and sign_form(uma.get(STEP)) == {}
