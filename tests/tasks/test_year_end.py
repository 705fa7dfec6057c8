"""The position at 30 June: what the tables say is owed, due back and unclear, and its paper."""

from pathlib import Path

import pytest

from models.payments.accruals import YearEnd
from models.payments.records import Requisition
from models.payments.year_end import NamedContract, positions
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.payments.year_end import load_year_end, unprinted
from tasks.adapters.policy import office as letterhead
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    bring,
    open_office,
    requisition,
    review_all,
    send,
    sign,
    tell,
    voucher,
    vouchered,
)

CASE, SECOND = f"{CONTRACT}-01", f"{CONTRACT}-02"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def closed(year: int = 2027) -> YearEnd:
    with reading() as session:
        return load_year_end(session, year)[0]


def sums() -> tuple[int, int, int]:
    found = closed()
    payable = sum(contract.payable_cents for contract in found.contracts)
    return found.accrued_cents, payable, sum(contract.undecided_cents for contract in found.contracts)


def test_what_was_approved_and_is_unpaid_is_owed_without_the_fee_that_comes_off(tmp_path: Path) -> None:
    vouchered(tmp_path)
    assert sums() == (725_000, 707_500, 0)


@pytest.mark.parametrize(("paid_on", "owed"), [("2027-06-30", 0), ("2027-07-02", 725_000)])
def test_what_was_paid_by_30_june_is_not_owed_and_later_it_was(tmp_path: Path, paid_on: str, owed: int) -> None:
    vouchered(tmp_path)
    stop_clock(2027, 7, 6, 14)
    bring(tmp_path, "payments", "paid.csv", f"voucher,amount,paid on\n{CASE}-V01,7075.00,{paid_on}")
    assert closed().accrued_cents == owed


def test_what_nobody_decided_is_owed_as_claimed_and_what_was_withdrawn_is_not(tmp_path: Path) -> None:
    send(tmp_path, requisition())
    review_all()
    assert sums() == (725_000, 0, 725_000)
    sign("m.ortiz", "withdrawn", CASE, reason="The vendor took it back.")
    assert sums() == (0, 0, 0)


def test_a_returned_requisition_is_in_no_sum_until_it_comes_again(tmp_path: Path) -> None:
    send(tmp_path, requisition(invoice_no=""))
    review_all()
    sign("m.ortiz", "requisition_returned", CASE)
    assert (sums(), [line.line for line in closed().unclear]) == ((0, 0, 0), [1, 2, 3])
    send(tmp_path, requisition(revision=2))
    assert (sums(), closed().unclear) == ((725_000, 0, 725_000), ())


def test_a_held_line_is_owed_until_it_is_claimed_again_and_never_twice(tmp_path: Path) -> None:
    lines = requisition()["lines"]
    lines[2]["evidence"] = ["vendor_bill"]
    vouchered(tmp_path, requisition(lines=lines))
    assert sums() == (725_000, 607_500, 100_000)
    whole = [{**lines[2], "no": 1, "evidence": ["vendor_bill", "proof_of_payment"]}]
    send(tmp_path, requisition(2, lines=whole, total="1000.00"))
    assert sums() == (725_000, 607_500, 100_000)


def test_a_line_that_runs_past_30_june_is_listed_with_what_to_do(tmp_path: Path) -> None:
    send(tmp_path, requisition(service_from="2026-06-15"))
    (line, *_) = closed(2026).unclear
    assert (line.case_id, line.line) == (CASE, 1) and "Ask the vendor to split it" in line.reason
    assert closed(2026).accrued_cents == 0


def test_an_advance_that_the_last_requisition_could_not_bring_back_is_due_until_it_is_refunded(tmp_path: Path) -> None:
    tell(tmp_path, f"{CONTRACT},advance,2026-07-02,,,9000.00,,,", f"{CASE},last_requisition,2026-10-01,,,,,,")
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-01,,,,,,")
    review_all()
    approve(CASE)
    voucher()
    (refund,) = closed().refunds
    assert (refund.amount_cents, str(refund.due_since), refund.case_id) == (175_000, "2026-10-09", CASE)
    tell(tmp_path, f"{CONTRACT},refund_received,2026-10-09,,,1000.00,,,")
    assert [refund.amount_cents for refund in closed().refunds] == [75_000]


def test_what_was_paid_too_much_is_due_back_until_it_is_refunded(tmp_path: Path) -> None:
    vouchered(tmp_path)
    stop_clock(2026, 11, 20, 14)
    text = f"Payee Name,Issue Date,Check Amount,Voucher Number\nBRAMBLEWICK,2026-11-12,7100.00,{CASE}-V01"
    bring(tmp_path, "spending", "spending.csv", text)
    assert [(r.amount_cents, str(r.due_since)) for r in closed().refunds] == [(2_500, "2026-11-12")]
    tell(tmp_path, f"{CONTRACT},refund_received,2026-11-20,,{CASE}-V01,25.00,,,")
    assert closed().refunds == ()


def test_each_contract_has_one_position_under_its_provider_s_name(tmp_path: Path) -> None:
    vouchered(tmp_path)
    send(tmp_path, requisition(2, invoice_no="B-2", service_from="2026-09-02"))
    with reading() as session:
        found, names = load_year_end(session, 2027)
    (position,) = positions(found, names)
    assert names[CONTRACT] == NamedContract("CT180120279700001", "Bramblewick Cooperative Exchange")
    assert [(line.case_id, line.fiscal_year) for line in position.owed] == [(CASE, 2027), (SECOND, 2027)]


def test_the_paper_is_of_the_year_that_ended_last_unless_another_is_named(tmp_path: Path) -> None:
    vouchered(tmp_path)
    stop_clock(2027, 7, 1, 11)
    with reading() as session:
        (paper,) = unprinted(session, 0, letterhead(), clock.now())
        (older,) = unprinted(session, 2026, letterhead(), clock.now())
        state = session.get_one(Requisition, CASE).state
    assert (paper.document_id, state) == ("PAY-YE-2027-20270701-1100", "vouchered")
    assert older.document_id == "PAY-YE-2026-20270701-1100"


def test_what_is_no_year_is_told_in_a_sentence() -> None:
    with pytest.raises(LookupError, match=r"27 is no fiscal year\. Name it by the year in which it ends"):
        closed(27)
