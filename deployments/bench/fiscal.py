"""Measures the papers of the fiscal review: fourteen providers with forty lines, their portfolio, and a large one."""

import csv
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from deployments.bench.measure import BenchError, Spent, least, measured, peak_mb
from deployments.bench.place import NOW, Place
from deployments.bench.synthetic_fiscal import MONTH, packets
from deployments.bench.table import Goal, Row
from models.fiscal.portfolio import contract_standing, portfolio_report
from models.fiscal.review_documents import fiscal_review
from models.fiscal.rules import review
from models.shared.documents import Document
from tasks.adapters.policy import fiscal_policy, office
from tasks.adapters.render_workers import end_workers
from tasks.adapters.rendering import StoredPdf, render_and_store

PROVIDERS, LINES, WORKERS = 14, 40, 2
_APRIL = date(2027, 4, 1)
_BASE = "a straight line: ledger read, checked, stored, two untagged pages a provider and for all"
_RUNS, _TURNS, _FEW_TURNS = 3, 20_000_000, 500_000


@dataclass(frozen=True)
class Drawn:
    """What one process spent: in all, and on its documents after the first; their pages."""

    whole: Spent
    later: Spent
    pages: tuple[int, ...]
    peak_mb: float


def papers(place: Place) -> Iterator[Row]:
    """Reviews and their portfolio in one process, by turns with the least that would have to be done."""
    place.home("fiscal")
    providers, count = min(PROVIDERS, place.sizes.letters), min(_RUNS, place.sizes.runs)
    ours, bases, both = [], [], []
    for _ in range(count):
        ours.append(_in_process(_reviews, providers, 1))
        bases.append(_in_process(_base, providers, 1))
        both.append(_in_process(_reviews, providers, WORKERS))
    same = sum(ours[0].pages) == sum(bases[0].pages)
    whole, base = least([run.whole for run in ours]), least([run.whole for run in bases])
    goal = Goal("ratio", 1.5, ", on as many pages", kept=same)
    yield Row("fiscal reviews and portfolio", whole, count, providers + 1, "documents", base, _BASE, goal)
    later, base = least([run.later for run in ours]), least([run.later for run in bases])
    goal = Goal("ratio", 1.15)
    yield Row("fiscal papers after the first", later, count, providers, "documents", base, _BASE, goal)
    two, one = least([run.whole for run in both]), least([run.whole for run in ours])
    name = "fiscal papers, two workers and their start"
    yield Row(name, two, count, providers + 1, "documents", one, "one worker")
    goal = Goal("ratio", 0.8, " on an idle machine of two cores")
    yield Row(f"{name}, on the wall", _waited(two), count, providers + 1, "documents", _waited(one), "one worker", goal)
    at_once, in_turn = _loops(count, _TURNS if count > 1 else _FEW_TURNS)
    yield Row("two loops at once, on the wall", at_once, count, 2, "loops", in_turn, "one after the other")


def _waited(spent: Spent) -> Spent:
    return Spent(0.0, spent.wall_s)


def _loops(runs: int, turns: int) -> tuple[Spent, Spent]:
    """What this machine gives at most: two loops that share nothing, at once and one after the other."""
    at_once, in_turn = [], []
    with get_context("spawn").Pool(WORKERS) as pool:
        for _ in range(runs + 1):
            with measured() as spent:
                pool.map(_loop, [turns] * WORKERS, chunksize=1)
            at_once.append(_waited(spent))
            with measured() as spent:
                for _ in range(WORKERS):
                    pool.apply(_loop, (turns,))
            in_turn.append(_waited(spent))
    # The first has waited for the processes to start.
    return least(at_once[1:]), least(in_turn[1:])


def _loop(turns: int) -> None:
    for number in range(turns):
        number * number


def portfolios(place: Place) -> Iterator[Row]:
    """A portfolio report of a thousand contracts beside four of a quarter of them."""
    place.home("portfolio")
    many = min(1_000, place.sizes.contracts)
    small, large = _in_process(_portfolio, many // 4, 1), _in_process(_portfolio, many, 1)
    four = Spent(4 * small.whole.cpu_s, 4 * small.whole.wall_s)
    yield Row(
        "portfolio report", large.whole, 1, many, "contracts", four, "four reports of a quarter of the contracts",
        Goal("ratio", 1.2), large.peak_mb,
    )  # fmt: skip


def _in_process(work: object, *args: int) -> Drawn:
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_tell, args=(work, theirs, *args))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        raise BenchError("The papers could not be drawn; the lines above say why.") from None
    finally:
        process.join()
    assert isinstance(found, Drawn)
    return found


def _tell(work, pipe: Connection, *args: int) -> None:  # type: ignore[no-untyped-def]
    pipe.send(work(*args))


def _documents(providers: int, lines: int) -> list[Document]:
    policy, head = fiscal_policy(), office()
    reviewed = [(packet, review(packet, policy)) for packet in packets(providers, lines)]
    reviews = [
        fiscal_review(packet, found, policy, head, NOW, document_id=f"FREV-{packet.contract.id}")
        for packet, found in reviewed
    ]
    rows = [contract_standing(packet, found, None) for packet, found in reviewed]
    return [*reviews, portfolio_report(rows, MONTH, _APRIL, head, NOW, first=True)]


def _reviews(providers: int, workers: int) -> Drawn:
    os.environ["STEWARD_RENDER_WORKERS"] = str(workers)
    return _drawn(_documents(providers, LINES))


def _portfolio(contracts: int, workers: int) -> Drawn:
    return _drawn(_documents(contracts, 5)[-1:])


def _base(providers: int, workers: int) -> Drawn:
    with TemporaryDirectory(prefix="steward-bench-") as name:
        ledger = Path(name, "ledger.csv")
        _write_ledger(ledger, providers)
        with measured() as whole:
            from deployments.bench.fiscal_base import draw_ledger

            drawn = draw_ledger(ledger, Path(name))
            paths = [next(drawn)]
            with measured() as later:
                paths += drawn
        return Drawn(whole, later, tuple(map(_pages, paths)), peak_mb())


def _drawn(documents: Sequence[Document]) -> Drawn:
    with measured() as whole:
        found = render_and_store(documents, few=1)
        pages = [_printed(next(found))]
        with measured() as later:
            pages += map(_printed, found)
            end_workers()
    return Drawn(whole, later, tuple(pages), peak_mb())


def _printed(pdf: object) -> int:
    if not isinstance(pdf, StoredPdf):
        raise BenchError(f"A paper could not be printed: {pdf}")
    return pdf.pages


def _pages(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return len(pdf.pages)


def _write_ledger(path: Path, providers: int) -> None:
    """An invented ledger; the same each time."""
    chance = random.Random(9)
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["provider", "code", "name", "budget", "Jul", "Aug", "Sep", "Oct"])
        for provider in range(1, providers + 1):
            for line in range(LINES):
                budget = chance.uniform(2e3, 2e5)
                spent = [f"{budget / 12 * chance.uniform(0.4, 1.5):.2f}" for _ in range(4)]
                name = f"Maintenance / Supplies {line}"
                writer.writerow([f"Provider {provider:02d}", f"{5000 + line}-07", name, f"{budget:.2f}", *spent])
