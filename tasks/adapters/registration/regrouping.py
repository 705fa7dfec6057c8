"""Regrouping in the database: the facts that it is judged by, and what a signed one changes; no Prefect."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlmodel import Session

from models.registration.awards import awarded_contract, is_live, own_contract_id
from models.registration.moves import Refusal
from models.registration.placement import ContractFacts, PlacedAward
from models.registration.policy import Policy
from models.registration.records import Award, RegistrationCase
from models.registration.regrouping import (
    Regrouping,
    regroup,
    undo,
)
from models.registration.regrouping_events import recorded_regrouping
from models.registration.states import Kind
from models.shared.calendar import new_york_date
from models.shared.money import plain
from models.shared.records import Contract
from tasks.adapters.ledger import Happening, open_cases
from tasks.adapters.registration.awards import folded_contracts
from tasks.adapters.registration.cases import PROCESS


def plan_regrouping(session: Session, source_id: str, target_id: str, award_ids: Sequence[str]) -> Regrouping | Refusal:
    """The regrouping of some awards into another contract, a new one where `target_id` is empty, as things stand."""
    facts = contract_facts(session, [source_id, target_id] if target_id else [source_id])
    missing = [key for key in (source_id, target_id) if key and key not in facts]
    if missing:
        return _unknown(missing[0])
    return regroup(facts[source_id], facts.get(target_id), award_ids, _ids_in_use(session, source_id))


def plan_undo(session: Session, payload: Mapping[str, Any]) -> Regrouping | Refusal:
    """The way back of a regrouping that a case's history recorded with this payload, as things stand."""
    recorded = recorded_regrouping(payload)
    facts = contract_facts(session, [recorded.source_id, recorded.target_id])
    missing = [key for key in (recorded.source_id, recorded.target_id) if key not in facts]
    if missing:
        return _unknown(missing[0])
    source, target = facts[recorded.source_id], facts[recorded.target_id]
    return undo(recorded, source, target, folded_contracts(session, [source.fiscal_year]))


def _unknown(contract_id: str) -> Refusal:
    return Refusal(f"There is no contract “{contract_id[:80]}”. One looks like R27-123456789; the desk lists them all.")


def contract_facts(session: Session, contract_ids: Sequence[str]) -> dict[str, ContractFacts]:
    """What regrouping asks of some contracts, by id; ids that are not known are left out."""
    case, contract = RegistrationCase.__table__.c, Contract.__table__.c  # type: ignore[attr-defined]
    query = select(
        contract.contract_id, contract.fiscal_year, contract.vendor_ein, contract.adjustment_cents,
        case.kind, case.state, case.folded_into,
    ).join(RegistrationCase, case.case_id == contract.contract_id)  # fmt: skip
    awards = _placed_awards(session, contract_ids)
    return {
        row.contract_id: ContractFacts(
            contract_id=row.contract_id, fiscal_year=row.fiscal_year, vendor_ein=row.vendor_ein, kind=Kind(row.kind),
            state=row.state, awards=tuple(awards[row.contract_id]), adjustment_cents=row.adjustment_cents,
            folded_into=row.folded_into,
        )
        for row in session.execute(query.where(contract.contract_id.in_(contract_ids)))
    }  # fmt: skip


def _placed_awards(session: Session, contract_ids: Sequence[str]) -> dict[str, list[PlacedAward]]:
    """Awards by each contract in which they stand or were placed."""
    table = Award.__table__.c  # type: ignore[attr-defined]
    query = select(Award.__table__).where(  # type: ignore[attr-defined]
        or_(table.contract_id.in_(contract_ids), table.placed_in.in_(contract_ids))
    )
    found: dict[str, list[PlacedAward]] = defaultdict(list)
    for row in session.execute(query.order_by(table.mocs_id)):
        award = PlacedAward(
            mocs_id=row.mocs_id, own=own_contract_id(row), contract_id=row.contract_id or "",
            placed_in=row.placed_in, counted_cents=row.amount_cents if is_live(row.status) else 0,
        )  # fmt: skip
        for contract_id in {award.contract_id, award.placed_in}:
            found[contract_id].append(award)
    return found


def _ids_in_use(session: Session, source_id: str) -> set[str]:
    """Ids of all contracts of the source's provider and year."""
    column: Any = Contract.contract_id
    same = "-".join(source_id.split("-")[:2])
    return set(session.execute(select(column).where(column.startswith(same, autoescape=True))).scalars())


def regroup_effects(session: Session, made: Regrouping, policy: Policy, actor: str, at: datetime) -> None:
    """Write what a signed regrouping changes: awards, both contracts, the folded case, and the new one's row.

    The milestones of both cases are the caller's, in the same transaction; a new case must be opened by this first.
    """
    if made.is_new:
        _open(session, made, policy, actor, at)
    _move_awards(session, made)
    _set_worth(session, made)
    cases = RegistrationCase.__table__  # type: ignore[attr-defined]
    folded = {made.source_id: made.target_id if made.folds_source else "", made.target_id: ""}
    for case_id, taker in folded.items():
        session.connection().execute(update(cases).where(cases.c.case_id == case_id).values(folded_into=taker))


def _move_awards(session: Session, made: Regrouping) -> None:
    table = Award.__table__  # type: ignore[attr-defined]
    this = update(table).where(table.c.mocs_id == bindparam("b_key"))
    moved = [{"b_key": key, "contract_id": made.target_id} for key in made.award_ids]
    placed = [{"b_key": key, "placed_in": place} for key, place in sorted(made.placements.items())]
    session.connection().execute(this, moved)
    session.connection().execute(this, placed)


def _set_worth(session: Session, made: Regrouping) -> None:
    table = Contract.__table__  # type: ignore[attr-defined]
    for contract_id, worth in ((made.source_id, made.source_after), (made.target_id, made.target_after)):
        values = {"amount_cents": worth.amount_cents, "adjustment_cents": worth.adjustment_cents}
        session.connection().execute(update(table).where(table.c.contract_id == contract_id).values(**values))


def _open(session: Session, made: Regrouping, policy: Policy, actor: str, at: datetime) -> None:
    """Insert contract and case of awards that are split off: designated as of now, its clocks are its own."""
    contracts, awards = Contract.__table__, Award.__table__  # type: ignore[attr-defined]
    there = session.execute(select(contracts).where(contracts.c.contract_id == made.source_id)).mappings().one()
    rows = session.execute(select(awards).where(awards.c.mocs_id.in_(made.award_ids)).order_by(awards.c.mocs_id)).all()
    named = awarded_contract(made.target_id, rows)
    amount = made.target_after.amount_cents
    row = {
        **there, "contract_id": made.target_id, "amount_cents": amount, "original_amount_cents": amount,
        "adjustment_cents": made.target_after.adjustment_cents, "beneficiary_ein": named.beneficiary_ein,
        "beneficiary_name": named.beneficiary_name,
    }  # fmt: skip
    session.connection().execute(insert(contracts), [row])
    columns = {
        "case_id": made.target_id, "kind": there["kind"], "fiscal_year": there["fiscal_year"], "folded_into": "",
        "due_on": policy.stage_due("designated", new_york_date(at)),
    }  # fmt: skip
    opened = Happening("opened", actor, "designated", at, {"amount": plain(amount), "awards": list(made.award_ids)})
    open_cases(session, PROCESS, RegistrationCase, [(columns, [opened])], at)
