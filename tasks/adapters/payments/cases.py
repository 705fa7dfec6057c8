"""Requisitions in the database: packets out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.acts import offset_stands, standing_signer
from models.payments.assembly import UNTOLD, Filed, Known, assemble
from models.payments.facts import Facts
from models.payments.forms import BudgetForm
from models.payments.packet import EarlierLine, RequisitionPacket
from models.payments.parts import DecidedLine
from models.payments.policy import Policy
from models.payments.records import FiscalYearBudget, ReferredContract, RefundDue, Requisition, Voucher
from models.payments.states import RESTING, UNDECIDED
from models.shared.referrals import ContractReferral
from models.shared.reports import ReportReferral
from models.shared.signing import SignedEvent
from tasks.adapters.case_history import histories
from tasks.adapters.ledger import CaseHead, head_of
from tasks.adapters.payments.budget_standing import Changes, load_changes
from tasks.adapters.payments.case_rows import (
    LoadedRevision,
    OtherLines,
    approved_rows,
    decided_line,
    evidence_days,
    load_facts,
    load_revisions,
    other_lines,
    refunds_owed,
    waiting_rows,
)
from tasks.adapters.payments.reports import load_reported
from tasks.adapters.rows import all_rows, grouped

PROCESS = "payments"


@dataclass(frozen=True)
class LoadedRequisition:
    """A packet, the head of the case that it was taken from, and its history as far as signatures go.

    `approvals` counts what was approved on the contract so far: who approves must find it so.
    """

    packet: RequisitionPacket
    head: CaseHead
    contract_id: str
    vendor_ein: str
    history: tuple[SignedEvent, ...]
    approvals: int


def received_case_ids(session: Session) -> list[str]:
    """Ids of the requisitions that no review has looked at, in order."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    return list(
        session.execute(select(table.case_id).where(table.state == "received").order_by(table.case_id)).scalars()
    )


def undecided_case_ids(session: Session) -> list[str]:
    """Ids of the requisitions that a review may still change, or whose open lines it may take up, in order."""
    table = Requisition.__table__.c  # type: ignore[attr-defined]
    looked_at = table.state.in_(UNDECIDED) | (table.state.in_(RESTING) & (table.open_lines > 0))
    return list(session.execute(select(table.case_id).where(looked_at).order_by(table.case_id)).scalars())


def load_requisitions(
    session: Session, case_ids: Sequence[str], policy: Policy, as_of: date, *, rest: bool = False
) -> list[LoadedRequisition]:
    """The packets of some requisitions as of a day, in the order of the ids; an unknown id is left out.

    Each is of the part that the requisition is at; with `rest`, of one that nobody reviews, of its open lines.
    """
    rows = {row.case_id: row for row in all_rows(session, Requisition, "case_id", case_ids)}
    told = histories(session, PROCESS, list(rows))
    about = _About.load(session, rows, told)
    found = []
    for case_id in filter(rows.__contains__, case_ids):
        row = rows[case_id]
        ahead = rest and row.state in RESTING and row.open_lines > 0
        found.append(_loaded(row, row.part + ahead, about, told[case_id], policy, as_of))
    return found


