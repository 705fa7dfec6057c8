"""Of what a tracker tells of one thing the last word counts, also where it was told before and taken back since."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from models.payments.facts import Fact
from models.payments.records import PaymentFact
from models.shared.records import CaseEvent
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.payments.case_rows import load_facts
from tests.payments_office import CONTRACT, bring, facts_csv, open_office, tell

QUAY, MILL, LANE = (f"{CONTRACT},payee_address,2026-08-01,,{street} Queens,,," for street in ("Quay", "Mill", "Lane"))


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def in_force() -> str:
    with reading() as session:
        fact = load_facts(session, [CONTRACT])[CONTRACT].last(Fact.PAYEE_ADDRESS)
    return fact.name if fact else ""


def kept() -> list[str]:
    """The addresses that were told since the office opened, in the order in which they were kept."""
    table = PaymentFact.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        bodies = session.execute(select(table.body).order_by(table.position)).scalars().all()
    rows = [json.loads(body) for body in bodies]
    return [row["name"] for row in rows if row["kind"] == "payee_address" and row["on"] == "2026-08-01"]


def told_events() -> int:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return len(session.execute(select(table.hash).where(table.event == "facts_told")).all())


def test_a_fact_that_is_told_back_to_its_earlier_value_holds_again(tmp_path: Path):
    tell(tmp_path, QUAY)
    tell(tmp_path, MILL)
    result = tell(tmp_path, QUAY)
    assert (in_force(), result["imported"], kept()) == ("Quay Queens", 1, ["Quay Queens", "Mill Queens", "Quay Queens"])


def test_a_fact_that_goes_back_and_forth_holds_as_it_was_told_last(tmp_path: Path):
    for row in (QUAY, MILL, QUAY, MILL, QUAY, MILL):
        tell(tmp_path, row)
    assert (in_force(), len(kept())) == ("Mill Queens", 6)


def test_the_very_file_that_told_the_earlier_value_brings_it_back(tmp_path: Path):
    bring(tmp_path, "payment-facts", "quay.csv", facts_csv(QUAY))
    tell(tmp_path, MILL)
    bring(tmp_path, "payment-facts", "quay.csv", facts_csv(QUAY))
    assert in_force() == "Quay Queens"


def test_within_one_file_the_last_row_counts_also_where_it_repeats_the_first(tmp_path: Path):
    tell(tmp_path, QUAY, MILL, QUAY)
    assert (in_force(), kept()) == ("Quay Queens", ["Quay Queens", "Mill Queens", "Quay Queens"])


def test_a_file_that_comes_twice_changes_nothing_the_second_time(tmp_path: Path):
    first = bring(tmp_path, "payment-facts", "all.csv", facts_csv(QUAY, MILL, QUAY))
    before = (kept(), told_events())
    again = bring(tmp_path, "payment-facts", "all.csv", facts_csv(QUAY, MILL, QUAY))
    assert (first["imported"], again["imported"], again["unchanged"]) == (3, 0, 3)
    assert (in_force(), kept(), told_events()) == ("Quay Queens", *before)


def test_a_tracker_that_comes_again_with_its_old_rows_keeps_only_what_is_new(tmp_path: Path):
    tell(tmp_path, QUAY, MILL)
    result = tell(tmp_path, QUAY, MILL, LANE)
    assert (result["imported"], result["unchanged"]) == (1, 2)
    assert (in_force(), kept()) == ("Lane Queens", ["Quay Queens", "Mill Queens", "Lane Queens"])


def test_a_row_that_the_same_file_takes_back_to_what_holds_changes_nothing(tmp_path: Path):
    tell(tmp_path, MILL)
    result = tell(tmp_path, LANE, MILL)
    assert (in_force(), result["imported"], result["unchanged"]) == ("Mill Queens", 0, 2)


def test_a_later_file_counts_over_a_longer_one_of_the_same_second(tmp_path: Path):
    tell(tmp_path, f"{CONTRACT},ledger,2026-08-31,,,1.00,,", QUAY)
    tell(tmp_path, MILL)
    assert in_force() == "Mill Queens"


def test_the_audit_holds_after_a_fact_was_told_back(tmp_path: Path):
    for row in (QUAY, MILL, QUAY):
        tell(tmp_path, row)
    with reading() as session:
        assert audit(session).problems == ()
