"""Two people who sign at the same moment, as threads or as processes: both have read before either writes."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from models.shared.signing import Asked, Credential, Item
from tasks.adapters import decisions
from tasks.adapters.refusals import NotSigned
from tasks.adapters.turns import Turns
from tests.conftest import forget

Signing = tuple[Credential, tuple[Item, ...], str]
Outcome = tuple[str, str]
Office = dict[str, Any]
PATIENCE = 60


def _meet(barrier: Any) -> Callable[..., Any]:
    """Wait, once the list was checked, until the other one has checked theirs."""
    real = decisions._stamp

    def stamp(*given: Any) -> Any:
        # Where the other was refused before, there is nothing to wait for.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(5)
        return real(*given)

    return stamp


def attempt(signing: Signing, door: str = "desk") -> Outcome:
    """Sign; what came of it: the kind (`done`, a refusal's, or the name of an error) and the sentence."""
    who, items, shown = signing
    try:
        receipt = decisions.decide(Asked("registration", items), shown, who, door)
    except NotSigned as refused:
        return refused.kind.value, refused.sentence
    except Exception as error:
        return type(error).__name__, str(error)
    return "done", receipt.signature_id


def in_threads(*signings: Signing) -> list[Outcome]:
    """Sign in as many threads at once; what came of each."""
    barrier, found = threading.Barrier(len(signings)), [("", "")] * len(signings)
    real, turns = decisions._stamp, decisions._TURNS
    decisions._stamp = _meet(barrier)
    # Nobody waits for a turn: they are to meet between the check and the commit.
    decisions._TURNS = Turns(at_once=len(signings), patience=PATIENCE)

    def run(number: int) -> None:
        found[number] = attempt(signings[number])

    try:
        threads = [threading.Thread(target=run, args=(number,)) for number in range(len(signings))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        decisions._stamp, decisions._TURNS = real, turns
    return found


def _work(pipe: Any, barrier: Any) -> None:
    decisions._stamp = _meet(barrier)
    here: Office = {}
    while (told := pipe.recv()) is not None:
        office, signing = told
        if office != here:
            here = office
            os.environ.update(here["environment"])
            forget()
        pipe.send(attempt(signing))


def _office() -> Office:
    """Where this process works, for another one to work there too; the folder behind the address tells homes apart."""
    names = ("STEWARD_HOME", "STEWARD_DATABASE_URL")
    found = {name: os.environ.get(name, "") for name in names}
    return {"environment": found, "folder": str(Path(found["STEWARD_HOME"]).resolve())}


class TwoProcesses:
    """Two processes of their own that sign what they are given, at once; round after round."""

    def __enter__(self) -> "TwoProcesses":
        context = get_context("spawn")
        barrier = context.Barrier(2)
        pairs = [context.Pipe() for _ in range(2)]
        self.pipes = [ours for ours, _ in pairs]
        self.barrier = barrier
        self.workers = [context.Process(target=_work, args=(theirs, barrier), daemon=True) for _, theirs in pairs]
        for worker in self.workers:
            worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for worker in self.workers:
            worker.join(PATIENCE)
            if worker.is_alive():
                worker.terminate()

    def sign(self, *signings: Signing) -> list[Outcome]:
        """What came of each."""
        if self.barrier.broken:
            self.barrier.reset()
        for pipe, signing in zip(self.pipes, signings, strict=True):
            pipe.send((_office(), signing))
        found = []
        for pipe in self.pipes:
            assert pipe.poll(PATIENCE), "a process that signs did not answer"
            found.append(pipe.recv())
        return found
