"""`steward export duties|access|exceptions|sample|public|holds`: what auditors and the public ask for. Only read."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import check_filter, refuse, say_json

if TYPE_CHECKING:
    from tasks.adapters.auditing.workbook import Exported

TableFile = Annotated[
    Path, typer.Argument(help="Where to write: a name ending in .csv or .xlsx.", show_default=False)
]  # fmt: skip
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


def add_to(app: typer.Typer) -> None:
    """Give these commands to `steward export`."""
    for name, command in (
        ("duties", duties), ("access", access), ("exceptions", exceptions), ("sample", sample),
        ("public", public), ("holds", holds),
    ):  # fmt: skip
        app.command(name)(command)


def duties(file: TableFile, as_json: AsJson = False) -> None:
    """Write who signed which duty of each case, checked again for conflicts; every signature; the staff.

    For auditors and the agency head. Holds names of staff. A CSV file gets its second and third table beside it.
    """
    from tasks.adapters import clock
    from tasks.adapters.auditing.duties_matrix import export_duties

    done = written(lambda session: export_duties(session, file, clock.now()), as_json)
    told = done.counts
    say_exported(
        done, as_json,
        f"{told['cases']} cases, {told['signatures']} signatures, {told['conflicts']} conflicts.",
    )  # fmt: skip


def access(file: TableFile, as_json: AsJson = False) -> None:
    """Write the access review: each account with its roles, who let it in, how it is used, and what to ask about.

    For auditors and the administrators. Holds names and e-mail addresses of staff; employee numbers are masked.
    """
    from tasks.adapters import clock
    from tasks.adapters.auditing.access_review import export_access

    done = written(lambda session: export_access(session, file, clock.now()), as_json)
    told = done.counts
    say_exported(done, as_json, f"{told['accounts']} accounts, {told['active']} active, {told['remarks']} remarks.")


def exceptions(
    file: TableFile,
    first: Annotated[str, typer.Option("--from", help="Only from this day on, e.g. 2026-07-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="Only up to this day, e.g. 2026-09-30.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write what was out of the ordinary: refused attempts, corrections, late signatures, holds and the like.

    For auditors and the agency head. Holds names of staff, reasons, and what was tried in whose name.
    """
    from tasks.adapters import clock
    from tasks.adapters.auditing.exceptions import export_exceptions

    days = (_day(first, "--from", as_json), _day(last, "--to", as_json))
    done = written(lambda session: export_exceptions(session, file, clock.now(), *days), as_json)
    kinds = ", ".join(f"{kind} {count}" for kind, count in done.counts["kinds"].items() if count)
    say_exported(done, as_json, f"{done.counts['exceptions']} exceptions{': ' if kinds else ''}{kinds}.")


def sample(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .zip.", show_default=False)],
    cases: Annotated[int, typer.Option(help="How many cases to draw.", show_default=False)],
    seed: Annotated[str, typer.Option(help="Any text: the same text draws the same cases.", show_default=False)],
    holder: Annotated[str, typer.Option(help="Only cases that this unit holds, e.g. Procurement.")] = "",
    state: Annotated[str, typer.Option(help="Only cases in this state, e.g. filed.")] = "",
    as_json: AsJson = False,
) -> None:
    """Draw cases at random and write all their evidence: events, signatures, facts, PDFs, scans, messages.

    For auditors. Holds everything about these cases: keep it as you keep audit papers.
    """
    from tasks.adapters.auditing.case_sample import export_sample
    from tasks.adapters.registration.queries import CaseFilter

    check_filter(state, holder, as_json)
    done = written(lambda session: export_sample(session, file, cases, seed, CaseFilter(state, holder)), as_json)
    told = done.counts
    say_exported(
        done, as_json,
        f"{told['cases']} of {told['population']} cases, {told['files']} files, {told['missing_files']} missing, "
        f"{told['under_legal_hold']} cases under a legal hold: {', '.join(told['drawn'])}.",
    )  # fmt: skip


def public(
    target: Annotated[Path, typer.Argument(help="A name ending in .zip, or a new folder.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write the public-records copy: cases, awards, events, amendments, letters, without restricted fields.

    For whoever answers a public-records request. FIELDS.csv says what is withheld; Legal decides on the release.
    """
    from tasks.adapters import clock
    from tasks.adapters.auditing.public_copy import export_public

    done = written(lambda session: export_public(session, target, clock.now()), as_json)
    say_exported(done, as_json, f"{', '.join(f'{count} {name}' for name, count in done.counts.items())}.", str(target))


def holds(file: TableFile, as_json: AsJson = False) -> None:
    """Write the cases under a legal hold: since when, by whom, why.

    For counsel, auditors, and whoever keeps or disposes of records. The reasons may be privileged: ask Legal first.
    """
    from tasks.adapters import clock
    from tasks.adapters.auditing.holds import export_holds

    done = written(lambda session: export_holds(session, file, clock.now()), as_json)
    count = done.counts["holds"]
    say_exported(done, as_json, f"{count} {'case' if count == 1 else 'cases'} under a legal hold.")


def written(write: Callable[[Any], "Exported"], as_json: bool) -> "Exported":
    """What an export wrote; it ends the command with a sentence where the file cannot be written."""
    from tasks.adapters.database import reading
    from tasks.adapters.export import ExportRefused

    try:
        ready()
        with reading() as session:
            return write(session)
    except ExportRefused as refusal:
        refuse(str(refusal), as_json)


def say_exported(done: "Exported", as_json: bool, sentence: str, where: str = "") -> None:
    """What was counted, and each file with its hash: what is handed over can be told from what was changed since."""
    file = where or next(iter(done.files))
    if as_json:
        say_json({"file": file, "sha256": done.files.get(file), "files": done.files, **done.counts})
        return
    typer.echo(f"{file}: {sentence}")
    for name, digest in done.files.items():
        typer.echo(f"SHA-256 {digest}  {name}")


def _day(text: str, option: str, as_json: bool) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        refuse(f"{option} “{text[:40]}” is no date. Write it as 2026-12-24.", as_json)
