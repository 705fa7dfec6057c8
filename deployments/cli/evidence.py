"""`steward audit` and `steward verify`: does the evidence still stand?"""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.ready import ready
from deployments.cli.says import Refused, say_json

audit_app = typer.Typer(help="Check the evidence of this home.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


@audit_app.callback()
def _audit() -> None:
    """Check the evidence of this home."""


@audit_app.command("verify")
def audit_verify(
    anchor: Annotated[Path | None, typer.Option(help="A copy of checkpoints.jsonl that was kept elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every event chain, checkpoint, packet and document; exit code 1 when something is wrong."""
    from tasks.adapters.audit import audit
    from tasks.adapters.database import reading

    if anchor is not None and not anchor.is_file():
        raise Refused(f"There is no anchor file {anchor}.")
    ready()
    with reading() as session:
        found = audit(session, anchor)
    if as_json:
        say_json(found.__dict__)
    else:
        typer.echo(
            f"{found.events} events in {found.chains} chains, {found.documents} documents, "
            f"{found.checkpoints} checkpoints checked."
        )
        for problem in found.problems:
            typer.echo(f"WRONG: {problem}")
        typer.echo(f"{len(found.problems)} problems." if found.problems else "Everything stands.")
    if found.problems:
        raise typer.Exit(1)


def verify(
    file: Annotated[Path, typer.Argument(help="A PDF that this office issued.")], as_json: AsJson = False
) -> None:
    """Check that a PDF says what it was issued with; exit code 1 when it does not."""
    from tasks.adapters.pdf_verify import Result, verify_pdf

    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    found = verify_pdf(file.read_bytes(), _registered(file))
    if as_json:
        say_json({"document": found.document_id, "ok": found.genuine, "checks": [c.__dict__ for c in found.checks]})
    else:
        typer.echo(f"Document {found.document_id or 'unknown'}")
        for check in found.checks:
            sign = {Result.PASSED: "ok    ", Result.FAILED: "WRONG ", Result.NOT_POSSIBLE: "-     "}[check.result]
            typer.echo(f"{sign} {check.sentence}")
        typer.echo(found.sentence)
    if not found.genuine:
        raise typer.Exit(1)


def _registered(file: Path) -> str | None:
    """The register's hash for the document that the file claims to be; None without a home."""
    from models.shared.records import StoredDocument
    from tasks.adapters.database import reading
    from tasks.adapters.pdf_verify import claimed_document_id
    from tasks.adapters.settings import settings

    if not settings().database_url and not (settings().home / "steward.db").exists():
        return None
    with reading() as session:
        row = session.get(StoredDocument, claimed_document_id(file.read_bytes()))
        return row.sha256 if row else ""
