"""What waits for a signature: who sees what as theirs, and lists that are signed or closed with one code."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.shared.people import Role, Unit
from models.shared.people_records import Proposal
from models.shared.records import CaseEvent
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.proposals import Proposed, propose
from tasks.adapters.registration.contract_names import contract_names
from tests.attacks import CASE, OTHER, kept, open_desk, run, stand_at, withdraw
from tests.desk.conftest import read_page, words
from tests.desk.deciding import assert_refused, at_desk, post, sign_form
from tests.office import stop_clock
from tests.signers import code_of, hire, sign, sign_list

AGREED = Proposed(CASE, "scope_and_budget_agreed", {"on": "2026-08-04"}, "", 3)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    """Two contracts that came in two days ago, and everybody who signs."""
    open_desk(tmp_path)
    stop_clock(2026, 8, 5, 14)


def proposed(*rows: Proposed, source: str = "file steps.csv 77") -> str:
    with writing() as session:
        return propose(session, "registration", source, rows, clock.now())


def statuses() -> list[str]:
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return list(session.execute(select(table.status).order_by(table.list_id, table.position)).scalars())


def events(name: str) -> list[tuple[str, str]]:
    column = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(column.case_id, column.payload).where(column.event == name).order_by(column.case_id)
        return [(row.case_id, json.loads(row.payload).get("reason", "")) for row in session.execute(query)]


def spreadsheet() -> str:
    """A list of one step of each of two contracts, and of a legal hold, which counsel signs."""
    other = Proposed(OTHER, "scope_and_budget_agreed", {"on": "2026-08-05"}, "", 3)
    return proposed(AGREED, other, Proposed(CASE, "hold_placed", {}, "a claim was filed"))


def send(browser: TestClient, staff_id: str, path: str, fields: Any = None, **typed: Any) -> Response:
    filled = fields if fields is not None else sign_form(browser.get(path))
    return post(browser, path.split("?")[0], {**filled, "code": code_of(staff_id), **typed})


def sections(browser: TestClient) -> tuple[str, str]:
    """What the page says is mine, and what it says is others'."""
    _, _, text = words(browser.get("/proposals")).partition("Yours to sign")
    mine, _, others = text.partition("Waits for others")
    return mine, others


# --- the page ----------------------------------------------------------------------------------------------------


def test_what_waits_is_mine_where_my_role_signs_it_and_names_who_signs_where_not() -> None:
    spreadsheet()
    proposed(Proposed(OTHER, "withdrawn", {}, "no funds"), source="run 4711")
    mine, others = sections(at_desk("m.ortiz"))
    assert "Place a legal hold (1), Scope and budget agreed (2)" in mine and "From the spreadsheet steps.csv." in mine
    assert "2 of 3" in mine and "Withdraw , R27-971010023" in mine and "From a form in Prefect." in mine
    assert "Nothing waits for others" in others
    mine, others = sections(at_desk("c.law"))
    assert "1 of 3" in mine and "contract officer or program manager" in others


def test_each_line_names_the_provider_and_says_where_there_are_others() -> None:
    with reading() as session:
        names = contract_names(session, [CASE, OTHER])
    spreadsheet()
    proposed(Proposed(OTHER, "withdrawn", {}, "no funds"), source="run 4711")
    mine, _ = sections(at_desk("m.ortiz"))
    assert f"3 rows {names[min(CASE, OTHER)].provider} and others From the spreadsheet" in mine
    assert f"{OTHER} {names[OTHER].provider} From a form in Prefect" in mine


def test_a_first_signature_waits_for_others_and_is_the_second_signers() -> None:
    withdraw()
    mine, others = sections(at_desk("m.ortiz"))
    assert "Nothing waits for you." in mine and "Signed first by Maria Ortiz." in others and "program lead" in others
    assert "Signed first by Maria Ortiz." in sections(at_desk("p.lead"))[0]


def test_a_link_from_prefect_leads_straight_to_the_one_decision_that_it_proposed() -> None:
    list_id = proposed(AGREED, source="run 4711")
    answer = at_desk("m.ortiz").get(f"/proposals/{list_id}", follow_redirects=False)
    wanted = f"/cases/registration/{CASE}/decide/scope_and_budget_agreed?proposal={list_id}-1"
    assert (answer.status_code, answer.headers["location"]) == (303, wanted)
    text = words(at_desk("n.reyes").get(wanted))
    assert "Proposed by a form in Prefect, Aug 5, 2026, 10:00 AM, without a reason." in text


def test_a_proposal_from_a_form_says_what_happened_in_the_contract_since() -> None:
    list_id = proposed(AGREED, source="run 4711")
    sign("m.ortiz", CASE, "orientation_attended", on="2026-08-05")
    path = f"/cases/registration/{CASE}/decide/scope_and_budget_agreed?proposal={list_id}-1"
    assert "Since it was proposed, this happened: Orientation attended" in words(at_desk("m.ortiz").get(path))


