"""Plays flows by name, in processes that are forked from one that has imported this."""

import gc

from deployments.running import flush, without_heartbeat
from flows.sweep import FLOWS, sweep
from tasks.adapters.render import render
from tests.templates.examples import letter

# Draw once before any process is forked: each of them would read all fonts anew.
render(letter())
# What is here now is in use for ever: no forked process looks through it for garbage.
gc.collect()
gc.freeze()


def play(names: list[str]) -> None:
    """Run flows one after the other; the first failure ends it."""
    with without_heartbeat():
        try:
            for name in names:
                (sweep if name == "sweep" else FLOWS[name])()
        except Exception:
            # What a failed run says of itself stands in Prefect's log, as it does after a command.
            flush()
            raise
