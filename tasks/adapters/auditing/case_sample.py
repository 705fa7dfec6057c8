"""A sample of cases, drawn so that anybody can draw it again, with all their evidence in one zip file."""

import json
import random
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.evidence import moment
from models.shared.records import CaseEvent, PolicyVersion
from tasks.adapters.auditing.archive import Archive, written_archive
from tasks.adapters.auditing.case_evidence import CaseEvidence
from tasks.adapters.auditing.holds import held
from tasks.adapters.auditing.processes import AUDITED, Audited
from tasks.adapters.auditing.sample_readme import readme
from tasks.adapters.auditing.workbook import Exported, file_sha256
from tasks.adapters.export import ExportRefused, check_target
from tasks.adapters.registration.exports import steady
from tasks.adapters.registration.queries import CaseFilter

_METHOD = "random.Random(sha256(seed) in hexadecimal).sample(ids in order, cases), Python"


def export_sample(
    session: Session,
    path: Path,
    cases: int,
    seed: str,
    wanted: CaseFilter = CaseFilter(),
    process: str = "registration",
) -> Exported:
    """Draw so many cases in the wanted state or in the hands of the wanted unit, and write their evidence.

    The same seed on the same records gives the same bytes. Raises ExportRefused.
    """
    check_target(path, (".zip",))
    steady(session)
    audited = AUDITED[process]
    population = _population(session, audited, wanted)
    if not 0 < cases <= len(population):
        raise ExportRefused(f"There are {len(population)} such cases. Ask for a number from 1 to that.")
    drawn, as_of = draw(population, cases, seed), _last_event(session)
    with written_archive(path) as archive:
        missing, holds = _put_cases(session, archive, audited, drawn, as_of)
        facts = {
            "process": process, "seed": seed, "seed_sha256": sha256(seed), "population": len(population),
            "population_sha256": sha256(_listed(population)), "state": wanted.state, "holder": wanted.holder,
            "cases": cases, "drawn": drawn, "method": _METHOD, "as_of": moment(as_of), "under_legal_hold": holds,
        }  # fmt: skip
        archive.add("draw.json", json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        archive.add("population.txt", _listed(population))
        text = readme(
            holds=len(holds), which=_which(wanted), drawn=cases, population=len(population), process=process,
            seed=seed, as_of=moment(as_of), cases=audited.cases.__tablename__,
        )  # fmt: skip
        archive.add("README.txt", text)
    counts = {"cases": cases, "population": len(population), "files": len(archive.hashes), "missing_files": missing}
    return Exported({str(path): file_sha256(path)}, {**counts, "under_legal_hold": len(holds), "drawn": drawn})


def _which(wanted: CaseFilter) -> str:
    """The filter in words."""
    state = f"in the state “{wanted.state}”" if wanted.state else ""
    return " ".join(part for part in (state, f"held by {wanted.holder}" if wanted.holder else "") if part)


def draw(population: list[str], cases: int, seed: str) -> list[str]:
    """So many of the ids, in their order; the same for the same seed and the same population."""
    return sorted(random.Random(sha256(seed)).sample(sorted(population), cases))


def _listed(population: list[str]) -> str:
    return "".join(f"{case_id}\n" for case_id in population)


def _population(session: Session, audited: Audited, wanted: CaseFilter) -> list[str]:
    table = audited.cases.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id)
    if wanted.state:
        query = query.where(table.state == wanted.state)
    if wanted.holder:
        query = query.where(table.state.in_(audited.held_by(wanted.holder)))
    return sorted(session.execute(query).scalars())


def _last_event(session: Session) -> datetime:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    found: datetime = session.execute(select(func.max(table.at))).scalar_one()
    return found


def _put_cases(
    session: Session, archive: Archive, audited: Audited, drawn: list[str], as_of: datetime
) -> tuple[int, list[str]]:
    """Each case in its folder, one after the other, then their policies; how many files are missing, who is held."""
    holds, missing = held(session, audited), 0
    policies: set[str] = set()
    for case_id in drawn:
        evidence = CaseEvidence(session, audited, case_id, as_of, holds.get(case_id))
        for name in sorted(evidence.files):
            put, what = f"cases/{case_id}/{name}", evidence.files[name]
            archive.add_file(put, what) if isinstance(what, Path) else archive.add(put, what)
        policies |= evidence.policies
        missing += len(evidence.missing)
    table = PolicyVersion.__table__.c  # type: ignore[attr-defined]
    query = select(table.sha256, table.body).where(table.sha256.in_(sorted(policies - {""})))
    for row in session.execute(query.order_by(table.sha256)):
        archive.add(f"policies/{row.sha256}.json", row.body)
        policies.discard(row.sha256)
    return missing + len(policies - {""}), sorted(set(holds) & set(drawn))
