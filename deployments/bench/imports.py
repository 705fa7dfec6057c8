"""Measures the import of an award list: through plain functions, and as the whole command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine, insert, select

from deployments.bench.measure import BenchError, Spent, command, least, measured
from deployments.bench.place import SMALL, Place
from deployments.bench.synthetic import award_list
from deployments.bench.table import Goal, Row
from models.registration.records import Award
from tasks.adapters.database import reading
from tasks.adapters.incoming import receive
from tasks.adapters.registration.intake import load_award_list, record_award_list
from tasks.adapters.settings import ROOT
from tasks.adapters.sittings import sitting

# The Council's own list, where it lies beside the checkout.
REAL = ROOT.parent / "shared" / "data" / "council" / "funded_disclosure_FY2027.xlsx"
_INSERT, _SELECT = "read the sheet, insert the rows", "read the sheet, select keys and hashes"


def lists(place: Place) -> Iterator[tuple[str, Path]]:
    """The lists to import, each with its name: an invented one, and the Council's where it is there."""
    yield "invented list", award_list(place.folder / "awards.xlsx", place.sizes.rows)
    if place.sizes != SMALL and REAL.exists():
        yield "Council's list", REAL


def imports(place: Place) -> Iterator[Row]:
    """As the flow imports, without Prefect: a list read, parsed and kept; then the same list again."""
    for name, path in lists(place):
        runs = [_import_twice(place, path, f"{name} {run}") for run in range(place.sizes.runs)]
        count = runs[0].rows
        first, inserted = least([run.first for run in runs]), least([run.inserted for run in runs])
        yield Row(f"{name}, first import", first, len(runs), count, "rows", inserted, _INSERT, Goal("ours_cpu_s", 2))
        again, selected = least([run.again for run in runs]), least([run.selected for run in runs])
        yield Row(f"{name}, again", again, len(runs), count, "rows", selected, _SELECT)


class _Run(NamedTuple):
    rows: int
    first: Spent
    again: Spent
    inserted: Spent
    selected: Spent


def _import_twice(place: Place, path: Path, home: str) -> _Run:
    place.home(home)
    with measured() as first:
        result = import_list(path)
    with measured() as again:
        second = import_list(path)
    if (result["imported"], second["unchanged"]) != (result["awards"], result["awards"]):
        raise BenchError(f"{path.name}: the second import did not find every award of the first unchanged.")
    return _Run(result["rows_read"], first, again, *_bases(place, path, home))


def import_list(path: Path) -> dict[str, Any]:
    """Import a list for the office; its counts. Raises BenchError."""
    with sitting("import-awards", {"file": path.name}):
        file_id = receive(path, "awards", {"agency": "SBS"})
        listed = load_award_list(file_id)
        if isinstance(listed, str):
            raise BenchError(listed)
        return record_award_list(file_id, listed)


def _bases(place: Place, path: Path, home: str) -> tuple[Spent, Spent]:
    """What any import costs at least: the sheet read, its rows inserted; or the stored keys and hashes selected."""
    table = Award.__table__  # type: ignore[attr-defined]
    with reading() as session:
        rows = [dict(row._mapping) for row in session.execute(select(table))]
    bare = create_engine(f"sqlite:///{place.folder / f'{home}.base.db'}")
    table.create(bare)
    with measured() as inserted, bare.begin() as connection:
        _read(path)
        connection.execute(insert(table), rows)
    with measured() as selected, bare.begin() as connection:
        _read(path)
        list(connection.execute(select(table.c.mocs_id, table.c.row_hash)))
    bare.dispose()
    return inserted, selected


def _read(path: Path) -> None:
    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def import_command(place: Place) -> Iterator[Row]:
    """`steward import awards` as a user types it: starting a server, and against a running one."""
    from deployments.running import register
    from deployments.server import serving

    *_, (name, path) = lists(place)
    place.home("cold")
    spent, said = command("import", "awards", str(path), "--agency", "SBS", "--json")
    count = json.loads(said)["rows_read"]
    yield Row(f"steward import awards, {name}, starting a server", spent, 1, count, "rows", goal=Goal("wall_s", 40))
    place.home("served")
    with serving(lasting=True):
        register(paused=True)
        for label in ("first", "again"):
            spent, _ = command("import", "awards", str(path), "--agency", "SBS", "--json")
            title = f"steward import awards, {name}, running server, {label}"
            yield Row(title, spent, 1, count, "rows", goal=Goal("wall_s", 20))
