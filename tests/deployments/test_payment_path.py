"""A requisition from its upload to its payment in a real browser: five people at the desk, each a few clicks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models.payments.records import Requisition, Voucher
from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.deployments.browser import browser_page, know_sign_in
from tests.deployments.offices import Office, await_true, inside
from tests.deployments.test_click_budget import Hand
from tests.payments_office import (
    CONTRACT,
    FACTS,
    bring,
    budget_csv,
    refer,
    reports,
    requisition,
    review_all,
    send,
    sign,
    sign_budget,
    tell,
)

CASE, RETURNED, CHANGED = (f"{CONTRACT}-{number:02d}" for number in (1, 2, 3))
MOST_CLICKS = 5


@pytest.fixture(scope="module")
def paying(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The served office with a contract that can be paid: its budget, its facts, its month's reports."""
    folder = tmp_path_factory.mktemp("payments")
    with inside(office.home):
        refer()
        bring(folder, "budgets", "budget.csv", budget_csv())
        sign_budget(f"{CONTRACT}-FY27-B01")
        tell(folder, *FACTS, *reports("2026-09-30", "7250.00"))
    return office


@contextmanager
def person(office: Office, browser: Browser) -> Iterator[Page]:
    """A page in a browser of somebody's own, in which Prefect's shared sign-in is known."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    know_sign_in(page, office.where["ui_url"], office.sign_in)
    yield page
    context.close()


def open_desk(office: Office, page: Page, staff_id: str) -> None:
    """From Prefect's first page to the desk, signed in."""
    page.goto(f"{office.where['ui_url']}/")
    page.get_by_role("link", name="Open the desk").click()
    page.get_by_label("Staff id").fill(staff_id)
    page.get_by_label("Code").fill(office.code(staff_id))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Requisitions", exact=True)).to_be_visible()


def bring_in(page: Page, what: str, file: Path) -> None:
    """Upload a file at the desk and let it be read at once."""
    page.get_by_role("link", name="Bring in files").click()
    page.get_by_label("What it is").select_option(label=what)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("is kept under your name")).to_be_visible()
    page.get_by_role("button", name="Read it now").click()
    expect(page.get_by_text("Reading has begun.")).to_be_visible()


def approve(office: Office, page: Page, staff_id: str, unit: str, act: str, hand: Hand) -> str:
    """What an approver does who begins at Prefect's first page; returns the signature's id."""
    page.goto(f"{office.where['ui_url']}/")
    hand.click(page.get_by_role("link", name=f"Requisitions: {unit}"))
    row = page.get_by_role("row").filter(has_text=CASE)
    expect(row).to_be_visible()
    hand.see(page)
    with page.context.expect_page() as opened:
        hand.click(row.get_by_role("link", name=act))
    desk = opened.value
    desk.wait_for_load_state()
    if "/sign-in" in desk.url:
        hand.type_and_enter(desk, staff_id, office.code(staff_id))
    expect(desk.get_by_role("heading", name=f"{act}: {CASE}")).to_be_visible()
    hand.see(desk)
    hand.type_and_enter(desk, office.code(staff_id))
    expect(desk.get_by_text("Recorded.")).to_be_visible()
    hand.see(desk)
    signature_id = desk.url.rsplit("/", 1)[1]
    (run,) = await_true("the sitting to be asked for", lambda: office.follow_ups(signature_id))
    assert office.ended(run["id"])["state_type"] == "COMPLETED"
    return signature_id


def state(office: Office, case_id: str) -> str:
    with inside(office.home), reading() as session:
        found = session.get(Requisition, case_id)
        return found.state if found else ""


def submitted(office: Office, browser: Browser, folder: Path) -> None:
    """Nora brings the requisition in; her own page of it says that others approve it."""
    file = folder / "september.json"
    file.write_text(json.dumps(requisition()))
    with person(office, browser) as page:
        open_desk(office, page, "n.reyes")
        bring_in(page, "Requisitions of providers", file)
        await_true("the requisition to be read", lambda: state(office, CASE))
        page.get_by_role("link", name="Requisitions", exact=True).click()
        page.get_by_role("link", name=CASE).click()
        expect(page.get_by_text("Brought in by")).to_be_visible()
        expect(page.get_by_text("Nora Reyes, who cannot approve it")).to_be_visible()
        expect(page.locator("a.go", has_text="Approve for Program")).to_have_count(0)
        page.screenshot(path=folder / "submitted.png", full_page=True)


def vouchered(office: Office, browser: Browser, folder: Path) -> None:
    """The fiscal lead makes the batch of vouchers at the desk."""
    with person(office, browser) as page:
        open_desk(office, page, "f.lead")
        page.get_by_role("link", name="Requisitions", exact=True).click()
        page.screenshot(path=folder / "to-voucher.png", full_page=True)
        page.get_by_role("button", name="Make the voucher batch").click()
        expect(page.get_by_text("The batch is being made.")).to_be_visible()
        await_true("the voucher batch", lambda: state(office, CASE) == "vouchered", 90)
        page.get_by_role("link", name="Requisitions", exact=True).click()
        expect(page.get_by_role("row").filter(has_text=CASE)).to_contain_text("Vouchered, to be paid")


