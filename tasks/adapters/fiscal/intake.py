"""Incoming files of the fiscal review: read from the archive, kept in one transaction, refused with every mistake."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.fiscal.forms import FactForm, FinancialReportForm, LedgerForm
from models.fiscal.records import FinancialReport, FiscalFact, FundedContract, LedgerMonth
from models.fiscal.report_file import FiledReport, budget_mistakes
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.file_mistakes import FormError
from models.shared.funding import FundingReferral
from models.shared.money import plain
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.reading import read_facts, read_ledgers, read_reports
from tasks.adapters.incoming import BROUGHT_BY, finish, incoming
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.rows import all_rows

ACTOR = "import fiscal files"
_OWN_ID = re.compile(r"R[0-9]{2}-[0-9A-Z-]+")


class NotKept(ValueError):
    """A file cannot be kept as it is; the message says what to do."""


@dataclass(frozen=True)
class _Came:
    """A file on its way in: its id and name, when it arrived, who brought it."""

    file_id: str
    name: str
    received_at: datetime
    submitted_by: str
    at: datetime


def record_reports(file_id: str) -> dict[str, Any] | str:
    """Keep the financial reports of a file, all of them or none; a sentence or several when it cannot be used."""
    return _record(file_id, _Kind("reports", FinancialReport, "revision", read_reports, _report_row))


def record_ledgers(file_id: str) -> dict[str, Any] | str:
    """Keep the general ledgers of a file, all of them or none; of one month the extract that came last counts."""
    return _record(file_id, _Kind("ledgers", LedgerMonth, "no", read_ledgers, _ledger_row))


def record_facts(file_id: str) -> dict[str, Any] | str:
    """Keep the facts of a tracker, all of them or none; what holds already is unchanged."""
    return _record(file_id, _Kind("facts", FiscalFact, "no", read_facts, _fact_row))


@dataclass(frozen=True)
class _Kind:
    """A kind of file: what it brings, the table that keeps it, the column that counts what came of one month.

    `row` gives the columns of something that came, and how it is told; None where it is here already.
    """

    what: str
    table: Any
    number: str
    read: Callable[..., Sequence[Any]]
    row: Callable[["_There", "_Contracts", Any], tuple[dict[str, Any], str] | None]


def _record(file_id: str, kind: _Kind) -> dict[str, Any] | str:
    row, options, path = incoming(file_id)
    try:
        found = kind.read(path, name=row.name)
        with writing() as session:
            came = _Came(file_id, row.name, row.received_at, str(options.get(BROUGHT_BY, "")), clock.now())
            kept = _keep(session, kind, found, came)
            told = {"file": file_id, kind.what: sha256(canonical(kept)), "value": str(len(kept))}
            if kept:
                happened = [Happening(f"{kind.what}_kept", ACTOR, "", came.at, told)]
                append_batch(session, PROCESS, f"import:{file_id}", happened, came.at)
            result = {kind.what: len(found), "new": len(kept), "unchanged": len(found) - len(kept)}
            finish(session, file_id, result)
    except (FormError, NotKept) as error:
        return f"{row.name}: {error}"
    return result


def _keep(session: Session, kind: _Kind, found: Sequence[Any], came: _Came) -> list[str]:
    """Keep what is news; returns how each of it is told. The database is asked once, however much a file brings."""
    contracts = _Contracts.load(session)
    there = _There.load(session, kind, {contracts.id_of(_form(item).contract_no) for item in found})
    kept, rows = [], []
    for item in found:
        made = kind.row(there, contracts, item)
        if made:
            columns, told = made
            row = {**columns, "file_id": came.file_id, "recorded_at": came.at}
            if kind.table is FinancialReport:
                row |= {"received_on": new_york_date(came.received_at), "submitted_by": came.submitted_by}
            there.add(row)
            rows.append(row)
            kept.append(told)
    if rows:
        session.connection().execute(insert(kind.table), rows)
    return kept


def _form(item: Any) -> Any:
    """What came, without the places in its file."""
    return item.form if isinstance(item, FiledReport) else item


@dataclass(frozen=True)
class _There:
    """What is kept of some contracts, and what a file added so far: by contract, month and kind, the last one last."""

    rows: dict[tuple[Any, ...], list[Mapping[str, Any]]]

    @classmethod
    def load(cls, session: Session, kind: _Kind, contracts: set[str]) -> "_There":
        there = cls({})
        rows = all_rows(session, kind.table, "contract_id", sorted(contracts))
        for row in sorted(rows, key=lambda row: int(getattr(row, kind.number))):
            there.add(row._mapping)
        return there

    def add(self, row: Mapping[str, Any]) -> None:
        self.rows.setdefault((row["contract_id"], row["month"], row.get("kind", "")), []).append(row)

    def of(self, contract: str, month: Any, kind: str = "") -> Sequence[Mapping[str, Any]]:
        return self.rows.get((contract, month, kind), ())


@dataclass(frozen=True)
class _Contracts:
    """The contracts that payments told of, by their own ids and by the numbers that they were registered under."""

    by_number: dict[str, str]
    funding: dict[str, FundingReferral]

    @classmethod
    def load(cls, session: Session) -> "_Contracts":
        rows = session.execute(select(FundedContract.__table__)).all()  # type: ignore[attr-defined]
        funding = {row.contract_id: FundingReferral.model_validate_json(row.body) for row in rows}
        numbers = {row.contract_no.casefold(): row.contract_id for row in rows}
        return cls({**numbers, **{key.casefold(): key for key in funding}}, funding)

    def id_of(self, written: str) -> str:
        """Our own id of a contract; of one that payments has not told of yet, what was written for it."""
        return self.by_number.get(written.strip().casefold()) or written.strip().upper()

    def find(self, written: str) -> str:
        """Our own id of a contract. One that payments has not told of yet is taken by its own id: it waits."""
        found = self.id_of(written)
        if found not in self.funding and not _OWN_ID.fullmatch(found):
            raise NotKept(
                f"Contract {written[:40]} is not known. Write our own id, such as R27-123456789, as long as its budget "
                "is not in force."
            )
        return found


def _report_row(there: _There, contracts: _Contracts, filed: FiledReport) -> tuple[dict[str, Any], str] | None:
    form = filed.form
    contract = contracts.find(form.contract_no)
    if contract in contracts.funding and (wrong := budget_mistakes(filed, contracts.funding[contract].lines)):
        raise FormError(wrong)
    name = f"{contract}, {form.month:%B %Y}"
    kept = {row["revision"]: row["body"] for row in there.of(contract, form.month)}
    if form.revision in kept:
        if FinancialReportForm.model_validate_json(kept[form.revision]) == form:
            return None
        raise NotKept(
            f"{name}: revision {form.revision} is here already and says something else. Send what changed as revision "
            f"{max(kept) + 1}."
        )
    if form.revision != len(kept) + 1:
        raise NotKept(
            f"{name}: revision {form.revision} cannot follow "
            f"{f'revision {max(kept)}' if kept else 'nothing'}. Send revision {len(kept) + 1}."
        )
    row = {
        "contract_id": contract, "month": form.month, "revision": form.revision,
        "body": canonical(form.model_dump(mode="json")),
    }  # fmt: skip
    total = plain(sum(line.current_cents for line in form.lines))
    return row, f"{contract} {form.month:%Y-%m} {form.revision} {total}"


def _ledger_row(there: _There, contracts: _Contracts, form: LedgerForm) -> tuple[dict[str, Any], str] | None:
    contract = contracts.find(form.contract_no)
    before = there.of(contract, form.month)
    if before and (before[-1]["total_cents"], before[-1]["entries"]) == (form.total_cents, len(form.entries)):
        return None
    row = {
        "contract_id": contract, "month": form.month, "no": before[-1]["no"] + 1 if before else 1,
        "total_cents": form.total_cents, "entries": len(form.entries),
    }  # fmt: skip
    return row, f"{contract} {form.month:%Y-%m} {plain(form.total_cents)}"


def _fact_row(there: _There, contracts: _Contracts, form: FactForm) -> tuple[dict[str, Any], str] | None:
    contract, month = contracts.find(form.contract_no), f"{form.month:%Y-%m}" if form.month else ""
    body = canonical(form.model_copy(update={"contract_no": contract}).model_dump(mode="json"))
    before = there.of(contract, month, form.kind.value)
    if before and before[-1]["body"] == body:
        return None
    row = {
        "contract_id": contract, "kind": form.kind.value, "month": month, "no": before[-1]["no"] + 1 if before else 1,
        "body": body,
    }  # fmt: skip
    return row, f"{contract} {form.kind} {month}".strip()
