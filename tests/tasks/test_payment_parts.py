"""What is held is paid later with the same requisition, or closed when its day passes: never both."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import ApprovedLine, EvidenceRequest, Requisition, Voucher
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.payments import requests
from tasks.adapters.refusals import NotSigned, Refusal
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    bring,
    follow,
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


def row() -> Requisition:
    with reading() as session:
        return session.get_one(Requisition, CASE)


def lines(part: int) -> list[tuple[int, str, int, int]]:
    table = ApprovedLine.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.no, table.status, table.approved_cents, table.open_cents)
        return [tuple(r) for r in session.execute(query.where(table.part == part).order_by(table.no))]


def asked() -> list[tuple[str, str | None]]:
    with reading() as session:
        rows = session.execute(select(EvidenceRequest).order_by(EvidenceRequest.__table__.c.no)).scalars()  # type: ignore[attr-defined]
        return [(r.closed_as, str(r.due_on) if r.due_on else None) for r in rows]


def without_proof(**changed: object) -> dict[str, object]:
    """A requisition whose third line lacks its proof of payment."""
    sent = requisition(**changed)  # type: ignore[arg-type]
    sent["lines"][2]["evidence"] = ["vendor_bill"]
    return sent


def split(folder: Path) -> None:
    """The clean lines approved and on a voucher, the third held."""
    send(folder, without_proof())
    review_all()
    approve(CASE)
    voucher()


def pay(folder: Path, number: str, amount: str, on: str = "2026-10-09", reference: str = "EFT-1") -> object:
    text = f"voucher,amount,paid on,reference\n{number},{amount},{on},{reference}"
    return bring(folder, "payments", f"paid-{len(list(folder.iterdir()))}.csv", text)


def lapse() -> list[str]:
    with writing() as session:
        return requests.lapse(session, clock.now())


def test_evidence_for_a_held_line_is_reviewed_and_paid_as_a_second_part(tmp_path: Path):
    split(tmp_path)
    assert (row().open_lines, asked()) == (1, [("", "2026-11-09")])
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    assert row().state == "partly_paid"
    stop_clock(2026, 10, 20, 14)
    assert send(tmp_path, requisition(revision=2))["resubmitted"] == 1
    review_all()
    assert (row().state, row().part, row().outcome, row().net_cents) == ("with_program", 2, "approved", 100_000)
    assert asked() == [("evidence_received", "2026-11-09")]
    approve(CASE)
    assert (follow(), voucher()["amount"]) == (2, "1000.00")
    stop_clock(2026, 10, 21, 14)
    pay(tmp_path, f"{CASE}-V02", "1000.00", "2026-10-21")
    assert (row().state, row().open_lines) == ("paid", 0)
    assert lines(1)[2] == (3, "held", 0, 0) and lines(2) == [(3, "disbursed", 100_000, 0)]
    with reading() as session:
        assert list(audit(session).problems) == []


def test_the_clock_of_a_later_part_counts_from_the_day_on_which_what_was_missing_came(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 10, 20, 14)
    send(tmp_path, requisition(revision=2))
    review_all()
    assert (str(row().ira_on), str(row().required_on)) == ("2026-10-20", "2026-11-19")


def test_a_held_line_that_no_fact_releases_is_closed_when_its_day_passes(tmp_path: Path):
    split(tmp_path)
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    stop_clock(2026, 11, 9, 14)
    assert lapse() == []
    stop_clock(2026, 11, 10, 14)
    assert lapse() == [CASE]
    assert (row().state, asked(), lines(1)[2][1]) == ("paid", [("hold_lapsed", "2026-11-09")], "lapsed")
    refused = send(tmp_path, requisition(revision=2))
    assert "decided already" in refused


def test_what_lapsed_can_be_claimed_in_a_requisition_of_its_own(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 11, 10, 14)
    lapse()
    rent = [requisition()["lines"][2]]
    send(tmp_path, requisition(2, lines=rent, total="1000.00"))
    tell(tmp_path, *reports("2026-09-30", "1000.00"))
    review_all()
    with reading() as session:
        assert session.get_one(Requisition, f"{CONTRACT}-02").outcome == "approved"


def test_a_request_ends_once_though_evidence_and_last_day_meet(tmp_path: Path):
    split(tmp_path)
    stop_clock(2026, 11, 10, 9)
    send(tmp_path, requisition(revision=2))
    assert lapse() == []
    assert asked() == [("evidence_received", "2026-11-09")]


def test_a_revision_of_what_is_open_leaves_what_is_decided_as_it_was(tmp_path: Path):
    split(tmp_path)
    changed = requisition(revision=2, total="7251.00")
    changed["lines"][0]["amount"] = "5001.00"
    assert "Line 1 ($5,000.00) is decided already" in send(tmp_path, changed)
    assert "Change nothing but the lines that were held" in send(tmp_path, requisition(revision=2, place="Elsewhere"))
    assert (row().state, row().revision, asked()[0][0]) == ("vouchered", 1, "")


def test_a_requisition_that_is_wholly_held_lapses_as_a_whole(tmp_path: Path):
    held = requisition()
    for line in held["lines"]:
        line["evidence"] = []
    send(tmp_path, held)
    review_all()
    sign("m.ortiz", "determination_sent", CASE)
    assert asked() == [("", "2026-11-09")]
    with pytest.raises(NotSigned, match="Wait for it"):
        sign("m.ortiz", "determination_sent", CASE)
    stop_clock(2026, 11, 10, 14)
    lapse()
    assert (row().state, asked()[0][0]) == ("lapsed", "hold_lapsed")


def test_what_was_asked_for_stays_asked_while_only_the_rest_can_be_paid(tmp_path: Path):
    send(tmp_path, without_proof())
    review_all()
    sign("m.ortiz", "determination_sent", CASE)
    assert (review_all()["split"], asked()) == (1, [("", "2026-11-09")])
    send(tmp_path, requisition(revision=2))
    assert asked() == [("evidence_received", "2026-11-09")]


def test_a_report_that_lands_takes_up_what_was_held_for_it(tmp_path: Path):
    sent = requisition()
    sent["lines"][2]["evidence"] = ["vendor_bill"]
    send(tmp_path, sent)
    tell(tmp_path, f"{CASE},disputed,2026-10-09,2,,,,")
    review_all()
    approve(CASE)
    assert (row().open_lines, asked()) == (2, [("", "2026-11-09")])
    stop_clock(2026, 10, 12, 14)
    tell(tmp_path, f"{CASE},settled,2026-10-12,2,,,,")
    review_all()
    assert (row().state, row().part, row().outcome, row().net_cents) == ("with_program", 2, "split", 125_000)


def test_money_moves_on_while_the_rest_is_reviewed(tmp_path: Path):
    send(tmp_path, without_proof())
    review_all()
    approve(CASE)
    send(tmp_path, requisition(revision=2))
    review_all()
    assert (voucher()["amount"], row().state) == ("6075.00", "with_program")
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    assert row().state == "with_program"
    approve(CASE)
    assert row().state == "approved"
    voucher()
    assert row().state == "vouchered"


def test_the_rest_can_be_disallowed_and_the_requisition_stands_where_its_money_does(tmp_path: Path):
    split(tmp_path)
    send(tmp_path, requisition(revision=2))
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    with pytest.raises(NotSigned, match="disallowed as the rest"):
        sign("f.ana", "disallowed", CASE, reason="A fine")
    sign("f.ana", "rest_disallowed", CASE, reason="A fine")
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    voucher()
    assert (row().state, row().open_lines) == ("paid", 0)


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
