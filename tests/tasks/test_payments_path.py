"""A requisition from the inbox to its paid date, on rows, files and outbox."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import ApprovedLine, Requisition, Voucher
from models.shared.records import CaseEvent, OutgoingMessage
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    bring,
    follow,
    open_office,
    refer,
    reports,
    requisition,
    review_all,
    send,
    sign,
    tell,
    voucher,
)

CASE, SECOND = f"{CONTRACT}-01", f"{CONTRACT}-02"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def row(case_id: str = CASE) -> Requisition:
    with reading() as session:
        return session.get_one(Requisition, case_id)


def events(case_id: str = CASE) -> list[str]:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        mine = (table.process == "payments") & (table.case_id == case_id)
        return list(session.execute(select(table.event).where(mine).order_by(table.seq)).scalars())


def paid(number: str, amount: str, on: str) -> str:
    return f"voucher,amount,paid on,reference\n{number},{amount},{on},EFT-1"


def test_a_clean_requisition_goes_from_the_inbox_to_its_paid_date(tmp_path: Path):
    assert send(tmp_path, requisition())["opened"] == 1
    assert review_all()["approved"] == 1
    assert (row().outcome, row().approved_cents, str(row().required_on)) == ("approved", 725_000, "2026-11-09")
    approve(CASE)
    assert follow() == 1
    told = voucher()
    assert (told["vouchers"], told["amount"]) == (1, "7075.00")
    stop_clock(2026, 11, 20, 14)
    assert bring(tmp_path, "payments", "paid.csv", paid(f"{CASE}-V01", "7075.00", "2026-11-20"))["paid"] == 1
    assert row().state == "paid"
    with reading() as session:
        voucher_row = session.get_one(Voucher, (CASE, 1, 0))
        statuses = set(session.execute(select(ApprovedLine.__table__.c.status)).scalars())  # type: ignore[attr-defined]
        assert session.get_one(OutgoingMessage, f"{CASE}-PL01").sent_at is not None
    assert str(voucher_row.paid_on) == "2026-11-20" and statuses == {"disbursed"}
    assert events() == [
        "opened", "reviewed", "program_approved", "fiscal_approved", "vouchered", "paid",
    ]  # fmt: skip
    with reading() as session:
        assert list(audit(session).problems) == []


def test_the_clean_part_is_paid_while_the_rest_is_held(tmp_path: Path):
    lines = requisition()["lines"]
    lines[2]["evidence"] = ["vendor_bill"]
    send(tmp_path, requisition(lines=lines))
    review_all()
    approve(CASE)
    with reading() as session:
        rows = session.execute(select(ApprovedLine).order_by(ApprovedLine.__table__.c.no)).scalars().all()  # type: ignore[attr-defined]
    assert [(line.status, line.approved_cents) for line in rows] == [
        ("approved", 500_000), ("approved", 125_000), ("held", 0),
    ]  # fmt: skip
    assert voucher()["amount"] == "6075.00"


def test_an_improper_invoice_is_returned_and_comes_again_as_its_next_revision(tmp_path: Path):
    send(tmp_path, requisition(invoice_no=""))
    review_all()
    with pytest.raises(NotSigned, match="return it"):
        sign("m.ortiz", "program_approved", CASE)
    sign("m.ortiz", "requisition_returned", CASE)
    assert (row().state, row().required_on, follow()) == ("returned", None, 1)
    assert send(tmp_path, requisition(revision=2))["resubmitted"] == 1
    review_all()
    assert (row().state, row().revision, row().outcome) == ("with_program", 2, "approved")


def test_a_revision_asks_again_only_those_whose_facts_it_changed(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    send(tmp_path, requisition(revision=2, invoice_no="BCE-01-B"))
    assert (row().state, events()[-1]) == ("with_fiscal", "resubmitted_to_fiscal")
    send(tmp_path, requisition(revision=3, place="Elsewhere"))
    assert (row().state, events()[-1]) == ("received", "resubmitted")


def test_program_and_fiscal_and_who_sent_it_in_are_three_people(tmp_path: Path):
    send(tmp_path, requisition(), submitted_by="m.ortiz")
    review_all()
    with pytest.raises(NotSigned) as refused:
        sign("m.ortiz", "program_approved", CASE)
    assert refused.value.kind is Refusal.SEPARATION and row().state == "with_program"


@pytest.mark.parametrize("staff", ["m.ortiz", "a.cco", "u.audit"])
def test_nobody_approves_for_fiscal_without_the_role(tmp_path: Path, staff: str):
    send(tmp_path, requisition())
    review_all()
    sign("n.reyes", "program_approved", CASE)
    with pytest.raises(NotSigned) as refused:
        sign(staff, "fiscal_approved", CASE)
    assert refused.value.kind is Refusal.ROLE and row().state == "with_fiscal"


def test_the_same_invoice_is_not_paid_twice(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    send(tmp_path, requisition(2, invoice_no="bce-01"))
    review_all()
    assert row(SECOND).outcome == "returned"


def test_of_two_requisitions_with_one_invoice_number_the_later_one_is_returned(tmp_path: Path):
    send(tmp_path, requisition())
    stop_clock(2026, 10, 9, 15)
    send(tmp_path, requisition(2, invoice_no="BCE-01"))
    review_all()
    assert (row().outcome, row(SECOND).outcome) == ("approved", "returned")


def test_a_list_of_approvals_on_one_contract_never_exceeds_its_line(tmp_path: Path):
    big = [{"no": 1, "budget_line": 3, "description": "Rent", "amount": "9000.00",
            "evidence": ["vendor_bill", "proof_of_payment"]}]  # fmt: skip
    send(tmp_path, requisition(lines=big, total="9000.00"), requisition(2, lines=big, total="9000.00",
         service_from="2026-09-02"))  # fmt: skip
    review_all()
    sign("m.ortiz", "program_approved", CASE, SECOND)
    # After the first, the second is cut to what is left of the line: they are not alike, so each is signed by itself.
    with pytest.raises(NotSigned, match=r"P8 \(more than is left of a budget line\)"):
        sign("f.ana", "fiscal_approved", CASE, SECOND)
    for case_id in (CASE, SECOND):
        sign("f.ana", "fiscal_approved", case_id)
    with reading() as session:
        approved = [line.approved_cents for line in session.execute(select(ApprovedLine)).scalars()]
    # Budget line 3 is alone in its group: its tolerance of 10% has nothing to draw on, and $12,000.00 is all.
    assert sum(approved) == 1_200_000


def test_an_approval_that_another_one_overtook_is_refused(tmp_path: Path):
    from models.shared.signing import Asked, Item
    from tasks.adapters.decisions import decide, show
    from tests.signers import credential

    rent = [{"no": 1, "budget_line": 3, "description": "Rent", "amount": "800.00",
             "evidence": ["vendor_bill", "proof_of_payment"]}]  # fmt: skip
    august = {"service_from": "2026-08-01", "service_to": "2026-08-31"}
    send(tmp_path, requisition(), requisition(2, lines=rent, total="800.00", **august))
    tell(tmp_path, *reports("2026-08-31", "800.00"))
    review_all()
    sign("m.ortiz", "program_approved", CASE, SECOND)
    asked = Asked("payments", (Item(CASE, "fiscal_approved"),))
    shown = show(asked).sha256()
    sign("f.lead", "fiscal_approved", SECOND)
    with pytest.raises(NotSigned) as refused:
        decide(asked, shown, credential("f.ana"), "desk")
    assert refused.value.kind is Refusal.CHANGED and row().state == "with_fiscal"


def test_a_voucher_is_issued_once_and_its_file_is_the_same_again(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    first = voucher()
    folder = settings().folder("vouchers")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(before) == 2
    assert voucher()["vouchers"] == 0
    for path in folder.iterdir():
        path.unlink()
    assert voucher()["files"] == first["files"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    told = list(csv.reader((folder / f"{first['batch']}.csv").read_text().splitlines()))
    assert sum(f"{CASE}-V01" in cell for line in told for cell in line) >= 1


def test_a_payment_that_fits_no_voucher_is_rejected_with_its_reason(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    voucher()
    kept = bring(tmp_path, "payments", "wrong.csv", paid(f"{CASE}-V01", "7075.01", "2026-10-09"))
    assert (kept["paid"], kept["rejected"], row().state) == (0, 1, "vouchered")


def test_a_contract_that_is_not_registered_blocks_and_releases_the_moment_it_is(tmp_path: Path):
    refer(registered_on=None, active_on=None)
    send(tmp_path, requisition())
    review_all()
    sign("m.ortiz", "program_approved", CASE)
    with pytest.raises(NotSigned, match="Nothing can be paid of it now"):
        sign("f.ana", "fiscal_approved", CASE)
    refer()
    review_all()
    sign("f.ana", "fiscal_approved", CASE)
    assert row().state == "approved"


def test_an_advance_is_taken_back_and_what_leaves_nothing_is_closed(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,", f"{CONTRACT},recoupment,2026-09-01,,,8000.00,,")
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    assert (voucher()["empty"], row().state) == (1, "offset")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "17"}, "is no requisition number"),
        ({"number": "R27-999999999-01"}, "is not known to payments"),
        ({"revision": 4}, "Send revision 1 first"),
        ({"service_from": "2027-09-01", "service_to": "2027-09-30"}, "has no budget for FY28"),
        ({"total": "1e309"}, "total"),
    ],
)
def test_a_requisition_that_cannot_be_kept_changes_nothing_and_says_why(tmp_path: Path, changed, said):
    result = send(tmp_path, requisition(), {**requisition(2), **changed})
    assert isinstance(result, str) and said.casefold() in result.casefold()
    with reading() as session:
        assert session.execute(select(Requisition)).first() is None
