"""Two people decide the same case at the same moment: one wins, and the other reads who and when."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Item
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import show
from tasks.adapters.proposals import Proposed, item_of, open_proposals, propose
from tests.attacks import BOTH, LEADS, waiting, withdraw
from tests.deciding_at_once import Outcome, Signing, TwoProcesses, in_threads
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import CAST, credential, hire, sign

ROUNDS = 20
AtOnce = Callable[..., list[Outcome]]
NAMES = {"m.ortiz": "Maria Ortiz", "n.reyes": "Nora Reyes", "p.lead": "Paula Lind", LEADS[0]: LEADS[1]}


def case_id(number: int) -> str:
    return f"R27-{971_020_000 + number}"


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 8, 3, 14)
    hire(*CAST, BOTH, LEADS)
    import_list(folder, *(award(n, f"Body {n}, Inc.", str(971_020_000 + n), "50000") for n in range(ROUNDS + 1)))
    review_all(letters=False)


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Path:
    """A contract for each round."""
    _opened(tmp_path)
    return tmp_path


def ready(staff_id: str, *items: Item) -> Signing:
    """What somebody is about to send, having read the list as it is now."""
    return credential(staff_id), items, show(Asked("registration", items)).sha256()


def count(table: type, **where: str) -> int:
    columns = table.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(func.count()).select_from(table).where(*(columns[k] == v for k, v in where.items()))
        return int(session.execute(query).scalar_one())


def assert_one_won(found: list[Outcome], *staff: str) -> None:
    """One has signed; the other's sentence names the winner and the hour."""
    kinds = [kind for kind, _ in found]
    assert sorted(kind == "done" for kind in kinds) == [False, True], found
    winner, loser = kinds.index("done"), 1 - kinds.index("done")
    assert NAMES[staff[winner]] in found[loser][1] and "Aug 3, 2026, 10:00 AM" in found[loser][1], found


def assert_clean() -> None:
    with reading() as session:
        assert audit(session).problems == ()


def different_people(at_once: AtOnce) -> None:
    for number in range(ROUNDS):
        item = Item(case_id(number), "scope_and_budget_agreed")
        found = at_once(ready("m.ortiz", item), ready("n.reyes", item))
        assert_one_won(found, "m.ortiz", "n.reyes")
        assert count(CaseEvent, case_id=item.case_id, event=item.act) == 1
    assert count(Signature) == ROUNDS
    assert_clean()


def same_code(at_once: AtOnce) -> None:
    for number in range(ROUNDS):
        acts = ("orientation_attended", "scope_and_budget_agreed")
        one, two = (ready("m.ortiz", Item(case_id(number), act)) for act in acts)
        # The same request twice, or the same code under another list.
        other = one if number % 2 else two
        kinds = sorted(kind for kind, _ in at_once(one, other))
        assert kinds == ["done", "used code"], kinds
    assert count(Signature) == ROUNDS
    assert_clean()


def second_signers(at_once: AtOnce) -> None:
    for number in range(ROUNDS):
        item = withdraw("m.ortiz", case_id(number))
        found = at_once(ready("p.lead", item), ready(LEADS[0], item))
        assert_one_won(found, "p.lead", LEADS[0])
        assert count(CaseEvent, case_id=item.case_id, event="withdrawn") == 1
    assert_clean()


@pytest.mark.parametrize("assert_rounds", [different_people, same_code, second_signers])
def test_of_two_threads_one_wins(desk: Path, assert_rounds: Callable[[AtOnce], None]) -> None:
    assert_rounds(in_threads)


@pytest.fixture(scope="module")
def processes() -> Iterator[TwoProcesses]:
    """Two processes that sign in whichever home is in use."""
    with TwoProcesses() as two:
        yield two


@pytest.mark.parametrize("assert_rounds", [different_people, same_code, second_signers])
def test_of_two_processes_one_wins(
    desk: Path, processes: TwoProcesses, assert_rounds: Callable[[AtOnce], None]
) -> None:
    assert_rounds(processes.sign)


def test_two_first_signers_of_one_proposal_are_told_apart(desk: Path) -> None:
    for number in range(ROUNDS):
        with writing() as session:
            one = Proposed(case_id(number), "withdrawn", {}, "declines")
            propose(session, "registration", f"run {number}", [one], clock.now())
        item = waiting(case_id(number))
        assert_one_won(in_threads(ready("m.ortiz", item), ready("n.reyes", item)), "m.ortiz", "n.reyes")
    assert_clean()


def test_an_act_and_its_proposal_do_not_both_count(desk: Path) -> None:
    for number in range(ROUNDS):
        with writing() as session:
            one = Proposed(case_id(number), "scope_and_budget_agreed", {"on": "2026-08-03"})
            propose(session, "registration", f"run {number}", [one], clock.now())
        item = waiting(case_id(number))
        own = Item(item.case_id, item.act, item.fields)
        assert_one_won(in_threads(ready("m.ortiz", item), ready("n.reyes", own)), "m.ortiz", "n.reyes")
    assert_clean()


def test_two_lists_of_the_same_cases_in_opposite_order_end_with_one_winner(desk: Path) -> None:
    for number in range(0, ROUNDS, 2):
        with writing() as session:
            listed = [
                Proposed(case_id(n), "scope_and_budget_agreed", {"on": "2026-08-03"}) for n in (number, number + 1)
            ]
            list_id = propose(session, "registration", f"run {number}", listed, clock.now())
        with reading() as session:
            one, two = (item_of(row) for row in open_proposals(session, "registration", list_id=list_id))
        assert_one_won(in_threads(ready("m.ortiz", one, two), ready("n.reyes", two, one)), "m.ortiz", "n.reyes")
    assert_clean()


def test_a_signature_and_a_review_at_once_leave_a_whole_chain(desk: Path) -> None:
    sign("m.ortiz", case_id(0), "orientation_attended")
    signings = [
        ready(staff, Item(case_id(n), "scope_and_budget_agreed")) for n, staff in enumerate(("m.ortiz", "n.reyes"))
    ]
    assert [kind for kind, _ in in_threads(*signings)] == ["done", "done"]
    review_all(letters=False)
    assert_clean()
