"""Budgets at the desk: the list, the page of one, and the signature, through a browser."""

from pathlib import Path

import pytest

from tests.budgets import FIRST, MORE, MOVED, SECOND, THIRD, bring_budget, states, versions
from tests.desk.conftest import read_page
from tests.desk.deciding import at_desk, post, sign_form
from tests.payments_office import follow, open_office, sign
from tests.remembered import remembered
from tests.signers import code_of

PAGE = f"/cases/budgets/{SECOND}"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    bring_budget(folder, *MOVED)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def test_program_and_fiscal_sign_what_they_read_and_the_modification_is_in_force():
    for staff, act in (("m.ortiz", "program_approved"), ("f.ana", "fiscal_approved")):
        browser = at_desk(staff)
        shown = browser.get(f"{PAGE}/decide/{act}")
        assert "$58,000.00" in shown.text and "-$2,000.00" in shown.text
        answer = post(browser, f"{PAGE}/decide/{act}", {**sign_form(shown), "code": code_of(staff)})
        assert answer.status_code == 303, answer.text
        assert browser.get(answer.headers["location"]).status_code == 200
    assert states()[SECOND] == "active" and versions()[-1][0] == 2


def test_the_list_shows_what_waits_and_what_was_decided_and_leads_to_each():
    browser = at_desk("m.ortiz")
    listed = read_page(browser.get("/budgets").text)
    assert {PAGE, f"/cases/budgets/{FIRST}"} <= set(listed.links) and "/budgets" in listed.links
    assert "No budget waits for Fiscal" in read_page(browser.get("/budgets?holder=Fiscal").text).text


def test_a_budget_shows_its_lines_before_and_after_what_it_holds_up_and_what_can_be_signed():
    one = read_page(at_desk("m.ortiz").get(PAGE).text)
    assert f"{PAGE}/decide/program_approved" in one.links and f"{PAGE}/decide/fiscal_approved" not in one.links
    over = "Indirect is $10,800.00, but 10.00% of the direct costs of $87,000.00 allows $8,700.00."
    for words in (
        "Changed",
        "$60,000.00",
        "$58,000.00",
        "every requisition of the contract, until it is decided",
        over,
    ):
        assert words in one.text


def test_a_decided_budget_shows_what_it_changed_of_the_version_before_it(tmp_path: Path):
    one = read_page(at_desk("m.ortiz").get(f"/cases/budgets/{FIRST}").text)
    assert "Version 1, in force" in one.text and "What was found" not in one.text
    bring_budget(tmp_path, *MORE)
    assert f"Superseded by a newer file: {THIRD}" in read_page(at_desk("m.ortiz").get(PAGE).text).text


def test_a_return_asks_for_a_reason_and_shows_the_notice_that_gives_it():
    browser = at_desk("m.ortiz")
    shown = browser.get(f"{PAGE}/decide/budget_returned")
    assert "The provider will get a notice" in shown.text
    form = {**sign_form(shown), "code": code_of("m.ortiz")}
    assert post(browser, f"{PAGE}/decide/budget_returned", {**form, "reason": ""}).status_code == 422
    form["code"] = code_of("m.ortiz")
    answer = post(browser, f"{PAGE}/decide/budget_returned", {**form, "reason": "The salaries are needed."})
    assert answer.status_code == 303 and states()[SECOND] == "returned"
    assert follow() == 1
    assert browser.get(f"/documents/{SECOND}-N").headers["content-type"] == "application/pdf"
    assert "The salaries are needed." in browser.get(PAGE).text


def test_who_may_not_sign_reads_why_and_finds_no_form():
    shown = at_desk("f.ana").get(f"{PAGE}/decide/program_approved")
    assert sign_form(shown) == {} and "Signed by: program lead or program manager" in shown.text


def test_what_cannot_be_approved_says_so_in_plain_words_before_anybody_signs(tmp_path: Path):
    from tests.payments_office import refer

    bring_budget(tmp_path, *MORE)
    refer(max_cents=9_900_000)
    shown = at_desk("m.ortiz").get(f"/cases/budgets/{THIRD}/decide/program_approved")
    assert sign_form(shown) == {} and "It comes to $100,000.00, but the contract to $99,000.00." in shown.text


def test_a_stale_page_is_refused_with_who_was_faster():
    browser = at_desk("n.reyes")
    form = sign_form(browser.get(f"{PAGE}/decide/program_approved"))
    sign("m.ortiz", "program_approved", SECOND, process="budgets")
    answer = post(browser, f"{PAGE}/decide/program_approved", {**form, "code": code_of("n.reyes")})
    assert answer.status_code == 409 and "Maria Ortiz recorded" in answer.text
    assert states()[SECOND] == "with_fiscal"


@pytest.mark.parametrize("path", ["/cases/budgets/R27-1-FY27-B01", f"{PAGE}/decide/pay_it_all"])
def test_what_is_not_there_is_said_in_a_sentence(path: str):
    assert at_desk("m.ortiz").get(path).status_code == 404
