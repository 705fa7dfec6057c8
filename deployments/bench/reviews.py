"""Measures reviews without drawing: the facts loaded, judged by the pure rules, and everything found recorded."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from deployments.bench.imports import lists
from deployments.bench.measure import BenchError, Spent, measured, peak_mb
from deployments.bench.place import NOW, Place
from deployments.bench.table import Goal, Row
from models.registration.moves import settle
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.shared.calendar import new_york_date
from models.shared.documents import Document
from models.shared.records import CaseEvent, CaseFinding, OutgoingMessage, StoredDocument, StoredPacket
from tasks.adapters.database import reading, writing
from tasks.adapters.incoming import receive
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.intake import load_award_list, record_award_list
from tasks.adapters.registration.reviews import ReviewedCase, letters, record
from tasks.adapters.rendering import StoredPdf

# As the flow takes them: a handful of chunks, none of less than a thousand cases.
_SMALLEST, _CHUNKS = 1_000, 4
_KEPT = (CaseFinding, StoredPacket, StoredDocument, OutgoingMessage, CaseEvent)
_BASE = "the pure rules, and the results inserted with Core"


def small_reviews(place: Place) -> Iterator[Row]:
    """The contracts of an award list, without their PDFs."""
    for name, path in lists(place):
        place.home(name)
        file_id = receive(path, "awards", {"agency": "SBS"})
        listed = load_award_list(file_id)
        if isinstance(listed, str):
            raise BenchError(listed)
        record_award_list(file_id, listed)
        yield from _reviewed(f"review, {name}", NOW)


def large_reviews(place: Place) -> Iterator[Row]:
    """Ten thousand contracts with twelve documents and ten events each, without their PDFs."""
    place.filled_home("large")
    yield from _reviewed("review", NOW)


def _reviewed(name: str, at: datetime) -> Iterator[Row]:
    policy = registration_policy()
    policy.threshold("T1", new_york_date(at))
    stages, count = _review_all(at)
    total = Spent(sum(s.cpu_s for s in stages.values()), sum(s.wall_s for s in stages.values()))
    memory = peak_mb()
    again, _ = _review_all(at)
    base = _base(policy, at)
    yield Row(f"{name}, all", total, 1, count, "contracts", base, _BASE, Goal("ratio", 3), memory)
    for stage, spent in stages.items():
        yield Row(f"{name}, {stage}", spent, 1, count, "contracts")
    for title, day in (("the same day again", again), ("the day after", _review_all(at + timedelta(days=1))[0])):
        spent = Spent(sum(s.cpu_s for s in day.values()), sum(s.wall_s for s in day.values()))
        yield Row(f"{name}, {title}", spent, 1, count, "contracts", base, _BASE, Goal("ratio", 3))


def _review_all(at: datetime) -> tuple[dict[str, Spent], int]:
    """Review every open case in chunks; what each stage cost, and how many cases there were."""
    stages = {stage: Spent() for stage in ("load", "judge", "record")}
    with reading() as session:
        ids = open_case_ids(session)
    size = max(_SMALLEST, -(-len(ids) // _CHUNKS))
    for start in range(0, len(ids), size):
        for stage, spent in zip(stages, _review_chunk(ids[start : start + size], at), strict=True):
            stages[stage].cpu_s += spent.cpu_s
            stages[stage].wall_s += spent.wall_s
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


def _base(policy: Policy, at: datetime) -> Spent:
    """What the review costs at least: the rules on facts that are there, and the rows that it wrote, inserted bare."""
    with reading() as session:
        packets = [case.packet for case in load_cases(session, open_case_ids(session), new_york_date(at))]
        rows = {table: _written(session, table, at) for table in _KEPT}
    spent = _bare(packets, rows, policy)
    return spent


def _written(session: Session, table: Any, at: datetime) -> list[dict[str, Any]]:
    query = select(table.__table__)
    if table is CaseEvent:
        query = query.where(table.__table__.c.actor == "review registrations", table.__table__.c.at == at)
    return [dict(row._mapping) for row in session.execute(query)]


def _bare(packets: Sequence[RegistrationPacket], rows: dict[Any, list[dict[str, Any]]], policy: Policy) -> Spent:
    with writing() as session:
        connection = session.connection()
        for table in _KEPT:
            doomed = delete(table)
            if table is CaseEvent:
                doomed = doomed.where(table.__table__.c.actor == "review registrations")
            connection.execute(doomed)
        with measured() as spent:
            for packet in packets:
                settle(packet, policy)
            for table, written in rows.items():
                if written:
                    connection.execute(insert(table), written)
    return spent
