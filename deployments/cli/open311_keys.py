"""`steward keys open311`: the keys of programs that send requests through Open311."""

from typing import Annotated

import typer

from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table

app = typer.Typer(help="Keys of programs that send requests through Open311.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]
_COLUMNS = {"key_id": "Id", "name": "Name", "made": "Made", "revoked": "Revoked"}


@app.command("new")
def new(name: Annotated[str, typer.Argument(help="Whose program it is for.")], as_json: AsJson = False) -> None:
    """Make a key and print it, this once; a hash of it is kept alone."""
    from tasks.adapters import clock
    from tasks.adapters.database import writing
    from tasks.adapters.hotline.open311_keys import KeyNameProblem, new_api_key

    ready()
    try:
        with writing() as session:
            key = new_api_key(session, name, clock.now())
    except KeyNameProblem as problem:
        refuse(str(problem), as_json)
    say_json({"api_key": key}) if as_json else typer.echo(key)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """All keys: whose, since when, until when."""
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.open311_keys import api_keys

    ready()
    with reading() as session:
        rows = [
            {
                "key_id": key.key_id, "name": key.name, "made": key.made_at.isoformat(),
                "revoked": key.revoked_at.isoformat() if key.revoked_at else None,
            }
            for key in api_keys(session)
        ]  # fmt: skip
    say_json({"keys": rows}) if as_json else say_table(rows, _COLUMNS)


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="Its id, or a name: all of its keys.")], as_json: AsJson = False
) -> None:
    """Revoke a key: nothing that is sent with it is taken any more."""
    from tasks.adapters import clock
    from tasks.adapters.database import writing
    from tasks.adapters.hotline.open311_keys import KeyNameProblem, revoke_api_keys

    ready()
    try:
        with writing() as session:
            ids = revoke_api_keys(session, key, clock.now())
    except KeyNameProblem as problem:
        refuse(str(problem), as_json)
    say_json({"revoked": ids}) if as_json else typer.echo(f"Revoked: {', '.join(ids)}.")
