"""`steward phrases`: the words that triage knows, learned from examples and judged by them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.credentials import AsJson
from deployments.cli.says import refuse, say_json, say_table

if TYPE_CHECKING:
    from deployments.learning.examples import Example

app = typer.Typer(help="The words that triage knows: learn their points from examples, and judge them.")
_COLUMNS = {"what": "What", "all": "All", "english": "English", "others": "Other languages"}
_NAMES = {
    "contacts": "contacts", "routed": "routed without a person", "routed_right": "of those in a unit that is accepted",
    "first_three": "right unit among the first three", "urgent_recall": "priority 1 found",
    "urgent_precision": "of what was called priority 1, rightly", "confidential_recall": "confidential found",
    "confidential_precision": "of what was called confidential, rightly",
    "language_recall": "language service found", "language_precision": "of what was called so, rightly",
    "repeats_recall": "repeats found", "repeats_precision": "of what was linked, rightly",
}  # fmt: skip


@app.command("learn")
def learn() -> None:
    """Learn the points of signals, rules and words from the examples, and write them into the phrase tables."""
    from deployments.learning.examples import EXAMPLES, read_examples
    from deployments.learning.files import points_by_hand, write_common_words, write_often_words, write_points
    from tasks.adapters.hotline.phrase_files import read_tables

    try:
        from deployments.learning.fit import fit
        from deployments.learning.meaning import meanings
    except ModuleNotFoundError as error:
        refuse(f"Learning needs the package {error.name}, which only “make setup” installs. Run that first.", False)
    files = [read_examples(path) for path in sorted(EXAMPLES.glob("*.csv"))]
    examples = [example for file in files for example in file]
    write_common_words(files)
    # What was written for danger speaks of it far oftener than callers do.
    write_often_words([each for each in examples if not each.about_danger])
    unread = read_tables(of_examples=False)
    write_points(fit(read_tables(), points_by_hand(), examples, unread, meanings))
    typer.echo(f"Learned from {len(examples)} examples; the tables lie in deployments/phrases, to be read and signed.")


@app.command("report")
def report(
    contacts: Annotated[Path, typer.Argument(help="CSV: id, received_at, channel, language, text.", exists=True)],
    labels: Annotated[Path | None, typer.Argument(help="CSV of the right answers by id, if they stand apart.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge triage by contacts whose right answers are known; the language that the file tells is not used."""
    from deployments.learning.accuracy import accuracy, judge
    from deployments.learning.linking import known_after, linked, with_links
    from models.hotline.triage import Reader
    from tasks.adapters.hotline.phrase_files import read_tables
    from tasks.adapters.policy import hotline_policy

    judged = judge(_examples(contacts, labels, as_json), Reader(read_tables()), hotline_policy())
    known = known_after(judged, hotline_policy())
    links, judged = linked(known), with_links(judged, known)
    english = [each for each in judged if each[0].language == "en"]
    others = [each for each in judged if each[0].language != "en"]
    groups = {"all": judged, "english": english, "others": others}
    figures = {name: asdict(accuracy(group, links)) for name, group in groups.items()}
    if as_json:
        say_json(figures)
        return
    rows = [{"what": name, **{group: _shown(figures[group][key]) for group in figures}} for key, name in _NAMES.items()]
    say_table(rows, _COLUMNS, width=100)


def _examples(contacts: Path, labels: Path | None, as_json: bool) -> "list[Example]":
    import csv

    from deployments.learning.examples import example_of

    def rows(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    answers = {row["id"]: row for row in rows(labels)} if labels else {}
    try:
        return [example_of({**row, **answers.get(row["id"], {})}) for row in rows(contacts)]
    except (KeyError, ValueError) as error:
        refuse(f"{contacts.name} has a row without its right answer, or with one that is not known: {error}.", as_json)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}" if isinstance(value, float) else f"{value:,}"
