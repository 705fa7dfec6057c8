"""Open311 with the desk killed while it is asked, on little data: nothing is lost or doubled."""

import io
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from deployments.bench.measure import BenchError
from deployments.bench.open311 import SMALL_REQUESTS, Crowd, _check
from deployments.bench.place import SMALL
from deployments.bench.runner import chosen, measure
from tests.conftest import forget

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


def test_every_answered_request_is_there_once_though_the_desk_was_killed(
    home: Path,
) -> None:
    rows = {
        row.name.rpartition(", ")[2]: row for row in measure(chosen(["open311"]), SMALL, Console(file=io.StringIO()))
    }
    assert rows["clients and desks"].count == SMALL_REQUESTS
    assert rows["p99"].spent.wall_s >= rows["p50"].spent.wall_s > 0
    # The measurement works in homes of its own.
    assert sqlite3.connect(home / "steward.db").execute("select count(*) from hotline_request").fetchone() == (0,)
    forget()


def test_an_answered_request_that_is_not_there_is_told(home: Path) -> None:
    crowd = Crowd(0, "key", iter(()), heard={"bench-000001": "DSS-AAAAA-AAAAA-AAAAA"})
    with pytest.raises(BenchError, match="1 answered requests are lost"):
        _check(crowd, 1)
