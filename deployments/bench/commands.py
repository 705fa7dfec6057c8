"""Measures the commands that people wait for, as processes of their own, on SQLite and where it answers PostgreSQL."""

import json
import subprocess
import sys
from collections.abc import Iterator

from deployments.bench.measure import BenchError, Spent, command, imports_of, least, measured
from deployments.bench.place import NOW, Place, postgres_database
from deployments.bench.synthetic import EVENTS, case_id, fill
from deployments.bench.table import Goal, Row

_BASE = "an interpreter that imports SQLModel and Typer"


def commands(place: Place) -> Iterator[Row]:
    """`steward cases` and `steward show` on ten thousand contracts with their hundred thousand events."""
    place.filled_home("sqlite")
    yield from _listed(place, "SQLite")
    with postgres_database() as url:
        if url is None:
            sys.stderr.write("PostgreSQL does not answer, so the commands were measured on SQLite alone.\n")
            return
        place.home("postgresql", url)
        fill(place.sizes.contracts, NOW)
        yield from _listed(place, "PostgreSQL")


def _listed(place: Place, database: str) -> Iterator[Row]:
    sizes = place.sizes
    base = least([_interpreter() for _ in range(sizes.runs)])
    number = case_id(sizes.contracts // 2)
    for name, words, key in (
        ("cases", ("cases", "registration", "--json", "--limit", "100"), "cases"),
        ("show", ("show", number, "--json"), "timeline"),
    ):
        found = []
        for _ in range(sizes.runs):
            spent, said = command(*words)
            found.append(spent)
            if len(json.loads(said)[key]) != (min(100, sizes.contracts) if name == "cases" else EVENTS):
                raise BenchError(f"“steward {' '.join(words)}” did not show what was put into the database.")
        goal = Goal("wall_s", 1, ", without Prefect", kept="prefect" not in imports_of(*words))
        title = f"steward {' '.join(words)}, {database}"
        yield Row(title, least(found), len(found), base=base, base_is=_BASE, goal=goal)


def _interpreter() -> Spent:
    with measured() as spent:
        subprocess.run([sys.executable, "-c", "import sqlmodel, typer"], check=True)
    return spent
