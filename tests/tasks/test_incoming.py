"""A file that came in says what became of it, whoever read it."""

from pathlib import Path

from tasks.adapters.database import writing
from tasks.adapters.incoming import finish, outcome, receive, refuse


def received(folder: Path) -> str:
    (folder / "documents.csv").write_text("Owner,Document,Reported on\n")
    return receive(folder / "documents.csv", "documents")


def test_a_file_that_waits_has_no_outcome_yet(home: Path, tmp_path: Path) -> None:
    assert outcome(received(tmp_path)) is None


def test_what_another_run_made_of_a_file_is_its_outcome(home: Path, tmp_path: Path) -> None:
    file_id = received(tmp_path)
    with writing() as session:
        finish(session, file_id, {"rows_read": 1, "imported": 1})
    assert outcome(file_id) == {"rows_read": 1, "imported": 1}


def test_a_file_that_another_run_refused_says_why(home: Path, tmp_path: Path) -> None:
    file_id = received(tmp_path)
    refuse(file_id, "The table has no column “Owner”.")
    assert outcome(file_id) == {"refused": "The table has no column “Owner”."}


def test_a_file_that_comes_again_waits_again(home: Path, tmp_path: Path) -> None:
    refuse(received(tmp_path), "Not yet.")
    assert outcome(received(tmp_path)) is None
