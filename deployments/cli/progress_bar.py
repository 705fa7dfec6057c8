"""A progress bar on the terminal of whoever started a run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tasks.adapters.progress import heard

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def shown(console: "Console | None" = None) -> Iterator[None]:
    """Show a bar for each thing that the runs inside work through; none where nobody looks at a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    console = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:

        def show(doing: str, done: int, total: int) -> None:
            if doing not in bars:
                bars[doing] = bar.add_task(doing, total=total)
            bar.update(bars[doing], completed=done, total=total)

        with heard(show):
            yield
