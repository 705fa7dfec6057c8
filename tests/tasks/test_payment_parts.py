"""What is held is paid later with the same requisition, or closed when its day passes: never both."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import ApprovedLine, EvidenceRequest, Requisition, Voucher
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    follow,
    lapse,
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


def test_where_a_part_can_be_approved_a_determination_asks_nothing_since_the_approval_will(tmp_path: Path):
    send(tmp_path, without_proof())
    review_all()
    sign("m.ortiz", "determination_sent", CASE)
    assert (review_all()["split"], asked()) == (1, [])
    approve(CASE)
    assert asked() == [("", "2026-11-09")]


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


MOVED = "2 Lantern Row Queens"


def returned_rest(folder: Path) -> None:
    """The rest came in, but the vendor's address on file had changed: returned to the vendor."""
    split(folder)
    tell(folder, f"{CONTRACT},payee_address,2026-10-09,,{MOVED},,,")
    send(folder, requisition(revision=2))
    review_all()
    sign("m.ortiz", "requisition_returned", CASE)


def test_a_part_that_was_returned_can_be_corrected_in_what_a_return_is_about(tmp_path: Path):
    returned_rest(tmp_path)
    moved = {"payee_address": MOVED, "invoice_no": "BCE-01-REST", "invoice_date": "2026-10-08"}
    assert send(tmp_path, requisition(revision=3, **moved))["resubmitted"] == 1
    review_all()
    approve(CASE)
    with reading() as session:
        bodies = [session.get_one(Voucher, (CASE, part, 0)).body for part in (1, 2)]
    numbers = ['"invoice_no":"BCE-01"' in bodies[0], '"invoice_no":"BCE-01-REST"' in bodies[1]]
    assert (row().state, row().open_lines, numbers) == ("approved", 0, [True, True])


def test_the_days_of_a_part_that_was_returned_stay_as_they_are(tmp_path: Path):
    returned_rest(tmp_path)
    refused = send(tmp_path, requisition(revision=3, payee_address=MOVED, service_from="2026-09-02"))
    assert "the number, date, contract number and payee address of the invoice" in refused
    assert (row().state, row().revision) == ("returned", 2)


def test_a_decided_line_of_a_part_that_was_returned_stays_as_it_is(tmp_path: Path):
    returned_rest(tmp_path)
    changed = requisition(revision=3, payee_address=MOVED, total="7251.00")
    changed["lines"][0]["amount"] = "5001.00"
    assert "Line 1 ($5,000.00) is decided already" in send(tmp_path, changed)


def test_the_invoice_of_a_part_that_nobody_returned_stays_as_it_is(tmp_path: Path):
    split(tmp_path)
    refused = send(tmp_path, requisition(revision=2, invoice_no="BCE-01-REST"))
    assert "Change nothing but the lines that were held" in refused


def test_what_a_dispute_granted_can_be_sent_to_another_address_after_it_was_returned(tmp_path: Path):
    send(tmp_path, requisition())
    tell(tmp_path, f"{CASE},unallowable,2026-10-09,3,a fine,,,")
    review_all()
    approve(CASE)
    voucher()
    pay(tmp_path, f"{CASE}-V01", "6075.00")
    sign("m.ortiz", "disputed", CASE, reason="It was rent, says the vendor")
    sign("h.head", "dispute_granted", CASE, reason="The bill is for rent")
    tell(tmp_path, f"{CONTRACT},payee_address,2026-10-09,,{MOVED},,,")
    review_all()
    sign("m.ortiz", "requisition_returned", CASE)
    assert send(tmp_path, requisition(revision=2, payee_address=MOVED))["resubmitted"] == 1
    review_all()
    assert (row().outcome, row().net_cents) == ("approved", 100_000)


def test_what_is_used_up_meanwhile_is_no_evidence_and_the_request_stays_open(tmp_path: Path) -> None:
    rent = {"no": 1, "budget_line": 3, "description": "Rent", "amount": "1000.00", "evidence": ["vendor_bill"]}
    send(tmp_path, requisition(lines=[rent], total="1000.00"))
    review_all()
    sign("m.ortiz", "determination_sent", CASE)
    assert asked() == [("", "2026-11-09")]
    more = {**rent, "amount": "13200.00", "evidence": ["vendor_bill", "proof_of_payment"]}
    august = {"service_from": "2026-08-28", "service_to": "2026-08-31"}
    send(tmp_path, requisition(2, lines=[more], total="13200.00", **august))
    tell(tmp_path, *reports("2026-08-31", "13200.00"))
    review_all()
    approve(f"{CONTRACT}-02")

    review_all()

    assert (row().outcome, asked()) == ("disallowed", [("", "2026-11-09")])
    stop_clock(2026, 11, 10, 14)
    assert lapse() == [CASE] and asked() == [("hold_lapsed", "2026-11-09")]
