"""What lists and pages show of registration cases: bounded queries, no Prefect."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.registration.records import Award, RegistrationCase
from models.registration.sheets import HistoryLine, elapsed_until, holder_times, label
from models.registration.states import ALL_STATES, Kind, states_held_by
from models.shared.findings import Finding, ordered
from models.shared.money import plain
from models.shared.records import CaseFinding, Contract, OutgoingMessage, StoredDocument
from tasks.adapters.registration.cases import PROCESS, load_history
from tasks.adapters.registration.paper import history_lines


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows; empty means all. `overdue_on` keeps those whose stage ended before that day."""

    state: str = ""
    holder: str = ""
    overdue_on: date | None = None
    limit: int = 1_000
    offset: int = 0


def case_rows(session: Session, wanted: CaseFilter) -> tuple[list[dict[str, Any]], int]:
    """Rows of a case list, the most overdue first, and how many match in all. Amounts are text in dollars."""
    case, contract = RegistrationCase.__table__.c, Contract.__table__.c  # type: ignore[attr-defined]
    conditions = []
    if wanted.state:
        conditions.append(case.state == wanted.state)
    if wanted.holder:
        conditions.append(case.state.in_(states_held_by(wanted.holder)))
    if wanted.overdue_on:
        conditions.append(case.due_on < wanted.overdue_on)
    total = session.execute(select(func.count()).select_from(RegistrationCase).where(*conditions)).scalar_one()
    query = (
        select(
            case.case_id, case.state, case.state_since, case.due_on, case.kind, contract.fiscal_year,
            contract.vendor_name, contract.vendor_ein, contract.beneficiary_name, contract.amount_cents,
        )
        .join(Contract, contract.contract_id == case.case_id)
        .where(*conditions)
        .order_by(case.due_on.is_(None), case.due_on, case.case_id)
        .limit(wanted.limit)
        .offset(wanted.offset)
    )  # fmt: skip
    return [_case_row(row) for row in session.execute(query)], total


def _case_row(row: Any) -> dict[str, Any]:
    state = ALL_STATES[row.state]
    return {
        "case": row.case_id, "provider": row.vendor_name, "ein": row.vendor_ein, "for": row.beneficiary_name,
        "fiscal_year": row.fiscal_year, "kind": row.kind, "amount": plain(row.amount_cents), "state": row.state,
        "stage": state.stage, "holder": str(state.holder), "since": row.state_since.isoformat(),
        "due": row.due_on.isoformat() if row.due_on else None,
    }  # fmt: skip


def show_case(session: Session, case_id: str, now: datetime) -> dict[str, Any] | None:
    """Facts, findings, timeline, days by holder, documents and messages of one case; None when there is none."""
    case, contract = session.get(RegistrationCase, case_id), session.get(Contract, case_id)
    if case is None or contract is None:
        return None
    kind, lines = Kind(case.kind), history_lines(load_history(session, [case_id])[case_id])
    state = ALL_STATES[case.state]
    return {
        "case": case_id, "process": PROCESS, "kind": case.kind, "state": case.state, "label": state.label,
        "stage": state.stage, "holder": str(state.holder), "since": case.state_since.isoformat(),
        "due": case.due_on.isoformat() if case.due_on else None, "fiscal_year": contract.fiscal_year,
        "provider": contract.vendor_name, "ein": contract.vendor_ein, "for": contract.beneficiary_name,
        "amount": plain(contract.amount_cents), "original_amount": plain(contract.original_amount_cents),
        "term": [contract.term_start.isoformat(), contract.term_end.isoformat()],
        "awards": _awards(session, case_id), "findings": [f.model_dump(mode="json") for f in findings(session, case_id)],
        "timeline": [_line(line) for line in lines],
        "held": {row.holder: row.seconds for row in holder_times(kind, lines, now)},
        "elapsed": int((elapsed_until(kind, lines, now) - lines[0].at).total_seconds()),
        "documents": _documents(session, case_id), "messages": _messages(session, case_id),
    }  # fmt: skip


def findings(session: Session, case_id: str) -> list[Finding]:
    """The open findings of a case, most serious first."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(CaseFinding).where(table.process == PROCESS, table.case_id == case_id, table.closed_at.is_(None))
    return ordered(
        Finding(
            code=row.code, subject=row.subject, severity=row.severity, message=row.message, citation=row.citation,
            evidence=json.loads(row.evidence), remedy=row.remedy, tell=tuple(json.loads(row.tell)),
        )
        for row in session.execute(query).scalars()
    )  # fmt: skip


def _line(line: HistoryLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(), "event": line.event, "what": label(line.event), "detail": line.detail,
        "by": line.by, "state": line.state_to, "holder": str(ALL_STATES[line.state_to].holder),
    }  # fmt: skip


def _awards(session: Session, case_id: str) -> list[dict[str, Any]]:
    table = Award.__table__.c  # type: ignore[attr-defined]
    rows = session.execute(select(Award).where(table.contract_id == case_id).order_by(table.mocs_id)).scalars()
    return [
        {
            "award": row.mocs_id, "source": row.source, "member": row.council_member, "status": row.status,
            "amount": plain(row.amount_cents), "purpose": row.purpose, "vanished": row.vanished_at is not None,
        }
        for row in rows
    ]  # fmt: skip


def _documents(session: Session, case_id: str) -> list[dict[str, Any]]:
    table = StoredDocument.__table__.c  # type: ignore[attr-defined]
    query = select(StoredDocument).where(table.process == PROCESS, table.case_id == case_id)
    rows = session.execute(query.order_by(table.made_at, table.document_id)).scalars()
    return [
        {"document": r.document_id, "kind": r.kind, "title": r.title, "made": r.made_at.isoformat(), "sha256": r.sha256}
        for r in rows
    ]


def _messages(session: Session, case_id: str) -> list[dict[str, Any]]:
    table = OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    query = select(OutgoingMessage).where(table.process == PROCESS, table.case_id == case_id)
    rows: Sequence[OutgoingMessage] = session.execute(query.order_by(table.created_at)).scalars().all()
    return [
        {
            "message": r.message_id,
            "to": r.recipient,
            "subject": r.subject,
            "sent": r.sent_at.isoformat() if r.sent_at else None,
        }
        for r in rows
    ]
