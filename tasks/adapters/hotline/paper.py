"""What the hotline prints: the report of a day, in counts alone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from models.hotline.documents import TriageReport
from models.hotline.policy import Policy
from models.hotline.records import HotlineDecision, HotlineEventTag
from models.hotline.report import Counted, Report, Standing, triage_report
from models.shared.calendar import NEW_YORK
from models.shared.documents import Office
from models.shared.records import StoredDocument
from tasks.adapters.hotline.phrase_files import signal_names
from tasks.adapters.hotline.standing import (
    IS_OPEN,
    LANGUAGE,
    PRIORITY,
    RESTRICTED,
    STATE,
    UNIT,
    contacts_now,
    is_late,
)
from tasks.adapters.hotline.surges import read_surges
from tasks.adapters.register import enter_papers
from tasks.adapters.rendering import StoredPdf

PROCESS = "hotline"
_DECISION, _TAG = HotlineDecision.__table__, HotlineEventTag.__table__  # type: ignore[attr-defined]


def report_number(day: date) -> str:
    """The number of a day's report: `TR-2026-11-20`."""
    return f"TR-{day.isoformat()}"


def day_of(written: str, today: date) -> date:
    """The day that somebody asked for, yesterday where nothing is written. Raises LookupError with a sentence."""
    try:
        return date.fromisoformat(written) if written else today - timedelta(days=1)
    except ValueError:
        raise LookupError(f"“{written[:40]}” is no day. Write it as 2026-11-20, or leave it empty.") from None


def unprinted_report(session: Session, day: date, policy: Policy, office: Office, at: datetime) -> list[TriageReport]:
    """What was received on a day in New York and decided, unless its report was printed or there is nothing."""
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    rows = _counted(session, start, end)
    if not rows or session.get(StoredDocument, report_number(day)) is not None:
        return []
    made = triage_report(
        rows, document_id=report_number(day), made_at=at, office=office, received_from=start,
        received_to=end - timedelta(seconds=1), k=policy.small_cell,
        also=Report(_standing(session, at), events_between(session, start, end)),
    )  # fmt: skip
    return [made]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), NEW_YORK)


def _counted(session: Session, start: datetime, end: datetime) -> list[Counted]:
    table = _DECISION.c
    alike = (
        table.unit, table.priority, table.language, table.channel, table.confidential, table.needs_language_service,
        table.review,
    )  # fmt: skip
    query = select(*alike, func.count()).where(table.received_at >= start, table.received_at < end).group_by(*alike)
    return [
        Counted(row[0], row[1], row[2], row[3], row[4], row[5], tuple(filter(None, row[6].split("|"))), row[7])
        for row in session.execute(query.order_by(*alike))
    ]


def _standing(session: Session, at: datetime) -> list[Standing]:
    """All contacts that are open now, however old."""
    open_now = contacts_now(
        UNIT.label("unit"), LANGUAGE.label("language"), RESTRICTED.label("confidential"),
        (PRIORITY == 1).label("urgent"), (STATE == "to_person").label("waiting"), is_late(at).label("overdue"),
        _DECISION.c.received_at.label("received_at"),
    ).where(IS_OPEN).subquery().c  # fmt: skip
    alike = (
        open_now.unit, open_now.language, open_now.confidential, open_now.urgent, open_now.waiting, open_now.overdue,
    )  # fmt: skip
    query = select(*alike, func.min(open_now.received_at), func.count()).group_by(*alike).order_by(*alike)
    return [
        Standing(row[0], row[1], bool(row[2]), bool(row[3]), bool(row[4]), bool(row[5]), row[6], row[7])
        for row in session.execute(query)
    ]


def events_between(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """By the name of each event how many of the contacts received then belong to it."""
    names = {one.surge.event: one.surge.name for one in read_surges(signal_names()).events}
    query = select(_TAG.c.event, func.count()).join(_DECISION, _DECISION.c.contact_id == _TAG.c.contact_id)
    query = query.where(_DECISION.c.received_at >= start, _DECISION.c.received_at < end).group_by(_TAG.c.event)
    return {names.get(row[0], row[0]): row[1] for row in session.execute(query)}


def register(session: Session, pdfs: Sequence[StoredPdf]) -> list[str]:
    """Enter reports in the register; one that was printed before with the same number stays as it is."""
    return enter_papers(session, pdfs, lambda pdf: pdf.row(PROCESS, "", "report"))
