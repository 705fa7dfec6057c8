"""What the hotline exports: decisions, the tool register, overrides, signs that misled. Confidential is RESTRICTED."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.audit_exports import AsJson
from deployments.cli.credentials import Code, credential, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json

Target = Annotated[Path, typer.Argument(help="Where to write: a name ending in .csv.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Give this command to `steward export`."""
    app.command("triage-decisions")(triage_decisions)
    app.command("tool-register")(tool_register)
    app.command("overrides")(overrides)
    app.command("misleading-signs")(misleading_signs)


def triage_decisions(
    file: Target,
    staff: Annotated[str, typer.Option("--staff", help="Your own staff id, to see what is restricted in full.")] = "",
    code: Code = "",
    as_json: AsJson = False,
) -> None:
    """Write what triage decided about every contact: unit, alternatives, priority, language, repeats, what decided.

    Confidential contacts are not opened: unit, alternatives, rule, evidence and language of them read RESTRICTED. Who
    is cleared and signs in with a code has them in full, and each one that is opened is logged.
    """
    from tasks.adapters import clock
    from tasks.adapters.export import ExportRefused
    from tasks.adapters.hotline.decisions_file import write_decisions
    from tasks.adapters.sealing import SealError

    if code and not staff:
        refuse("Say with --staff whose code this is, or leave the code out.", as_json)
    ready()
    with signing(staff, "export of decisions with what is restricted", as_json):
        who = _cleared(staff, code) if staff else "the command line"
        try:
            counts = write_decisions(file, who, clock.now(), cleared=bool(staff))
        except (ExportRefused, SealError) as refusal:
            refuse(str(refusal), as_json)
    if as_json:
        say_json({"file": str(file), **counts})
        return
    told = "restricted and told in full: keep the file as you keep such papers" if staff else "restricted"
    typer.echo(f"{file}: {counts['decisions']:,} decisions, {counts['restricted']:,} of them {told}.")


def _cleared(staff: str, code: str) -> str:
    """The staff id of somebody who is cleared, by their code. Raises NotSigned."""
    from models.shared.people import Role
    from tasks.adapters import clock
    from tasks.adapters.refusals import NotSigned, Refusal
    from tasks.adapters.sessions import identify

    who = credential(staff, code)
    person = identify(who.staff_id, who.code, clock.now())
    if Role.CLEARED not in person.roles:
        raise NotSigned(
            Refusal.ROLE,
            "Only staff who are cleared see what is restricted. Nothing was written. Without --staff it is masked.",
        )
    return person.staff_id


def tool_register(file: Target, as_json: AsJson = False) -> None:
    """Write the register of tools that Local Law 35 asks for: a row for each version of the tables and numbers."""
    from tasks.adapters.hotline.tool_files import write_tool_register

    _written(file, lambda: write_tool_register(file), "row", as_json)


def overrides(file: Target, as_json: AsJson = False) -> None:
    """Write where people decided otherwise than triage; no reasons, which may quote constituents."""
    from tasks.adapters.hotline.tool_files import write_overrides

    _written(file, lambda: write_overrides(file), "override", as_json)


def misleading_signs(
    file: Target,
    since: Annotated[str, typer.Option("--since", help="From this day on, such as 2026-10-01; else 90 days.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write which signs of the phrase tables were there when people decided otherwise. It changes no table."""
    from datetime import date, timedelta

    from tasks.adapters import clock
    from tasks.adapters.hotline.tool_files import write_misleading

    try:
        first = date.fromisoformat(since) if since else clock.today() - timedelta(days=90)
    except ValueError:
        refuse(f"“{since[:40]}” is no day. Write it as 2026-10-01, or leave it out.", as_json)
    _written(file, lambda: write_misleading(file, first), "row", as_json)


def _written(file: Path, write: Callable[[], int], noun: str, as_json: bool) -> None:
    from tasks.adapters.export import ExportRefused

    ready()
    try:
        count = write()
    except ExportRefused as refusal:
        refuse(str(refusal), as_json)
    if as_json:
        say_json({"file": str(file), "rows": count})
        return
    typer.echo(f"{file}: {count:,} {noun if count == 1 else noun + 's'}.")
