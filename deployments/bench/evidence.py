"""Measures what evidence costs: every chain verified, a checkpoint over all heads, the exports."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import func, select

from deployments.bench.measure import BenchError, Spent, measured, peak_mb
from deployments.bench.place import NOW, Place
from deployments.bench.table import Goal, Row
from models.shared.records import CaseEvent
from tasks.adapters.audit import audit
from tasks.adapters.checkpoints import write_checkpoint
from tasks.adapters.database import engine, reading, writing
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.exports import export_cases, export_ocds
from tasks.adapters.registration.queries import CaseFilter


def evidence(place: Place) -> Iterator[Row]:
    """Checkpoint and audit over the chains of the invented contracts."""
    place.filled_home("evidence")
    with reading() as session:
        events = session.execute(select(func.count()).select_from(CaseEvent)).scalar_one()
    with measured() as first, writing() as session:
        register = write_checkpoint(session, NOW)
    yield Row("checkpoint, all chains new", first, 1, register.cases, "chains")
    with measured() as again, writing() as session:
        write_checkpoint(session, NOW + timedelta(minutes=15))
    yield Row("checkpoint, nothing new", again, 1, register.cases, "chains")
    with measured() as spent, reading() as session:
        report = audit(session)
    if report.problems or report.events != events:
        raise BenchError(f"The audit of the invented chains did not come out clean: {report.problems[:1]}.")
    base = "the rows read and hashed as they are"
    yield Row("audit verify", spent, 1, events, "events", _hashed(), base, Goal("ratio", 5), peak_mb())


def _hashed() -> Spent:
    """What an audit costs at least: every row fetched from the driver, and as many bytes hashed."""
    with measured() as spent, engine().connect() as connection:
        for row in connection.exec_driver_sql("SELECT * FROM case_event ORDER BY process, case_id, seq"):
            sha256(repr(row).encode()).hexdigest()
    return spent


def exports(place: Place) -> Iterator[Row]:
    """The case list as CSV and XLSX, and all contracts as open contracting data."""
    place.filled_home("exports")
    policy, many = registration_policy(), place.sizes.contracts
    for ending in ("csv", "xlsx"):
        with measured() as spent, reading() as session:
            count, _ = export_cases(session, place.folder / f"cases.{ending}", CaseFilter(), policy, NOW)
        yield Row(f"export cases, {ending.upper()}", spent, 1, count, "contracts")
    with measured() as spent, reading() as session:
        done = export_ocds(session, place.folder / "ocds.json", policy.agency)
    if (count, done.contracts) != (many, many):
        raise BenchError("An export did not hold every contract.")
    yield Row("export ocds", spent, 1, done.releases, "releases", peak_mb=peak_mb())