@dataclass(frozen=True)
class _About:
    """All rows about some contracts and requisitions, by what they are about."""

    referred: Mapping[str, tuple[ContractReferral, int]]
    budgets: Mapping[tuple[str, int], BudgetForm]
    facts: Mapping[str, Facts]
    revisions: Mapping[str, LoadedRevision]
    decided: Mapping[str, Sequence[DecidedLine]]
    others: Mapping[str, Sequence[OtherLines]]
    vouchers: Mapping[str, Sequence[Any]]
    evidence: Mapping[tuple[str, int], date]
    refunds: Mapping[str, int]
    kept: Mapping[str, Sequence[Any]]
    changes: Changes
    reported: Mapping[str, Mapping[date, ReportReferral]]

    @classmethod
    def load(cls, session: Session, rows: Mapping[str, Any], told: Mapping[str, Sequence[SignedEvent]]) -> "_About":
        contracts = sorted({row.contract_id for row in rows.values()})
        budgets: dict[tuple[str, int], BudgetForm] = {}
        for row in sorted(all_rows(session, FiscalYearBudget, "contract_id", contracts), key=lambda r: r.version):
            budgets[row.contract_id, row.fiscal_year] = BudgetForm.model_validate_json(row.body)
        approved = approved_rows(session, contracts)
        owing = sorted({row.vendor_ein for case_id, row in rows.items() if offset_stands(told[case_id])})
        waiting = waiting_rows(session, contracts)
        revisions = load_revisions(session, sorted({*rows, *(row.case_id for row in waiting)}))
        return cls(
            {
                row.contract_id: (ContractReferral.model_validate_json(row.body), row.approvals)
                for row in all_rows(session, ReferredContract, "contract_id", contracts)
            },
            budgets,
            load_facts(session, [*contracts, *rows]),
            revisions,
            {key: list(map(decided_line, mine)) for key, mine in grouped(approved, "case_id").items()},
            other_lines(approved, waiting, revisions),
            grouped(all_rows(session, Voucher, "contract_id", contracts), "contract_id"),
            evidence_days(session, list(rows)),
            refunds_owed(session, owing),
            grouped(all_rows(session, RefundDue, "contract_id", contracts), "contract_id"),
            load_changes(session, contracts),
            load_reported(session, contracts),
        )


def _loaded(
    row: Any, part: int, about: _About, history: Sequence[SignedEvent], policy: Policy, as_of: date
) -> LoadedRequisition:
    revision, (referral, approvals) = about.revisions[row.case_id], about.referred[row.contract_id]
    vouchers = about.vouchers.get(row.contract_id, ())
    before = [v for v in vouchers if v.case_id != row.case_id or v.part < part]
    own = [v for v in before if v.case_id == row.case_id]
    mine = [v for v in vouchers if v.case_id == row.case_id and v.part == part]
    known = Known(
        referral=referral,
        budget=about.budgets[row.contract_id, row.fiscal_year],
        of_contract=about.facts.get(row.contract_id, UNTOLD),
        of_requisition=about.facts.get(row.case_id, UNTOLD),
        earlier=_before(row, about.others.get(row.contract_id, ())),
        recouped_cents=sum(v.recouped_cents for v in before),
        fee_cents=sum(v.fee_cents for v in before),
        own_recouped_cents=sum(v.recouped_cents for v in own),
        # The part that left a refund is looked at as before it; a part after it, with the refund.
        refunds_kept_cents=sum(
            r.amount_cents for r in about.kept.get(row.contract_id, ()) if r.case_id != row.case_id or not mine
        ),
        offset_cents=about.refunds.get(row.vendor_ein, 0) if offset_stands(history) else 0,
        paid_on=_paid_on(mine),
        change=about.changes.pending.get((row.contract_id, row.fiscal_year)),
        changed_on=about.changes.landed_on.get((row.contract_id, row.fiscal_year)),
        reported=about.reported.get(row.contract_id, {}),
    )
    filed = Filed(
        revision.form, revision.received_on, part,
        tuple(line for line in about.decided.get(row.case_id, ()) if line.part < part),
        about.evidence.get((row.case_id, part)), revision.submitted_by,
        standing_signer(history, "program_approved"), standing_signer(history, "fiscal_approved"),
    )  # fmt: skip
    packet = assemble(filed, known, policy, as_of)
    return LoadedRequisition(packet, head_of(row), row.contract_id, row.vendor_ein, tuple(history), approvals)


def _paid_on(vouchers: Sequence[Any]) -> date | None:
    """The day on which all of a part was paid; None while something of it is not."""
    days = [v.paid_on for v in vouchers if v.paid_on is not None]
    owed = sum(v.net_cents - v.paid_cents - v.voided_cents for v in vouchers)
    return max(days) if days and not owed else None


def _before(row: Any, others: Sequence[OtherLines]) -> tuple[EarlierLine, ...]:
    """Lines of other requisitions that this one must not repeat: decided ones, and those that came before it."""
    mine = (row.opened_at, row.case_id)
    return tuple(
        line
        for other in others
        if other.case_id != row.case_id and (other.opened_at is None or (other.opened_at, other.case_id) < mine)
        for line in other.lines
    )


def facts_about(session: Session, subject: str) -> Facts:
    """What is known of one contract or requisition."""
    return load_facts(session, [subject]).get(subject, Facts(()))
