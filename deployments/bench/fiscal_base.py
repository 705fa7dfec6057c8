"""What fiscal reviews cost at least: a ledger read, checked and stored, and two pages a provider, in a straight line.

No packet, no rules beyond a pace, no tags, no proof, one process. It decides less than the reviews do: compare cost,
not content.
"""

import csv
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import jinja2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

_MONTHS = ("Jul", "Aug", "Sep", "Oct")
_HERE = Path(__file__).with_name("fiscal_base_pages")


@dataclass(frozen=True)
class BaseLine:
    """A budget line of the base: cents, and the spent part of its budget in percent."""

    provider: str
    code: str
    name: str
    budget: int
    months: Sequence[int]

    @property
    def spent(self) -> int:
        return sum(self.months)

    @property
    def percent(self) -> float:
        return 100 * self.spent / self.budget

    @property
    def standing(self) -> str:
        pace = 100 * len(self.months) / 12
        return "Over" if self.percent > 1.15 * pace else "Under" if self.percent < 0.7 * pace else "On track"


def draw_ledger(ledger: Path, folder: Path) -> Iterator[Path]:
    """Read, check and store the lines, then draw a PDF a provider and one of all; each path as its file is there."""
    with ledger.open(newline="", encoding="utf-8") as source:
        rows = list(csv.reader(source))[1:]
    lines = [BaseLine(row[0], row[1], row[2], _cents(row[3]), [_cents(value) for value in row[4:]]) for row in rows]
    _store(lines, folder / "base.db")
    fonts = FontConfiguration()
    sheet = CSS(filename=_HERE / "report.css", font_config=fonts)
    template = jinja2.Environment(loader=jinja2.FileSystemLoader(_HERE), autoescape=True).get_template("report.html.j2")
    for name, context in _reports(lines):
        target = folder / f"{name}.pdf"
        HTML(string=template.render(context)).write_pdf(target, stylesheets=[sheet], font_config=fonts)
        yield target


def _reports(lines: Sequence[BaseLine]) -> Iterator[tuple[str, Mapping[str, object]]]:
    sums = []
    for provider, group in groupby(lines, key=lambda line: line.provider):
        own = list(group)
        months = [sum(month) for month in zip(*(line.months for line in own), strict=True)]
        sums.append(BaseLine(provider, f"{len(own)} lines", provider, sum(line.budget for line in own), months))
        yield provider, _context(provider, own)
    yield "all", _context("All providers", sums)


def _context(title: str, lines: Sequence[BaseLine]) -> Mapping[str, object]:
    budget = sum(line.budget for line in lines)
    bars = [(name, 600 * sum(line.months[at] for line in lines) / budget) for at, name in enumerate(_MONTHS)]
    findings = [f"{line.code}: {line.percent:.1f}% spent" for line in lines if line.standing != "On track"]
    return {"title": title, "lines": lines, "bars": bars, "findings": findings[:6], "found": len(findings),
            "budget": budget, "spent": sum(line.spent for line in lines)}  # fmt: skip


def _store(lines: Sequence[BaseLine], path: Path) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE line (provider, code, name, budget, spent, standing)")
        connection.executemany(
            "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)",
            [(line.provider, line.code, line.name, line.budget, line.spent, line.standing) for line in lines],
        )


def _cents(text: str) -> int:
    whole, part = text.split(".")
    return int(whole) * 100 + int(part)
