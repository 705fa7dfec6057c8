"""`steward surge`: the events of surge mode, and whether the file of each can be used and is signed."""

import typer

from deployments.cli.credentials import AsJson
from deployments.cli.ready import ready
from deployments.cli.says import refuse, say_json, say_table

_COLUMNS = {"event": "Event", "name": "Name", "from": "From", "to": "To", "runs": "Runs", "contacts": "Contacts"}


def surge(as_json: AsJson = False) -> None:
    """Say which events of surge mode there are, whether they run today, and how many contacts belong to each.

    A file that cannot be used, or that two administrators have not signed as it is, is told in one sentence, and the
    answer is 2; triage goes on without it.
    """
    from tasks.adapters import clock
    from tasks.adapters.hotline.phrase_files import signal_names
    from tasks.adapters.hotline.surges import read_surges, tagged

    ready()
    surges, counts = read_surges(signal_names()), tagged()
    rows = [
        {
            "event": event.event, "name": event.name, "from": event.first_day.isoformat(),
            "to": event.last_day.isoformat() if event.last_day else "open",
            "runs": "yes" if event.runs_on(clock.today()) else "no", "contacts": counts.get(event.event, 0),
        }
        for event in (one.surge for one in surges.events)
    ]  # fmt: skip
    if surges.problems or surges.waiting:
        refuse(" ".join((*surges.problems, *surges.waiting)), as_json)
    if as_json:
        say_json({"events": rows})
    elif rows:
        say_table([{name: str(value) for name, value in row.items()} for row in rows], _COLUMNS, width=100)
    else:
        typer.echo(
            "There is no event of surge mode. Copy deployments/samples/hotline/surge.toml to deployments/surge/. It "
            "counts once two administrators signed it (“steward policy propose”, “steward policy sign”)."
        )
