"""Exports of registration: the case list as a spreadsheet, the contracts as OCDS releases."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from models.registration.ocds import Published, package_head, publish
from models.registration.ocds_awards import first_kind, linked, named, recall
from models.registration.ocds_facts import PublicAward, PublicEvent
from models.registration.ocds_history import NOT_PUBLIC
from models.registration.policy import AgencyPolicy, Policy
from models.registration.records import Award
from models.shared.records import CaseEvent, Contract
from tasks.adapters.database import batches
from tasks.adapters.export import ExportRefused, TableHead, check_target, write_table, written_whole
from tasks.adapters.registration.case_table import COLUMNS, case_cells
from tasks.adapters.registration.cases import PROCESS
from tasks.adapters.registration.queries import CaseFilter, case_rows

PAGE = 500


@dataclass(frozen=True)
class PublishedPackage:
    """What a package holds; `differ` names the contracts whose releases do not add up to their rows."""

    contracts: int
    releases: int
    differ: tuple[str, ...]


def export_cases(session: Session, path: Path, wanted: CaseFilter, policy: Policy, now: datetime) -> tuple[int, int]:
    """Write the rows of the case list, in its order, whatever the list's own limit; counts them and sums their cents.

    Raises ExportRefused.
    """
    steady(session)
    total = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal total
        for page in _pages(session, wanted):
            for cells in case_cells(session, page, policy, now):
                total += cells[_AMOUNT]
                yield cells

    count = write_table(path, TableHead("Registration cases", COLUMNS, now), rows())
    return count, total


_AMOUNT = [column.heading for column in COLUMNS].index("Amount")


def _pages(session: Session, wanted: CaseFilter) -> Iterator[list[dict[str, Any]]]:
    offset = 0
    while page := case_rows(session, replace(wanted, limit=PAGE, offset=offset))[0]:
        yield page
        offset += PAGE


def export_ocds(session: Session, path: Path, agency: AgencyPolicy) -> PublishedPackage:
    """Write one release package with the releases of every contract, in order; one release a line.

    Two exports of the same history are the same file. Raises ExportRefused.
    """
    check_target(path, (".json",))
    steady(session)
    changed_at = _last_change(session)
    if changed_at is None:
        raise ExportRefused("There is no contract to publish yet. Import an award list first.")
    contracts, releases, differ = 0, 0, []
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_json(package_head(agency, changed_at))[:-1] + ',"releases":[')
        for row, published, agrees in _published(session, agency):
            for release in published.releases:
                file.write((",\n" if releases else "\n") + _json(release))
                releases += 1
            contracts += 1
            if not agrees:
                differ.append(row.contract_id)
        file.write("\n]}\n")
    return PublishedPackage(contracts, releases, tuple(differ))


def steady(session: Session) -> None:
    """Let all queries of this session see the database as it is now, whoever writes meanwhile; call it first."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _last_change(session: Session) -> datetime | None:
    """When a public event of a contract was last recorded; an import's own events belong to no state."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(func.max(table.at)).where(
        table.process == PROCESS, table.state_to != "", table.event.not_in(NOT_PUBLIC)
    )
    found: datetime | None = session.execute(query).scalar()
    return found


def _published(session: Session, agency: AgencyPolicy) -> Iterator[tuple[Row[Any], Published, bool]]:
    """Each contract with its releases, and whether merging them gives what the database says of it."""
    after = ""
    while contracts := _contracts(session, after):
        ids = [row.contract_id for row in contracts]
        after = ids[-1]
        histories = _histories(session, ids)
        awards, places = _awards(session, ids, histories)
        histories |= _histories(session, set(places.values()) - histories.keys(), histories)
        told = recall(awards, places, histories)
        carried: dict[str, dict[str, int]] = {contract_id: {} for contract_id in ids}
        for key, contract_id in places.items():
            carried.setdefault(contract_id, {})[key] = awards[key].amount_cents
        for row in contracts:
            events = histories[row.contract_id]
            if events:
                kind = first_kind(row.contract_id, histories)
                published = publish(row, events, told[row.contract_id], agency, kind)
                yield row, published, _agrees(row, published, carried[row.contract_id])


def _agrees(row: Row[Any], published: Published, carried: dict[str, int]) -> bool:
    has = (published.amount_cents, published.awards, published.term_end, published.kind.value)
    return has == (row.amount_cents, carried, row.term_end, row.kind)


def _contracts(session: Session, after: str) -> Sequence[Row[Any]]:
    table = Contract.__table__.c  # type: ignore[attr-defined]
    query = select(
        table.contract_id, table.fiscal_year, table.kind, table.vendor_ein, table.vendor_name, table.beneficiary_ein,
        table.beneficiary_name, table.amount_cents, table.term_start, table.term_end,
    ).where(table.contract_id > after)  # fmt: skip
    return session.execute(query.order_by(table.contract_id).limit(PAGE)).all()


def _histories(session: Session, ids: Iterable[str], known: Iterable[str] = ()) -> dict[str, list[PublicEvent]]:
    """The public events of some contracts, and of those to and from which their awards went."""
    found: dict[str, list[PublicEvent]] = {}
    missing = set(ids)
    while missing:
        found |= _events(session, sorted(missing))
        missing = linked(found) - found.keys() - set(known)
    return found


def _events(session: Session, ids: Sequence[str]) -> dict[str, list[PublicEvent]]:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = (
        select(table.case_id, table.seq, table.occurred_at, table.event, table.state_to, table.payload)
        .where(table.process == PROCESS, table.event.not_in(NOT_PUBLIC))
        .order_by(table.case_id, table.seq)
    )
    found: dict[str, list[PublicEvent]] = {contract_id: [] for contract_id in ids}
    for some in batches(ids):
        for row in session.execute(query.where(table.case_id.in_(some))):
            found[row.case_id].append(
                PublicEvent(row.seq, row.occurred_at, row.event, row.state_to, json.loads(row.payload))
            )
    return found


def _awards(
    session: Session, ids: Sequence[str], histories: dict[str, list[PublicEvent]]
) -> tuple[dict[str, PublicAward], dict[str, str]]:
    """Today's rows of the awards that the events name or the contracts carry, and the contract that carries each."""
    table = Award.__table__.c  # type: ignore[attr-defined]
    query = select(
        table.mocs_id, table.amount_cents, table.status, table.source, table.program_name, table.purpose,
        table.contract_id,
    )  # fmt: skip
    rows = list(session.execute(query.where(table.contract_id.in_(ids))))
    moved = {key for events in histories.values() for event in events for key in named(event)}
    for some in batches(sorted(moved - {row.mocs_id for row in rows})):
        rows += session.execute(query.where(table.mocs_id.in_(some)))
    places = {row.mocs_id: row.contract_id for row in rows if row.contract_id}
    return {row.mocs_id: PublicAward(*row[:6]) for row in rows}, places
