"""A review writes only onto the requisition that it read: what somebody did meanwhile stays."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.records import Requisition
from models.payments.rules import review
from models.shared.records import CaseFinding
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.payments import reviews
from tasks.adapters.payments.cases import load_requisitions
from tasks.adapters.payments.reviews import ReviewedRequisition
from tasks.adapters.policy import payments_policy
from tests.payments_office import CONTRACT, open_office, requisition, review_all, send, sign, tell

CASE = f"{CONTRACT}-01"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def read() -> list[ReviewedRequisition]:
    """What a review that is under way has read and judged, and not recorded."""
    policy = payments_policy()
    with reading() as session:
        loaded = load_requisitions(session, [CASE], policy, clock.today())
    return [ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded]


def record(reviewed: list[ReviewedRequisition]) -> dict[str, int]:
    with writing() as session:
        return reviews.record(session, reviewed, clock.now())


def figures() -> tuple[str, int, int, int]:
    with reading() as session:
        row = session.get_one(Requisition, CASE)
    return row.outcome, row.total_cents, row.approved_cents, row.net_cents


def words() -> list[str]:
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return list(session.execute(select(table.message).where(table.case_id == CASE)).scalars())


def lower(**changed: object) -> dict[str, object]:
    """The next revision, with 1,000.00 of rent less than the first."""
    sent = requisition(revision=2, total="6250.00", **changed)  # type: ignore[arg-type]
    sent["lines"] = sent["lines"][:2]
    return sent


def test_figures_of_a_revision_that_is_over_are_not_written_onto_the_next_one(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    old = read()
    send(tmp_path, lower())
    review_all()
    record(old)
    assert figures() == ("approved", 625_000, 625_000, 607_500)


def test_figures_that_a_signature_rests_on_are_not_written_over_by_a_review_that_began_before_it(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,", f"{CONTRACT},recoupment,2026-09-01,,,1000.00,,")
    send(tmp_path, requisition())
    review_all()
    old = read()
    tell(tmp_path, f"{CONTRACT},recoupment,2026-09-02,,,3000.00,,")
    sign("m.ortiz", "program_approved", CASE)
    record(old)
    # 7,075.00 after the fee of the name check: 3,000.00 of the advance come off, no longer 1,000.00.
    assert figures() == ("approved", 725_000, 725_000, 407_500)


def test_the_words_of_findings_are_not_written_over_by_a_review_that_began_before(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,", f"{CONTRACT},recoupment,2026-09-01,,,1000.00,,")
    send(tmp_path, requisition())
    review_all()
    old = read()
    send(tmp_path, lower())
    tell(tmp_path, f"{CONTRACT},recoupment,2026-09-02,,,3000.00,,")
    review_all()
    record(old)
    assert any("$3,000.00 of the advance is taken off" in told for told in words())


def test_a_review_of_what_nobody_touched_renews_its_figures(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},advance,2026-09-01,,,9000.00,,", f"{CONTRACT},recoupment,2026-09-01,,,1000.00,,")
    send(tmp_path, requisition())
    review_all()
    tell(tmp_path, f"{CONTRACT},recoupment,2026-09-02,,,3000.00,,")
    record(read())
    assert figures() == ("approved", 725_000, 725_000, 407_500)
