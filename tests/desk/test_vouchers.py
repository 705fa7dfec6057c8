"""“Vouchers and payments” at the desk: both lists with their reasons, and the payment that Fiscal types."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import Requisition, Voucher
from models.shared.records import CaseEvent
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tests.desk.conftest import read_page, words
from tests.desk.deciding import at_desk, forms, post
from tests.desk.test_doors import assert_accessible, assert_quiet
from tests.office import stop_clock
from tests.payments_office import CONTRACT, NUMBER, bring, open_office, spent_csv, vouchered
from tests.remembered import remembered

CASE = f"{CONTRACT}-01"
VOUCHER = f"{CASE}-V01"
PAYMENT = {"voucher": VOUCHER, "amount": "7,075.00", "on": "2026-11-18", "reference": "EFT-9"}


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    vouchered(folder)
    stop_clock(2026, 11, 20, 14)


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def paid_on() -> str:
    with reading() as session:
        return str(session.get_one(Voucher, (CASE, 1, 0)).paid_on)


def fill(staff: str, **changed: str):
    browser = at_desk(staff)
    shown = read_page(browser.get(f"/vouchers/payment?voucher={VOUCHER}").text)
    fields = next((fields for told, fields in forms(shown) if told.get("action") == "/vouchers/payment"), {})
    return browser, post(browser, "/vouchers/payment", {**fields, **PAYMENT, **changed})


def test_a_voucher_without_payment_is_listed_with_its_days_and_the_reason():
    shown = words(at_desk("m.ortiz").get("/vouchers"))
    assert "No payment found" in shown and "42 days ago" in shown and "Late" in shown
    assert "The lists hold no payment of $7,075.00 on contract CT180120279700001 within 60 days of the batch." in shown


def test_a_payment_without_a_voucher_is_listed_with_the_reason(tmp_path: Path):
    bring(tmp_path, "spending", "spending.csv", spent_csv(f"20279-1-EFT,2026-11-12,8000.00,{NUMBER}"))
    shown = words(at_desk("m.ortiz").get("/vouchers"))
    assert "1 payment on our contracts, $8,000.00" in shown
    assert "20279-1-EFT" in shown and "No voucher on its contract is over this amount." in shown


@pytest.mark.parametrize(
    ("amount", "standing"), [("7000.00", "Paid in part"), ("7075.00", "Paid"), ("8000.00", "Paid too much")]
)
def test_a_matched_voucher_stands_by_what_was_paid(tmp_path: Path, amount: str, standing: str):
    text = f"Payee Name,Issue Date,Check Amount,Voucher Number\nBRAMBLEWICK,2026-11-12,{amount},{VOUCHER}"
    bring(tmp_path, "spending", "spending.csv", text)
    browser = at_desk("m.ortiz")
    assert f"/vouchers?standing={standing.replace(' ', '%20')}" in read_page(browser.get("/vouchers").text).links
    shown = read_page(browser.get("/vouchers", params={"standing": standing}).text)
    assert VOUCHER in shown.text and f"/cases/payments/{CASE}" in shown.links


def test_the_pages_can_be_read_with_every_aid_and_are_quiet(tmp_path: Path):
    bring(tmp_path, "spending", "spending.csv", spent_csv(f"20279-1-EFT,2026-11-12,8000.00,{NUMBER}"))
    browser = at_desk("f.ana")
    for path in ("/vouchers", "/vouchers?standing=Paid", "/vouchers/payment", "/requisitions"):
        page = read_page(browser.get(path).text)
        assert_accessible(page)
        assert_quiet(page)
    assert "/vouchers" in read_page(browser.get("/requisitions").text).links


def test_a_payment_that_fiscal_types_pays_the_voucher_and_names_who_typed_it():
    browser, answer = fill("f.ana")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/payments/{CASE}")
    assert paid_on() == "2026-11-18"
    assert "Paid: EFT-9" in words(browser.get(f"/cases/payments/{CASE}"))
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        assert session.get_one(Requisition, CASE).state == "paid"
        told = {event: (actor, json.loads(payload)) for event, actor, payload in session.execute(
            select(table.event, table.actor, table.payload).where(table.event.in_(["paid", "payment_typed"]))
        )}  # fmt: skip
        assert list(audit(session).problems) == []
    assert told["paid"][0] == told["payment_typed"][0] == "Fay Anand"
    assert told["payment_typed"][1] == {
        "by": "f.ana", "voucher": VOUCHER, "amount": "7075.00", "on": "2026-11-18", "value": "EFT-9",
    }  # fmt: skip


def test_the_list_leads_fiscal_to_the_form_of_the_voucher():
    browser = at_desk("f.lead")
    (link,) = [link for link in read_page(browser.get("/vouchers").text).links if "?voucher=" in link]
    fields = {told.get("name"): told.get("value") for told in read_page(browser.get(link).text).all("input")}
    assert (fields["voucher"], fields["amount"]) == (VOUCHER, "$7,075.00")


@pytest.mark.parametrize("staff", ["m.ortiz", "u.audit", "a.cco"])
def test_nobody_else_types_a_payment(staff: str):
    browser = at_desk(staff)
    shown = browser.get("/vouchers/payment")
    csrf = [a["value"] for a in read_page(browser.get("/requisitions").text).all("input") if a.get("name") == "csrf"]
    answer = post(browser, "/vouchers/payment", {**PAYMENT, "csrf": csrf[0]})
    assert (shown.status_code, answer.status_code, paid_on()) == (403, 403, "None")
    assert "/vouchers/payment" not in read_page(browser.get("/vouchers").text).links


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"voucher": "R27-1-01-V01"}, "There is no voucher R27-1-01-V01."),
        ({"amount": "8000.00"}, "$8,000.00 was paid, but voucher R27-970000001-01-V01 is over $7,075.00"),
        ({"amount": "much"}, "Amount: “much” is not an amount of money."),
        ({"on": "2026-12-24"}, "The payment is dated 2026-12-24, which lies in the future."),
        ({"on": ""}, "Paid on: the date is missing."),
        ({"reference": ""}, "Reference: write the number of the check or transfer"),
        ({"reference": "x" * 201}, "A field is longer than 200 characters. Shorten it."),
    ],
)
def test_what_cannot_be_a_payment_is_refused_with_a_sentence(changed: dict[str, str], said: str):
    _, answer = fill("f.ana", **changed)
    page = read_page(answer.text)
    assert answer.status_code == 422 and said in page.text and "Nothing was changed." in page.text
    assert_accessible(page)
    assert paid_on() == "None"


def test_a_payment_is_typed_once_only():
    fill("f.ana")
    _, answer = fill("f.lead", reference="EFT-10")
    assert answer.status_code == 422 and f"but voucher {VOUCHER} is over $7,075.00, of which $0.00 is left" in words(
        answer
    )
    _, answer = fill("f.lead")
    assert answer.status_code == 422 and f"This payment on voucher {VOUCHER} is noted already." in words(answer)
