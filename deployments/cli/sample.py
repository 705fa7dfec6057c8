"""`steward sample`: the blind second reading of contacts, and what it says about triage."""

from typing import Annotated

import typer

from deployments.cli.credentials import AsJson, Code, Signer, credential, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table

app = typer.Typer(help="A second person reads contacts without seeing what triage said.", no_args_is_help=True)
_COLUMNS = {"what": "What", "figure": "Figure"}
_NAMES = {
    "readings": "contacts read", "urgent": "of these of priority 1", "recall": "priority 1 found by triage",
    "over": "of what triage called priority 1, wrongly", "under": "of what is priority 1, missed by triage",
    "kappa": "agreement on priorities beyond chance (Cohen's kappa)", "same_unit": "same unit",
}  # fmt: skip


@app.command("next")
def next_contact(staff: Signer, code: Code = "", as_json: AsJson = False) -> None:
    """Show what the next contact of the sample says; that you opened it is kept. Takes the code of your authenticator.

    Then say with “steward sample answer” where it goes and how urgent it is.
    """
    from tasks.adapters import clock
    from tasks.adapters.hotline.sampling import open_next
    from tasks.adapters.sealing import SealError

    ready()
    try:
        with signing(staff, "open the sample", as_json):
            form = open_next(credential(staff, code), clock.now())
    except SealError as error:
        refuse(str(error), as_json)
    if as_json:
        say_json({"contact": form.contact_id, "channel": str(form.channel), "words": form.words} if form else {})
    elif form is None:
        typer.echo("No contact of the sample waits for you.")
    else:
        # What a screen obeys rather than shows is left out.
        words = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in form.words)
        typer.echo(f"{form.contact_id}, by {form.channel}, received {form.received_at:%Y-%m-%d %H:%M} UTC\n\n{words}")


@app.command("answer")
def answer(
    contact: Annotated[str, typer.Argument(help="The contact's id.", show_default=False)],
    unit: Annotated[str, typer.Option("--unit", help="Where it goes, such as FIA.", show_default=False)],
    priority: Annotated[int, typer.Option("--priority", help="How urgent it is: 1 to 4.", show_default=False)],
    staff: Signer, code: Code = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Keep where you would send a contact of the sample and how urgent it is. Takes the code of your authenticator."""
    from tasks.adapters import clock
    from tasks.adapters.hotline.sampling import Answer, record_reading

    ready()
    with signing(staff, "answer the sample", as_json):
        record_reading(credential(staff, code), contact, Answer(unit.strip().upper(), priority), clock.now())
    if as_json:
        say_json({"contact": contact})
    else:
        typer.echo(f"{contact}: kept.")


@app.command("report")
def report(
    week: Annotated[str, typer.Option("--week", help="Any day of the week, such as 2026-11-20; else the last.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say how well triage told the priorities of a week, as far as its sample was read; of fewer than ten: n<10."""
    from dataclasses import asdict

    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.sampling import accuracy_of, week_of

    ready()
    try:
        monday = week_of(week.strip(), clock.today())
    except LookupError as error:
        refuse(str(error), as_json)
    with reading() as session:
        figures = asdict(accuracy_of(session, monday))
    if as_json:
        say_json({"week": monday.isoformat(), **figures})
        return
    rows = [{"what": name, "figure": _shown(figures[key])} for key, name in _NAMES.items()]
    say_table(rows, _COLUMNS, title=f"Week of {monday}", width=100)


def _shown(value: float | None) -> str:
    return "n<10" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