def test_an_administrator_sees_the_acts_of_the_office_and_no_case() -> None:
    spreadsheet()
    hire(("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)))
    text = words(at_desk("a.admin").get("/proposals"))
    assert "No act of the office waits for a second administrator." in text and CASE not in text


# --- a list ------------------------------------------------------------------------------------------------------


def test_a_list_is_signed_in_its_order_as_far_as_this_person_may() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    shown = maria.get(path)
    assert "2 rows that you can sign" in words(shown) and "1 row, left out of your signature" in words(shown)
    assert "“Place a legal hold” is signed by: counsel." in words(shown)
    answer = send(maria, "m.ortiz", path)
    assert answer.status_code == 303
    assert events("scope_and_budget_agreed") == [(CASE, ""), (OTHER, "")]
    assert statuses() == ["done", "done", "open"]
    assert "Next: 1 more of the list" in words(maria.get(answer.headers["location"]))


def test_only_the_checked_rows_are_signed() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    assert send(maria, "m.ortiz", path, row=[f"{list_id}-2"]).status_code == 303
    assert events("scope_and_budget_agreed") == [(OTHER, "")]
    assert statuses() == ["open", "done", "open"]


def test_a_row_that_builds_on_one_that_was_left_out_is_not_signed_as_something_else() -> None:
    stand_at("filed", OTHER)
    steps = [Proposed(OTHER, "returned", {"on": "2026-08-05"}, "a page is missing"),
             Proposed(OTHER, "package_corrected", {"on": "2026-08-05"})]  # fmt: skip
    list_id = proposed(*steps)
    omar, path = at_desk("o.file"), f"/proposals/{list_id}"
    fields = sign_form(omar.get(path))
    before = kept()
    answer = send(omar, "o.file", path, fields, row=[f"{list_id}-2"])
    assert answer.status_code in (409, 422) and kept() == before
    assert send(omar, "o.file", path, fields).status_code == 303
    assert statuses() == ["done", "done"]


def test_rows_can_be_refused_with_a_reason_which_is_said_for_thirty_days() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}?mode=close"
    assert "Refusing does nothing to the contracts" in words(maria.get(path))
    fields = sign_form(maria.get(path))
    assert_refused(send(maria, "m.ortiz", path, fields), 422, "this needs a reason", kept())
    assert send(maria, "m.ortiz", path, fields, reason="sent twice", row=[f"{list_id}-1"]).status_code == 303
    assert events("proposal_closed") == [(CASE, "sent twice")] and events("scope_and_budget_agreed") == []
    assert statuses() == ["refused", "open", "open"]
    _, _, refused = words(maria.get("/proposals")).partition("Refused lately")
    assert f"Scope and budget agreed {CASE}" in refused and "Maria Ortiz sent twice Aug 5, 2026, 10:00 AM" in refused
    stop_clock(2026, 9, 5, 14)
    assert "Refused lately" not in words(at_desk("m.ortiz").get("/proposals"))


def test_the_first_signatures_of_one_list_are_one_list_for_who_signs_second() -> None:
    items = [Item(case_id, "withdrawn", {"on": "2026-08-05"}, "no funds") for case_id in (CASE, OTHER)]
    receipt = sign_list("m.ortiz", *items)
    paula, path = at_desk("p.lead"), f"/proposals/{receipt.signature_id}"
    assert path in read_page(paula.get("/proposals").text).links
    text = words(paula.get(path))
    assert "From first signatures of Maria Ortiz" in text and "2 letters to providers included" in text
    assert send(paula, "p.lead", path).status_code == 303
    assert events("withdrawn") == [(CASE, "no funds"), (OTHER, "no funds")]


def test_a_list_in_which_nothing_waits_any_more_says_so() -> None:
    list_id = spreadsheet()
    run("update proposal set status = 'done'")
    maria = at_desk("m.ortiz")
    assert "Nothing waits here any more" in words(maria.get(f"/proposals/{list_id}"))
    assert maria.get("/proposals/none").status_code == 404


def test_more_rows_than_one_signature_covers_come_in_portions() -> None:
    documents = [
        Proposed(CASE, "document_recorded", {"document": "scope", "reported_on": "2026-08-05", "detail": str(n)})
        for n in range(203)
    ]
    list_id = proposed(*documents)
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    shown = maria.get(path)
    assert "These are the first 200 of 203" in words(shown)
    assert len(sign_form(shown).get("row", [])) + words(shown).count("Its page") == 200


# --- refused -----------------------------------------------------------------------------------------------------


def test_a_list_of_which_somebody_closed_a_row_meanwhile_is_shown_anew() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    fields = sign_form(maria.get(path))
    run("update proposal set status = 'refused', closed_by = 'Nora Reyes' where position = 0")
    answer = send(maria, "m.ortiz", path, fields)
    assert_refused(answer, 409, "is not in this list any more", kept())


def test_a_proposal_that_was_changed_in_the_database_after_it_was_shown_is_not_signed() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    fields = sign_form(maria.get(path))
    run("update proposal set fields = replace(fields, '2026-08-04', '2026-08-03') where position = 0")
    assert_refused(send(maria, "m.ortiz", path, fields), 409, "is not what the page showed", kept())


def test_a_list_that_is_sent_again_or_with_a_wrong_code_signs_nothing() -> None:
    list_id = spreadsheet()
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    fields = sign_form(maria.get(path))
    assert_refused(post(maria, path, {**fields, "code": "000001"}), 401, "The staff id or the code is wrong", kept())
    sent = {**fields, "code": code_of("m.ortiz")}
    assert post(maria, path, sent).status_code == 303
    before = kept()
    again = post(maria, path, sent)
    assert again.status_code in (401, 409) and kept() == before


def test_a_row_of_another_list_cannot_be_slipped_in() -> None:
    list_id, other = spreadsheet(), proposed(AGREED, AGREED, source="file other.csv 1")
    maria, path = at_desk("m.ortiz"), f"/proposals/{list_id}"
    answer = send(maria, "m.ortiz", path, row=[f"{other}-1"])
    assert_refused(answer, 409, "is not in this list any more", kept())


def test_a_sheet_with_an_act_that_there_is_not_is_left_out_with_its_sentence() -> None:
    list_id = proposed(AGREED, Proposed(OTHER, "blessed"), Proposed("R27-000000000", "filed"))
    text = words(at_desk("m.ortiz").get(f"/proposals/{list_id}"))
    assert "1 row that you can sign" in text and "2 rows, left out of your signature" in text
    assert "There is no contract “R27-000000000”" in text and "is not something that can be signed" in text
