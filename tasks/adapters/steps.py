"""Names the boundaries between a flow's effects, so that a crash at each of them can be tried on purpose.

With STEWARD_STEP_LOG each boundary is written to that file; with STEWARD_STOP_AT=`name#n` the process is killed as
by `kill -9` when it comes to the n-th passage of that boundary. Without them a boundary does nothing.
"""

import os
import signal
import sys
from collections import Counter

from tasks.adapters.settings import settings

_passed: Counter[str] = Counter()


def boundary(name: str) -> None:
    """Mark the end of one effect and the beginning of the next."""
    log, stop = settings().step_log, settings().stop_at
    if not log and not stop:
        return
    _passed[name] += 1
    here = f"{name}#{_passed[name]}"
    if log:
        with open(log, "a") as out:
            out.write(here + "\n")
    if stop == here:
        sys.stderr.write(f"killed at {here}\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
