"""A set-up that is remembered leaves the same files and rows as one that is done."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SharedDatabase, forget
from tests.hotline_office import everything_on_disk
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import hire


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_put_back_is_what_the_set_up_left(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    done: list[Path] = []

    @remembered
    def opened(folder: Path) -> None:
        done.append(folder)
        stop_clock(2026, 8, 3, 14)
        hire()
        import_list(folder, award(1, "Harbor Loom, Inc.", "971010012", "50000"))
        review_all()

    def left(number: int) -> dict[str, bytes]:
        home = tmp_path / str(number) / "home"
        home.mkdir(parents=True)
        monkeypatch.setenv("STEWARD_HOME", str(home))
        if database == "postgresql":
            shared: SharedDatabase = request.getfixturevalue("postgres_database")
            shared.as_new()
            monkeypatch.setenv("STEWARD_DATABASE_URL", shared.address)
        else:
            monkeypatch.delenv("STEWARD_DATABASE_URL", raising=False)
            shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "steward.db")
        forget()
        opened(home.parent)
        # The last connection that is closed brings all of SQLite's rows into the one file.
        forget()
        return {name.removeprefix(str(home)): content for name, content in everything_on_disk(home)}

    first, second, third = map(left, range(3))
    assert done == [tmp_path / "0", tmp_path / "1"]
    assert first.keys() == second.keys() and second == third
