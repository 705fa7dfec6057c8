"""`steward`: the command line of the office."""

import sys

import typer

from deployments.cli import bench, cases, evidence, exports, imports, serving

app = typer.Typer(
    help="Steward runs the recurring work of a program office.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(imports.app, name="import")
app.add_typer(exports.app, name="export")
app.add_typer(evidence.audit_app, name="audit")
app.command("verify")(evidence.verify)
app.command("cases")(cases.list_cases)
app.command("show")(cases.show)
app.command("lifecycle")(cases.lifecycle)
app.command("run")(serving.run)
app.command("serve")(serving.serve)
app.command("demo")(serving.demo)
app.command("init")(serving.init)
app.command("migrate")(serving.migrate)
app.command("bench")(bench.bench)


def main() -> None:
    """Run the command line; a foreseen failure is one sentence and exit code 2."""
    from deployments.cli.says import Refused
    from deployments.server import ServerError
    from tasks.adapters.policy import PolicyError

    try:
        app()
    except (Refused, ServerError, PolicyError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        raise SystemExit(2) from None
