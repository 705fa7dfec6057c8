"""Runs the measurements, each in a process and a home of its own, with a progress bar."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.bench import (
    commands,
    deciding,
    evidence,
    fiscal,
    fiscal_months,
    histories,
    imports,
    inquiries,
    letters,
    open311,
    requisitions,
    reviews,
)
from deployments.bench.measure import BenchError
from deployments.bench.place import SMALL, Place, Sizes
from deployments.bench.table import Row


@dataclass(frozen=True)
class Bench:
    """A measurement of several rows. `measure` is a function of a module, so that a fresh process can import it."""

    name: str
    about: str
    measure: Callable[[Place], Iterator[Row]]


BENCHES: tuple[Bench, ...] = (
    Bench("imports", "award lists through plain functions", imports.imports),
    Bench("import-command", "steward import awards", imports.import_command),
    Bench("reviews-small", "reviews of an award list's contracts", reviews.small_reviews),
    Bench("reviews-large", "reviews of ten thousand contracts", reviews.large_reviews),
    Bench("review-command", "steward run review-registrations", reviews.review_command),
    Bench("requisitions", "a thousand requisitions reviewed by one flow", requisitions.requisitions),
    Bench("letters", "letters as PDF", letters.drawing),
    Bench("fiscal-papers", "fiscal reviews and their portfolio as PDF", fiscal.papers),
    Bench("fiscal-portfolio", "the portfolio of a thousand contracts", fiscal.portfolios),
    Bench("fiscal-months", "the months of a thousand providers reviewed", fiscal_months.months),
    Bench("commands", "steward cases and steward show", commands.commands),
    Bench("deciding", "twenty people who sign at once", deciding.deciding),
    Bench("deciding-machine", "a hundred thousand steps over all doors", deciding.machine),
    Bench("payment-histories", "ten thousand histories of payments", histories.histories),
    Bench("open311", "ten thousand requests of Open311, the desk killed once", open311.open311),
    Bench("inquiries", "a hundred thousand contacts triaged by one flow", inquiries.inquiries),
    Bench("inquiries-million", "a million contacts triaged by one flow", inquiries.million),
    Bench("evidence", "checkpoints and audit", evidence.evidence),
    Bench("exports", "exports of all contracts", evidence.exports),
)


def chosen(names: Sequence[str]) -> list[Bench]:
    """The measurements of these names, all without any. Raises BenchError."""
    known = {bench.name: bench for bench in BENCHES}
    for name in names:
        if name not in known:
            raise BenchError(f"There is no measurement “{name}”. Known: {', '.join(known)}.")
    return [known[name] for name in names] or list(BENCHES)


def measure(benches: Sequence[Bench], sizes: Sizes, console: Console) -> list[Row]:
    """The rows of some measurements, in order; what they leave behind is removed. Raises BenchError."""
    columns = (TextColumn("{task.description:44}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="steward-bench-") as folder,
        Progress(*columns, TimeElapsedColumn(), console=console) as bar,
    ):
        task = bar.add_task("Measuring", total=len(benches))
        shared = Path(folder, "shared")
        shared.mkdir()
        for bench in benches:
            bar.update(task, description=bench.about)
            place = Place(Path(folder, bench.name), shared, sizes)
            place.folder.mkdir()
            for row in _in_process(bench, place):
                # Of little data nothing follows about speed.
                rows.append(replace(row, goal=None) if sizes == SMALL else row)
                bar.update(task, description=f"{bench.about}: {row.name}"[:44])
            bar.advance(task)
    return rows


def _in_process(bench: Bench, place: Place) -> Iterator[Row]:
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_send_rows, args=(bench, place, theirs))
    process.start()
    theirs.close()
    try:
        while (row := ours.recv()) is not None:
            yield row
    except EOFError:
        raise BenchError(f"The measurement “{bench.name}” failed; the lines above say why.") from None
    finally:
        process.join(30)
        if process.is_alive():
            process.terminate()


def _send_rows(bench: Bench, place: Place, pipe: Connection) -> None:
    # Programs that ask for a home before a measurement has made its own find this one, never the user's.
    os.environ["STEWARD_HOME"] = str(place.folder / "home")
    for row in bench.measure(place):
        pipe.send(row)
    pipe.send(None)
