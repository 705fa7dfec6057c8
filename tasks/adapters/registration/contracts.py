"""Contracts, providers and cases kept in line with the awards behind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.registration.amendment_rules import is_registered
from models.registration.awards import AwardedContract, is_own
from models.registration.moves import is_empty
from models.registration.placement import Worth
from models.registration.policy import Policy
from models.registration.records import Award, RegistrationCase
from models.registration.states import LIFECYCLES, Kind
from models.shared.calendar import fiscal_year_bounds, new_york_date
from models.shared.lifecycle import State, advance
from models.shared.money import plain
from models.shared.records import Contract, Provider, ProviderName
from tasks.adapters.case_findings import close_findings
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of, open_cases
from tasks.adapters.registration.cases import PROCESS

ACTOR = "import awards"


@dataclass(frozen=True)
class AwardChange:
    """What happened to one award, for its case's history."""

    event: str
    details: dict[str, str]


Changes = Mapping[str, Sequence[tuple[str, AwardChange]]]


def keep_contracts(
    session: Session,
    contracts: Sequence[AwardedContract],
    awards: Mapping[str, Award],
    changes: Changes,
    agency: str,
    policy: Policy,
    designated: datetime,
    at: datetime,
) -> int:
    """Open a case for each new contract and tell the others what changed; returns how many were opened."""
    years = {contract.fiscal_year for contract in contracts}
    table = Contract.__table__  # type: ignore[attr-defined]
    query = select(Contract).where(table.c.fiscal_year.in_(years), table.c.agency == agency)
    there = {contract.contract_id: contract for contract in session.execute(query).scalars()}
    fresh = [
        contract for contract in contracts if contract.contract_id not in there and not is_empty(contract.amount_cents)
    ]
    _keep_providers(session, contracts, awards)
    _open(session, fresh, agency, policy, designated, at)
    now = {contract.contract_id: contract for contract in contracts}
    touched = [key for key in sorted(there) if key in changes or key not in now]
    worth = {key: Worth(now[key].amount_cents if key in now else 0, there[key].adjustment_cents) for key in touched}
    fixed = _registered(session, touched)
    for key in touched:
        # What is registered changes by an amendment alone; a review says that the list differs.
        if key not in fixed and there[key].amount_cents != worth[key].amount_cents:
            amount = worth[key].amount_cents
            session.execute(update(table).where(table.c.contract_id == key).values(amount_cents=amount))
    _tell(session, touched, worth, changes, at)
    return len(fresh)


def _registered(session: Session, contract_ids: Sequence[str]) -> set[str]:
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.kind, table.state).where(table.case_id.in_(contract_ids))
    return {row.case_id for row in session.execute(query) if is_registered(Kind(row.kind), row.state)}


def _open(
    session: Session, fresh: Sequence[AwardedContract], agency: str, policy: Policy, designated: datetime, at: datetime
) -> None:
    rows, cases = [], []
    due = policy.stage_due("designated", new_york_date(designated))
    for contract in fresh:
        start, end = fiscal_year_bounds(contract.fiscal_year)
        rows.append(
            {
                "contract_id": contract.contract_id, "fiscal_year": contract.fiscal_year, "agency": agency,
                "kind": Kind.STANDARD.value, "vendor_ein": contract.vendor_ein, "vendor_name": contract.vendor_name,
                "beneficiary_ein": contract.beneficiary_ein, "beneficiary_name": contract.beneficiary_name,
                "amount_cents": contract.amount_cents, "original_amount_cents": contract.amount_cents,
                "adjustment_cents": 0, "term_start": start, "term_end": end,
            }
        )  # fmt: skip
        opened = Happening(
            "opened", ACTOR, "designated", designated,
            {"amount": plain(contract.amount_cents), "awards": list(contract.mocs_ids)},
        )  # fmt: skip
        columns = {
            "case_id": contract.contract_id, "kind": Kind.STANDARD.value, "fiscal_year": contract.fiscal_year,
            "due_on": due,
        }  # fmt: skip
        cases.append((columns, [opened]))
    if rows:
        session.connection().execute(insert(Contract), rows)
    open_cases(session, PROCESS, RegistrationCase, cases, at)


def _tell(session: Session, touched: Sequence[str], worth: Mapping[str, Worth], changes: Changes, at: datetime) -> None:
    """Record each award's change with its case, a closed one too; a contract that nothing is left of is withdrawn.

    One that gave its awards to another by a signed regrouping is empty for that reason, and stays as it is.
    """
    column: Any = RegistrationCase.case_id
    moves = []
    for case in session.execute(select(RegistrationCase).where(column.in_(touched)).order_by(column)).scalars():
        lifecycle, short = LIFECYCLES[Kind(case.kind)], worth[case.case_id].shortfall
        said = {"reason": short} if short else {}
        happenings = [
            Happening(change.event, ACTOR, case.state, at, {"award": key, **change.details, **said})
            for key, change in changes.get(case.case_id, ())
        ]
        due_on = case.due_on
        left = advance(lifecycle, case.state, "withdrawn")
        if is_empty(worth[case.case_id].awards_cents) and isinstance(left, State) and not case.folded_into:
            happenings.append(
                Happening("withdrawn", ACTOR, left.name, at, {"reason": "no award is left behind the contract"})
            )
            due_on = None
        if happenings:
            moves.append(CaseChange(head_of(case), happenings, due_on))
    commit_changes(session, PROCESS, RegistrationCase, moves, at)
    closed = [move.head.case_id for move in moves if move.happenings[-1].event == "withdrawn"]
    close_findings(session, PROCESS, closed, at)


def _keep_providers(session: Session, contracts: Sequence[AwardedContract], awards: Mapping[str, Award]) -> None:
    """Vendors that are new, with the address of their own award, and each spelling of their names."""
    spellings: dict[str, dict[str, str]] = defaultdict(dict)
    addresses: dict[str, Award] = {}
    vendors: dict[str, str] = {}
    for contract in contracts:
        vendors.setdefault(contract.vendor_ein, contract.vendor_name)
        for key in contract.mocs_ids:
            award = awards[key]
            own = is_own(award)
            spellings[contract.vendor_ein].setdefault(award.legal_name if own else award.conduit_name, key)
            if own:
                addresses.setdefault(contract.vendor_ein, award)
    known = set(session.execute(select(_column(Provider, "ein"))).scalars())
    fresh = [
        {"ein": ein, "legal_name": name, **_address(addresses.get(ein))}
        for ein, name in sorted(vendors.items())
        if ein not in known
    ]
    if fresh:
        session.connection().execute(insert(Provider), fresh)
    had = {(row.ein, row.name) for row in session.execute(select(ProviderName)).scalars()}
    names = [
        {"ein": ein, "name": name, "source": f"award {key}"}
        for ein, found in sorted(spellings.items())
        for name, key in sorted(found.items())
        if name and (ein, name) not in had
    ]
    if names:
        session.connection().execute(insert(ProviderName), names)


def _address(award: Award | None) -> dict[str, str]:
    if award is None:
        return {"street": "", "city": "", "state": "", "postcode": "", "email": "", "contact_name": ""}
    street = ", ".join(part for part in (award.street, award.street_2) if part)
    return {
        "street": street, "city": award.city, "state": award.state, "postcode": award.postcode, "email": "",
        "contact_name": "",
    }  # fmt: skip


def _column(table: Any, name: str) -> Any:
    return table.__table__.c[name]
