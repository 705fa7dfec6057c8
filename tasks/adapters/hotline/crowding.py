"""What other contacts make of one: the same caller came back too often, a facility had too many complaints.

Nothing is opened: callers and facilities are known again by their hashed keys and by the links between contacts. What
is restricted and what is not are counted apart, since a number would tell of what nobody may see. A request of NYC 311
names no caller: what links it with others is an address alone, so it is nobody's repeat unless a person says so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, union_all
from sqlmodel import Session

from models.hotline.escalation import DIRECTOR, MANAGER, Around, Trigger
from models.hotline.forms import OPEN311, Layout
from models.hotline.match_keys import KeyKind
from models.hotline.phrases import Unit
from models.hotline.policy import WorkPolicy
from models.hotline.reaching import Counted, reaching
from models.hotline.records import HotlineAlert, HotlineCase, HotlineContact, HotlineDecision, HotlineKey
from models.hotline.repeats import SURE
from models.shared.records import UtcDateTime
from tasks.adapters.database import batches
from tasks.adapters.hotline.standing import RESTRICTED

_DECISION, _CASE, _KEY = HotlineDecision.__table__, HotlineCase.__table__, HotlineKey.__table__  # type: ignore[attr-defined]
_CONTACT, _ALERT = HotlineContact.__table__, HotlineAlert.__table__  # type: ignore[attr-defined]
_D, _C, _K = _DECISION.c, _CASE.c, _KEY.c
# Units whose contacts are complaints about a place. Source: domain section 5 (E3); the units are convention.
_OF_PLACES = (Unit.FACILITIES.value, Unit.OMBUDSMAN.value)
# What links these may be an address that many have, since they need not name their caller.
_MAY_LACK_CALLER = or_(_CONTACT.c.layout == Layout.NYC311.value, _CONTACT.c.file_id.startswith(f"{OPEN311}:"))


class _Standing(NamedTuple):
    """How a contact stands, as far as it counts here; `is_by_caller` where its keys are those of who calls."""

    contact_id: str
    received_at: datetime
    restricted: bool
    is_merged: bool
    is_by_caller: bool
    can_tell: bool
    has_told: bool


def crowding(session: Session, policy: WorkPolicy, at: datetime) -> dict[str, Around]:
    """By id the contacts by which a number came together of which nobody was told yet."""
    repeated = set(_repeated(session, policy, at))
    crowded = set(_crowded(session, policy, at))
    return {one: Around(one in repeated, one in crowded) for one in sorted(repeated | crowded)}


def _repeated(session: Session, policy: WorkPolicy, at: datetime) -> Iterator[str]:
    """Contacts that are repeats of one first contact, as triage or a person linked them, counted with that one."""
    full = policy.matter_contacts, timedelta(days=policy.matter_days)
    links = _full(session, _links(at - 2 * full[1]), full[0] - 1, at - full[1])
    groups = [{first, *repeats} for first, repeats in links.items()]
    yield from _reached(session, groups, Trigger.REPEATED, MANAGER, full, at, _of_a_caller)


def _links(since: datetime) -> Any:
    """Every link of a contact that was received since: a decision's, unless a case was opened, whose word counts."""
    by_triage = (
        select(_D.duplicate_of.label("key"), _D.contact_id.label("contact_id"), _D.received_at.label("received_at"))
        .outerjoin(_CASE, _C.case_id == _D.contact_id)
        .where(_D.received_at >= since, _D.duplicate_of != "", _C.case_id.is_(None))
    )
    by_person = select(_C.duplicate_of, _C.case_id, _C.received_at).where(_C.duplicate_of > "", _C.received_at >= since)
    return union_all(by_triage, by_person).subquery()


def _of_a_caller(session: Session, group: Sequence[_Standing]) -> Iterator[_Standing]:
    return (one for one in group if one.is_by_caller or one.is_merged)


def _crowded(session: Session, policy: WorkPolicy, at: datetime) -> Iterator[str]:
    """Complaints about one facility, as it is named or as its address is written; each caller's once."""
    full = policy.facility_complaints, timedelta(days=policy.facility_days)
    groups = _full(session, _complaints(at - 2 * full[1]), full[0], at - full[1])
    yield from _reached(session, groups.values(), Trigger.FACILITY, DIRECTOR, full, at, _of_callers)


