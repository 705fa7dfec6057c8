"""What an act about the office changes once its second signature is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, update
from sqlmodel import Session

from models.shared.documents import canonical
from models.shared.office_acts import (
    AddForm,
    ChangeForm,
    DelegateForm,
    EndDelegationForm,
    EnrolForm,
    OfficeForm,
    PolicyForm,
    RevokeForm,
)
from models.shared.people_records import Staff, StaffDelegation
from tasks.adapters.enrolment import FirstUse, end_sessions, issue_ticket, void_tickets
from tasks.adapters.policy_versions import put_in_force
from tasks.adapters.sealing import seal


@dataclass(frozen=True)
class Approval:
    """An act with both signatures: `first` proposed it, `second` signed it."""

    act_id: str
    reason: str
    first: str
    second: str


def take_effect(session: Session, form: OfficeForm, approval: Approval, at: datetime) -> str:
    """Do what was signed, in the caller's transaction; returns the ticket of an enrollment, else nothing."""
    match form:
        case AddForm():
            add_person(session, form, at)
        case ChangeForm():
            _set(session, form.staff_id, unit=form.unit.value, roles=canonical(list(form.roles)))
        case EnrolForm():
            return issue_ticket(session, form.staff_id, (approval.first, approval.second), at)
        case RevokeForm():
            _revoke(session, form.staff_id, at)
        case DelegateForm():
            _delegate(session, form, approval)
        case EndDelegationForm():
            lent = StaffDelegation.__table__  # type: ignore[attr-defined]
            one = lent.c.delegation_id == form.delegation_id
            session.connection().execute(update(lent).where(one).values(ended_at=at))
        case PolicyForm():
            put_in_force(session, form, approval.second, at)
    return ""


def add_person(
    session: Session, form: AddForm, at: datetime, enrolled_by: str = "", first: FirstUse | None = None
) -> None:
    """A new account; with a secret and who stands for it only where the first two are made."""
    row: dict[str, object] = {
        "staff_id": form.staff_id, "name": form.name, "email": form.email, "identity": form.identity,
        "unit": form.unit.value, "roles": canonical(list(form.roles)), "added_at": at,
        "last_counter": 0,
    }  # fmt: skip
    if first is not None:
        row |= {
            "secret": seal(first.secret, form.staff_id), "last_counter": first.counter, "enrolled_at": at,
            "enrolled_by": canonical([enrolled_by]),
        }  # fmt: skip
    session.connection().execute(insert(Staff), [row])


def _set(session: Session, staff_id: str, **values: object) -> None:
    staff = Staff.__table__  # type: ignore[attr-defined]
    session.connection().execute(update(staff).where(staff.c.staff_id == staff_id).values(values))


def _revoke(session: Session, staff_id: str, at: datetime) -> None:
    """The secret stays: a code of a revoked person is told from a wrong one."""
    _set(session, staff_id, revoked_at=at)
    void_tickets(session, staff_id, at)
    end_sessions(session, staff_id, at)
    lent = StaffDelegation.__table__  # type: ignore[attr-defined]
    theirs = or_(lent.c.from_id == staff_id, lent.c.to_id == staff_id) & lent.c.ended_at.is_(None)
    session.connection().execute(update(lent).where(theirs).values(ended_at=at))


def _delegate(session: Session, form: DelegateForm, approval: Approval) -> None:
    row = {
        "delegation_id": approval.act_id, "from_id": form.from_id, "to_id": form.to_id, "first_day": form.first_day,
        "last_day": form.last_day, "reason": approval.reason,
    }  # fmt: skip
    session.connection().execute(insert(StaffDelegation), [row])
