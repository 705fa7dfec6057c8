"""Runs a deployment in this process, through the home's server, so that it shows in the Prefect UI like any other."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deployments.server import RunningServer, environment, running, serving
from tasks.adapters.settings import settings


@contextmanager
def a_server(*, quiet: bool = False) -> Iterator[RunningServer]:
    """The home's running server, or one started for this command only, with a word about it."""
    there = running()
    if there is not None:
        import os

        os.environ.update(environment(there.api_url))
        yield there
        return
    if not quiet:
        sys.stderr.write(
            f"No server is running for {settings().home}; one is started for this command (“make serve” keeps one).\n"
        )
    with serving() as server:
        register(paused=True)
        yield server


def register(*, paused: bool = False) -> None:
    """Make every deployment known to the server."""
    from deployments.schedules import ENTRIES

    for entry in ENTRIES:
        entry.deployment(paused=paused).apply()


def run(name: str, parameters: Mapping[str, Any]) -> Any:
    """Run a deployment here and return its result; its run belongs to the deployment in the UI.

    It starts as pending, so that no runner picks it up beside us.
    """
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow
    from prefect.states import Pending

    from deployments.schedules import entry

    found = entry(name)
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(f"{found.flow.name}/{name}")
        flow_run = client.create_flow_run_from_deployment(
            deployment.id, parameters=dict(parameters), state=Pending(message="Started from the command line")
        )
    return run_flow(found.flow, flow_run=flow_run, parameters=dict(parameters))
