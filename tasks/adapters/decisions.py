"""The one place where a signed decision is committed, whatever door it came through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.duties import Duty, Signed
from models.shared.people import Capacity
from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Credential, Item, Receipt, Shown, ShownItem, signature_number
from tasks.adapters import clock
from tasks.adapters.codes import Accepted, check_code, spend
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal import deciding as fiscal
from tasks.adapters.fiscal.recording import record as record_fiscal
from tasks.adapters.hotline import deciding as hotline
from tasks.adapters.hotline.recording import record as record_hotline
from tasks.adapters.judging import check_reason, check_still, load_judge
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments import budget_deciding as budgets
from tasks.adapters.payments import deciding as payments
from tasks.adapters.payments.budget_recording import record as record_budgets
from tasks.adapters.payments.recording import record as record_payments
from tasks.adapters.policy import policy_sha256
from tasks.adapters.proposals import lock_proposals
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.registration import deciding as registration
from tasks.adapters.registration.recording import record as record_registration
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy
from tasks.adapters.templating import moment
from tasks.adapters.turns import Turns

_AT_ONCE = (
    "Somebody signed something else about this at the same moment. Nothing of yours was recorded. Open the case again "
    "and see whether it still needs you."
)
# Twenty threads that reckon at once take the interpreter from each other at every statement: measured, a decision then
# costs three times as much and the last of a crowd waits three times as long. Who signs goes before who opens a page.
_TURNS = Turns(at_once=1, patience=1.0)
_SIGNING, _LOOKING = 0, 1
# What each process does with a list, `prepare` and `in_words`, and how it writes what was signed.
PROCESSES: dict[str, ModuleType] = {
    "registration": registration, "payments": payments, "budgets": budgets, "fiscal": fiscal,
    "hotline": hotline,
}  # fmt: skip
RECORDERS: dict[str, Callable[..., None]] = {
    "registration": record_registration, "payments": record_payments, "budgets": record_budgets,
    "fiscal": record_fiscal, "hotline": record_hotline,
}  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """An item that can be signed: as it is shown, its duty, what was signed in the case before it.

    `taken` is the process's own account of what it does.
    """

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Any


@dataclass(frozen=True)
class Stamp:
    """A signature on its way into the records."""

    signature_id: str
    at: datetime
    door: str
    shown_sha256: str
    capacities: Mapping[int, Capacity]


def show(asked: Asked) -> Shown:
    """The list as it would be signed now. Raises NotSigned where an item is not possible."""
    return look(asked)[0]


def look(asked: Asked) -> tuple[Shown, list[Ready]]:
    """The list as it would be signed now, and each item with what it does. Raises NotSigned."""
    with _TURNS.turn(_LOOKING), reading() as session:
        ready = prepare(session, asked, clock.now())
        return _shown(asked, ready), ready


def prepare(session: Session, asked: Asked, at: datetime) -> list[Ready]:
    """Each item with what it does, one after the other. Raises NotSigned."""
    process = PROCESSES.get(asked.process)
    if process is None:
        raise NotSigned(Refusal.FORM, f"There is no process “{asked.process[:40]}”. Known: {', '.join(PROCESSES)}.")
    if not asked.items:
        raise NotSigned(Refusal.FORM, "The list is empty. Choose at least one case.")
    _check_items(asked)
    ready: list[Ready] = process.prepare(session, asked.items, at)
    return ready


def _shown(asked: Asked, ready: Sequence[Ready]) -> Shown:
    return Shown(process=asked.process, policy=policy_sha256(), items=tuple(r.shown for r in ready))


def decide(
    asked: Asked, shown_sha256: str, who: Credential, door: str, seen: Mapping[str, int] | None = None
) -> Receipt:
    """Record all of a shown list under one signature, or nothing. Raises NotSigned; what was refused is noted.

    `shown_sha256` is the hash of what the signer saw, `seen` the versions of the cases then.
    """
    at = clock.now()
    try:
        _check_readable([asked.process, who.staff_id, who.behalf])
        with _TURNS.turn(_SIGNING):
            return _decide(asked, shown_sha256, who, door, seen or {}, at)
    except NotSigned as refused:
        what = ", ".join(f"{item.act} {item.case_id}" for item in asked.items[:5])
        note_attempt(who.staff_id, door, what, refused, at)
        raise


def _decide(
    asked: Asked, shown_sha256: str, who: Credential, door: str, seen: Mapping[str, int], at: datetime
) -> Receipt:
    with reading() as session:
        accepted = check_code(session, who.staff_id, who.code, at)
        try:
            ready = prepare(session, asked, at)
        except NotSigned:
            _check_seen(session, asked.process, seen)
            raise
        shown = _shown(asked, ready)
        if shown.sha256() != shown_sha256:
            _check_seen(session, asked.process, seen)
            _check_policy(session)
            raise NotSigned(
                Refusal.CHANGED,
                "What would be signed now is not what the page showed: the facts, the policy or the form changed in "
                "between. Nothing was changed. Open the page again and read it once more.",
            )
        judge = load_judge(session, who, at)
        capacities = {number: judge.capacity(item) for number, item in enumerate(ready)}
        for item in ready:
            check_reason(item)
    stamp = _stamp(asked.process, accepted, shown_sha256, capacities, door, at)
    try:
        with writing() as session:
            return _commit(session, asked.process, ready, shown, stamp, accepted)
    except PolicyUnsigned as unsigned:
        raise NotSigned(Refusal.POLICY, str(unsigned)) from unsigned
    except (StaleCase, NotSigned, IntegrityError, OperationalError) as lost:
        # Somebody was faster, with this case or with what it rests on: say who, where that can be told.
        if isinstance(lost, NotSigned) and lost.kind is not Refusal.PROPOSAL:
            raise
        with reading() as session:
            _check_seen(session, asked.process, {r.shown.case_id: r.shown.version for r in ready})
        if isinstance(lost, NotSigned):
            raise
        raise NotSigned(Refusal.STALE, _AT_ONCE) from lost


def _commit(
    session: Session, process: str, ready: Sequence[Ready], shown: Shown, stamp: Stamp, accepted: Accepted
) -> Receipt:
    spend(session, accepted)
    if shown.policy != policy_sha256():
        raise NotSigned(Refusal.CHANGED, "The policy changed at this moment. Nothing was changed. Open the page again.")
    lock_proposals(session, [r.item.proposal_id for r in ready if r.item.proposal_id])
    check_still(session, list(stamp.capacities.values()), new_york_date(stamp.at))
    RECORDERS[process](session, ready, stamp)
    row = {
        "signature_id": stamp.signature_id, "at": stamp.at, "process": process, "door": stamp.door,
        "staff_id": accepted.staff_id, "behalf_id": _behalf(stamp), "counter": accepted.counter,
        "shown_sha256": stamp.shown_sha256, "shown": shown.text(), "policy_sha256": shown.policy, "followed_at": None,
    }  # fmt: skip
    session.connection().execute(insert(Signature), [row])
    waiting = tuple(r.shown.case_id for r in ready if r.shown.first)
    return Receipt(stamp.signature_id, tuple(r.shown.case_id for r in ready if not r.shown.first), waiting)


def _stamp(
    process: str, accepted: Accepted, shown_sha256: str, capacities: dict[int, Capacity], door: str, at: datetime
) -> Stamp:
    number = signature_number(process, accepted.staff_id, accepted.counter, shown_sha256, door, at, policy_sha256())
    return Stamp(number, at, door, shown_sha256, capacities)


def _behalf(stamp: Stamp) -> str:
    return ",".join(sorted({c.behalf.staff_id for c in stamp.capacities.values() if c.behalf}))


def _check_items(asked: Asked) -> None:
    for item in asked.items:
        _check_readable([item.case_id, item.act, item.reason, item.proposal_id, *item.fields, *item.fields.values()])


def _check_readable(told: Sequence[str]) -> None:
    """Refuse text that no database and no paper can hold."""
    if any("\x00" in text or (not text.isprintable() and _is_broken(text)) for text in told):
        raise NotSigned(
            Refusal.FORM, "The form holds signs that cannot be read. Type the text anew. Nothing was changed."
        )


def _is_broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _check_policy(session: Session) -> None:
    try:
        require_signed_policy(session)
    except PolicyUnsigned as unsigned:
        raise NotSigned(Refusal.POLICY, str(unsigned)) from unsigned


@dataclass(frozen=True)
class Sorted:
    """A list as one person could sign it now: what they may sign, and why not the rest.

    `ready` are the items with what each does, as far as its process looks at one alone.
    """

    shown: Shown
    ready: tuple[Ready, ...]
    refused: tuple[tuple[Item, NotSigned], ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(one.item for one in self.ready)


def sort_out(asked: Asked, staff_id: str, behalf: str = "") -> Sorted:
    """What of a list this person may sign now, as it would be shown; the rest with its sentence."""
    at = clock.now()
    refused: list[tuple[Item, NotSigned]] = []
    with reading() as session:
        judge = load_judge(session, Credential(staff_id, "", behalf), at)
        process = PROCESSES[asked.process]
        ready = process.prepare(session, asked.items, at, judge.capacity, refused)
        shown = _shown(asked, ready)
    return Sorted(shown, tuple(ready), tuple(refused))


def _check_seen(session: Session, process: str, seen: Mapping[str, int]) -> None:
    """Say who changed a case since it was shown, and when. Raises NotSigned."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    for case_id, version in sorted(seen.items()):
        mine = (table.process == process) & (table.case_id == case_id) & (table.seq > version)
        query = select(table.event, table.actor, table.at).where(mine).order_by(table.seq.desc()).limit(1)
        last = session.execute(query).first()
        if last is not None:
            what = PROCESSES[process].in_words(last.event)
            raise NotSigned(
                Refusal.STALE,
                f"{last.actor} recorded “{what}” for {case_id} at {moment(last.at)}, after this page was made. Nothing "
                "of yours was recorded. Open the case again and see whether it still needs you.",
            )
