"""A contract's books in the database: budget in force, reports with their revisions, ledgers and told facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.fiscal.books import Books, Revision, Told, told_of
from models.fiscal.forms import FactForm, FinancialReportForm
from models.fiscal.packet import FiscalPacket
from models.fiscal.records import FinancialReport, FiscalFact, FiscalMonth, FundedContract, LedgerMonth
from models.shared.funding import FundingReferral
from models.shared.records import StoredPacket
from tasks.adapters.rows import all_rows

PROCESS = "fiscal"


def funded_contracts(session: Session) -> list[str]:
    """Ids of the contracts with a budget in force, in order."""
    column: Any = FundedContract.contract_id
    return list(session.execute(select(column).order_by(column)).scalars())


def find_contract(session: Session, written: str) -> str:
    """Our own id of a contract as somebody wrote its id or its number; what was written where none is known."""
    table = FundedContract.__table__.c  # type: ignore[attr-defined]
    wanted = written.strip().upper()
    mine = (table.contract_id == wanted) | (table.contract_no == wanted)
    return str(session.execute(select(table.contract_id).where(mine)).scalar() or wanted)


def load_books(session: Session, contracts: Sequence[str]) -> list[Books]:
    """The books of some contracts with a budget in force, in order."""
    rows = all_rows(session, FundedContract, "contract_id", contracts)
    reports, ledgers, told = _reports(session, contracts), _ledgers(session, contracts), _told(session, contracts)
    kept = _kept(session, contracts)
    return [
        Books(
            FundingReferral.model_validate_json(row.body), reports.get(row.contract_id, {}),
            ledgers.get(row.contract_id, {}), told.get(row.contract_id, Told()), kept.get(row.contract_id, {}),
        )
        for row in sorted(rows, key=lambda row: str(row.contract_id))
    ]  # fmt: skip


def _reports(session: Session, contracts: Sequence[str]) -> Mapping[str, Mapping[date, list[Revision]]]:
    found: dict[str, dict[date, list[Revision]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(all_rows(session, FinancialReport, "contract_id", contracts), key=lambda row: int(row.revision)):
        filed = Revision(FinancialReportForm.model_validate_json(row.body), row.received_on)
        found[row.contract_id][row.month].append(filed)
    return found


def _ledgers(session: Session, contracts: Sequence[str]) -> Mapping[str, Mapping[date, int]]:
    """The extract that came last counts."""
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for row in sorted(all_rows(session, LedgerMonth, "contract_id", contracts), key=lambda row: int(row.no)):
        found[row.contract_id][row.month] = row.total_cents
    return found


def _told(session: Session, contracts: Sequence[str]) -> Mapping[str, Told]:
    """Of one kind and month the fact that came last counts."""
    latest: dict[str, dict[tuple[str, str], FactForm]] = defaultdict(dict)
    for row in sorted(all_rows(session, FiscalFact, "contract_id", contracts), key=lambda row: int(row.no)):
        latest[row.contract_id][row.kind, row.month] = FactForm.model_validate_json(row.body)
    return {key: told_of([rows[known] for known in sorted(rows)]) for key, rows in latest.items()}


def _kept(session: Session, contracts: Sequence[str]) -> Mapping[str, Mapping[date, FiscalPacket]]:
    """The packets that the last reviews looked at."""
    rows = all_rows(session, FiscalMonth, "contract_id", contracts)
    stored = all_rows(session, StoredPacket, "sha256", sorted({row.packet_sha256 for row in rows}))
    packets = {row.sha256: row.body for row in stored}
    found: dict[str, dict[date, FiscalPacket]] = defaultdict(dict)
    for row in rows:
        found[row.contract_id][row.month] = FiscalPacket.model_validate_json(packets[row.packet_sha256])
    return found
