"""One thread that keeps requests: those that wait go into the database together, and each is answered after that."""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tasks.adapters import clock
from tasks.adapters.database import shorten_log, with_long_log, writing
from tasks.adapters.hotline.open311_requests import Acknowledged, Asked, keep_requests
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.steps import boundary

# As many go into one transaction: others that write wait for less than a tenth of a second. While many come, the
# first waits so many seconds for others, since a transaction costs more than a request in it. Source: convention.
MOST_TOGETHER, GATHER_SECONDS = 32, 0.005
# After so many transactions SQLite's log is brought into the file, beside those that follow. Source: convention.
BETWEEN_SHORTENINGS = 16
_TRIES = 5
_LOG = logging.getLogger("steward.open311")


@dataclass(frozen=True)
class _Waiting:
    """A request, and who waits for it: a future of an event loop."""

    asked: Asked
    told: "asyncio.Future[Acknowledged | None]"
    loop: asyncio.AbstractEventLoop


@dataclass
class RequestWriter:
    """The queue before the database, which takes one writer at a time; its thread begins with the first request."""

    _queue: "SimpleQueue[_Waiting]" = field(default_factory=SimpleQueue)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    async def keep(self, asked: Asked) -> Acknowledged | None:
        """What became of a request, once it is committed; None where its token stands for another request."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(asked, loop.create_future(), loop)
        self._queue.put(waiting)
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="open311 writer", daemon=True)
                self._thread.start()
        return await waiting.told

    def _write(self) -> None:
        many, shortening = False, threading.Thread()
        for number in count(1):
            waiting = [self._queue.get()]
            if many:
                time.sleep(GATHER_SECONDS)
            with suppress(Empty):
                while len(waiting) < MOST_TOGETHER:
                    waiting.append(self._queue.get_nowait())
            many = len(waiting) > 1
            _tell(_kept(waiting))
            if number % BETWEEN_SHORTENINGS == 0 and not shortening.is_alive():
                shortening = threading.Thread(target=_shorten, name="open311 log", daemon=True)
                # Where the machine has no thread left, a commit does it.
                with suppress(RuntimeError):
                    shortening.start()


def _shorten() -> None:
    try:
        shorten_log()
    except (sqlite3.Error, SQLAlchemyError) as failure:
        # Nothing is lost: it is tried again, and at the latest a commit does it.
        _LOG.warning("open311: the database's log could not be shortened (%s)", type(failure).__name__)


_Told = tuple[_Waiting, Acknowledged | Exception | None]


def _kept(waiting: Sequence[_Waiting]) -> list[_Told]:
    """Keep them together; where that fails each by itself, so that nobody pays for another one's request."""
    try:
        return list(zip(waiting, _committed([one.asked for one in waiting]), strict=True))
    except Exception as failure:
        if len(waiting) == 1:
            return [(waiting[0], failure)]
        return [told for one in waiting for told in _kept([one])]


def _committed(asked: Sequence[Asked]) -> list[Acknowledged | None]:
    for tried in range(1, _TRIES):
        try:
            return _once(asked)
        except IntegrityError:
            # Another desk kept something between our look and our insert: now it is found.
            time.sleep(tried * GATHER_SECONDS)
    return _once(asked)


def _once(asked: Sequence[Asked]) -> list[Acknowledged | None]:
    ready = judge(hotline_policy())
    with writing() as session:
        with_long_log(session)
        found = keep_requests(session, asked, ready, clock.now())
    boundary("kept requests of Open311")
    return found


def _tell(told: Sequence[_Told]) -> None:
    """Wake each event loop once, for all who wait in it; a loop that ended waits for nothing."""
    for loop in {one.loop for one, _ in told}:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_answer, [pair for pair in told if pair[0].loop is loop])


def _answer(told: Sequence[_Told]) -> None:
    for one, found in told:
        if one.told.done():
            continue
        if isinstance(found, Exception):
            one.told.set_exception(found)
        else:
            one.told.set_result(found)
