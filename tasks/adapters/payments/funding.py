"""What payments tells those who review a contract's books: budgets in force, what was invoiced, decided and paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.payments.acts import APPROVALS
from models.payments.facts import Fact, Facts
from models.payments.forms import BudgetForm
from models.payments.parts import refused
from models.payments.records import (
    ApprovedLine,
    FiscalYearBudget,
    ReferredContract,
    Requisition,
    Voucher,
    VoucherPayment,
)
from models.shared.calendar import new_york_date
from models.shared.funding import FundedLine, FundingReferral, Invoiced, Moved, ToldFunding
from models.shared.records import CaseEvent
from models.shared.referrals import ContractReferral
from tasks.adapters.payments.case_rows import PROCESS, LoadedRevision, decided_line, load_facts, load_revisions
from tasks.adapters.payments.reports import CHAIN
from tasks.adapters.rows import all_rows, grouped

# What the office gave back, or the provider took back, claims nothing.
_CLAIMS_NOTHING = ("returned", "withdrawn")
_DECISIONS = (*APPROVALS, "disallowed", "rest_disallowed", "rest_lapsed")


def told_since(session: Session, known: str) -> ToldFunding | None:
    """What is known of all contracts with a budget in force; None where it is what the mark `known` stands for."""
    # Before the rest is read: what comes meanwhile is told next time.
    mark = _mark(session)
    return None if mark == known else ToldFunding(mark, tuple(_referrals(session)))


def _mark(session: Session) -> str:
    """Nothing of it changes without an event of payments, of their budgets, or a row of what was paid.

    What the fiscal review itself told is no news to it.
    """
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    ours = table.process.in_((PROCESS, "budgets")) & (table.case_id != CHAIN)
    events = session.execute(select(func.count()).where(ours)).scalar_one()
    paid = session.execute(select(func.count()).select_from(VoucherPayment)).scalar_one()
    return f"{events} events and {paid} payments"


def _referrals(session: Session) -> Iterable[FundingReferral]:
    budgets = {}
    for row in sorted(session.execute(select(FiscalYearBudget.__table__)), key=lambda r: r.version):  # type: ignore[attr-defined]
        budgets[row.contract_id] = row
    ids = sorted(budgets)
    contracts = {row.contract_id: row for row in all_rows(session, ReferredContract, "contract_id", ids)}
    about = _About.load(session, ids)
    for contract_id in ids:
        told = ContractReferral.model_validate_json(contracts[contract_id].body)
        yield _referral(told, budgets[contract_id], about)


@dataclass(frozen=True)
class _About:
    facts: Mapping[str, Facts]
    requisitions: Mapping[str, Sequence[Any]]
    revisions: Mapping[str, LoadedRevision]
    lines: Mapping[str, Sequence[Any]]
    decided: Mapping[str, date]
    vouchers: Mapping[str, Sequence[Any]]
    payments: Mapping[str, Sequence[Any]]

    @classmethod
    def load(cls, session: Session, ids: Sequence[str]) -> "_About":
        rows = [row for row in all_rows(session, Requisition, "contract_id", ids) if row.state not in _CLAIMS_NOTHING]
        vouchers = all_rows(session, Voucher, "contract_id", ids)
        paid = all_rows(session, VoucherPayment, "voucher_no", sorted({row.voucher_no for row in vouchers}))
        return cls(
            load_facts(session, ids),
            grouped(sorted(rows, key=lambda row: row.case_id), "contract_id"),
            load_revisions(session, [row.case_id for row in rows]),
            grouped(all_rows(session, ApprovedLine, "contract_id", ids), "case_id"),
            _decided(session, [row.case_id for row in rows]),
            grouped(vouchers, "contract_id"),
            grouped(paid, "voucher_no"),
        )


def _decided(session: Session, case_ids: Sequence[str]) -> dict[str, date]:
    """The day of the last decision of each requisition."""
    rows = [row for row in all_rows(session, CaseEvent, "case_id", case_ids) if row.process == PROCESS]
    decisions = sorted((row for row in rows if row.event in _DECISIONS), key=lambda row: row.seq)
    return {row.case_id: new_york_date(row.occurred_at) for row in decisions}


def _referral(told: ContractReferral, budget: Any, about: _About) -> FundingReferral:
    facts, contract = about.facts.get(told.contract_id, Facts(())), told.contract_id
    fringe, indirect = facts.last(Fact.FRINGE_RATE), facts.last(Fact.INDIRECT_RATE)
    vouchers = about.vouchers.get(contract, ())
    return FundingReferral(
        contract_id=contract, contract_no=told.contract_no, vendor_ein=told.vendor_ein, vendor_name=told.vendor_name,
        fiscal_year=budget.fiscal_year, term_start=told.term_start, term_end=told.term_end, active_on=told.active_on,
        lines=tuple(
            FundedLine(no=line.no, category=line.category, title=line.title, amount_cents=line.amount_cents)
            for line in BudgetForm.model_validate_json(budget.body).lines
        ),
        fringe=fringe.value if fringe and fringe.value is not None else 0,
        indirect=indirect.value if indirect and indirect.value is not None else 0,
        indirect_expires=indirect.until if indirect else None,
        invoices=tuple(_invoices(about, contract)),
        advanced=tuple(_moved((row.on, row.amount_cents or 0) for row in facts.every(Fact.ADVANCE))),
        recouped=tuple(
            _moved((new_york_date(v.approved_at), v.recouped_cents) for v in vouchers if v.issue == 0)
        ),
    )  # fmt: skip


def _invoices(about: _About, contract_id: str) -> Iterable[Invoiced]:
    for row in about.requisitions.get(contract_id, ()):
        revision, case_id = about.revisions[row.case_id], row.case_id
        form = revision.form
        if form.service_from is None or form.service_to is None:
            continue
        vouchers = [v for v in about.vouchers.get(contract_id, ()) if v.case_id == case_id]
        decided = [decided_line(line) for line in about.lines.get(case_id, ())]
        lapsed = {line.no for line in decided if line.status == "lapsed"}
        gone = {no: cents for no, cents in refused(form, decided).items() if no not in lapsed}
        yield Invoiced(
            number=case_id, received_on=revision.received_on, service_from=form.service_from,
            service_to=form.service_to, claimed_cents=form.total_cents, decided_on=about.decided.get(case_id),
            disallowed_cents=sum(gone.values()), paid=tuple(_moved(_settled(vouchers, about))),
        )  # fmt: skip


def _settled(vouchers: Sequence[Any], about: _About) -> Iterable[tuple[date, int]]:
    """What vouchers paid, and what they took back or kept when they did: both are no longer the provider's to carry."""
    for voucher in vouchers:
        yield from ((row.on, row.cents) for row in about.payments.get(voucher.voucher_no, ()))
        kept = voucher.recouped_cents + voucher.fee_cents + voucher.offset_cents
        if kept and (voucher.paid_on or not voucher.net_cents):
            yield voucher.paid_on or new_york_date(voucher.approved_at), kept


def _moved(rows: Iterable[tuple[date, int]]) -> Iterable[Moved]:
    return (Moved(on=day, cents=cents) for day, cents in sorted(rows) if cents)
