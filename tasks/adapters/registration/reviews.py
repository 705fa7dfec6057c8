"""Records what reviews found: moves, findings, letters and their messages, in one transaction a chunk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session

from models.registration.documents import MissingDocumentsLetter, Recipient
from models.registration.letters import letter_id, message_body, missing_documents_letter, reply_by
from models.registration.moves import Move
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.rules import Review
from models.shared.documents import Office, canonical, sha256
from models.shared.findings import Finding
from models.shared.records import CaseFinding, OutgoingMessage, Provider, StoredDocument, StoredPacket
from tasks.adapters.database import batches
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


@dataclass(frozen=True)
class _Difference:
    opened: list[Finding]
    replaced: list[tuple[str, str]]
    kept: list[Finding]
    closed: list[tuple[str, str]]


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
    there = _known_findings(session, [case.head.case_id for case in reviewed])
    differences = [_difference(there.get(case.head.case_id, {}), case.review.findings) for case in reviewed]
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
    _keep_findings(session, reviewed, differences, at)
    keep_packets(session, packets)
    _keep_letters(session, reviewed, pdfs, at)
    return counts


def _happenings(
    case: ReviewedCase,
    difference: _Difference,
    pdfs: dict[str, StoredPdf],
    policy: Policy,
    at: datetime,
    packet_row: dict[str, Any],
) -> list[Happening]:
    review, state = case.review, case.review.packet.state
    judged = {"packet": packet_row["sha256"], "policy": packet_row["policy_sha256"]}
    found = move_happenings(case.head, case.moves, ACTOR, at, judged)
    if difference.opened or difference.closed:
        lists = {
            "opened": sorted(f"{f.code}/{f.subject}/{f.severity}" for f in difference.opened),
            "closed": sorted("/".join(key) for key in difference.closed),
        }
        found.append(Happening("findings_changed", ACTOR, state, at, {**judged, **lists}))
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


def _known_findings(session: Session, case_ids: Sequence[str]) -> dict[str, dict[tuple[str, str], Row[Any]]]:
    """Every finding that a case ever had, open or closed, by its key."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.code, table.subject, table.severity, table.message, table.closed_at)
    found: dict[str, dict[tuple[str, str], Row[Any]]] = {}
    for ids in batches(case_ids):
        for row in session.execute(query.where(table.process == PROCESS, table.case_id.in_(ids))):
            found.setdefault(row.case_id, {})[row.code, row.subject] = row
    return found


def _difference(there: dict[tuple[str, str], Row[Any]], findings: Sequence[Finding]) -> _Difference:
    """A finding is new when it was not open, or was open with another severity."""
    now = {finding.key: finding for finding in findings}
    open_ = {key: row for key, row in there.items() if row.closed_at is None}
    opened = [f for key, f in now.items() if key not in open_ or open_[key].severity != f.severity]
    return _Difference(
        opened=opened,
        replaced=[finding.key for finding in opened if finding.key in there],
        kept=[
            f
            for key, f in now.items()
            if key in open_ and open_[key].severity == f.severity and open_[key].message != f.message
        ],
        closed=[key for key in open_ if key not in now],
    )


def _keep_findings(
    session: Session, reviewed: Sequence[ReviewedCase], differences: Sequence[_Difference], at: datetime
) -> None:
    """Close what is gone, write what opens anew in place of its old row, and keep the words of the rest current."""
    table = CaseFinding.__table__  # type: ignore[attr-defined]
    this = (table.c.process == PROCESS) & (table.c.case_id == bindparam("b_case"))
    this &= (table.c.code == bindparam("b_code")) & (table.c.subject == bindparam("b_subject"))
    closed, replaced, kept, opened = [], [], [], []
    for case, difference in zip(reviewed, differences, strict=True):
        case_id = case.head.case_id
        closed += [{**_key(case_id, key), "closed_at": at} for key in difference.closed]
        replaced += [_key(case_id, key) for key in difference.replaced]
        kept += [{**_key(case_id, finding.key), **_words(finding)} for finding in difference.kept]
        opened += [_finding_row(case_id, finding, at) for finding in difference.opened]
    connection = session.connection()
    for statement, rows in (
        (update(table).where(this), closed),
        (delete(table).where(this), replaced),
        (update(table).where(this), kept),
        (insert(table), opened),
    ):
        if rows:
            connection.execute(statement, rows)


def _key(case_id: str, key: tuple[str, str]) -> dict[str, Any]:
    return {"b_case": case_id, "b_code": key[0], "b_subject": key[1]}


def _words(finding: Finding) -> dict[str, Any]:
    """What of an open finding changes from day to day."""
    return {"message": finding.message, "evidence": canonical(finding.evidence), "remedy": finding.remedy}


def _finding_row(case_id: str, finding: Finding, at: datetime) -> dict[str, Any]:
    return {
        "process": PROCESS, "case_id": case_id, "code": finding.code, "subject": finding.subject,
        "severity": finding.severity.value, "citation": finding.citation, "tell": json.dumps(finding.tell),
        "opened_at": at, "closed_at": None, **_words(finding),
    }  # fmt: skip


def packet_row(packet: RegistrationPacket, judged_by: str) -> dict[str, Any]:
    """A packet as it is stored, with the policy that it was judged by."""
    body = packet.canonical()
    return {
        "sha256": sha256(body), "process": PROCESS, "case_id": packet.case_id, "policy_sha256": judged_by, "body": body,
    }  # fmt: skip


def keep_packets(session: Session, packets: list[dict[str, Any]]) -> None:
    """Store packets, each once."""
    column: Any = StoredPacket.sha256
    known = set(session.execute(select(column).where(column.in_([p["sha256"] for p in packets]))).scalars())
    fresh = {p["sha256"]: p for p in packets if p["sha256"] not in known}
    if fresh:
        session.connection().execute(insert(StoredPacket), list(fresh.values()))


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
