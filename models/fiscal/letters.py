"""Fills the letters to a provider about a month: questions, what is missing, and a corrective action plan asked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models.fiscal.documents import MissingItem, Question
from models.fiscal.letter_documents import CorrectivePlanLetter, QuestionLetter, ReportReminder
from models.fiscal.packet import FiscalPacket
from models.fiscal.plain_words import plain_sentence
from models.fiscal.policy import Policy
from models.fiscal.review_documents import found_lines, missing_items
from models.shared.calendar import DayKind, due_date, months_after, new_york_date
from models.shared.documents import Office, Recipient
from models.shared.findings import Finding


def question_letter(
    packet: FiscalPacket, questions: Sequence[Question], office: Office, recipient: Recipient, made_at: datetime, *,
    document_id: str,
) -> QuestionLetter:  # fmt: skip
    """What is asked, why, and by which day to answer."""
    many = f"{len(questions)} questions" if len(questions) > 1 else "A question"
    return QuestionLetter(
        **_head(packet, office, recipient, made_at, document_id),
        title=f"{many} about your report of {packet.month:%B %Y}",
        questions=tuple(questions),
        answer_by=questions[0].answer_by,
    )


def asked(finding: Finding, no: int, ask: str, asked_on: date, policy: Policy) -> Question:
    """A question about a finding: why in plain words, then its numbers. A closed day moves to the next open one."""
    plain = plain_sentence(finding)
    return Question(
        no=no, about=finding.subject, ask=ask, why=plain or finding.message, numbers=finding.message if plain else "",
        citation=finding.citation, asked_on=asked_on, answer_by=_answer_by(asked_on, policy),
    )  # fmt: skip


def asked_of_all(no: int, ask: str, asked_on: date, policy: Policy) -> Question:
    """A question about a report as a whole."""
    return Question(
        no=no, about="the report as a whole", ask=ask, why="This is about your report as a whole.",
        asked_on=asked_on, answer_by=_answer_by(asked_on, policy),
    )  # fmt: skip


def _answer_by(asked_on: date, policy: Policy) -> date:
    return due_date(asked_on, policy.answer_days, DayKind.CALENDAR, policy.calendar, roll=True)


def late_items(packet: FiscalPacket, policy: Policy, day: date) -> tuple[MissingItem, ...]:
    """What is missing and past its day."""
    return tuple(item for item in missing_items(packet, policy) if item.due_on < day)


def report_reminder(
    packet: FiscalPacket, policy: Policy, office: Office, recipient: Recipient, made_at: datetime, *, document_id: str,
    before: Sequence[ReportReminder] = (),
) -> ReportReminder:  # fmt: skip
    """Names what has not come and is past its day. Raises ValueError where nothing is.

    `before` are the contract's earlier reminders: this one's number counts those that named what is missing longest.
    """
    items = late_items(packet, policy, new_york_date(made_at))
    reminder = 1 + sum(bool(items) and items[0] in letter.items for letter in before)
    return ReportReminder(
        **_head(packet, office, recipient, made_at, document_id), title=_reminder_title(items), items=items,
        months_in_a_row=_in_a_row(items, packet.month), withheld_after=policy.missing_months, reminder=reminder,
    )  # fmt: skip


def corrective_plan_letter(
    packet: FiscalPacket, findings: Sequence[Finding], policy: Policy, office: Office, recipient: Recipient,
    made_at: datetime, *, document_id: str, reason: str = "",
) -> CorrectivePlanLetter:  # fmt: skip
    """What must be corrected, and how long there is for the plan. Source: PPB 4-01(c) (K15)."""
    return CorrectivePlanLetter(
        **_head(packet, office, recipient, made_at, document_id),
        title=f"Please send us a corrective action plan for {packet.month:%B %Y}",
        findings=found_lines(findings, plain=True),
        plan_days=policy.plan_days,
        last_day=new_york_date(made_at) + timedelta(days=policy.plan_days),
        reason=reason,
    )


def _head(
    packet: FiscalPacket, office: Office, recipient: Recipient, made_at: datetime, document_id: str
) -> dict[str, Any]:
    contract = packet.contract
    return {
        "document_id": document_id, "made_at": made_at, "office": office, "dated": new_york_date(made_at),
        "recipient": recipient, "contract_id": contract.id, "contract_no": contract.contract_no,
        "fiscal_year": contract.fiscal_year, "month": packet.month,
    }  # fmt: skip


def _reminder_title(items: Sequence[MissingItem]) -> str:
    months = sorted({item.month for item in items})
    if len(months) > 1:
        return f"Please send us what is missing of {len(months)} months"
    what = " and ".join(item.what.lower() for item in items)
    return f"Please send us your {what}" + (f" of {months[0]:%B %Y}" if months else "")


def _in_a_row(items: Sequence[MissingItem], last: date) -> int:
    """How many months up to the last one, without a gap, lack their report."""
    missing, count = {item.month for item in items if item.what == "Financial report"}, 0
    while months_after(last, -count) in missing:
        count += 1
    return count
