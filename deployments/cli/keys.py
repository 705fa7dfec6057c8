"""`steward keys`: the keys that seal what constituents said."""

from typing import Annotated

import typer

from deployments.cli import open311_keys
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json

app = typer.Typer(help="The keys that seal what constituents said: make one, change it.", no_args_is_help=True)
app.add_typer(open311_keys.app, name="open311")


@app.command("new")
def new() -> None:
    """Print a new key for STEWARD_HOTLINE_KEY; it is kept nowhere."""
    from tasks.adapters.hotline.vault import new_key

    typer.echo(new_key())


@app.command("rotate")
def rotate(as_json: Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")] = False) -> None:
    """Seal all contacts and files with the present key; the old ones stand in STEWARD_HOTLINE_OLD_KEYS until then."""
    from deployments.cli.progress_bar import shown
    from tasks.adapters.hotline.rotation import rotate as seal_all
    from tasks.adapters.sealing import SealError

    ready()
    try:
        with shown():
            result = seal_all()
    except SealError as error:
        refuse(str(error), as_json)
    if as_json:
        say_json(result)
        return
    typer.echo(f"{result['contacts']:,} contacts and {result['files']:,} files were sealed anew with {result['key']}.")
    if result["finished"]:
        typer.echo("Nothing is sealed with an older key: STEWARD_HOTLINE_OLD_KEYS may be emptied.")
    else:
        typer.echo("Something came in meanwhile under an older key. Run it again.")
