"""The letter that a signature about a month sends to the provider."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from models.fiscal.acts import to_correct
from models.fiscal.documents import Question
from models.fiscal.letter_documents import CorrectivePlanLetter, QuestionLetter
from models.fiscal.letters import corrective_plan_letter, question_letter
from models.fiscal.policy import Policy
from models.shared.documents import Office
from models.shared.people_records import LetterOrder
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.months import LoadedMonth
from tasks.adapters.letter_orders import NO_REASON_YET, DueLetter
from tasks.adapters.recipients import recipient

LetterDue = DueLetter[QuestionLetter | CorrectivePlanLetter]


def questions_due(
    session: Session, case: LoadedMonth, questions: tuple[Question, ...], office: Office, at: datetime
) -> LetterDue:
    """The letter that asks questions."""
    case_id = case.head.case_id
    number = _number(session, case_id, QuestionLetter.__name__, "QL")
    provider = session.get_one(Provider, case.packet.contract.ein)
    to = recipient(case.packet.contract.provider, provider)
    letter = question_letter(case.packet, questions, office, to, at, document_id=number)
    return LetterDue(letter, case_id, provider.email)


def plan_due(
    session: Session, item: Item, case: LoadedMonth, policy: Policy, office: Office, at: datetime
) -> LetterDue:  # fmt: skip
    """The letter that asks for a corrective action plan."""
    number = _number(session, item.case_id, CorrectivePlanLetter.__name__, "CP")
    provider = session.get_one(Provider, case.packet.contract.ein)
    letter = corrective_plan_letter(
        case.packet, to_correct(case.review.findings), policy, office,
        recipient(case.packet.contract.provider, provider), at, document_id=number,
        reason=item.reason.strip() or NO_REASON_YET,
    )  # fmt: skip
    return LetterDue(letter, item.case_id, provider.email)


def _number(session: Session, case_id: str, document: str, short: str) -> str:
    table = LetterOrder.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == case_id) & (table.document == document)
    count = session.execute(select(func.count()).where(mine)).scalar_one()
    return f"{case_id}-{short}{count + 1:02d}"
