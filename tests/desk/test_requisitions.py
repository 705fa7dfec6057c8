"""Requisitions at the desk: the list, the page of one, and the signature, through a browser."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import Requisition
from models.shared.people import Role, Unit
from models.shared.people_records import Signature
from tasks.adapters.database import reading
from tests.desk.conftest import read_page
from tests.desk.deciding import at_desk, post, sign_form
from tests.payments_office import CONTRACT, follow, open_office, requisition, review_all, send, sign
from tests.remembered import remembered
from tests.signers import code_of, hire

CASE = f"{CONTRACT}-01"
PAGE = f"/cases/payments/{CASE}"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    lines = requisition()["lines"]
    lines[2]["evidence"] = ["vendor_bill"]
    send(folder, requisition(lines=lines))
    review_all()


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def state() -> str:
    with reading() as session:
        return session.get_one(Requisition, CASE).state


def test_program_and_fiscal_sign_what_they_read_and_the_clean_part_is_approved():
    for staff, act in (("m.ortiz", "program_approved"), ("f.ana", "fiscal_approved")):
        browser = at_desk(staff)
        shown = browser.get(f"{PAGE}/decide/{act}")
        assert "$6,075.00" in shown.text and "proof of payment" in shown.text
        answer = post(browser, f"{PAGE}/decide/{act}", {**sign_form(shown), "code": code_of(staff)})
        assert answer.status_code == 303, answer.text
        assert browser.get(answer.headers["location"]).status_code == 200
    assert state() == "approved"
    with reading() as session:
        assert len(session.execute(select(Signature).where(Signature.process == "payments")).all()) == 2  # type: ignore[arg-type]


def test_the_list_leads_to_the_page_of_each_requisition():
    browser = at_desk("m.ortiz")
    listed = read_page(browser.get("/requisitions").text)
    assert PAGE in listed.links
    one = read_page(browser.get(PAGE).text)
    assert f"{PAGE}/decide/program_approved" in one.links and "Rent and paper" in one.text
    assert (
        read_page(browser.get("/requisitions?holder=Fiscal").text).text.count("No requisition of Fiscal matches.") == 1
    )


def test_who_may_not_sign_reads_why_and_finds_no_form():
    shown = at_desk("f.ana").get(f"{PAGE}/decide/program_approved")
    assert sign_form(shown) == {} and "Signed by: program lead or program manager" in shown.text


def test_a_stale_page_is_refused_with_who_was_faster(tmp_path: Path):
    browser = at_desk("n.reyes")
    form = sign_form(browser.get(f"{PAGE}/decide/program_approved"))
    sign("m.ortiz", "program_approved", CASE)
    answer = post(browser, f"{PAGE}/decide/program_approved", {**form, "code": code_of("n.reyes")})
    assert answer.status_code == 409 and "Maria Ortiz recorded" in answer.text
    assert state() == "with_fiscal"


def test_a_changed_requisition_shows_the_signer_what_is_different(tmp_path: Path):
    sign("m.ortiz", "program_approved", CASE)
    send(tmp_path, requisition(revision=2, invoice_no="BCE-77"))
    page = at_desk("f.ana").get(PAGE)
    assert "BCE-77" in page.text and "Revision 2 changed" in page.text


def test_a_letter_of_a_requisition_opens_from_its_page_for_who_reads_cases_and_for_no_administrator():
    sign("m.ortiz", "determination_sent", CASE)
    assert follow() == 1
    link = f"/documents/{CASE}-PL01"
    browser = at_desk("f.ana")
    assert link in read_page(browser.get(PAGE).text).links
    assert browser.get(link).headers["content-type"] == "application/pdf"
    hire(("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)))
    assert at_desk("a.admin").get(link).status_code == 403


@pytest.mark.parametrize("path", ["/cases/payments/R27-1-01", f"{PAGE}/decide/pay_it_all"])
def test_what_is_not_there_is_said_in_a_sentence(path: str):
    assert at_desk("m.ortiz").get(path).status_code == 404
