"""Measures the monthly review of a thousand providers by one flow beside a quarter of them: time, memory, task runs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deployments.bench.flow_runs import MOST_TASK_RUNS, alone, keep, put_back, task_runs
from deployments.bench.measure import BenchError, Spent, measured, peak_mb
from deployments.bench.place import SMALL, Place, in_process
from deployments.bench.synthetic_months import MONTHS, fill_months
from deployments.bench.table import Goal, Row
from tasks.adapters.render_workers import end_workers

PROVIDERS, SMALL_PROVIDERS, PARTS = 1_000, 8, 4
LINES, PRINTED_IN = 40, 10
_NAME = "review-financial-reports"
_PRINTING = frozenset({"load_review_papers", "render_documents", "record_papers"})
# What of the peak may come with more providers: their ids, what payments tells of them, the pages of the database.
_MOST_GROWTH = 1.25


@dataclass(frozen=True)
class _Ran:
    """What one run of the flow cost, what it said, and its task runs by task."""

    spent: Spent
    peak_mb: float
    told: dict[str, int]
    runs: Counter[str]

    @property
    def besides_printing(self) -> int:
        return sum(count for task, count in self.runs.items() if task not in _PRINTING)


def months(place: Place) -> Iterator[Row]:
    """The whole flow against a running server, which is not counted: with a tenth printed, with none, and again.

    Printing a thousand reviews takes minutes and is measured by itself; the others stand in the register beforehand.
    """
    from deployments.running import register
    from deployments.server import serving

    place.home("months")
    many = SMALL_PROVIDERS if place.sizes == SMALL else PROVIDERS
    for providers in (many // PARTS, many):
        for printed in (0, _part(providers)):
            in_process(_prepare, place, providers, printed)
    with serving(lasting=True):
        register(paused=True)
        small, large = (_ran(place, providers, 0) for providers in (many // PARTS, many))
        yield _row("none printed", small, large, many)
        # On what the last run left behind: nothing came in since.
        again = alone(_flow)
        yield Row(f"the same again, nothing new, {again.runs.total()} task runs", again.spent, 1, many, "providers")
        small, large = (_ran(place, providers, _part(providers)) for providers in (many // PARTS, many))
        yield _row(f"{large.told['printed']} of {many:,} printed", small, large, many)


def _row(how: str, small: _Ran, large: _Ran, many: int) -> Row:
    four = Spent(PARTS * small.spent.cpu_s, PARTS * small.spent.wall_s)
    runs, grown = large.besides_printing, large.peak_mb / small.peak_mb
    kept = runs <= MOST_TASK_RUNS and grown <= _MOST_GROWTH
    besides = f", {MOST_TASK_RUNS} task runs but for printing, {_MOST_GROWTH:g} times the memory of a quarter"
    name = f"fiscal review, one flow, {len(MONTHS)} months of {LINES} lines, {how}, {runs} task runs"
    base_is = f"four times a quarter of the providers ({small.peak_mb:.0f} MB)"
    goal = Goal("ratio", 1.2, besides, kept)
    return Row(name, large.spent, 1, many, "providers", four, base_is, goal, large.peak_mb)


def _part(providers: int) -> int:
    return max(1, providers // PRINTED_IN)


def _kept(place: Place, providers: int, printed: int) -> Path:
    return place.folder / f"before-{providers}-{printed}.db"


def _prepare(place: Place, providers: int, printed: int) -> None:
    place.home(f"made-{providers}-{printed}")
    fill_months(providers, LINES, printed)
    keep(_kept(place, providers, printed))


def _ran(place: Place, providers: int, printed: int) -> _Ran:
    put_back(_kept(place, providers, printed))
    found = alone(_flow)
    told = (found.told["reviewed"], found.told["printed"])
    if told != (len(MONTHS) * providers, printed):
        raise BenchError(f"The review of {providers} providers came to {found.told}.")
    return found


def _flow() -> _Ran:
    """One run of the flow, as the command and the schedule start it, until Prefect's server was told all of it."""
    from deployments.running import a_server, flush, run

    with a_server():
        import deployments.schedules  # noqa: F401

        with measured() as spent:
            told = run(_NAME, {})
            flush()
            end_workers()
        return _Ran(spent, peak_mb(), told, task_runs())
