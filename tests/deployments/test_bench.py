import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from rich.console import Console
from sqlalchemy import func, select

from deployments.bench.deciding import LOADS
from deployments.bench.measure import STEWARD, BenchError, Spent, imports_of, least, measured, peak_mb
from deployments.bench.place import NOW, SMALL, postgres_database
from deployments.bench.runner import BENCHES, chosen, measure
from deployments.bench.synthetic import DOCUMENTS, EVENTS, award_list, fill
from deployments.bench.table import KEPT, Goal, Row, table_rows, write_rows
from models.registration.award_list import AwardList, parse_award_list
from models.registration.records import DocumentReport, RegistrationCase
from models.shared.calendar import new_york_date
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.spreadsheets import read_sheets
from tests.conftest import forget

# Those that start no server; the others that start none are measured by the command.
QUICK = (
    "imports", "reviews-small", "reviews-large", "letters", "fiscal-papers", "fiscal-portfolio", "deciding", "evidence",
    "exports",
)  # fmt: skip
BY_COMMAND = ("commands", "deciding-machine", "payment-histories")


@dataclass(frozen=True)
class Commanded:
    """What `steward bench` did: the user's home, its rows as JSON, what it told the user."""

    home: Path
    rows: list[dict[str, Any]]
    said: str

    def of(self, start: str) -> list[dict[str, Any]]:
        """The rows whose names begin so."""
        return [row for row in self.rows if row["name"].startswith(start)]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Row]]:
    """The rows of the quick measurements on little data, by name; the user's home is a folder that nobody made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(tmp_path_factory.mktemp("user") / "home"))
        forget()
        found = measure(chosen(QUICK), SMALL, Console(file=io.StringIO()))
        assert not Path(os.environ["STEWARD_HOME"]).exists(), "the user's home was touched"
        yield {row.name: row for row in found}
    forget()


def test_a_row_has_the_figures_that_programs_read():
    row = Row("audit", Spent(3.0, 4.0), 2, 1_000, "events", Spent(1.5, 1.6), "hashing", Goal("ratio", 2.5), 120.04)
    assert row.figures() == {
        "name": "audit", "ours_cpu_s": 3.0, "base_cpu_s": 1.5, "ratio": 2.0, "goal": 2.5, "runs": 2, "wall_s": 4.0,
        "count": 1_000, "unit": "events", "each_ms": 3.0, "peak_mb": 120.0, "base": "hashing", "met": True,
    }  # fmt: skip


def test_a_row_without_base_and_goal_has_no_ratio():
    figures = Row("letters", Spent(1.0, 1.0), 1).figures()
    assert (figures["base_cpu_s"], figures["ratio"], figures["goal"], figures["met"]) == (None, None, None, None)


def test_a_row_that_was_only_waited_for_has_no_processor_time():
    assert Row("deciding, p99", Spent(0.0, 0.04), 2_000).kept() == {
        "name": "deciding, p99", "ours_cpu_s": None, "base_cpu_s": None, "ratio": None, "goal": None, "runs": 2_000,
    }  # fmt: skip


def test_what_was_only_waited_for_on_both_sides_is_compared_by_the_wall():
    row = Row("two workers", Spent(0.0, 4.0), 1, base=Spent(0.0, 5.0), goal=Goal("ratio", 0.75))
    figures = row.figures()
    assert (figures["ratio"], figures["ours_cpu_s"], figures["base_cpu_s"], figures["met"]) == (0.8, None, None, False)


@pytest.mark.parametrize(("wall", "kept", "met"), [(0.9, True, True), (1.1, True, False), (0.9, False, False)])
def test_a_goal_is_met_when_figure_and_condition_hold(wall: float, kept: bool, met: bool):
    goal = Goal("wall_s", 1, ", without Prefect", kept)
    row, words = Row("show", Spent(0.5, wall), 1, goal=goal), f"at most 1 s on the wall, without Prefect: {wall}"
    assert (row.figures()["met"], row.figures()["goal"]) == (met, words if met else f"MISSED: {words}")
    assert table_rows([row])[0]["goal"].startswith("MISSED: ") is not met


def test_the_rows_are_written_as_one_json_list_of_six_figures_each(tmp_path: Path):
    made = [Row("one", Spent(1, 2), 1), Row("two", Spent(3, 4), 3, base=Spent(2, 2), goal=Goal("ratio", 3))]
    write_rows(made, tmp_path / "home" / "bench.json")
    assert json.loads((tmp_path / "home" / "bench.json").read_text()) == [
        {"name": "one", "ours_cpu_s": 1, "base_cpu_s": None, "ratio": None, "goal": None, "runs": 1},
        {"name": "two", "ours_cpu_s": 3, "base_cpu_s": 2, "ratio": 1.5, "goal": 3, "runs": 3},
    ]


def test_of_several_runs_the_least_counts():
    assert least([Spent(3, 1), Spent(2, 5), Spent(4, 4)]) == Spent(2, 1)


def test_the_time_of_a_child_that_ended_is_counted():
    with measured() as spent:
        subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"], check=True)
    assert spent.cpu_s > 0
    assert peak_mb() > 10


def test_an_unknown_measurement_is_refused_with_the_known_ones():
    with pytest.raises(BenchError, match=r"no measurement “speed”\. Known: imports, import-command"):
        chosen(["speed"])


def test_without_a_choice_everything_is_measured():
    assert chosen([]) == list(BENCHES)
    assert [bench.name for bench in chosen(["letters", "imports"])] == ["letters", "imports"]


def test_the_invented_list_reads_as_the_councils_does(tmp_path: Path):
    sheets = read_sheets(award_list(tmp_path / "awards.xlsx", 560))
    listed = parse_award_list(sheets, fiscal_year=None, agency_aliases={})
    assert isinstance(listed, AwardList)
    assert (listed.rows_read, len(listed.rows), len(listed.rejected)) == (560, 560, 0)
    assert sum(row.agency == "SBS" for row in listed.rows) == 20
    assert len(CalamineWorkbook.from_path(tmp_path / "awards.xlsx").get_sheet_by_index(0).to_python()) == 561


def test_invented_contracts_have_chains_that_an_audit_accepts(home: Path):
    fill(20, NOW)
    with reading() as session:
        report = audit(session)
        reports = session.execute(select(func.count()).select_from(DocumentReport)).scalar_one()
    policies = 2
    assert (report.events, report.chains, report.problems) == (20 * EVENTS + policies, 21, ())
    assert reports == 20 * DOCUMENTS


def test_invented_contracts_stand_at_every_stage_as_their_history_says(home: Path):
    fill(20, NOW)
    with reading() as session:
        states = set(session.execute(select(RegistrationCase.__table__.c.state)).scalars())  # type: ignore[attr-defined]
        loaded = load_cases(session, open_case_ids(session), new_york_date(NOW))
    assert states == {
        "designated", "scope", "documents", "responsibility", "public_notice", "legal", "package", "filed",
        "registered", "active",
    }  # fmt: skip
    assert all(case.packet.history[-1].state == case.packet.state for case in loaded)
    assert all(len(case.packet.documents) == DOCUMENTS for case in loaded)
    assert (
        registration_policy().stage_due(loaded[0].packet.state, loaded[0].packet.state_since) == loaded[0].head.due_on
    )


def test_an_import_is_measured_beside_its_base(rows: dict[str, Row]):
    first, again = rows["invented list, first import"], rows["invented list, again"]
    assert first.count == again.count == SMALL.rows
    assert first.base is not None and first.base.cpu_s > 0 and first.base_is


def test_a_review_is_measured_stage_by_stage(rows: dict[str, Row]):
    whole, stages = rows["review, all"], [rows[f"review, {name}"] for name in ("load", "judge", "record")]
    assert whole.spent.cpu_s == pytest.approx(sum(stage.spent.cpu_s for stage in stages))
    assert whole.base is not None and whole.peak_mb is not None and whole.peak_mb > 10
    assert {stage.count for stage in stages} == {whole.count}


def test_letters_chains_and_exports_are_measured(rows: dict[str, Row]):
    assert rows["letters, one worker"].count == SMALL.letters
    assert rows["audit verify"].count == SMALL.contracts * EVENTS + 1  # the signed policy
    assert rows["checkpoint, all chains new"].count == SMALL.contracts
    assert {rows[f"export cases, {ending}"].count for ending in ("CSV", "XLSX")} == {SMALL.contracts}
    assert rows["export ocds"].count > SMALL.contracts


def test_fiscal_papers_are_measured_beside_a_straight_line(rows: dict[str, Row]):
    papers = rows["fiscal reviews and portfolio"]
    assert papers.count == SMALL.letters + 1 and papers.base is not None and papers.base.cpu_s > 0
    assert rows["fiscal papers after the first"].spent.cpu_s < papers.spent.cpu_s
    assert rows["portfolio report"].count == SMALL.contracts


def test_two_workers_are_measured_on_the_wall_beside_what_the_machine_gives(rows: dict[str, Row]):
    name = "fiscal papers, two workers and their start"
    workers, waited, loops = rows[name], rows[f"{name}, on the wall"], rows["two loops at once, on the wall"]
    assert workers.spent.cpu_s > 1, "the workers' own time is counted"
    assert waited.spent == Spent(0.0, workers.spent.wall_s) and waited.base is not None
    assert loops.figures()["ratio"] is not None and loops.figures()["ours_cpu_s"] is None


def test_twenty_people_who_decide_at_once_are_measured_on_each_database(rows: dict[str, Row]):
    with postgres_database() as url:
        databases = ("SQLite",) if url is None else ("SQLite", "PostgreSQL")
    whole = {f"deciding, 20 people, {load.title}, {database}, all" for load in LOADS for database in databases}
    assert {name for name in rows if name.startswith("deciding, 20 people") and name.endswith(", all")} == whole
    assert {rows[name].count for name in whole} == {SMALL.contracts // len(LOADS)}
    for name in whole:
        p50, p99, slowest, page = (
            rows[name.replace(", all", f", {part}")].spent.wall_s
            for part in ("p50", "p99", "slowest", "page before it, p99")
        )
        assert 0 < p50 <= p99 <= slowest and page > 0


def test_little_data_is_held_to_no_goal(rows: dict[str, Row]):
    assert {row.goal for row in rows.values()} == {None}


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Commanded:
    """What one command measured: the home that it wrote into, and what it said."""
    home = tmp_path_factory.mktemp("commanded") / "home"
    only = [word for name in BY_COMMAND for word in ("--only", name)]
    done = subprocess.run(
        [STEWARD, "bench", "--small", *only, "--json"], env={**os.environ, "STEWARD_HOME": str(home)},
        capture_output=True, text=True, cwd=home.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Commanded(home, json.loads(done.stdout), done.stderr)


def test_the_command_prints_one_line_and_keeps_six_figures_of_each_row_in_the_home(commanded: Commanded):
    kept = [{key: row[key] for key in KEPT} for row in commanded.rows]
    assert kept == json.loads((commanded.home / "bench.json").read_text())
    assert [path.name for path in commanded.home.iterdir()] == ["bench.json"]
    assert "yours is not touched" in commanded.said
    assert {row["name"].rsplit(", ")[0] for row in commanded.of("steward ")} == {
        "steward cases registration --json --limit 100", "steward show R27-971000012 --json",
    }  # fmt: skip


def test_the_machine_over_all_doors_runs_from_the_command_and_breaks_no_rule(commanded: Commanded):
    (row,) = commanded.of("steps over all doors")
    assert (row["name"], row["unit"], row["goal"]) == ("steps over all doors, violations: 0", "steps", None)
    assert row["count"] >= 300


def test_histories_of_payments_are_played_from_the_command(commanded: Commanded):
    rows = commanded.of("histories of payments")
    assert rows[0]["name"] == "histories of payments, SQLite, violations: 0"
    assert {(row["unit"], row["count"]) for row in rows} == {("histories", 20)}


def test_the_command_measures_nothing_else(commanded: Commanded):
    starts = ("steward ", "steps over all doors", "histories of payments")
    assert commanded.rows == [row for start in starts for row in commanded.of(start)]


def test_the_command_refuses_what_it_cannot_measure(tmp_path: Path):
    told = {**os.environ, "STEWARD_HOME": str(tmp_path / "home")}
    done = subprocess.run([STEWARD, "bench", "--only", "speed"], env=told, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no measurement “speed”." in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("words", [("cases", "registration", "--json"), ("show", "R27-1", "--json")])
def test_commands_that_only_read_import_neither_prefect_nor_weasyprint(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path / "home"))
    imports_of(*words)
    found = imports_of(*words)
    assert {"sqlalchemy", "typer"} <= found
    assert not {"prefect", "weasyprint", "pikepdf", "xlsxwriter"} & found
