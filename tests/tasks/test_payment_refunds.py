"""What is left of an advance is due as a refund once, whichever way the last requisition ends."""

import json
from pathlib import Path

import pytest
from sqlmodel import select

from models.payments.records import RefundDue, Voucher
from tasks.adapters.database import reading
from tests.payments_office import (
    CONTRACT,
    approve,
    bring,
    open_office,
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


def test_an_advance_that_is_kept_as_a_refund_is_not_taken_off_what_a_dispute_grants(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,", f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    approve(CASE)
    voucher()
    sign("m.ortiz", "disputed", CASE, reason="It was rent, says the vendor")
    sign("h.head", "dispute_granted", CASE, reason="The bill is for rent")
    review_all()
    approve(CASE)
    with reading() as session:
        kept = session.get_one(RefundDue, (CASE, "advance"))
        parts = [session.get_one(Voucher, (CASE, part, 0)) for part in (1, 2)]
    # 9,000.00 advanced: 6,250.00 taken back, 2,750.00 due as a refund.
    assert ([v.recouped_cents for v in parts], kept.amount_cents) == ([625_000, 0], 275_000)


def test_a_last_requisition_that_is_disallowed_leaves_what_is_left_of_the_advance_as_a_refund(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    fines = (f"{CASE},unallowable,2026-10-09,{no},a fine,,," for no in (1, 2, 3))
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,", *fines)
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    sign("f.ana", "disallowed", CASE, reason="Fines")
    with reading() as session:
        assert session.get_one(RefundDue, (CASE, "advance")).amount_cents == 900_000


def test_what_the_last_requisition_left_as_a_refund_is_not_taken_back_by_the_next_one(tmp_path: Path):
    advance = (f"{CONTRACT},advance,2026-09-01,,,9000.00,,", f"{CONTRACT},recoupment,2026-09-01,,,5000.00,,")
    second = f"{CONTRACT}-02"
    rent = {"lines": [{**requisition()["lines"][2], "amount": "2000.00"}], "total": "2000.00"}
    august = {"service_from": "2026-08-01", "service_to": "2026-08-31"}
    send(tmp_path, requisition())
    bring(tmp_path, "requisitions", "second.json", json.dumps([requisition(2, **rent, **august)]))
    tell(tmp_path, *advance, f"{CASE},last_requisition,2026-10-09,,,,,", *reports("2026-08-31", "2000.00"))
    review_all()
    approve(CASE)
    approve(second)
    with reading() as session:
        kept = session.get_one(RefundDue, (CASE, "advance"))
        taken = [session.get_one(Voucher, (case, 1, 0)).recouped_cents for case in (CASE, second)]
    assert (taken, kept.amount_cents) == ([725_000, 0], 175_000)


def refunds() -> dict[str, int]:
    """What is kept as a refund of the advance, by requisition."""
    with reading() as session:
        return {row.case_id: row.amount_cents for row in session.exec(select(RefundDue)).all()}


def approved(folder: Path, *facts: str) -> None:
    """One requisition approved, which takes nothing back of an advance of 9,000.00 that has no schedule."""
    tell(folder, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(folder, requisition())
    tell(folder, *facts)
    review_all()
    approve(CASE)


def test_a_last_requisition_that_is_told_after_its_approval_leaves_the_advance_as_a_refund(tmp_path: Path):
    approved(tmp_path)
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    assert refunds() == {CASE: 900_000}


def test_a_last_requisition_that_is_told_twice_leaves_one_refund(tmp_path: Path):
    approved(tmp_path)
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    tell(tmp_path, f"{CASE},last_requisition,2026-10-08,,,,,")
    assert refunds() == {CASE: 900_000}


def test_a_last_requisition_that_is_told_while_it_is_reviewed_leaves_no_refund_before_it_is_decided(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    review_all()
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    assert refunds() == {}


def test_a_last_requisition_of_which_lines_are_open_leaves_no_refund_before_they_are_decided(tmp_path: Path):
    bare = requisition()
    bare["lines"][2] |= {"evidence": []}
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, bare)
    review_all()
    approve(CASE)
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    assert refunds() == {}


def test_a_last_requisition_that_is_withdrawn_leaves_the_advance_as_a_refund(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    review_all()
    sign("m.ortiz", "withdrawn", CASE, reason="The vendor asked for it")
    assert refunds() == {CASE: 900_000}


def test_a_requisition_that_is_told_to_be_the_last_after_it_was_withdrawn_leaves_the_advance_as_a_refund(
    tmp_path: Path,
):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    review_all()
    sign("m.ortiz", "withdrawn", CASE, reason="The vendor asked for it")
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    assert refunds() == {CASE: 900_000}


def test_an_advance_that_is_told_after_the_last_requisition_was_settled_is_due_as_a_refund(tmp_path: Path):
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    review_all()
    approve(CASE)
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    assert refunds() == {CASE: 900_000}


def test_a_further_advance_that_is_told_after_the_last_requisition_adds_to_its_refund(tmp_path: Path):
    approved(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    before = refunds()
    tell(tmp_path, f"{CONTRACT},advance,2026-10-01,,,500.00,,")
    # 9,000.00 less 7,250.00 that the last requisition took back; then 500.00 more.
    assert (before, refunds()) == ({CASE: 175_000}, {CASE: 225_000})


def test_two_requisitions_that_are_both_told_to_be_the_last_leave_the_advance_as_a_refund_once(tmp_path: Path):
    approved(tmp_path)
    second = f"{CONTRACT}-02"
    august = {"service_from": "2026-08-01", "service_to": "2026-08-31"}
    bring(tmp_path, "requisitions", "second.json", json.dumps([requisition(2, **august)]))
    review_all()
    sign("m.ortiz", "withdrawn", second, reason="The vendor asked for it")
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,", f"{second},last_requisition,2026-10-09,,,,,")
    assert refunds() == {CASE: 900_000}
