"""The public-records copy: cases, awards, events, amendments and letters as CSV, without what must not leave."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from models.registration.records import Amendment, Award, RegistrationCase
from models.shared.records import CaseEvent, Contract, StoredDocument
from tasks.adapters.auditing import public_fields as public
from tasks.adapters.auditing.archive import written_archive
from tasks.adapters.auditing.public_fields import LEFT_OUT, REASONS, TABLES, WHOLE_TABLES, Numbers, PublicTable
from tasks.adapters.auditing.workbook import Exported, file_sha256
from tasks.adapters.export import Column, ExportRefused, TableHead, check_target, write_table
from tasks.adapters.registration.exports import steady
from tasks.adapters.tables import load_tables

PAGE = 500
PROCESS = "registration"
_FIELDS = (Column("Table"), Column("Field"), Column("Made from"), Column("Kept or withheld"), Column("Why"))
_README = """\
PUBLIC COPY

Contracts on their way to registration: cases, the Council's awards behind them, what happened to them, their
amendments, and the letters that were sent. FIELDS.csv names every field that is kept or withheld, and why.

Cases have numbers of this copy, because the contract numbers of the office contain EINs. Where a reason was recorded,
“withheld” stands in its place. People who signed are named by their role. Amounts are in dollars, days in New York.

What is kept and withheld is a convention of the office. The Legal unit decides what is released.
"""


def export_public(session: Session, path: Path, now: datetime) -> Exported:
    """Write the copy into a zip file, or into a folder that does not exist yet; counts rows. Raises ExportRefused."""
    steady(session)
    with _filled(path) as folder:
        counts = _write_tables(session, folder, now)
        (folder / "README.txt").write_text(_README, encoding="utf-8", newline="\n")
        hashes = {file.name: file_sha256(file) for file in sorted(folder.iterdir())}
    if path.suffix.lower() == ".zip":
        return Exported({str(path): file_sha256(path)}, counts)
    return Exported({str(path / name): digest for name, digest in hashes.items()}, counts)


@contextmanager
def _filled(path: Path) -> Iterator[Path]:
    """A folder to write into, which becomes the file or folder when all is written, and is gone when not."""
    is_zip = path.suffix.lower() == ".zip"
    if is_zip:
        check_target(path, (".zip",))
    elif path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise ExportRefused(f"{path} is there already. Name a folder that does not exist yet, or a .zip file.")
    elif not path.parent.is_dir():
        raise ExportRefused(f"There is no folder {path.parent}. Create it first, or choose another.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part.d")
    try:
        part.mkdir()
        yield part
        if is_zip:
            with written_archive(path) as archive:
                for file in sorted(part.iterdir()):
                    archive.add_file(file.name, file)
        else:
            os.replace(part, path)
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written ({error.strerror}). Choose another folder.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_tables(session: Session, folder: Path, now: datetime) -> dict[str, int]:
    numbers = _numbers(session)
    counts = {}
    for table in TABLES:
        head = TableHead(table.name, [kept.column for kept in table.kept], now)
        rows = ([kept.take(row, numbers) for kept in table.kept] for row in _rows(session, table, numbers))
        counts[table.name] = write_table(folder / f"{table.name}.csv", head, rows)
    write_table(folder / "FIELDS.csv", TableHead("FIELDS", _FIELDS, now), fields())
    return counts


def _numbers(session: Session) -> dict[str, str]:
    """A number of this copy for each case, in the order in which they were opened: a later one changes none."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.fiscal_year).order_by(table.opened_at, table.case_id)
    return {row.case_id: f"FY{row.fiscal_year % 100:02d}-{n:05d}" for n, row in enumerate(session.execute(query), 1)}


def _rows(session: Session, table: PublicTable, numbers: Numbers) -> Iterator[Any]:
    """The rows of a table, in the order of the cases' numbers, a page of cases at a time."""
    ids = list(numbers)
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        place = {case_id: n for n, case_id in enumerate(page)}
        # The database has ordered the rows of each case; sorting keeps that.
        yield from sorted(_READERS[table.name](session, page), key=lambda row: place[row.case_id])


