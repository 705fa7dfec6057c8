"""What happens to an approved requisition: payments in part and back, vouchers reissued, disputes, set-offs."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import ApprovedLine, Requisition, Voucher
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    open_office,
    pay,
    reports,
    requisition,
    review_all,
    send,
    sign,
    tell,
    voucher,
)

CASE = f"{CONTRACT}-01"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def row() -> Requisition:
    with reading() as session:
        return session.get_one(Requisition, CASE)


def test_a_payment_in_two_halves_is_paid_with_the_second(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    voucher()
    pay(tmp_path, f"{CASE}-V01", "3000.00")
    assert row().state == "partly_remitted"
    pay(tmp_path, f"{CASE}-V01", "4075.00", reference="EFT-2")
    assert row().state == "paid"
    assert pay(tmp_path, f"{CASE}-V01", "4075.00", reference="EFT-2")["unchanged"] == 1
    assert pay(tmp_path, f"{CASE}-V01", "0.01", reference="EFT-3")["rejected"] == 1


def test_a_payment_that_came_back_is_reissued_once_by_somebody_else(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    voucher()
    pay(tmp_path, f"{CASE}-V01", "7075.00")
    back = pay(tmp_path, f"{CASE}-V01", "-7075.00", reference="RETURNED-1")
    assert (back["returned"], row().state) == (1, "payment_returned")
    with pytest.raises(NotSigned) as refused:
        sign("f.ana", "reissued", CASE, reason="The account was closed; the vendor gave another.")
    assert refused.value.kind is Refusal.SEPARATION
    sign("f.lead", "reissued", CASE, reason="The account was closed; the vendor gave another.")
    assert (voucher()["amount"], row().state) == ("7075.00", "vouchered")
    assert pay(tmp_path, f"{CASE}-V01", "7075.00", reference="X")["rejected"] == 1
    pay(tmp_path, f"{CASE}-V01R1", "7075.00")
    assert row().state == "paid"
    with pytest.raises(NotSigned) as refused:
        sign("f.lead", "reissued", CASE, reason="Once more")
    assert refused.value.kind is Refusal.ILLEGAL


def test_a_voucher_that_nobody_paid_is_voided_and_reissued(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    voucher()
    sign("f.ana", "voucher_voided", CASE, reason="Wrong fund")
    assert row().state == "payment_returned"
    sign("f.lead", "reissued", CASE, reason="Right fund now")
    assert voucher()["amount"] == "7075.00"
    with reading() as session:
        old, new = session.get_one(Voucher, (CASE, 1, 0)), session.get_one(Voucher, (CASE, 1, 1))
    assert (old.reissued_as, old.voided_cents, new.net_cents) == (f"{CASE}-V01R1", 707_500, 707_500)


def test_a_dispute_is_decided_by_the_agency_head_and_what_is_granted_is_paid(tmp_path: Path):
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    approve(CASE)
    voucher()
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    sign("m.ortiz", "disputed", CASE, reason="It was rent, says the vendor")
    assert (row().state, str(row().due_on)) == ("disputed", "2026-11-09")
    sign("h.head", "dispute_granted", CASE, reason="The bill is for rent")
    review_all()
    assert (row().state, row().part, row().outcome, row().net_cents) == ("with_program", 2, "approved", 100_000)
    approve(CASE)
    assert voucher()["amount"] == "1000.00"


def test_a_dispute_that_is_denied_closes_the_requisition(tmp_path: Path):
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    approve(CASE)
    voucher()
    with pytest.raises(NotSigned, match="not possible"):
        sign("m.ortiz", "disputed", CASE, reason="Rent")
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    sign("m.ortiz", "disputed", CASE, reason="Rent")
    sign("h.head", "dispute_denied", CASE, reason="It is a fine")
    assert row().state == "upheld"


def test_a_refund_due_is_set_off_by_order_of_the_head_of_fiscal(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    review_all()
    approve(CASE)
    assert (voucher()["empty"], row().state) == (1, "offset")
    september = {"service_from": "2026-09-02", "invoice_no": "BCE-02"}
    rent = [{**requisition()["lines"][2], "amount": "2000.00"}]
    stop_clock(2026, 10, 12, 14)
    send(tmp_path, requisition(2, lines=rent, total="2000.00", **september))
    tell(tmp_path, *reports("2026-09-30", "2000.00"))
    review_all()
    second = f"{CONTRACT}-02"
    sign("f.lead", "offset_ordered", second, reason="Refund of the advance")
    approve(second)
    with reading() as session:
        made = session.get_one(Voucher, (second, 1, 0))
    # 9,000.00 advanced, 7,250.00 taken back: 1,750.00 due; the fee of 175.00 was not charged yet.
    assert (made.recouped_cents, made.fee_cents, made.offset_cents, made.net_cents) == (0, 17_500, 175_000, 7_500)


def test_a_dispute_grants_no_more_than_the_latest_revision_claims(tmp_path: Path):
    held = requisition()
    held["lines"][2]["evidence"] = []
    send(tmp_path, held)
    review_all()
    approve(CASE)
    less = requisition(revision=2, total="7000.00")
    less["lines"][2] |= {"amount": "750.00", "evidence": []}
    send(tmp_path, less)
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    sign("f.ana", "rest_disallowed", CASE, reason="A fine")
    voucher()
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    sign("m.ortiz", "disputed", CASE, reason="It is rent")
    sign("h.head", "dispute_granted", CASE, reason="It is rent")
    with reading() as session:
        rows = session.execute(select(ApprovedLine).where(ApprovedLine.__table__.c.open_cents != 0)).scalars().all()  # type: ignore[attr-defined]
    assert [(row.no, row.open_cents) for row in rows] == [(3, 75_000)]
