"""Months of the fiscal review at the desk: the list, the page of one, questions, and the signature, in a browser."""

from pathlib import Path

import pytest

from tests import fiscal_office as office
from tests.desk.conftest import read_page
from tests.desk.deciding import at_desk, post, sign_form
from tests.fiscal_office import AUGUST, JULY, OCTOBER, SEPTEMBER, month, open_office, sign
from tests.payments_office import CONTRACT
from tests.signers import code_of

PAGE = f"/cases/fiscal/{SEPTEMBER}"
ASK = f"{PAGE}/decide/question_asked"


@pytest.fixture(autouse=True)
def opened(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def test_the_list_shows_who_has_which_month_the_most_serious_first_and_leads_to_each():
    page = read_page(at_desk("f.ana").get("/fiscal").text)
    months = [link for link in page.links if link.startswith("/cases/fiscal/")]
    assert months == [f"/cases/fiscal/{case}" for case in (SEPTEMBER, JULY, AUGUST, OCTOBER)]
    assert "3 Fiscal to look at" in page.text and "1 Provider owed by providers" in page.text
    owed = read_page(at_desk("f.lead").get("/fiscal?holder=Provider").text)
    assert [link for link in owed.links if link.startswith("/cases/fiscal/")] == [f"/cases/fiscal/{OCTOBER}"]


@pytest.mark.parametrize("asked", ["month=October", "state=paid", "holder=Nobody"])
def test_a_list_of_what_there_cannot_be_says_so(asked: str):
    assert at_desk("f.ana").get(f"/fiscal?{asked}").status_code == 400


def test_a_month_shows_its_findings_measures_and_lines_and_what_can_be_signed():
    page = read_page(at_desk("f.ana").get(PAGE).text)
    assert {f"{PAGE}/decide/signed_off", ASK} <= set(page.links)
    for words in ("F15 Medium", "Fringe rate", "$23,925.00", "1 Program manager", "Nothing was asked of the provider"):
        assert words in page.text
    assert "Ask for a corrective action plan , not by you. Signed by: fiscal lead." in page.text


def test_a_question_is_written_shown_as_the_letter_and_signed():
    browser = at_desk("f.ana")
    form = browser.get(ASK)
    assert sign_form(form) == {} and "About the report as a whole" in form.text
    csrf = next(a["value"] for a in read_page(form.text).all("input") if a.get("name") == "csrf")
    shown = post(browser, ASK, {"csrf": csrf, "F15": "When will you invoice <it>?", "show": "yes"})
    assert shown.status_code == 200 and "1. When will you invoice &lt;it&gt;?" in shown.text
    filled = sign_form(shown)
    assert filled["F15"] == ["When will you invoice <it>?"]
    changed = post(browser, ASK, {**filled, "F15": "Why?", "code": code_of("f.ana")})
    assert changed.status_code == 409 and month(SEPTEMBER).state == "with_fiscal"
    answer = post(browser, ASK, {**filled, "code": code_of("f.ana")})
    assert answer.status_code == 303 and month(SEPTEMBER).state == "questioned"
    assert "month" in browser.get(answer.headers["location"]).text
    assert "When will you invoice" in read_page(browser.get(PAGE).text).text


def test_an_answer_is_written_beside_its_question():
    sign("f.ana", "question_asked", SEPTEMBER, F15="When?", report="Who?")
    browser, where = at_desk("f.lead"), f"{PAGE}/decide/answer_recorded"
    form = browser.get(where)
    assert "Answer to question 2" in form.text
    csrf = next(a["value"] for a in read_page(form.text).all("input") if a.get("name") == "csrf")
    shown = post(browser, where, {"csrf": csrf, "on": "2026-11-18", "answer 2": "Ms. Bell.", "show": "yes"})
    answer = post(browser, where, {**sign_form(shown), "code": code_of("f.lead")})
    assert answer.status_code == 303 and month(SEPTEMBER).state == "with_fiscal"


def test_a_plan_is_asked_for_with_a_reason_that_the_letter_gives():
    browser, where = at_desk("f.lead"), f"{PAGE}/decide/plan_asked"
    shown = browser.get(where)
    assert "December 3, 2026" in shown.text and "The letter to the provider gives it." in shown.text
    answer = post(browser, where, {**sign_form(shown), "reason": "It grows.", "code": code_of("f.lead")})
    assert answer.status_code == 303
    office.follow()
    assert browser.get(f"/documents/{SEPTEMBER}-CP01").headers["content-type"] == "application/pdf"
    assert "It grows." in read_page(browser.get(PAGE).text).text


def test_ticked_months_are_signed_off_by_one_code():
    browser = at_desk("f.ana")
    listed = read_page(browser.get("/fiscal").text)
    assert [a["value"] for a in listed.all("input") if a.get("name") == "case"] == [SEPTEMBER, JULY, AUGUST]
    shown = browser.get(f"/fiscal/sign-off?case={JULY}&case={AUGUST}")
    answer = post(browser, "/fiscal/sign-off", {**sign_form(shown), "code": code_of("f.ana")})
    assert answer.status_code == 303, answer.text
    assert (month(JULY).state, month(AUGUST).state) == ("signed_off", "signed_off")
    assert "2 months" in browser.get(answer.headers["location"]).text


def test_a_red_flag_is_left_out_of_a_list_and_signed_on_its_own_page_with_a_reason(tmp_path: Path):
    office.bring(tmp_path, "financial-reports", office.report_csv(office.MONTHS[:1], revision=2, more=30_000))
    office.review_financial_reports()
    browser = at_desk("f.ana")
    several = browser.get(f"/fiscal/sign-off?case={JULY}&case={AUGUST}")
    assert "A red flag was found in it: sign it off on its own page." in several.text
    where = f"/cases/fiscal/{JULY}/decide/signed_off"
    shown = browser.get(where)
    assert "A red flag stands in this month" in shown.text
    refused = post(browser, where, {**sign_form(shown), "code": code_of("f.ana")})
    assert refused.status_code == 422 and month(JULY).state == "with_fiscal"
    answer = post(browser, where, {**sign_form(shown), "reason": "Seen on paper.", "code": code_of("f.ana")})
    assert answer.status_code == 303 and month(JULY).state == "signed_off"


@pytest.mark.parametrize(
    "cases", [(), ("R27-1\x07",), tuple(f"R27-970000001-{n:04d}" for n in range(201))], ids=["none", "odd", "many"]
)
def test_a_list_that_cannot_be_says_why(cases: tuple[str, ...]):
    answer = at_desk("f.ana").get("/fiscal/sign-off", params={"case": list(cases)})
    assert answer.status_code == 422 and "month" in answer.text.lower()


def test_who_may_not_sign_reads_why_and_finds_no_form():
    shown = at_desk("m.ortiz").get(f"{PAGE}/decide/signed_off")
    assert sign_form(shown) == {} and "Signed by: fiscal analyst or fiscal lead" in shown.text


@pytest.mark.parametrize(
    "path", ["/cases/fiscal/R27-1-2026-07", f"{PAGE}/decide/paid", "/cases/fiscal/R27/decide/paid"]
)
def test_what_there_is_not_is_not_found(path: str):
    assert at_desk("f.ana").get(path).status_code == 404


def test_a_stale_page_is_refused_with_who_was_faster():
    browser, where = at_desk("f.ana"), f"/cases/fiscal/{JULY}/decide/signed_off"
    shown = browser.get(where)
    sign("f.lead", "signed_off", JULY)
    answer = post(browser, where, {**sign_form(shown), "code": code_of("f.ana")})
    assert answer.status_code == 409 and "Finn Ledger recorded “Signed off”" in answer.text


def test_the_month_of_all_contracts_and_a_report_to_fill_in_are_workbooks_to_save():
    browser = at_desk("f.ana")
    for where, name in (
        ("/fiscal/workbook?month=2026-09", "Fiscal%20review%202026-09.xlsx"),
        (f"/fiscal/template?contract={CONTRACT}&month=2026-10", f"{CONTRACT}%20October%202026%20revision%201.xlsx"),
    ):
        answer = browser.get(where)
        assert answer.status_code == 200 and answer.content[:2] == b"PK"
        assert answer.headers["content-disposition"].endswith(name)


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("workbook?month=2031-01", 404), ("workbook?month=January", 404),
        ("template?contract=R27-1&month=2026-10", 404),
        (f"template?contract={CONTRACT}&month=May", 400),
        (f"template?contract={CONTRACT}&month=2031-05", 404),
    ],
)  # fmt: skip
def test_a_workbook_that_there_cannot_be_is_refused_in_a_sentence(where: str, status: int):
    assert at_desk("f.ana").get(f"/fiscal/{where}").status_code == status
