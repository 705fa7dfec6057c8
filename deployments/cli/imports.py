"""`steward import`: files into the archive, then through the office's flows."""

import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json

app = typer.Typer(help="Bring in files: award lists, trackers, scans.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The spreadsheet: XLSX, XLS or CSV.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]
# How long a command waits for the sweep that took its file, in seconds.
SWEEP_SECONDS = 60


@app.command("awards")
def awards(
    file: File,
    agency: Annotated[str, typer.Option(help="Whose awards become cases, e.g. SBS. Default: the policy's own.")] = "",
    fiscal_year: Annotated[int | None, typer.Option(help="The fiscal year, where the list has no such column.")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the list.")] = None,
    partial: Annotated[bool, typer.Option(help="The list is a part only: nothing on it counts as vanished.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import the Council's award list and open a case for each contract of our agency."""
    options: dict[str, Any] = {
        "agency": agency, "fiscal_year": fiscal_year, "as_of": as_of.date().isoformat() if as_of else "",
        "partial": partial,
    }  # fmt: skip
    _check_list(file, options, as_json)
    result = bring_in(file, "awards", options, "import-awards", as_json)
    if not as_json:
        typer.echo(
            f"{result['awards']} awards of ${result['amount']} read; {result['agency_awards']} are ours "
            f"(${result['agency_amount']}). {result['imported']} imported, {result['updated']} updated, "
            f"{result['unchanged']} unchanged, {result['rejected']} rejected, {result['vanished']} vanished; "
            f"{result['contracts_opened']} contracts opened."
        )
        _say_rejects(result)


@app.command("registration-steps")
def registration_steps(file: File, as_json: AsJson = False) -> None:
    """Import the office's tracker of registration steps."""
    _tracker(file, "registration-steps", as_json)


@app.command("documents")
def documents(file: File, as_json: AsJson = False) -> None:
    """Import the office's tracker of documents."""
    _tracker(file, "documents", as_json)


@app.command("providers")
def providers(file: File, as_json: AsJson = False) -> None:
    """Import what the office knows of providers: contacts, revenue, fiscal year end."""
    _tracker(file, "providers", as_json)


@app.command("budget")
def budget(file: File, as_json: AsJson = False) -> None:
    """Import a year's budget of a registered contract; people sign it before it counts."""
    result = _payment_file(file, "budgets", as_json)
    if not as_json:
        opened = f"{result['budget']} ({result['kind']}) waits to be signed"
        opened += f" and supersedes {result['supersedes']}" if result["supersedes"] else ""
        was = "unchanged" if result["unchanged"] else opened
        typer.echo(f"{result['contract']}: {result['lines']} lines, ${result['amount']}, {was}.")


@app.command("payment-facts")
def payment_facts(file: File, as_json: AsJson = False) -> None:
    """Import what the office knows for payments: rates, suppliers, monthly reports, advances, pauses."""
    _say_rows(_payment_file(file, "payment-facts", as_json), as_json)


@app.command("requisitions")
def requisitions(file: File, as_json: AsJson = False) -> None:
    """Import requisitions: the filled-in template (XLSX), CSV or JSON."""
    result = _payment_file(file, "requisitions", as_json)
    if not as_json:
        typer.echo(
            f"{result['requisitions']} read, ${result['amount']}: {result['opened']} new, "
            f"{result['resubmitted']} again, {result['unchanged']} unchanged."
        )


@app.command("payments")
def payments(file: File, as_json: AsJson = False) -> None:
    """Import the finance office's list of payments, a row a voucher."""
    result = _payment_file(file, "payments", as_json)
    if not as_json:
        typer.echo(f"{result['paid']} paid, {result['unchanged']} unchanged, {result['rejected']} rejected.")
        _say_rejects(result)


@app.command("spending")
def spending(
    file: Annotated[Path, typer.Argument(help="Checkbook NYC's spending: CSV or XML.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Import what the City paid, as Checkbook NYC or another city lists it, and match it with our vouchers."""
    result = _payment_file(file, "spending", as_json)
    if not as_json:
        typer.echo(
            f"{result['sentence']} {result['imported']} new, {result['unchanged']} known before. Vouchers: "
            f"{result['paid']} found paid now, {result['paid_before']} paid before, "
            f"{result['vouchers_without_payment']} without a payment; {result['payments_without_voucher']} payments "
            "on our contracts without a voucher."
        )
        _say_rejects(result)


@app.command("scans")
def scans(files: Annotated[list[Path], typer.Argument(help="Scans of documents.")], as_json: AsJson = False) -> None:
    """Store scans of documents; a tracker names them by file name."""
    from tasks.adapters.incoming import receive

    ready()
    for file in files:
        _must_exist(file, as_json)
    ids = [receive(file, "scans") for file in files]
    say_json({"stored": len(ids)}) if as_json else typer.echo(f"{len(ids)} scans stored.")


def _must_exist(file: Path, as_json: bool) -> None:
    if not file.is_file():
        refuse(f"There is no file {file}. Check the name and the folder.", as_json)


def _check_list(file: Path, options: dict[str, Any], as_json: bool) -> None:
    """Refuse a list that cannot be read before anything is started or kept."""
    from models.registration.award_columns import ListProblem
    from models.registration.award_list import parse_award_list
    from tasks.adapters.file_limits import UnreadableFile
    from tasks.adapters.policy import registration_policy
    from tasks.adapters.spreadsheets import read_sheets

    _must_exist(file, as_json)
    try:
        listed = parse_award_list(
            read_sheets(file, name=file.name), fiscal_year=options["fiscal_year"],
            agency_aliases=registration_policy().agency.aliases,
        )  # fmt: skip
    except UnreadableFile as error:
        refuse(str(error), as_json)
    else:
        if isinstance(listed, ListProblem):
            refuse(f"{file.name}: {listed.sentence}", as_json)


def _tracker(file: Path, kind: str, as_json: bool) -> None:
    result = bring_in(file, kind, {}, "import-trackers", as_json)
    if not as_json:
        typer.echo(
            f"{result['rows_read']} rows read: {result['imported']} imported, {result['updated']} updated, "
            f"{result['unchanged']} unchanged, {result['rejected']} rejected."
        )
        _say_rejects(result)


def _payment_file(file: Path, kind: str, as_json: bool) -> dict[str, Any]:
    return bring_in(file, kind, {}, "import-payment-files", as_json)


def _say_rows(result: dict[str, Any], as_json: bool) -> None:
    if not as_json:
        typer.echo(f"{result['imported']} imported, {result['unchanged']} unchanged, {result['rejected']} rejected.")
        _say_rejects(result)


def bring_in(file: Path, kind: str, options: dict[str, Any], deployment: str, as_json: bool) -> dict[str, Any]:
    """Archive a file, run its flow, and answer with the result of this file."""
    from deployments.running import a_server, run
    from tasks.adapters.incoming import receive
    from tasks.adapters.settings import settings

    _must_exist(file, as_json)
    ready()
    file_id = receive(file, kind, options)
    with a_server():
        results = run(deployment, {"file": file_id})
        result: dict[str, Any] = results[0] if results else _read_by_another(file, file_id)
    if "refused" in result:
        refuse(result["refused"], as_json)
    if result.get("rejects_file"):
        result = {**result, "rejects_file": str(settings().home.absolute() / result["rejects_file"])}
    if as_json:
        say_json(result)
    return result


def _read_by_another(file: Path, file_id: str) -> dict[str, Any]:
    """What became of a file that a sweep took at the same moment."""
    from tasks.adapters.incoming import outcome

    for _ in range(SWEEP_SECONDS):
        found = outcome(file_id)
        if found is not None:
            return found
        time.sleep(1)
    return {
        "refused": f"{file.name} is still being read by a sweep, not lost: its run in the Prefect UI shows the end."
    }


def _say_rejects(result: dict[str, Any]) -> None:
    if result["rejects_file"]:
        typer.echo(f"The rejected rows, each with its reason: {result['rejects_file']}")
