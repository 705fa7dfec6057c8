"""The monthly summary from the database: counts alone, no contact is opened."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import exists, func, select
from sqlmodel import Session

from models.hotline.categories import Category, CategoryError, parse_categories
from models.hotline.clocks import Clocks
from models.hotline.monthly import Around, Received, count_categories, monthly_summary
from models.hotline.monthly_documents import MonthlySummary, Rate
from models.hotline.policy import ClockName, Policy
from models.hotline.records import HotlineAlert, HotlineCase, HotlineContact, HotlineDecision
from models.hotline.reopened import Turn, reopen_rate
from models.hotline.rules import RESTRICTED_UNITS
from models.shared.calendar import NEW_YORK, new_york_date
from models.shared.documents import Office
from models.shared.records import CaseEvent, StoredDocument
from tasks.adapters.hotline.paper import PROCESS, events_between
from tasks.adapters.hotline.phrase_files import signal_names
from tasks.adapters.hotline.standing import LANGUAGE, PRIORITY, RESTRICTED, STATE, UNIT, contacts_now, was_open_at
from tasks.adapters.settings import ROOT

FILE = ROOT / "deployments" / "hotline_categories.csv"
# Who closed so needs no answer of this contact's own. Source: domain sections 4 and 6; convention.
_NO_ANSWER = frozenset({"withdrawn", "duplicate", "logged"})
_DECISION, _CASE = HotlineDecision.__table__.c, HotlineCase.__table__.c  # type: ignore[attr-defined]
_CONTACT, _ALERT = HotlineContact.__table__.c, HotlineAlert.__table__.c  # type: ignore[attr-defined]
_EVENT = CaseEvent.__table__.c  # type: ignore[attr-defined]


def summary_number(month: date) -> str:
    """The number of a month's summary: `HM-2026-10`."""
    return f"HM-{month:%Y-%m}"


def month_of(written: str, today: date) -> date:
    """The first day of the month that somebody asked for, of the last one where nothing is written.

    Raises LookupError with a sentence for one that is none, or is not over.
    """
    try:
        chosen = date.fromisoformat(f"{written}-01") if written else (today.replace(day=1) - timedelta(days=1))
    except ValueError:
        raise LookupError(f"“{written[:40]}” is no month. Write it as 2026-10, or leave it empty.") from None
    if next_month(chosen) > today:
        raise LookupError(f"{chosen:%B %Y} is not over yet. Ask for an earlier month, or leave it empty.")
    return chosen.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after a day's own."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def read_categories() -> tuple[Category, ...]:
    """The table of categories. Raises CategoryError."""
    signals = signal_names()
    with FILE.open(encoding="utf-8", newline="") as file:
        try:
            return parse_categories(csv.DictReader(file), signals)
        except (KeyError, CategoryError) as error:
            raise CategoryError(f"The table {FILE.name} cannot be used. {error}") from None


def unprinted_summary(
    session: Session, month: date, policy: Policy, running: Clocks, office: Office, at: datetime
) -> list[MonthlySummary]:
    """The summary of a month, unless it was printed or nothing was decided about."""
    rows = list(_received(session, month, running))
    if not rows or session.get(StoredDocument, summary_number(month)) is not None:
        return []
    categories = read_categories()
    return [
        monthly_summary(
            rows, _around(session, month, categories, at), categories, document_id=summary_number(month), month=month,
            made_at=at, office=office, k=policy.small_cell,
        )
    ]  # fmt: skip


def _span(month: date) -> tuple[datetime, datetime]:
    first, after = (datetime.combine(day, time(), NEW_YORK) for day in (month, next_month(month)))
    return first, after


def _within(column: Any, month: date) -> Any:
    start, end = _span(month)
    return (column >= start) & (column < end)


