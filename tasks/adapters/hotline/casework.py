"""What signed-in staff record about a contact in their own name, without a fresh code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from models.hotline.acts import SIGNED, WORK, label, may_not, wrong_fields
from models.hotline.clocks import Clocks
from models.hotline.links import NO_LINK
from models.hotline.taking import Doing, Taken, take
from models.shared.people import Person, Role
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.alerts import acknowledge
from tasks.adapters.hotline.cases import PROCESS, Change, LoadedCase, clocks, load_cases, write
from tasks.adapters.hotline.links import dissolved, link, repeats_restricted, unlink
from tasks.adapters.hotline.work_notes import keep_note, wrong_text
from tasks.adapters.ledger import Happening, StaleCase
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.signed_fields import NOTHING
from tasks.adapters.signed_policy import PolicyUnsigned
from tasks.adapters.templating import moment

AT_ONCE = f"Somebody recorded something else about this contact at the same moment. Open it again. {NOTHING}"
# What stops an alert from climbing.
_NOTICES = frozenset({"acknowledged", "alert_acknowledged"})


@dataclass(frozen=True)
class Done:
    """Where the contact stands after an act, and the number of its last event."""

    case_id: str
    state: str
    version: int


def act(case_id: str, name: str, fields: Mapping[str, str], staff_id: str, seen_version: int) -> Done:
    """Record an act in the name of somebody who is signed in. Raises NotSigned; nothing is changed then.

    `seen_version` is the version of the case that they saw, 0 before it was opened.
    """
    at = clock.now()
    try:
        with writing() as session:
            return _act(session, case_id, name, fields, staff_id, seen_version, at)
    except PolicyUnsigned as unsigned:
        raise NotSigned(Refusal.POLICY, str(unsigned)) from unsigned
    except (StaleCase, IntegrityError, OperationalError) as lost:
        with reading() as session:
            check_seen(session, case_id, seen_version)
        raise NotSigned(Refusal.STALE, AT_ONCE) from lost


def _act(
    session: Session, case_id: str, name: str, fields: Mapping[str, str], staff_id: str, seen: int, at: datetime
) -> Done:
    running = clocks()
    person, loaded = _person(session, staff_id), load_cases(session, [case_id], running).get(case_id)
    if loaded is None:
        raise NotSigned(Refusal.FORM, f"There is no contact “{case_id[:40]}” that was triaged. {NOTHING}")
    check_act(name)
    if wrong := may_not(WORK[name], loaded.facts, staff_id, person.roles):
        raise NotSigned(Refusal.ROLE, f"{case_id}: {wrong} {NOTHING}")
    if loaded.version != seen:
        check_seen(session, case_id, seen)
        raise NotSigned(Refusal.STALE, AT_ONCE)
    if wrong := wrong_fields(WORK[name], fields):
        raise NotSigned(Refusal.FORM, f"{case_id}: {wrong} {NOTHING}")
    taken = take(loaded.case, Doing(name, fields, "", staff_id, at, running))
    if isinstance(taken, str):
        raise NotSigned(Refusal.ILLEGAL, f"{case_id}: {taken} {NOTHING}")
    changes = _changes(session, loaded, taken, name, fields, person, running, at)
    if isinstance(changes, str):
        raise NotSigned(Refusal.ILLEGAL, f"{case_id}: {changes} {NOTHING}")
    write(session, changes, at)
    taken_notice = name in _NOTICES and acknowledge(session, case_id, staff_id, at)
    if name == "alert_acknowledged" and not taken_notice:
        raise NotSigned(Refusal.ILLEGAL, f"{case_id}: no alert about it is open. {NOTHING}")
    first = changes[0]
    return Done(case_id, first.facts.state, loaded.next_seq + len(first.happenings) - 1)


def check_act(name: str) -> None:
    """Raises NotSigned for an act that needs a fresh code, or is none."""
    if name in SIGNED:
        raise NotSigned(Refusal.FORM, f"“{SIGNED[name].label}” needs a code: sign it. {NOTHING}")
    if name not in WORK:
        raise NotSigned(Refusal.FORM, f"“{name[:40]}” is nothing that is done about a contact. {NOTHING}")


def _changes(
    session: Session, loaded: LoadedCase, taken: Taken, name: str, fields: Mapping[str, str], person: Person,
    running: Clocks, at: datetime,
) -> list[Change] | str:  # fmt: skip
    if name == "linked":
        return link(session, loaded, fields.get("with", "").strip(), person.staff_id, person.name, running, at)
    if name == "unlinked":
        if Role.CLEARED not in person.roles and repeats_restricted(session, loaded.facts, running):
            return NO_LINK
        return unlink(session, loaded, person.staff_id, person.name, running, at)
    told, facts = {"by": person.staff_id, **taken.told}, taken.facts
    more, others = list[Happening](), list[Change]()
    if name == "noted":
        if wrong := wrong_text(fields.get("text", "")):
            return wrong
        note = keep_note(session, facts.case_id, loaded.next_seq, person.staff_id, fields["text"], at)
        told["note"] = note
    if name == "marked_confidential":
        facts, more, others = dissolved(session, loaded, facts, person.name, running, at)
    event = Happening(name, person.name, taken.facts.state, at, told)
    overrides = [taken.override] if taken.override else []
    return [Change(loaded, facts, [event, *more], overrides, "", person.staff_id), *others]


def _person(session: Session, staff_id: str) -> Person:
    person = find_person(session, staff_id)
    if person is None or not person.is_active:
        raise NotSigned(Refusal.REVOKED, f"“{staff_id[:40]}” does not work here. {NOTHING}")
    return person


def check_seen(session: Session, case_id: str, seen: int) -> None:
    """Say who recorded what since a page was made. Raises NotSigned."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == case_id) & (table.seq > seen)
    query = select(table.event, table.actor, table.at).where(mine).order_by(table.seq.desc()).limit(1)
    if last := session.execute(query).first():
        raise NotSigned(
            Refusal.STALE,
            f"{last.actor} recorded “{label(last.event)}” for {case_id} at {moment(last.at)}, after this page was "
            f"made. Nothing of yours was recorded. Open it again and see whether it still needs you.",
        )
