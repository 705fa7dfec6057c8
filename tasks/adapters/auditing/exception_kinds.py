"""What counts as out of the ordinary in cases: each kind with its name, and the rows of it that a home has."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session

from models.shared.calendar import NEW_YORK, CityCalendar, long_date, new_york_date
from models.shared.people_records import Proposal
from models.shared.records import StoredDocument
from tasks.adapters.auditing.accounts import Accounts
from tasks.adapters.auditing.holds import HOLDS
from tasks.adapters.auditing.processes import Audited
from tasks.adapters.auditing.signed_events import PAGE, SignedEvent, named_events, signed_cases

# A step is signed within a week of working days, a proposal within two (convention): later ones are listed.
LATE_AFTER = 5
WAITING_AFTER = 10

CORRECTION, RETURN, HOLD = "correction", "returned or reopened", "legal hold"
LATE, DELEGATE, SAME_MINUTE = "signed late", "signed by a delegate", "prepared and approved in the same minute"
SUPERSEDED, PROPOSAL_CLOSED, PROPOSAL_WAITING = "superseded letter", "proposal not carried out", "proposal waiting long"


class Found(NamedTuple):
    """One exception: what kind, when, who, what, about which case, and what there is to say of it."""

    kind: str
    when: datetime
    who: str
    what: str
    case_id: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Look:
    """What the kinds look at: one process, with the people, the City's calendar and the moment of the export."""

    session: Session
    audited: Audited
    accounts: Accounts
    calendar: CityCalendar
    now: datetime

    def who(self, event: SignedEvent) -> str:
        """Who signed an event, and for whom; what recorded it where nobody did."""
        signed = event.signed
        if not signed:
            return event.actor
        behalf = f" for {self.accounts.name(signed['for'])}" if signed.get("for") else ""
        return f"{self.accounts.name(signed['by'])}{behalf}"


def about_events(look: Look) -> Iterator[Found]:
    """Corrections, returns and reopenings, legal holds: what the names of events say."""
    audited = look.audited
    for kind, names in ((CORRECTION, audited.corrections), (RETURN, audited.returns), (HOLD, frozenset(HOLDS))):
        for event in named_events(look.session, audited, sorted(names)):
            yield Found(kind, event.at, look.who(event), audited.label(event.event), event.case_id, _why(event))


def _why(event: SignedEvent) -> str:
    told = event.payload
    if isinstance(told.get("after"), dict):
        changes = (f"{k} “{told['before'].get(k, '')}” to “{v}”" for k, v in sorted(told["after"].items()))
        return f"Event {told['seq']}: {', '.join(changes)}. {told.get('reason', '')}".strip()
    return str(told.get("reason", ""))


def about_signatures(look: Look) -> Iterator[Found]:
    """Steps signed late, by a delegate, or in the same minute as the work that they approve; by kind, then by date."""
    found: dict[str, list[Found]] = defaultdict(list)
    for events in signed_cases(look.session, look.audited):
        for event in events:
            for row in _of_signature(look, event):
                found[row.kind].append(row)
        found[SAME_MINUTE] += _same_minute(look, events)
    for kind in (LATE, DELEGATE, SAME_MINUTE):
        yield from sorted(found[kind], key=lambda row: (row.when, row.case_id))


def _of_signature(look: Look, event: SignedEvent) -> Iterator[Found]:
    what = look.audited.label(event.act)
    happened = new_york_date(event.occurred_at)
    days = look.calendar.business_days_between(happened, event.signed_on)
    if days > LATE_AFTER:
        detail = f"Happened on {long_date(happened)}, signed {days} business days later."
        yield Found(LATE, event.at, look.who(event), what, event.case_id, detail)
    if (event.signed or {}).get("for"):
        yield Found(DELEGATE, event.at, look.who(event), what, event.case_id, f"As {(event.signed or {})['role']}.")


def _same_minute(look: Look, events: list[SignedEvent]) -> Iterator[Found]:
    """Approvals whose minute is that of other work on the case: nobody reads a case so fast."""
    audited = look.audited
    for number, event in enumerate(events):
        duty = audited.duties.get(event.event)
        if duty is None or not (duty.approves or duty.takes_two):
            continue
        before = [
            e for e in events[:number]
            if _minute(e) == _minute(event) and e.event not in audited.aside and _duty_name(audited, e) != duty.name
        ]  # fmt: skip
        if before:
            made = ", ".join(dict.fromkeys(f"“{audited.label(e.act)}” by {look.who(e)}" for e in before))
            yield Found(SAME_MINUTE, event.at, look.who(event), audited.label(event.event), event.case_id, made)


def _minute(event: SignedEvent) -> datetime:
    return event.at.astimezone(NEW_YORK).replace(second=0, microsecond=0)


def _duty_name(audited: Audited, event: SignedEvent) -> str:
    """The duty of an event; proposing is one of its own."""
    duty = audited.duties.get(event.event)
    return duty.name if duty else f"proposing {event.act}"


def about_letters(look: Look) -> Iterator[Found]:
    """Letters that a later one replaced."""
    old = StoredDocument.__table__  # type: ignore[attr-defined]
    new = old.alias()
    query = (
        select(old.c.document_id, old.c.case_id, old.c.title, old.c.made_at, old.c.superseded_by)
        .add_columns(new.c.made_at.label("then"))
        .outerjoin(new, new.c.document_id == old.c.superseded_by)
        .where(old.c.process == look.audited.name, old.c.superseded_by.is_not(None))
        .order_by(new.c.made_at, old.c.document_id)
    )  # fmt: skip
    for row in look.session.execute(query.execution_options(yield_per=PAGE)):
        detail = f"Of {long_date(new_york_date(row.made_at))}, replaced by {row.superseded_by}."
        yield Found(SUPERSEDED, row.then or row.made_at, "", f"{row.document_id}: {row.title}", row.case_id, detail)


def about_proposals(look: Look) -> Iterator[Found]:
    """Proposals that were closed without being done, and those that have waited long."""
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    mine = select(*table).where(table.process == look.audited.name).execution_options(yield_per=PAGE)
    closed = mine.where(or_(table.status == "refused", table.status == "void")).order_by(
        table.closed_at, table.proposal_id
    )
    for row in look.session.execute(closed):
        yield Found(
            PROPOSAL_CLOSED, row.closed_at or row.proposed_at, row.closed_by, look.audited.label(row.act), row.case_id,
            f"{_proposed(look, row)} {row.closed_why}".strip(),
        )  # fmt: skip
    waiting = mine.where(table.status == "open").order_by(table.proposed_at, table.proposal_id)
    for row in look.session.execute(waiting):
        days = look.calendar.business_days_between(new_york_date(row.proposed_at), new_york_date(look.now))
        if days > WAITING_AFTER:
            who = look.accounts.name(row.proposed_by) if row.proposed_by else row.source
            detail = f"{_proposed(look, row)} It has waited for {days} business days."
            yield Found(PROPOSAL_WAITING, row.proposed_at, who, look.audited.label(row.act), row.case_id, detail)


def _proposed(look: Look, row: Any) -> str:
    who = look.accounts.name(row.proposed_by) if row.proposed_by else f"“{row.source}”"
    return f"Proposed by {who} on {long_date(new_york_date(row.proposed_at))}."
