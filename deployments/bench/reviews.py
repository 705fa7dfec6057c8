"""Measures reviews without drawing: the facts loaded, judged by the pure rules, and everything found recorded."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from deployments.bench.imports import import_list, lists
from deployments.bench.measure import BenchError, Spent, command, measured, peak_mb, total
from deployments.bench.place import NOW, Place, use
from deployments.bench.table import Goal, Row
from models.registration.moves import settle
from models.shared.calendar import new_york_date
from models.shared.documents import Document
from models.shared.records import CaseEvent, CaseFinding, OutgoingMessage, StoredDocument, StoredPacket
from tasks.adapters.database import reading, writing
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.reviews import ACTOR, ReviewedCase, letters, record
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.sittings import sitting

# As the flow takes them: a handful of chunks, none of less than a thousand cases.
_SMALLEST, _CHUNKS = 1_000, 4
_KEPT: tuple[Any, ...] = (CaseFinding, StoredPacket, StoredDocument, OutgoingMessage, CaseEvent)
_BASE = "the pure rules, and the results inserted with Core"


def small_reviews(place: Place) -> Iterator[Row]:
    """The contracts of an award list, without their PDFs."""
    for name, path in lists(place):
        place.home(name)
        import_list(path)
        yield from _reviewed(place, name, f"review, {name}")


def large_reviews(place: Place) -> Iterator[Row]:
    """Ten thousand contracts with twelve documents and ten events each, without their PDFs."""
    place.filled_home("large")
    yield from _reviewed(place, "large", "review")


def review_command(place: Place) -> Iterator[Row]:
    """`steward run review-registrations` against a running server, where every letter is written already."""
    from deployments.running import register
    from deployments.server import serving

    place.filled_home("flow")
    _review_all(NOW)
    with writing() as session:
        session.execute(update(OutgoingMessage).values(sent_at=NOW))
    stages, count = _review_all(NOW)
    with serving(lasting=True):
        register(paused=True)
        spent, said = command("run", "review-registrations", "--json")
    if json.loads(said)["reviewed"] != count:
        raise BenchError(f"The review did not look at every contract: {said.strip()[:200]}")
    base, words = total(stages.values()), "the same without Prefect"
    yield Row("steward run review-registrations", spent, 1, count, "contracts", base, words, Goal("ratio", 2))


def _reviewed(place: Place, home: str, name: str) -> Iterator[Row]:
    place.copied_home(home, f"{home} before")
    use(place.folder / home)
    stages, count = _review_all(NOW)
    memory = peak_mb()
    with reading() as session:
        written = {table: _written(session, table) for table in _KEPT}
    again, later = (total(_review_all(at)[0].values()) for at in (NOW, NOW + timedelta(days=1)))
    base = _base(place.folder / f"{home} before", written)
    goal = Goal("ratio", 4) if count >= _SMALLEST else None
    yield Row(f"{name}, all", total(stages.values()), 1, count, "contracts", base, _BASE, goal, memory)
    for stage, spent in stages.items():
        yield Row(f"{name}, {stage}", spent, 1, count, "contracts")
    for title, spent in (("the same day again", again), ("the day after", later)):
        yield Row(f"{name}, {title}", spent, 1, count, "contracts")


def _review_all(at: datetime) -> tuple[dict[str, Spent], int]:
    """Review every open case in chunks; what each stage cost, and how many cases there were."""
    stages = {stage: Spent() for stage in ("load", "judge", "record")}
    with sitting("review-registrations"):
        with reading() as session:
            ids = open_case_ids(session)
        size = max(_SMALLEST, -(-len(ids) // _CHUNKS))
        for start in range(0, len(ids), size):
            chunk = _review_chunk(ids[start : start + size], at)
            stages = {name: total((spent, more)) for (name, spent), more in zip(stages.items(), chunk, strict=True)}
    return stages, len(ids)


def _review_chunk(ids: Sequence[str], at: datetime) -> tuple[Spent, Spent, Spent]:
    policy = registration_policy()
    with measured() as load, reading() as session:
        loaded = load_cases(session, ids, new_york_date(at))
    with measured() as judge:
        reviewed = [ReviewedCase(case.head, *settle(case.packet, policy)) for case in loaded]
    with measured() as keep:
        with reading() as session:
            pdfs = {letter.document_id: _undrawn(letter) for letter in letters(session, reviewed, policy, office(), at)}
        with writing() as session:
            record(session, reviewed, pdfs, policy, at)
    return load, judge, keep


def _undrawn(letter: Document) -> StoredPdf:
    """The register's entry of a letter that is not drawn: the drawing is measured by itself."""
    return StoredPdf(letter, "0" * 64, "0" * 64, 1, 0)


def _base(before: Path, written: Mapping[Any, list[dict[str, Any]]]) -> Spent:
    """What the review costs at least: the rules on facts that are there, and the rows that it wrote, inserted bare."""
    use(before)
    policy = registration_policy()
    with reading() as session:
        packets = [case.packet for case in load_cases(session, open_case_ids(session), new_york_date(NOW))]
    with measured() as spent, writing() as session:
        for packet in packets:
            settle(packet, policy)
        for table, rows in written.items():
            if rows:
                session.connection().execute(insert(table), rows)
    return spent


def _written(session: Session, table: Any) -> list[dict[str, Any]]:
    """The rows that reviews wrote."""
    query, columns = select(table.__table__), table.__table__.c
    if "actor" in columns:
        query = query.where(columns.actor == ACTOR)
    return [dict(row._mapping) for row in session.execute(query)]
