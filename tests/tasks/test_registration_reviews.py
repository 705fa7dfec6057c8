"""Reviews of the same case at the same time: one is kept, the other is told, nothing is half done."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from models.registration.moves import settle
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import StaleCase
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration import reviews
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.reviews import ReviewedCase
from tests.office import award, import_list, without_letters
from tests.tasks.test_registration_awards import events, rows

ALDER = award(1, "Alder Works, Inc.", "971000001", "20000")


def _reviewed() -> list[ReviewedCase]:
    with reading() as session:
        loaded = load_cases(session, open_case_ids(session), clock.today())
    return without_letters([ReviewedCase(case.head, *settle(case.packet, registration_policy())) for case in loaded])


def _record(reviewed: list[ReviewedCase]) -> str:
    try:
        with writing() as session:
            reviews.record(session, reviewed, {}, registration_policy(), clock.now())
    except StaleCase:
        return "stale"
    return "kept"


def test_a_review_of_a_case_that_changed_meanwhile_is_refused_and_keeps_nothing(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, award(2, "Birch, Inc.", "971000002", "9000"))
    early, late = _reviewed(), _reviewed()
    assert _record(early[:1]) == "kept"
    before = rows("select * from case_event"), rows("select * from case_finding")
    assert _record(late) == "stale"
    assert (rows("select * from case_event"), rows("select * from case_finding")) == before


def test_of_two_reviews_at_the_same_moment_exactly_one_is_kept(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER)
    two = [_reviewed(), _reviewed()]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(_record, two)) == ["kept", "stale"]
    assert events("R27-971000001") == ["opened", "cleared", "findings_changed"]


def test_the_same_list_imported_twice_at_once_is_there_once(home: Path, tmp_path: Path) -> None:
    lines = [award(number, f"Body {number}, Inc.", f"9710{number:05d}", "5000") for number in range(1, 40)]

    def bring(name: str) -> bool:
        for _ in range(2):
            try:
                return "refused" not in import_list(tmp_path, *lines, name=name)
            except (IntegrityError, OperationalError, StaleCase):
                continue
        pytest.fail("the second try failed too")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bring, ["a.csv", "b.csv"])) == [True, True]
    assert rows("select count(*) from award") == [(39,)]
    assert rows("select count(*) from case_event where event = 'opened'") == [(39,)]
