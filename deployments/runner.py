"""Runs what the schedules and the Prefect UI start: `python -m deployments.runner`."""

import asyncio
from collections.abc import Sequence

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from deployments.schedules import ENTRIES


async def main(deployments: Sequence[RunnerDeployment]) -> None:
    """Make deployments known and work off their runs until stopped; schedules go on when this ends."""
    runner = Runner(name="steward", pause_on_shutdown=False, query_seconds=5, limit=2)
    for deployment in deployments:
        await runner.aadd_deployment(deployment)
    await runner.start()


if __name__ == "__main__":
    asyncio.run(main([entry.deployment() for entry in ENTRIES]))
