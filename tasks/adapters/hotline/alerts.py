"""Tells people that contacts wait, and climbs until somebody acknowledges: alerts with their messages in the outbox."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlmodel import Session

from models.hotline.case_facts import CaseFacts
from models.hotline.clocks import Clocks
from models.hotline.escalation import Alert, Raised, Trigger, alert_message, next_alerts, who_is_told
from models.hotline.policy import ClockKind, ClockLength
from models.hotline.records import HotlineAlert, HotlineCase, HotlineDecision
from models.shared.documents import canonical, sha256
from models.shared.evidence import moment
from models.shared.records import OutgoingMessage
from tasks.adapters.hotline.cases import PROCESS, load_cases
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.many_rows import insert_many
from tasks.adapters.rows import all_rows

ACTOR = "escalate inquiries"
# So many contacts are looked at in one run, and so many named in one message.
MOST, MOST_NAMED = 2_000, 100
_ALERT, _CASE, _DECISION = HotlineAlert.__table__, HotlineCase.__table__, HotlineDecision.__table__  # type: ignore[attr-defined]
_OUTBOX = OutgoingMessage.__table__  # type: ignore[attr-defined]
# The longest that a clock of days can stretch beyond its days: a weekend with holidays at both ends.
_STRETCH = timedelta(days=6)


def raise_urgent(session: Session, case_ids: Sequence[str], running: Clocks, at: datetime) -> int:
    """Tell the on-call person of contacts of priority 1 that were decided about now; the caller commits."""
    climbs_at = at + timedelta(minutes=running.policy.urgent_minutes[0])
    return _raise(session, [(one, Alert(0, Trigger.URGENT, climbs_at)) for one in case_ids], running, at)


def escalate(session: Session, running: Clocks, at: datetime) -> int:
    """Raise every alert that is due now; returns how many. The caller commits."""
    ids = [*_climbing(session, at), *_waiting(session, running, at)]
    loaded = load_cases(session, ids, running)
    raised = _raised(session, [*loaded])
    due = [
        (case_id, alert)
        for case_id, case in sorted(loaded.items())
        if not is_archived(case.facts, case.case.decided.decided_at, running)
        for alert in next_alerts(case.facts, raised.get(case_id, ()), running.policy, at)
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
    """Contacts about which nobody has acknowledged an alert whose time is over."""
    due = _ALERT.c.acknowledged_at.is_(None) & (_ALERT.c.climbs_at <= at)
    higher = _ALERT.alias()
    last = ~select(higher.c.level).where(
        higher.c.contact_id == _ALERT.c.contact_id, higher.c.level > _ALERT.c.level
    ).exists()  # fmt: skip
    query = _unanswered(select(_ALERT.c.contact_id)).where(due, last)
    return session.execute(query.order_by(_ALERT.c.climbs_at, _ALERT.c.contact_id).limit(MOST)).scalars().all()


def _unanswered(query: Select[tuple[Any]]) -> Select[tuple[Any]]:
    joined = query.select_from(_ALERT).outerjoin(_CASE, _CASE.c.case_id == _ALERT.c.contact_id)
    return joined.where(_CASE.c.first_response_at.is_(None), _CASE.c.closed_at.is_(None))


def _waiting(session: Session, running: Clocks, at: datetime) -> Sequence[str]:
    """Contacts about which an alert may be due: of priority 1 without any, or by what is used of their clocks."""
    policy = running.policy
    level = select(func.max(_ALERT.c.level)).where(_ALERT.c.contact_id == _DECISION.c.contact_id).scalar_subquery()
    reached = func.coalesce(level, -1)
    priority = func.coalesce(_CASE.c.priority, _DECISION.c.priority)
    clock, due_at = func.coalesce(_CASE.c.clock, _DECISION.c.clock), func.coalesce(_CASE.c.due_at, _DECISION.c.due_at)
    # A superset: what a clock has used exactly is reckoned from its contact.
    by_clock = [
        and_(clock == name.value, or_(
            (due_at <= at + _longest(number) * (1 - policy.early_share)) & (reached < 1),
            (due_at <= at + _longest(number) * (1 - policy.late_share)) & (reached < 2),
        ))
        for name, number in policy.clocks.items()
    ]  # fmt: skip
    wanted = or_((priority == 1) & (reached < 0), (due_at < at) & (reached < 3), *by_clock,
                 (_CASE.c.misroutes >= policy.misroutes) & (reached < 2))  # fmt: skip
    # Whatever was received before that is answered, at the top of the ladder, or an archive's.
    since = at - timedelta(days=2 * policy.alert_days + 30)
    query = (
        select(_DECISION.c.contact_id)
        .outerjoin(_CASE, _CASE.c.case_id == _DECISION.c.contact_id)
        .where(_DECISION.c.received_at >= since, _CASE.c.first_response_at.is_(None), _CASE.c.closed_at.is_(None))
        .where(wanted)
        .order_by(priority, due_at, _DECISION.c.contact_id)
    )
    return session.execute(query.limit(MOST)).scalars().all()


def _longest(number: ClockLength) -> timedelta:
    if number.kind is ClockKind.MINUTES:
        return timedelta(minutes=number.length)
    if number.kind is ClockKind.HOURS:
        return timedelta(hours=number.length)
    return timedelta(days=1) if number.kind is ClockKind.HANDOFF else timedelta(days=number.length) + _STRETCH


def _raise(session: Session, due: Iterable[tuple[str, Alert]], running: Clocks, at: datetime) -> int:
    """Keep alerts with one message a level, and one event that attests them."""
    by_level = defaultdict[int, list[tuple[str, Alert]]](list)
    for case_id, alert in due:
        by_level[alert.level].append((case_id, alert))
    rows, messages = list[dict[str, Any]](), list[dict[str, Any]]()
    for level, found in sorted(by_level.items()):
        duty, recipient = who_is_told(level, running, at)
        message = _message(level, duty.role, recipient, [case_id for case_id, _ in found], at)
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


def _message(level: int, role: str, recipient: str, case_ids: Sequence[str], at: datetime) -> dict[str, Any]:
    subject, body = alert_message(level, role, case_ids, MOST_NAMED)
    return {
        "message_id": sha256(canonical([PROCESS, level, recipient, moment(at), list(case_ids)]))[:24],
        "process": PROCESS, "case_id": case_ids[0] if len(case_ids) == 1 else f"alerts:{at.date()}",
        "recipient": recipient, "subject": subject, "body": body, "document_id": None, "created_at": at,
        "sent_at": None,
    }  # fmt: skip
