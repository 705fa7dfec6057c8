"""Loads what the registers print: each part of a requisition as a row, refunds due to the City, disputes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.clock import days_late, forecast
from models.payments.facts import Fact, Facts
from models.payments.parts import DecidedLine
from models.payments.policy import Policy
from models.payments.records import (
    ApprovedLine,
    Dispute,
    EvidenceRequest,
    RefundDue,
    Requisition,
    RequisitionRevision,
    Voucher,
)
from models.payments.register_documents import DisputeLine, RefundLine
from models.payments.register_rows import Issue, RegisterRow, Settled, money_of, settled, what_is_missing
from models.payments.registers import Besides
from models.payments.rules import review
from models.payments.states import ALL_STATES, RESTING, UNDECIDED, Holder
from models.payments.verdicts import RELEASING, Outcome
from models.shared.calendar import long_date, new_york_date
from models.shared.findings import RANK, Severity
from models.shared.money import dollars
from models.shared.records import CaseFinding
from tasks.adapters.payments.case_rows import PROCESS, decided_line, evidence_days, load_facts, owed_of
from tasks.adapters.payments.cases import LoadedRequisition, load_requisitions
from tasks.adapters.rows import grouped

# Why nothing more comes of a requisition of which nothing was ever decided.
_CLOSED = {
    "withdrawn": "Withdrawn", "lapsed": "Closed: papers did not come", "disputed": "Closed, in dispute",
    "upheld": "Closed, dispute denied",
}  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """All rows about the requisitions of the registers, by requisition; days by requisition and revision or part."""

    received: Mapping[tuple[str, int], date]
    evidence: Mapping[tuple[str, int], date]
    decided: Mapping[str, Sequence[Any]]
    vouchers: Mapping[str, Sequence[Any]]
    asked: Mapping[str, Any]
    open_: Mapping[str, LoadedRequisition]
    causes: Mapping[str, str]


def register_rows(session: Session, policy: Policy, today: date) -> list[RegisterRow]:
    """Every part of every requisition that a review has looked at, by its number, what is still open last."""
    table = Requisition.__table__  # type: ignore[attr-defined]
    looked_at = list(session.execute(select(table).where(table.c.outcome != "").order_by(table.c.case_id)))
    told = _told(session, looked_at, policy, today)
    return [row for case in looked_at for row in _rows(case, told, policy, today)]


def _told(session: Session, cases: Sequence[Any], policy: Policy, today: date) -> _Told:
    revisions, approved = RequisitionRevision.__table__.c, ApprovedLine.__table__  # type: ignore[attr-defined]
    requests, vouchers = EvidenceRequest.__table__, Voucher.__table__  # type: ignore[attr-defined]
    received = session.execute(select(revisions.case_id, revisions.revision, revisions.received_on))
    asked = list(session.execute(select(requests)))
    decided = grouped(session.execute(select(approved).order_by(approved.c.part, approved.c.no)), "case_id")
    # What is open of a requisition of which something was decided is reckoned now: its figures may be of another part.
    ids = [case.case_id for case in cases if case.case_id in decided and _is_open(case)]
    loaded = load_requisitions(session, ids, policy, today, rest=True)
    return _Told(
        received={(row.case_id, row.revision): row.received_on for row in received},
        evidence=evidence_days(session, sorted({row.case_id for row in asked})),
        decided=decided,
        vouchers=grouped(session.execute(select(vouchers).order_by(vouchers.c.part, vouchers.c.issue)), "case_id"),
        asked={row.case_id: row for row in asked if not row.closed_as},
        open_={case.head.case_id: case for case in loaded},
        causes=_causes(session),
    )


def _is_open(case: Any) -> bool:
    return case.state in UNDECIDED or (case.state in RESTING and case.open_lines > 0)


def _rows(case: Any, told: _Told, policy: Policy, today: date) -> Iterator[RegisterRow]:
    lines = told.decided.get(case.case_id, ())
    for part in settled([decided_line(line) for line in lines]):
        issues = [row for row in told.vouchers.get(case.case_id, ()) if row.part == part.part]
        if part.claimed_cents or part.approved_cents:
            yield _decided(case, part, [line for line in lines if line.part == part.part], issues, told, policy, today)
    if not lines:
        yield _undecided(case, told, policy, today)
    elif case.case_id in told.open_:
        yield _rest(case, told.open_[case.case_id], told, policy, today)


def _head(case: Any) -> dict[str, Any]:
    return {
        "case_id": case.case_id, "contract_id": case.contract_id, "provider": case.vendor_name, "ein": case.vendor_ein
    }  # fmt: skip


def _decided(
    case: Any, part: Settled, lines: Sequence[Any], vouchers: Sequence[Any], told: _Told, policy: Policy, today: date
) -> RegisterRow:
    """A part that was approved or refused, with what became of its money."""
    key = (case.case_id, part.part)
    came = told.received[case.case_id, lines[0].revision]
    common = {
        **_head(case), "part": part.part, "received_on": max(came, told.evidence.get(key, came)),
        "outcome": part.outcome, "claimed_cents": part.claimed_cents, "approved_cents": part.approved_cents,
        "holder": str(Holder.FISCAL), "cause": "" if _is_open(case) else told.causes.get(case.case_id, ""),
    }  # fmt: skip
    closed = _closed_notes([decided_line(line) for line in lines])
    if not vouchers:
        return RegisterRow(**common, required_on=None, net_cents=0, notes=closed)
    money = money_of([_issue(row) for row in vouchers])
    due = vouchers[0].required_on
    owed = money.net_cents - money.paid_cents
    return RegisterRow(
        **common, required_on=due, net_cents=money.net_cents, voucher_no=money.voucher_no, paid_on=money.paid_on,
        last_paid_on=money.last_paid_on, paid_cents=money.paid_cents, offset_cents=money.offset_cents,
        days_late=days_late(due, money.paid_on) if money.paid_on else 0, interest_cents=money.interest_cents,
        forecast_cents=forecast(owed, due, today, policy).interest_cents if owed > 0 else 0,
        notes=(*closed, *money.notes),
    )  # fmt: skip


def _issue(row: Any) -> Issue:
    return Issue(
        voucher_no=row.voucher_no, net_cents=row.net_cents, offset_cents=row.offset_cents, paid_cents=row.paid_cents,
        paid_on=row.paid_on, interest_cents=row.interest_cents, returned_on=row.returned_on, voided_on=row.voided_on,
        reissued_as=row.reissued_as,
    )  # fmt: skip


def _closed_notes(lines: Sequence[DecidedLine]) -> tuple[str, ...]:
    cents = sum(line.claimed_cents - line.open_cents for line in lines if line.status == "lapsed")
    return (f"{dollars(cents)} closed: its papers did not come, or it was given up",) if cents else ()


def _undecided(case: Any, told: _Told, policy: Policy, today: date) -> RegisterRow:
    """A requisition of which nothing is decided, as its last review left it."""
    outcome, closed = Outcome(case.outcome), _CLOSED.get(case.state, "")
    approved, net = (0, 0) if closed else (case.approved_cents, case.net_cents)
    owed = net if outcome in RELEASING else approved
    runs = case.required_on is not None and outcome is not Outcome.RETURNED and not closed
    return RegisterRow(
        **_head(case), received_on=told.received[case.case_id, case.revision], outcome=outcome, closed=closed,
        required_on=None if closed else case.required_on, claimed_cents=case.total_cents, approved_cents=approved,
        net_cents=net, holder=str(ALL_STATES[case.state].holder), cause=told.causes.get(case.case_id, ""),
        forecast_cents=forecast(owed, case.required_on, today, policy).interest_cents if runs else 0,
        notes=_waiting_notes(case, told) if outcome is Outcome.HELD and not closed else (),
    )  # fmt: skip


def _rest(case: Any, loaded: LoadedRequisition, told: _Told, policy: Policy, today: date) -> RegisterRow:
    """What is open of a requisition of which something was decided: under review, or waiting for what is missing."""
    packet = loaded.packet
    common = {
        **_head(case), "part": packet.requisition.part, "received_on": packet.requisition.received_on,
        "claimed_cents": packet.claimed_cents, "cause": told.causes.get(case.case_id, ""),
    }  # fmt: skip
    if case.state in RESTING:
        return RegisterRow(
            **common, required_on=None, outcome=Outcome.HELD, approved_cents=0, net_cents=0,
            holder=str(Holder.PROVIDER), notes=_waiting_notes(case, told),
        )  # fmt: skip
    verdict = review(packet, policy)
    return RegisterRow(
        **common, required_on=verdict.required_on, outcome=verdict.outcome, approved_cents=verdict.approved_cents,
        net_cents=verdict.net_cents, holder=str(ALL_STATES[case.state].holder),
        forecast_cents=verdict.forecast.interest_cents if verdict.forecast else 0,
        notes=_waiting_notes(case, told) if verdict.outcome is Outcome.HELD else (),
    )  # fmt: skip


def _waiting_notes(case: Any, told: _Told) -> tuple[str, ...]:
    """Since when something is open, and what for."""
    asked = told.asked.get(case.case_id)
    if asked:
        return (what_is_missing(json.loads(asked.lines), json.loads(asked.codes), asked.asked_on, asked.due_on),)
    vouchers = told.vouchers.get(case.case_id, ())
    since = vouchers[-1].approved_at if case.state in RESTING and vouchers else case.state_since
    cause = told.causes.get(case.case_id, "")
    return (f"Open since {long_date(new_york_date(since))}{': ' + cause if cause else ''}",)


def _causes(session: Session) -> dict[str, str]:
    """Why a requisition waits: the words of its most serious open finding."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.code, table.subject, table.severity)
    rows = session.execute(query.where(table.process == PROCESS, table.closed_at.is_(None)))
    found = sorted(rows, key=lambda row: (RANK[Severity(row.severity)], row.code, row.subject))
    return {row.case_id: f"{row.code} {row.subject}".strip() for row in found}


