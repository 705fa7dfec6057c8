"""Measures triage by one flow: a hundred thousand contacts beside a straight line, killed at half, and a million.

The base reads, judges, stores and prints; it seals nothing, knows no earlier contact, keeps no evidence. The server
runs already and is left out. Contacts are so fresh that those of priority 1 alert somebody. Where each caller is a
stranger, the search for earlier contacts finds hardly any, which is cheap: so callers of a city are measured too.
"""

import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from deployments.bench.flow_runs import MOST_TASK_RUNS, alone, keep, put_back, task_runs
from deployments.bench.measure import BenchError, Spent, least, measured, peak_mb
from deployments.bench.place import SMALL, Place, use
from deployments.bench.synthetic_inquiries import write_inquiries
from deployments.bench.table import Goal, Row
from deployments.bench.triage_base import Triaged, straight
from deployments.bench.triage_stages import EARLIER, REST, STAGES, Clocks
from tasks.adapters.hotline import triaging
from tasks.adapters.hotline.intake import record_inquiries
from tasks.adapters.hotline.vault import new_key
from tasks.adapters.incoming import receive
from tasks.adapters.settings import settings
from tasks.adapters.sittings import abandoned, sitting

COUNT, SMALL_COUNT, TIMES = 100_000, 200, 10
MOST_MB, _MOST_GROWTH, _RUNS = 400, 1.2, 3
_NAME, _UNIT = "triage-inquiries", "contacts"
_BASE = "a straight line: file read, judged by phrases, stored, five pages printed"


@dataclass(frozen=True)
class _Ran:
    """What one run of the flow cost, how many contacts it found and decided about, its task runs; perhaps by stage."""

    spent: Spent
    peak_mb: float
    waited: int
    decided: int
    task_runs: int
    stages: dict[str, Spent]


def inquiries(place: Place) -> Iterator[Row]:
    """The import, the flow and the base in turn, the flow stage by stage, after a kill at half, and for a city."""
    from deployments.running import register
    from deployments.server import serving

    os.environ["STEWARD_HOTLINE_KEY"] = new_key()
    count = SMALL_COUNT if place.sizes == SMALL else COUNT
    names = ("empty.db", "before.db", "half.db", "city.db", "inquiries.csv")
    empty, before, half, city, source = (place.folder / name for name in names)
    place.home("inquiries")
    keep(empty)
    yield Row("import of inquiries, without Prefect", alone(prepare, count, source), 1, count, _UNIT)
    keep(before)
    ours, base = [], []
    with serving(lasting=True):
        register(paused=True)
        for _ in range(min(_RUNS, place.sizes.runs)):
            put_back(before)
            ours.append(_ran(count))
            base.append(alone(straight, source, place.folder))
        whole = least([run.spent for run in ours])
        yield _whole("one flow", ours, base, count)
        put_back(before)
        yield from _by_stage(_ran(count, stages=True), count)
        put_back(before)
        yield _after_a_kill(half, whole, count, len(ours))
        put_back(empty)
        alone(prepare, count, source, True)
        keep(city)
        yield _whole("callers of a city, one flow", [_ran(count)], base, count)
        put_back(city)
        stages = _ran(count, stages=True).stages
        yield Row(f"{_NAME}, callers of a city, of it {EARLIER}", stages[EARLIER], 1, count, _UNIT)


def million(place: Place) -> Iterator[Row]:
    """The flow over ten times as many contacts, beside itself over a tenth of them: memory and task runs."""
    from deployments.running import register
    from deployments.server import serving

    os.environ["STEWARD_HOTLINE_KEY"] = new_key()
    few = SMALL_COUNT if place.sizes == SMALL else COUNT
    place.home("million")
    keep(place.folder / "empty.db")
    with serving(lasting=True):
        register(paused=True)
        small, large = (_brought_and_ran(place, count) for count in (few, TIMES * few))
    besides = f", {_MOST_GROWTH:g} times that of {few:,}, in at most {MOST_TASK_RUNS} task runs"
    kept = max(small.task_runs, large.task_runs) <= MOST_TASK_RUNS
    goal = Goal("peak_mb", round(_MOST_GROWTH * small.peak_mb, 1), besides, kept)
    tenfold = Spent(TIMES * small.spent.cpu_s, TIMES * small.spent.wall_s)
    base_is = f"ten times the flow over {few:,} ({small.peak_mb:.0f} MB)"
    name = f"{_NAME}, one flow over ten times as many, {large.task_runs} task runs"
    yield Row(name, large.spent, 1, TIMES * few, _UNIT, tenfold, base_is, goal, large.peak_mb)


def _brought_and_ran(place: Place, count: int) -> _Ran:
    """One run over contacts that are brought into the empty home now: a copy of so many would take much room."""
    source = place.folder / "inquiries.csv"
    put_back(place.folder / "empty.db")
    alone(prepare, count, source)
    source.unlink()
    return _ran(count)


