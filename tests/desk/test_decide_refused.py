"""What the decide page refuses: tampered, repeated and overtaken forms. Each has its sentence and changes nothing."""

import json
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.desk.act_forms import said_once
from models.shared.calendar import new_york_date
from models.shared.people import Role, Unit
from tests.attacks import CASE, OTHER, kept, open_desk, run, stand_at, withdraw
from tests.desk.conftest import attempts, read_page, visit, words
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
from tests.office import stop_clock
from tests.signers import code_of, hire, sign

CHANGED = "Not signed: you changed the details after they were shown. Look at the page again, then sign."
HOSTILE = '<script>alert("1")</script> & {{ 7 * 7 }} — Ελληνικά, 中文, العربية 🙂'


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


def test_a_wrong_code_keeps_the_reason_and_never_the_code(maria: TestClient) -> None:
    before = kept()
    answer = send(maria, WITHDRAWN, "m.ortiz", code="000001", reason="they decline & wait")
    assert_refused(answer, 401, "The staff id or the code is wrong", before)
    assert "they decline &amp; wait</textarea>" in answer.text and "000001" not in answer.text
    assert attempts()[-1] == ("m.ortiz", "desk", "wrong code")


@pytest.mark.parametrize(
    ("name", "value", "status", "sentence"),
    [
        ("on", "2026-08-04", 409, CHANGED),
        ("on", "2026-09-01", 409, CHANGED),
        ("on", "yesterday", 409, CHANGED),
        ("details", "0" * 64, 409, CHANGED),
        ("details", "", 409, CHANGED),
        ("shown", "0" * 64, 409, "is not what the page showed"),
        ("shown", "", 409, "is not what the page showed"),
        ("reference", "7", 409, CHANGED),
        ("amount", "1", 409, CHANGED),
        ("behalf", "a.cco", 403, "You act for a.cco"),
        ("behalf", "nobody", 403, "You act for nobody"),
        ("code", "abc", 401, "The staff id or the code is wrong"),
        ("code", "", 401, "The staff id or the code is wrong"),
    ],
)
def test_a_field_that_was_tampered_with_signs_nothing(
    maria: TestClient, name: str, value: str, status: int, sentence: str
) -> None:
    fields = sign_form(maria.get(STEP)) | {"code": [code_of("m.ortiz")]}
    assert_refused(post(maria, STEP, fields | {name: [value]}), status, sentence, kept())


def test_a_day_that_was_changed_and_not_shown_is_not_signed_and_then_shown_and_signed(maria: TestClient) -> None:
    before = kept()
    answer = send(maria, STEP, "m.ortiz", on="2026-08-04")
    assert_refused(answer, 409, CHANGED, before)
    assert "Date on which it happened August 4, 2026" in words(answer)
    assert sign_form(answer)["on"] == ["2026-08-04"]
    assert send(maria, STEP, "m.ortiz", sign_form(answer)).status_code == 303
    assert new_york_date(last_event().occurred_at) == date(2026, 8, 4)


def test_a_changed_day_costs_no_code(maria: TestClient) -> None:
    code = code_of("m.ortiz")
    answer = send(maria, STEP, "m.ortiz", code=code, on="2026-08-04")
    assert answer.status_code == 409 and code not in answer.text
    assert send(maria, STEP, "m.ortiz", sign_form(answer), code=code).status_code == 303


def test_showing_the_details_again_signs_nothing_even_with_a_code(maria: TestClient) -> None:
    before = kept()
    answer = send(maria, STEP, "m.ortiz", on="2026-08-04", show="yes")
    assert answer.status_code == 200 and kept() == before
    assert "Date on which it happened August 4, 2026" in words(answer)


def test_the_form_with_the_code_is_never_sent_as_an_address(maria: TestClient) -> None:
    tags = read_page(maria.get(STEP).text).tags
    assert not [a for _, a in tags if "formmethod" in a]
    inside = [a["method"] for tag, a in tags[: [a.get("id") for _, a in tags].index("code")] if tag == "form"][-1]
    assert inside == "post"


def test_a_reason_in_the_letter_that_was_changed_and_not_shown_is_not_signed() -> None:
    stand_at("responsibility")
    anna, path = at_desk("a.cco"), f"{PAGE}/decide/found_not_responsible"
    fields = next(fields for form, fields in forms(read_page(anna.get(path).text)) if form["action"] == path)
    shown = sign_form(post(anna, path, fields | {"reason": "Taxes are owed"}))
    before = kept()
    answer = send(anna, path, "a.cco", shown | {"reason": ["Liens are unpaid"]})
    assert_refused(answer, 409, CHANGED, before)
    assert sign_form(answer)["reason"] == ["Liens are unpaid"] and "Liens are unpaid." in words(answer)


def test_a_sentence_says_only_once_that_nothing_was_changed() -> None:
    assert said_once("It says that already; nothing was changed. Nothing was changed.").count("hing was changed") == 1
    assert said_once("It is late. Nothing was changed.") == "It is late. Nothing was changed."


