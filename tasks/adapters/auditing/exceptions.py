"""The list of exceptions: everything out of the ordinary in one table, by kind; none of it is a verdict."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.shared.calendar import new_york_date
from models.shared.people_records import Attempt, OfficeAct
from tasks.adapters.auditing import exception_kinds as kinds
from tasks.adapters.auditing.accounts import Accounts, load_accounts
from tasks.adapters.auditing.exception_kinds import Found, Look
from tasks.adapters.auditing.holds import held
from tasks.adapters.auditing.processes import AUDITED
from tasks.adapters.auditing.signed_events import PAGE
from tasks.adapters.auditing.workbook import Exported, Sheet, write_sheets
from tasks.adapters.export import Column, ExportRefused, Shape, TableHead
from tasks.adapters.office_chain import BOOTSTRAP_CHAIN, office_events
from tasks.adapters.policy import calendar
from tasks.adapters.registration.exports import steady
from tasks.adapters.signed_policy import signings

REFUSED, BOOTSTRAP, POLICY, OFFICE_REFUSED = "refused attempt", "bootstrap", "policy change", "office act refused"
# In the order in which they stand in the table.
KINDS = (
    REFUSED, kinds.CORRECTION, kinds.RETURN, kinds.HOLD, kinds.SUPERSEDED, kinds.LATE, kinds.DELEGATE,
    kinds.SAME_MINUTE, kinds.PROPOSAL_CLOSED, kinds.PROPOSAL_WAITING, BOOTSTRAP, POLICY, OFFICE_REFUSED,
)  # fmt: skip
_COLUMNS = (
    Column("Kind", width=24), Column("When (New York)", Shape.MOMENT, 17), Column("Who", width=30),
    Column("What", width=44), Column("Case", width=24), Column("Under legal hold", width=8),
    Column("Details", width=80),
)  # fmt: skip


def export_exceptions(
    session: Session, path: Path, now: datetime, first: date | None = None, last: date | None = None
) -> Exported:
    """Write every exception that was recorded from the first to the last day, in New York; counts each kind.

    Raises ExportRefused.
    """
    if first and last and last < first:
        raise ExportRefused(f"The last day, {last.isoformat()}, comes before the first, {first.isoformat()}.")
    steady(session)
    counts = dict.fromkeys(KINDS, 0)
    holds = {case_id for audited in AUDITED.values() for case_id in held(session, audited)}

    def rows() -> Iterator[list[Any]]:
        for found in _all(session, now):
            if (first and new_york_date(found.when) < first) or (last and new_york_date(found.when) > last):
                continue
            counts[found.kind] += 1
            kind, when, who, what, case_id, detail = found
            yield [kind.capitalize(), when, who, what, case_id, "Yes" if case_id in holds else "", detail]

    files, _ = write_sheets(path, [Sheet(TableHead("Exceptions", _COLUMNS, now), rows())])
    return Exported(files, {"exceptions": sum(counts.values()), "kinds": counts})


def _all(session: Session, now: datetime) -> Iterator[Found]:
    accounts = load_accounts(session)
    yield from _attempts(session, accounts)
    for audited in AUDITED.values():
        look = Look(session, audited, accounts, calendar(), now)
        for about in (kinds.about_events, kinds.about_letters, kinds.about_signatures, kinds.about_proposals):
            yield from about(look)
    yield from _office(session, accounts)


def _attempts(session: Session, accounts: Accounts) -> Iterator[Found]:
    table = Attempt.__table__.c  # type: ignore[attr-defined]
    query = select(*table).order_by(table.at, table.attempt_id).execution_options(yield_per=PAGE)
    for row in session.execute(query):
        # “filed R27-…” names one case; a list of several is in the words.
        act, _, case_id = row.what.partition(" ")
        is_one = case_id and " " not in case_id and any(act in audited.duties for audited in AUDITED.values())
        detail = f"{row.door}, {row.what}: {row.sentence}"
        yield Found(REFUSED, row.at, accounts.name(row.staff_id), row.refusal, case_id if is_one else "", detail)


def _office(session: Session, accounts: Accounts) -> Iterator[Found]:
    for event in office_events(session, BOOTSTRAP_CHAIN):
        yield Found(BOOTSTRAP, event.at, event.actor, "The first two administrators were made, each by the other")
    yield from _policies(session, accounts)
    table = OfficeAct.__table__.c  # type: ignore[attr-defined]
    for row in session.execute(select(*table).where(table.status == "refused").order_by(table.closed_at, table.act_id)):
        what = f"{row.act_id}: {row.kind.replace('_', ' ')} {row.subject}"
        detail = f"Proposed by {accounts.name(row.proposed_by)}. {row.closed_why}".strip()
        yield Found(OFFICE_REFUSED, row.closed_at or row.proposed_at, accounts.name(row.closed_by), what, "", detail)


def _policies(session: Session, accounts: Accounts) -> Iterator[Found]:
    for found in signings(session):
        who = f"{accounts.name(found.proposed_by)} and {accounts.name(found.signed_by)}"
        surge = "".join(f"; surge file {name}, SHA-256 {sha}" for name, sha in sorted(found.surge.items()))
        what = f"Policy {found.sha256[:12]} put in force"
        yield Found(POLICY, found.at, who, what, "", f"SHA-256 {found.sha256}{surge}")
