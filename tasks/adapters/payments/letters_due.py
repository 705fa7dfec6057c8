"""The letter that a signature, or the end of a request, sends to the vendor of a requisition."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.payments.documents import DeterminationLetter, ReturnNotice
from models.payments.later_documents import AmountOfLine, DisputeDecision, LapseNotice
from models.payments.later_letters import dispute_decision, lapse_notice
from models.payments.letter_messages import Letter
from models.payments.letters import determination_letter, return_notice
from models.payments.packet import RequisitionPacket
from models.payments.rules import review
from models.payments.verdicts import Verdict
from models.shared.calendar import new_york_date
from models.shared.people_records import LetterOrder
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters.letter_orders import NO_REASON_YET, DueLetter
from tasks.adapters.payments.case_rows import PROCESS
from tasks.adapters.payments.cases import LoadedRequisition
from tasks.adapters.policy import office, payments_policy
from tasks.adapters.recipients import recipient

_DETERMINING = frozenset({"fiscal_approved", "rest_disallowed", "disallowed", "determination_sent"})
_DISPUTES = frozenset({"dispute_granted", "dispute_denied"})
_SENDING = _DETERMINING | _DISPUTES | {"requisition_returned"}

LETTERS: dict[str, type[Letter]] = {
    kind.__name__: kind for kind in (DeterminationLetter, ReturnNotice, LapseNotice, DisputeDecision)
}
LetterDue = DueLetter[Letter]


def letter_due(
    session: Session, item: Item, case: LoadedRequisition, packet: RequisitionPacket, verdict: Verdict, at: datetime,
    disputed: tuple[date, Sequence[AmountOfLine]] | None = None,
) -> LetterDue | None:  # fmt: skip
    """The letter that an act sends; None where it sends none. `disputed`: the day of a notice, and what it is about."""
    if item.act not in _SENDING:
        return None
    provider = session.get_one(Provider, case.vendor_ein)
    to, today = recipient(packet.contract.provider, provider), new_york_date(at)
    about: dict[str, Any] = {"document_id": _next_number(session, item.case_id), "dated": today, "made_at": at}
    letter: Letter
    if item.act == "requisition_returned":
        letter = return_notice(packet, verdict, office(), to, **about)
    elif disputed and item.act in _DISPUTES:
        about |= {"granted": item.act == "dispute_granted", "reason": item.reason.strip() or NO_REASON_YET}
        filed_on, lines = disputed
        letter = dispute_decision(packet, lines, office(), to, filed_on=filed_on, policy=payments_policy(), **about)
    else:
        letter = determination_letter(packet, verdict, office(), to, policy=payments_policy(), **about)
    return LetterDue(letter, item.case_id, provider.email)


def lapse_due(
    session: Session, case: LoadedRequisition, lines: Sequence[int], asked_on: date, due_on: date, at: datetime
) -> LetterDue | None:
    """The letter that tells a vendor which lines were closed, because what was missing did not come."""
    packet, policy, case_id = case.packet, payments_policy(), case.head.case_id
    if not any(line.no in lines for line in packet.requisition.lines):
        return None
    provider = session.get_one(Provider, case.vendor_ein)
    letter = lapse_notice(
        packet, review(packet, policy), lines, office(), recipient(packet.contract.provider, provider),
        document_id=_next_number(session, case_id), asked_on=asked_on, due_on=due_on, made_at=at,
        dated=new_york_date(at), policy=policy,
    )  # fmt: skip
    return LetterDue(letter, case_id, provider.email)


def _next_number(session: Session, case_id: str) -> str:
    """Counted over all letters that were ordered, by whomever or whatever."""
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == case_id)
    count = session.execute(select(func.count()).where(mine)).scalar_one()
    return f"{case_id}-PL{count + 1:02d}"
