"""One thread that keeps requests: those that wait go into the database together, and each is answered after that."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from sqlalchemy.exc import IntegrityError

from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.hotline.open311_requests import Acknowledged, Asked, keep_requests
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.steps import boundary

# As many go into one transaction: others that write wait for less than a tenth of a second.
MOST_TOGETHER = 32

_Waiting = tuple[Asked, "Future[Acknowledged | None]"]


class RequestWriter:
    """The queue before the database, which takes one writer at a time; its thread begins with the first request."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, asked: Asked) -> "Future[Acknowledged | None]":
        """What becomes of a request, known once it is committed; None where its token stands for another request."""
        told: Future[Acknowledged | None] = Future()
        self._queue.put((asked, told))
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="open311 writer", daemon=True)
                self._thread.start()
        return told

    def _write(self) -> None:
        while True:
            waiting = [self._queue.get()]
            while len(waiting) < MOST_TOGETHER:
                try:
                    waiting.append(self._queue.get_nowait())
                except Empty:
                    break
            _keep(waiting)


def _keep(waiting: Sequence[_Waiting]) -> None:
    """Keep them together; where that fails each by itself, so that nobody pays for another one's request."""
    try:
        found = _committed([asked for asked, _ in waiting])
    except Exception as failure:
        if len(waiting) == 1:
            waiting[0][1].set_exception(failure)
            return
        for one in waiting:
            _keep([one])
        return
    for (_, told), acknowledged in zip(waiting, found, strict=True):
        told.set_result(acknowledged)


def _committed(asked: Sequence[Asked]) -> list[Acknowledged | None]:
    try:
        return _once(asked)
    except IntegrityError:
        # Another desk kept a request of the same token between our look and our insert: now it is found.
        return _once(asked)


def _once(asked: Sequence[Asked]) -> list[Acknowledged | None]:
    ready = judge(hotline_policy())
    with writing() as session:
        found = keep_requests(session, asked, ready, clock.now())
    boundary("kept requests of Open311")
    return found
