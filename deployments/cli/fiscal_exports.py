"""`steward export fiscal`: the fiscal review of a month as a workbook to reckon on. It only reads."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.audit_exports import AsJson, say_exported, written
from deployments.cli.says import refuse


def add_to(app: typer.Typer) -> None:
    """Give this command to `steward export`."""
    app.command("fiscal")(fiscal)


def fiscal(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .xlsx.", show_default=False)],
    month: Annotated[str, typer.Option(help="The month, e.g. 2026-10. Default: the last one that was reviewed.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write the fiscal review of all contracts for a month: budgets, months, measures, findings, projections.

    Its figures are formulas over the facts and limits in it: who changes one sees the others follow.
    """
    from tasks.adapters import clock
    from tasks.adapters.fiscal.workbook import write_fiscal_workbook
    from tasks.adapters.policy import fiscal_policy

    try:
        done = written(
            lambda session: write_fiscal_workbook(session, file, month, fiscal_policy(), clock.now()), as_json
        )
    except LookupError as error:
        refuse(str(error), as_json)
    told = done.counts
    say_exported(
        done, as_json,
        f"{told['month']}: {told['contracts']} contracts, {told['reported']} with the month's report, "
        f"{told['findings']} findings; ${told['spent']} of ${told['budget']} spent, ${told['lapse']} to lapse.",
    )  # fmt: skip
