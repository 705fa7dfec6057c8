"""When Python searches for cycles that nothing uses any more: it need not where there are none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Search for cycles less often: among thousands of facts the search is a third of the work, and there are none."""
    before = gc.get_threshold()
    gc.set_threshold(10_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def collect_young() -> None:
    """Search for cycles among what came since the last time, while none are searched for by themselves.

    What works on for hours would keep them all: each transaction leaves a few.
    """
    gc.collect(0)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles while facts of many cases are read and judged: it would take a tenth of the time.

    The same while something large is imported: there it takes a quarter. Neither holds cycles to be found, and what is
    there afterwards is searched no sooner than a sitting ends. Not for drawing, which leaves cycles behind.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
