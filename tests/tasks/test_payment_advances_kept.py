"""An advance with a schedule: told by the tracker, taken off month by month, shown on the requisition's page."""

from pathlib import Path

import pytest

from models.payments.records import Voucher
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.payments.case_page import case_page
from tasks.adapters.policy import payments_policy
from tests.desk.conftest import words
from tests.desk.deciding import at_desk
from tests.payments_office import CONTRACT, approve, open_office, requisition, review_all, send, tell

CASE, SECOND = f"{CONTRACT}-01", f"{CONTRACT}-02"
# 6,000.00 in the three months July to September; the last invoice is October's.
MONTHS = f"{CONTRACT},recoupment,2026-07-02,,,,,2026-10-31,2026-07-01"
ADVANCE = f"{CONTRACT},advance,2026-07-02,,,6000.00,,,"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def taken(case_id: str) -> int:
    with reading() as session:
        return session.get_one(Voucher, (case_id, 1, 0)).recouped_cents


def test_what_earlier_months_did_not_bring_is_caught_up(tmp_path: Path) -> None:
    assert tell(tmp_path, ADVANCE, MONTHS)["imported"] == 2
    august = requisition(service_from="2026-08-01", service_to="2026-08-31")
    send(tmp_path, august)
    tell(tmp_path, *(f"{CONTRACT},{fact},2026-08-31,,,{amount},,," for fact, amount in (
        ("monthly_report", "7250.00"), ("ledger", "7250.00"), ("outcome_report", ""))))  # fmt: skip
    send(tmp_path, requisition(2))
    review_all()
    approve(CASE)
    assert taken(CASE) == 400_000
    review_all()
    approve(SECOND)
    assert taken(SECOND) == 200_000


def test_a_fixed_amount_is_still_possible(tmp_path: Path) -> None:
    tell(tmp_path, ADVANCE, f"{CONTRACT},recoupment,2026-07-02,,,1500.00,,,")
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    assert taken(CASE) == 150_000


def test_the_page_shows_the_months_while_the_advance_is_out(tmp_path: Path) -> None:
    tell(tmp_path, ADVANCE, MONTHS)
    send(tmp_path, requisition())
    review_all()
    shown = words(at_desk("m.ortiz").get(f"/cases/payments/{CASE}"))
    assert "The advance comes back" in shown and "3 months, $6,000.00 still out" in shown
    approve(CASE)
    with reading() as session:
        page = case_page(session, CASE, payments_policy(), clock.now())
    assert page is not None and page.advance == ()


def test_a_row_that_names_neither_amount_nor_months_comes_back_with_its_reason(tmp_path: Path) -> None:
    told = tell(tmp_path, f"{CONTRACT},recoupment,2026-07-02,,,,,2026-10-31,")
    assert (told["imported"], told["rejected"]) == (0, 1)
