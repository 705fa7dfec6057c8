from collections.abc import Sequence
from threading import Event, Thread

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.adapters.turns import Turns


def stand(turns: Turns, ranks: Sequence[int], done: list[int]) -> list[Thread]:
    """Threads that wait for a turn, each in the queue before the next comes; each tells its number."""

    def work(number: int, rank: int) -> None:
        with turns.turn(rank):
            done.append(number)

    threads = [Thread(target=work, args=(number, rank)) for number, rank in enumerate(ranks)]
    for waiting, thread in enumerate(threads, 1):
        thread.start()
        while len(turns._waiting) < waiting:
            pass
    return threads


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1), max_size=6))
def test_who_signs_goes_before_who_looks_and_each_in_the_order_in_which_they_came(ranks: list[int]):
    turns, done = Turns(at_once=1, patience=30.0), list[int]()
    with turns.turn(0):
        threads = stand(turns, ranks, done)
    for thread in threads:
        thread.join()
    assert done == sorted(range(len(ranks)), key=lambda number: ranks[number])


def test_nobody_waits_longer_than_their_patience_for_somebody_who_is_stuck():
    turns, stuck, done = Turns(at_once=1, patience=0.05), Event(), list[int]()

    def hold() -> None:
        with turns.turn(0):
            stuck.wait()

    holder = Thread(target=hold)
    holder.start()
    while turns._working == 0:
        pass

    def look() -> None:
        with turns.turn(1):
            done.append(1)

    looker = Thread(target=look)
    looker.start()
    looker.join()
    assert done == [1] and holder.is_alive()
    stuck.set()
    holder.join()
    assert (turns._working, turns._waiting) == (0, [])


def test_who_has_a_turn_may_take_it_again():
    turns = Turns(at_once=1, patience=30.0)
    with turns.turn(1), turns.turn(0):
        assert turns._working == 1
    assert turns._working == 0


def test_a_turn_that_ends_with_an_error_is_given_back():
    turns = Turns(at_once=1, patience=30.0)
    try:
        with turns.turn(0):
            raise RuntimeError
    except RuntimeError:
        assert turns._working == 0