def _received(session: Session, month: date, running: Clocks) -> Iterator[Received]:
    columns = (
        UNIT, RESTRICTED, LANGUAGE, _DECISION.channel, _DECISION.signals, PRIORITY, STATE, _DECISION.received_at,
        _CASE.first_response_at, _CASE.responded_at, _CASE.close_code, _CASE.merged, _CASE.misroutes,
        func.coalesce(_CASE.duplicate_of, _DECISION.duplicate_of),
    )  # fmt: skip
    query = contacts_now(*columns).where(_within(_DECISION.received_at, month)).order_by(_DECISION.contact_id)
    for row in session.execute(query):
        unit, restricted, language, channel, signals, priority, state, received_at = row[:8]
        first, final, code, merged, misroutes, duplicate_of = row[8:]
        answers = [moment for moment in (first, final) if moment]
        needs_none = priority == 4 or merged or code in _NO_ANSWER
        yield Received(
            unit=unit, restricted=bool(restricted) or unit in RESTRICTED_UNITS, language=language, channel=channel,
            signals=_names(signals), answered_at=min(answers, default=None),
            answer_by=None if needs_none else running.due_at(ClockName.RESPONSE, received_at),
            is_routed=state != "to_person", was_misrouted=bool(misroutes), is_repeat=bool(duplicate_of),
        )  # fmt: skip


@lru_cache(maxsize=10_000)
def _names(joined: str) -> frozenset[str]:
    return frozenset(filter(None, joined.split("|")))


def _around(session: Session, month: date, categories: tuple[Category, ...], at: datetime) -> Around:
    start, end = _span(month)
    undecided = ~exists().where(_DECISION.contact_id == _CONTACT.contact_id)
    waits = select(func.count()).select_from(HotlineContact).where(_within(_CONTACT.received_at, month), undecided)
    return Around(
        undecided=session.execute(waits).scalar_one(),
        last_month=_counted(session, (month - timedelta(days=1)).replace(day=1), categories),
        year_before=_counted(session, month.replace(year=month.year - 1), categories),
        year_to_date=_year_to_date(session, month),
        reopened=_reopened(session, start, end, at), ages=_ages(session, end),
        escalations=_escalations(session, month), events=events_between(session, start, end),
        judged_since=_judged_since(session, month),
    )  # fmt: skip


def _counted(session: Session, month: date, categories: tuple[Category, ...]) -> tuple[int, dict[str, int]] | None:
    """How many contacts a month had, and under which categories; None where there is no record of it."""
    query = contacts_now(_DECISION.signals, RESTRICTED, UNIT).where(_within(_DECISION.received_at, month))
    rows = [(_names(row[0]), bool(row[1]) or row[2] in RESTRICTED_UNITS) for row in session.execute(query)]
    return (len(rows), count_categories(rows, categories)) if rows else None


def _year_to_date(session: Session, month: date) -> int | None:
    """Contacts since 1 July, when the City's year begins; None where there is no record of that July."""
    july = date(month.year if month.month >= 7 else month.year - 1, 7, 1)
    count = select(func.count()).select_from(HotlineDecision)
    if not session.execute(count.where(_within(_DECISION.received_at, july))).scalar_one():
        return None
    since = (_DECISION.received_at >= _span(july)[0]) & (_DECISION.received_at < _span(month)[1])
    return int(session.execute(count.where(since)).scalar_one())


def _reopened(session: Session, start: datetime, end: datetime, at: datetime) -> Rate:
    turned = (_EVENT.event.in_(("closed", "reopened"))) | _EVENT.event.startswith("back_to_")
    query = select(_EVENT.case_id, _EVENT.event, _EVENT.occurred_at).where(
        _EVENT.process == PROCESS, turned, _EVENT.at >= start
    )
    rows = session.execute(query.order_by(_EVENT.case_id, _EVENT.seq))
    return reopen_rate((Turn(row[0], row[1], row[2]) for row in rows), start, end, at)


def _ages(session: Session, end: datetime) -> list[int]:
    """Days that contacts which were open when the month ended had waited by then."""
    query = contacts_now(_DECISION.received_at).where(was_open_at(end))
    last = new_york_date(end - timedelta(seconds=1))
    return sorted((last - new_york_date(row[0])).days for row in session.execute(query))


def _escalations(session: Session, month: date) -> dict[str, int]:
    query = select(_ALERT.level, func.count()).join(HotlineDecision, _DECISION.contact_id == _ALERT.contact_id)
    query = query.where(_within(_DECISION.received_at, month), _ALERT.level > 0).group_by(_ALERT.level)
    return {f"E{level}": count for level, count in session.execute(query.order_by(_ALERT.level))}


def _judged_since(session: Session, month: date) -> list[date]:
    """Days of the month on which triage began to judge by something else."""
    query = select(func.min(_DECISION.decided_at, type_=_DECISION.decided_at.type)).group_by(_DECISION.judged_by)
    first_used = sorted(new_york_date(row[0]) for row in session.execute(query))
    return [day for day in first_used[1:] if day.replace(day=1) == month]