@pytest.mark.parametrize("version", ["", "-1", "99", "x", "²"])
def test_a_version_that_was_tampered_with_only_costs_the_better_sentence(maria: TestClient, version: str) -> None:
    fields = sign_form(maria.get(STEP)) | {"version": [version], "shown": ["0" * 64]}
    assert_refused(send(maria, STEP, "m.ortiz", fields), 409, "Nothing was changed", kept())


def test_the_form_of_one_act_does_not_sign_another(maria: TestClient) -> None:
    fields = sign_form(maria.get(STEP))
    answer = send(maria, f"{PAGE}/decide/orientation_attended", "m.ortiz", fields)
    assert_refused(answer, 409, "is not what the page showed", kept())


def test_the_form_of_one_contract_does_not_sign_for_another(maria: TestClient) -> None:
    fields = sign_form(maria.get(STEP))
    answer = send(maria, STEP.replace(CASE, OTHER), "m.ortiz", fields)
    assert_refused(answer, 409, "is not what the page showed", kept())


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}/decide/blessed", f"{PAGE}/decide/proposal_closed", STEP.replace("registration", "payments"),
        STEP.replace(CASE, "R27-000000000"), f"{STEP}?proposal=none",
    ],
)  # fmt: skip
def test_what_there_is_not_is_said_with_404_and_signs_nothing(maria: TestClient, path: str) -> None:
    before = kept()
    assert maria.get(path).status_code == 404
    answer = post(maria, path.split("?")[0], sign_form(maria.get(STEP)) | {"proposal": ["none"]})
    assert answer.status_code == 404 and kept() == before


def test_a_form_that_is_sent_again_is_refused_by_its_code(maria: TestClient) -> None:
    fields = sign_form(maria.get(STEP)) | {"code": [code_of("m.ortiz")]}
    assert post(maria, STEP, fields).status_code == 303
    assert_refused(post(maria, STEP, fields), 401, "This code was used already", kept())


def test_a_page_that_somebody_overtook_names_who_and_shows_the_case_as_it_is(maria: TestClient) -> None:
    fields = sign_form(maria.get(STEP))
    sign("n.reyes", CASE, "scope_and_budget_agreed")
    answer = send(maria, STEP, "m.ortiz", fields)
    assert_refused(answer, 409, "Nora Reyes recorded “Scope and budget agreed” for R27-971010012", kept())
    assert "Stands at S5 Document package" in words(answer) and sign_form(answer) == {}


def test_a_needed_reason_that_is_missing_is_asked_for(maria: TestClient) -> None:
    assert_refused(send(maria, WITHDRAWN, "m.ortiz", reason="  "), 422, "needs a reason", kept())


def test_a_reason_as_long_as_a_book_is_refused(maria: TestClient) -> None:
    answer = send(maria, WITHDRAWN, "m.ortiz", reason="x" * 4_001)
    assert_refused(answer, 422, "The reason is longer than 4,000 characters", kept())
    assert attempts()[-1] == ("m.ortiz", "desk", "form")


def test_a_proposal_whose_fields_were_changed_on_the_way_is_refused() -> None:
    withdraw()
    paula = at_desk("p.lead")
    fields = sign_form(paula.get(second())) | {"on": ["2026-08-04"]}
    assert_refused(send(paula, second(), "p.lead", fields), 409, "Nothing was changed", kept())


def test_nothing_is_signed_under_a_policy_that_nobody_signed(maria: TestClient) -> None:
    fields = sign_form(maria.get(STEP))
    run("delete from policy_version")
    assert_refused(send(maria, STEP, "m.ortiz", fields), 403, "olicy", kept())
    assert sign_form(maria.get(STEP)) == {}


def test_a_form_without_its_key_or_from_another_session_signs_nothing(maria: TestClient) -> None:
    fields, before = sign_form(maria.get(STEP)), kept()
    for key in ("", "0" * 64, csrf(at_desk("n.reyes"))[0]):
        answer = send(maria, STEP, "m.ortiz", fields | {"csrf": [key]})
        assert answer.status_code == 403 and "not made for your present sign-in" in words(answer)
    assert post(visit(), STEP, fields).status_code == 403
    assert kept() == before


def test_what_somebody_writes_is_only_text_on_every_page_that_shows_it(maria: TestClient) -> None:
    signed = send(maria, WITHDRAWN, "m.ortiz", reason=HOSTILE).headers["location"]
    paula = at_desk("p.lead")
    for path in (PAGE, second(), "/proposals", signed):
        answer = paula.get(path)
        assert answer.status_code == 200 and not read_page(answer.text).all("script"), path
    assert HOSTILE in words(paula.get(PAGE)) and HOSTILE in words(paula.get(second()))
    assert send(paula, second(), "p.lead").status_code == 303
    assert json.loads(last_event().payload)["reason"] == HOSTILE
    assert "<script>" not in paula.get(PAGE).text


def test_an_administrator_decides_nothing_and_reads_no_case() -> None:
    hire(("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)))
    ada, before = at_desk("a.admin"), kept()
    for path in (STEP, f"/decide?case={CASE}&act=scope_and_budget_agreed", "/proposals/none", "/signed/none"):
        assert ada.get(path).status_code == 403, path
    assert kept() == before
