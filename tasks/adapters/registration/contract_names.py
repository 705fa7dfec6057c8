"""Whose contract it is and how large: for lists in which a bare number would say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from models.shared.records import Contract
from tasks.adapters.database import batches


@dataclass(frozen=True)
class ContractName:
    """A contract as a list names it; the amount in cents."""

    contract_id: str
    provider: str
    amount_cents: int


def contract_names(session: Session, contract_ids: Sequence[str]) -> dict[str, ContractName]:
    """Provider and amount of some contracts, by id; ids that are not known are left out."""
    table = Contract.__table__.c  # type: ignore[attr-defined]
    query = select(table.contract_id, table.vendor_name, table.amount_cents)
    return {
        row.contract_id: ContractName(*row)
        for some in batches(contract_ids)
        for row in session.execute(query.where(table.contract_id.in_(some)))
    }
