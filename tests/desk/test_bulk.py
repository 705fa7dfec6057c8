"""One decision on many contracts: chosen on the worklist, read as one list, signed with one code, all or nothing."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.attacks import BOTH, kept, lend, prepare, stand_at
from tests.desk.conftest import attempts, read_page, words
from tests.desk.deciding import assert_refused, at_desk, post, sign_form
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import CAST, code_of, hire, sign

EINS = [f"9710100{number:02d}" for number in range(1, 7)]
CASES = [f"R27-{ein}" for ein in EINS]
CHANGED = "Not signed: you changed the details after they were shown. Look at the page again, then sign."
SCOPE, WITHDRAWN = "scope_and_budget_agreed", "withdrawn"


@remembered
def _opened(folder: Path) -> None:
    """Six contracts, and everybody who signs."""
    stop_clock(2026, 8, 3, 14)
    hire(*CAST, BOTH)
    import_list(folder, *(award(n, f"Provider {n}, Inc.", ein, "50000") for n, ein in enumerate(EINS, 1)))
    review_all(letters=False)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


@pytest.fixture
def maria() -> TestClient:
    return at_desk("m.ortiz")


def address(act: str, cases: list[str], **fields: str) -> str:
    return f"/decide?{urlencode({'act': act, 'case': cases, **fields}, doseq=True)}"


def sign_shown(browser: TestClient, staff_id: str, fields: Any, **typed: Any) -> Response:
    return post(browser, "/decide", {**fields, "code": code_of(staff_id), **typed})


def signed_events(event: str) -> list[tuple[str, str, str]]:
    """Case, signature and reason of each event of this name."""
    column = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(column.case_id, column.payload).where(column.event == event).order_by(column.case_id)
        rows = [(row.case_id, json.loads(row.payload)) for row in session.execute(query)]
    return [(case_id, told["signed"]["signature"], told.get("reason", "")) for case_id, told in rows]


def test_the_worklist_offers_each_contract_and_what_this_person_may_sign(maria: TestClient) -> None:
    page = read_page(maria.get("/worklist").text)
    boxes = [a for a in page.all("input") if a.get("name") == "case"]
    assert sorted(box["value"] for box in boxes) == CASES
    assert {box["form"] for box in boxes} == {"bulk"} and all(box["aria-label"].startswith("Choose ") for box in boxes)
    offered = {option.get("value") for option in page.all("option")}
    assert {SCOPE, WITHDRAWN} <= offered and not {"found_responsible", "kind_set", "corrected"} & offered


def test_who_can_sign_nothing_is_offered_nothing() -> None:
    page = read_page(at_desk("u.audit").get("/worklist").text)
    assert not [a for a in page.all("input") if a.get("name") == "case"]


def test_one_code_signs_the_whole_list_under_one_signature(maria: TestClient) -> None:
    shown = maria.get(address(SCOPE, CASES))
    assert "Scope and budget agreed: 6 contracts" in words(shown)
    answer = sign_shown(maria, "m.ortiz", sign_form(shown))
    assert answer.status_code == 303
    found = signed_events(SCOPE)
    assert [case for case, *_ in found] == CASES and len({signature for _, signature, _ in found}) == 1
    assert "Recorded. Maria Ortiz signed as program manager" in words(maria.get(answer.headers["location"]))
    with reading() as session:
        kept_row = session.execute(select(Signature)).scalars().one()
    assert [item["case_id"] for item in json.loads(kept_row.shown)["items"]] == CASES


def test_rows_that_are_not_checked_are_not_signed(maria: TestClient) -> None:
    fields = sign_form(maria.get(address(SCOPE, CASES)))
    assert sign_shown(maria, "m.ortiz", fields, row=CASES[1:4]).status_code == 303
    assert [case for case, *_ in signed_events(SCOPE)] == CASES[1:4]


def test_a_reason_for_all_gives_way_to_the_reason_of_a_row(maria: TestClient) -> None:
    fields = sign_form(maria.get(address(WITHDRAWN, CASES[:3])))
    typed = {"reason": "no funds", f"reason-{CASES[1]}": "they merged — ça va"}
    assert sign_shown(maria, "m.ortiz", fields, **typed).status_code == 303
    assert [reason for *_, reason in signed_events("act_proposed")] == ["no funds", "they merged — ça va", "no funds"]


def test_a_list_of_which_one_row_lacks_a_reason_is_refused_and_keeps_what_was_typed(maria: TestClient) -> None:
    fields = sign_form(maria.get(address(WITHDRAWN, CASES[:3])))
    answer = sign_shown(maria, "m.ortiz", fields, **{f"reason-{CASES[0]}": "they <merged>", "row": CASES[:2]})
    assert_refused(answer, 422, f"{CASES[1]}: this needs a reason", kept())
    assert "they &lt;merged&gt;</textarea>" in answer.text
    assert sign_form(answer)["row"] == CASES[:2]


def test_what_this_person_cannot_sign_is_listed_with_its_sentence_and_left_out() -> None:
    sign("m.ortiz", CASES[0], SCOPE)
    prepare("o.both", CASES[1])
    for case_id in CASES[2:4]:
        stand_at("responsibility", case_id)
    both = at_desk("o.both")
    shown = both.get(address("found_responsible", CASES[:4]))
    assert "You signed “Name check requested” of August 3, 2026" in words(shown)
    assert "2 contracts that you can sign" in words(shown) and "2 rows, left out of your signature" in words(shown)
    assert sign_form(shown)["row"] == CASES[2:4]
    assert sign_shown(both, "o.both", sign_form(shown)).status_code == 303
    assert [case for case, *_ in signed_events("found_responsible")] == CASES[2:4]


def test_details_that_hold_for_all_are_asked_for_first() -> None:
    omar = at_desk("o.file")
    page = omar.get(address("kind_set", CASES[:2]))
    assert sign_form(page) == {} and "Kind of contract (needed)" in words(page)
    shown = omar.get(address("kind_set", CASES[:2], value="multi_year"))
    assert sign_shown(omar, "o.file", sign_form(shown)).status_code == 303
    assert [case for case, *_ in signed_events("kind_set")] == CASES[:2]


def test_a_decision_without_a_day_of_its_own_takes_none_from_the_worklist() -> None:
    carl = at_desk("c.law")
    shown = carl.get(address("hold_placed", CASES[:2], on="2026-08-03"))
    assert sign_shown(carl, "c.law", sign_form(shown), reason="a claim was filed").status_code == 303
    assert [case for case, *_ in signed_events("hold_placed")] == CASES[:2]


def test_contracts_are_assigned_as_a_list() -> None:
    paula = at_desk("p.lead")
    shown = paula.get(address("assigned", CASES[:3], on="2026-08-03", role="program manager", staff="m.ortiz"))
    assert sign_shown(paula, "p.lead", sign_form(shown)).status_code == 303
    assert [case for case, *_ in signed_events("assigned")] == CASES[:3]


def test_a_list_can_be_signed_for_somebody_who_is_out(maria: TestClient) -> None:
    lend("n.reyes", "m.ortiz")
    shown = maria.get(address(SCOPE, CASES[:2]))
    assert "Sign for myself, program manager Nora Reyes, program manager" in words(shown)
    answer = sign_shown(maria, "m.ortiz", sign_form(shown), behalf="n.reyes")
    assert "Maria Ortiz signed for Nora Reyes" in words(maria.get(answer.headers["location"]))


# --- refused -----------------------------------------------------------------------------------------------------


def test_a_row_that_somebody_signed_meanwhile_stops_the_whole_list(maria: TestClient) -> None:
    fields = sign_form(maria.get(address(SCOPE, CASES)))
    sign("n.reyes", CASES[2], SCOPE)
    answer = sign_shown(maria, "m.ortiz", fields)
    assert_refused(answer, 409, f"Nora Reyes recorded “Scope and budget agreed” for {CASES[2]}", kept())
    assert sign_form(answer)["row"] == [case for case in CASES if case != CASES[2]]


@pytest.mark.parametrize(
    ("name", "value", "status", "sentence"),
    [
        (f"shown-{CASES[0]}", ["0" * 64], 409, "is not what the page showed"),
        (f"shown-{CASES[0]}", [], 409, "is not what the page showed"),
        ("on", ["2026-08-02"], 409, CHANGED),
        ("reference", ["7"], 409, CHANGED),
        ("details", [], 409, CHANGED),
        ("row", [], 422, "No row is chosen"),
        ("row", ["R27-999999999"], 409, "is not in this list any more"),
        ("case", [*CASES, "R27-971010012"], 303, ""),
        ("amount", ["5"], 409, CHANGED),
        ("code", ["000001"], 401, "The staff id or the code is wrong"),
        ("behalf", ["a.cco"], 403, "You act for a.cco"),
    ],
)
def test_a_list_that_was_tampered_with_is_refused_as_a_whole(
    maria: TestClient, name: str, value: list[str], status: int, sentence: str
) -> None:
    fields = {**sign_form(maria.get(address(SCOPE, CASES))), "code": [code_of("m.ortiz")], name: value}
    before = kept()
    answer = post(maria, "/decide", fields)
    if status == 303:
        assert answer.status_code == 303 and [case for case, *_ in signed_events(SCOPE)] == CASES
    else:
        assert_refused(answer, status, sentence, before)


def test_a_day_for_all_that_was_changed_and_not_shown_is_not_signed_and_then_shown_and_signed() -> None:
    stop_clock(2026, 8, 5, 14)
    maria = at_desk("m.ortiz")
    fields, before = sign_form(maria.get(address(SCOPE, CASES))), kept()
    answer = sign_shown(maria, "m.ortiz", fields, on="2026-08-04", row=CASES[:2])
    assert_refused(answer, 409, CHANGED, before)
    again = sign_form(answer)
    assert "Date on which it happened: August 4, 2026" in words(answer) and again["row"] == CASES[:2]
    assert sign_shown(maria, "m.ortiz", again).status_code == 303
    assert [case for case, *_ in signed_events(SCOPE)] == CASES[:2]


def test_showing_a_list_again_signs_nothing_and_checks_what_it_did_not_offer_before(maria: TestClient) -> None:
    fields, before = sign_form(maria.get(address(SCOPE, CASES[:3]))), kept()
    del fields[f"shown-{CASES[2]}"]
    answer = sign_shown(maria, "m.ortiz", fields, row=CASES[1:2], show="yes")
    assert answer.status_code == 200 and kept() == before
    assert sign_form(answer)["row"] == CASES[1:3]


def test_a_list_that_is_sent_again_is_refused_by_its_code(maria: TestClient) -> None:
    fields = {**sign_form(maria.get(address(SCOPE, CASES))), "code": code_of("m.ortiz")}
    assert post(maria, "/decide", fields).status_code == 303
    assert_refused(post(maria, "/decide", fields), 401, "This code was used already", kept())


def test_201_rows_are_too_many_for_one_signature(maria: TestClient) -> None:
    many, before = [f"R27-9720{number:05d}" for number in range(201)], kept()
    assert maria.get(address(SCOPE, many)).status_code == 422
    assert "201 contracts are more than the 200" in words(maria.get(address(SCOPE, many)))
    fields = sign_form(maria.get(address(SCOPE, CASES)))
    assert sign_shown(maria, "m.ortiz", fields, case=many).status_code == 422
    answer = sign_shown(maria, "m.ortiz", fields, row=many)
    assert_refused(answer, 422, "201 rows are more than the 200", before)
    assert attempts()[-1] == ("m.ortiz", "desk", "form")


@pytest.mark.parametrize("act", ["", "blessed", "corrected", "found_not_responsible", "awards_regrouped", "reduced"])
def test_what_is_signed_contract_by_contract_is_not_offered_for_many(maria: TestClient, act: str) -> None:
    before = kept()
    fields = sign_form(maria.get(address(SCOPE, CASES)))
    for answer in (maria.get(address(act, CASES)), sign_shown(maria, "m.ortiz", fields, act=act)):
        assert answer.status_code == 422 and "Choose a decision from the list" in words(answer)
    assert kept() == before


def test_no_contract_chosen_and_contracts_that_there_are_not_are_said(maria: TestClient) -> None:
    assert "No contract is chosen" in words(maria.get(address(SCOPE, [])))
    shown = maria.get(address(SCOPE, ["R27-000000000", "<b>x</b>", CASES[0]]))
    assert "There is no contract “R27-000000000”" in words(shown) and sign_form(shown)["row"] == [CASES[0]]
    assert "<b>x</b>" not in shown.text
    assert maria.get(address(SCOPE, ["\u202e", "x" * 61])).status_code == 422


def test_the_form_of_one_decision_does_not_sign_another_for_the_list(maria: TestClient) -> None:
    fields = sign_form(maria.get(address(SCOPE, CASES)))
    answer = sign_shown(maria, "m.ortiz", fields, act="orientation_attended")
    assert_refused(answer, 409, "is not what the page showed", kept())
