"""The fiscal review on the command line: files in, and the template of a month's report."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.imports import AsJson, bring_in
from deployments.cli.ready import ready
from deployments.cli.says import Refused

Table = Annotated[Path, typer.Argument(help="The file: CSV.", show_default=False)]


def financial_reports(
    file: Annotated[Path, typer.Argument(help="The filled-in template (XLSX) or CSV.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Import monthly financial reports of providers; a month that comes again as its next revision is restated."""
    _say(_file(file, "financial-reports", as_json), "reports", as_json)


def ledgers(file: Table, as_json: AsJson = False) -> None:
    """Import extracts of general ledgers; of one month the extract that came last counts."""
    _say(_file(file, "ledgers", as_json), "ledgers", as_json)


def fiscal_facts(file: Table, as_json: AsJson = False) -> None:
    """Import what the office knows of contracts: monthly plans, posts, outcomes."""
    _say(_file(file, "fiscal-facts", as_json), "facts", as_json)


def _file(file: Path, kind: str, as_json: bool) -> dict[str, Any]:
    return bring_in(file, kind, {}, "import-fiscal-files", as_json)


def _say(result: dict[str, Any], what: str, as_json: bool) -> None:
    if not as_json:
        typer.echo(f"{result[what]} read: {result['new']} new, {result['unchanged']} unchanged.")


def template(
    file: Annotated[Path, typer.Argument(help="Where to write the workbook (.xlsx).", show_default=False)],
    contract: Annotated[str, typer.Option(help="The contract, such as R27-123456789.")],
    month: Annotated[datetime, typer.Option(formats=["%Y-%m"], help="The month, such as 2026-10.")],
) -> None:
    """Write the workbook in which a provider reports a month, with the contract's lines, budget and earlier months."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.fiscal.template_facts import TemplateUnknown, write_template
    from tasks.adapters.policy import fiscal_policy

    ready()
    if file.suffix.casefold() != ".xlsx":
        raise Refused(f"{file.name} does not end in .xlsx. Choose another name.")
    try:
        with reading() as session:
            told = write_template(session, contract, month.date(), file, fiscal_policy(), clock.now())
    except TemplateUnknown as error:
        raise Refused(str(error)) from error
    typer.echo(f"{file} is the template of the report of {told}.")
