"""What a person at a terminal sees of a run: a bar for each thing that it works through, nothing without a terminal."""

import io

from rich.console import Console

from deployments.cli.progress_bar import shown
from tasks.adapters.progress import tell


def said(*, terminal: bool) -> str:
    out = io.StringIO()
    with shown(Console(file=out, force_terminal=terminal, width=100)):
        tell("Contracts reviewed", 50, 100)
        tell("Reviews printed", 3, 14)
        tell("Reviews printed", 14, 14)
    tell("Letters printed", 1, 2)
    return out.getvalue()


def test_a_run_shows_a_bar_for_each_thing_that_it_works_through() -> None:
    told = said(terminal=True)
    assert "Contracts reviewed" in told and " 50/100" in told
    assert "Reviews printed" in told and "14/14" in told
    assert "Letters" not in told, "a run that is over is not listened to"


def test_a_run_that_nobody_watches_shows_none() -> None:
    assert said(terminal=False).strip() == ""
