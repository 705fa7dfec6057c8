"""The letter that a signature sends to the vendor of a requisition."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.payments.documents import DeterminationLetter, ReturnNotice
from models.payments.letters import determination_letter, return_notice
from models.payments.packet import RequisitionPacket
from models.payments.verdicts import Verdict
from models.shared.calendar import new_york_date
from models.shared.documents import Recipient, canonical, sha256
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters.payments.cases import LoadedRequisition
from tasks.adapters.policy import office, payments_policy

_SENDING = frozenset({"fiscal_approved", "disallowed", "determination_sent", "requisition_returned"})

Letter = DeterminationLetter | ReturnNotice
LETTERS: dict[str, type[Letter]] = {kind.__name__: kind for kind in (DeterminationLetter, ReturnNotice)}


@dataclass(frozen=True)
class LetterDue:
    """A letter that a decision sends, and to whom."""

    letter: Letter
    case_id: str
    email: str
    replaces: str = ""

    @property
    def document_id(self) -> str:
        return self.letter.document_id

    @property
    def content_sha256(self) -> str:
        """Hash of all that the letter says, but for the moment at which it is made."""
        return sha256(canonical(self.letter.model_dump(mode="json", exclude={"made_at"})))


def letter_due(
    session: Session, item: Item, case: LoadedRequisition, packet: RequisitionPacket, verdict: Verdict, at: datetime
) -> LetterDue | None:
    """The letter that an act sends; None where it sends none."""
    if item.act not in _SENDING:
        return None
    provider = session.get_one(Provider, case.vendor_ein)
    number = 1 + sum(event.event in _SENDING for event in case.history)
    to, today = recipient(packet.contract.provider, provider), new_york_date(at)
    document_id = f"{item.case_id}-PL{number:02d}"
    letter: Letter
    if item.act == "requisition_returned":
        letter = return_notice(packet, verdict, office(), to, document_id=document_id, dated=today, made_at=at)
    else:
        letter = determination_letter(
            packet, verdict, office(), to, document_id=document_id, dated=today, made_at=at, policy=payments_policy()
        )
    return LetterDue(letter, item.case_id, provider.email)


def recipient(name: str, row: Provider) -> Recipient:
    """A provider as a letter is addressed to it."""
    place = " ".join(part for part in (f"{row.city}," if row.city else "", row.state, row.postcode) if part)
    lines = tuple(line for line in (row.street, place) if line)
    return Recipient(name=name, attention=row.contact_name, lines=lines)
