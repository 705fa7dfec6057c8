"""Several requisitions under one signature, through whatever door: the same checks, and a reason for each."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import Requisition
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Item
from tasks.adapters.database import reading
from tasks.adapters.decisions import decide, show
from tasks.adapters.refusals import NotSigned, Refusal
from tests.payments_office import CONTRACT, open_office, reports, requisition, review_all, send, tell
from tests.remembered import remembered
from tests.signers import credential

CASE, SECOND, HELD = (f"{CONTRACT}-{number:02d}" for number in (1, 2, 3))


@remembered
def _opened(folder: Path) -> None:
    """Two clean requisitions of two months, and one of a third whose bill is missing."""
    open_office(folder)
    rent = [{"no": 1, "budget_line": 3, "description": "Rent", "amount": "800.00",
             "evidence": ["vendor_bill", "proof_of_payment"]}]  # fmt: skip
    august = {"service_from": "2026-08-01", "service_to": "2026-08-31", "total": "800.00"}
    july = {"service_from": "2026-07-01", "service_to": "2026-07-31", "total": "800.00"}
    send(folder, requisition(), requisition(2, lines=rent, **august),
         requisition(3, lines=[{**rent[0], "evidence": []}], **july))  # fmt: skip
    tell(folder, *reports("2026-08-31", "800.00"), *reports("2026-07-31", "800.00"))
    review_all()


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def asked(act: str, *reasons: tuple[str, str]) -> Asked:
    return Asked("payments", tuple(Item(case_id, act, {}, reason) for case_id, reason in reasons))


def sign(staff: str, what: Asked, door: str = "desk") -> None:
    decide(what, show(what).sha256(), credential(staff), door)


def states() -> dict[str, str]:
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return {row.case_id: row.state for row in session.execute(select(table.case_id, table.state))}


UNTOUCHED = dict.fromkeys((CASE, SECOND, HELD), "with_program")


def test_a_list_of_equals_is_signed_at_once_and_each_keeps_its_own_reason():
    sign("m.ortiz", asked("program_approved", (CASE, "Payroll seen."), (SECOND, "Lease seen.")))
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        mine = (table.process == "payments") & (table.event == "program_approved")
        query = select(table.case_id, table.payload).where(mine).order_by(table.case_id)
        rows = [(row.case_id, json.loads(row.payload)) for row in session.execute(query)]
    assert [(case_id, told["reason"]) for case_id, told in rows] == [(CASE, "Payroll seen."), (SECOND, "Lease seen.")]
    assert len({told["signed"]["signature"] for _, told in rows}) == 1


@pytest.mark.parametrize("door", ["desk", "command line"])
def test_requisitions_that_fail_other_checks_are_not_signed_together_through_any_door(door: str):
    mixed = asked("program_approved", (CASE, "Seen."), (HELD, "Seen."))
    with pytest.raises(NotSigned, match=r"held: P14 \(a bill or a proof of payment is missing\)") as refused:
        decide(mixed, "0" * 64, credential("m.ortiz"), door)
    assert refused.value.kind is Refusal.ILLEGAL and states() == UNTOUCHED


def test_a_list_without_a_reason_for_each_is_refused_whole():
    with pytest.raises(NotSigned, match=f"{SECOND}: “Approve for Program” needs a reason") as refused:
        sign("m.ortiz", asked("program_approved", (CASE, "Seen."), (SECOND, " ")))
    assert refused.value.kind is Refusal.REASON and states() == UNTOUCHED


def test_one_alone_needs_no_reason_where_its_duty_needs_none():
    sign("m.ortiz", asked("program_approved", (CASE, "")))
    assert states()[CASE] == "with_fiscal"


@pytest.mark.parametrize("act", ["withdrawn", "sent_back"])
def test_what_ends_or_undoes_work_is_signed_one_by_one(act: str):
    if act == "sent_back":
        sign("m.ortiz", asked("program_approved", (CASE, "Seen."), (SECOND, "Seen.")))
    before = states()
    with pytest.raises(NotSigned, match="One signature over several requisitions covers one of"):
        sign("m.ortiz", asked(act, (CASE, "They asked."), (SECOND, "They asked.")))
    assert states() == before


def test_one_list_asks_for_one_act():
    mixed = Asked("payments", (Item(CASE, "program_approved", {}, "Seen."), Item(SECOND, "determination_sent")))
    with pytest.raises(NotSigned, match="One signature over several requisitions covers one of"):
        show(mixed)
