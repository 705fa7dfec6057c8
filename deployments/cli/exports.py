"""`steward export`: tables for Excel, releases for the public, what auditors ask for. These commands only read."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli import audit_exports, fiscal_exports, hotline_exports, payment_exports
from deployments.cli.ready import ready
from deployments.cli.says import check_filter, refuse, say_json

app = typer.Typer(
    help="Write files for others: case lists, open contracting data, what auditors ask for.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


@app.command("cases")
def cases(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .csv or .xlsx.", show_default=False)],
    state: Annotated[str, typer.Option(help="Only cases in this state, e.g. filed.")] = "",
    holder: Annotated[str, typer.Option(help="Only cases that this unit holds, e.g. Procurement.")] = "",
    overdue: Annotated[bool, typer.Option(help="Only cases whose stage is past its last day.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the list of cases as a table: each row of “steward cases” with its days, findings and dates."""
    from models.shared.money import dollars, plain
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.export import TABLES, ExportRefused, check_target
    from tasks.adapters.policy import registration_policy
    from tasks.adapters.registration.exports import export_cases
    from tasks.adapters.registration.queries import CaseFilter

    check_filter(state, holder, as_json)
    try:
        check_target(file, TABLES)
        ready()
        with reading() as session:
            wanted = CaseFilter(state, holder, clock.today() if overdue else None)
            count, cents = export_cases(session, file, wanted, registration_policy(), clock.now())
    except ExportRefused as refusal:
        refuse(str(refusal), as_json)
    else:
        if as_json:
            say_json({"file": str(file), "cases": count, "amount": plain(cents)})
        else:
            typer.echo(f"{file}: {count} contracts, {dollars(cents)}.")


@app.command("ocds")
def ocds(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .json.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write all contracts as open contracting data (OCDS 1.1): a release for each event that changed a public fact."""
    from models.registration.ocds import prefix_notice
    from tasks.adapters.database import reading
    from tasks.adapters.export import ExportRefused, check_target
    from tasks.adapters.policy import registration_policy
    from tasks.adapters.registration.exports import export_ocds

    agency = registration_policy().agency
    try:
        check_target(file, (".json",))
        ready()
        with reading() as session:
            done = export_ocds(session, file, agency)
    except ExportRefused as refusal:
        refuse(str(refusal), as_json)
    else:
        notice = prefix_notice(agency)
        if as_json:
            counts = {"contracts": done.contracts, "releases": done.releases}
            say_json({"file": str(file), **counts, "differ": done.differ, "notice": notice or None})
            return
        typer.echo(f"{file}: {done.contracts} contracts, {done.releases} releases.")
        if notice:
            typer.echo(notice)
        if done.differ:
            typer.echo(f"Not the amounts of the database: {', '.join(done.differ)}. Look at each with “steward show”.")


audit_exports.add_to(app)
payment_exports.add_to(app)
fiscal_exports.add_to(app)
hotline_exports.add_to(app)
