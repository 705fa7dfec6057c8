"""Incoming files of the fiscal review: read from the archive, kept in one transaction, refused with every mistake."""

import re
from collections.abc import Callable, Sequence
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
    return _record(file_id, read_reports, _keep_report, "reports")


def record_ledgers(file_id: str) -> dict[str, Any] | str:
    """Keep the general ledgers of a file, all of them or none; of one month the extract that came last counts."""
    return _record(file_id, read_ledgers, _keep_ledger, "ledgers")


def record_facts(file_id: str) -> dict[str, Any] | str:
    """Keep what a tracker tells of contracts; of one kind and month the fact that came last counts."""
    return _record(file_id, read_facts, _keep_fact, "facts")


def _record(
    file_id: str, read: Callable[..., Sequence[Any]], keep: Callable[..., str], what: str
) -> dict[str, Any] | str:
    row, options, path = incoming(file_id)
    try:
        found = read(path, name=row.name)
        with writing() as session:
            came = _Came(file_id, row.name, row.received_at, str(options.get(BROUGHT_BY, "")), clock.now())
            contracts = _Contracts.load(session)
            counts = {"new": 0, "unchanged": 0}
            kept = []
            for item in found:
                outcome = keep(session, contracts, item, came)
                counts["unchanged" if outcome == "" else "new"] += 1
                kept += [outcome] if outcome else []
            told = {"file": file_id, what: sha256(canonical(kept)), "value": str(len(kept))}
            if kept:
                append_batch(
                    session,
                    PROCESS,
                    f"import:{file_id}",
                    [Happening(f"{what}_kept", ACTOR, "", came.at, told)],
                    came.at,
                )
            result = {what: len(found), **counts}
            finish(session, file_id, result)
    except (FormError, NotKept) as error:
        return f"{row.name}: {error}"
    return result


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

    def find(self, written: str) -> str:
        """Our own id of a contract. One that payments has not told of yet is taken by its own id: it waits."""
        known = self.by_number.get(written.strip().casefold())
        if known is None and not _OWN_ID.fullmatch(written.strip().upper()):
            raise NotKept(
                f"Contract {written[:40]} is not known. Write our own id, such as R27-123456789, as long as its budget "
                "is not in force."
            )
        return known or written.strip().upper()


def _keep_report(session: Session, contracts: _Contracts, filed: FiledReport, came: _Came) -> str:
    form = filed.form
    contract = contracts.find(form.contract_no)
    if contract in contracts.funding and (wrong := budget_mistakes(filed, contracts.funding[contract].lines)):
        raise FormError(wrong)
    body, name = canonical(form.model_dump(mode="json")), f"{contract}, {form.month:%B %Y}"
    table = FinancialReport.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract) & (table.month == form.month)
    kept = {row.revision: row.body for row in session.execute(select(table.revision, table.body).where(mine))}
    if form.revision in kept:
        if FinancialReportForm.model_validate_json(kept[form.revision]) == form:
            return ""
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
        "contract_id": contract, "month": form.month, "revision": form.revision, "body": body, "file_id": came.file_id,
        "received_on": new_york_date(came.received_at), "submitted_by": came.submitted_by, "recorded_at": came.at,
    }  # fmt: skip
    session.connection().execute(insert(FinancialReport), [row])
    return f"{contract} {form.month:%Y-%m} {form.revision} {plain(sum(line.current_cents for line in form.lines))}"


def _keep_ledger(session: Session, contracts: _Contracts, form: LedgerForm, came: _Came) -> str:
    contract = contracts.find(form.contract_no)
    table = LedgerMonth.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract) & (table.month == form.month)
    last = session.execute(
        select(table.no, table.total_cents, table.entries).where(mine).order_by(table.no.desc())
    ).first()
    if last and (last.total_cents, last.entries) == (form.total_cents, len(form.entries)):
        return ""
    row = {
        "contract_id": contract, "month": form.month, "no": last.no + 1 if last else 1,
        "total_cents": form.total_cents, "entries": len(form.entries), "file_id": came.file_id, "recorded_at": came.at,
    }  # fmt: skip
    session.connection().execute(insert(LedgerMonth), [row])
    return f"{contract} {form.month:%Y-%m} {plain(form.total_cents)}"


def _keep_fact(session: Session, contracts: _Contracts, form: FactForm, came: _Came) -> str:
    contract, month = contracts.find(form.contract_no), f"{form.month:%Y-%m}" if form.month else ""
    body = canonical(form.model_copy(update={"contract_no": contract}).model_dump(mode="json"))
    table = FiscalFact.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract) & (table.kind == form.kind.value) & (table.month == month)
    last = session.execute(select(table.no, table.body).where(mine).order_by(table.no.desc())).first()
    if last and last.body == body:
        return ""
    row = {
        "contract_id": contract, "kind": form.kind.value, "month": month, "no": last.no + 1 if last else 1,
        "body": body, "file_id": came.file_id, "recorded_at": came.at,
    }  # fmt: skip
    session.connection().execute(insert(FiscalFact), [row])
    return f"{contract} {form.kind} {month}".strip()
