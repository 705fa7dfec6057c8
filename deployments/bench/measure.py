"""What a piece of work cost: processor time of this process and of the children it waited for, wall time, memory."""

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 600
STEWARD = str(Path(sys.executable).with_name("steward"))


class BenchError(RuntimeError):
    """Something could not be measured; the message is a sentence for the user."""


@dataclass
class Spent:
    """Seconds of processor time (user and system) and of the clock on the wall."""

    cpu_s: float = 0.0
    wall_s: float = 0.0


@contextmanager
def measured() -> Iterator[Spent]:
    """Measures what happens inside; the figures are there when it ends."""
    spent, cpu, wall = Spent(), _cpu(), time.perf_counter()
    yield spent
    spent.cpu_s, spent.wall_s = _cpu() - cpu, time.perf_counter() - wall


def least(found: Sequence[Spent]) -> Spent:
    """The least of some runs, for processor and wall time each: what else the machine did only ever adds to it."""
    return Spent(min(spent.cpu_s for spent in found), min(spent.wall_s for spent in found))


def total(found: Iterable[Spent]) -> Spent:
    """What several pieces of work cost together."""
    parts = list(found)
    return Spent(sum(spent.cpu_s for spent in parts), sum(spent.wall_s for spent in parts))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_mb() -> float:
    """The most memory that this process ever held, in MB of a million bytes."""
    try:
        held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        held = None
    # Where there is no such file, the system's figure may count the parent's memory too.
    return int(held[1]) * 1024 / 1e6 if held else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def command(*words: str) -> tuple[Spent, str]:
    """Runs `steward ...` as a process of its own; what it cost and what it said. Raises BenchError."""
    try:
        with measured() as spent:
            done = subprocess.run([STEWARD, *words], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        raise BenchError(f"“steward {' '.join(words)}” did not end within {PATIENCE_SECONDS} seconds.") from None
    if done.returncode:
        raise BenchError(f"“steward {' '.join(words)}” failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return spent, done.stdout


def imports_of(*words: str) -> set[str]:
    """The top-level packages that `steward ...` imports."""
    told = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run([STEWARD, *words], capture_output=True, text=True, env=told, timeout=PATIENCE_SECONDS)
    return {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
