"""The hotline on the command line: files of contacts in, and the keys that they are sealed with."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.imports import AsJson
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json


def inquiries(
    file: Annotated[
        Path, typer.Argument(help="Contacts: CSV or JSON of the office, or an export of NYC 311.", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Import contacts of constituents; they are kept sealed, and never changed by a later import."""
    from tasks.adapters.hotline.intake import record_inquiries
    from tasks.adapters.incoming import incoming, receive
    from tasks.adapters.incoming import refuse as refuse_file
    from tasks.adapters.sealing import SealError
    from tasks.adapters.settings import settings

    if not file.is_file():
        refuse(f"There is no file {file}. Check the name and the folder.", as_json)
    ready()
    try:
        file_id = receive(file, "inquiries")
        result = record_inquiries(file_id)
    except SealError as error:
        refuse(str(error), as_json)
    if isinstance(result, str):
        refuse_file(file_id, result)
        # The home does not keep what the file is called; whoever imports it knows.
        refuse(result.replace(incoming(file_id)[0].name, file.name), as_json)
    if result["rejects_file"]:
        result["rejects_file"] = str(settings().home.absolute() / result["rejects_file"])
    if as_json:
        say_json(result)
        return
    typer.echo(
        f"{result['rows_read']:,} rows read: {result['imported']:,} imported, {result['unchanged']:,} unchanged, "
        f"{result['rejected']:,} rejected."
    )
    if result["rejects_file"]:
        typer.echo(f"Row, column and reason of each rejected one: {result['rejects_file']}")
