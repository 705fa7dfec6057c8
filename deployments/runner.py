"""Runs what the schedules and the Prefect UI start: `python -m deployments.runner`."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State, StateType
from prefect.runner import Runner
from prefect.states import Crashed

from deployments.running import COMMAND_LINE
from deployments.schedules import ENTRIES, Json, there

_UNENDED = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


def main(first: Annotated[bool, typer.Option(help="The server has just started.")] = False) -> None:
    """Make every deployment known and work off its runs until stopped; schedules go on when this ends."""
    asyncio.run(_work(there(), first))


async def _work(there: Mapping[str, Json], first: bool) -> None:
    await _close_lost_runs(first)
    runner = Runner(name="steward", pause_on_shutdown=False, query_seconds=5, limit=2)
    for entry in ENTRIES:
        await runner.aadd_deployment(entry.deployment(there=there.get(entry.name)))
    await runner.start()


async def _close_lost_runs(first: bool) -> None:
    """Runs that the last runner left behind would show as running for ever; the sweep finishes their work.

    A command's own run goes on beside a new runner, but not beside a new server.
    """
    unended = FlowRunFilter.model_validate({"state": {"type": {"any_": _UNENDED}}})
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=unended):
            if first or COMMAND_LINE not in run.tags:
                lost: State[Any] = Crashed(
                    message="It was cut off when the office stopped. The next sweep finishes its work."
                )
                await client.set_flow_run_state(run.id, lost, force=True)


if __name__ == "__main__":
    typer.run(main)
