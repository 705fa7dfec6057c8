"""Records what reviews found: moves, findings, letters and their messages, in one transaction a chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.registration.documents import MissingDocumentsLetter
from models.registration.letters import letter_id, message_body, missing_documents_letter, reply_by
from models.registration.moves import Move
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.rules import Review
from models.shared.documents import Office, Recipient, sha256
from models.shared.records import OutgoingMessage, Provider, StoredDocument
from tasks.adapters.case_findings import Difference, differ, keep_findings, keep_packets, known_findings
from tasks.adapters.ledger import CaseChange, CaseHead, Happening, commit_changes
from tasks.adapters.policy import policy_sha256
from tasks.adapters.registration.cases import PROCESS, move_happenings
from tasks.adapters.rendering import StoredPdf

ACTOR = "review registrations"


@dataclass(frozen=True)
class ReviewedCase:
    """A case as it was read, the moves that its facts bring, and the review where it comes to rest."""

    head: CaseHead
    moves: tuple[Move, ...]
    review: Review


def letters(
    session: Session, reviewed: Sequence[ReviewedCase], policy: Policy, office: Office, at: datetime
) -> list[MissingDocumentsLetter]:
    """The letters that are due, with the address that we have of each provider."""
    asking = [case.review for case in reviewed if case.review.asks]
    eins = sorted({review.packet.vendor_ein for review in asking})
    column: Any = Provider.ein
    rows = {p.ein: p for p in session.execute(select(Provider).where(column.in_(eins))).scalars()}
    return [
        missing_documents_letter(review, policy, office, recipient(review.packet, rows[review.packet.vendor_ein]), at)
        for review in asking
    ]


def recipient(packet: RegistrationPacket, row: Provider) -> Recipient:
    """The address block of a letter to the vendor of a contract."""
    place = " ".join(part for part in (f"{row.city}," if row.city else "", row.state, row.postcode) if part)
    return Recipient(
        name=packet.vendor_name, attention=row.contact_name, lines=tuple(line for line in (row.street, place) if line)
    )


def record(
    session: Session, reviewed: Sequence[ReviewedCase], pdfs: dict[str, StoredPdf], policy: Policy, at: datetime
) -> dict[str, int]:
    """Keep everything that a chunk of reviews changed; counts of cases changed, moves, letters."""
    there = known_findings(session, PROCESS, [case.head.case_id for case in reviewed])
    differences = [differ(there.get(case.head.case_id, {}), case.review.findings) for case in reviewed]
    judged_by = policy_sha256()
    changes, packets, counts = [], [], {"changed": 0, "moved": 0, "letters": 0}
    for case, difference in zip(reviewed, differences, strict=True):
        if not (case.moves or difference.opened or difference.closed or case.review.asks):
            continue
        packet = case.review.packet
        packets.append(packet_row(packet, judged_by))
        happenings = _happenings(case, difference, pdfs, policy, at, packets[-1])
        changes.append(CaseChange(case.head, happenings, policy.stage_due(packet.state, packet.state_since)))
        counts["moved"] += len(case.moves)
        counts["letters"] += case.review.asks
    counts["changed"] = len(changes)
    # First, so that a case which somebody else changed meanwhile is told as such.
    commit_changes(session, PROCESS, RegistrationCase, changes, at)
    told = {case.head.case_id: difference for case, difference in zip(reviewed, differences, strict=True)}
    keep_findings(session, PROCESS, told, at)
    keep_packets(session, packets)
    _keep_letters(session, reviewed, pdfs, at)
    return counts


def _happenings(
    case: ReviewedCase,
    difference: Difference,
    pdfs: dict[str, StoredPdf],
    policy: Policy,
    at: datetime,
    packet_row: dict[str, Any],
) -> list[Happening]:
    review, state = case.review, case.review.packet.state
    judged = {"packet": packet_row["sha256"], "policy": packet_row["policy_sha256"]}
    found = move_happenings(case.head, case.moves, ACTOR, at, judged)
    if difference.told:
        found.append(Happening("findings_changed", ACTOR, state, at, {**judged, **difference.told}))
    if review.asks:
        number = letter_id(review.packet)
        asked = {
            "document_id": number,
            "document_sha256": pdfs[number].sha256,
            "round": review.packet.request.round + 1 if review.packet.request else 1,
            "due_on": reply_by(review.packet, policy).isoformat(),
            "items": [item.requirement.document for item in review.missing],
        }
        found.append(Happening("documents_requested", ACTOR, state, at, {**judged, **asked}))
    return found


def packet_row(packet: RegistrationPacket, judged_by: str) -> dict[str, Any]:
    """A packet as it is stored, with the policy that it was judged by."""
    body = packet.canonical()
    return {
        "sha256": sha256(body), "process": PROCESS, "case_id": packet.case_id, "policy_sha256": judged_by, "body": body,
    }  # fmt: skip


def _keep_letters(session: Session, reviewed: Sequence[ReviewedCase], pdfs: dict[str, StoredPdf], at: datetime) -> None:
    documents, messages = [], []
    for case in reviewed:
        if not case.review.asks:
            continue
        pdf = pdfs[letter_id(case.review.packet)]
        letter = pdf.document
        assert isinstance(letter, MissingDocumentsLetter)
        documents.append(pdf.row(PROCESS, case.head.case_id, "letter"))
        messages.append(
            {
                "message_id": pdf.document.document_id, "process": PROCESS, "case_id": case.head.case_id,
                "recipient": case.review.packet.provider.email, "subject": letter.title, "body": message_body(letter),
                "document_id": letter.document_id, "created_at": at, "sent_at": None,
            }
        )  # fmt: skip
    if documents:
        session.connection().execute(insert(StoredDocument), documents)
        session.connection().execute(insert(OutgoingMessage), messages)
