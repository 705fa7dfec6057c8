"""What triage costs at least: a file read, judged by phrases and stored, and five pages about it, in a straight line.

No sealing, no access log, no audit, no earlier contacts, no resumption, one transaction. It decides less than triage
does: compare cost, not content. What it needs is imported as it goes: a program of its own would pay for that too.
"""

import csv
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from deployments.bench.measure import Spent, measured
from deployments.bench.synthetic_inquiries import PHRASES

NOTHING, URGENT = "other", "danger"
# A subject's priority: 5 is the most urgent here.
_PRIORITY = {"danger": 5, "shelter": 4, "cold": 4, "court": 4, "food": 3}
_URGENT_PHRASES = frozenset(
    {"threatens to kill", "he has a gun", "want to die", "end my life", "hurt myself", "child is hurt"}
)
_JUDGED_AT = "2027-02-01T15:00:00Z"
_PAGES, _STYLE = Path(__file__).with_name("triage_base_pages"), Path(__file__).with_name("fiscal_base_pages")
_TABLES = """
CREATE TABLE inquiry (
  id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, received_at TEXT NOT NULL, channel TEXT NOT NULL,
  language TEXT NOT NULL, said TEXT NOT NULL, caller TEXT, phone TEXT, zip TEXT, subject TEXT, source TEXT,
  imported_at TEXT NOT NULL
);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY, inquiry_id INTEGER NOT NULL REFERENCES inquiry (id), subject TEXT NOT NULL,
  priority INTEGER NOT NULL, queue TEXT NOT NULL, rule TEXT NOT NULL, hits INTEGER NOT NULL, evidence TEXT NOT NULL,
  review INTEGER NOT NULL, decided_at TEXT NOT NULL
);
CREATE INDEX decision_subject ON decision (subject, priority);
CREATE INDEX decision_review ON decision (review) WHERE review = 1;
"""
# Subject, priority, rule, hits, evidence, and 1 where a person looks at it.
Judged = tuple[str, int, str, int, str, int]
_INTO_INQUIRY = f"INSERT INTO inquiry VALUES ({', '.join('?' * 12)})"
_INTO_DECISION = f"INSERT INTO decision VALUES ({', '.join('?' * 10)})"
_JOINED = "inquiry JOIN decision ON inquiry.id = inquiry_id"
_SUMS = {
    "by_subject": "SELECT subject, count(*), sum(priority >= 4), sum(review), round(avg(priority), 2) FROM decision "
    "GROUP BY 1 ORDER BY 2 DESC",
    "by_day": f"SELECT substr(received_at, 1, 10), count(*), sum(priority >= 4) FROM {_JOINED} GROUP BY 1",
    "by_language": f"SELECT language, channel, count(*), sum(review) FROM {_JOINED} GROUP BY 1, 2",
    "urgent": f"SELECT number, received_at, decision.subject, evidence FROM {_JOINED} WHERE priority = 5 "
    "ORDER BY received_at LIMIT 120",
}


class Triaged(NamedTuple):
    """What a run of the base cost, and how many inquiries it stored by subject."""

    spent: Spent
    by_subject: dict[str, int]


def straight(source: Path, folder: Path) -> Triaged:
    """Triage a file of inquiries into a new database of the folder, and print `summary.pdf` there."""
    with measured() as spent:
        automaton = phrases()
        with source.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            next(rows)
            inquiries, decisions = _judged(rows, automaton)
        path = folder / "base.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as database:
            _store(database, inquiries, decisions)
            sums = {name: database.execute(query).fetchall() for name, query in _SUMS.items()}
        _print(sums, len(inquiries), folder / "summary.pdf")
    return Triaged(spent, {row[0]: row[1] for row in sums["by_subject"]})


def phrases() -> Any:
    """The phrases, made ready to be looked for."""
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for subject, listed in PHRASES.items():
        for phrase in listed:
            automaton.add_word(phrase, (len(phrase), phrase, subject))
    automaton.make_automaton()
    return automaton


def judged(text: str, automaton: Any) -> Judged:
    """The subject of most phrases in a text; one that speaks of a life at risk is urgent whatever else it says."""
    counts: dict[str, int] = {}
    found, urgent, words = [], False, text.lower()
    for last, (size, phrase, subject) in automaton.iter_long(words):
        before, after = last - size, last + 1
        if (before < 0 or not words[before].isalnum()) and (after == len(words) or not words[after].isalnum()):
            counts[subject] = counts.get(subject, 0) + 1
            found.append(phrase)
            urgent = urgent or phrase in _URGENT_PHRASES
    if not counts:
        return NOTHING, 1, "nothing found", 0, "", 1
    subject = URGENT if urgent else max(counts, key=counts.__getitem__)
    tied = len(counts) > 1 and sorted(counts.values())[-2] == counts[subject]
    priority, rule = (5, "urgent phrase") if urgent else (_PRIORITY.get(subject, 2), "most phrases")
    return subject, priority, rule, sum(counts.values()), "|".join(found), int(tied or urgent)


def _judged(rows: Iterable[Sequence[str]], automaton: Any) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of both tables. The fourth column is the language, the fifth what was said."""
    inquiries, decisions = [], []
    for key, row in enumerate(rows, 1):
        inquiries.append((key, *row, "hotline", _JUDGED_AT))
        subject, priority, rule, hits, evidence, review = judged(row[4], automaton)
        queue = subject if row[3] == "en" else f"bilingual-{subject}"
        decisions.append((key, key, subject, priority, queue, rule, hits, evidence, review, _JUDGED_AT))
    return inquiries, decisions


def _store(database: sqlite3.Connection, inquiries: list[Any], decisions: list[Any]) -> None:
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = normal")
    database.executescript(_TABLES)
    with database:
        database.executemany(_INTO_INQUIRY, inquiries)
        database.executemany(_INTO_DECISION, decisions)


def _print(sums: Mapping[str, Sequence[Sequence[Any]]], count: int, target: Path) -> None:
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    import jinja2
    from weasyprint import CSS, HTML

    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(_PAGES), autoescape=True)
    most = max(row[1] for row in sums["by_subject"])
    html = pages.get_template("summary.html.j2").render(sums, count=count, most=most)
    HTML(string=html).write_pdf(target, stylesheets=[CSS(filename=_STYLE / "report.css")])
