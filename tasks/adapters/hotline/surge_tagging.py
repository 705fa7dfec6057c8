"""Tags contacts that were decided about before their event was known: what was decided about them stays."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, select

from models.hotline.records import HotlineDecision, HotlineEventTag
from models.hotline.surge import Ready, Surge
from models.hotline.wording import plain, seen
from models.shared.calendar import NEW_YORK
from models.shared.documents import canonical, sha256
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.surges import Surges
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.many_rows import insert_many
from tasks.adapters.steps import boundary

PROCESS, ACTOR = "hotline", "tag a surge event"
# So many contacts are open at once.
CHUNK = 2_500
_DECISION, _TAG = HotlineDecision.__table__.c, HotlineEventTag.__table__  # type: ignore[attr-defined]


class _Row(NamedTuple):
    contact_id: str
    unit: str
    signals: str
    language: str


def events_of(surges: Surges, name: str) -> tuple[Ready, ...]:
    """The event of a name, all where none is given. Raises LookupError with the known ones."""
    found = tuple(event for event in surges.events if name in ("", event.surge.event))
    if found or not name:
        return found
    known = ", ".join(sorted(event.surge.event for event in surges.events)) or "none"
    raise LookupError(f"There is no event “{name[:40]}” that can be used. Known: {known}.")


def tag_earlier(event: Ready, at: datetime, moved: Callable[[int], None]) -> int:
    """Tag what belongs to an event and has no tag of it; returns how many were tagged.

    Contacts are opened only where the event has words, and that is kept. Their priorities stay as they are: a person
    raises them. A run that is killed keeps what it tagged, and the next one goes on.
    """
    tagged = 0
    for rows in _chunks(event.surge):
        found = _belonging(event, rows, at)
        if found:
            _keep(event.surge, found, at)
            boundary("tagged a chunk of contacts")
        tagged += len(found)
        moved(len(rows))
    return tagged


def _chunks(surge: Surge) -> Iterator[list[_Row]]:
    mine = exists().where(_TAG.c.event == surge.event, _TAG.c.contact_id == _DECISION.contact_id)
    columns = (_DECISION.contact_id, _DECISION.unit, _DECISION.signals, _DECISION.language)
    query = select(*columns).where(_within(surge), ~mine).order_by(_DECISION.contact_id).limit(CHUNK)
    after = ""
    while True:
        with reading() as session:
            rows = [_Row(*row) for row in session.execute(query.where(_DECISION.contact_id > after))]
        if not rows:
            return
        yield rows
        after = rows[-1].contact_id


def _within(surge: Surge) -> Any:
    """Contacts of the days on which an event runs."""
    ends = [end for end in (surge.closed_on, surge.last_day and surge.last_day + timedelta(days=1)) if end]
    since = _DECISION.received_at >= _midnight(surge.first_day)
    return since & (_DECISION.received_at < _midnight(min(ends))) if ends else since


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), NEW_YORK)


def _belonging(event: Ready, rows: Sequence[_Row], at: datetime) -> list[str]:
    found = {row.contact_id for row in rows if event.is_subject(row.unit, filter(None, row.signals.split("|")))}
    rest = {row.contact_id: row.language for row in rows if row.contact_id not in found}
    if rest and event.needs_words:
        for one in open_contacts(sorted(rest), who=ACTOR, purpose=f"surge {event.surge.event}", at=at):
            if event.is_in(plain(seen(one.form.words)), rest[one.form.contact_id]):
                found.add(one.form.contact_id)
    return sorted(found)


def _keep(surge: Surge, contact_ids: Sequence[str], at: datetime) -> None:
    told = {"count": len(contact_ids), "contacts": sha256(canonical(contact_ids))}
    with writing() as session:
        rows = [{"event": surge.event, "contact_id": one, "raised_from": 0} for one in contact_ids]
        insert_many(session.connection(), _TAG, rows)
        append_batch(session, PROCESS, f"surge:{surge.event}", [Happening("contacts_tagged", ACTOR, "", at, told)], at)
