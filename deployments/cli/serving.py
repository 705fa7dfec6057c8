"""`steward run`, `serve`, `demo`, `init`, `migrate`: what starts and keeps things running."""

from datetime import datetime
from typing import Annotated, Any

import typer

from deployments.cli.progress_bar import shown
from deployments.cli.ready import ready
from deployments.cli.says import Refused, say_json

AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


def run(
    deployment: Annotated[str, typer.Argument(help="Its name, e.g. review-registrations.")],
    param: Annotated[list[str] | None, typer.Option(help="A parameter as NAME=VALUE; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a deployment now, through the running server or one started for this command."""
    given = dict(_parameter(text) for text in param or [])
    ready()
    from deployments.running import Misuse, a_server, understood
    from deployments.running import run as run_here

    try:
        with a_server(lambda: understood(deployment, given)), shown():
            result = run_here(deployment, understood(deployment, given))
    except Misuse as error:
        raise Refused(str(error)) from error
    say_json(result) if as_json else typer.echo(_words(result))


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Refused(f"“{text}” is not a parameter. Write it as NAME=VALUE, e.g. case=R27-123456789.")
    return name, value


def _words(result: Any) -> str:
    if isinstance(result, dict):
        told = {key: value for key, value in result.items() if value not in (None, "")}
        return "Done: " + ", ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in told.items()) + "."
    if isinstance(result, list):
        lines = [_words(item) if isinstance(item, dict) else str(item) for item in result]
        return "\n".join(lines) or "Done: there was nothing new."
    return "Done." if result is None else str(result)


def _short(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def init(
    fixed_clock: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M:%S%z"], help="Let its clock stand at this moment.")
    ] = None,
) -> None:
    """Create the home (STEWARD_HOME) and its tables."""
    from tasks.adapters.home import Home, HomeError, create_home
    from tasks.adapters.settings import settings

    try:
        create_home(Home(clock="fixed", moment=fixed_clock) if fixed_clock else Home())
    except HomeError as error:
        raise Refused(str(error)) from error
    ready()
    typer.echo(f"The home {settings().home} is ready.")


def migrate(
    check: Annotated[bool, typer.Option(help="Only say whether models and migrations agree.")] = False,
    new: Annotated[str, typer.Option(help="Write a new migration with this title.")] = "",
) -> None:
    """Bring the tables to this checkout's version."""
    from deployments import migrate as migrations

    if check:
        missing = migrations.differences()
        if missing:
            raise Refused(f"The models have what no migration brings: {missing} Run: steward migrate --new TITLE")
        typer.echo("Models and migrations agree.")
        return
    migrations.migrate()
    if new:
        migrations.add_migration(new)


def serve() -> None:
    """Serve the office: Prefect UI, schedules and desk, until Ctrl-C."""
    from deployments.serve import serve_until_stopped
    from models.hotline.letter_texts import LetterTextError
    from tasks.adapters.hotline.letter_files import letter_texts

    ready()
    try:
        letter_texts()
    except LetterTextError as error:
        raise Refused(str(error)) from error
    serve_until_stopped()


def demo(
    once: Annotated[bool, typer.Option(help="End when the season is played instead of serving on.")] = False,
) -> None:
    """Play a season of an invented agency through the real flows, then serve it."""
    from deployments.demo import play
    from tasks.adapters.home import HomeError

    try:
        play(once=once)
    except HomeError as error:
        raise Refused(str(error)) from error
