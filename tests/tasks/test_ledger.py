from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.registration.records import RegistrationCase
from models.shared.records import CaseEvent
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, StaleCase, commit_changes, head_of, open_cases

NOW = datetime(2026, 10, 1, 14, 0, tzinfo=UTC)


def heads() -> list[CaseHead]:
    with reading() as session:
        return [head_of(row) for row in session.execute(select(RegistrationCase)).scalars()]


def change(*cases: CaseHead) -> None:
    moved = [Happening("cleared", "a test", "scope", NOW)]
    with writing() as session:
        commit_changes(
            session,
            "registration",
            RegistrationCase,
            [CaseChange(case, moved, date(2026, 10, 9)) for case in cases],
            NOW,
        )


@pytest.fixture
def cases(home: Path) -> list[CaseHead]:
    """Five cases that were opened together."""
    opened = [Happening("opened", "a test", "designated", NOW)]
    rows = [({"case_id": f"R27-{n}", "kind": "standard", "fiscal_year": 2027}, opened) for n in range(5)]
    with writing() as session:
        open_cases(session, "registration", RegistrationCase, rows, NOW)
    return heads()


def test_many_cases_move_at_once(cases: list[CaseHead]):
    change(*cases)
    assert [(head.state, head.version, head.due_on) for head in heads()] == [("scope", 2, date(2026, 10, 9))] * 5


def test_one_case_that_moved_meanwhile_keeps_all_from_being_recorded(cases: list[CaseHead]):
    change(cases[3])
    with pytest.raises(StaleCase):
        change(*cases)
    assert sorted(head.version for head in heads()) == [1, 1, 1, 1, 2]
    with reading() as session:
        mine = CaseEvent.process == "registration"
        assert session.execute(select(func.count()).select_from(CaseEvent).where(mine)).scalar_one() == 6


def test_a_case_cannot_be_moved_twice_from_where_it_stood(cases: list[CaseHead]):
    change(cases[0])
    with pytest.raises(StaleCase):
        change(cases[0])
    assert max(head.version for head in heads()) == 2