def besides(session: Session) -> Besides:
    """All refunds due to the City, and all disputes, by requisition."""
    refunds, disputes = RefundDue.__table__, Dispute.__table__  # type: ignore[attr-defined]
    cases = Requisition.__table__.c  # type: ignore[attr-defined]
    owing = list(session.execute(select(refunds).order_by(refunds.c.case_id, refunds.c.reason)))
    disputed = list(session.execute(select(disputes).order_by(disputes.c.case_id, disputes.c.no)))
    ids = sorted({row.case_id for row in (*owing, *disputed)})
    names = {
        row.case_id: row.vendor_name
        for row in session.execute(select(cases.case_id, cases.vendor_name).where(cases.case_id.in_(ids)))
    }
    facts = load_facts(session, ids)
    return Besides(
        tuple(_refund(row, names[row.case_id], facts.get(row.case_id, Facts(()))) for row in owing),
        tuple(
            DisputeLine(
                case_id=row.case_id, provider=names[row.case_id], filed_on=row.filed_on,
                decision_due_on=row.decision_due_on, disputed_cents=row.refused_cents,
                decided_as=row.decided_as.capitalize(), decided_on=row.decided_on,
            )
            for row in disputed
        ),
    )  # fmt: skip


def _refund(row: Any, provider: str, told: Facts) -> RefundLine:
    came = sum(fact.amount_cents or 0 for fact in told.every(Fact.REFUND_RECEIVED))
    return RefundLine(
        case_id=row.case_id, provider=provider, due_since=row.due_since, amount_cents=row.amount_cents,
        offset_cents=row.offset_cents, came_cents=came, left_cents=owed_of(row, told),
    )  # fmt: skip