def _complaints(since: datetime) -> Any:
    by_triage = (
        select(_D.contact_id.label("contact_id"), _D.received_at.label("received_at"))
        .outerjoin(_CASE, _C.case_id == _D.contact_id)
        .where(_D.unit.in_(_OF_PLACES), _D.received_at >= since, _C.case_id.is_(None))
    )
    by_person = select(_C.case_id, _C.received_at).where(_C.unit.in_(_OF_PLACES), _C.received_at >= since)
    found = union_all(by_triage, by_person).subquery()
    return (
        select(_K.hmac.label("key"), found.c.contact_id, found.c.received_at)
        .select_from(found)
        .join(_KEY, and_(_K.contact_id == found.c.contact_id, _K.kind == KeyKind.FACILITY.value))
        .subquery()
    )


def _of_callers(session: Session, group: Sequence[_Standing]) -> Iterator[_Standing]:
    """The first complaint of each caller, as far as they are known; what a person merged is one complaint."""
    keys = defaultdict[str, set[tuple[str, str]]](set)
    query = select(_K.contact_id, _K.kind, _K.hmac).where(_K.kind.in_(sorted(SURE)))
    for row in session.execute(query.where(_K.contact_id.in_([one.contact_id for one in group]))):
        keys[row.contact_id].add((row.kind, row.hmac))
    known = set[tuple[str, str]]()
    for one in sorted(group, key=lambda standing: (standing.received_at, standing.contact_id)):
        if not one.is_merged and known.isdisjoint(keys[one.contact_id]):
            yield one
        known |= keys[one.contact_id]


def _full(session: Session, rows: Any, number: int, since: datetime) -> dict[str, set[str]]:
    """By key the contacts that share it, where there are as many and one came lately: all that can be full."""
    many = func.count().over(partition_by=rows.c.key).label("many")
    latest = func.max(rows.c.received_at, type_=UtcDateTime).over(partition_by=rows.c.key).label("latest")
    every = select(rows.c.key, rows.c.contact_id, many, latest).subquery().c
    query = select(every.key, every.contact_id).where(every.many >= number, every.latest >= since)
    found = defaultdict[str, set[str]](set)
    for key, contact_id in session.execute(query):
        found[key].add(contact_id)
    return found


def _reached(
    session: Session,
    groups: Iterable[Iterable[str]],
    trigger: Trigger,
    level: int,
    full: tuple[int, timedelta],
    at: datetime,
    counting: Callable[[Session, Sequence[_Standing]], Iterable[_Standing]],
) -> Iterator[str]:
    """The contacts by which groups became full, each kind of confidentiality by itself."""
    every = [sorted(group) for group in groups]
    standing = _standing(session, sorted({one for group in every for one in group}), trigger, level)
    for group in every:
        there = [standing[one] for one in group if one in standing]
        for alike in ([one for one in there if one.restricted], [one for one in there if not one.restricted]):
            # Most groups are not full, or somebody was told: who counts in them need not be asked.
            if reaching([_counted(one, at - full[1]) for one in alike], *full):
                yield from reaching([_counted(one, at - full[1]) for one in counting(session, alike)], *full)


def _counted(one: _Standing, since: datetime) -> Counted:
    return Counted(one.contact_id, one.received_at, one.can_tell and one.received_at >= since, one.has_told)


def _standing(session: Session, ids: Sequence[str], trigger: Trigger, level: int) -> Mapping[str, _Standing]:
    """How contacts stand now; `can_tell` where nobody has answered and nobody at this level was told."""
    told, higher = _ALERT.alias(), _ALERT.alias()
    is_told = select(told.c.level).where(told.c.contact_id == _D.contact_id, told.c.trigger == str(trigger)).exists()
    is_known = select(higher.c.level).where(higher.c.contact_id == _D.contact_id, higher.c.level >= level).exists()
    is_waiting = and_(_C.first_response_at.is_(None), _C.closed_at.is_(None), _CONTACT.c.closed_at.is_(None), ~is_known)
    query = (
        select(
            _D.contact_id,
            _D.received_at,
            RESTRICTED,
            func.coalesce(_C.merged, False),
            ~_MAY_LACK_CALLER,
            is_waiting,
            is_told,
        )
        .select_from(_DECISION)
        .outerjoin(_CASE, _C.case_id == _D.contact_id)
        .join(_CONTACT, _CONTACT.c.contact_id == _D.contact_id)
    )
    found = dict[str, _Standing]()
    for some in batches(ids):
        for one, received_at, *facts in session.execute(query.where(_D.contact_id.in_(some))):
            found[one] = _Standing(one, received_at, *map(bool, facts))
    return found
