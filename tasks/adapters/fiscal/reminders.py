"""Reminders of reports that are not in: one a contract, each time that it is later than the last one said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from models.fiscal.assembly import ReviewedMonth
from models.fiscal.letter_documents import ReportReminder
from models.fiscal.letter_messages import reminder_message
from models.fiscal.letters import report_reminder
from models.fiscal.policy import Policy
from models.shared.documents import Office, canonical, sha256
from models.shared.people_records import LetterOrder
from models.shared.records import Provider
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.letter_orders import keep_orders
from tasks.adapters.recipients import recipient
from tasks.adapters.rows import all_rows


@dataclass(frozen=True)
class Reminder:
    """A reminder that a review orders and nobody signs, about the last month that it names."""

    letter: ReportReminder
    case_id: str
    email: str
    replaces: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What the month's event tells of it, so that an audit can hold the letter against it."""
        said = sha256(canonical(self.letter.model_dump(mode="json", exclude={"made_at", "reason"})))
        return {"letter": self.letter.document_id, "says": said}


def reminders_due(
    session: Session, later: Mapping[str, ReviewedMonth], policy: Policy, office: Office, at: datetime
) -> list[Reminder]:
    """A reminder to each provider some of whose months without a report are later than before.

    The last of them stands for all: its reminder names everything that has not come.
    """
    last = {done.packet.contract.id: (case_id, done) for case_id, done in sorted(later.items())}
    eins = sorted({done.packet.contract.ein for _, done in last.values()})
    providers = {row.ein: row for row in all_rows(session, Provider, "ein", eins)}
    numbers = _so_far(session, [case_id for case_id, _ in last.values()])
    due = []
    for case_id, done in last.values():
        provider, count = providers[done.packet.contract.ein], numbers.get(case_id, 0) + 1
        letter = report_reminder(
            done.packet, policy, office, recipient(done.packet.contract.provider, provider), at,
            document_id=f"{case_id}-RM{count:02d}", reminder=count,
        )  # fmt: skip
        due.append(Reminder(letter, case_id, provider.email))
    return due


def keep_reminders(session: Session, due: Sequence[Reminder], at: datetime) -> None:
    """Order reminders: the next sitting prints and sends them."""
    keep_orders(session, PROCESS, [(reminder, reminder_message(reminder.letter)) for reminder in due], at)


def _so_far(session: Session, case_ids: Sequence[str]) -> dict[str, int]:
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.document == ReportReminder.__name__) & table.case_id.in_(case_ids)
    query = select(table.case_id, func.count()).where(mine).group_by(table.case_id)
    return {case_id: int(count) for case_id, count in session.execute(query)}