def paid(office: Office, browser: Browser, folder: Path) -> None:
    """The budget office brings in what the finance office paid."""
    with inside(office.home), reading() as session:
        voucher = session.get_one(Voucher, (CASE, 1, 0))
    file = folder / "paid.csv"
    file.write_text(
        f"Voucher,Amount,Paid on,Reference\n{voucher.voucher_no},{voucher.net_cents / 100:.2f},2026-11-26,EFT-1\n"
    )
    with person(office, browser) as page:
        open_desk(office, page, "b.funds")
        bring_in(page, "Payments that were made", file)
        await_true("the payment to be noted", lambda: state(office, CASE) == "paid", 90)
        page.get_by_role("link", name="Bring in files").click()
        expect(page.get_by_text("1 payment noted.")).to_be_visible()
        page.screenshot(path=folder / "inbox.png", full_page=True)


def test_a_requisition_is_brought_in_approved_twice_vouchered_and_paid_by_five_people(
    paying: Office, tmp_path: Path
) -> None:
    with browser_page() as (page, hosts):
        browser = page.context.browser
        assert browser is not None
        submitted(paying, browser, tmp_path)
        assert paying.ended(paying.start("review-requisitions"))["state_type"] == "COMPLETED"
        signatures = []
        for staff_id, unit, act in (
            ("m.ortiz", "Program", "Approve for Program"), ("f.ana", "Fiscal", "Approve for Fiscal"),
        ):  # fmt: skip
            hand = Hand(tmp_path / staff_id)
            with person(paying, browser) as one:
                signatures.append(approve(paying, one, staff_id, unit, act, hand))
            assert len(hand.done) <= MOST_CLICKS, hand.done
        vouchered(paying, browser, tmp_path)
        paid(paying, browser, tmp_path)
        assert {host.partition(":")[0] for host in hosts} <= {"127.0.0.1"}
    with inside(paying.home), reading() as session:
        signers = [session.get_one(Signature, one).staff_id for one in signatures]
        table = CaseEvent.__table__.c  # type: ignore[attr-defined]
        query = select(table.event).where(table.process == "payments", table.case_id == CASE).order_by(table.seq)
        events = [event for event in session.execute(query).scalars() if event not in ("findings_changed", "reviewed")]
    assert signers == ["m.ortiz", "f.ana"]
    assert events == ["opened", "program_approved", "fiscal_approved", "vouchered", "paid"]


def return_and_change(office: Office, folder: Path) -> None:
    """Two requisitions that Program approved come back from Fiscal and then again: one changed only its address."""
    months = (
        {"service_from": "2026-08-01", "service_to": "2026-08-31"},
        {"service_from": "2026-07-01", "service_to": "2026-07-31"},
    )
    with inside(office.home):
        first, second = requisition(2, **months[0]), requisition(3, **months[1])
        send(folder, first, second)
        tell(folder, *reports("2026-08-31", "7250.00"), *reports("2026-07-31", "7250.00"))
        review_all()
        sign("m.ortiz", "program_approved", RETURNED, CHANGED)
        # The provider moved: the invoices name the old address, so Fiscal returns them. At one moment the row that
        # stands further down counts, so the tracker comes whole again.
        tell(folder, *FACTS, f"{CONTRACT},payee_address,2026-11-25,,2 Harbor Row Queens,,,")
        review_all()
        sign("f.ana", "requisition_returned", RETURNED, CHANGED)
        again = {"revision": 2, "payee_address": "2 Harbor Row Queens"}
        lines = [*second["lines"][:2], {**second["lines"][2], "amount": "900.00"}]
        send(folder, {**first, **again}, {**second, **again, "lines": lines, "total": "7150.00"})
        review_all()


def test_a_returned_and_changed_requisition_asks_again_only_those_whose_facts_changed(
    paying: Office, tmp_path: Path
) -> None:
    return_and_change(paying, tmp_path)
    with browser_page() as (page, _):
        know_sign_in(page, paying.where["ui_url"], paying.sign_in)
        open_desk(paying, page, "f.ana")
        page.get_by_role("link", name="Requisitions", exact=True).click()
        for case_id, stands, waits_for_fiscal in (
            (RETURNED, "Fiscal review", True),
            (CHANGED, "Program review", False),
        ):
            expect(page.get_by_role("row").filter(has_text=case_id)).to_contain_text(stands)
            page.get_by_role("link", name=case_id).click()
            changed = page.get_by_role("table").filter(has_text="Revision 2 changed")
            address = changed.get_by_role("row").filter(has_text="Payee address")
            expect(address).to_contain_text("14 Quayside Mews Queens")
            expect(address).to_contain_text("2 Harbor Row Queens")
            if not waits_for_fiscal:
                expect(changed.get_by_role("row").filter(has_text="Line 3, amount")).to_contain_text("$900.00")
            expect(page.locator("a.go", has_text="Approve for Fiscal")).to_have_count(int(waits_for_fiscal))
            page.screenshot(path=tmp_path / f"{case_id}.png", full_page=True)
            page.get_by_role("link", name="Requisitions", exact=True).first.click()
