"""Runs what the schedules and the Prefect UI start: `python -m deployments.runner`."""

import asyncio

from prefect.runner import Runner

from deployments.schedules import ENTRIES


async def main() -> None:
    """Make every deployment known and work off its runs until stopped; schedules go on when this ends."""
    runner = Runner(name="steward", pause_on_shutdown=False, query_seconds=5, limit=2)
    for entry in ENTRIES:
        await runner.add_deployment(await entry.deployment())  # type: ignore[misc]
    await runner.start()


if __name__ == "__main__":
    asyncio.run(main())
