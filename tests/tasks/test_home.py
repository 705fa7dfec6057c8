"""A home: made once as what it is, and its files are whole or not there."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.adapters import clock
from tasks.adapters.home import Home, HomeError, clear_partials, create_home, move_clock, write_atomically
from tests.conftest import forget

MOMENT = datetime(2026, 7, 6, 13, 0, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no home yet."""
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path / "home"))
    forget()
    return tmp_path / "home"


def test_a_real_home_never_becomes_a_demo(empty: Path) -> None:
    create_home(Home())
    with pytest.raises(HomeError, match="already holds a real home"):
        create_home(Home(demo=True, clock="demo", moment=MOMENT))


def test_a_home_with_tables_but_without_its_file_counts_as_real(empty: Path) -> None:
    empty.mkdir()
    (empty / "steward.db").touch()
    with pytest.raises(HomeError, match="already holds a real home"):
        create_home(Home(demo=True, clock="demo", moment=MOMENT))


def test_the_clock_of_a_real_home_cannot_be_moved(empty: Path) -> None:
    create_home(Home())
    with pytest.raises(HomeError, match="Only the clock of a demo"):
        move_clock(MOMENT)


def test_a_demo_clock_stands_where_it_was_put(empty: Path) -> None:
    create_home(Home(demo=True, clock="demo", moment=MOMENT))
    move_clock(MOMENT.replace(day=9))
    assert clock.now() == MOMENT.replace(day=9)


def test_what_a_crash_left_half_written_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    lost = tmp_path / f".letter.pdf.{gone.stdout.strip()}.140.part"
    ours = tmp_path / f".letter.pdf.{os.getpid()}.140.part"
    lost.touch()
    ours.touch()
    write_atomically(tmp_path / "letter.pdf", b"whole")
    assert clear_partials(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [ours.name, "letter.pdf"]
