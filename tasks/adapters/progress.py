"""How far a run has come, for whoever started it by a command and watches; heard by nobody elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What is being done, how much of it is done, and how much there is.
Heard = Callable[[str, int, int], None]
_LISTENERS: list[Heard] = []


@contextmanager
def heard(listener: Heard) -> Iterator[None]:
    """Let a listener hear how far the runs of this process have come."""
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.remove(listener)


def tell(doing: str, done: int, total: int) -> None:
    """Tell how much of something is done."""
    for listener in _LISTENERS:
        listener(doing, done, total)
