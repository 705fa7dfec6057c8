"""Turns: threads that reckon go a few at a time, those who sign before those who look, each first come first served."""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from itertools import count
from threading import Event, Lock, local


class Turns:
    """A queue before work that the interpreter does one at a time anyway.

    A turn is a courtesy, never a guard: who has waited `patience` seconds goes ahead all the same, so that nobody
    stands for long behind somebody who waits for a database. Whoever has a turn may take it again.
    """

    def __init__(self, at_once: int, patience: float) -> None:
        self._at_once, self._patience = at_once, patience
        self._lock, self._mine, self._numbers = Lock(), local(), count()
        self._waiting: list[tuple[int, int, Event]] = []
        self._working = 0

    @contextmanager
    def turn(self, rank: int) -> Iterator[None]:
        """Wait for a turn, keep it to the end of the block; a lower rank goes first."""
        if getattr(self._mine, "taken", False):
            yield
            return
        self._wait((rank, next(self._numbers), Event()))
        self._mine.taken = True
        try:
            yield
        finally:
            self._mine.taken = False
            with self._lock:
                self._working -= 1
                self._call()

    def _wait(self, place: tuple[int, int, Event]) -> None:
        called = place[2]
        with self._lock:
            heappush(self._waiting, place)
            self._call()
        if called.wait(self._patience):
            return
        with self._lock:
            if not called.is_set():
                self._waiting.remove(place)
                heapify(self._waiting)
                self._working += 1

    def _call(self) -> None:
        while self._waiting and self._working < self._at_once:
            heappop(self._waiting)[2].set()
            self._working += 1
