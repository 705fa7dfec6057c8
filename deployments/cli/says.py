"""How the command line speaks: one JSON line or a table for people, and one sentence for a refusal."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NoReturn

import typer


class Refused(Exception):
    """The command cannot be done; the message is the sentence that the user reads. Exit code 2."""


def say_json(value: Any) -> None:
    """One line of JSON on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def refuse(sentence: str, as_json: bool) -> NoReturn:
    """End the command with a sentence; with `--json` it stands on standard output too."""
    if as_json:
        say_json({"error": sentence})
    raise Refused(sentence)


def check_filter(state: str, holder: str, as_json: bool) -> None:
    """Refuse a state or a holder that no contract can have."""
    from models.registration.states import ALL_STATES, states_held_by

    if state and state not in ALL_STATES:
        refuse(f"There is no state “{state}”. Known: {', '.join(ALL_STATES)}.", as_json)
    if holder and not states_held_by(holder):
        known = sorted({s.holder for s in ALL_STATES.values()})
        refuse(f"Nobody is called “{holder}”. Known: {', '.join(known)}.", as_json)


def say_table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], title: str = "", width: int | None = None
) -> None:
    """A table of `columns` (field to heading) for people; as wide as the screen, or `width` characters."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, justify="right" if heading in ("Amount", "Days") else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(key) is None else str(row[key]) for key in columns))
    Console(width=width).print(table)


def lasted(seconds: int) -> str:
    """A duration in words: `12 days 3 h`, to the second below an hour."""
    time = timedelta(seconds=seconds)
    hours, rest = divmod(time.seconds, 3600)
    if time.days:
        return f"{time.days} days {hours} h"
    minutes, left = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"
