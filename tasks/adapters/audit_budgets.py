"""Holds every version of a budget against the signature that let it take effect."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.payments.budget_acts import LANDING
from models.payments.records import BudgetChange
from models.shared.documents import sha256
from models.shared.records import CaseEvent

_Signed = tuple[str, int, int, str]


def check_budgets(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    """Versions that no signed event says, each as one sentence."""
    contracts = sorted({row.contract_id for row in page})
    known = {*_signed(session, contracts), *_kept(session)}
    for row in page:
        if (row.contract_id, row.fiscal_year, row.version, sha256(row.body)) not in known:
            year = row.fiscal_year % 100
            yield f"Version {row.version} of the budget of {row.contract_id} for FY{year:02d} is in no signed event."


def _signed(session: Session, contracts: Sequence[str]) -> Iterator[_Signed]:
    change, event = BudgetChange.__table__.c, CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = (
        select(change.contract_id, change.fiscal_year, event.payload)
        .join(CaseEvent, event.case_id == change.case_id)
        .where(change.contract_id.in_(contracts), event.process == "budgets", event.event.in_(LANDING))
    )
    for contract_id, year, payload in session.execute(query):
        told = json.loads(payload)
        if "signed" in told:
            yield contract_id, year, told["budget_version"], told["body"]


def _kept(session: Session) -> Iterator[_Signed]:
    """Versions that were kept before budgets were signed: their import says so."""
    event = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (event.process == "payments") & (event.event == "budget_kept")
    for payload in session.execute(select(event.payload).where(mine)).scalars():
        told = json.loads(payload)
        yield told["contract"], told["fiscal_year"], told["version"], told["body"]
