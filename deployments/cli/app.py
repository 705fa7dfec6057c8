"""`steward`: the command line of the office."""

import sys

import typer

from deployments.cli import (
    bench,
    cases,
    deciding,
    evidence,
    exports,
    fiscal,
    hotline,
    imports,
    keys,
    letters,
    phrases,
    policy,
    requisitions,
    sample,
    serving,
    staff,
    surge,
)

app = typer.Typer(
    help="Steward runs the recurring work of a program office.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, command in (
    ("financial-reports", fiscal.financial_reports),
    ("ledgers", fiscal.ledgers),
    ("fiscal-facts", fiscal.fiscal_facts),
    ("inquiries", hotline.inquiries),
):
    imports.app.command(name)(command)
requisitions.app.command("financial-report")(fiscal.template)
app.add_typer(imports.app, name="import")
app.add_typer(exports.app, name="export")
app.add_typer(requisitions.app, name="template")
app.add_typer(evidence.audit_app, name="audit")
app.add_typer(staff.app, name="staff")
app.add_typer(policy.app, name="policy")
app.add_typer(phrases.app, name="phrases")
app.add_typer(keys.app, name="keys")
app.add_typer(letters.app, name="letter")
app.add_typer(sample.app, name="sample")
app.command("verify")(evidence.verify)
app.command("cases")(cases.list_cases)
app.command("show")(cases.show)
app.command("decide")(deciding.decide)
app.command("lifecycle")(cases.lifecycle)
app.command("run")(serving.run)
app.command("serve")(serving.serve)
app.command("demo")(serving.demo)
app.command("init")(serving.init)
app.command("migrate")(serving.migrate)
app.command("surge")(surge.surge)
app.command("bench")(bench.bench)


def main() -> None:
    """Run the command line; a foreseen failure is one sentence and exit code 2."""
    try:
        app()
    except Exception as failure:
        if not isinstance(failure, _foreseen()):
            raise
        sys.stderr.write(f"{failure}\n")
        raise SystemExit(2) from None


def _foreseen() -> tuple[type[Exception], ...]:
    """Failures whose message is a sentence for the user; imported only once something failed."""
    from deployments.cli.says import Refused
    from deployments.server import ServerError
    from tasks.adapters.home import HomeError
    from tasks.adapters.policy import PolicyError
    from tasks.adapters.refusals import NotSigned
    from tasks.adapters.sealing import SealError

    return (Refused, ServerError, HomeError, PolicyError, NotSigned, SealError)
