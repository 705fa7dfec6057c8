"""Letters that are due: what a decision says to the provider, and which earlier letter a correction replaces."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session

from models.registration.checklist import ChecklistItem
from models.registration.decision_documents import CorrectedFact, CorrectionLetter, DecisionLetter
from models.registration.decision_letters import DECISIONS, correction_letter, decision_letter
from models.registration.document_rules import describe
from models.registration.letters import document_request
from models.registration.policy import Policy
from models.registration.requirements import LABELS
from models.registration.rules import Review, review
from models.registration.taken import Taken
from models.shared.calendar import long_date, new_york_date
from models.shared.people_records import LetterOrder
from models.shared.records import Provider, StoredDocument
from models.shared.signing import Item
from tasks.adapters.letter_orders import NO_REASON_YET, DueLetter
from tasks.adapters.policy import office
from tasks.adapters.registration.history import load_history
from tasks.adapters.registration.reviews import recipient
from tasks.adapters.registration.taking import Corrected

Letter = DecisionLetter | CorrectionLetter
LETTERS: dict[str, type[Letter]] = {kind.__name__: kind for kind in (DecisionLetter, CorrectionLetter)}
_CORRECTIONS = frozenset({"corrected", "document_corrected"})
_NAMES = {"on": "Date", "value": "Detail", "reason": "Reason", "reference": "Reference number"}
_MOST_REPLACED = 100


@dataclass(frozen=True)
class _Sent:
    """A letter that was sent, or is about to be."""

    document_id: str
    title: str
    on: date


LetterDue = DueLetter[Letter]


def letter_due(session: Session, taken: Taken, item: Item, policy: Policy, at: datetime) -> LetterDue | None:
    """The letter that an act sends to the provider; None where it sends none."""
    packet, event = taken.before, taken.signed.event
    if event in _CORRECTIONS:
        return _correction_due(session, taken, item, policy, at)
    if event not in DECISIONS:
        return None
    provider = session.get_one(Provider, packet.vendor_ein)
    number = 1 + sum(e.event in DECISIONS for e in packet.history)
    details = {"reason": NO_REASON_YET, **taken.signed.details}
    letter = decision_letter(
        packet, event, taken.signed.on, details, policy, office(), recipient(packet, provider), at, number
    )
    return LetterDue(letter, packet.case_id, provider.email) if letter else None


def _correction_due(session: Session, taken: Taken, item: Item, policy: Policy, at: datetime) -> LetterDue | None:
    """The letter that replaces one which a correction falsified; None where no letter said what was wrong."""
    packet, effect, found = taken.before, taken.effect, review(taken.after, policy)
    if isinstance(effect, Corrected):
        facts: Sequence[CorrectedFact] = _corrected(effect)
        wrong = _letter_of_step(session, packet.case_id, effect)
    else:
        document = str(taken.signed.details["document"])
        wrong, facts = _letter_on_document(session, packet.case_id, document, review(packet, policy), found)
    if wrong is None or not facts:
        return None
    provider = session.get_one(Provider, packet.vendor_ein)
    asks = not isinstance(effect, Corrected) and packet.state == "documents"
    letter = correction_letter(
        packet, wrong.document_id, wrong.title, wrong.on, facts, item.reason or NO_REASON_YET,
        [document_request(missing) for missing in found.missing] if asks else [], None, policy, office(),
        recipient(packet, provider), at, 1 + sum(e.event in _CORRECTIONS for e in packet.history),
    )  # fmt: skip
    return LetterDue(letter, packet.case_id, provider.email, wrong.document_id)


def _corrected(effect: Corrected) -> list[CorrectedFact]:
    return [
        CorrectedFact(what=_NAMES[key], was=_words(effect.before[key]), now=_words(word))
        for key, word in effect.after.items()
    ]


def _letter_of_step(session: Session, case_id: str, effect: Corrected) -> _Sent | None:
    """The letter that told the provider of a step, as it stands after earlier corrections."""
    event = next(event for event in load_history(session, [case_id])[case_id] if event.seq == effect.seq)
    number = json.loads(event.payload).get("letter", "")
    return _standing(session, number) if number else None


def _letter_on_document(
    session: Session, case_id: str, document: str, before: Review, after: Review
) -> tuple[_Sent | None, Sequence[CorrectedFact]]:
    """The last letter that asked for a document, if what it said of it is no longer so."""
    asked = None
    for event in load_history(session, [case_id])[case_id]:
        if event.event == "documents_requested":
            told = json.loads(event.payload)
            asked = told["document_id"] if document in told["items"] else None
    was, now = _said(before.items, document), _said(after.items, document)
    if asked is None or was == now:
        return None, ()
    return _standing(session, asked), (CorrectedFact(what=LABELS[document], was=was, now=now),)


def _said(items: Sequence[ChecklistItem], document: str) -> str:
    return next((describe(item) for item in items if item.requirement.document == document), "It is not needed.")


def _standing(session: Session, number: str) -> _Sent | None:
    """A letter, or the one that has replaced it since, printed or not."""
    waiting = LetterOrder.__table__.c  # type: ignore[attr-defined]
    for _ in range(_MOST_REPLACED):
        row = session.get(StoredDocument, number)
        ordered = select(waiting.document_id).where(waiting.replaces == number).order_by(waiting.ordered_at)
        later = (row.superseded_by if row else None) or session.execute(ordered).scalar()
        if later is None:
            break
        number = later
    if row is not None:
        return _Sent(number, row.title, new_york_date(row.made_at))
    order = session.get(LetterOrder, number)
    return _Sent(number, json.loads(order.body)["title"], new_york_date(order.ordered_at)) if order else None


def _words(word: str) -> str:
    try:
        return long_date(date.fromisoformat(word))
    except ValueError:
        return word or "none"
