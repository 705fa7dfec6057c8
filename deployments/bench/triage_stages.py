"""Clocks around the steps of triage, in a process that measures and nowhere else: what each step cost by itself."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from deployments.bench.measure import Spent, total
from models.hotline import triage
from tasks.adapters.hotline import triaging

EARLIER = "earlier contacts"
# What each stage is made of. A step inside another one counts for its own stage alone: of reading all messages there
# remains the search, of deciding the points, of keeping the rows.
Stages = Mapping[str, Sequence[tuple[Any, str]]]
STAGES: Stages = {
    "opening": ((triaging, "open_rows"),),
    "language and words": ((triage, "seen"), (triage, "sentences"), (triage, "joined"), (triage, "language_of")),
    "search": ((triage.Reader, "read_all"),),
    "points and decision": ((triaging, "_decided"),),
    EARLIER: ((triaging, "known_with_first"),),
    "rows": ((triaging, "_keep_decisions"),),
}
REST = "the rest: phrase tables, reading, commits, Prefect"


class Clocks:
    """Clocks at every step of the stages, from now until the process ends."""

    def __init__(self, stages: Stages = STAGES) -> None:
        self._spent: dict[str, Spent] = {stage: Spent() for stage in stages}
        # What the steps inside each step that is under way have taken.
        self._inner = [Spent()]
        for stage, steps in stages.items():
            for owner, name in steps:
                setattr(owner, name, self._timed(getattr(owner, name), stage))

    def told(self, whole: Spent) -> dict[str, Spent]:
        """What each stage took of the whole, and what was left."""
        known = total(self._spent.values())
        return {**self._spent, REST: Spent(whole.cpu_s - known.cpu_s, whole.wall_s - known.wall_s)}

    def _timed(self, step: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @wraps(step)
        def timed(*args: Any, **kwargs: Any) -> Any:
            cpu, wall, inner = time.thread_time(), time.perf_counter(), Spent()
            self._inner.append(inner)
            try:
                return step(*args, **kwargs)
            finally:
                self._inner.pop()
                cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
                self._spent[stage].cpu_s += cpu - inner.cpu_s
                self._spent[stage].wall_s += wall - inner.wall_s
                self._inner[-1].cpu_s += cpu
                self._inner[-1].wall_s += wall

        return timed
