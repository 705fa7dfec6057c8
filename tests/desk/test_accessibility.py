"""The desk in a real browser: no page has a flaw that axe finds, and a decision is signed with the keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from deployments.desk.app import create_app
from models.shared.people import Role, Unit
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.proposals import Proposed, propose
from tests import payments_office as pay
from tests.attacks import CASE, OTHER, lend, open_desk, stand_at, waiting, withdraw
from tests.budgets import FIRST, MOVED, SECOND, bring_budget
from tests.desk.browsing import browsing, flaws, served, sign_in, tab_to, wait_for_caret, walk
from tests.desk.browsing import chromium as chromium
from tests.office import stop_clock
from tests.payments_office import refer, sign_budget
from tests.signers import code_of, hire

PAGE = f"/cases/registration/{CASE}"
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def desk_url(home: Path, tmp_path: Path) -> Iterator[str]:
    """The desk served from a free port, with two contracts and everybody who works here."""
    open_desk(tmp_path)
    stop_clock(2026, 8, 5, 14)
    hire(("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)))
    with served(create_app()) as url:
        yield url


@pytest.fixture
def browser(chromium: Browser, desk_url: str) -> Iterator[BrowserContext]:
    """A browser whose addresses begin at the desk."""
    with browsing(chromium, desk_url) as context:
        yield context


def fill_the_desk() -> str:
    """Things that wait, a delegation, an approval to be given; returns the list of a spreadsheet."""
    withdraw(case_id=OTHER)
    lend("n.reyes", "m.ortiz")
    rows = [
        Proposed(CASE, "scope_and_budget_agreed", {"on": "2026-08-05"}),
        Proposed(CASE, "hold_placed", {}, "a claim"),
    ]
    with writing() as session:
        return propose(session, "registration", "file steps.csv 77", rows, clock.now())


def test_no_page_about_budgets_has_a_flaw(browser: BrowserContext, tmp_path: Path) -> None:
    refer()
    bring_budget(tmp_path)
    sign_budget(FIRST)
    bring_budget(tmp_path, *MOVED)
    paths = ["/budgets", "/budgets?holder=Fiscal", f"/cases/budgets/{FIRST}", f"/cases/budgets/{SECOND}"]
    paths += [f"/cases/budgets/{SECOND}/decide/{act}" for act in ("program_approved", "budget_returned")]
    assert not walk(browser, "m.ortiz", paths)


def test_no_page_on_which_people_decide_has_a_flaw(browser: BrowserContext) -> None:
    list_id = fill_the_desk()
    many = f"case={CASE}&case={OTHER}"
    second = f"/cases/registration/{OTHER}/decide/withdrawn?proposal={waiting(OTHER).proposal_id}"
    assert not walk(browser, "m.ortiz", [
        "/", "/worklist", "/worklist?q=nobody", PAGE, f"{PAGE}/decide/scope_and_budget_agreed",
        f"{PAGE}/decide/withdrawn", f"{PAGE}/decide/reduced", f"{PAGE}/decide/awards_regrouped",
        f"{PAGE}/decide/document_recorded", f"{PAGE}/decide/corrected", f"{PAGE}/decide/found_responsible",
        f"{PAGE}/decide/blessed", second,
        f"/decide?act=scope_and_budget_agreed&{many}", f"/decide?act=withdrawn&{many}", "/decide?act=x", "/proposals",
        f"/proposals/{list_id}", f"/proposals/{list_id}?mode=close", "/reports", "/inbox", "/policy", "/signed/none",
    ])  # fmt: skip
    assert not walk(browser, "p.lead", [second, "/proposals", f"{PAGE}/decide/assigned"])
    stand_at("responsibility")
    assert not walk(
        browser, "a.cco", [PAGE, f"{PAGE}/decide/found_responsible", f"{PAGE}/decide/found_not_responsible"]
    )


def test_no_page_of_the_office_and_no_page_before_signing_in_has_a_flaw(browser: BrowserContext) -> None:
    page = browser.new_page()
    found = []
    for path in ("/sign-in", "/sign-in?next=/reports", "/enrol/none"):
        page.goto(path)
        found += flaws(page)
    assert not found
    assert not walk(browser, "a.admin", ["/office", "/policy", "/proposals", PAGE])


def test_what_is_shown_after_signing_and_after_a_refusal_has_no_flaw(browser: BrowserContext) -> None:
    page = browser.new_page()
    sign_in(page, "m.ortiz")
    page.goto(f"{PAGE}/decide/withdrawn")
    page.get_by_label("Reason").fill("the provider declines")
    page.get_by_label("Code").fill("000001")
    page.get_by_role("button", name="Sign and hand on").click()
    assert page.get_by_role("alert").inner_text().startswith("Not signed.")
    assert page.get_by_label("Reason").input_value() == "the provider declines"
    assert not flaws(page)
    page.get_by_label("Code").fill(code_of("m.ortiz"))
    page.get_by_role("button", name="Sign and hand on").click()
    page.wait_for_url("**/signed/*")
    assert not flaws(page)
    page.goto(PAGE)
    assert not flaws(page)


def test_a_decision_is_signed_with_the_keyboard_alone(browser: BrowserContext) -> None:
    page = browser.new_page()
    page.goto("/")
    wait_for_caret(page)
    page.keyboard.type("m.ortiz")
    page.keyboard.press("Tab")
    page.keyboard.type(code_of("m.ortiz"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    tab_to(page, CASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}")
    tab_to(page, "Scope and budget agreed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide/*")
    wait_for_caret(page)
    page.keyboard.type(code_of("m.ortiz"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/signed/*")
    with reading() as session:
        assert session.get_one(CaseEvent, ("registration", CASE, 4)).event == "scope_and_budget_agreed"


def test_no_page_about_requisitions_has_a_flaw(browser: BrowserContext, tmp_path: Path) -> None:
    rent = {"no": 1, "budget_line": 3, "description": "Rent", "amount": "800.00", "evidence": []}
    folder = tmp_path / "payments"
    folder.mkdir()
    pay.refer()
    pay.bring(folder, "budgets", "budget.csv", pay.budget_csv())
    pay.bring(folder, "budgets", "wrong.csv", "no,category\nx,y\n")
    held = pay.requisition(3, lines=[rent], total="800.00", service_from="2026-07-01", service_to="2026-07-31")
    pay.send(folder, pay.requisition(), pay.requisition(2, service_from="2026-09-02"), held)
    pay.send(folder, pay.requisition(revision=2, place="Elsewhere", payee_address="Elsewhere"))
    pay.review_all()
    numbers = [f"{pay.CONTRACT}-0{number}" for number in (1, 2, 3)]
    told, alike = (
        f"act=determination_sent&case={'&case='.join(some)}" for some in (numbers[1:], [numbers[1], "R27-1"])
    )
    here = [f"/cases/payments/{number}" for number in numbers]
    assert not walk(browser, "m.ortiz", [
        "/requisitions", "/requisitions?holder=Program&outcome=held", "/requisitions?state=all", "/requisitions?q=zz",
        *here, *(f"{page}/decide/determination_sent" for page in here), f"{here[0]}/decide/requisition_returned",
        f"/requisitions/decide?{told}", f"/requisitions/decide?{alike}", "/requisitions/decide?act=x", "/inbox",
    ])  # fmt: skip