def _cases(session: Session, ids: Sequence[str]) -> Sequence[Row[Any]]:
    case, contract = RegistrationCase.__table__.c, Contract.__table__.c  # type: ignore[attr-defined]
    query = select(
        case.case_id, case.kind, case.state, case.state_since, case.opened_at, case.due_on, case.folded_into,
        contract.fiscal_year, contract.agency, contract.vendor_name, contract.beneficiary_name, contract.amount_cents,
        contract.original_amount_cents, contract.adjustment_cents, contract.term_start, contract.term_end,
    ).join(Contract, contract.contract_id == case.case_id)  # fmt: skip
    return session.execute(query.where(case.case_id.in_(ids))).all()


def _awards(session: Session, ids: Sequence[str]) -> Sequence[Row[Any]]:
    table = Award.__table__  # type: ignore[attr-defined]
    query = select(table, table.c.contract_id.label("case_id")).where(table.c.contract_id.in_(ids))
    return session.execute(query.order_by(table.c.mocs_id)).all()


class _Event(NamedTuple):
    """A public event; `told` is its payload, of which only named parts are ever read."""

    case_id: str
    seq: int
    at: datetime
    occurred_at: datetime
    event: str
    state_from: str
    state_to: str
    told: dict[str, Any]


def _events(session: Session, ids: Sequence[str]) -> Sequence[_Event]:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(
        table.case_id, table.seq, table.at, table.occurred_at, table.event, table.state_from, table.state_to,
        table.payload,
    ).where(table.process == PROCESS, table.case_id.in_(ids), table.event.not_in(sorted(LEFT_OUT)))  # fmt: skip
    rows = session.execute(query.order_by(table.case_id, table.seq))
    return [_Event._make([*row[:-1], json.loads(row.payload)]) for row in rows]


def _amendments(session: Session, ids: Sequence[str]) -> Sequence[Row[Any]]:
    table = Amendment.__table__  # type: ignore[attr-defined]
    query = select(table, table.c.contract_id.label("case_id")).where(table.c.contract_id.in_(ids))
    return session.execute(query.order_by(table.c.seq_no)).all()


def _letters(session: Session, ids: Sequence[str]) -> Sequence[Row[Any]]:
    table = StoredDocument.__table__  # type: ignore[attr-defined]
    mine = (table.c.process == PROCESS) & table.c.case_id.in_(ids) & (table.c.kind == "letter")
    return session.execute(select(table).where(mine).order_by(table.c.made_at, table.c.document_id)).all()


_READERS: dict[str, Callable[[Session, Sequence[str]], Sequence[Any]]] = {
    "cases": _cases, "awards": _awards, "events": _events, "amendments": _amendments, "letters": _letters,
}  # fmt: skip


def fields() -> Iterator[list[str]]:
    """Every field that is kept, then every column and table of the database that is withheld, with the reason."""
    for table in TABLES:
        for kept in table.kept:
            yield [table.name, kept.column.heading, ", ".join(kept.sources), "kept", ""]
        sources = {source for kept in table.kept for source in kept.sources}
        for name in (f"{m.__tablename__}.{c.name}" for m in table.models for c in m.__table__.columns):  # type: ignore[attr-defined]
            if name not in sources or name in REASONS:
                yield [table.name, "", name, public.WITHHELD, REASONS.get(name, "nobody has reviewed it for release")]
    for event, why in sorted(LEFT_OUT.items()):
        yield ["events", "", f"case_event where event is {event}", public.WITHHELD, why]
    used = {m.__tablename__ for table in TABLES for m in table.models}  # type: ignore[attr-defined]
    for name in sorted(set(load_tables().tables) - used):
        why = WHOLE_TABLES.get(name, "nobody has reviewed it for release")
        yield ["", "", f"{name} (whole table)", public.WITHHELD, why]
