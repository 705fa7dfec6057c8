"""`steward export triage-decisions`: where each contact goes and why. What is confidential reads RESTRICTED."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.audit_exports import AsJson
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json


def add_to(app: typer.Typer) -> None:
    """Give this command to `steward export`."""
    app.command("triage-decisions")(triage_decisions)


def triage_decisions(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .csv.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write the decision about every contact: unit, alternatives, priority, language, repeats, and what decided.

    Confidential contacts are not opened: unit, alternatives, rule, evidence and language of them read RESTRICTED.
    """
    from tasks.adapters import clock
    from tasks.adapters.export import ExportRefused
    from tasks.adapters.hotline.decisions_file import write_decisions
    from tasks.adapters.sealing import SealError

    ready()
    try:
        counts = write_decisions(file, "the command line", clock.now())
    except (ExportRefused, SealError) as refusal:
        refuse(str(refusal), as_json)
    if as_json:
        say_json({"file": str(file), **counts})
        return
    typer.echo(f"{file}: {counts['decisions']:,} decisions, {counts['restricted']:,} of them restricted.")
