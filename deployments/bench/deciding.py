"""Measures signing: twenty people who decide at once, each other contracts, and the machine that looks for holes."""

import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module

from sqlalchemy import insert

from deployments.bench.measure import BenchError, Spent, measured
from deployments.bench.place import NOW, SMALL, Place, postgres_database
from deployments.bench.synthetic import case_id, fill, signers
from deployments.bench.table import Goal, Row
from models.shared.people_records import Staff
from models.shared.signing import Asked, Credential, Item
from tasks.adapters.codes import STEP_SECONDS, code_at
from tasks.adapters.database import writing
from tasks.adapters.decisions import decide, show
from tasks.adapters.settings import ROOT

PEOPLE, DECISIONS, MOST_SECONDS, THINK_SECONDS = 20, 2_000, 30.0, 1.0
STEPS, SMALL_STEPS = 100_000, 300


@dataclass(frozen=True)
class Load:
    """How people press: seconds between two decisions, and the share by which each varies; 0 keeps all in step."""

    title: str
    think: float
    spread: float = 0.0


LOADS = (
    Load("without a pause", 0.0),
    Load("a second between, in step", THINK_SECONDS),
    Load("about a second between", THINK_SECONDS, 0.5),
)


@dataclass
class Signer:
    """A person at the desk: their secret, the contracts that they decide, how long each page and decision took (s)."""

    staff_id: str
    secret: str
    numbers: Iterator[int]
    took: list[float] = field(default_factory=list)
    looked: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def work(self, until: float, most: int, load: "Load") -> None:
        """Decide one contract after the other: open the page, sign what it shows."""
        chance = random.Random(self.staff_id)
        if load.spread:
            time.sleep(chance.uniform(0, load.think))
        first = int(NOW.timestamp()) // STEP_SECONDS
        for turn, number in zip(range(most), self.numbers, strict=False):
            asked = Asked("registration", (Item(case_id(number), "orientation_attended"),))
            began = time.perf_counter()
            shown, who = show(asked).sha256(), Credential(self.staff_id, code_at(self.secret, first + turn))
            self.looked.append(time.perf_counter() - began)
            began = time.perf_counter()
            try:
                decide(asked, shown, who, "desk")
            except Exception as failure:
                self.failed.append(f"{type(failure).__name__}: {failure}")
            self.took.append(time.perf_counter() - began)
            if time.perf_counter() > until:
                return
            time.sleep(load.think * chance.uniform(1 - load.spread, 1 + load.spread))


def deciding(place: Place) -> Iterator[Row]:
    """Decisions recorded by twenty people at once, on SQLite and where it answers PostgreSQL."""
    place.filled_home("sqlite")
    yield from _measured(place, "SQLite")
    with postgres_database() as url:
        if url is None:
            sys.stderr.write("PostgreSQL does not answer, so deciding was measured on SQLite alone.\n")
            return
        place.home("postgresql", url)
        fill(place.sizes.contracts, NOW)
        yield from _measured(place, "PostgreSQL")


def _measured(place: Place, database: str) -> Iterator[Row]:
    small = place.sizes == SMALL
    secrets = signers(len(LOADS) * PEOPLE, NOW)
    with writing() as session:
        session.connection().execute(insert(Staff), [row for row, _ in secrets])
    part, each = place.sizes.contracts // len(LOADS), 1 if small else DECISIONS // PEOPLE
    for turn, load in enumerate(LOADS):
        people = [
            Signer(row["staff_id"], secret, _share(turn * part, part, number))
            for number, (row, secret) in enumerate(secrets[turn * PEOPLE :][:PEOPLE])
        ]
        spent = _at_once(people, each, replace(load, think=0.0) if small else load)
        yield from _rows(f"deciding, {PEOPLE} people, {load.title}, {database}", spent, people)


def _share(start: int, size: int, number: int) -> Iterator[int]:
    """Numbers of the contracts that are one person's."""
    return iter(range(start + number, start + size, PEOPLE))


def _at_once(people: Sequence[Signer], each: int, load: Load) -> Spent:
    until = time.perf_counter() + MOST_SECONDS
    threads = [threading.Thread(target=person.work, args=(until, each, load)) for person in people]
    with measured() as spent:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    failed = [sentence for person in people for sentence in person.failed]
    if failed:
        raise BenchError(f"{len(failed)} decisions were not recorded. The first: {failed[0][:300]}")
    return spent


def _rows(name: str, spent: Spent, people: Sequence[Signer]) -> Iterator[Row]:
    took = sorted(second for person in people for second in person.took)
    looked = sorted(second for person in people for second in person.looked)
    yield Row(f"{name}, all", spent, 1, len(took), "decisions")
    for title, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0)):
        goal = Goal("wall_s", 0.2) if title == "p99" else None
        yield Row(f"{name}, {title}", Spent(0.0, _at(took, part)), len(took), goal=goal)
    # Who signs goes before who opens a page: what that costs the others is told beside it.
    yield Row(f"{name}, page before it, p99", Spent(0.0, _at(looked, 0.99)), len(looked))


def _at(sorted_seconds: Sequence[float], part: float) -> float:
    return sorted_seconds[min(len(sorted_seconds) - 1, int(part * len(sorted_seconds)))]


def machine(place: Place) -> Iterator[Row]:
    """Steps of people who may, may not, and try all the same; the rows say how many, and that no rule was broken."""
    sys.path.insert(0, str(ROOT))
    try:
        # By name: what is only there for development is no part of what is checked and shipped.
        steps, oracle = import_module("tests.deciding_machine"), import_module("tests.deciding_oracle")
        flaky = import_module("hypothesis.errors").FlakyFailure
    except ImportError as missing:
        raise BenchError(f"The machine needs the tools of development (“make setup”): {missing}.") from missing
    home = place.home("machine")
    here = steps.make_template(home, place.folder / "template.db")
    with measured() as spent, suppress(oracle.Violation, flaky):
        steps.run_steps(here, SMALL_STEPS if place.sizes == SMALL else STEPS)
    if here.found:
        raise BenchError(f"After {here.counts['steps']:,} steps a rule was broken: {here.found[0]}.")
    yield Row("steps over all doors, violations: 0", spent, 1, here.counts["steps"], "steps")
