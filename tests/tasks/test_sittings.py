"""What a crash leaves behind is found; what is still running is left alone."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from tasks.adapters.database import writing
from tasks.adapters.sittings import abandoned, sitting


def _crash(**changes: object) -> None:
    """Begin a sitting that never ends, then make it another process's."""
    with pytest.raises(KeyboardInterrupt), sitting("review-registrations", {"case": ""}):
        raise KeyboardInterrupt
    with writing() as session:
        for column, value in changes.items():
            session.execute(text(f"update sitting set {column} = :value"), {"value": value})


def test_a_run_whose_process_is_gone_is_found_with_its_options(home: Path) -> None:
    _crash(pid=2**22 + 1)
    assert abandoned() == [("review-registrations", {"case": ""})]


def test_a_run_whose_process_lives_is_left_alone(home: Path) -> None:
    _crash(pid=os.getpid())
    assert abandoned() == []


def test_a_run_whose_number_another_process_has_now_is_found(home: Path) -> None:
    _crash(pid_since="1")
    assert abandoned() == [("review-registrations", {"case": ""})]


def test_a_run_of_another_machine_is_left_to_that_machine(home: Path) -> None:
    _crash(host="elsewhere", pid=2**22 + 1)
    assert abandoned() == []


def test_a_later_run_that_ends_also_ends_what_a_crash_left(home: Path) -> None:
    _crash(pid=2**22 + 1)
    with sitting("review-registrations", {"case": ""}):
        pass
    assert abandoned() == []


def test_a_run_that_found_nothing_to_do_has_ended(home: Path) -> None:
    with pytest.raises(LookupError, match="no contract yet"), sitting("registration-report"):
        raise LookupError("There is no contract yet.")
    with writing() as session:
        session.execute(text(f"update sitting set pid = {2**22 + 1}"))
    assert abandoned() == []
