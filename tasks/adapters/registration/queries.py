"""What lists and pages show of registration cases: bounded queries, no Prefect."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session

from models.registration.records import Award, RegistrationCase
from models.registration.sheets import HistoryLine, elapsed_until, holder_times, label
from models.registration.states import ALL_STATES, Holder, Kind, states_held_by
from models.shared.findings import RANK, Finding, Severity, ordered
from models.shared.money import plain
from models.shared.records import CaseFinding, Contract, OutgoingMessage, ProviderName, StoredDocument
from tasks.adapters.assignments import looked_after_by
from tasks.adapters.registration.history import PROCESS, history_lines, load_history
from tasks.adapters.signatures import SignedBy, signed_by_event

_FINAL = tuple(state.name for state in ALL_STATES.values() if state.final)
# A search looks at this many words at most: each costs a pass over the contracts.
MOST_WORDS = 5


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows; empty means all. `overdue_on` keeps those whose stage ended before that day.

    A case whose awards another contract took over is in no list.
    `search` keeps cases of which every word stands in a name of the provider or of whom it contracts for, or begins
    the contract's id or an EIN. `only_open` leaves closed cases out. `staff_ids` keeps what one of them looks after.
    """

    state: str = ""
    holder: str = ""
    overdue_on: date | None = None
    limit: int = 1_000
    offset: int = 0
    search: str = ""
    only_open: bool = False
    staff_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class HolderCount:
    """How many cases one holder has in hand, and how many of them are past the last day of their stage."""

    holder: str
    cases: int
    overdue: int


def case_rows(session: Session, wanted: CaseFilter) -> tuple[list[dict[str, Any]], int]:
    """Rows of a case list, the most overdue first, and how many match in all. Amounts are text in dollars."""
    case, contract = RegistrationCase.__table__.c, Contract.__table__.c  # type: ignore[attr-defined]
    conditions = _conditions(wanted)
    counted = select(func.count()).select_from(RegistrationCase)
    if wanted.search:
        counted = counted.join(Contract, contract.contract_id == case.case_id)
    total = session.execute(counted.where(*conditions)).scalar_one()
    if not wanted.limit:
        return [], total
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


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    case = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    conditions: list[ColumnElement[bool]] = [case.folded_into == ""]
    if wanted.state:
        conditions.append(case.state == wanted.state)
    if wanted.holder:
        conditions.append(case.state.in_(states_held_by(wanted.holder)))
    if wanted.only_open:
        conditions.append(case.state.not_in(_FINAL))
    if wanted.overdue_on:
        conditions.append(case.due_on < wanted.overdue_on)
    if wanted.staff_ids:
        of = Contract.__table__.alias("looked_after").c  # type: ignore[attr-defined]
        conditions.append(case.case_id.in_(looked_after_by(PROCESS, wanted.staff_ids, of.contract_id, of.vendor_ein)))
    if words := wanted.search.split()[:MOST_WORDS]:
        conditions.append(and_(*map(_mentions, words)))
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    """The contract names the word: as part of a name, or as the beginning of its id or of an EIN (dash or not)."""
    contract, spelling = Contract.__table__.c, ProviderName.__table__.c  # type: ignore[attr-defined]
    number = word.replace("-", "") if word.replace("-", "").isdigit() else word
    return or_(
        contract.vendor_name.icontains(word, autoescape=True),
        contract.beneficiary_name.icontains(word, autoescape=True),
        contract.contract_id.istartswith(word, autoescape=True),
        contract.vendor_ein.startswith(number, autoescape=True),
        contract.beneficiary_ein.startswith(number, autoescape=True),
        contract.vendor_ein.in_(select(spelling.ein).where(spelling.name.icontains(word, autoescape=True))),
    )


def holder_counts(session: Session, today: date) -> list[HolderCount]:
    """Open cases by holder, in the order of the procedure; holders with nothing in hand are there with zero."""
    case = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    late = func.count().filter(case.due_on < today)
    open_ = (case.state.not_in(_FINAL), case.folded_into == "")
    query = select(case.state, func.count(), late).where(*open_).group_by(case.state)
    found = {str(holder): [0, 0] for holder in Holder if holder is not Holder.NOBODY and states_held_by(holder)}
    for state, cases, overdue in session.execute(query):
        held = found[str(ALL_STATES[state].holder)]
        held[0] += cases
        held[1] += overdue
    return [HolderCount(holder, *counts) for holder, counts in found.items()]


def _case_row(row: Any) -> dict[str, Any]:
    state = ALL_STATES[row.state]
    return {
        "case": row.case_id, "provider": row.vendor_name, "ein": row.vendor_ein, "for": row.beneficiary_name,
        "fiscal_year": row.fiscal_year, "kind": row.kind, "amount": plain(row.amount_cents), "state": row.state,
        "stage": state.stage, "holder": str(state.holder), "since": row.state_since.isoformat(),
        "due": row.due_on.isoformat() if row.due_on else None,
    }  # fmt: skip


def show_case(session: Session, case_id: str, now: datetime) -> dict[str, Any] | None:
    """Facts, findings, timeline, days by holder, documents and messages of one case; None when there is none.

    `folded_into` is the contract that took over all its awards, empty for a case that stands for itself.
    """
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
        "adjustment": plain(contract.adjustment_cents), "folded_into": case.folded_into,
        "term": [contract.term_start.isoformat(), contract.term_end.isoformat()],
        "awards": _awards(session, case_id),
        "findings": [found.model_dump(mode="json") for found in findings(session, case_id)],
        "timeline": list(map(_line, lines, signed_by_event(session, PROCESS, case_id))),
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


def first_findings(session: Session, case_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Severity and message of the most serious open finding of each of some cases that has one."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = (
        select(table.case_id, table.severity, table.message)
        .where(table.process == PROCESS, table.case_id.in_(case_ids), table.closed_at.is_(None))
        .order_by(table.case_id, table.code, table.subject)
    )
    found: dict[str, dict[str, str]] = {}
    for row in session.execute(query):
        there = found.get(row.case_id)
        if there is None or RANK[Severity(row.severity)] > RANK[Severity(there["severity"])]:
            found[row.case_id] = {"severity": row.severity, "message": row.message}
    return found


def _line(line: HistoryLine, signed: SignedBy | None) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(), "event": line.event, "what": label(line.event), "detail": line.detail,
        "by": line.by, "state": line.state_to, "holder": str(ALL_STATES[line.state_to].holder),
        "signed": vars(signed) if signed else None,
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
        {
            "document": r.document_id, "kind": r.kind, "title": r.title, "made": r.made_at.isoformat(),
            "pages": r.pages, "sha256": r.sha256, "superseded_by": r.superseded_by,
        }
        for r in rows
    ]  # fmt: skip


def _messages(session: Session, case_id: str) -> list[dict[str, Any]]:
    table = OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    query = select(OutgoingMessage).where(table.process == PROCESS, table.case_id == case_id)
    rows: Sequence[OutgoingMessage] = session.execute(query.order_by(table.created_at)).scalars().all()
    return [
        {
            "message": r.message_id, "to": r.recipient, "subject": r.subject, "document": r.document_id,
            "created": r.created_at.isoformat(), "sent": r.sent_at.isoformat() if r.sent_at else None, "text": r.body,
        }
        for r in rows
    ]  # fmt: skip
