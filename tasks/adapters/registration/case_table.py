"""The case list as a table: the rows of the list, with what each contract has cost in time and what is open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Row, case, func, or_, select
from sqlmodel import Session

from models.registration.corrections import CORRECTED
from models.registration.forecast import forecast
from models.registration.packet import ProviderFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import Award
from models.registration.sheets import HistoryLine, elapsed_until, holder_times
from models.registration.states import ALL_STATES, UNREGISTERED, Holder, Kind
from models.shared.calendar import new_york_date
from models.shared.findings import RANK, Severity
from models.shared.records import CaseEvent, CaseFinding, Contract
from tasks.adapters.export import Column, Shape
from tasks.adapters.registration.cases import PROCESS
from tasks.adapters.registration.history import known_now

HOLDERS = tuple(dict.fromkeys(s.holder for s in ALL_STATES.values() if s.holder != Holder.NOBODY))
# From these events on a contract, or a grant agreement, is in force.
_REGISTRATIONS = frozenset({"registered", "deemed_registered", "agreement_signed", "outyear_budget_agreed"})

COLUMNS = (
    Column("Contract", width=24),
    Column("Provider", width=38),
    Column("EIN", width=11),
    Column("Beneficiary", width=38),
    Column("Fiscal year", Shape.TEXT, 8),
    Column("Kind", width=12),
    Column("Awards", Shape.WHOLE, 8),
    Column("Amount", Shape.MONEY, 15),
    Column("Original amount", Shape.MONEY, 15),
    Column("Stage", width=7),
    Column("State", width=18),
    Column("Stands at", width=34),
    Column("Holder", width=14),
    Column("Since (New York)", Shape.MOMENT, 17),
    Column("Days in state", Shape.DECIMAL, 9),
    Column("Due", Shape.DAY),
    Column("Overdue", width=9),
    Column("Open findings", Shape.WHOLE, 9),
    Column("Worst finding", width=10),
    Column("Expected registration", Shape.DAY, 13),
    Column("Registered on", Shape.DAY),
    Column("Days in all", Shape.DECIMAL, 9),
    *(Column(f"Days: {holder}", Shape.DECIMAL, 13) for holder in HOLDERS),
    Column("Seconds in all", Shape.WHOLE),
    *(Column(f"Seconds: {holder}", Shape.WHOLE, 13) for holder in HOLDERS),
)


def case_cells(session: Session, rows: Sequence[dict[str, Any]], policy: Policy, now: datetime) -> Iterator[list[Any]]:
    """The cells of COLUMNS for some rows of the case list, in their order; four queries whatever their number."""
    ids = [row["case"] for row in rows]
    contracts = _contracts(session, ids)
    awards, open_, moves = _award_counts(session, ids), _open_findings(session, ids), _moves(session, ids)
    for row in rows:
        case_id = row["case"]
        contract, worst = contracts[case_id], max(open_[case_id], key=RANK.__getitem__, default=None)
        yield [
            case_id, row["provider"], row["ein"], row["for"], row["fiscal_year"], row["kind"], awards.get(case_id, 0),
            contract.amount_cents, contract.original_amount_cents, row["stage"], row["state"],
            ALL_STATES[row["state"]].label, row["holder"], *_standing(row, now), sum(open_[case_id].values()),
            worst and worst.value, *_registration(row, contract, moves[case_id], policy, now),
            *_times(row, moves[case_id], now),
        ]  # fmt: skip


def _standing(row: dict[str, Any], now: datetime) -> list[Any]:
    """Since when, days in the state, due date, and whether that is past; a closed case stands no longer."""
    since = datetime.fromisoformat(row["since"])
    due = date.fromisoformat(row["due"]) if row["due"] else None
    days = None if ALL_STATES[row["state"]].final else _days(int((now - since).total_seconds()))
    return [since, days, due, "" if due is None else "Yes" if due < new_york_date(now) else "No"]


def _registration(
    row: dict[str, Any], contract: Row[Any], moves: Sequence[HistoryLine], policy: Policy, now: datetime
) -> list[date | None]:
    """The day on which registration may be expected, or that on which it came."""
    if row["state"] not in UNREGISTERED:
        done = [line.at for line in moves if line.event in _REGISTRATIONS]
        return [None, new_york_date(done[-1]) if done else None]
    # The forecast looks at where a case stands, not at awards or papers; to load those takes ten times as long.
    packet = RegistrationPacket.model_construct(
        case_id=row["case"], kind=Kind(row["kind"]), fiscal_year=contract.fiscal_year, state=row["state"],
        state_since=new_york_date(datetime.fromisoformat(row["since"])), opened_on=new_york_date(moves[0].at),
        as_of=new_york_date(now), vendor_ein=contract.vendor_ein, vendor_name=contract.vendor_name,
        beneficiary_ein=contract.beneficiary_ein, beneficiary_name=contract.beneficiary_name,
        amount_cents=contract.amount_cents, term_start=contract.term_start, term_end=contract.term_end,
        provider=ProviderFacts(ein=contract.vendor_ein, legal_name=contract.vendor_name), awards=(),
    )  # fmt: skip
    return [forecast(packet, policy).registration_on, None]


def _times(row: dict[str, Any], moves: Sequence[HistoryLine], now: datetime) -> list[Any]:
    """Days and seconds, in all and by holder: the seconds add up exactly, the days are rounded for reading."""
    kind = Kind(row["kind"])
    held = {line.holder: line.seconds for line in holder_times(kind, moves, now)}
    total = int((elapsed_until(kind, moves, now) - moves[0].at).total_seconds())
    seconds = [total, *(held.get(holder, 0) for holder in HOLDERS)]
    return [*map(_days, seconds), *seconds]


def _days(seconds: int) -> Decimal:
    return (Decimal(seconds) / 86_400).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _contracts(session: Session, ids: Sequence[str]) -> dict[str, Row[Any]]:
    table = Contract.__table__  # type: ignore[attr-defined]
    return {row.contract_id: row for row in session.execute(select(table).where(table.c.contract_id.in_(ids)))}


def _award_counts(session: Session, ids: Sequence[str]) -> dict[str, int]:
    table = Award.__table__.c  # type: ignore[attr-defined]
    query = select(table.contract_id, func.count().label("awards")).where(table.contract_id.in_(ids))
    return {row.contract_id: row.awards for row in session.execute(query.group_by(table.contract_id))}


def _open_findings(session: Session, ids: Sequence[str]) -> dict[str, dict[Severity, int]]:
    """How many findings of each severity are open, by case."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = (
        select(table.case_id, table.severity, func.count().label("open"))
        .where(table.process == PROCESS, table.case_id.in_(ids), table.closed_at.is_(None))
        .group_by(table.case_id, table.severity)
    )
    found: dict[str, dict[Severity, int]] = defaultdict(dict)
    for row in session.execute(query):
        found[row.case_id][Severity(row.severity)] = row.open
    return found


def _moves(session: Session, ids: Sequence[str]) -> dict[str, list[HistoryLine]]:
    """The events of each case that moved it, oldest first, on the days as corrected: a ledger needs no others."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    # The words of a move are of no use here; what a correction says is.
    said = case((table.event == CORRECTED, table.payload), else_="{}").label("payload")
    query = (
        select(table.case_id, table.seq, table.occurred_at, table.event, table.actor, table.state_from, table.state_to)
        .add_columns(said)
        .where(table.process == PROCESS, table.case_id.in_(ids))
        .where(or_(table.state_from != table.state_to, table.event == CORRECTED))
        .order_by(table.case_id, table.seq)
    )
    found: dict[str, list[HistoryLine]] = defaultdict(list)
    for case_id, rows in groupby(session.execute(query), key=lambda row: row.case_id):
        for row in known_now(list(rows)):
            if row.state_from != row.state_to:
                line = HistoryLine(row.occurred_at, row.event, row.actor, row.state_from, row.state_to, "")
                found[case_id].append(line)
    return found
