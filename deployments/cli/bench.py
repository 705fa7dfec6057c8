"""`steward bench`: how long the work takes on this machine."""

import sys
from typing import Annotated

import typer

from deployments.cli.says import Refused, say_json, say_table

WIDTH = 200
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


def bench(
    only: Annotated[list[str] | None, typer.Option(help="Only this measurement; may be repeated.")] = None,
    small: Annotated[bool, typer.Option(help="Little data: tries that all can be measured, not how fast.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how long the work takes on this machine, with invented data in a home of its own."""
    from rich.console import Console

    from deployments.bench.measure import BenchError
    from deployments.bench.place import SMALL, Sizes
    from deployments.bench.runner import chosen, measure
    from deployments.bench.table import COLUMNS, table_rows, write_rows
    from tasks.adapters.settings import settings

    target = settings().home.absolute() / "bench.json"
    try:
        benches = chosen(only or [])
        typer.echo("Measuring in temporary homes with invented data; yours is not touched.", err=True)
        rows = measure(benches, SMALL if small else Sizes(), Console(stderr=True))
    except BenchError as error:
        raise Refused(str(error)) from error
    write_rows(rows, target)
    if as_json:
        say_json([row.figures() for row in rows])
        return
    # A file or a pipe has no width of its own.
    say_table(table_rows(rows), COLUMNS, width=None if sys.stdout.isatty() else WIDTH)
    typer.echo("CPU is user and system time together; of several runs the least. Base: the least that has to be done.")
    typer.echo(f"The same table for programs: {target}")
