"""Letters that follow a determination, and registers of parts, from what people and clocks really recorded."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.payments.records import Dispute
from models.payments.register_rows import RegisterRow
from models.shared.people_records import LetterOrder
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.follow_up import waiting_processes
from tasks.adapters.payments.paper import unprinted
from tasks.adapters.payments.part_rows import besides, register_rows
from tasks.adapters.policy import office as letterhead
from tasks.adapters.policy import payments_policy
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    follow,
    lapse,
    open_office,
    pay,
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


def without_proof() -> dict[str, object]:
    sent = requisition()
    sent["lines"][2]["evidence"] = ["vendor_bill"]
    return sent


def split(folder: Path) -> None:
    """The clean lines approved, paid in time, the third held."""
    send(folder, without_proof())
    review_all()
    approve(CASE)
    voucher()
    pay(folder, f"{CASE}-V01", "6075.00")


def refused(folder: Path) -> None:
    """The third line disallowed, the rest paid, and the dispute over it recorded."""
    send(folder, requisition())
    tell(folder, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    approve(CASE)
    voucher()
    pay(folder, f"{CASE}-V01", "6075.00")
    sign("m.ortiz", "disputed", CASE, reason="It was rent, says the vendor")


def rows() -> list[RegisterRow]:
    with reading() as session:
        return register_rows(session, payments_policy(), clock.today())


def told(row: RegisterRow) -> tuple[int, str, int, int, int, bool]:
    return row.part, row.outcome.value, row.claimed_cents, row.approved_cents, row.net_cents, row.paid_on is not None


def letters() -> dict[str, str]:
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return dict(session.execute(select(table.document_id, table.document).order_by(table.document_id)).all())


def problems() -> list[str]:
    with reading() as session:
        return [str(problem) for problem in audit(session).problems]


def test_a_lapse_is_told_to_the_vendor_though_nobody_signs_it(tmp_path: Path):
    split(tmp_path)
    follow()
    stop_clock(2026, 11, 10, 14)
    lapse()
    with reading() as session:
        assert waiting_processes(session) == ["payments"]
    assert follow() == 1
    assert letters() == {f"{CASE}-PL01": "DeterminationLetter", f"{CASE}-PL02": "LapseNotice"}
    with reading() as session:
        assert session.get_one(OutgoingMessage, f"{CASE}-PL02").sent_at is not None
        assert session.get_one(StoredDocument, f"{CASE}-PL02").kind == "letter"
    assert problems() == []


def test_a_lapse_letter_that_was_changed_is_found(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 11, 10, 14)
    lapse()
    table = LetterOrder.__table__  # type: ignore[attr-defined]
    with writing() as session:
        body = session.get_one(LetterOrder, f"{CASE}-PL02").body.replace('"closed_cents":100000', '"closed_cents":1')
        session.execute(update(table).where(table.c.document_id == f"{CASE}-PL02").values(body=body))
    assert any("is not the one that its event tells of" in problem for problem in problems())


def test_a_letter_of_another_kind_needs_a_signature(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 11, 10, 14)
    lapse()
    table = LetterOrder.__table__  # type: ignore[attr-defined]
    with writing() as session:
        kind = {"document": "DeterminationLetter"}
        session.execute(update(table).where(table.c.document_id == f"{CASE}-PL02").values(**kind))
    assert any("ordered by no signed event" in problem for problem in problems())


def test_every_letter_of_a_requisition_has_a_number_of_its_own(tmp_path: Path):
    held = requisition()
    for line in held["lines"]:
        line["evidence"] = []
    send(tmp_path, held)
    review_all()
    sign("m.ortiz", "determination_sent", CASE)
    stop_clock(2026, 11, 10, 14)
    lapse()
    sign("m.ortiz", "disputed", CASE, reason="The papers were sent")
    sign("h.head", "dispute_denied", CASE, reason="They were not")
    assert letters() == {
        f"{CASE}-PL01": "DeterminationLetter", f"{CASE}-PL02": "LapseNotice", f"{CASE}-PL03": "DisputeDecision"
    }  # fmt: skip
    assert follow() == 3
    assert [(row.closed, row.claimed_cents, row.net_cents) for row in rows()] == [
        ("Closed, dispute denied", 725_000, 0)
    ]


def test_the_decision_of_a_dispute_is_told_with_the_reason_that_was_signed(tmp_path: Path):
    refused(tmp_path)
    sign("h.head", "dispute_granted", CASE, reason="The bill is for rent")
    with reading() as session:
        order = session.get_one(LetterOrder, f"{CASE}-PL02")
    assert '"granted":true' in order.body and '"disputed_cents":100000' in order.body
    assert "The bill is for rent" in order.message and "Rent and paper" in order.body
    assert (follow(), problems()) == (2, [])


def test_the_rest_that_is_disallowed_is_told(tmp_path: Path):
    split(tmp_path)
    send(tmp_path, requisition(revision=2))
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    sign("f.ana", "rest_disallowed", CASE, reason="A fine")
    with reading() as session:
        body = session.get_one(LetterOrder, f"{CASE}-PL02").body
    assert '"part":2' in body and '"whole_cents":725000' in body
    assert [told(row) for row in rows()] == [
        (1, "approved", 625_000, 625_000, 607_500, True), (2, "disallowed", 100_000, 0, 0, False)
    ]  # fmt: skip


def test_a_part_is_a_row_and_so_is_what_is_open(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 10, 12, 14)
    first, rest = rows()
    assert told(first) == (1, "approved", 625_000, 625_000, 607_500, True)
    assert told(rest) == (2, "held", 100_000, 0, 0, False)
    assert rest.notes == (
        "Missing for line 3: bills, proof of payment or inventory report; asked for on October 9, 2026, to come by "
        "November 9, 2026",
    )


def test_what_came_again_is_reckoned_as_its_own_part(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 10, 20, 14)
    send(tmp_path, requisition(revision=2))
    assert [told(row) for row in rows()][1] == (2, "approved", 100_000, 100_000, 100_000, False)
    review_all()
    approve(CASE)
    voucher()
    assert [told(row) for row in rows()] == [
        (1, "approved", 625_000, 625_000, 607_500, True), (2, "approved", 100_000, 100_000, 100_000, False)
    ]  # fmt: skip
    assert [str(row.required_on) for row in rows()] == ["2026-11-09", "2026-11-19"]


def test_what_lapsed_is_settled_with_the_part_that_held_it(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 11, 10, 14)
    lapse()
    (only,) = rows()
    assert told(only) == (1, "split", 725_000, 625_000, 607_500, True)
    assert only.notes == ("$1,000.00 closed: its papers did not come, or it was given up",)


def test_money_in_part_back_and_again_is_one_row(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    voucher()
    pay(tmp_path, f"{CASE}-V01", "3000.00")
    assert (rows()[0].owed_cents, rows()[0].notes) == (407_500, ("$3,000.00 paid, $4,075.00 still to pay",))
    pay(tmp_path, f"{CASE}-V01", "-3000.00", reference="BACK-1")
    assert "came back on October 9, 2026, not asked for again yet" in rows()[0].notes[0]
    sign("f.lead", "reissued", CASE, reason="The account was closed")
    voucher()
    pay(tmp_path, f"{CASE}-V01R1", "7075.00", reference="EFT-2")
    (only,) = rows()
    assert told(only) == (1, "approved", 725_000, 725_000, 707_500, True)
    assert (only.owed_cents, only.voucher_no) == (0, f"{CASE}-V01R1")


def test_a_granted_dispute_moves_what_was_refused_into_the_next_part(tmp_path: Path):
    refused(tmp_path)
    assert told(rows()[0])[:4] == (1, "split", 725_000, 625_000)
    sign("h.head", "dispute_granted", CASE, reason="The bill is for rent")
    assert [told(row)[:4] for row in rows()] == [(1, "approved", 625_000, 625_000), (2, "approved", 100_000, 100_000)]
    with reading() as session:
        (dispute,) = besides(session).disputes
    assert (dispute.decided_as, str(dispute.decided_on), dispute.disputed_cents) == ("Granted", "2026-10-09", 100_000)


def test_a_withdrawn_requisition_is_a_row_that_owes_nothing(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    sign("m.ortiz", "withdrawn", CASE, reason="Sent by mistake")
    (only,) = rows()
    assert (only.closed, only.claimed_cents, only.net_cents, only.has_clock) == ("Withdrawn", 725_000, 0, False)


def test_refunds_and_what_was_set_off_of_them_are_told(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,")
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},last_requisition,2026-10-09,,,,,")
    review_all()
    approve(CASE)
    voucher()
    tell(tmp_path, f"{CASE},refund_received,2026-10-09,,,500.00,,")
    with reading() as session:
        (refund,) = besides(session).refunds
    assert (refund.amount_cents, refund.offset_cents, refund.came_cents, refund.left_cents) == (
        175_000,
        0,
        50_000,
        125_000,
    )


def test_the_papers_of_an_office_with_parts_can_be_made(tmp_path: Path):
    split(tmp_path)
    with reading() as session:
        report, register = unprinted(session, letterhead(), clock.now())
    assert (report.parts, report.on_time) == (2, 1)  # type: ignore[attr-defined]
    assert (register.requisitions, register.parts, register.claimed_cents) == (1, 2, 725_000)  # type: ignore[attr-defined]


def test_a_dispute_that_nobody_decided_waits_in_the_register(tmp_path: Path):
    refused(tmp_path)
    with reading() as session:
        assert [row.decided_on for row in besides(session).disputes] == [None]
        assert session.get_one(Dispute, (CASE, 1)).refused_cents == 100_000
