"""Takes an award list into the database: awards, contracts, cases, events, in one transaction."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from models.registration.award_list import AwardList
from models.registration.awards import AwardedContract, AwardRow, KnownAward, assign_keys, group_awards
from models.registration.placement import carried_by
from models.registration.policy import Policy
from models.registration.records import Award, RegistrationCase
from models.shared.calendar import start_of_day
from models.shared.documents import canonical, sha256
from models.shared.money import plain
from models.shared.records import Contract
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.registration.contracts import AwardChange, keep_contracts

ACTOR = "import awards"
_CHUNK = 1_000
# What a list says of an award in words: each change keeps what was there before, so that history can be told as it was.
_TEXTS = ("source", "program_name", "purpose")
_NOT_KEPT = ("row", "legal_name_as_written", "agency_as_written")
_KEPT = tuple(field.name for field in fields(AwardRow) if field.name not in _NOT_KEPT)


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
        table.contract_id, table.agency, *(table[name] for name in _TEXTS),
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
    kept = {name: getattr(row, name) for name in _KEPT}
    return {**kept, "row_hash": row.row_hash, "vanished_at": None}


def _write(session: Session, sorted_: _Sorted, at: datetime) -> None:
    connection, table = session.connection(), Award.__table__  # type: ignore[attr-defined]
    if sorted_.new:
        rows = [{**_columns(row), "contract_id": None, "placed_in": "", "held_out": ""} for row in sorted_.new]
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
        for name in _TEXTS:
            if getattr(before, name) != getattr(row, name):
                details |= {name: getattr(row, name), f"{name}_before": getattr(before, name)}
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
    # Locked, so that nobody regroups what is being grouped.
    query = select(Award).where(table.c.fiscal_year.in_(years), table.c.agency == agency).with_for_update()
    awards = {award.mocs_id: award for award in session.execute(query).scalars()}
    folded = folded_contracts(session, years)
    grouping = group_awards(
        awards.values(),
        city_eins=policy.agency.city_eins,
        place=lambda key, own: carried_by(own, awards[key].placed_in, folded),
    )
    gone = _given_away(session, years, agency)
    awards |= gone
    place: dict[str, tuple[str | None, str]] = {key: (None, "") for key in gone}
    place |= {key: (None, "city body") for key in grouping.city_awards}
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
    by_contract = _changes_by_contract(grouping.contracts, before, awards, changes)
    return keep_contracts(session, grouping.contracts, awards, by_contract, agency, policy, designated, at)


def folded_contracts(session: Session, years: Collection[int]) -> dict[str, str]:
    """For each contract of some fiscal years that gave all its awards to another, that other."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.folded_into).where(table.folded_into != "", table.fiscal_year.in_(years))
    return {row.case_id: row.folded_into for row in session.execute(query)}


def _given_away(session: Session, years: set[int], agency: str) -> dict[str, Award]:
    """Awards that still hang on a contract of ours though a newer list gives them to another agency."""
    table, contract = Award.__table__.c, Contract.__table__.c  # type: ignore[attr-defined]
    query = (
        select(Award)
        .join(Contract, contract.contract_id == table.contract_id)
        .where(table.fiscal_year.in_(years), contract.agency == agency, table.agency != agency)
    )
    return {award.mocs_id: award for award in session.execute(query).scalars()}


def _changes_by_contract(
    contracts: Sequence[AwardedContract],
    before: dict[str, str | None],
    awards: dict[str, Award],
    changes: dict[str, AwardChange],
) -> dict[str, list[tuple[str, AwardChange]]]:
    """The changes that each contract's case has to record; an award that left a contract is told to the old one."""
    found: dict[str, list[tuple[str, AwardChange]]] = defaultdict(list)
    here = {key: contract.contract_id for contract in contracts for key in contract.mocs_ids}
    for key, left in before.items():
        if left and left != here.get(key):
            said = {"amount": plain(awards[key].amount_cents), "status": awards[key].status}
            said |= {name: getattr(awards[key], name) for name in _TEXTS}
            said |= changes[key].details if key in changes else {}
            found[left].append((key, AwardChange("award_changed", {**said, "moved_to": here.get(key, "")})))
            if key in here:
                found[here[key]].append((key, AwardChange("award_added", {**said, "moved_from": left})))
    for key, contract_id in here.items():
        if key in changes and not (before.get(key) and before[key] != contract_id):
            found[contract_id].append((key, changes[key]))
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
