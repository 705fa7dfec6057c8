"""Several requisitions at the desk: ticked on the list, sorted by what they fail, signed with a reason for each."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from models.shared.people_records import Signature
from tasks.adapters.database import reading
from tests.desk.conftest import attempts, read_page, words
from tests.desk.deciding import at_desk, post, sign_form
from tests.payments_office import CONTRACT, open_office, reports, requisition, review_all, send, sign, tell
from tests.remembered import remembered
from tests.signers import code_of
from tests.tasks.test_requisitions_at_once import states

CASE, SECOND, HELD, ODD = (f"{CONTRACT}-{number:02d}" for number in (1, 2, 3, 4))
DECIDE = "/requisitions/decide"


@remembered
def _opened(folder: Path) -> None:
    """Two clean requisitions, one whose bill is missing, one that names another payee address."""
    open_office(folder)
    rent = [{"no": 1, "budget_line": 3, "description": "Rent", "amount": "800.00",
             "evidence": ["vendor_bill", "proof_of_payment"]}]  # fmt: skip
    months = {"service_from": "2026-08-01", "service_to": "2026-08-31", "total": "800.00"}
    july = {"service_from": "2026-07-01", "service_to": "2026-07-31", "total": "800.00"}
    send(folder, requisition(), requisition(2, lines=rent, **months),
         requisition(3, lines=[{**rent[0], "evidence": []}], **july),
         requisition(4, payee_address="Elsewhere", service_from="2026-09-02"))  # fmt: skip
    tell(folder, *reports("2026-08-31", "800.00"), *reports("2026-07-31", "800.00"))
    review_all()


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


@pytest.fixture
def maria() -> TestClient:
    return at_desk("m.ortiz")


def where(act: str, *cases: str) -> str:
    return f"{DECIDE}?{urlencode({'act': act, 'case': cases}, doseq=True)}"


def sign_shown(browser: TestClient, fields: Any, staff_id: str = "m.ortiz", **typed: Any) -> Any:
    return post(browser, DECIDE, {**fields, "code": code_of(staff_id), **typed})


def reasons(*cases: str) -> dict[str, str]:
    return {f"reason-{case_id}": f"Read {case_id}." for case_id in cases}


def test_the_list_offers_each_open_requisition_and_the_acts_for_many_that_this_person_signs(maria: TestClient):
    page = read_page(maria.get("/requisitions").text)
    boxes = [a["value"] for a in page.all("input") if a.get("name") == "case"]
    assert sorted(boxes) == [CASE, SECOND, HELD, ODD]
    offered = {option.get("value") for option in page.all("option")}
    assert {"program_approved", "requisition_returned", "determination_sent"} <= offered
    assert not {"fiscal_approved", "sent_back"} & offered
    assert not [
        a for a in read_page(at_desk("u.audit").get("/requisitions").text).all("input") if a.get("name") == "case"
    ]


def test_equals_are_one_list_with_totals_and_one_code_signs_it_with_a_reason_for_each(maria: TestClient):
    shown = maria.get(where("program_approved", CASE, SECOND))
    told = words(shown)
    assert "All of them pass the same checks." in told and "none, every check passed" in told
    assert "Claimed $8,050.00" in told and "It goes to Fiscal." in told
    answer = sign_shown(maria, sign_form(shown), **reasons(CASE, SECOND))
    assert answer.status_code == 303, words(answer)
    assert states() == {CASE: "with_fiscal", SECOND: "with_fiscal", HELD: "with_program", ODD: "with_program"}
    signed = words(maria.get(answer.headers["location"]))
    assert f"Read {CASE}." in signed and f"Read {SECOND}." in signed and "2 requisitions" in signed


def test_those_that_differ_are_told_in_words_and_each_group_is_a_list_of_its_own(maria: TestClient):
    shown = maria.get(where("program_approved", HELD, CASE, SECOND))
    page = read_page(shown.text)
    assert sign_form(shown) == {} and "Nothing was signed." in page.text
    assert "P14: a bill or a proof of payment is missing" in page.text and "Open these 2" in page.text
    assert where("program_approved", CASE, SECOND) in page.links
    assert f"/cases/payments/{HELD}/decide/program_approved" in page.links
    assert sign_form(maria.get(where("program_approved", CASE, SECOND))) != {}


def test_a_row_without_its_reason_is_refused_and_what_was_typed_stays(maria: TestClient):
    shown = maria.get(where("program_approved", CASE, SECOND))
    answer = sign_shown(maria, sign_form(shown), **reasons(CASE), reason="One reason for all of them")
    assert answer.status_code == 422 and f"{SECOND}: this needs a reason." in words(answer)
    assert f"Read {CASE}." in answer.text and set(states().values()) == {"with_program"}
    assert attempts()[-1][0] == "m.ortiz"


def test_the_same_words_are_written_into_the_empty_rows_and_signed_only_afterwards(maria: TestClient):
    shown = maria.get(where("program_approved", CASE, SECOND))
    fields = {**sign_form(shown), **reasons(CASE), "fill": "Checked the papers.", "show": "yes"}
    filled = post(maria, DECIDE, fields)
    assert filled.status_code == 200 and set(states().values()) == {"with_program"}
    form = sign_form(filled)
    assert form[f"reason-{CASE}"] == [f"Read {CASE}."] and form[f"reason-{SECOND}"] == ["Checked the papers."]
    form.pop("fill", None)
    assert sign_shown(maria, form).status_code == 303


def test_a_list_that_no_longer_passes_the_same_checks_is_refused_and_sorted_anew(maria: TestClient, tmp_path: Path):
    shown = maria.get(where("program_approved", CASE, SECOND))
    tell(tmp_path, f"{SECOND},disputed,2026-10-09,1,,,,")
    answer = sign_shown(maria, sign_form(shown), **reasons(CASE, SECOND))
    assert answer.status_code in (409, 422) and "Nothing was signed." in words(answer)
    assert set(states().values()) == {"with_program"}


def test_what_this_person_cannot_sign_is_left_out_with_its_sentence(maria: TestClient):
    sign("n.reyes", "program_approved", CASE)
    told = words(maria.get(where("program_approved", CASE, SECOND, HELD)))
    assert "What you cannot sign now" in told


def test_one_alone_leads_to_its_own_page(maria: TestClient):
    answer = maria.get(where("program_approved", CASE), follow_redirects=False)
    assert answer.headers["location"] == f"/cases/payments/{CASE}/decide/program_approved"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (where("withdrawn", CASE, SECOND), "Choose a decision from the list"),
        (where("program_approved"), "No requisition is chosen."),
        (where("program_approved", *(f"R27-970000001-{n:03d}" for n in range(201))), "201 requisitions are more than"),
        (where("program_approved", CASE, "R27\x01-1"), "a number that there cannot be"),
    ],
)
def test_what_is_no_list_is_said_in_a_sentence(maria: TestClient, path: str, sentence: str):
    assert sentence in words(maria.get(path))


def test_filters_and_totals_of_the_list(maria: TestClient):
    told = words(maria.get("/requisitions?outcome=held"))
    assert "1 requisition: $800.00 claimed, $0.00 of it can be paid" in told and CASE not in told.split("Held by")[1]
    told = words(maria.get("/requisitions"))
    assert "4 Program $16,100.00 claimed, none late" in told and "0 Fiscal $0.00 claimed, none late" in told
    assert "No requisition matches." in words(maria.get("/requisitions?outcome=split&q=bramblewick"))
    for wrong in ("holder=Nobody", "outcome=lovely", "state=lost", "page=0", "page=7", "q=" + "x" * 101):
        assert maria.get(f"/requisitions?{wrong}").status_code in (400, 404), wrong


def test_the_workbook_of_a_contract_is_downloaded_with_its_next_number(maria: TestClient):
    answer = maria.get(f"/requisitions/template?contract={CONTRACT.lower()}")
    assert answer.content[:2] == b"PK" and f"{CONTRACT}-05.xlsx" in answer.headers["content-disposition"]
    assert maria.get("/requisitions/template?contract=R27-1").status_code == 404


def test_only_fiscal_makes_the_batch_of_vouchers(maria: TestClient):
    sign("m.ortiz", "program_approved", CASE)
    sign("f.ana", "fiscal_approved", CASE)
    fay = at_desk("f.ana")
    page = read_page(fay.get("/requisitions").text)
    assert "1 approved requisition, $7,075.00 in all, is on no batch of vouchers yet." in page.text
    key = {"csrf": next(a["value"] for a in page.all("input") if a.get("name") == "csrf")}
    assert (
        fay.post("/requisitions/vouchers", data=key, follow_redirects=False).headers["location"].endswith("vouchers=no")
    )
    theirs = {
        "csrf": next(a["value"] for a in read_page(maria.get("/policy").text).all("input") if a["name"] == "csrf")
    }
    assert maria.post("/requisitions/vouchers", data=theirs).status_code == 403
    with reading() as session:
        # Two of the budget, two of the requisition: making the batch takes none.
        assert session.query(Signature).count() == 4
