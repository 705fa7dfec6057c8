"""Plays flows by name, without the second that Prefect waits for its heartbeat at the end of each."""

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.sweep import FLOWS, sweep
from tasks.adapters.render import render
from tests.templates.examples import letter

# Draw once before any process is forked: each of them would read all fonts anew.
render(letter())


def play(names: list[str]) -> None:
    """Run flows one after the other; the first failure ends it."""
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        for name in names:
            (sweep if name == "sweep" else FLOWS[name])()
