"""`steward sample`: the blind second reading of contacts, and what it says about triage."""

from typing import Annotated

import typer

from deployments.cli.credentials import AsJson, Code, Signer, credential, signing
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table

app = typer.Typer(help="A second person reads contacts without seeing what triage said.", no_args_is_help=True)
_COLUMNS = {"what": "What", "figure": "Figure"}


@app.command("next")
def next_contact(staff: Signer, code: Code = "", as_json: AsJson = False) -> None:
    """Show what the next contact of the sample says; that you opened it is kept. Takes the code of your authenticator.

    Then say with “steward sample answer” where it goes and how urgent it is.
    """
    from models.hotline.told_facts import in_words
    from tasks.adapters import clock
    from tasks.adapters.hotline.sample_reading import open_next
    from tasks.adapters.sealing import SealError

    ready()
    try:
        with signing(staff, "open the sample", as_json):
            form = open_next(credential(staff, code), clock.now())
    except SealError as error:
        refuse(str(error), as_json)
    told = in_words(form.told_facts) if form else []
    if as_json and form:
        say_json({"contact": form.contact_id, "channel": str(form.channel), "words": form.words, "told": told})
    elif as_json:
        say_json({})
    elif form is None:
        typer.echo("No contact of the sample waits for you.")
    else:
        # What a screen obeys rather than shows is left out.
        words = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in form.words)
        typer.echo(f"{form.contact_id}, by {form.channel}, received {form.received_at:%Y-%m-%d %H:%M} UTC\n\n{words}")
        if told:
            typer.echo(f"\nTold besides: {'; '.join(told)}.")


@app.command("answer")
def answer(
    contact: Annotated[str, typer.Argument(help="The contact's id.", show_default=False)],
    unit: Annotated[str, typer.Option("--unit", help="Where it goes, such as FIA.", show_default=False)],
    priority: Annotated[int, typer.Option("--priority", help="How urgent it is: 1 to 4.", show_default=False)],
    staff: Signer, code: Code = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Keep where you would send a contact of the sample and how urgent it is. Takes the code of your authenticator."""
    from tasks.adapters import clock
    from tasks.adapters.hotline.sample_reading import Answer, record_reading

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

    from models.hotline.sample_figures import figures
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.sampling import accuracy_of, week_of

    ready()
    try:
        monday = week_of(week.strip(), clock.today())
    except LookupError as error:
        refuse(str(error), as_json)
    with reading() as session:
        found = accuracy_of(session, monday)
    if as_json:
        say_json({"week": monday.isoformat(), **asdict(found)})
        return
    rows = [{"what": one.what, "figure": one.value} for one in figures(found)]
    say_table(rows, _COLUMNS, title=f"Week of {monday}", width=100)
