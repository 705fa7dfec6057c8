"""What a signed act writes besides its event: documents, amounts, amendments, assignments, kinds."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session

from models.registration.amendment_rules import counts, original_cents, running_cents
from models.registration.packet import RegistrationPacket
from models.registration.records import Amendment, DocumentReport, RegistrationCase
from models.registration.taken import Assign, KeepAmendment, KeepDocument, SetAdjustment, Taken
from models.shared.documents import sha256
from models.shared.people_records import Assignment
from models.shared.records import Contract
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.history import PROCESS
from tasks.adapters.registration.regrouping import regroup_effects
from tasks.adapters.registration.taking import Regroup


def write_effect(session: Session, taken: Taken, key: str, actor: str, at: datetime) -> None:
    """Write what the act brings, in the transaction of its event; `key` is the signature's with the act's number."""
    if taken.signed.event == "kind_set":
        set_kind(session, taken.after)
    if isinstance(taken.effect, Regroup):
        regroup_effects(session, taken.effect.made, registration_policy(), actor, at)
    writer = _WRITERS.get(type(taken.effect))
    if writer:
        writer(session, taken, key, at)


def set_kind(session: Session, packet: RegistrationPacket) -> None:
    """Keep the kind of a contract that was set."""
    cases, contracts = RegistrationCase.__table__, Contract.__table__  # type: ignore[attr-defined]
    session.execute(update(cases).where(cases.c.case_id == packet.case_id).values(kind=packet.kind.value))
    session.execute(update(contracts).where(contracts.c.contract_id == packet.case_id).values(kind=packet.kind.value))


def _document(session: Session, taken: Taken, key: str, at: datetime) -> None:
    effect: KeepDocument = taken.effect  # type: ignore[assignment]
    row = {
        **effect.row.model_dump(), "report_id": sha256(key)[:24], "recorded_at": at,
        "position": len(taken.before.history),
        "rejected": effect.rejected, "signature_id": key.partition("/")[0],
    }  # fmt: skip
    session.connection().execute(insert(DocumentReport), [row])


def _adjustment(session: Session, taken: Taken, key: str, at: datetime) -> None:
    effect: SetAdjustment = taken.effect  # type: ignore[assignment]
    _set_contract(
        session, taken.after.case_id, adjustment_cents=effect.adjustment_cents, amount_cents=effect.amount_cents
    )


def _amendment(session: Session, taken: Taken, key: str, at: datetime) -> None:
    effect: KeepAmendment = taken.effect  # type: ignore[assignment]
    facts, table = effect.facts, Amendment.__table__  # type: ignore[attr-defined]
    before = next((a for a in taken.before.amendments if a.seq_no == facts.seq_no), None)
    if before is None:
        row = {
            "contract_id": taken.after.case_id, **facts.model_dump(), "reason": effect.reason,
            "running_cents": running_cents(taken.after),
            "revised_cents": original_cents(taken.after) + running_cents(taken.after),
            "ccpo_approved_on": effect.ccpo_approved_on, "filed_on": None, "registered_on": None,
        }  # fmt: skip
        session.connection().execute(insert(Amendment), [row])
    else:
        mine = (table.c.contract_id == taken.after.case_id) & (table.c.seq_no == facts.seq_no)
        days = {"filed_on": effect.filed_on, "registered_on": effect.registered_on}
        values = {"status": facts.status, **{name: day for name, day in days.items() if day}}
        session.execute(update(table).where(mine).values(**values))
    if counts(facts) and not (before and counts(before)):
        _take_force(session, taken, facts)


def _take_force(session: Session, taken: Taken, facts: Any) -> None:
    """An amendment that counts changes the contract."""
    packet = taken.before
    values: dict[str, Any] = {
        "adjustment_cents": packet.adjustment_cents + facts.delta_cents,
        "amount_cents": packet.amount_cents + facts.delta_cents,
    }
    if facts.term_end:
        values["term_end"] = facts.term_end
    _set_contract(session, packet.case_id, **values)


def _set_contract(session: Session, contract_id: str, **values: Any) -> None:
    table = Contract.__table__  # type: ignore[attr-defined]
    session.execute(update(table).where(table.c.contract_id == contract_id).values(**values))


def _assignment(session: Session, taken: Taken, key: str, at: datetime) -> None:
    effect: Assign = taken.effect  # type: ignore[assignment]
    table = Assignment.__table__  # type: ignore[attr-defined]
    same = (table.c.process == PROCESS) & (table.c.subject == effect.subject) & (table.c.role == effect.role)
    session.execute(update(table).where(same, table.c.until.is_(None)).values(until=at))
    row = {
        "assignment_id": sha256(key)[:24], "process": PROCESS, "subject": effect.subject, "role": effect.role,
        "staff_id": effect.staff_id, "handover": effect.handover, "since": at, "until": None,
    }  # fmt: skip
    session.connection().execute(insert(Assignment), [row])


_WRITERS: dict[type, Callable[[Session, Taken, str, datetime], None]] = {
    KeepDocument: _document,
    SetAdjustment: _adjustment,
    KeepAmendment: _amendment,
    Assign: _assignment,
}
