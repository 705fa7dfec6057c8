"""Holds what signatures brought about against them: documents, amendments, assignments, letters."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.fiscal.letter_documents import ReportReminder
from models.hotline.records import HotlineOverride
from models.payments.later_documents import LapseNotice
from models.payments.records import FiscalYearBudget
from models.registration.records import Amendment, DocumentReport
from models.shared.documents import canonical, sha256
from models.shared.money import plain
from models.shared.people_records import Assignment, LetterOrder, Signature
from models.shared.records import CaseEvent
from models.shared.signing import Shown, made_by
from tasks.adapters.audit_budgets import check_budgets
from tasks.adapters.audit_overrides import check_overrides
from tasks.adapters.audit_signatures import Signatures, SignedRow, pages

# Letters that a day which passes orders, and nobody signs: their event says what they say.
_UNSIGNED = {LapseNotice.__name__, ReportReminder.__name__}
_Told = dict[tuple[str, str], list[dict[str, Any]]]


def check_effects(session: Session) -> Iterator[str]:
    """Every row that a signature brings about with its signature or event, each fault as one sentence."""
    checks: tuple[tuple[Any, Any, Callable[[Session, Sequence[Row[Any]]], Iterator[str]]], ...] = (
        (DocumentReport, DocumentReport.__table__.c.signature_id != "", _check_reports),  # type: ignore[attr-defined]
        (Assignment, True, _check_assignments),
        (Amendment, True, _check_amendments),
        (LetterOrder, True, _check_letters),
        (FiscalYearBudget, True, check_budgets),
        (HotlineOverride, True, check_overrides),
    )
    for model, condition, check in checks:
        table = model.__table__
        query = select(table).order_by(*table.primary_key.columns)
        rows = session.execute(
            (query if condition is True else query.where(condition)).execution_options(yield_per=500)
        )
        for page in pages(rows):
            yield from check(session, page)


def _check_reports(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    found = Signatures(session).find(row.signature_id for row in page)
    for row in page:
        signed = found.get(row.signature_id)
        name = f"The report {row.report_id} about {row.document} of {row.owner}"
        if signed is None:
            yield f"{name} names signature {row.signature_id}, which is not there."
        elif row.report_id not in _made(row.signature_id, signed):
            yield f"{name} names signature {row.signature_id}, whose list has no such item."


def _made(signature_id: str, signed: SignedRow) -> dict[str, str]:
    """The keys of the rows that a signature may have brought about, each with its case."""
    return {made_by(signature_id, number): case_id for number, case_id in enumerate(signed.cases)}


def _check_assignments(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    table, moments = Signature.__table__.c, sorted({row.since for row in page})  # type: ignore[attr-defined]
    ids = session.execute(select(table.signature_id).where(table.at.in_(moments))).scalars().all()
    found = Signatures(session).find(ids)
    made = {key: case for number, signed in found.items() for key, case in _made(number, signed).items()}
    told = _told(session, [made[row.assignment_id] for row in page if row.assignment_id in made], "assigned")
    for row in page:
        name = f"Assignment {row.assignment_id} of {row.subject} to {row.staff_id} as {row.role}"
        case_id = made.get(row.assignment_id)
        if case_id is None:
            yield f"{name} rests on no signature of its moment."
        elif not any((e.get("role"), e.get("staff")) == (row.role, row.staff_id) for e in told[row.process, case_id]):
            yield f"{name} is not what was signed in {case_id}."


def _check_amendments(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    told = _told(session, [row.contract_id for row in page], "amendment_approved")
    for row in page:
        wanted = (str(row.seq_no), row.type, plain(row.delta_cents))
        events = told["registration", row.contract_id]
        if wanted not in {(e.get("seq_no"), e.get("type"), e.get("delta")) for e in events}:
            yield f"Change no. {row.seq_no} of {row.contract_id} by {wanted[2]} is in no signed event of the contract."


def _check_letters(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    told = _told(session, [row.case_id for row in page])
    events = {
        (case, event["letter"]): event for (_, case), found in told.items() for event in found if event.get("letter")
    }
    ids = {event.get("signed", {}).get("signature", "") for event in events.values()}
    table = Signature.__table__.c  # type: ignore[attr-defined]
    query = select(table.signature_id, table.shown).where(table.signature_id.in_(sorted(ids)))
    shown = {row.signature_id: _letters(row.shown) for row in session.execute(query)}
    for row in page:
        event = events.get((row.case_id, row.document_id))
        name = f"Letter {row.document_id} of {row.process}/{row.case_id}"
        if event is None or ("signed" not in event and row.document not in _UNSIGNED):
            yield f"{name} was ordered by no signed event."
        elif "signed" not in event:
            if event["says"] != _said(row):
                yield f"{name} is not the one that its event tells of."
        elif _said(row) not in shown.get(event["signed"].get("signature", ""), set()):
            yield f"{name} is not the one that was shown and signed."


def _letters(shown: str) -> set[str]:
    """The hashes of a list's letters; none of a text that is no list."""
    try:
        return {item.letter for item in Shown.model_validate_json(shown).items}
    except ValueError:
        return set()


def _said(row: Row[Any]) -> str:
    """Hash of what a letter says, as the list showed it: without its moment, and the reason that was yet to come."""
    try:
        body = json.loads(row.body)
        return sha256(canonical({key: value for key, value in body.items() if key not in ("made_at", "reason")}))
    except (ValueError, AttributeError):
        return ""


def _told(session: Session, cases: Sequence[str], event: str = "") -> _Told:
    """The payloads of signed events of some cases, by process and case; without a name also of others with letters."""
    table, found = CaseEvent.__table__.c, defaultdict(list)  # type: ignore[attr-defined]
    query = select(table.process, table.case_id, table.payload).where(table.case_id.in_(sorted(set(cases))))
    query = query.where(table.event == event) if event else query.where(table.payload.like('%"letter":%'))
    for row in session.execute(query):
        payload = json.loads(row.payload)
        if "signed" in payload or (not event and "says" in payload):
            found[row.process, row.case_id].append(payload)
    return found