def prepare(count: int, source: Path, of_a_city: bool = False) -> Spent:
    """Write so many inquiries into a file and bring them in; what bringing them in cost. Raises BenchError."""
    write_inquiries(count, source, of_a_city=of_a_city)
    with measured() as spent, sitting("import-inquiries", {"file": ""}):
        result = record_inquiries(receive(source, "inquiries"))
    if isinstance(result, str) or result["imported"] != count:
        raise BenchError(f"Of {count} invented inquiries not all were taken: {str(result)[:300]}")
    return spent


def _ran(count: int, *, stages: bool = False) -> _Ran:
    """One run of the flow in a fresh process, which finds so many contacts waiting. Raises BenchError."""
    found = alone(_flow, stages)
    if (found.waited, found.decided) != (count, count):
        raise BenchError(f"Of {count} contacts {found.waited} waited and {found.decided} were decided about.")
    return found


def _flow(stages: bool = False) -> _Ran:
    """One run of the flow, as the command and the schedule start it, until Prefect's server was told all of it."""
    from deployments.running import a_server, flush, run

    with a_server():
        import deployments.schedules  # noqa: F401

        clocks = Clocks() if stages else None
        with measured() as spent:
            told = run(_NAME, {})
            flush()
        by_stage = clocks.told(spent) if clocks else {}
        return _Ran(spent, peak_mb(), told["waited"], told["decided"], task_runs().total(), by_stage)


def _whole(how: str, ours: Sequence[_Ran], base: Sequence[Triaged], count: int) -> Row:
    if any(sum(run.by_subject.values()) != count for run in base):
        raise BenchError(f"The base did not store {count} inquiries.")
    runs, peak = max(run.task_runs for run in ours), max(run.peak_mb for run in ours)
    besides = f", in at most {MOST_TASK_RUNS} task runs and {MOST_MB} MB"
    goal = Goal("ratio", 5, besides, kept=runs <= MOST_TASK_RUNS and peak <= MOST_MB)
    spent, base_spent = (least([run.spent for run in runs_of]) for runs_of in (ours, base))
    name = f"{_NAME}, {how}, {runs} task runs"
    return Row(name, spent, len(ours), count, _UNIT, base_spent, _BASE, goal, peak)


def _by_stage(ran: _Ran, count: int) -> Iterator[Row]:
    """Of a run of its own: clocks at every message cost time themselves."""
    for stage in (*STAGES, REST):
        yield Row(f"{_NAME}, of it {stage}", ran.stages[stage], 1, count, _UNIT)


def _after_a_kill(half: Path, whole: Spent, count: int, times: int) -> Row:
    """What the run after a killed one costs: as often as the whole one was measured, each on what the kill left."""
    _killed(count)
    keep(half)
    ran, kept = [], True
    for _ in range(times):
        put_back(half)
        ran.append(alone(_flow))
        decided = count - ran[-1].waited
        if decided != count // 2:
            raise BenchError(f"The run that was to be killed at half had decided about {decided} of {count} contacts.")
        kept = kept and decided_once(half, count) and not abandoned()
    besides = ", every contact decided about once, nothing changed that was decided, nothing left behind"
    goal = Goal("ratio", 0.6, besides, kept)
    spent, peak = least([run.spent for run in ran]), max(run.peak_mb for run in ran)
    name, base_is = f"{_NAME} killed at half, the second run", f"the whole run of {count:,}"
    return Row(name, spent, times, ran[-1].decided, _UNIT, whole, base_is, goal, peak)


def _killed(count: int) -> None:
    """A run that is killed, as by `kill -9`, once it has decided about half. Raises BenchError."""
    process = get_context("spawn").Process(target=_until_half, args=(settings().home, count))
    process.start()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise BenchError("The run that was to be killed at half came to another end; the lines above say why.")


def _until_half(home: Path, count: int) -> None:
    use(home)
    # Few contacts are less than a chunk, and half of one is never kept.
    triaging.CHUNK = min(triaging.CHUNK, count // 2)
    os.environ["STEWARD_STOP_AT"] = f"decided a chunk of contacts#{count // 2 // triaging.CHUNK}"
    settings.cache_clear()
    _flow()


def decided_once(half: Path, count: int) -> bool:
    """Whether each of so many contacts has one decision, told of once, and each row of the database `half` stands."""
    with closing(sqlite3.connect(settings().home / "steward.db")) as database:
        database.execute("ATTACH ? AS half", (str(half),))
        rows = database.execute("SELECT count(*), count(DISTINCT contact_id) FROM main.hotline_decision").fetchone()
        told = database.execute(
            "SELECT sum(json_extract(payload, '$.count')) FROM main.case_event WHERE event = 'contacts_decided'"
        ).fetchone()
        changed = database.execute(
            "SELECT count(*) FROM (SELECT * FROM half.hotline_decision EXCEPT SELECT * FROM main.hotline_decision)"
        ).fetchone()
    return (*rows, *told, *changed) == (count, count, count, 0)
