"""Tells people that contacts wait, and climbs until somebody acknowledges: alerts with their messages in the outbox."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session

from models.hotline.case_facts import OUTREACH, CaseFacts
from models.hotline.clocks import NO_BED, Clocks
from models.hotline.escalation import (
    ALONE,
    DEPUTY,
    MANAGER,
    SIGNS,
    TOP,
    UNACCEPTED,
    Alert,
    Raised,
    Trigger,
    alert_message,
    next_alerts,
    who_is_told,
)
from models.hotline.forms import Channel
from models.hotline.policy import ClockKind, ClockLength, ClockName, WorkPolicy
from models.hotline.records import HotlineAlert, HotlineCase, HotlineContact, HotlineDecision
from models.shared.documents import canonical, sha256
from models.shared.evidence import moment
from models.shared.records import OutgoingMessage, UtcDateTime
from tasks.adapters.hotline.cases import PROCESS, load_cases
from tasks.adapters.hotline.crowding import crowding
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.many_rows import insert_many
from tasks.adapters.rows import all_rows

ACTOR = "escalate inquiries"
# So many contacts are looked at in one run, and so many named in one message.
MOST, MOST_NAMED = 2_000, 100
_ALERT, _CASE, _DECISION = HotlineAlert.__table__, HotlineCase.__table__, HotlineDecision.__table__  # type: ignore[attr-defined]
_CONTACT, _OUTBOX = HotlineContact.__table__, OutgoingMessage.__table__  # type: ignore[attr-defined]
# The longest that a clock of days can stretch beyond its days: a weekend with holidays at both ends; of calendar days
# to the end of the last one, which has an hour more in autumn.
_STRETCH, _TO_MIDNIGHT = timedelta(days=6), timedelta(days=1, hours=1)


def raise_urgent(session: Session, case_ids: Sequence[str], running: Clocks, at: datetime) -> int:
    """Tell the on-call person of contacts of priority 1 that were decided about now; the caller commits."""
    climbs_at = at + timedelta(minutes=running.policy.urgent_minutes[0])
    return _raise(session, [(one, Alert(0, Trigger.URGENT, climbs_at)) for one in case_ids], running, at)


def escalate(session: Session, running: Clocks, at: datetime) -> int:
    """Raise every alert that is due now; returns how many. The caller commits."""
    around = crowding(session, running.policy, at)
    ids = [*_climbing(session, at), *_waiting(session, running, at), *islice(around, MOST)]
    loaded = load_cases(session, ids, running)
    raised = _raised(session, [*loaded])
    due = [
        (case_id, alert)
        for case_id, case in sorted(loaded.items())
        if not is_archived(case.facts, case.case.decided.decided_at, running)
        for alert in next_alerts(
            case.facts, case.case.decided, raised.get(case_id, ()), running.policy, at, around.get(case_id, ALONE)
        )
    ]
    return _raise(session, due, running, at)


def is_archived(facts: CaseFacts, decided_at: datetime, running: Clocks) -> bool:
    """True of what was received so long before it was decided about that it is no work any more."""
    return decided_at - facts.received_at > timedelta(days=running.policy.alert_days)


def acknowledge(session: Session, case_id: str, staff_id: str, at: datetime) -> int:
    """Somebody has taken notice of what was raised about a contact: it climbs no further; how many alerts."""
    mine = (_ALERT.c.contact_id == case_id) & _ALERT.c.acknowledged_at.is_(None)
    values = {"acknowledged_at": at, "acknowledged_by": staff_id}
    return session.connection().execute(update(_ALERT).where(mine).values(**values)).rowcount


def _raised(session: Session, case_ids: Sequence[str]) -> Mapping[str, list[Raised]]:
    found = defaultdict[str, list[Raised]](list)
    for row in all_rows(session, HotlineAlert, "contact_id", case_ids):
        found[row.contact_id].append(Raised(row.level, row.raised_at, row.climbs_at, row.acknowledged_at is not None))
    return found


def _climbing(session: Session, at: datetime) -> Sequence[str]:
    """Contacts about which nobody has acknowledged an alert whose time is over: of priority 1 at any level."""
    due = _ALERT.c.acknowledged_at.is_(None) & (_ALERT.c.climbs_at <= at)
    higher, is_urgent = _ALERT.alias(), _effective("priority") == 1
    over = (higher.c.contact_id == _ALERT.c.contact_id) & (higher.c.level > _ALERT.c.level)
    last = ~select(higher.c.level).where(over, or_(~is_urgent, higher.c.level == _ALERT.c.level + 1)).exists()
    query = (
        select(_ALERT.c.contact_id)
        .select_from(_ALERT)
        .join(_DECISION, _DECISION.c.contact_id == _ALERT.c.contact_id)
        .outerjoin(_CASE, _CASE.c.case_id == _ALERT.c.contact_id)
        .where(_CASE.c.first_response_at.is_(None), _CASE.c.closed_at.is_(None), due, last)
        .order_by(_ALERT.c.climbs_at, _ALERT.c.contact_id)
    )
    return session.execute(query.limit(MOST)).scalars().all()


def _waiting(session: Session, running: Clocks, at: datetime) -> Sequence[str]:
    """Contacts about which an alert may be due: of priority 1 without any, by subject, or by what their clocks used."""
    policy = running.policy
    started_at, due_at = func.coalesce(_CASE.c.started_at, _DECISION.c.received_at), _effective("due_at")
    danger = _by_danger(at - timedelta(hours=policy.unresolved_hours))
    others, by_clock = or_(_by_facts(policy), danger), _by_clock(policy, at)
    # Whatever was received before that is answered, at the top of the ladder, or an archive's.
    since = at - timedelta(days=2 * policy.alert_days + 30)
    query = (
        select(_DECISION.c.contact_id, started_at, _DECISION.c.decided_at, due_at, others.label("others"))
        .outerjoin(_CASE, _CASE.c.case_id == _DECISION.c.contact_id)
        .where(_DECISION.c.received_at >= since, _CASE.c.closed_at.is_(None))
        .where(or_(_CASE.c.first_response_at.is_(None) & or_(others, by_clock), danger))
        .order_by(_effective("priority"), due_at, _DECISION.c.contact_id)
    )
    newest, share = timedelta(days=policy.alert_days), policy.early_share
    found = (
        case_id
        for case_id, began_at, decided_at, ends_at, is_other in session.execute(query)
        if decided_at - began_at <= newest
        and (is_other or (ends_at is not None and at - began_at >= share * (ends_at - began_at)))
    )
    return _not_over(session, found)


def _not_over(session: Session, found: Iterator[str]) -> list[str]:
    """The first of these contacts, without those that an export says are closed."""
    kept = list[str]()
    while len(kept) < MOST and (some := list(islice(found, MOST))):
        over = (_CONTACT.c.contact_id.in_(some)) & _CONTACT.c.closed_at.is_not(None)
        closed = set(session.execute(select(_CONTACT.c.contact_id).where(over)).scalars())
        kept += [one for one in some if one not in closed]
    return kept[:MOST]


def _effective(name: str) -> ColumnElement[Any]:
    return func.coalesce(_CASE.c[name], _DECISION.c[name])


def _reached() -> ColumnElement[int]:
    """The highest level that was told of a contact; -1 where none was."""
    level = select(func.max(_ALERT.c.level)).where(_ALERT.c.contact_id == _DECISION.c.contact_id)
    return func.coalesce(level.scalar_subquery(), -1)


def _by_facts(policy: WorkPolicy) -> ColumnElement[bool]:
    """What alerts however much time is left."""
    reached = _reached()
    return or_(
        (_effective("priority") == 1) & (reached < 0) & _CASE.c.acknowledged_at.is_(None),
        (func.coalesce(_CASE.c.misroutes, 0) >= policy.misroutes) & (reached < MANAGER),
        *(_DECISION.c.signals.contains(name) & (reached < level) for name, (level, _) in sorted(SIGNS.items())),
        (_DECISION.c.channel == Channel.ELECTED_OFFICIAL.value) & (reached < DEPUTY),
    )


def _by_danger(since: datetime) -> ColumnElement[bool]:
    """A danger to life that is known since then and not resolved, as `is_danger` says it; even if it was answered."""
    first_clock = func.coalesce(_CASE.c.first_clock, _DECISION.c.clock)
    return and_(
        _effective("priority") == 1, _DECISION.c.rule.not_in(NO_BED), first_clock.not_in(OUTREACH),
        func.coalesce(_CASE.c.started_at, _DECISION.c.received_at, type_=UtcDateTime) <= since,
        _CASE.c.responded_at.is_(None), _CASE.c.resolved_at.is_(None), _reached() < TOP,
    )  # fmt: skip


def _by_clock(policy: WorkPolicy, at: datetime) -> ColumnElement[bool]:
    """A superset of what clocks ask for: how much of a clock is used exactly is reckoned from its contact."""
    reached, due_at, state = _reached(), _effective("due_at"), _effective("state")
    return or_(*(
        and_(_effective("clock") == name.value, or_(
            (due_at <= at + _longest(number) * (1 - policy.early_share)) & (reached < 1) & state.in_(UNACCEPTED),
            (due_at <= at + _longest(number) * (1 - policy.late_share)) & (reached < 2),
            (due_at < at) & (reached < 3),
        ))
        for name, number in policy.clocks.items()
        if name is not ClockName.LIFE_SAFETY
    ))  # fmt: skip


def _longest(number: ClockLength) -> timedelta:
    if number.kind is ClockKind.MINUTES:
        return timedelta(minutes=number.length)
    if number.kind is ClockKind.HOURS:
        return timedelta(hours=number.length)
    if number.kind is ClockKind.HANDOFF:
        return timedelta(days=1)
    return timedelta(days=number.length) + (_TO_MIDNIGHT if number.kind is ClockKind.CALENDAR else _STRETCH)


def _raise(session: Session, due: Iterable[tuple[str, Alert]], running: Clocks, at: datetime) -> int:
    """Keep alerts with one message a level and trigger, and one event that attests them."""
    alike = defaultdict[tuple[int, Trigger], list[tuple[str, Alert]]](list)
    for case_id, alert in due:
        alike[alert.level, alert.trigger].append((case_id, alert))
    rows, messages = list[dict[str, Any]](), list[dict[str, Any]]()
    for (level, trigger), found in sorted(alike.items()):
        duty, recipient = who_is_told(level, running, at)
        message = _message(level, trigger, duty.role, recipient, [case_id for case_id, _ in found], at)
        messages.append(message)
        rows += [
            {
                "contact_id": case_id, "level": level, "trigger": str(alert.trigger), "role": duty.role,
                "recipient": recipient, "raised_at": at, "climbs_at": alert.climbs_at, "acknowledged_at": None,
                "acknowledged_by": "", "message_id": message["message_id"],
            }
            for case_id, alert in found
        ]  # fmt: skip
    if rows:
        insert_many(session.connection(), _ALERT, rows)
        insert_many(session.connection(), _OUTBOX, messages)
        told = {"count": len(rows), "alerts": sha256(canonical([[row["contact_id"], row["level"]] for row in rows]))}
        # Contacts that come in alone at the same moment do not wait for each other's chain.
        chain = f"alerts:{rows[0]['contact_id'] if len(rows) == 1 else at.date()}"
        append_batch(session, PROCESS, chain, [Happening("alerts_raised", ACTOR, "", at, told)], at)
    return len(rows)


def _message(
    level: int, trigger: Trigger, role: str, recipient: str, case_ids: Sequence[str], at: datetime
) -> dict[str, Any]:
    subject, body = alert_message(level, trigger, role, case_ids, MOST_NAMED)
    return {
        "message_id": sha256(canonical([PROCESS, level, recipient, moment(at), list(case_ids)]))[:24],
        "process": PROCESS, "case_id": case_ids[0] if len(case_ids) == 1 else f"alerts:{at.date()}",
        "recipient": recipient, "subject": subject, "body": body, "document_id": None, "created_at": at,
        "sent_at": None,
    }  # fmt: skip
