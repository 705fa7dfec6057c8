"""Reminders of reports that are not in: one a contract, each time that it is later than the last one said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.fiscal.assembly import ReviewedMonth
from models.fiscal.codes import Code
from models.fiscal.letter_documents import ReportReminder
from models.fiscal.letter_messages import reminder_message
from models.fiscal.letters import report_reminder
from models.fiscal.policy import Policy
from models.shared.documents import Office
from models.shared.people_records import LetterOrder
from models.shared.records import Provider
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.letter_orders import content_sha256, keep_orders
from tasks.adapters.recipients import recipient
from tasks.adapters.rows import all_rows


@dataclass(frozen=True)
class Reminder:
    """A reminder that a review orders and nobody signs; its case is the last month that is later than was said."""

    letter: ReportReminder
    case_id: str
    email: str
    replaces: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What the month's event tells of it, so that an audit can hold the letter against it."""
        return {"letter": self.letter.document_id, "says": content_sha256(self.letter)}


def reminders_due(
    session: Session, reviewed: Mapping[str, ReviewedMonth], later: Iterable[str], policy: Policy, office: Office,
    at: datetime,
) -> list[Reminder]:  # fmt: skip
    """A reminder to each provider some of whose months without a report are later than before.

    `reviewed` are all months of some contracts by their ids, `later` those months. The last of these stands for all;
    its reminder names everything of the contract that has not come.
    """
    last = {reviewed[case_id].packet.contract.id: case_id for case_id in sorted(later)}
    eins = sorted({reviewed[case_id].packet.contract.ein for case_id in last.values()})
    providers = {row.ein: row for row in all_rows(session, Provider, "ein", eins)}
    mine = {case_id: done for case_id, done in sorted(reviewed.items()) if done.packet.contract.id in last}
    without = [done.packet for done in mine.values() if Code.REPORT_MISSING in done.review.codes]
    missing = {packet.contract.id: packet for packet in without}
    before = _before(session, mine)
    due = []
    for contract, case_id in last.items():
        packet, told = missing[contract], before.get(contract, ())
        provider, count = providers[packet.contract.ein], sum(row.case_id == case_id for row in told) + 1
        letter = report_reminder(
            packet, policy, office, recipient(packet.contract.provider, provider), at,
            document_id=f"{case_id}-RM{count:02d}", before=[ReportReminder.model_validate_json(r.body) for r in told],
        )  # fmt: skip
        due.append(Reminder(letter, case_id, provider.email))
    return due


def keep_reminders(session: Session, due: Sequence[Reminder], at: datetime) -> None:
    """Order reminders: the next sitting prints and sends them."""
    keep_orders(session, PROCESS, [(reminder, reminder_message(reminder.letter)) for reminder in due], at)


def _before(session: Session, reviewed: Mapping[str, ReviewedMonth]) -> dict[str, list[Any]]:
    """The reminders that were ordered about some months, by contract."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in all_rows(session, LetterOrder, "case_id", list(reviewed)):
        if row.process == PROCESS and row.document == ReportReminder.__name__:
            found[reviewed[row.case_id].packet.contract.id].append(row)
    return found
