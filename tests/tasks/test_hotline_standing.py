"""How contacts stand is reckoned twice, for lists by the database and for pages by the facts: the same both times."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tasks.adapters.database import reading
from tasks.adapters.hotline.cases import clocks, load_cases
from tasks.adapters.hotline.queues import QueueFilter, queue
from tests.hotline_decided import RECEIVED, decided, worked

pytestmark = pytest.mark.usefixtures("hotline_key")
NOW = RECEIVED + timedelta(days=40)


def some_work(chance: Random) -> dict[str, Any]:
    """Milestones of a contact as they may stand, in any order, some of them missing."""

    def perhaps(share: float = 0.5) -> Any:
        return RECEIVED + timedelta(minutes=chance.randrange(40 * 1440)) if chance.random() < share else None

    return {
        "clock": chance.choice(("response", "life_safety", "elected_office")), "first_response_at": perhaps(),
        "acknowledged_at": perhaps(), "resolved_at": perhaps(), "closed_at": perhaps(0.2),
        "paused_since": perhaps(), "paused_seconds": chance.choice((0, 1, 86_399, 950_000)),
        "resolve_by": RECEIVED + timedelta(days=chance.choice((2, 30, 60))),
        "due_at": RECEIVED + timedelta(days=chance.choice((1, 14, 60))),
    }  # fmt: skip


def test_the_database_and_the_facts_say_the_same_of_every_contact() -> None:
    chance, ids = Random(11), [f"C{number:03}" for number in range(200)]
    for contact_id in ids:
        decided(contact_id)
        if chance.random() < 0.9:
            worked(contact_id, **some_work(chance))
    with reading() as session:
        rows, total = queue(session, QueueFilter(only_open=False), NOW, cleared=True, limit=500)
        late, _ = queue(session, QueueFilter(only_open=False, overdue=True), NOW, cleared=True, limit=500)
        facts = {one: case.facts for one, case in load_cases(session, ids, clocks()).items()}
    by_facts = {one: (is_.is_clock_met, is_.is_settled, is_.is_late(NOW)) for one, is_ in facts.items()}
    assert total == len(ids)
    assert {row.case_id: (row.is_met, row.is_settled, row.is_overdue) for row in rows} == by_facts
    assert {row.case_id for row in late} == {one for one, (_, _, is_late) in by_facts.items() if is_late}
    assert {row.case_id: row.due_at for row in rows if not row.stands_still} == {
        row.case_id: facts[row.case_id].due_now(NOW) for row in rows if not row.stands_still
    }
    assert 20 < len(late) < 180


def test_what_stands_still_after_its_clock_has_ended_stays_late() -> None:
    answered = {"first_response_at": RECEIVED, "resolve_by": RECEIVED + timedelta(days=30)}
    for day in (29, 31):
        decided(f"D{day}")
        worked(f"D{day}", **answered, paused_since=RECEIVED + timedelta(days=day))
    with reading() as session:
        rows, _ = queue(session, QueueFilter(), NOW, cleared=True)
    assert {row.case_id: (row.is_overdue, row.stands_still) for row in rows} == {
        "D29": (False, True), "D31": (True, True),
    }  # fmt: skip


def test_what_was_settled_waits_for_nothing_but_its_closing() -> None:
    decided("S1")
    worked("S1", first_response_at=RECEIVED, resolved_at=RECEIVED, resolve_by=RECEIVED + timedelta(days=30))
    with reading() as session:
        (row,), _ = queue(session, QueueFilter(), NOW, cleared=True)
    assert (row.is_settled, row.is_overdue) == (True, False)
