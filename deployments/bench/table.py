"""The table that a measurement ends in: for people, and as `bench.json` for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployments.bench.measure import Spent
from tasks.adapters.home import write_atomically

_WORDS = {
    "wall_s": "{:g} s on the wall", "ours_cpu_s": "{:g} s of CPU", "ratio": "{:g} times the base",
    "each_ms": "{:g} ms each", "peak_mb": "{:g} MB",
}  # fmt: skip
MISSED = "MISSED: "
# What of a row stands in `bench.json`.
KEPT = ("name", "ours_cpu_s", "base_cpu_s", "ratio", "goal", "runs")


@dataclass(frozen=True)
class Goal:
    """The most that one figure of a row may be: `wall_s`, `ours_cpu_s`, `ratio`, `each_ms` or `peak_mb`."""

    figure: str
    most: float
    besides: str = ""
    kept: bool = True

    @property
    def text(self) -> str:
        """`at most 20 s on the wall`, with what else must hold."""
        return f"at most {_WORDS[self.figure].format(self.most)}{self.besides}"


@dataclass(frozen=True)
class Row:
    """One figure: what was done to how many of what, its cost, and that of the least that would have to be done.

    `kept` of the goal says whether its other condition held. Times in seconds, memory in MB. Without processor time it
    was only waited for.
    """

    name: str
    spent: Spent
    runs: int
    count: int = 1
    unit: str = ""
    base: Spent | None = None
    base_is: str = ""
    goal: Goal | None = None
    peak_mb: float | None = None

    def figures(self) -> dict[str, Any]:
        """The row for programs: those of `bench.json`, and more. A figure that does not apply is None.

        `goal` is the number that the ratio may be at most; where it is about another figure, words and that figure.
        """
        found: dict[str, Any] = {
            "name": self.name,
            "ours_cpu_s": round(self.spent.cpu_s, 4) if self.spent.cpu_s else None,
            "base_cpu_s": round(self.base.cpu_s, 4) if self.base and self.base.cpu_s else None,
            "ratio": self._ratio(),
            "goal": None,
            "runs": self.runs,
            "wall_s": round(self.spent.wall_s, 4),
            "count": self.count,
            "unit": self.unit,
            "each_ms": round(1000 * self.spent.cpu_s / self.count, 3),
            "peak_mb": None if self.peak_mb is None else round(self.peak_mb, 1),
            "base": self.base_is,
        }
        if self.goal is None:
            return {**found, "met": None}
        reached = found[self.goal.figure]
        met = self.goal.kept and reached <= self.goal.most
        words = f"{'' if met else MISSED}{self.goal.text}: {reached:g}"
        return {**found, "goal": self.goal.most if self.goal.figure == "ratio" else words, "met": met}

    def _ratio(self) -> float | None:
        """By processor time; by the wall where both were only waited for."""
        if self.base is None:
            return None
        ours, theirs = self.spent.cpu_s, self.base.cpu_s
        if not ours and not theirs:
            ours, theirs = self.spent.wall_s, self.base.wall_s
        return round(ours / theirs, 2) if theirs else None

    def kept(self) -> dict[str, Any]:
        """The row as it stands in `bench.json`."""
        found = self.figures()
        return {key: found[key] for key in KEPT}


def write_rows(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as a JSON list; the file appears whole or not at all."""
    write_atomically(path, (json.dumps([row.kept() for row in rows], indent=1, ensure_ascii=False) + "\n").encode())


COLUMNS = {
    "name": "What", "many": "How many", "cpu": "CPU s", "each": "ms each", "wall": "Wall s", "base": "Base CPU s",
    "ratio": "Ratio", "peak": "Peak MB", "runs": "Runs", "goal": "Goal",
}  # fmt: skip


def table_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for people; a goal that was missed says so."""
    return [_table_row(row, row.figures()) for row in rows]


def _table_row(row: Row, found: dict[str, Any]) -> dict[str, Any]:
    missed = "" if found["met"] is not False else MISSED
    many = found["unit"] and f"{found['count']:,} {found['unit']}"
    return {
        "name": found["name"], "many": many,
        "cpu": "" if found["ours_cpu_s"] is None else f"{found['ours_cpu_s']:.2f}",
        "each": f"{found['each_ms']:.2f}" if many else "", "wall": f"{found['wall_s']:.2f}",
        "base": "" if found["base_cpu_s"] is None else f"{found['base_cpu_s']:.2f}",
        "ratio": found["ratio"], "peak": found["peak_mb"], "runs": found["runs"],
        "goal": missed + row.goal.text if row.goal else "",
    }  # fmt: skip
