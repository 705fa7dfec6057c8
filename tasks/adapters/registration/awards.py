"""Takes an award list into the database: awards, contracts, cases, events, in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.registration.award_list import AwardList
from models.registration.awards import AwardedContract, AwardRow, KnownAward, assign_keys, group_awards
from models.registration.policy import Policy
from models.registration.records import Award
from models.shared.calendar import start_of_day
from models.shared.documents import canonical, sha256
from models.shared.money import plain
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.registration.contracts import AwardChange, keep_contracts

ACTOR = "import awards"
_CHUNK = 1_000
_NOT_KEPT = ("row", "legal_name_as_written", "agency_as_written")


@dataclass(frozen=True)
class AwardImport:
    """What an import was asked: whose awards become cases, as of which day, and whether the list is a part only."""

    file_id: str
    agency: str
    as_of: date | None = None
    partial: bool = False


@dataclass(frozen=True)
class _Sorted:
    new: list[AwardRow]
    changed: list[AwardRow]
    unchanged: int
    vanished: list[str]


def keep_list(session: Session, listed: AwardList, asked: AwardImport, policy: Policy, at: datetime) -> dict[str, Any]:
    """Keep a whole list or nothing; returns the counts and sums of the import's JSON line, without the file's own."""
    years = {row.fiscal_year for row in listed.rows}
    stored = _stored(session, years)
    keyed = assign_keys(listed.rows, _known(stored))
    unread = {row.base_key for row in listed.rejected}
    sorted_ = _sort(keyed, stored, unread, partial=asked.partial)
    _write(session, sorted_, at)
    changes = _award_changes(sorted_, stored, at)
    designated = start_of_day(asked.as_of) if asked.as_of else at
    opened = _keep_contracts(session, years, asked.agency, policy, changes, designated, at)
    ours = [row for row in keyed if row.agency == asked.agency]
    append_batch(session, "registration", f"import:{asked.file_id}", _batch_events(keyed, at), at)
    return {
        "agency_awards": len(ours),
        "agency_amount": plain(sum(row.amount_cents for row in ours)),
        "imported": len(sorted_.new),
        "updated": len(sorted_.changed),
        "unchanged": sorted_.unchanged,
        "vanished": len(sorted_.vanished),
        "contracts_opened": opened,
    }


def _stored(session: Session, years: set[int]) -> dict[str, Any]:
    table = Award.__table__.c  # type: ignore[attr-defined]
    query = select(
        table.mocs_id, table.base_key, table.row_hash, table.amount_cents, table.status, table.vanished_at,
        table.contract_id, table.agency,
    ).where(table.fiscal_year.in_(years))  # fmt: skip
    return {row.mocs_id: row for row in session.execute(query)}


def _known(stored: dict[str, Any]) -> dict[str, list[KnownAward]]:
    """Stored awards by base key, those still on the list first."""
    found: dict[str, list[KnownAward]] = defaultdict(list)
    for row in sorted(stored.values(), key=lambda r: (r.vanished_at is not None, r.mocs_id)):
        found[row.base_key].append(KnownAward(row.mocs_id, row.row_hash, row.amount_cents))
    return found


def _sort(keyed: Sequence[AwardRow], stored: dict[str, Any], unread: set[str], *, partial: bool) -> _Sorted:
    """Sort the rows by what they bring. An award whose row could not be read has not vanished."""
    new, changed, unchanged = [], [], 0
    for row in keyed:
        there = stored.get(row.mocs_id)
        if there is None:
            new.append(row)
        elif there.row_hash != row.row_hash or there.vanished_at is not None:
            changed.append(row)
        else:
            unchanged += 1
    listed = {row.mocs_id for row in keyed}
    gone = [
        key
        for key, row in stored.items()
        if not partial and key not in listed and row.base_key not in unread and row.vanished_at is None
    ]
    return _Sorted(new, changed, unchanged, sorted(gone))


def _columns(row: AwardRow) -> dict[str, Any]:
    kept = {key: value for key, value in asdict(row).items() if key not in _NOT_KEPT}
    return {**kept, "row_hash": row.row_hash, "vanished_at": None}


def _write(session: Session, sorted_: _Sorted, at: datetime) -> None:
    connection, table = session.connection(), Award.__table__  # type: ignore[attr-defined]
    if sorted_.new:
        rows = [{**_columns(row), "contract_id": None, "held_out": ""} for row in sorted_.new]
        connection.execute(insert(table), rows)
    if sorted_.changed:
        columns = [{**_columns(row), "b_key": row.mocs_id} for row in sorted_.changed]
        connection.execute(update(table).where(table.c.mocs_id == bindparam("b_key")), columns)
    if sorted_.vanished:
        gone = [{"b_key": key, "vanished_at": at} for key in sorted_.vanished]
        connection.execute(update(table).where(table.c.mocs_id == bindparam("b_key")), gone)


def _award_changes(sorted_: _Sorted, stored: dict[str, Any], at: datetime) -> dict[str, AwardChange]:
    """What happened to each award, in words for its case's history."""
    changes = {row.mocs_id: AwardChange("award_added", {"amount": plain(row.amount_cents)}) for row in sorted_.new}
    for row in sorted_.changed:
        before = stored[row.mocs_id]
        details = {"amount": plain(row.amount_cents), "status": row.status}
        if before.amount_cents != row.amount_cents:
            details["amount_before"] = plain(before.amount_cents)
        if before.status != row.status:
            details["status_before"] = before.status
        changes[row.mocs_id] = AwardChange("award_changed", details)
    for key in sorted_.vanished:
        changes[key] = AwardChange("award_vanished", {"amount": plain(stored[key].amount_cents)})
    return changes


