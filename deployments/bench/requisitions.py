"""Measures the review of a thousand requisitions by one flow, beside the pure rules and a bulk insert of their results.

The base has each packet's facts as a line of a file. It builds the packets, calls the rules, and inserts findings and
outcomes; it hashes nothing, chains nothing, keeps no packet, asks nobody whether a case changed meanwhile. A second row
leaves out of the base even that the packets are built.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Integer, MetaData, String, Table, create_engine, insert

from deployments.bench.flow_runs import MOST_TASK_RUNS, alone, keep, put_back, task_runs
from deployments.bench.measure import BenchError, Spent, command, least, measured, peak_mb, total
from deployments.bench.place import NOW, SMALL, Place, in_process
from deployments.bench.synthetic_requisitions import LINES, fill_requisitions
from deployments.bench.table import Goal, Row
from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.rules import review
from models.payments.verdicts import Outcome
from models.shared.records import CaseFinding
from tasks.adapters import clock
from tasks.adapters.collecting import uncollected
from tasks.adapters.database import reading
from tasks.adapters.payments.cases import PROCESS, load_requisitions, undecided_case_ids
from tasks.adapters.policy import payments_policy

COUNT, SMALL_COUNT = 1_000, 8
_NAME = "review-requisitions"
_RULES = "the pure rules, findings and outcomes inserted with Core"
_BASE = f"packets built of plain rows, {_RULES}"
_UNIT = f"requisitions of {len(LINES)} lines"


@dataclass(frozen=True)
class _Ran:
    """What one run cost, and what it came to; `rules` is what it cost without the building of packets."""

    spent: Spent
    peak_mb: float
    outcomes: dict[str, int]
    task_runs: int = 0
    rules: Spent = field(default_factory=Spent)


def requisitions(place: Place) -> Iterator[Row]:
    """The flow against a running server, which is not counted, and the base, in turn, each in a fresh process."""
    from deployments.running import register
    from deployments.server import serving

    count = SMALL_COUNT if place.sizes == SMALL else COUNT
    place.home("requisitions")
    in_process(prepare, place, count)
    ours, base = [], []
    with serving(lasting=True):
        register(paused=True)
        for _ in range(place.sizes.runs):
            put_back(place.folder / "before.db")
            ours.append(alone(_flow))
            base.append(alone(straight, place.folder))
        put_back(place.folder / "before.db")
        whole, _ = command("run", _NAME, "--json")
    if any(run.outcomes != base[0].outcomes for run in (*ours, *base)):
        raise BenchError(f"Flow and base did not come to the same: {ours[0].outcomes} and {base[0].outcomes}.")
    yield from _rows(ours, base, count)
    yield Row(f"steward run {_NAME}, with the start of its process", whole, 1, count, _UNIT)


def _rows(ours: Sequence[_Ran], base: Sequence[_Ran], count: int) -> Iterator[Row]:
    runs, spent = max(run.task_runs for run in ours), least([run.spent for run in ours])
    goal = Goal("ratio", 3, f", in at most {MOST_TASK_RUNS} task runs", kept=runs <= MOST_TASK_RUNS)
    yield Row(
        f"review of requisitions, one flow, {runs} task runs", spent, len(ours), count, _UNIT,
        least([run.spent for run in base]), _BASE, goal, max(run.peak_mb for run in ours),
    )  # fmt: skip
    rules = least([run.rules for run in base])
    yield Row("the same beside rules and inserts alone", spent, len(ours), count, _UNIT, rules, _RULES)


def prepare(place: Place, count: int) -> None:
    """Bring requisitions into the home, keep it as it is before their review, and each packet as a line of JSON."""
    fill_requisitions(count, place.folder / "files")
    with reading() as session:
        loaded = load_requisitions(session, undecided_case_ids(session), payments_policy(), clock.today())
    if len(loaded) != count:
        raise BenchError(f"Of {count} invented requisitions {len(loaded)} wait for a review.")
    (place.folder / "packets.jsonl").write_text("".join(f"{case.packet.canonical()}\n" for case in loaded))
    keep(place.folder / "before.db")


def _flow() -> _Ran:
    """One run of the flow, as the command and the schedule start it, until Prefect's server was told all of it."""
    from deployments.running import a_server, flush, run

    with a_server():
        import deployments.schedules  # noqa: F401

        with measured() as spent:
            told = run(_NAME, {})
            flush()
        peak = peak_mb()
        return _Ran(spent, peak, _outcomes(told), task_runs().total())


def _outcomes(told: dict[str, int]) -> dict[str, int]:
    return {outcome.value: told[outcome] for outcome in sorted(Outcome) if outcome in told}


@uncollected()
def straight(folder: Path) -> _Ran:
    """What a straight-line program does: facts in, rules, results out; like ours without a search for cycles."""
    policy, lines = payments_policy(), (folder / "packets.jsonl").read_text().splitlines()
    database, outcomes = _bare(folder / "base.db")
    with measured() as built:
        packets = [RequisitionPacket.model_validate_json(line) for line in lines]
    with measured() as rules:
        found, came_to = [], []
        for packet in packets:
            told, result = _judged(packet, policy)
            found += told
            came_to.append(result)
        with database.begin() as connection:
            connection.execute(insert(CaseFinding), found)
            connection.execute(insert(outcomes), came_to)
    names = [row["outcome"] for row in came_to]
    told_of = {name: names.count(name) for name in sorted(set(names))}
    return _Ran(total((built, rules)), peak_mb(), told_of, rules=rules)


def _judged(packet: RequisitionPacket, policy: Policy) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of one requisition's findings, and the row of its outcome."""
    verdict, number = review(packet, policy), packet.requisition.number
    found = [
        {
            "process": PROCESS, "case_id": number, "code": finding.code, "subject": finding.subject,
            "severity": finding.severity.value, "message": finding.message, "citation": finding.citation,
            "evidence": json.dumps(finding.evidence), "remedy": finding.remedy, "tell": json.dumps(finding.tell),
            "opened_at": NOW, "closed_at": None,
        }
        for finding in verdict.findings
    ]  # fmt: skip
    came_to = {
        "case_id": number, "outcome": verdict.outcome.value, "approved_cents": verdict.approved_cents,
        "net_cents": verdict.net_cents, "ira_on": verdict.ira_on, "required_on": verdict.required_on,
    }  # fmt: skip
    return found, came_to


def _bare(path: Path) -> tuple[Any, Table]:
    """An empty database with a table of findings as ours, and one of outcomes."""
    path.unlink(missing_ok=True)
    outcomes = Table(
        "outcome", MetaData(), Column("case_id", String, primary_key=True), Column("outcome", String),
        Column("approved_cents", Integer), Column("net_cents", Integer), Column("ira_on", Date),
        Column("required_on", Date),
    )  # fmt: skip
    database = create_engine(f"sqlite:///{path}")
    for table in (CaseFinding.__table__, outcomes):  # type: ignore[attr-defined]
        table.create(database)
    return database, outcomes