def _keep_contracts(
    session: Session,
    years: set[int],
    agency: str,
    policy: Policy,
    changes: dict[str, AwardChange],
    designated: datetime,
    at: datetime,
) -> int:
    """Group the agency's awards anew and bring contracts and cases in line; returns how many cases were opened."""
    table = Award.__table__  # type: ignore[attr-defined]
    query = select(Award).where(table.c.fiscal_year.in_(years), table.c.agency == agency)
    awards = {award.mocs_id: award for award in session.execute(query).scalars()}
    grouping = group_awards(awards.values(), city_eins=policy.agency.city_eins)
    place: dict[str, tuple[str | None, str]] = {key: (None, "city body") for key in grouping.city_awards}
    place |= {key: (None, "no EIN") for key in grouping.needs_ein}
    place |= {key: (contract.contract_id, "") for contract in grouping.contracts for key in contract.mocs_ids}
    moved = [
        {"b_key": key, "contract_id": contract_id, "held_out": why}
        for key, (contract_id, why) in sorted(place.items())
        if (awards[key].contract_id, awards[key].held_out) != (contract_id, why)
    ]
    before = {str(row["b_key"]): awards[str(row["b_key"])].contract_id for row in moved}
    if moved:
        session.connection().execute(update(table).where(table.c.mocs_id == bindparam("b_key")), moved)
    by_contract = _changes_by_contract(grouping.contracts, before, changes)
    return keep_contracts(session, grouping.contracts, awards, by_contract, agency, policy, designated, at)


def _changes_by_contract(
    contracts: Sequence[AwardedContract], before: dict[str, str | None], changes: dict[str, AwardChange]
) -> dict[str, list[tuple[str, AwardChange]]]:
    """The changes that each contract's case has to record; an award that left a contract is told to the old one."""
    found: dict[str, list[tuple[str, AwardChange]]] = defaultdict(list)
    for contract in contracts:
        for key in contract.mocs_ids:
            left = before.get(key)
            if left and left != contract.contract_id:
                found[left].append((key, AwardChange("award_changed", {"moved_to": contract.contract_id})))
                found[contract.contract_id].append((key, AwardChange("award_added", {"moved_from": left})))
            elif key in changes:
                found[contract.contract_id].append((key, changes[key]))
    return found


def _batch_events(keyed: Sequence[AwardRow], at: datetime) -> list[Happening]:
    """One event a chunk of rows with the hash of its rows: the list itself is evidence without an event a row."""
    now = []
    for start in range(0, len(keyed), _CHUNK):
        chunk = keyed[start : start + _CHUNK]
        rows = sha256(canonical([[row.mocs_id, row.row_hash] for row in chunk]))
        now.append((start + 1, start + len(chunk), rows))
    return [
        Happening("rows_imported", ACTOR, "", at, {"from": first, "to": last, "rows_sha256": rows})
        for first, last, rows in now
    ]
